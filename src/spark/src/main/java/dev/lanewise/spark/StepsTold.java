package dev.lanewise.spark;

import java.util.Locale;
import java.util.function.LongSupplier;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.slf4j.Logger;
import scala.collection.JavaConverters;

/// Says in the driver's log how far a stage is, as often as Spark's executors tell it: each ten seconds, by default.
final class StepsTold extends SparkListener {

    private static final double PERCENT = 100;
    /// What executors told while this JVM stood still comes all at once, and is said once.
    private static final long LEAST_NANOS = 5_000_000_000L;

    private final Logger log;
    private final long counter;
    private final long all;
    private final LongSupplier nanos;
    private long told;
    private long toldAt;

    /// @param counter id of the accumulator in which the step is counted, by one task
    /// @param all     steps of the run
    /// @param nanos   the time
    StepsTold(Logger log, long counter, long all, LongSupplier nanos) {
        this.log = log;
        this.counter = counter;
        this.all = all;
        this.nanos = nanos;
        this.toldAt = nanos.getAsLong() - LEAST_NANOS;
    }

    @Override
    public void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
        for (var task : JavaConverters.asJava(update.accumUpdates())) for (var each : JavaConverters.asJava(task._4()))
            if (each.id() == counter && each.update().isDefined() && each.update().get() instanceof Long step) tell(step);
    }

    private void tell(long step) {
        long now = nanos.getAsLong();
        if (step == told || now - toldAt < LEAST_NANOS) return;
        told = step;
        toldAt = now;
        log.info("Lanewise: step {} of {}, {} %", step, all, String.format(Locale.ROOT, "%.0f", PERCENT * step / all));
    }
}
