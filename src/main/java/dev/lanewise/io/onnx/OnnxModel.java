package dev.lanewise.io.onnx;

import dev.lanewise.data.MalformedFileException;
import dev.lanewise.data.Source;
import dev.lanewise.file.Quote;
import dev.lanewise.nn.Buffer;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.init.Fan;
import dev.lanewise.tensor.Tensor;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// A model in ONNX, the Open Neural Network Exchange, as a module: its weights are parameters, which can be trained further, and
/// what it computes are this library's operations.
///
/// ```java
/// var model = OnnxModel.read(Path.of("all-minilm-l6-v2.onnx"));
/// var outputs = model.predict(Map.of("input_ids", OnnxValue.of(ids, 1, ids.length), …));
/// var hidden = outputs.get("last_hidden_state").tensor();
/// ```
///
/// Versions 7 to 28 of ONNX's own set of operations are known. What is read: models of version 3 of the format or later, whose
/// weights are in the file or in files beside it. Operations that aren't known, control flow, texts and sparse tensors among
/// them, are refused as the file is read, by the node's name.
///
/// Tensors of floats that a graph brings along are [Parameter]s, by their names, each dot of which begins a module of its own;
/// the mean and the variance of a batch normalization are [Buffer]s. Single numbers of shape `[]` and what sets a node, as an
/// exponent, stay as they are. [Module#initialize(long)] leaves all at the values of the file. Floats of other widths are kept as
/// those of 32 bits.
///
/// Whether it is in training changes nothing: dropout is left out, and statistics stay, unless the file says otherwise.
public final class OnnxModel extends Module {

    private static final String OPERATION = "OnnxModel.read";
    private static final String ANY = "?";

    /// An input or an output.
    ///
    /// @param sizes numbers, names of sizes that are the same wherever they stand, or "?"; empty where not even the rank is said
    public record Port(String name, OnnxType type, Optional<List<String>> sizes) {

        /// Whether a size is a number; a name may begin with one, as "2*batch" does.
        static boolean isNumber(String size) { return size.chars().allMatch(c -> c >= '0' && c <= '9'); }

        /// As "input_ids: int64[batch, sequence]".
        @Override
        public String toString() {
            return Quote.name(name) + ": " + type.lower() + sizes.map(each -> "[" + Quote.name(String.join(", ", each)) + "]")
                .orElse(" of any rank");
        }
    }

    private final List<Port> inputs;
    private final List<Port> outputs;
    private final Plan plan;
    /// At the places of the plan what is always the same; null elsewhere.
    private final OnnxValue[] fixed;
    private final Map<Integer, Parameter> parameters = new LinkedHashMap<>();
    private final Map<Integer, Buffer> statistics = new LinkedHashMap<>();
    private final Map<String, String> paths = new LinkedHashMap<>();
    private final Map<String, Part> parts = new HashMap<>();
    private volatile long bound = Long.MAX_VALUE;

    /// What names with dots lead through.
    private static final class Part extends Module {

        void add(Parameter parameter) { register(parameter); }

        void add(Buffer buffer) { register(buffer); }

        void add(String name, Part part) { register(name, part); }
    }

    private OnnxModel(Proto.Graph graph, List<Plan.Prepared> nodes, Elements elements, List<Port> inputs, List<Port> outputs) {
        this.inputs = inputs;
        this.outputs = outputs;
        var given = new LinkedHashSet<>(inputs.stream().map(Port::name).toList());
        var roles = new Roles(nodes, outputs.stream().map(Port::name).toList());
        graph.initializers().keySet().stream().filter(roles::isUsed).forEach(given::add);
        var results = outputs.stream().map(Port::name).toList();
        this.plan = new Plan(Fusion.fused(nodes, graph.initializers(), Set.copyOf(results), elements), given, results);
        this.fixed = new OnnxValue[plan.size()];
        var names = new Roles.Names();
        for (var stored : graph.initializers().values()) {
            if (!roles.isUsed(stored.name())) continue;
            var value = elements.value(stored, "tensor " + Quote.of(stored.name()));
            int place = plan.at(stored.name());
            switch (roles.role(stored.name(), value)) {
                case SETTING -> fixed[place] = value;
                case STATISTIC -> statistics.put(place, buffer(path(names, stored.name()), value.tensor()));
                case WEIGHT -> parameters.put(place, parameter(path(names, stored.name()), value.tensor(),
                    roles.fan(stored.name(), value.shape())));
            }
        }
    }

    private String path(Roles.Names names, String name) {
        var path = names.fit(name);
        paths.put(name, path);
        return path;
    }

    private Parameter parameter(String path, Tensor values, Fan fan) {
        var parameter = new Parameter(path.substring(path.lastIndexOf('.') + 1), values.shape(), fan, new Roles.Kept(values));
        parameter.load(values);
        // which the values themselves are from now on, so that there is one array of them
        parameter.initializer(new Roles.Kept(parameter.tensor()));
        if (path.contains(".")) part(path.substring(0, path.lastIndexOf('.'))).add(parameter);
        else register(parameter);
        return parameter;
    }

    private Buffer buffer(String path, Tensor values) {
        var buffer = new Buffer(path.substring(path.lastIndexOf('.') + 1), values.shape(), 0);
        buffer.load(values);
        if (path.contains(".")) part(path.substring(0, path.lastIndexOf('.'))).add(buffer);
        else register(buffer);
        return buffer;
    }

    private Part part(String path) {
        var known = parts.get(path);
        if (known != null) return known;
        var part = new Part();
        int dot = path.lastIndexOf('.');
        if (dot < 0) register(path, part);
        else part(path.substring(0, dot)).add(path.substring(dot + 1), part);
        parts.put(path, part);
        return part;
    }

    // ---- reading

    /// From a file; what of its weights lies in other files is looked for beside it, and nowhere else.
    ///
    /// @throws MalformedFileException as [#read(Source)]
    /// @throws UncheckedIOException   if it is missing or can't be read
    public static OnnxModel read(Path file) { return read(Source.of(Objects.requireNonNull(file, "OnnxModel.read: no file"))); }

    /// From anywhere; of what is no file, all weights are in it.
    ///
    /// @throws MalformedFileException if it is damaged, or no ONNX model, or has something that isn't known here, with the node's
    ///     name
    /// @throws UncheckedIOException   if it can't be read
    public static OnnxModel read(Source source) {
        Objects.requireNonNull(source, "OnnxModel.read: no source");
        return source.map(OPERATION, segment -> read(new Wire.Bytes(OPERATION, source, segment)));
    }

    private static OnnxModel read(Wire.Bytes bytes) {
        var model = ProtoReader.model(bytes);
        var graph = model.graph();
        var elements = new Elements(bytes);
        long opset = model.opsets().getOrDefault("", 0L);
        if (opset < Operators.FIRST || opset > Operators.LAST) throw bytes.malformed(0, "it is of version " + opset
            + " of the operations; those from "
            + Operators.FIRST + " to " + Operators.LAST + " are known here: convert it by onnx.version_converter");
        var nodes = new ArrayList<Plan.Prepared>();
        for (var proto : graph.nodes()) {
            var node = new Node(proto, opset, bytes, elements);
            nodes.add(new Plan.Prepared(node, Operators.kernel(node, proto.domain())));
        }
        var inputs = new ArrayList<Port>();
        for (var declared : graph.inputs()) if (!graph.initializers().containsKey(declared.name())) inputs.add(port(bytes,
            "input", declared));
        var outputs = new ArrayList<Port>();
        for (var declared : graph.outputs()) outputs.add(port(bytes, "output", declared));
        if (outputs.isEmpty()) throw bytes.malformed(0, "the graph has no outputs");
        checkOnce(bytes, "inputs", inputs);
        checkOnce(bytes, "outputs", outputs);
        var made = new OnnxModel(graph, nodes, elements, List.copyOf(inputs), List.copyOf(outputs));
        for (var declared : graph.outputs()) if (!made.plan.has(declared.name()))
            throw bytes.malformed(declared.offset(), "the output " + Quote.of(declared.name()) + " is made by no node");
        return made;
    }

    private static void checkOnce(Wire.Bytes bytes, String what, List<Port> ports) {
        if (ports.stream().map(Port::name).distinct().count() < ports.size())
            throw bytes.malformed(0, "two " + what + " have one name: " + Quote.names(ports.stream().map(Port::name).toList()));
    }

    private static Port port(Wire.Bytes bytes, String what, Proto.Declared declared) {
        var type = OnnxType.of(declared.type()).orElseThrow(() -> bytes.malformed(declared.offset(), "the " + what + " "
            + Quote.of(declared.name())
            + (declared.type() == 0 ? " is no tensor" : " is of type " + declared.type())
            + "; tensors of floats, whole numbers and booleans are read"));
        var sizes = declared.sizes() == null ? null : declared.sizes().stream()
            .map(size -> size.value() >= 0 ? Long.toString(size.value()) : size.name().isEmpty() ? ANY : size.name()).toList();
        return new Port(declared.name(), type, Optional.ofNullable(sizes));
    }

    // ---- what it is

    /// What it takes, in the file's order.
    public List<Port> inputs() { return inputs; }

    /// What it gives, in the file's order.
    public List<Port> outputs() { return outputs; }

    /// The paths of parameters and buffers, as [#namedParameters()] has them, by their names in the file: the same, but where a
    /// name can be no path.
    public Map<String, String> paths() { return Collections.unmodifiableMap(paths); }

    /// What runs, in its order, after what belongs together was taken together.
    List<String> operations() { return plan.operations(); }

    // ---- running

    /// Bounds what a run may take, for models that come from strangers: a file of a kilobyte may ask for products that take days.
    /// What would be beyond the bound is refused by the node's name before it begins. Without one, memory alone is a bound.
    ///
    /// @param steps elements that nodes make, and multiplications of products and windows, all of a run's together
    /// @return this
    /// @throws IllegalArgumentException if it isn't positive
    public OnnxModel bounded(long steps) {
        if (steps < 1) throw new IllegalArgumentException("OnnxModel.bounded: " + steps + " steps; there must be 1 or more");
        bound = steps;
        return this;
    }

    /// The outputs, by name, in the file's order. What floats are computed from can be differentiated: tensors that require a
    /// gradient, and the parameters.
    ///
    /// @param values of each input, by name; whole numbers may be of any width that they fit into
    /// @throws IllegalArgumentException if an input is missing, unknown, or of another type or shape than the file says; or a
    ///     node can't compute what it is to, memory doesn't hold it or it is beyond the model's bound, by the node's name
    public Map<String, OnnxValue> run(Map<String, OnnxValue> values) {
        Objects.requireNonNull(values, "OnnxModel: no inputs");
        var names = inputs.stream().map(Port::name).toList();
        if (!values.keySet().equals(Set.copyOf(names))) throw new IllegalArgumentException("OnnxModel: inputs "
            + Quote.set(values.keySet()) + ", but the model's are " + Quote.set(inputs.stream().map(Port::toString).toList()));
        var all = fixed.clone();
        var known = new HashMap<String, Integer>();
        for (var port : inputs) {
            var value = values.get(port.name());
            check(port, value, known);
            if (plan.has(port.name())) all[plan.at(port.name())] = asDeclared(port, value);
        }
        parameters.forEach((place, parameter) -> all[place] = OnnxValue.of(parameter.tensor()));
        statistics.forEach((place, buffer) -> all[place] = OnnxValue.of(buffer.tensor()));
        plan.run(all, new Work(bound));
        var results = new LinkedHashMap<String, OnnxValue>();
        for (var port : outputs) results.put(port.name(), all[plan.at(port.name())]);
        return observed(results, values);
    }

    /// Whole numbers of the width that the file says, as what is computed of them is.
    private static OnnxValue asDeclared(Port port, OnnxValue value) {
        if (!(value instanceof OnnxValue.Longs(var numbers, var shape, var type)) || type == port.type()) return value;
        for (long number : numbers) if (port.type().wrapped(number) != number || number < 0
            && type.isUnsigned() != port.type().isUnsigned())
            throw new IllegalArgumentException("OnnxModel: input " + Quote.of(port.name()) + " has "
                + (type.isUnsigned() ? Long.toUnsignedString(number) : Long.toString(number)) + ", which is no "
                + port.type().lower() + ", as the model takes");
        return new OnnxValue.Longs(numbers, shape, port.type());
    }

    private static void check(Port port, OnnxValue value, Map<String, Integer> known) {
        if (value == null) throw new IllegalArgumentException("OnnxModel: input " + Quote.of(port.name())
            + " is null; give its value");
        boolean fits = port.type().isFloat() ? value instanceof OnnxValue.Floats
            : port.type().isWhole() ? value instanceof OnnxValue.Longs : value instanceof OnnxValue.Bools;
        var sizes = port.sizes().orElse(null);
        if (sizes != null) {
            fits &= sizes.size() == value.shape().rank();
            for (int i = 0; fits && i < sizes.size(); i++) {
                int size = value.shape().size(i);
                var wanted = sizes.get(i);
                if (wanted.equals(ANY)) continue;
                fits = Port.isNumber(wanted) ? wanted.equals(Integer.toString(size))
                    : Objects.requireNonNullElse(known.putIfAbsent(wanted, size), size) == size;
            }
        }
        if (!fits) throw new IllegalArgumentException("OnnxModel: input " + Quote.of(port.name()) + " is " + value.type().lower()
            + value.shape() + ", but the model takes " + port + (known.isEmpty() ? "" : ", with " + known));
    }

    /// As [#run], in evaluation and without a record for gradients: see [Module#predict(java.util.function.Supplier)].
    public Map<String, OnnxValue> predict(Map<String, OnnxValue> values) { return predict(() -> run(values)); }

    /// The output of a model that takes one tensor of floats and gives one.
    ///
    /// @throws IllegalStateException if it isn't one
    /// @throws IllegalArgumentException as [#run]
    public Tensor call(Tensor x) {
        if (inputs.size() != 1 || outputs.size() != 1 || !inputs.getFirst().type().isFloat()
            || !outputs.getFirst().type().isFloat())
            throw new IllegalStateException("OnnxModel: it takes " + inputs + " and gives " + outputs
                + ", and not one tensor of floats each; use run(…)");
        return run(Map.of(inputs.getFirst().name(), OnnxValue.of(x))).get(outputs.getFirst().name()).tensor();
    }

    /// This model as a layer, to build others of: [#call] is what it does, and its parameters stand below "onnx".
    ///
    /// @throws IllegalStateException if it doesn't take one tensor of floats, and give one
    public Layer layer() {
        if (inputs.size() != 1 || outputs.size() != 1 || !inputs.getFirst().type().isFloat()
            || !outputs.getFirst().type().isFloat())
            throw new IllegalStateException("OnnxModel: it takes " + inputs + " and gives " + outputs
                + ", and not one tensor of floats each; a layer does");
        return new AsLayer(this);
    }

    private static final class AsLayer extends Layer {

        private final OnnxModel model;

        AsLayer(OnnxModel model) { this.model = register("onnx", model); }

        @Override
        public Tensor forward(Tensor x) { return model.call(x); }
    }

    @Override
    public String toString() { return "OnnxModel(" + inputs + " -> " + outputs + ", " + parameterCount() + " parameters)"; }
}
