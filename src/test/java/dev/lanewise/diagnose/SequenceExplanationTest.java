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
import dev.lanewise.nn.recurrent.RecurrentOptions;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
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
        for (var step : explanation.steps()) assertEquals(step.correlation().measured(), step.correlation().predicted(), 0.1);
        before.forEach((name, values) -> assertEquals(0, values.sub(model.stateDict().get(name)).square().sum().item(), name));
        assertThrows(IllegalArgumentException.class, () -> SequenceExplanation.of(model, inputs(8, 6, 24)));
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
        var first = Explanation.averaged(new Reader(RecurrentOptions.layers(1)).initialize(1), inputs(6, 8, 24), SEEDS).layers().getFirst();
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
