package dev.lanewise.spark;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What would fail only after rows were read and sent, or at a run's end, is refused before.
final class Readiness {

    private static final Logger LOG = LoggerFactory.getLogger(SparkTrainer.class);
    private static final String DYNAMIC = "spark.dynamicAllocation.enabled";

    private static final String CPUS = "spark.task.cpus";
    private static final long LOOK_MILLIS = 200;
    private static final Duration OTHERS = Duration.ofMinutes(2);

    private Readiness() {}

    /// @throws IllegalStateException        if Spark won't run barrier stages
    /// @throws java.io.UncheckedIOException if a folder can't be written in
    static void require(JavaSparkContext spark, Settings settings) {
        if (!spark.isLocal()) requireBarriers(spark.getConf());
        Stream.of(settings.checkpoints(), settings.reports()).filter(Objects::nonNull)
            .forEach(folder -> new Folder(folder, spark.hadoopConfiguration()).requireWritable());
    }

    static void requireBarriers(SparkConf conf) {
        if (conf.getBoolean(DYNAMIC, false)) throw new IllegalStateException("fit: " + DYNAMIC
            + " is true, with which Spark runs no stages whose tasks are there at the same time; submit the job with --conf "
            + DYNAMIC + "=false, and say how many executors it has, as by --num-executors");
    }

    /// How many train together. Executors that begin are waited for: the first as long as the settings have patience, others as
    /// long as they come.
    ///
    /// @throws IllegalStateException if there are no slots for so many, for which Spark would wait for ten minutes and hardly say
    ///                               why
    static int processes(JavaSparkContext spark, Settings settings) {
        // the driver counts among them, but for a local master, where it is the executor
        int executors = Math.max(1, spark.sc().getExecutorMemoryStatus().size() - (spark.isLocal() ? 0 : 1));
        int processes = Math.min(settings.shards(), settings.processes() > 0 ? settings.processes() : executors);
        int slots = slots(spark);
        long grown = System.nanoTime();
        if (slots < processes && !spark.isLocal()) LOG.warn("Lanewise: as many slots as processes must be there at the same time,"
            + " {}, and the cluster has {} now; it waits for others", processes, slots);
        while (slots < processes) {
            var waits = spark.isLocal() ? Duration.ZERO : slots == 0 ? settings.patience() : OTHERS;
            if (System.nanoTime() - grown >= waits.toNanos()) throw new IllegalStateException("fit: " + processes
                + " processes must be there at the same time, but the cluster has slots for " + slots
                + " tasks; let fewer train together, by setProcesses or Settings.processes, which changes no weights,"
                + " or give it more executors" + (spark.isLocal() ? "" : " (none has come for " + waits.toSeconds() + " s)"));
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS));
            if (Thread.currentThread().isInterrupted())
                throw new CancellationException("fit: interrupted while it waited for executors");
            int now = slots(spark);
            if (now > slots) grown = System.nanoTime();
            slots = now;
        }
        return processes;
    }

    /// Says so where cores do nothing.
    static void tellOfIdleCores(JavaSparkContext spark, int processes) {
        int slots = slots(spark);
        if (slots > processes) LOG.warn("Lanewise: {} of the cluster's {} slots train, each on {}={} cores; more cores for each"
            + " process, or more processes, make use of the others, and change no weights", processes, slots, CPUS,
            spark.getConf().get(CPUS, "1"));
    }

    private static int slots(JavaSparkContext spark) {
        return spark.sc().maxNumConcurrentTasks(spark.sc().resourceProfileManager().defaultResourceProfile());
    }
}
