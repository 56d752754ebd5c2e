package dev.lanewise.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.lanewise.catalogue.BinaryFunction;
import dev.lanewise.catalogue.ClassLoss;
import dev.lanewise.catalogue.ElementwiseLoss;
import dev.lanewise.catalogue.Layers;
import dev.lanewise.catalogue.OptimizerKind;
import dev.lanewise.catalogue.RowLoss;
import dev.lanewise.catalogue.RecurrentKind;
import dev.lanewise.catalogue.ScheduleKind;
import dev.lanewise.catalogue.UnaryFunctions;
import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.nn.recurrent.RecurrentOptions;
import dev.lanewise.optim.SGD;
import dev.lanewise.tensor.Op;
import dev.lanewise.tensor.Ops;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Values and gradients are PyTorch's in double precision, within 1e-5 of the result's scale: of the largest finite magnitude
/// in the tensor that PyTorch gave, or, where a case says so, of each element by itself. NaN, infinities and shapes are the
/// same, element by element. Second derivatives are held to the same, in the cases that have them; that by the weight of a lone
/// number is a sum, and held to its terms' magnitudes, of which little may be left. Where all that PyTorch gave is 0, or below
/// float's range, a distance of [#FLOOR] is allowed.
///
/// What PyTorch does otherwise, on purpose, has no case; the docs list it.
class TorchTest {

    private static final double TOLERANCE = 1e-5;
    private static final double FLOOR = Float.MIN_NORMAL;

    /// The tables, by the name of the file that has their cases.
    private static final Map<String, Map<String, Call>> FAMILIES = Map.ofEntries(
        Map.entry("tensors", TensorCalls.ALL),
        Map.entry("rearranging", RearrangingCalls.ALL),
        Map.entry("ordering", OrderingCalls.ALL),
        Map.entry("sums", SumCalls.ALL),
        Map.entry("activations", ActivationCalls.ALL),
        Map.entry("attention", AttentionCalls.ALL),
        Map.entry("layers", LayerCalls.ALL),
        Map.entry("pooling", PoolingCalls.ALL),
        Map.entry("norms", NormCalls.ALL),
        Map.entry("images", ImageCalls.ALL),
        Map.entry("losses", LossCalls.ALL),
        Map.entry("optimizers", OptimizerCalls.ALL),
        Map.entry("recurrent", RecurrentCalls.ALL),
        Map.entry("schedules", ScheduleCalls.ALL));

    @TestFactory
    Stream<DynamicContainer> conforms() {
        return FAMILIES.entrySet().stream().sorted(Map.Entry.comparingByKey()).map(family ->
            DynamicContainer.dynamicContainer(family.getKey(), Case.lines(family.getKey()).stream().map(line ->
                DynamicTest.dynamicTest(Case.parse(line).name(), () -> check(Case.parse(line), family.getValue())))));
    }

    @Test
    void everyOperationHasCasesAndEveryCaseAnOperation() {
        FAMILIES.forEach((family, calls) -> assertEquals(new TreeSet<>(calls.keySet()),
            Case.lines(family).stream().map(line -> Case.parse(line).op()).collect(Collectors.toCollection(TreeSet::new))));
    }

    /// What PyTorch hasn't, or has under another name that is tried.
    private static final Set<String> APART = Set.of("t", "clone", "contiguous", "linear", "linearRelu", "conv2d",
        "convTranspose2d", "crossEntropy", "glu", "interpolate", "overRootMeanSquare", "Identity", "Residual", "LoRA", "Sin",
        "Dropout", "Dropout1d", "Dropout2d", "Sequential", "Optimizer", "Lion");

    /// Whatever stands in the catalogue under the name of a public method or class.
    @Test
    void everythingInTheCatalogueHasCases() {
        var names = new TreeSet<String>();
        UnaryFunctions.ALL.stream().filter(function -> function.isMethodOf(Tensor.class))
            .forEach(function -> names.add(function.method()));
        BinaryFunction.ALL.stream().filter(function -> function.isMethodOf(Tensor.class))
            .forEach(function -> names.add(function.name()));
        Ops.ALL.stream().map(Op::name).filter(name -> name.matches("\\w+")).forEach(names::add);
        Layers.ALL.forEach(kind -> names.add(kind.make().getClass().getSimpleName()));
        for (var kind : RecurrentKind.values())
            for (var module : List.of(kind.layer(1, 1, RecurrentOptions.layers(1)), kind.cell(1, 1, RecurrentOptions.layers(1))))
                names.add(module.getClass().getSimpleName());
        ElementwiseLoss.ALL.forEach(loss -> names.add(loss.method()));
        ClassLoss.ALL.forEach(loss -> names.add(loss.name()));
        RowLoss.ALL.forEach(loss -> names.add(loss.method()));
        var parameters = List.of(new Parameter("x", Shape.of(1), Fan.linear(1, 1), Initializers.zeros()));
        for (var kind : OptimizerKind.values()) names.add(kind.make(parameters).getClass().getSimpleName());
        for (var kind : ScheduleKind.values()) if (kind != ScheduleKind.OWN)
            names.add(kind.make(new SGD(parameters, 0.1)).getClass().getSimpleName());
        FAMILIES.values().forEach(calls -> names.removeAll(calls.keySet()));
        // a function of a layer's name has the layer's
        FAMILIES.values().forEach(calls -> calls.keySet()
            .forEach(name -> names.remove(name.substring(0, 1).toLowerCase(Locale.ROOT)
            + name.substring(1))));
        // an activation's layer has the cases
        UnaryFunctions.ACTIVATIONS.forEach(function -> names.remove(function.method()));
        names.removeAll(APART);
        assertEquals(Set.of(), names, "without a case: write some into src/test/python/families, run"
            + " src/test/python/conformance.py"
            + " and call it in the tables of this package; or say in APART that PyTorch hasn't any");
    }

    @Test
    void thereAreManyCasesEachWithItsName() {
        for (var family : FAMILIES.keySet()) {
            var names = Case.lines(family).stream().map(line -> Case.parse(line).name()).toList();
            assertEquals(names.size(), names.stream().distinct().count(), family);
        }
        assertTrue(FAMILIES.keySet().stream().mapToInt(family -> Case.lines(family).size()).sum() >= 4000);
    }

    /// Those of all cases, and of each family that has gradients.
    @Test
    void aThirdOfTheCasesHasSecondDerivatives() {
        int cases = 0, second = 0;
        for (var family : FAMILIES.keySet()) {
            var lines = Case.lines(family);
            int found = (int) lines.stream().filter(line -> line.contains("\"second\":{")).count();
            assertTrue(found == 0 ? FOLLOWED.contains(family) : 3 * found >= lines.size(),
                () -> family + ": " + found + " of " + lines.size());
            cases += lines.size();
            second += found;
        }
        assertTrue(3 * second >= cases, second + " of " + cases);
    }

    /// What is followed over steps, and has nothing to differentiate.
    private static final Set<String> FOLLOWED = Set.of("optimizers", "schedules");

    private static void check(Case c, Map<String, Call> calls) {
        var actual = outputs(c, calls);
        var expected = c.outputs();
        assertEquals(expected.size(), actual.size(), c.name() + ": outputs");
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.get(i).shape(), actual.get(i).shape(), c.name() + ": shape of output " + i);
            assertClose(c, "output " + i, expected.get(i).data(), actual.get(i).toArray());
        }
        var second = c.second();
        var weights = backward(expected, actual, second != null);
        var gradients = IntStream.range(0, c.inputCount()).mapToObj(i -> c.x(i).grad()).toList();
        for (int i = 0; i < c.inputCount(); i++) {
            if (c.gradient(i) == null) continue;
            if (c.x(i).grad() == null) fail(c.name() + ": no gradient of input " + i);
            assertEquals(c.x(i).shape(), c.x(i).grad().shape(), c.name() + ": shape of the gradient of input " + i);
            assertClose(c, "gradient of input " + i, c.gradient(i), c.x(i).grad().toArray());
        }
        if (second == null) return;
        backwardAgain(c, second, gradients, weights);
        for (int i = 0; i < c.inputCount(); i++) assertSecond(c, "input " + i, c.x(i), second.gradients().get(i), 0);
        for (int i = 0; i < weights.size(); i++)
            if (weights.get(i) != null) assertSecond(c, "the weights of output " + i, weights.get(i), second.weights().get(i),
                terms(c, second));
    }

    private static List<Tensor> outputs(Case c, Map<String, Call> calls) {
        try {
            return calls.get(c.op()).of(c);
        } catch (RuntimeException e) {
            throw new AssertionError(c.name() + ": " + e.getMessage(), e);
        }
    }

    /// Of all outputs together, as PyTorch did; returns their weights.
    private static List<Tensor> backward(List<Case.Output> expected, List<Tensor> actual, boolean again) {
        var all = new ArrayList<Tensor>();
        for (int i = 0; i < expected.size(); i++) {
            var weights = expected.get(i).weights();
            all.add(weights == null ? null : Tensor.wrap(weights, expected.get(i).shape().toArray()).requiresGrad(again));
            if (weights != null) actual.get(i).backward(all.get(i), true, again);
        }
        return all;
    }

    /// Of the sum of the gradients times directions: puts its gradients in the place of the first.
    private static void backwardAgain(Case c, Case.Second second, List<Tensor> gradients, List<Tensor> weights) {
        var sum = Tensor.scalar(0f);
        for (int i = 0; i < gradients.size(); i++) if (second.directions().get(i) != null)
            sum = sum.add(gradients.get(i)
                .mul(Tensor.wrap(second.directions().get(i), gradients.get(i).shape().toArray())).sum());
        for (int i = 0; i < gradients.size(); i++) c.x(i).zeroGrad();
        for (var each : weights) if (each != null) each.zeroGrad();
        sum.backward();
    }

    /// None at all is as good as zeros: they are what an operation without curvature has.
    private static void assertSecond(Case c, String what, Tensor x, double[] expected, double least) {
        assertClose(c, "second gradient of " + what, expected == null ? new double[x.numel()] : expected,
            x.grad() == null ? new float[x.numel()] : x.grad().toArray(), least);
    }

    /// What a second gradient by the weight of a lone number is the sum of, in magnitude: directions times the gradients by the
    /// inputs, which were multiplied by that weight. 0 where there are more numbers.
    private static double terms(Case c, Case.Second second) {
        var outputs = c.outputs();
        if (outputs.size() > 1 || outputs.getFirst().data().length != 1) return 0;
        double weight = outputs.getFirst().weights()[0];
        double sum = 0;
        for (int i = 0; i < c.inputCount(); i++) if (second.directions().get(i) != null)
            for (int j = 0; j < c.gradient(i).length; j++) sum += Math.abs(second.directions()
                .get(i)[j] * c.gradient(i)[j] / weight);
        return Double.isFinite(sum) ? sum : 0;
    }

    private static void assertClose(Case c, String what, double[] expected, float[] actual) {
        assertClose(c, what, expected, actual, 0);
    }

    /// @param least of the scale
    private static void assertClose(Case c, String what, double[] expected, float[] actual, double least) {
        assertEquals(expected.length, actual.length, c.name() + ": elements of " + what);
        double scale = least;
        for (double each : expected) if (Double.isFinite(each)) scale = Math.max(scale, Math.abs(each));
        for (int i = 0; i < expected.length; i++) {
            double allowed = TOLERANCE * (c.each() ? Math.abs(expected[i]) : scale) + FLOOR;
            boolean same = Double.compare(expected[i], actual[i]) == 0;
            // an infinity is the same or wrong, though infinitely much would be allowed beside it
            if (!same && !(Double.isFinite(expected[i]) && Math.abs(expected[i] - actual[i]) <= allowed)) fail(c.name()
                + ": " + what + ", element " + i + ": PyTorch has " + expected[i] + ", we have " + actual[i] + "; " + allowed
                + " apart are allowed");
        }
    }
}
