package dev.lanewise.nn.recurrent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.nn.Module;
import dev.lanewise.nn.init.Chrono;
import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.optim.SGD;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// Recurrent layers that start otherwise than PyTorch's, each by one call: gates that remember, the identity, orthogonal
/// matrices.
class RecurrentStartsTest {

    private static final RecurrentOptions ONE = RecurrentOptions.layers(1);
    private static final RecurrentOptions WITHOUT_INPUT = ONE.initializers(Initializers.zeros(), Initializers.zeros(),
        Initializers.zeros());

    private static float[] values(Module module, String name) { return module.namedParameters().get(name).tensor().toArray(); }

    /// A unit to which nothing comes keeps u / (u + 1) of its cell in a step, and half of it, or what its equation says, comes
    /// out.
    @Property(tries = 25)
    void gatesOfAnLstmRememberForTheirTime(@ForAll long seed, @ForAll @IntRange(min = 3, max = 1000) int longest) {
        int hidden = 7;
        var lstm = new LSTM(2, hidden, WITHOUT_INPUT.chrono(longest));
        lstm.initialize(seed);
        var forget = Arrays.copyOfRange(values(lstm, "bias_ih_l0"), hidden, 2 * hidden);
        int steps = 20;
        var cells = lstm.call(Tensor.zeros(steps, 1, 2), null, Tensor.ones(1, 1, hidden)).c().toArray();
        for (int unit = 0; unit < hidden; unit++) {
            double u = Math.exp(forget[unit]);
            assertTrue(u > 1 - 1e-6 && u < longest - 1, u + " of " + longest);
            // twenty factors, each of a few roundings
            assertEquals(Math.pow(u / (u + 1), steps), cells[unit], 1e-5);
        }
    }

    @Property(tries = 25)
    void gatesOfAGruRememberForTheirTime(@ForAll long seed, @ForAll @IntRange(min = 3, max = 1000) int longest) {
        int hidden = 7;
        var gru = new GRU(2, hidden, WITHOUT_INPUT.chrono(longest));
        gru.initialize(seed);
        var update = Arrays.copyOfRange(values(gru, "bias_ih_l0"), hidden, 2 * hidden);
        int steps = 20;
        var states = gru.call(Tensor.zeros(steps, 1, 2), Tensor.ones(1, 1, hidden)).h().toArray();
        for (int unit = 0; unit < hidden; unit++) {
            double u = Math.exp(update[unit]);
            assertEquals(Math.pow(u / (u + 1), steps), states[unit], 1e-5);
        }
    }

    /// All layers, directions and cells; streams of their own, so no two units' biases are those of another place.
    @Example
    void allLayersAndCellsDo() {
        var lstm = new LSTM(2, 16, RecurrentOptions.layers(2).bidirectional(true).chrono(50));
        lstm.initialize(5);
        var seen = new java.util.HashSet<Float>();
        for (var suffix : List.of("_l0", "_l0_reverse", "_l1", "_l1_reverse")) {
            var bias = values(lstm, "bias_ih" + suffix);
            for (int i = 0; i < 16; i++) {
                assertEquals(-bias[16 + i], bias[i]);
                assertEquals(0, bias[32 + i] + bias[48 + i]);
                seen.add(bias[16 + i]);
            }
            assertArrayEquals(new float[64], values(lstm, "bias_hh" + suffix));
        }
        assertTrue(seen.size() > 60, "different biases: " + seen.size());
        var cell = new LSTMCell(2, 16, ONE.chrono(50));
        cell.initialize(5);
        assertArrayEquals(new float[64], values(cell, "bias_hh"));
        assertTrue(values(cell, "bias_ih")[16] > 0);
        var gru = new GRUCell(2, 16, ONE.chrono(50));
        gru.initialize(5);
        assertArrayEquals(new float[48], values(gru, "bias_hh"));
        assertTrue(values(gru, "bias_ih")[16] > 0);
    }

    /// However the initializer comes to the layer, the sum of both biases is what it says.
    @Example
    void anInitializerThatIsGivenCountsOnceToo() {
        var lstm = new LSTM(2, 4, ONE.initializers(Initializers.xavierUniform(), Initializers.orthogonal(),
            Initializers.chrono(30)));
        lstm.initialize(1);
        assertArrayEquals(new float[16], values(lstm, "bias_hh_l0"));
        assertArrayEquals(values(new LSTM(2, 4, ONE.chrono(30)).initialize(1), "bias_ih_l0"), values(lstm, "bias_ih_l0"));
    }

    @Example
    void theShortestDependencyIsNone() {
        var lstm = new LSTM(2, 4, ONE.chrono(2));
        lstm.initialize(1);
        assertArrayEquals(new float[16], values(lstm, "bias_ih_l0"));
        assertArrayEquals(new float[16], values(lstm, "bias_hh_l0"));
    }

    @Example
    void whereThereAreNoGatesOrNoTimesItIsRefused() {
        for (double longest : new double[] {1.9, 0, -5, Double.NaN, Double.POSITIVE_INFINITY, 1e300})
            Rejected.argument(() -> ONE.chrono(longest), "chrono", "" + longest, "2 or more");
        Rejected.argument(() -> new RNN(3, 4, ONE.chrono(10)), "RNN", "no gates", "an LSTM or a GRU");
        Rejected.argument(() -> new RNNCell(3, 4, RNN.Activation.RELU, ONE.chrono(10)), "RNNCell", "no gates");
        Rejected.argument(() -> ONE.chrono(10).forgetBias(1), "forget bias of 1.0", "chrono");
        Rejected.argument(() -> ONE.forgetBias(1).chrono(10), "forget bias of 1.0", "chrono");
        var chrono = new Chrono(10);
        for (var shape : new Shape[] {Shape.of(), Shape.of(8, 2), Shape.of(9)})
            Rejected.argument(() -> chrono.distribution(Fan.stacked(4, 2, 2), shape), "chrono", "" + shape, "4 equal blocks");
        Rejected.argument(() -> chrono.structure(Fan.linear(2, 8), Shape.of(8)), "chrono", "of 1 block ");
        Rejected.argument(() -> chrono.fill(Tensor.zeros(8), Fan.stacked(2, 2, 4), new Threefry(1)), "chrono", "of 2 blocks");
    }

    /// Theory goes by the same biases of a unit in all steps, and knows that what is let in is what isn't kept: of an LSTM with
    /// neither weights of states nor a candidate's saturation it is what a sum over units gives.
    @Example
    void theoryKnowsGatesThatHangTogether() {
        var options = ONE.initializers(Initializers.normal(0, 0.001), Initializers.zeros(), Initializers.zeros()).chrono(40);
        var theory = new LSTM(64, 128, options).theory(SequenceMoments.independent(30, 1, 0));
        double expected = 0;
        int units = 100_000;
        for (int i = 0; i < units; i++) {
            double keeps = 1 - 1 / (2 + 38 * (i + 0.5) / units);
            double lets = 1 - keeps;
            double cell = 0;
            for (int step = 0; step < 30; step++) cell = keeps * keeps * cell + lets * lets * 64 * 1e-6;
            expected += cell / units;
        }
        // 64 inputs of variance 1 and weights of deviation 0.001 change gates' arguments by 0.008: the theory's own draws stray
        // more
        assertEquals(expected, theory.layers().getFirst().cells().getLast(), 0.03 * expected);
    }

    // ---- the identity

    /// To the bit, whatever comes before: states that aren't negative, and gradients.
    @Property(tries = 25)
    void anIdentityKeepsStatesAndGradients(@ForAll long seed, @ForAll @IntRange(min = 1, max = 3) int layers,
        @ForAll @IntRange(min = 1, max = 60) int steps) {
        int hidden = 5;
        var network = RNN.irnn(3, hidden);
        network.initialize(seed);
        var first = Tensor.rand(new Threefry(seed), 1, 2, hidden).requiresGrad(true);
        var run = network.call(Tensor.zeros(steps, 2, 3), first);
        assertArrayEquals(first.toArray(), run.h().toArray());
        run.h().mul(2).sum().backward();
        var gradient = new float[2 * hidden];
        for (int i = 0; i < gradient.length; i++) gradient[i] = first.toArray()[i] > 0 ? 2 : 0;
        assertArrayEquals(gradient, first.grad().toArray());
        var stacked = RNN.irnn(3, hidden, RecurrentOptions.layers(layers).bidirectional(true));
        stacked.initialize(seed);
        for (int layer = 0; layer < layers; layer++) for (var suffix : List.of("_l" + layer, "_l" + layer + "_reverse"))
            for (int i = 0; i < hidden * hidden; i++) assertEquals(i % (hidden + 1) == 0 ? 1 : 0,
                values(stacked, "weight_hh" + suffix)[i]);
    }

    @Example
    void anIdentityNeedsOptions() { Rejected.argument(() -> RNN.irnn(3, 4, null), "IRNN", "RecurrentOptions.layers"); }

    // ---- orthogonal matrices

    @Property(tries = 15)
    void eachGateHasAnOrthogonalMatrixOfItsOwn(@ForAll long seed, @ForAll @IntRange(min = 1, max = 9) int hidden) {
        for (var layer : List.of(new LSTM(3, hidden, ONE.orthogonal()), new GRU(3, hidden, ONE.orthogonal()),
            new RNN(3, hidden, ONE.orthogonal()))) {
            layer.initialize(seed);
            var weight = values(layer, "weight_hh_l0");
            for (int gate = 0; gate < weight.length / (hidden * hidden); gate++) for (int i = 0; i < hidden; i++) for (int j = 0;
                j <= i; j++) {
                double product = 0;
                for (int k = 0; k < hidden; k++) product += (double) weight[(gate * hidden + i) * hidden + k]
                    * weight[(gate * hidden + j) * hidden + k];
                assertEquals(i == j ? 1 : 0, product, 1e-6);
            }
        }
    }

    // ---- all

    @Example
    void allTrainAStep() {
        for (var layer : List.of(new LSTM(3, 8, ONE.chrono(20)), new GRU(3, 8, ONE.chrono(20)),
            new LSTM(3, 8, ONE.orthogonal().forgetBias(1)), RNN.irnn(3, 8))) {
            layer.initialize(7);
            var x = Tensor.randn(new Threefry(7), 12, 4, 3);
            var optimizer = new SGD(layer.parameters(), 0.05);
            double before = loss(layer, x).item();
            loss(layer, x).backward();
            optimizer.step();
            double after = loss(layer, x).item();
            assertTrue(after < before, layer + ": " + before + " to " + after);
        }
    }

    private static Tensor loss(Module layer, Tensor x) {
        var output = switch (layer) {
            case LSTM lstm -> lstm.call(x).output();
            case GRU gru -> gru.call(x).output();
            case RNN rnn -> rnn.call(x).output();
            default -> throw new AssertionError(layer);
        };
        return output.add(-0.5f).pow(2f).mean();
    }
}
