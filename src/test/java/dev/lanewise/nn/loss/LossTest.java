package dev.lanewise.nn.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.catalogue.ClassLoss;
import dev.lanewise.catalogue.ElementwiseLoss;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// Sums and weights: whatever a batch is cut into, it is divided once.
class LossTest {

    private static final int ROWS = 12;
    private static final int CLASSES = 3;

    /// A loss over rows beside the mean that it is to have.
    ///
    /// @param positive whether the input must be of (0, 1)
    private record Case(String name, boolean positive,
        BiFunction<Tensor, Rows, Loss> loss, BiFunction<Tensor, Rows, Tensor> mean) {

        @Override
        public String toString() { return name; }
    }

    /// Some rows' targets.
    private record Rows(int[] labels, Tensor targets, Tensor weights) {

        static Rows draw(long seed) {
            var random = new SplittableRandom(seed);
            var labels = random.ints(ROWS, 0, CLASSES + 1).map(label -> label == CLASSES ? -100 : label).toArray();
            labels[random.nextInt(ROWS)] = 0;
            var source = new Threefry(seed);
            return new Rows(labels, Tensor.rand(source.stream("targets"), ROWS, CLASSES),
                Tensor.rand(source.stream("weights"), ROWS, 1));
        }

        Rows slice(int from, int to) {
            return new Rows(Arrays.copyOfRange(labels, from, to), targets.slice(0, from, to), weights.slice(0, from, to));
        }
    }

    private static final ClassOptions WEIGHTED = ClassOptions.DEFAULT.weight(Tensor.of(1, 0.25f, 3));
    private static final ClassOptions SMOOTHED = WEIGHTED.labelSmoothing(0.3);

    private static final List<Case> CASES = Stream.of(
        ClassLoss.ALL.stream().flatMap(LossTest::cases),
        ElementwiseLoss.summed().stream()
            .map(loss -> new Case(loss.name(), loss.probabilities(), (x, r) -> loss.sum().of(x, r.targets),
            (x, r) -> loss.reduced().of(x, r.targets, loss.mean()))),
        Stream.of(new Case("weights", false, (x, r) -> Loss.of(x.sub(r.targets).square(), r.weights),
            (x, r) -> x.sub(r.targets).square().mul(r.weights).sum().div(r.weights.sum().mul(CLASSES)))))
                .flatMap(each -> each).toList();

    /// With all options that it has.
    private static Stream<Case> cases(ClassLoss loss) {
        var options = loss.logits() ? List.of(ClassOptions.DEFAULT, WEIGHTED, SMOOTHED) : List.of(ClassOptions.DEFAULT, WEIGHTED);
        return options.stream().map(each -> new Case(loss + " " + each, false,
            (x, r) -> loss.sum().of(loss.logits() ? x : x.logSoftmax(1), r.labels, each),
            (x, r) -> loss.reduced().of(loss.logits() ? x : x.logSoftmax(1), r.labels, each)));
    }

    @Provide
    Arbitrary<Case> cases() { return Arbitraries.of(CASES); }

    private static Tensor draw(Case loss, long seed) {
        var source = new Threefry(seed).stream("input");
        return loss.positive ? Tensor.rand(source, ROWS, CLASSES).mul(0.9f).add(0.05f) : Tensor.randn(source, ROWS, CLASSES);
    }

    /// Parts that count little and parts that count nothing among them.
    @Property(tries = 150)
    void partsAreDividedOnce(@ForAll("cases") Case loss, @ForAll long seed) {
        var rows = Rows.draw(seed);
        var input = draw(loss, seed).requiresGrad(true);
        var whole = loss.mean.apply(input, rows);
        whole.backward();
        var gradient = input.grad();
        input.zeroGrad();
        var random = new SplittableRandom(seed);
        Loss sum = null;
        for (int from = 0; from < ROWS;) {
            int to = Math.min(ROWS, from + random.nextInt(6));
            var part = loss.loss.apply(input.slice(0, from, to), rows.slice(from, to));
            sum = sum == null ? part : sum.plus(part);
            from = to;
        }
        assertEquals(whole.item(), sum.item(), 2e-6f * (1 + Math.abs(whole.item())));
        sum.mean().backward();
        assertArrayEquals(gradient.toArray(), input.grad().toArray(), 1e-6f);
    }

    /// Of one part, value and gradient have the bits of the mean.
    @Property(tries = 150)
    void onePartHasTheBitsOfTheMean(@ForAll("cases") Case loss, @ForAll long seed) {
        if (loss.name.equals("weights")) return; // has no mean of the library's beside it
        var rows = Rows.draw(seed);
        var one = draw(loss, seed).requiresGrad(true);
        var mean = loss.mean.apply(one, rows);
        mean.backward();
        var two = draw(loss, seed).requiresGrad(true);
        var part = loss.loss.apply(two, rows);
        assertEquals(mean.item(), part.item());
        assertEquals(mean.item(), part.mean().item());
        part.mean().backward();
        assertArrayEquals(one.grad().toArray(), two.grad().toArray());
        two.zeroGrad();
        var again = loss.loss.apply(two, rows);
        again.sum().backward(Tensor.scalar(1 / (float) again.weight()), false, false);
        assertArrayEquals(one.grad().toArray(), two.grad().toArray(), "the weight as the gradient to begin with");
    }

    @Example
    void whatDoesNotCountHasNoMeanButAddsNothing() {
        var logits = Tensor.of(new float[][] {{1, Float.POSITIVE_INFINITY, 0}, {1, 2, 3}}).requiresGrad(true);
        for (var options : List.of(ClassOptions.DEFAULT, SMOOTHED)) {
            var ignored = Loss.crossEntropy(logits.slice(0, 0, 1), new int[] {-100}, options);
            assertEquals(0, ignored.weight());
            assertEquals(0f, ignored.sum().item(), 0f);
            assertTrue(Float.isNaN(ignored.item()));
            Rejected.state(ignored::mean, "nothing in it counts", "skip the batch");
            var other = Loss.crossEntropy(logits.slice(0, 1, 2), new int[] {2}, options);
            assertEquals(other.item(), ignored.plus(other).item());
        }
        for (var empty : List.of(Loss.crossEntropy(Tensor.zeros(0, 3), new int[0]),
            Loss.mseLoss(Tensor.zeros(0, 3), Tensor.zeros(0, 3)), Loss.klDiv(Tensor.zeros(0, 3), Tensor.zeros(0, 3), false),
            Loss.of(Tensor.zeros(0)), Loss.of(Tensor.zeros(0), Tensor.scalar(1))))
            assertEquals(List.of(0.0, 0f), List.of(empty.weight(), empty.sum().item()));
        var masked = Loss.of(Tensor.of(2, Float.POSITIVE_INFINITY, 4), Tensor.of(1, 0, 3));
        assertEquals(List.of(4.0, 14f), List.of(masked.weight(), masked.sum().item()));
    }

    @Example
    void weightsBroadcastAndCountAsOftenAsTheyStand() {
        var losses = Tensor.of(new float[][] {{1, 2}, {3, 4}, {5, 6}});
        var perRow = Loss.of(losses, Tensor.of(new float[][] {{1}, {0}, {0.5f}}));
        assertEquals(List.of(3.0, 8.5f), List.of(perRow.weight(), perRow.sum().item()));
        assertEquals(6.0, Loss.of(losses, Tensor.scalar(1)).weight());
        assertEquals(List.of(7.0, 21f),
            List.of(Loss.ofMean(Tensor.scalar(3), 7).weight(), Loss.ofMean(Tensor.scalar(3), 7).sum().item()));
        var weights = Tensor.of(1, 2).requiresGrad(true);
        assertTrue(!Loss.of(losses, weights).sum().requiresGrad(), "weights are constants");
    }

    /// A sum that keeps its dimensions, and a mean of nothing, which is 0 / 0.
    @Example
    void sumsAreOneNumberAndNothingIsNoMean() {
        var x = Tensor.of(1, 2).requiresGrad(true);
        var loss = new Loss(x.square().sum(true, 0), 2);
        assertEquals(0, loss.sum().shape().rank());
        loss.mean().backward();
        assertArrayEquals(new float[] {1, 2}, x.grad().toArray());
        var nothing = Loss.ofMean(Tensor.scalar(Float.NaN), 0);
        assertEquals(List.of(0.0, 0f), List.of(nothing.weight(), nothing.sum().item()));
        assertEquals(loss.item(), nothing.plus(loss).item());
    }

    @Example
    void whatCannotBeIsRefused() {
        Rejected.argument(() -> new Loss(Tensor.zeros(2), 1), "sum of shape [2]", "Loss.of(losses)");
        for (double weight : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY, 1e40, 1e-40, 1e-50})
            Rejected.argument(() -> new Loss(Tensor.scalar(1), weight), "weight " + weight);
        Rejected.argument(() -> Loss.of(Tensor.zeros(2, 3), Tensor.zeros(2)), "weights of shape [2]", "[2, 3]");
        Rejected.argument(() -> Loss.of(Tensor.zeros(2), Tensor.of(1, Float.NaN)), "weight NaN");
        Rejected.argument(() -> Loss.of(Tensor.zeros(2), Tensor.of(1, -3)), "weight -2");
        Rejected.argument(() -> Loss.crossEntropy(Tensor.zeros(1, 3), new int[1], ClassOptions.DEFAULT.reduction(Reduction.SUM)),
            "crossEntropy: reduction SUM", "Losses.crossEntropy");
        Rejected.argument(() -> Loss.crossEntropy(Tensor.zeros(1, 3), new int[] {3}), "label 3 of row 0");
    }
}
