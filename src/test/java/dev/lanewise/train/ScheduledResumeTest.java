package dev.lanewise.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.catalogue.ScheduleKind;
import dev.lanewise.data.DataLoader;
import dev.lanewise.data.Synthetic;
import dev.lanewise.nn.Linear;
import dev.lanewise.optim.ReduceLROnPlateau.Mode;
import dev.lanewise.optim.SGD;
import dev.lanewise.random.Threefry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Whatever lets the rate fall, a run goes on from its file to the bit.
class ScheduledResumeTest {

    private static final int EPOCHS = 14;

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

    /// Rate, loss and weight after each epoch.
    private List<List<Object>> run(ScheduleKind kind, String name, int from, int epochs) {
        var model = new Linear(1, 1).initialize(1);
        var optimizer = new SGD(model.parameters(), 0.1);
        var schedule = kind.make(optimizer);
        var data = new DataLoader<>(Synthetic.polynomialRegression(6, new double[][] {{2}}, 0, 0.5, new Threefry(1)), 6);
        var seen = new ArrayList<List<Object>>();
        var trainer = Trainer.regressor(model, optimizer).validate(data, Metrics.meanAbsoluteError(), schedule.mode().orElse(Mode.MIN))
            .schedule(schedule).checkpoint(folder.resolve(name), 1).callback(new Callback() {
                @Override
                public void onEpochEnd(Run run, Epoch epoch) {
                    seen.add(List.of(epoch.number(), optimizer.learningRate(), epoch.meanLoss(), Arrays.toString(run.model().parameters().getFirst().tensor().toArray())));
                }
            });
        if (from == 0) trainer.fit(data, epochs);
        else trainer.resume(data, epochs);
        return seen;
    }
}
