package dev.lanewise.nn.recurrent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.nn.init.Gain;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.nn.init.NormalMean;
import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What theory says of recurrent layers, beside quadrature where a step is normal, and beside what layers show. A measured mean
/// is of so many seeds that it strays by less than a tenth; were they drawn anew, one in 1e9 would be refused: 9 standard errors
/// are that of Student's law with 30 degrees of freedom or more. Two hundredths are left to the theory's own draws and to finite
/// width.
class RecurrentTheoryTest {

    private static final double ERRORS = 9;
    private static final double THEORY = 0.02;
    private static final double BAND = 0.1;

    enum Kind {
        LSTM, GRU, RNN;

        Recurrent of(int in, int hidden, RecurrentOptions options) {
            return switch (this) {
                case LSTM -> new LSTM(in, hidden, options);
                case GRU -> new GRU(in, hidden, options);
                case RNN -> new RNN(in, hidden, options);
            };
        }
    }

    /// Over seeds.
    private record Sample(double mean, double error) {

        static Sample of(double[] values) {
            double mean = IntStream.range(0, values.length).mapToDouble(i -> values[i]).average().orElseThrow();
            double squares = IntStream.range(0, values.length).mapToDouble(i -> Math.pow(values[i] - mean, 2)).sum();
            return new Sample(mean, Math.sqrt(squares / (values.length - 1) / values.length));
        }

        boolean admits(double theory) { return Math.abs(mean - theory) <= ERRORS * error + THEORY * mean; }

        void check(double theory, String what) {
            assertTrue(ERRORS * error + THEORY * mean <= BAND * mean, what + ": too few seeds for the band: " + this);
            assertTrue(admits(theory), what + ": theory " + theory + ", measured " + this);
        }
    }

    private static Tensor output(Recurrent module, Tensor x) {
        return switch (module) {
            case LSTM lstm -> lstm.call(x).output();
            case GRU gru -> gru.call(x).output();
            case RNN rnn -> rnn.call(x).output();
        };
    }

    private static Tensor inputs(int... shape) { return Tensor.randn(new Threefry(3).stream("inputs"), shape); }

    private static double late(SequenceMoments moments, ToDoubleFunction<Integer> each) {
        return IntStream.range(moments.steps() / 2, moments.steps()).mapToDouble(each::applyAsDouble).average().orElseThrow();
    }

    private static double lateSquare(SequenceMoments moments) { return late(moments, moments::square); }

    private static double lateProduct(SequenceMoments moments) { return late(moments, t -> moments.across(t, t)); }

    /// Of the last half of the steps: the states' second moment, their mean product for two inputs; and the gradient's at all
    /// inputs.
    private static Sample[] measured(Recurrent module, Tensor x, int seeds) { return measured(module, x, seeds, true); }

    private static Sample[] measured(Recurrent module, Tensor x, int seeds, boolean back) {
        var found = new double[3][seeds];
        for (int seed = 0; seed < seeds; seed++) {
            module.initialize(seed);
            var from = x.detach().requiresGrad(true);
            var y = output(module, from);
            var moments = SequenceMoments.of(y.detach(), false);
            found[0][seed] = lateSquare(moments);
            found[1][seed] = lateProduct(moments);
            if (!back) continue;
            var gradient = Tensor.randn(new Threefry(seed).stream("gradient"), y.shape().toArray());
            found[2][seed] = SequenceMoments.of(Autograd.grad(y.mul(gradient).sum(), List.of(from)).getFirst(), false).square();
        }
        return new Sample[] {Sample.of(found[0]), Sample.of(found[1]), Sample.of(found[2])};
    }

    private static SequenceMoments white(int steps) { return SequenceMoments.independent(steps, 1, Double.NaN); }

    @ParameterizedTest
    @EnumSource
    void statesAndGradientsAreAsPredicted(Kind kind) {
        var module = kind.of(64, 128, RecurrentOptions.layers(1).initializers(Initializers.xavierUniform(),
            Initializers.orthogonal(new Gain(kind == Kind.RNN ? 1 : 2, Gain.Status.EXACT)), Initializers.zeros()));
        int steps = 24;
        var x = inputs(steps, 4, 64);
        var theory = module.theory(SequenceMoments.of(x, false));
        var found = measured(module, x, 32);
        found[0].check(lateSquare(theory.output()), "second moment");
        double gradient = theory.gradient(white(steps)).square();
        found[2].check(gradient, "gradient");
        // as if nothing were carried from step to step through the recurrent weight
        var laws = module.laws(0);
        var inputs = SequenceMoments.of(x, false);
        var cut = module.course(new CellLaws(laws.inputWeight(), new double[laws.weight().length], laws.inputBack(),
            laws.inputBias(), laws.bias()), inputs, 0);
        cut.run(inputs);
        assertTrue(!found[2].admits(cut.backward().run(white(steps)).square()), "seen without the weight's way back");
    }

    @Test
    void anLstmsSecondBiasAndWhatItsBiasesShareBetweenStepsAreSeen() {
        var normal = Initializers.normal(0, 0.5);
        var module = new LSTM(8, 256, RecurrentOptions.layers(1).initializers(Initializers.normal(0, 0.03),
            Initializers.normal(0, 0.02), normal));
        var x = inputs(12, 2, 8);
        var found = measured(module, x, 160, false);
        var inputs = SequenceMoments.of(x, false);
        var theory = module.theory(inputs);
        found[0].check(lateSquare(theory.output()), "second moment");
        found[1].check(lateProduct(theory.output()), "product of two inputs");
        var laws = module.laws(0);
        var one = new CellLaws(laws.inputWeight(), laws.weight(), laws.inputBack(), laws.inputBias(),
            new double[4][Course.UNITS]);
        assertTrue(!found[0].admits(lateSquare(module.course(one, inputs, 0).run(inputs))), "the second bias isn't seen");
        // the same variance, drawn anew for each step
        var white = SequenceMoments.independent(12, inputs.square() + 2 * 0.25 / laws.inputWeight()[0], Double.NaN);
        var none = new CellLaws(laws.inputWeight(), laws.weight(), laws.inputBack(), new double[4][Course.UNITS],
            new double[4][Course.UNITS]);
        assertTrue(!found[0].admits(lateSquare(module.course(none, white, 0).run(white))), "what steps share isn't seen");
    }

    @ParameterizedTest
    @EnumSource
    @Tag("exhaustive")
    void twoHundredStepsAreAsPredicted(Kind kind) {
        for (var options : List.of(RecurrentOptions.layers(1), RecurrentOptions.layers(1)
            .initializers(Initializers.xavierUniform(),
            Initializers.orthogonal(), Initializers.normal(0, 0.1)))) {
            var module = kind.of(256, 256, options);
            var x = inputs(200, 8, 256);
            var theory = module.theory(SequenceMoments.of(x, false));
            var squares = new double[200];
            int seeds = 40;
            for (int seed = 0; seed < seeds; seed++) {
                module.initialize(seed);
                var moments = SequenceMoments.of(output(module, x), false);
                for (int t = 0; t < 200; t++) squares[t] += moments.square(t) / seeds;
            }
            for (int t = 0; t < 200; t++) assertEquals(1, theory.output().square(t) / squares[t], BAND, kind + ", step " + t);
            measured(module, x, 40)[2].check(theory.gradient(white(200)).square(), kind + "'s gradient");
        }
    }

    @Test
    @Tag("exhaustive")
    void stackedLayersOfBothDirectionsAreAsPredicted() {
        var module = new LSTM(32, 64, RecurrentOptions.layers(2).bidirectional(true).forgetBias(1));
        var x = inputs(6, 10, 32);
        var theory = module.theory(SequenceMoments.of(x, false));
        assertEquals(4, theory.layers().size());
        var found = measured(module, x, 128);
        found[0].check(lateSquare(theory.output()), "second moment");
        found[2].check(theory.gradient(white(6)).square(), "gradient");
    }

    @Test
    void aPlainNetworksStepsAreThoseOfQuadrature() {
        double input = 0.4;
        double weight = 1.5;
        var module = new RNN(16, 64, RecurrentOptions.layers(1).initializers(Initializers.normal(0, Math.sqrt(input / 16)),
            Initializers.normal(0, Math.sqrt(weight / 64)), null));
        int steps = 20;
        double correlation = 0.6;
        var theory = module.theory(SequenceMoments.independent(steps, 1, correlation));
        double square = 0;
        double product = 0;
        double back = input * 64 / 16;
        var factors = new double[steps];
        for (int t = 0; t < steps; t++) {
            double q = input + weight * square;
            double c = (input * correlation + weight * product) / q;
            square = Nonlinearity.TANH.square(q);
            product = Nonlinearity.TANH.product(q, c);
            factors[t] = Nonlinearity.TANH.squaredSlope(q);
            assertEquals(square, theory.output().square(t), 0.02 * square, "step " + t);
            assertEquals(product, theory.output().across(t, t), 0.03 * square, "step " + t);
        }
        var gradient = theory.gradient(SequenceMoments.last(steps, 1));
        for (int t = steps - 1; t >= 0; t--) {
            back *= factors[t];
            assertEquals(back, gradient.square(t), 0.1 * back, "step " + t);
            back *= weight;
        }
    }

    @Test
    void oneStepOfGatesIsThatOfQuadrature() {
        double q = 0.7;
        var lstm = new LSTM(10, 20, RecurrentOptions.layers(1).initializers(Initializers.normal(0, Math.sqrt(q / 10)),
            Initializers.zeros(), null));
        var gru = new GRU(10, 20, RecurrentOptions.layers(1).initializers(Initializers.normal(0, Math.sqrt(q / 10)),
            Initializers.zeros(), null));
        var inputs = SequenceMoments.independent(1, 1, Double.NaN);
        double std = Math.sqrt(q);
        double opened = Nonlinearity.SIGMOID.square(q);
        double cell = NormalMean.of(i -> Math.pow(Nonlinearity.SIGMOID.value().applyAsDouble(i), 2), 0,
            std) * Nonlinearity.TANH.square(q);
        double hidden = opened * NormalMean.of(i -> NormalMean.of(
            g -> Math.pow(Math.tanh(Nonlinearity.SIGMOID.value().applyAsDouble(i) * Math.tanh(g)), 2), 0, std), 0, std);
        var theory = lstm.theory(inputs);
        assertEquals(hidden, theory.output().square(0), 0.02 * hidden);
        assertEquals(cell, theory.layers().getFirst().cells().getFirst(), 0.02 * cell);
        // 1 - σ is as σ
        assertEquals(cell, gru.theory(inputs).output().square(0), 0.02 * cell);
    }

    @Test
    void statesOfAlikeInputsAreAlike() {
        var theory = new GRU(10, 20).theory(SequenceMoments.constant(30, 1, 1));
        for (int t = 0; t < 30; t++) assertEquals(1, theory.output().correlation(t), 1e-9);
        // and hardly change any more
        assertEquals(theory.output().square(29), theory.output().within(29, 28), 1e-3 * theory.output().square(29));
        assertEquals(0, new LSTM(10, 20, RecurrentOptions.layers(1).bias(false)).theory(SequenceMoments.constant(3, 0, 1))
            .output().square(2));
    }

    @Test
    void momentsOfABatchAreItsMeanProducts() {
        var x = inputs(3, 2, 5);
        var moments = SequenceMoments.of(x, false);
        double within = 0;
        double across = 0;
        for (int i = 0; i < 5; i++) {
            for (int row = 0; row < 2; row++) within += (double) x.get(0, row, i) * x.get(2, row, i) / 10;
            across += ((double) x.get(0, 0, i) * x.get(2, 1, i) + (double) x.get(0, 1, i) * x.get(2, 0, i)) / 10;
        }
        assertEquals(within, moments.within(0, 2), 1e-9);
        assertEquals(across, moments.across(2, 0), 1e-9);
        assertEquals(moments.within(1, 2), SequenceMoments.of(x.transpose(0, 1), true).within(1, 2), 0);
        assertEquals(Double.NaN, SequenceMoments.of(inputs(3, 1, 5), false).across(0, 0));
    }

    @Test
    void whatTheoryDoesNotKnowIsSaid() {
        var module = new LSTM(4, 4);
        refused("512", () -> module.theory(SequenceMoments.independent(513, 1, 0)));
        refused("given", () -> new RNN(4, 4,
            RecurrentOptions.layers(1).initializers(Initializers.xavierUniform(), Initializers.eye(), Initializers.zeros()))
                .theory(SequenceMoments.independent(2, 1, 0)));
        refused("mean 1", () -> new RNN(4, 4,
            RecurrentOptions.layers(1).initializers(Initializers.ones(), Initializers.orthogonal(), Initializers.zeros()))
                .theory(SequenceMoments.independent(2, 1, 0)));
        refused("there are 2", () -> module.theory(SequenceMoments.independent(2, 1, 0)).gradient(white(3)));
        refused("of [-1, 1]", () -> SequenceMoments.independent(2, 1, 1.5));
        refused("at least one", () -> SequenceMoments.independent(0, 1, 0));
        refused("[time, batch, features]", () -> SequenceMoments.of(inputs(2, 2), false));
    }

    private static void refused(String words, Runnable call) {
        var error = assertThrows(IllegalArgumentException.class, call::run);
        assertTrue(error.getMessage().contains(words), error.getMessage());
    }
}
