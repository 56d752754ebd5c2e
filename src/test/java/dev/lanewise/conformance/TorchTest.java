package dev.lanewise.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.lanewise.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Values and gradients are PyTorch's in double precision, within 1e-5 of the result's scale: of the largest finite magnitude
/// in the tensor that PyTorch gave. NaN, infinities and shapes are the same. Where all that PyTorch gave is 0, or below float's
/// range, a distance of [#FLOOR] is allowed.
///
/// What PyTorch does otherwise, on purpose, has no case; the docs list it.
class TorchTest {

    private static final double TOLERANCE = 1e-5;
    private static final double FLOOR = 1e-12;

    /// The tables, by the name of the file that has their cases.
    private static final Map<String, Map<String, Call>> FAMILIES = Map.of("tensors", TensorCalls.ALL,
        "activations", ActivationCalls.ALL, "layers", LayerCalls.ALL, "losses", LossCalls.ALL,
        "optimizers", OptimizerCalls.ALL, "schedules", ScheduleCalls.ALL);

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

    @Test
    void thereAreManyCasesEachWithItsName() {
        for (var family : FAMILIES.keySet()) {
            var names = Case.lines(family).stream().map(line -> Case.parse(line).name()).toList();
            assertEquals(names.size(), names.stream().distinct().count(), family);
        }
        assertTrue(FAMILIES.keySet().stream().mapToInt(family -> Case.lines(family).size()).sum() >= 300);
    }

    private static void check(Case c, Map<String, Call> calls) {
        var actual = calls.get(c.op()).of(c);
        var expected = c.outputs();
        assertEquals(expected.size(), actual.size(), c.name() + ": outputs");
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.get(i).shape(), actual.get(i).shape(), c.name() + ": shape of output " + i);
            assertClose(c.name() + ": output " + i, expected.get(i).data(), actual.get(i).toArray());
        }
        backward(expected, actual);
        for (int i = 0; i < c.inputCount(); i++) {
            var gradient = c.gradient(i);
            if (gradient == null) continue;
            if (c.x(i).grad() == null) fail(c.name() + ": no gradient of input " + i);
            assertEquals(c.x(i).shape(), c.x(i).grad().shape(), c.name() + ": shape of the gradient of input " + i);
            assertClose(c.name() + ": gradient of input " + i, gradient, c.x(i).grad().toArray());
        }
    }

    /// Of all outputs together, as PyTorch did.
    private static void backward(List<Case.Output> expected, List<Tensor> actual) {
        IntStream.range(0, expected.size()).filter(i -> expected.get(i).weights() != null).forEach(i ->
            actual.get(i).backward(Tensor.wrap(expected.get(i).weights(), actual.get(i).shape().toArray()), true, false));
    }

    private static void assertClose(String what, double[] expected, float[] actual) {
        double scale = 0;
        for (double each : expected) if (Double.isFinite(each)) scale = Math.max(scale, Math.abs(each));
        double allowed = TOLERANCE * scale + FLOOR;
        for (int i = 0; i < expected.length; i++) {
            boolean same = Double.compare(expected[i], actual[i]) == 0;
            if (!same && !(Math.abs(expected[i] - actual[i]) <= allowed)) fail(what + ", element " + i + ": PyTorch has " + expected[i]
                + ", we have " + actual[i] + "; " + allowed + " apart are allowed");
        }
    }
}
