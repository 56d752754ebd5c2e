package dev.lanewise.lab.compare;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.data.Batch;
import dev.lanewise.diagnose.Verdict;
import dev.lanewise.lab.cli.Experiment;
import dev.lanewise.lab.compare.Comparison.Trained;
import dev.lanewise.nn.Dropout;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.init.Scheme;
import dev.lanewise.random.Threefry;
import dev.lanewise.report.ImageGrid;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.train.History;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is said of runs, whatever they came to.
class ComparisonTest {

    private static final int IN = 200;
    private static final double GUESS = Math.log(4);
    private static final Map<String, Start> STARTS = new HashMap<>();

    private static Start start(String name, Tensor inputs) {
        var scheme = Scheme.named(name);
        var layers = List.of(linear(IN, 50, scheme), linear(50, 30, scheme), linear(30, 4, scheme));
        var model = new Sequential(layers.get(0), new ReLU(), new Dropout(0.2), layers.get(1), new ReLU(), layers.get(2))
            .initialize(3);
        var steps = model.stepDict();
        var start = Start.of(model, layers, new Batch<>(inputs, IntStream.range(0, inputs.size(0)).map(i -> i % 4).toArray()));
        assertEquals(steps, model.stepDict(), "dropout's steps");
        for (var layer : layers) assertEquals(null, layer.weight().grad());
        return start;
    }

    private static Tensor images() { return Tensor.rand(new Threefry(9).stream("images"), 40, IN); }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "zeros | exactly 0",
        "ones | same weights",
        "ones | weights of mean 1.00 let the 200 terms",
        "constant | same weights",
        "uniform | weights of mean 0.500",
        "uniform | first loss is",
        "uniform-centered | (theory: ",
        "normal:0:1e-6 | vanishing",
        "normal:0:100 | exploding",
        "uniform-rule | fades",
    })
    void aFaultyStartIsToldFromItsNumbers(String name, String fault) {
        var faults = String.join("; ", start(name, images()).faults(GUESS));
        assertTrue(faults.contains(fault), faults);
        assertFalse(faults.contains("NaN") || faults.contains("null"), faults);
    }

    @ParameterizedTest
    @ValueSource(strings = {"kaiming-normal", "xavier-normal", "orthogonal", "kaiming-uniform"})
    void aSoundStartHasNoFault(String name) {
        var start = start(name, images());
        assertEquals(List.of(), start.faults(GUESS));
        assertFalse(start.alike());
        for (var drawn : start.weights()) assertTrue(drawn.values().length <= 20_000 && drawn.law().variance() > 0);
    }

    @Test
    void blackImagesExplainNothing() {
        var start = start("kaiming-normal", Tensor.zeros(8, IN));
        assertEquals(Verdict.UNKNOWN, start.verdict());
        assertEquals(1, start.still());
        assertEquals(null, start.output());
    }

    private static Comparison.Run run(String name, double share, int images, int seeds, float... losses) {
        var random = new SplittableRandom(name.hashCode());
        var labels = new boolean[images];
        for (int i = 0; i < images; i += 4) labels[i] = true;
        var trained = ContrastTest.draws(random, images, seeds, share).stream().map(right ->
            new Trained(right, labels, Double.NaN, new History(losses, new double[] {1}, 0.5))).toList();
        return new Comparison.Run(Scheme.named(name), STARTS.computeIfAbsent(name, _ -> start(name, images())), trained);
    }

    private static Experiment.Result result(Comparison.Run... runs) {
        var settings = new Comparison.Settings("data", "200-50-30-4", 1, 10, runs[0].trained().size(),
            List.of("a", "b", "c", "d"));
        return new ComparePage(new Comparison(settings, ImageGrid.titled("none"), List.of(runs))).result();
    }

    @Test
    void divergedRunsSaySo() {
        var result = result(run("normal:0:100", 0.25, 2000, 1, 5, 9, Float.NaN, Float.NaN),
            run("kaiming-normal", 0.9, 2000, 1, 2, 1, 1, 1));
        assertTrue(result.text().replace('\n', ' ').contains("its loss is no finite number from batch 3 on"), result.text());
        assertTrue(result.conclusion().startsWith("One of two initializations learns, kaiming-normal "), result.conclusion());
        assertTrue(result.conclusion().contains("; normal:0:100 doesn't"), result.conclusion());
        assertTrue(result.page().html().contains("<svg"));
        var infinite = result(run("normal:0:100", 0.25, 2000, 1, Float.POSITIVE_INFINITY));
        assertTrue(infinite.text().replace('\n', ' ').contains("no finite number from batch 1 on"), infinite.text());
    }

    /// With every start that there is.
    @Test
    void theTerminalsTableIsNoWiderThanTheTerminal() {
        var runs = Scheme.CLASSIC.stream().map(scheme -> run(scheme.name(), 0.8, 400, 1, 1e5f)).toArray(Comparison.Run[]::new);
        var table = result(runs).text().split("\n\n")[0];
        assertTrue(table.lines().count() == runs.length + 2 && table.lines().allMatch(line -> line.length() <= 80), table);
    }

    /// No table, page or JSON fails or claims a winner among equals, whatever the sizes.
    @Test
    void allSizesAreTold() {
        for (int images : new int[] {1, 7, 400}) for (int seeds : new int[] {1,
            3}) for (double share : new double[] {0, 0.25, 1}) {
            var result = result(run("zeros", share, images, seeds, 1), run("ones", share, images, seeds, 1, 2, 3),
                run("kaiming-normal", share, images, seeds, new float[1000]));
            var all = result.text() + result.conclusion();
            assertFalse(all.toLowerCase().contains("best") || all.contains("NaN") || all.contains("is ahead"), all);
            assertTrue(result.page().html().contains("</html>"));
            assertEquals(3, ((CompareOutcome) result.outcome()).runs().size());
            assertEquals(3, ((CompareOutcome) result.outcome()).contrasts().size());
        }
    }

    @Test
    void aCurveHasTheWholeRun() {
        for (int steps : new int[] {1, 2, 159, 160, 161, 960, 10_007}) {
            var losses = new float[steps];
            for (int i = 0; i < steps; i++) losses[i] = i;
            var curve = new Comparison.Run(Scheme.named("zeros"), null,
                List.of(new Trained(new boolean[1], new boolean[1], Double.NaN, new History(losses, new double[0], 0)))).curve();
            assertTrue(curve[0].length <= 160 && curve[0].length >= Math.min(steps, 80), "points: " + curve[0].length);
            // of a loss that is the batch's number from 0, the mean is that of the batch in the middle
            assertArrayEquals(curve[0], Arrays.stream(curve[1]).map(loss -> loss + 1).toArray(), 1e-9);
            int window = Math.ceilDiv(steps, 160);
            assertEquals(steps, curve[0][curve[0].length - 1], window);
        }
    }

    private static Linear linear(int in, int out, Scheme start) { return new Linear(in, out, start.weight(), start.bias()); }
}
