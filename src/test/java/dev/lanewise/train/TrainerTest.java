package dev.lanewise.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.data.Batch;
import dev.lanewise.data.DataLoader;
import dev.lanewise.data.Rows;
import dev.lanewise.nn.Dropout;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.loss.Losses;
import dev.lanewise.optim.SGD;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainerTest {

    private static final float[] POINTS = {-2, -1, -1.5f, -0.5f, 1, 2, 1.5f, 0.5f, -3, -2, 3, 1};
    private static final int[] LABELS = {0, 0, 1, 1, 0, 1};

    private final Sequential model = new Sequential(new Linear(2, 2)).initialize(1);
    private final DataLoader<Batch<int[]>> data = new DataLoader<>(Rows.classification(POINTS, 2, LABELS, List.of("a", "b")), 4);

    @Test
    void callbacksHearEveryStepInOrder() {
        var heard = new ArrayList<String>();
        var history = trainer(new Callback() {
            @Override
            public void onStart(Run run) { heard.add("start " + run.plan().epochs() + "x" + run.plan().steps()); }

            @Override
            public void afterBackward(Run run, Step step) { heard.add("backward " + step.epoch() + "." + step.index()); }

            @Override
            public void onStep(Run run, Step step) {
                heard.add("step " + step.epoch() + "." + step.index() + " of " + step.examples());
            }

            @Override
            public void onEpochEnd(Run run, Epoch epoch) { heard.add("end " + epoch.number()); }

            @Override
            public void onEnd(Run run, History history) { heard.add("done"); }
        }).fit(data, 2);
        assertEquals(List.of("start 2x2", "backward 0.0", "step 0.0 of 4", "backward 0.1", "step 0.1 of 2", "end 0",
            "backward 1.0", "step 1.0 of 4", "backward 1.1", "step 1.1 of 2", "end 1", "done"), heard);
        assertEquals(4, history.stepLosses().length);
    }

    @Test
    void betweenBackwardAndStepGradientsAreThereAndWeightsUnchanged() {
        var weight = model.parameters().getFirst();
        var before = new ArrayList<float[]>(List.of(weight.tensor().toArray()));
        trainer(new Callback() {
            @Override
            public void afterBackward(Run run, Step step) {
                assertNotNull(weight.grad());
                assertArrayEquals(before.getLast(), weight.tensor().toArray());
            }

            @Override
            public void onStep(Run run, Step step) {
                var now = weight.tensor().toArray();
                assertFalse(java.util.Arrays.equals(before.getLast(), now));
                before.add(now);
            }
        }).fit(data, 1);
        assertEquals(3, before.size());
    }

    @Test
    void gradientsDoNotAccumulateOverSteps() {
        var second = new ArrayList<Tensor>();
        var fresh = new Sequential(new Linear(2, 2)).initialize(1);
        // with a rate of 0 every step sees the same weights, so the second epoch's gradients are the first one's
        Trainer.classifier(fresh, new SGD(fresh.parameters(), 0), new Callback() {
            @Override
            public void afterBackward(Run run, Step step) { second.add(fresh.parameters().getFirst().grad()); }
        }).fit(data, 2);
        assertArrayEquals(second.get(0).toArray(), second.get(2).toArray());
        assertArrayEquals(second.get(1).toArray(), second.get(3).toArray());
    }

    @Test
    void stepsHaveTheBitsOfOnesWithoutAScope() {
        var byHand = new Sequential(new Linear(2, 2)).initialize(1);
        var optimizer = new SGD(byHand.parameters(), 0.1);
        for (int epoch = 0; epoch < 3; epoch++) for (var batch : data.epoch(epoch)) {
            optimizer.zeroGrad();
            Losses.crossEntropy(byHand.call(batch.inputs()), batch.targets()).backward();
            optimizer.step();
        }
        trainer().fit(data, 3);
        byHand.stateDict().forEach((name, values) -> assertArrayEquals(values.toArray(),
            model.stateDict().get(name).toArray(), name));
    }

    @Test
    void hooksOfModulesMayKeepWhatTheyGet() {
        var kept = new ArrayList<Tensor>();
        var copies = new ArrayList<float[]>();
        model.registerForwardHook((_, call) -> {
            for (var each : List.of(call.input(), call.output(), call.output().exp())) {
                kept.add(each);
                copies.add(each.toArray());
            }
        });
        model.registerBackwardHook((_, _, gradient) -> {
            kept.add(gradient);
            copies.add(gradient.toArray());
        });
        trainer().fit(data, 2);
        assertEquals(4 * 4, kept.size());
        for (int i = 0; i < kept.size(); i++) assertArrayEquals(copies.get(i), kept.get(i).toArray());
    }

    @Test
    void meanLossCountsExamplesNotBatches() {
        var history = trainer().fit(data, 1);
        double expected = (history.stepLosses()[0] * 4.0 + history.stepLosses()[1] * 2.0) / 6;
        assertEquals(expected, history.epochLosses()[0], 1e-12);
    }

    @Test
    void historyCutsAtBothEnds() {
        var history = new History(new float[] {4, 2, 1}, new double[] {7 / 3.0}, 1);
        assertEquals(1.5, history.lastLoss(2));
        assertEquals(7 / 3.0, history.lastLoss(100), 1e-12);
        assertArrayEquals(new float[] {4, 2}, history.firstLosses(2));
        assertArrayEquals(new float[] {4, 2, 1}, history.firstLosses(100));
    }

    @Test
    void accuracyCountsRowsAndPutsTheModeBack() {
        var logits = Tensor.of(new float[][] {{1, 2}, {3, 0}, {0, 5}, {1, 0}});
        assertEquals(0.75, Metrics.accuracy(logits, new int[] {1, 0, 1, 1}));
        var withDropout = new Sequential(new Linear(2, 2), new Dropout(0.9)).initialize(3);
        double first = Metrics.accuracy(withDropout, data);
        for (int i = 0; i < 20; i++) assertEquals(first, Metrics.accuracy(withDropout, data), "evaluation draws no masks");
        assertTrue(withDropout.isTraining());
    }

    @Test
    void badInputIsNamed() {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> trainer().fit(data, 0)).getMessage().contains("0 epochs"));
        var error = assertThrows(IllegalArgumentException.class,
            () -> Metrics.accuracy(Tensor.zeros(3, 2), new int[] {0, 1}));
        assertTrue(error.getMessage().contains("[3, 2]") && error.getMessage().contains("2 labels"), error.getMessage());
    }

    private Trainer<Batch<int[]>> trainer(Callback... callbacks) {
        return Trainer.classifier(model, new SGD(model.parameters(), 0.1), callbacks);
    }
}
