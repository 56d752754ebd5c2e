package dev.lanewise.spark;

import java.util.Locale;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.util.LongAccumulator;
import org.slf4j.Logger;
import scala.collection.JavaConverters;

/// Says in the driver's log how far a stage is, as often as Spark's executors tell it: each ten seconds, by default.
final class StepsTold extends SparkListener {

    private static final double PERCENT = 100;

    private final Logger log;
    private final LongAccumulator steps;
    private final long all;
    private long told;

    /// @param steps in which the step is counted; of one task
    /// @param all   steps of the run
    StepsTold(Logger log, LongAccumulator steps, long all) {
        this.log = log;
        this.steps = steps;
        this.all = all;
    }

    @Override
    public void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
        for (var task : JavaConverters.asJava(update.accumUpdates())) for (var each : JavaConverters.asJava(task._4()))
            if (each.id() == steps.id() && each.update().isDefined() && each.update().get() instanceof Long step
                && step != told) {
                told = step;
                log.info("Lanewise: step {} of {}, {} %", step, all, String.format(Locale.ROOT, "%.0f", PERCENT * step / all));
            }
    }
}
