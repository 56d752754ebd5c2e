package dev.lanewise.io.onnx;

import dev.lanewise.bridge.TensorBridge;
import dev.lanewise.formula.Comparison;
import dev.lanewise.formula.Op;
import dev.lanewise.formula.Term;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.Trace;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Tensor;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// Functions of elements as nodes, and what is made of them and of layers: whatever formulas a call computes, of the library or of its users,
/// are seen as they are recorded.
final class Formulas {

    private static final TensorBridge TENSORS = TensorBridge.get();
    /// Formulas that are one node, of their operands.
    private static final Map<Op, String> NODES = Map.ofEntries(Map.entry(Op.ADD, "Add"), Map.entry(Op.SUB, "Sub"), Map.entry(Op.MUL, "Mul"),
        Map.entry(Op.DIV, "Div"), Map.entry(Op.MIN, "Min"), Map.entry(Op.MAX, "Max"), Map.entry(Op.NEG, "Neg"), Map.entry(Op.ABS, "Abs"),
        Map.entry(Op.RECIPROCAL, "Reciprocal"), Map.entry(Op.SQRT, "Sqrt"), Map.entry(Op.EXP, "Exp"), Map.entry(Op.LOG, "Log"),
        Map.entry(Op.TANH, "Tanh"), Map.entry(Op.SIGMOID, "Sigmoid"), Map.entry(Op.ERF, "Erf"), Map.entry(Op.SIN, "Sin"), Map.entry(Op.COS, "Cos"),
        Map.entry(Op.RELU, "Relu"), Map.entry(Op.SOFTPLUS, "Softplus"), Map.entry(Op.SOFTSIGN, "Softsign"), Map.entry(Op.GELU, "Gelu"),
        Map.entry(Op.MISH, "Mish"), Map.entry(Op.POW, "Pow"));
    private static final Map<Comparison, String> COMPARISONS = Map.of(Comparison.LT, "Less", Comparison.LE, "LessOrEqual", Comparison.GT, "Greater",
        Comparison.GE, "GreaterOrEqual", Comparison.EQ, "Equal", Comparison.NE, "Equal");

    /// How a tensor came about.
    private sealed interface Origin {

        /// By a formula.
        record Computed(Term formula, List<Tensor> inputs) implements Origin {}

        /// By a layer of its own that was called.
        record Called(Layer layer, Tensor input) implements Origin {}

        /// By an operation whose formula nobody has said.
        record Operation(String name) implements Origin {}
    }

    /// What another layer makes of a value, as nodes.
    @FunctionalInterface
    interface Writer {
        String write(Layer layer, String input, Tensor example);
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
    private void know(Module module) { module.namedParameters().values().forEach(parameter -> parameters.put(parameter.tensor(), parameter)); }

    private final class Seen implements TensorBridge.Witness {

        private Object last;

        @Override
        public void recorded(String name, Tensor result, List<TensorBridge.Source> inputs) {
            last = TENSORS.source(result);
            origins.put(last, new Origin.Operation(name));
        }

        @Override
        public void isElementwise(Term formula, List<Tensor> inputs) { origins.put(last, new Origin.Computed(formula, inputs)); }

        @Override
        public void isWindow(TensorBridge.Window window) {
            // an operation as others are
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
                if (step.module() == layer || !(step.module() instanceof Layer called) || !(step.call().output() instanceof Tensor output)) return;
                if (!(step.call().inputs().getFirst() instanceof Tensor input) || TENSORS.source(input) == TENSORS.source(output)) return;
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
            if (!names.containsKey(TENSORS.source(y)) && !origins.containsKey(TENSORS.source(y))) throw new IllegalArgumentException(refusal
                + "what it gives isn't computed from its input by operations that have a gradient");
            return name(y);
        }
    }

    private String name(Tensor x) {
        var key = TENSORS.source(x);
        var known = names.get(key);
        if (known != null) return known;
        var name = switch (origins.get(key)) {
            case null -> parameters.containsKey(key) ? weights.apply(parameters.get(key)) : x.shape().rank() == 0 ? graph.number(x.item()) : graph.floats(x.detach());
            case Origin.Computed(var formula, var inputs) -> written(formula, inputs.stream().map(this::name).toList());
            case Origin.Called(var layer, var input) -> layers.write(layer, name(input), input.detach());
            case Origin.Operation(var operation) -> throw new IllegalArgumentException(refusal + "it computes \"" + operation
                + "\", which is no function of elements, nor a layer of its own that is known here");
        };
        names.put(key, name);
        return name;
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
            default -> throw new IllegalArgumentException(refusal + "its formula has " + term.op() + ", for which there is no operation in ONNX");
        };
    }

    private String selected(Term term, List<String> operands) {
        var comparison = term.comparison();
        var condition = graph.node(COMPARISONS.get(comparison), operands.subList(0, 2));
        if (comparison == Comparison.NE) condition = graph.node("Not", List.of(condition));
        return graph.node("Where", List.of(condition, operands.get(2), operands.get(3)));
    }
}
