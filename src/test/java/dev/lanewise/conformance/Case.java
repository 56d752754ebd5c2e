package dev.lanewise.conformance;

import static java.util.stream.Collectors.toCollection;

import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.testing.JsonReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;

/// One line of a family's file, which `src/test/python/conformance.py` wrote: an operation, what goes in, and what PyTorch
/// made of it. Holds the inputs of one run, so each run reads it anew.
final class Case {

    /// What comes out, and the weights of the sum that gradients are taken of: null if PyTorch has no gradient.
    record Output(Shape shape, double[] data, float[] weights) {}

    /// What is differentiated again: the sum of the inputs' gradients times directions. Its gradients are by the inputs and by
    /// the outputs' weights. Null where there is none.
    record Second(List<float[]> directions, List<double[]> gradients, List<double[]> weights) {}

    private final Map<?, ?> fields;
    private final List<Tensor> inputs;

    private Case(Map<?, ?> fields) {
        this.fields = fields;
        this.inputs = list(fields.get("inputs")).stream().map(Map.class::cast)
            .map(input -> Tensor.wrap(floats(input.get("data")), integers(input.get("shape"))))
            .collect(toCollection(ArrayList::new));
        for (int i = 0; i < inputs.size(); i++) inputs.get(i).requiresGrad(gradient(i) != null);
    }

    static Case parse(String line) { return new Case((Map<?, ?>) JsonReader.read(line)); }

    /// The lines of a family's file.
    static List<String> lines(String family) {
        try (InputStream in = Objects.requireNonNull(Case.class.getResourceAsStream(family + ".jsonl"), family)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String name() { return (String) fields.get("name"); }

    String op() { return (String) fields.get("op"); }

    // ---- what goes in

    /// An input: a leaf, if PyTorch has a gradient for it.
    Tensor x(int index) { return inputs.get(index); }

    Tensor x() { return x(0); }

    /// An input that may be missing.
    Tensor xOrNull(int index) { return index < inputs.size() ? x(index) : null; }

    Tensor[] all() { return inputs.toArray(Tensor[]::new); }

    /// Gives a layer's parameter the values of an input, and stands it in its place: the gradient arrives there.
    void load(int index, Parameter parameter) {
        parameter.initializer(Initializers.copyOf(x(index)));
        parameter.initialize((RandomSource) null);
        inputs.set(index, parameter.tensor());
    }

    /// A parameter with the values and the shape of an input.
    Parameter parameter(int index) {
        var parameter = new Parameter("x" + index, x(index).shape(), Fan.linear(1, 1), Initializers.zeros());
        load(index, parameter);
        return parameter;
    }

    private Object arg(String name) {
        var args = (Map<?, ?>) fields.get("args");
        if (!args.containsKey(name)) throw new AssertionError("no \"" + name + "\" among " + args);
        return args.get(name);
    }

    boolean has(String name) { return ((Map<?, ?>) fields.get("args")).containsKey(name); }

    int[] ints(String name) { return integers(arg(name)); }

    double[] numbers(String name) { return doubles(arg(name)); }

    /// The list at an index of a list of them, which may be missing as a whole: then nothing.
    List<Integer> intsAt(String name, int index) {
        if (!has(name)) return List.of();
        return Arrays.stream(integers(list(arg(name)).get(index))).boxed().toList();
    }

    int integer(String name) { return (int) number(name); }

    double number(String name) { return parsed(arg(name)); }

    double numberOr(String name, double otherwise) { return has(name) ? number(name) : otherwise; }

    boolean flag(String name) { return (Boolean) arg(name); }

    boolean flagOr(String name, boolean otherwise) { return has(name) ? flag(name) : otherwise; }

    String word(String name) { return (String) arg(name); }

    String wordOr(String name, String otherwise) { return has(name) ? word(name) : otherwise; }

    // ---- what comes out

    List<Output> outputs() {
        return list(fields.get("outputs")).stream().map(Map.class::cast).map(output -> new Output(
            Shape.of(integers(output.get("shape"))), doubles(output.get("data")),
            output.containsKey("weights") ? floats(output.get("weights")) : null)).toList();
    }

    /// Whether each element is held to its own magnitude.
    boolean each() { return fields.containsKey("each"); }

    /// Null if nothing is differentiated again.
    Second second() {
        if (!(fields.get("second") instanceof Map<?, ?> second)) return null;
        return new Second(nullable(second.get("directions"), Case::floats), nullable(second.get("gradients"), Case::doubles),
            nullable(second.get("weights"), Case::doubles));
    }

    int inputCount() { return inputs.size(); }

    /// Null where there is none.
    double[] gradient(int index) {
        var gradient = list(fields.get("gradients")).get(index);
        return gradient == null ? null : doubles(gradient);
    }

    // ---- numbers

    private static List<?> list(Object value) { return (List<?>) value; }

    /// Of a list that has nulls, too.
    private static <T> List<T> nullable(Object values, Function<Object, T> parse) {
        return list(values).stream().map(value -> value == null ? null : parse.apply(value))
            .collect(toCollection(ArrayList::new));
    }

    private static double[] doubles(Object list) { return list(list).stream().mapToDouble(Case::parsed).toArray(); }

    private static int[] integers(Object list) { return list(list).stream().mapToInt(each -> (int) parsed(each)).toArray(); }

    private static float[] floats(Object list) {
        var parsed = doubles(list);
        var floats = new float[parsed.length];
        // the script's numbers are floats in nine digits, so rounding twice changes nothing
        IntStream.range(0, floats.length).forEach(i -> floats[i] = (float) parsed[i]);
        return floats;
    }

    private static double parsed(Object value) {
        if (value instanceof JsonReader.Num number) return Double.parseDouble(number.text());
        return switch ((String) value) {
            case "nan" -> Double.NaN;
            case "inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            default -> throw new AssertionError(value);
        };
    }
}
