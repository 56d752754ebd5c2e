package dev.lanewise.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.catalogue.ScheduleKind;
import dev.lanewise.data.Batch;
import dev.lanewise.data.DataLoader;
import dev.lanewise.data.Synthetic;
import dev.lanewise.nn.Linear;
import dev.lanewise.optim.ReduceLROnPlateau.Mode;
import dev.lanewise.optim.SGD;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Whatever lets the rate fall, a run goes on from its file to the bit.
class ScheduledResumeTest {

    private static final int EPOCHS = 14;
    private static final DataLoader<Batch<Tensor>> DATA =
        new DataLoader<>(Synthetic.polynomialRegression(6, new double[][] {{2}}, 0, 0.5, new Threefry(1)), 2);

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(ScheduleKind.class)
    void aRunWithAnyScheduleGoesOn(ScheduleKind kind) {
        var whole = run(kind, "whole", 0, EPOCHS);
        for (int done : new int[] {1, 6, 9}) {
            run(kind, "parts" + done, 0, done);
            assertEquals(whole.subList(done, EPOCHS), run(kind, "parts" + done, done, EPOCHS), () -> "after " + done + " epochs");
        }
    }

    /// A rate that falls with the plan is that of one run, and who stops at the end of what is run now is known to.
    @Test
    void aRunThatPausesHasThePlanOfThemAll() {
        var whole = paused("whole", 5, 5);
        assertEquals(List.of(5, 5, 5), whole.subList(0, 3));
        for (int each : new int[] {1, 2, 3, 4}) assertEquals(whole.subList(1, whole.size()),
            paused("parts" + each, each, 5).subList(1, whole.size()));
        assertEquals(List.of(2, 5, 5), paused("stops", 2, 2).subList(0, 3));
        var trainer = trainer(new ArrayList<>(), "never", -1);
        assertEquals(0, trainer.resume(DATA, 3, _ -> true).epochLosses().length);
    }

    private static IntPredicate pausesAt(int epochs) { return done -> done >= epochs; }

    /// Calls until the run is over.
    ///
    /// @param each epochs a call
    /// @param stop after so many epochs
    /// @return the epochs, the plan's and what it was planned for, and each step's loss
    private List<Object> paused(String name, int each, int stop) {
        var heard = new ArrayList<Object>();
        History history = null;
        for (int until = each; heard.isEmpty(); until += each) history = trainer(heard, name, stop)
            .resume(DATA, 5, pausesAt(until));
        var all = new ArrayList<Object>(List.of(history.epochLosses().length, heard.get(0), 5));
        for (float loss : history.stepLosses()) all.add(loss);
        return all;
    }

    private Trainer<Batch<Tensor>> trainer(List<Object> heard, String name, int stop) {
        var model = new Linear(1, 1).initialize(1);
        return Trainer.regressor(model, new SGD(model.parameters(), 0.1)).checkpoint(folder.resolve(name), 1)
            .callback(new Callback() {
            @Override
            public void onStep(Run run, Step step) {
                run.optimizers().getFirst().learningRate(0.1 * (1 - (double) run.step() / run.plan().allSteps()));
                assertFalse(run.isStopped());
            }

            @Override
            public void onEpochEnd(Run run, Epoch epoch) { if (epoch.number() + 1 == stop) run.stop(); }

            @Override
            public void onEnd(Run run, History history) { if (run.isStopped()) heard.add(run.plan().epochs()); }
        });
    }

    @Test
    void aTrainersFactsTellRunsApart() {
        var one = facts(0.1, 1, 1);
        assertEquals(one, facts(0.1, 1, 1));
        assertTrue(one.keySet().containsAll(List.of("model", "optimizer.0", "weights", "accumulate", "validation")),
            one::toString);
        for (var other : List.of(facts(0.2, 1, 1), facts(0.1, 2, 1), facts(0.1, 1, 2))) assertNotEquals(one, other);
    }

    private static Map<String, String> facts(double rate, int seed, int accumulate) {
        var model = new Linear(1, 1).initialize(seed);
        return Trainer.regressor(model, new SGD(model.parameters(), rate)).accumulate(accumulate).facts();
    }

    /// Rate, loss and weight after each epoch.
    private List<List<Object>> run(ScheduleKind kind, String name, int from, int epochs) {
        var model = new Linear(1, 1).initialize(1);
        var optimizer = new SGD(model.parameters(), 0.1);
        var schedule = kind.make(optimizer);
        var data = new DataLoader<>(Synthetic.polynomialRegression(6, new double[][] {{2}}, 0, 0.5, new Threefry(1)), 6);
        var seen = new ArrayList<List<Object>>();
        var trainer = Trainer.regressor(model, optimizer).validate(data, Metrics.meanAbsoluteError(),
            schedule.mode().orElse(Mode.MIN))
            .schedule(schedule).checkpoint(folder.resolve(name), 1).callback(new Callback() {
                @Override
                public void onEpochEnd(Run run, Epoch epoch) {
                    seen.add(List.of(epoch.number(), optimizer.learningRate(), epoch.meanLoss(),
                        Arrays.toString(run.model().parameters().getFirst().tensor().toArray())));
                }
            });
        if (from == 0) trainer.fit(data, epochs);
        else trainer.resume(data, epochs);
        return seen;
    }
}
