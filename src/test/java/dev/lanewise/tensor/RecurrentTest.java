package dev.lanewise.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.Compute;
import dev.lanewise.bridge.TensorBridge;
import dev.lanewise.kernel.ColdStart;
import dev.lanewise.kernel.Recurrence.Cell;
import dev.lanewise.kernel.Recurrence.Steps;
import dev.lanewise.random.Threefry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// A recurrent layer's one operation: its derivatives, and that its loops and its rule have the same bits.
class RecurrentTest {

    /// A cell, sequences and what goes in: x, h, an LSTM's c, two weights and, if there are any, two biases.
    private record Case(Cell cell, Steps steps, List<Tensor> inputs) {

        /// Of random lengths, and, where strides allow it, of views that have gaps.
        static Case of(Cell cell, int sequences, int time, int in, int hidden, boolean gaps, SplittableRandom random) {
            var sizes = new int[time];
            sizes[0] = sequences;
            for (int t = 1; t < time; t++) sizes[t] = random.nextInt(4) == 0 ? random.nextInt(1, sizes[t - 1] + 1) : sizes[t - 1];
            var steps = Steps.of(sizes, random.nextBoolean());
            var inputs = new ArrayList<Tensor>();
            inputs.add(draw(cell, gaps, random, steps.rows(), in));
            for (int i = 0; i < (cell == Cell.LSTM ? 2 : 1); i++) inputs.add(draw(cell, gaps, random, sequences, hidden));
            inputs.add(draw(cell, gaps, random, cell.gates() * hidden, in));
            inputs.add(draw(cell, gaps, random, cell.gates() * hidden, hidden));
            if (random.nextBoolean())
                for (int i = 0; i < 2; i++) inputs.add(draw(cell, gaps, random, cell.gates() * hidden, 1).squeeze(1));
            return new Case(cell, steps, inputs);
        }

        /// A rectifier's sums stay away from its kink.
        private static Tensor draw(Cell cell, boolean gaps, SplittableRandom random, int rows, int columns) {
            var x = Tensor.randn(new Threefry(random.nextLong()), gaps ? new int[] {columns + 1, 2 * rows}
                : new int[] {rows, columns}).mul(0.5f);
            if (cell == Cell.RELU) x = x.abs().add(0.1f);
            return gaps ? x.slice(0, 1, columns + 1).slice(1, 0, 2 * rows, 2).t() : x;
        }

        Tensor states(List<Tensor> inputs) {
            int weights = cell == Cell.LSTM ? 3 : 2;
            boolean biases = inputs.size() > weights + 2;
            return TensorBridge.get().recurrent(cell, steps, inputs.get(0), inputs.get(1), cell == Cell.LSTM
                ? inputs.get(2) : null,
                inputs.get(weights), inputs.get(weights + 1), biases ? inputs.get(weights + 2) : null, biases
                ? inputs.get(weights + 3) : null);
        }

        List<Tensor> leaves() { return inputs.stream().map(x -> x.detach().requiresGrad(true)).toList(); }
    }

    private static Case small(Cell cell, long seed) {
        var random = new SplittableRandom(seed);
        return Case.of(cell, random.nextInt(1, 4), random.nextInt(1, 5), random.nextInt(1, 4), random.nextInt(1, 4),
            random.nextBoolean(), random);
    }

    @Property(tries = 16)
    void gradientsAreDifferences(@ForAll Cell cell, @ForAll long seed) {
        var each = small(cell, seed);
        assertEquals(Optional.empty(),
            GradientCheck.first(inputs -> List.of(each.states(inputs)), each.inputs, new SplittableRandom(seed)));
    }

    @Property(tries = 12)
    void secondDerivativesAreDifferences(@ForAll Cell cell, @ForAll long seed) {
        var each = small(cell, seed);
        assertEquals(Optional.empty(),
            GradientCheck.second(inputs -> List.of(each.states(inputs)), each.inputs, new SplittableRandom(seed)));
    }

    private static List<Tensor> gradients(Case each, List<Tensor> leaves, long seed, boolean recorded) {
        var states = each.states(leaves);
        var gradient = Tensor.randn(new Threefry(seed), states.shape().toArray());
        return Autograd.grad(states, leaves, gradient, false, recorded);
    }

    private static void assertSame(List<Tensor> expected, List<Tensor> actual) {
        for (int i = 0; i < expected.size(); i++) assertArrayEquals(expected.get(i).toArray(), actual.get(i).toArray(),
            "input " + i);
    }

    /// Sizes beyond a vector, and a block of a product.
    @Property(tries = 16)
    void theRuleHasTheBitsOfTheLoops(@ForAll Cell cell, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var each = random.nextInt(3) > 0 ? small(cell, seed)
            : Case.of(cell, random.nextInt(1, 40), random.nextInt(1, 6), 5, random.nextBoolean() ? 128 : 300,
                random.nextBoolean(), random);
        assertSame(gradients(each, each.leaves(), seed, false), gradients(each, each.leaves(), seed, true));
    }

    /// So many rows that threads share a step's product.
    @Property(tries = 4)
    void theBitsAreThoseOfAnyThreads(@ForAll Cell cell, @ForAll long seed) {
        var each = Case.of(cell, cell.gates() == 1 ? 210 : 71, 3, 9, 70, new SplittableRandom(seed).nextBoolean(),
            new SplittableRandom(seed));
        int threads = Compute.threads();
        assertUnchanged(each, seed, () -> Compute.setThreads(threads == 1 ? 3 : 1), () -> Compute.setThreads(threads));
    }

    @Property(tries = 8)
    void theBitsAreThoseOfScalarLoops(@ForAll Cell cell, @ForAll long seed) {
        var each = Case.of(cell, 5, 3, 9, 19, new SplittableRandom(seed).nextBoolean(), new SplittableRandom(seed));
        assertUnchanged(each, seed, () -> ColdStart.set(Duration.ofSeconds(1_000_000_000)), ColdStart::end);
    }

    private static void assertUnchanged(Case each, long seed, Runnable change, Runnable back) {
        var states = each.states(each.inputs).toArray();
        var gradients = gradients(each, each.leaves(), seed, false);
        change.run();
        try {
            assertArrayEquals(states, each.states(each.inputs).toArray());
            assertSame(gradients, gradients(each, each.leaves(), seed, false));
        } finally {
            back.run();
        }
    }

    /// What lies otherwise in memory is the same.
    @Property(tries = 12)
    void gapsChangeNothing(@ForAll Cell cell, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var each = Case.of(cell, 3, 4, 3, 5, true, random);
        var dense = new Case(cell, each.steps, each.inputs.stream().map(Tensor::contiguous).toList());
        assertArrayEquals(dense.states(dense.inputs).toArray(), each.states(each.inputs).toArray());
        assertSame(gradients(dense, dense.leaves(), seed, false), gradients(each, each.leaves(), seed, false));
    }

    /// Whatever is asked for: a part of the gradients is the same as that part of all.
    @Property(tries = 12)
    void someGradientsAreAsAllOfThem(@ForAll Cell cell, @ForAll long seed) {
        var each = small(cell, seed);
        var all = gradients(each, each.leaves(), seed, false);
        for (int i = 0; i < all.size(); i++) {
            var leaves = new ArrayList<>(each.inputs.stream().map(Tensor::detach).toList());
            leaves.get(i).requiresGrad(true);
            var states = each.states(leaves);
            var gradient = Tensor.randn(new Threefry(seed), states.shape().toArray());
            var alone = Autograd.grad(states, List.of(leaves.get(i)), gradient, true, false);
            assertArrayEquals(all.get(i).toArray(), alone.getFirst().toArray());
            assertArrayEquals(all.get(i).toArray(), Autograd.grad(states, List.of(leaves.get(i)), gradient, false, false)
                .getFirst().toArray());
        }
    }

    /// Neither stack nor record grows with the steps, but for further derivatives, which take time in proportion.
    @Example
    void thousandsOfSteps() {
        for (var cell : Cell.values()) {
            var sizes = new int[2_000];
            Arrays.fill(sizes, 2);
            var each = new Case(cell, Steps.of(sizes, false), Case.of(cell, 2, 1, 1, 2, false, new SplittableRandom(1)).inputs);
            var leaves = new ArrayList<>(each.leaves());
            leaves.set(0, Tensor.full(0.01f, 4_000, 1).requiresGrad(true));
            if (cell == Cell.RELU) leaves.set(3, leaves.get(3).detach().mul(0.1f).requiresGrad(true));
            var states = each.states(leaves);
            assertEquals(2, states.node.depth, "nodes of the record");
            var gradients = Autograd.grad(states.sum(), leaves, cell == Cell.LSTM);
            if (cell != Cell.LSTM) continue;
            var sum = Tensor.scalar(0);
            for (var gradient : gradients) sum = sum.add(gradient.square().sum());
            var again = Autograd.grad(sum, leaves);
            for (var gradient : again) for (float value : gradient.toArray()) assertEquals(true, Float.isFinite(value),
                "" + value);
        }
    }

    @Example
    void whatWasChangedSinceIsRefused() {
        var each = small(Cell.GRU, 3);
        var leaves = each.leaves();
        var states = each.states(leaves);
        InPlace.fill(leaves.get(3), (data, offset, length) -> Arrays.fill(data, offset, offset + length, 1f));
        Rejected.state(() -> Autograd.grad(states.sum(), leaves), "\"gru\" saved was changed in place");
    }
}
