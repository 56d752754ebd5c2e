package dev.lanewise.io.onnx;

import dev.lanewise.bridge.TensorBridge;
import dev.lanewise.formula.Comparison;
import dev.lanewise.formula.Op;
import dev.lanewise.formula.Term;
import dev.lanewise.nn.Call;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.Trace;
import dev.lanewise.nn.recurrent.LSTMOutput;
import dev.lanewise.nn.recurrent.RecurrentOutput;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Tensor;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// Functions of elements as nodes, and what is made of them and of layers: whatever formulas a call computes, of the library or
/// of its users, are seen as they are recorded.
final class Formulas {

    private static final TensorBridge TENSORS = TensorBridge.get();
    /// Formulas that are one node, of their operands.
    private static final Map<Op, String> NODES = Map.ofEntries(Map.entry(Op.ADD, "Add"), Map.entry(Op.SUB, "Sub"),
        Map.entry(Op.MUL, "Mul"),
        Map.entry(Op.DIV, "Div"), Map.entry(Op.MIN, "Min"), Map.entry(Op.MAX, "Max"), Map.entry(Op.NEG, "Neg"),
        Map.entry(Op.ABS, "Abs"),
        Map.entry(Op.RECIPROCAL, "Reciprocal"), Map.entry(Op.SQRT, "Sqrt"), Map.entry(Op.EXP, "Exp"), Map.entry(Op.LOG, "Log"),
        Map.entry(Op.TANH, "Tanh"), Map.entry(Op.SIGMOID, "Sigmoid"), Map.entry(Op.ERF, "Erf"), Map.entry(Op.SIN, "Sin"),
        Map.entry(Op.COS, "Cos"),
        Map.entry(Op.RELU, "Relu"), Map.entry(Op.SOFTPLUS, "Softplus"), Map.entry(Op.SOFTSIGN, "Softsign"),
        Map.entry(Op.GELU, "Gelu"),
        Map.entry(Op.MISH, "Mish"), Map.entry(Op.POW, "Pow"));
    private static final Map<Comparison, String> COMPARISONS = Map.of(Comparison.LT, "Less", Comparison.LE, "LessOrEqual",
        Comparison.GT, "Greater",
        Comparison.GE, "GreaterOrEqual", Comparison.EQ, "Equal", Comparison.NE, "Equal");

    /// How a tensor came about.
    private sealed interface Origin {

        /// By a formula.
        record Computed(Term formula, List<Tensor> inputs) implements Origin {}

        /// By a layer of its own that was called.
        record Called(Layer layer, Tensor input) implements Origin {}

        /// As a part of another.
        ///
        /// @param of   what the other is known by
        /// @param kept whether the dimension is still there
        record Part(TensorBridge.Window window, Object of, boolean kept) implements Origin {}

        /// By a recurrent layer of its own that was called.
        ///
        /// @param which of the states that it makes
        record State(Recurred call, Function<RecurrentExporter.States, String> which) implements Origin {}

        /// By an operation whose formula nobody has said.
        record Operation(String name) implements Origin {}
    }

    /// A recurrent layer's call, which is written once whatever is taken of it.
    private final class Recurred {

        private final Module layer;
        private final Tensor input;
        private RecurrentExporter.States states;

        Recurred(Module layer, Tensor input) {
            this.layer = layer;
            this.input = input;
        }

        RecurrentExporter.States states() {
            if (states == null) states = layers.write(layer, name(input), input.shape().rank());
            return states;
        }
    }

    /// What other layers make of a value, as nodes.
    interface Writer {
        String write(Layer layer, String input, Tensor example);

        /// Of a recurrent layer.
        RecurrentExporter.States write(Module layer, String input, int rank);
    }

    private final GraphBuilder graph;
    private final Function<Parameter, String> weights;
    private final Writer layers;
    private final String refusal;
    /// What is known by which name: leaves, and what stands for an operation.
    private final Map<Object, String> names = new IdentityHashMap<>();
    private final Map<Object, Origin> origins = new IdentityHashMap<>();
    private final Map<Object, Parameter> parameters = new IdentityHashMap<>();

    /// @param module  whose parameters may be met
    /// @param weights writes a parameter, and gives its name
    /// @param refusal what a message begins with
    Formulas(GraphBuilder graph, Module module, Function<Parameter, String> weights, Writer layers, String refusal) {
        this.graph = graph;
        this.weights = weights;
        this.layers = layers;
        this.refusal = refusal;
        know(module);
    }

    /// The tensors that its parameters have now.
    private void know(Module module) {
        module.namedParameters().values().forEach(parameter ->
            parameters.put(parameter.tensor(), parameter));
    }

    private final class Seen implements TensorBridge.Witness {

        private Object last;
        private int rank;
        private List<TensorBridge.Source> from;

        @Override
        public void recorded(String name, Tensor result, List<TensorBridge.Source> inputs) {
            last = TENSORS.source(result);
            rank = result.shape().rank();
            from = inputs;
            origins.put(last, new Origin.Operation(name));
        }

        @Override
        public void isElementwise(Term formula, List<Tensor> inputs) { origins.put(last, new Origin.Computed(formula, inputs)); }

        @Override
        public void isWindow(TensorBridge.Window window) {
            origins.put(last, new Origin.Part(window, from.getFirst().key(), rank == window.whole().rank()));
        }
    }

    /// What a layer makes of a value: functions of elements, and layers of its own that it calls.
    String ofLayer(Layer layer, String value, Tensor example) {
        var result = new Tensor[1];
        return of(x -> {
            Trace.watch(layer, () -> {
                // as it is watched, others stand for them
                know(layer);
                result[0] = layer.forward(x);
            }, step -> {
                if (RecurrentExporter.isRecurrent(step.module())) recurred(step.module(), step.call());
                if (step.module() == layer || !(step.module() instanceof Layer called)
                    || !(step.call().output() instanceof Tensor output)) return;
                if (!(step.call().inputs().getFirst() instanceof Tensor input)
                    || TENSORS.source(input) == TENSORS.source(output)) return;
                origins.put(TENSORS.source(output), new Origin.Called(called, input));
            });
            return result[0];
        }, value, example);
    }

    /// The name of what a function of elements makes of a value.
    String of(UnaryOperator<Tensor> function, String value, Tensor example) {
        var x = example.detach().requiresGrad(true);
        names.put(x, value);
        try (var _ = Module.evaluating(); var _ = Autograd.enableGrad()) {
            Tensor y;
            try (var _ = TENSORS.witnessed(new Seen())) {
                y = function.apply(x);
            }
            if (!names.containsKey(TENSORS.source(y)) && !origins.containsKey(TENSORS.source(y)))
                throw new IllegalArgumentException(refusal
                + "what it gives isn't computed from its input by operations that have a gradient");
            return name(y);
        }
    }

    /// What a recurrent layer of its own gives, of which parts may be taken.
    private void recurred(Module layer, Call call) {
        if (!(call.arguments().getFirst() instanceof Tensor input)) throw new IllegalArgumentException(refusal
            + "sequences of different lengths go through its " + layer.getClass().getSimpleName()
            + ", and only sequences of one length are written");
        if (call.arguments().stream().skip(1).anyMatch(Objects::nonNull)) throw new IllegalArgumentException(refusal
            + "its " + layer.getClass().getSimpleName() + " starts from given states, and only a start from zeros is written");
        var recurred = new Recurred(layer, input);
        switch (call.result()) {
            case LSTMOutput(var output, var h, var c) -> {
                origins.put(TENSORS.source(output), new Origin.State(recurred, RecurrentExporter.States::output));
                origins.put(TENSORS.source(h), new Origin.State(recurred, RecurrentExporter.States::h));
                origins.put(TENSORS.source(c), new Origin.State(recurred, RecurrentExporter.States::c));
            }
            case RecurrentOutput(var output, var h) -> {
                origins.put(TENSORS.source(output), new Origin.State(recurred, RecurrentExporter.States::output));
                origins.put(TENSORS.source(h), new Origin.State(recurred, RecurrentExporter.States::h));
            }
            default -> { }
        }
    }

    private String name(Tensor x) { return name(TENSORS.source(x), x); }

    /// @param x null if it isn't at hand
    private String name(Object key, Tensor x) {
        var known = names.get(key);
        if (known != null) return known;
        var name = switch (origins.get(key)) {
            case null -> parameters.containsKey(key) ? weights.apply(parameters.get(key)) : x == null
                ? failed("a part of what isn't known") : x.shape().rank() == 0 ? graph.number(x.item())
                : graph.floats(x.detach());
            case Origin.Computed(var formula, var inputs) -> written(formula, inputs.stream().map(this::name).toList());
            case Origin.Called(var layer, var input) -> layers.write(layer, name(input), input.detach());
            case Origin.Part(var window, var of, boolean kept) -> part(window, name(of, null), kept);
            case Origin.State(var call, var which) -> which.apply(call.states());
            case Origin.Operation(var operation) -> failed("\"" + operation + "\"");
        };
        names.put(key, name);
        return name;
    }

    private String failed(String what) {
        throw new IllegalArgumentException(refusal + "it computes " + what
            + ", which is no function of elements, nor a layer of its own that is known here");
    }

    /// What reaches to the end does so whatever the size is.
    private String part(TensorBridge.Window window, String whole, boolean kept) {
        int size = window.whole().size(window.dim());
        boolean last = window.to() == size;
        var axis = graph.integers(window.dim());
        var y = graph.node("Slice", List.of(whole, graph.integers(!kept && last ? -1 : window.from()),
            graph.integers(last ? Long.MAX_VALUE : window.to()), axis,
            graph.integers(window.step())));
        return kept ? y : graph.node("Squeeze", List.of(y, axis));
    }

    private String written(Term formula, List<String> inputs) {
        var done = new IdentityHashMap<Term, String>();
        for (var term : Term.inOrder(List.of(formula))) done.put(term, node(term, inputs, done));
        return done.get(formula);
    }

    private String node(Term term, List<String> inputs, Map<Term, String> done) {
        var operands = term.operands().stream().map(done::get).toList();
        var plain = NODES.get(term.op());
        if (plain != null) return graph.node(plain, operands);
        var x = operands.isEmpty() ? null : operands.getFirst();
        return switch (term.op()) {
            case INPUT -> inputs.get(term.index());
            case CONSTANT -> graph.number((float) term.value());
            case DETACH -> x;
            case FMA -> graph.node("Add", List.of(graph.node("Mul", operands.subList(0, 2)), operands.get(2)));
            case SELECT -> selected(term, operands);
            case RSQRT -> graph.node("Reciprocal", List.of(graph.node("Sqrt", List.of(x))));
            case EXPM1 -> graph.node("Sub", List.of(graph.node("Exp", List.of(x)), graph.number(1)));
            case LOG1P -> graph.node("Log", List.of(graph.node("Add", List.of(x, graph.number(1)))));
            case LOG_SIGMOID -> graph.node("Neg", List.of(graph.node("Softplus", List.of(graph.node("Neg", List.of(x))))));
            case TANHSHRINK -> graph.node("Sub", List.of(x, graph.node("Tanh", List.of(x))));
            case GELU_TANH -> graph.node("Gelu", List.of(x), GraphBuilder.of("approximate", "tanh"));
            case SILU -> graph.node("Mul", List.of(x, graph.node("Sigmoid", List.of(x))));
            default -> throw new IllegalArgumentException(refusal + "its formula has " + term.op()
                + ", for which there is no operation in ONNX");
        };
    }

    private String selected(Term term, List<String> operands) {
        var comparison = term.comparison();
        var condition = graph.node(COMPARISONS.get(comparison), operands.subList(0, 2));
        if (comparison == Comparison.NE) condition = graph.node("Not", List.of(condition));
        return graph.node("Where", List.of(condition, operands.get(2), operands.get(3)));
    }
}
