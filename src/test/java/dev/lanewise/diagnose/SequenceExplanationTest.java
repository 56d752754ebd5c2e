package dev.lanewise.diagnose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.diagnose.LayerExplanation.Figure;
import dev.lanewise.nn.GLU;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.nn.recurrent.GRU;
import dev.lanewise.nn.recurrent.LSTM;
import dev.lanewise.nn.recurrent.RNN;
import dev.lanewise.nn.recurrent.RecurrentOptions;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SequenceExplanationTest {

    private static final long[] SEEDS = LongStream.range(0, 24).toArray();

    private static Tensor inputs(int... shape) { return Tensor.randn(new Threefry(3).stream("inputs"), shape); }

    private static double ratio(SequenceExplanation explanation, Function<SequenceExplanation.Step, Figure> figure) {
        double predicted = 0;
        double measured = 0;
        for (var step : explanation.steps()) {
            predicted += figure.apply(step).predicted();
            measured += figure.apply(step).measured();
        }
        return predicted / measured;
    }

    @Test
    void stepsAreExplained() {
        var model = new GRU(24, 64);
        model.initialize(5);
        var before = model.stateDict();
        var explanation = SequenceExplanation.of(model, inputs(8, 6, 24), SEEDS);
        assertEquals(8, explanation.steps().size());
        assertEquals(1, ratio(explanation, SequenceExplanation.Step::square), 0.1);
        assertEquals(1, ratio(explanation, SequenceExplanation.Step::gradient), 0.1);
        assertEquals(1, ratio(explanation, SequenceExplanation.Step::reach), 0.1);
        for (var step : explanation.steps()) {
            assertEquals(step.correlation().measured(), step.correlation().predicted(), 0.1);
            // as far as this width and these starts allow
            assertTrue(step.squares().high() < 1.35 * step.square().predicted()
                && step.gradients().low() < step.gradient().predicted(), step.toString());
        }
        assertTrue(explanation.steps().stream().filter(SequenceExplanation.Step::asPredicted).count() >= 7,
            explanation.toString());
        before.forEach((name, values) -> assertEquals(0, values.sub(model.stateDict().get(name)).square().sum().item(), name));
        assertThrows(IllegalArgumentException.class, () -> SequenceExplanation.of(model, inputs(8, 6, 24)));
    }

    /// How far back the last state's gradient goes, and what is said of it: of gates that forget, of such as remember, and of
    /// weights that are too large.
    @Test
    void memoryIsTold() {
        var forgets = SequenceExplanation.of(new LSTM(16, 64), inputs(30, 4, 16), SEEDS);
        assertEquals(Verdict.VANISHING, forgets.verdict());
        assertTrue(forgets.memory() > 3 && forgets.memory() < 15 && Math.abs(forgets.memory() - forgets.measuredMemory()) <= 1,
            forgets.words());
        assertTrue(forgets.words().startsWith("vanishing: a gradient from the last state reaches " + forgets.measuredMemory()
            + " steps back"), forgets.words());
        for (int t = 29; t >= 29 - forgets.memory(); t--) {
            var step = forgets.steps().get(t);
            assertTrue(step.reach().measured() > step.reaches().low() && step.reach().measured() < step.reaches().high(),
                t + ": " + step);
        }
        var remembers = SequenceExplanation.of(new LSTM(16, 64, RecurrentOptions.layers(1).forgetBias(4)),
            inputs(30, 4, 16), 1, 2);
        assertEquals(Verdict.HEALTHY, remembers.verdict(), remembers.words());
        assertEquals(29, remembers.memory());
        var large = Initializers.normal(0, 1);
        var explodes = SequenceExplanation.of(new RNN(16, 64, RNN.Activation.RELU,
            RecurrentOptions.layers(1).initializers(large, large, large)), inputs(30, 4, 16), 1, 2);
        assertEquals(Verdict.EXPLODING, explodes.verdict(), explodes.words());
        var still = SequenceExplanation.of(new RNN(16, 8, RecurrentOptions.layers(1)
            .initializers(Initializers.zeros(), Initializers.zeros(), Initializers.zeros())),
            inputs(3, 2, 16), 1);
        assertEquals(Verdict.VANISHING, still.verdict(), still.words());
        assertTrue(still.words().contains("not finite, or 0, at the last step"), still.words());
        assertEquals(Verdict.HEALTHY, SequenceExplanation.of(new GRU(16, 64), inputs(1, 4, 16), 1).verdict());
    }

    /// A range is about what is predicted, of four standard errors; of one start there is none.
    @Test
    void rangesAreOfStandardErrors() {
        var model = new RNN(16, 32);
        var one = SequenceExplanation.of(model, inputs(2, 3, 16), 1).steps().getFirst();
        assertTrue(Double.isNaN(one.squares().low()) && one.asPredicted());
        var errors = new double[2];
        var steps = SequenceExplanation.of(model, inputs(2, 3, 16), 0, 1, 2, 3, 4, 5).steps();
        for (int t = 0; t < 2; t++) {
            var values = new double[6];
            for (int i = 0; i < 6; i++) values[i] = SequenceExplanation.of(model, inputs(2, 3, 16), i).steps().get(t).square()
                .measured();
            double mean = Arrays.stream(values).average().orElseThrow();
            errors[t] = Math.sqrt(Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum() / 5 / 6) / mean;
        }
        double all = Math.sqrt((errors[0] * errors[0] + errors[1] * errors[1]) / 2);
        for (int t = 0; t < 2; t++) {
            double reach = 4 * Math.max(errors[t], all) + 0.02;
            assertEquals(reach, Math.log(steps.get(t).squares().high() / steps.get(t).square().predicted()), 1e-6);
            assertEquals(reach, Math.log(steps.get(t).square().predicted() / steps.get(t).squares().low()), 1e-6);
        }
    }

    /// A recurrent layer and what reads its states.
    private static final class Reader extends Layer {

        private final LSTM lstm;
        private final Linear read = new Linear(64, 32, Initializers.normalRule(), Initializers.zeros());

        Reader(RecurrentOptions options) {
            lstm = register("lstm", new LSTM(24, 64, options));
            register("read", read);
        }

        @Override
        public Tensor forward(Tensor x) { return read.call(lstm.call(x).output()); }
    }

    @Test
    void aRecurrentLayerIsARowOfItsNetwork() {
        var model = new Reader(RecurrentOptions.layers(1).batchFirst(true));
        var explanation = Explanation.averaged(model.initialize(1), inputs(6, 8, 24), SEEDS);
        assertEquals(2, explanation.layers().size(), explanation.layers().toString());
        for (var row : explanation.layers()) {
            assertEquals(1, row.square().predicted() / row.square().measured(), 0.1, row.path());
            assertEquals(1, row.gradient().predicted() / row.gradient().measured(), 0.1, row.path());
            assertEquals("", row.gap(), row.path());
            assertTrue(row.asPredicted(), row.path());
        }
        // where time is in front, rows of a batch aren't inputs
        var first = Explanation.averaged(new Reader(RecurrentOptions.layers(1)).initialize(1), inputs(6, 8, 24), SEEDS).layers()
            .getFirst();
        assertFalse(first.gap().isEmpty());
    }

    @Test
    void gatedLinearUnitsAreFollowed() {
        var layers = new ArrayList<Layer>();
        for (int i = 0; i < 4; i++) {
            layers.add(new Linear(128, 256, Initializers.normal(0, 2 / Math.sqrt(128)), Initializers.zeros()));
            layers.add(new GLU());
        }
        layers.add(new Linear(128, 64, Initializers.normalRule(), Initializers.zeros()));
        var model = new Sequential(layers.toArray(Layer[]::new));
        var explanation = Explanation.averaged(model.initialize(1), inputs(8, 128), SEEDS);
        assertEquals(5, explanation.layers().size());
        for (var row : explanation.layers()) {
            assertEquals(1, row.square().predicted() / row.square().measured(), 0.1, row.path());
            assertEquals(1, row.gradient().predicted() / row.gradient().measured(), 0.15, row.path());
            assertEquals(row.correlation().measured(), row.correlation().predicted(), 0.1, row.path());
        }
    }
}
