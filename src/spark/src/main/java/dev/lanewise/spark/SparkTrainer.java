package dev.lanewise.spark;

import dev.lanewise.group.Group;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.SerializableConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;

/// Trains a program on examples that a cluster has: the weights are a function of the program, the examples and [Settings]' epochs, batch size, shards and
/// seed alone.
///
/// Examples are numbered in the order of their content's digest, so that partitions play no part. Each process keeps those of its shards in
/// memory; an epoch is a stage, or several that are short. If a process dies, Spark runs the stage again, from the newest checkpoint.
///
/// @param <E> an example
/// @param <B> what a batch is
public final class SparkTrainer<E, B> {

    private static final Logger LOG = LoggerFactory.getLogger(SparkTrainer.class);

    /// A stage that is shorter gives way to one of twice as many epochs: Spark takes about a second for each.
    private static final double SHORT_SECONDS = 5;
    private static final double LONG_SECONDS = 30;

    /// Spark's own name of what [org.apache.spark.SparkContext#setJobDescription] sets.
    private static final String DESCRIPTION = "spark.job.description";

    private final Program<E, B> program;
    private final Settings settings;

    /// Of a program as the settings say.
    public SparkTrainer(Program<E, B> program, Settings settings) {
        this.program = Objects.requireNonNull(program, "spark trainer: no program");
        this.settings = Objects.requireNonNull(settings, "spark trainer: no settings");
    }

    /// Trains; goes on from the newest checkpoint that is not beyond the epochs, if there is a folder that has any. Where the cluster gives up,
    /// Spark's own [org.apache.spark.SparkException] has in its message what a process said: that a row can't be.
    ///
    /// @throws IllegalArgumentException if there are no examples, or the folder's checkpoints are of other examples, another program or settings
    public Fitted fit(JavaRDD<E> examples) { return fit(examples, false); }

    /// @param ownFolder whether checkpoints are in a folder of the run's own below the settings', so that several runs may have one
    Fitted fit(JavaRDD<E> examples, boolean ownFolder) {
        var spark = JavaSparkContext.fromSparkContext(examples.context());
        var program = this.program;
        var keyed = examples.mapPartitionsWithIndex((partition, some) -> Keyed.of(program, partition, some), false)
            .mapToPair(each -> each).persist(StorageLevel.MEMORY_AND_DISK_SER());
        try {
            var census = keyed.keys().aggregate(Census.NONE, Census::plus, Census::plus);
            int rows = census.requireRows();
            int processes = processes(spark);
            var placed = placed(keyed, census, processes).persist(StorageLevel.MEMORY_AND_DISK_SER());
            try {
                LOG.info("Lanewise: {} examples, digest {}, {} shards in {} processes", rows, census.digest(), settings.shards(), processes);
                var identity = Identity.of(program, settings, census);
                var settings = ownFolder && this.settings.checkpoints() != null
                    ? this.settings.checkpoints(this.settings.checkpoints() + "/" + identity.digest(), this.settings.checkpointSteps()) : this.settings;
                check(spark, settings, identity, rows);
                return epochs(spark, placed, settings, identity, census, processes);
            } finally {
                placed.unpersist(false);
            }
        } finally {
            keyed.unpersist(false);
        }
    }

    private int processes(JavaSparkContext spark) {
        // the driver counts among them, but for a local master, where it is the executor
        int executors = Math.max(1, spark.sc().getExecutorMemoryStatus().size() - (spark.isLocal() ? 0 : 1));
        return Math.min(settings.shards(), settings.processes() > 0 ? settings.processes() : executors);
    }

    /// The examples with their numbers, each where it is trained on.
    private JavaRDD<Tuple2<Integer, E>> placed(JavaPairRDD<ContentKey, E> keyed, Census census, int processes) {
        var settings = this.settings;
        var firsts = new int[processes + 1];
        for (int rank = 0; rank <= processes; rank++)
            firsts[rank] = EpochTask.sampler(settings, census).first(EpochTask.firstShard(settings, rank, processes));
        return keyed.sortByKey().values().zipWithIndex().mapToPair(each -> new Tuple2<>((int) (long) each._2, each._1))
            .partitionBy(new Ranks(firsts)).map(each -> new Tuple2<>(each._1, each._2));
    }

    /// What executors would refuse, time and again, is refused here.
    private static void check(JavaSparkContext spark, Settings settings, Identity identity, int rows) {
        if (settings.checkpoints() == null) return;
        var kept = new Folder(settings.checkpoints(), spark.hadoopConfiguration());
        // one that is beyond the epochs, too: a folder is of one run
        long any = kept.newest(0, Long.MAX_VALUE);
        if (any == 0) return;
        try {
            var folder = Files.createTempDirectory("lanewise");
            try {
                var file = folder.resolve("run.safetensors");
                kept.read(any, file);
                identity.check(file);
                long newest = kept.newest(0, settings.epochs() * identity.stepsInEpoch(rows, settings.batchSize()));
                if (newest > 0) LOG.info("Lanewise: goes on from step {}, in {}", newest, settings.checkpoints());
                else LOG.info("Lanewise: begins anew; checkpoints in {} are of more epochs than {}", settings.checkpoints(), settings.epochs());
            } finally {
                EpochTask.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("fit: " + e.getMessage(), e);
        }
    }

    private Fitted epochs(JavaSparkContext spark, JavaRDD<Tuple2<Integer, E>> placed, Settings settings, Identity identity, Census census, int processes) {
        var run = UUID.randomUUID().toString();
        var described = spark.getLocalProperty(DESCRIPTION);
        byte[] state = null;
        int together = 1;
        for (int epoch = 0;;) {
            int until = (int) Math.min(settings.epochs(), (long) epoch + together);
            var secret = new byte[32];
            new SecureRandom().nextBytes(secret);
            var sent = state == null ? null : spark.broadcast(state);
            var task = new EpochTask<>(run, secret, program, settings, identity, census, processes, epoch, until, sent,
                new SerializableConfiguration(spark.hadoopConfiguration()));
            spark.sc().setJobDescription("Lanewise: " + (until == epoch + 1 ? "epoch " + until : "epochs " + (epoch + 1) + " to " + until) + " of "
                + settings.epochs());
            long start = System.nanoTime();
            EpochTask.Outcome outcome;
            try {
                outcome = Barrier.run(placed, task).getFirst();
            } finally {
                spark.sc().setJobDescription(described);
                if (sent != null) sent.destroy();
            }
            double seconds = (System.nanoTime() - start) * 1e-9;
            if (epoch == 0) tellOfScalars(outcome.provider());
            tell(outcome, settings.epochs(), seconds);
            if (outcome.over()) return fitted(outcome, processes, census);
            state = outcome.checkpoint();
            epoch = outcome.epochLosses().length; // further, if it went on from a later checkpoint
            if (seconds < SHORT_SECONDS) together = Math.min(2 * together, settings.epochs());
            else if (seconds > LONG_SECONDS) together = Math.max(1, together / 2);
        }
    }

    private static void tell(EpochTask.Outcome outcome, int epochs, double seconds) {
        int done = outcome.epochLosses().length;
        LOG.info("Lanewise: epoch {} of {}, loss {}{}{}, {} s", done, epochs, done == 0 ? Double.NaN : outcome.epochLosses()[done - 1], said(outcome),
            outcome.over() && done < epochs ? ", stopped" : "", String.format("%.1f", seconds));
    }

    private static String said(EpochTask.Outcome outcome) {
        if (outcome.validations().isEmpty()) return "";
        var validation = outcome.validations().getLast();
        return ", validation " + validation.loss() + (Double.isNaN(validation.metric()) ? "" : ", metric " + validation.metric());
    }

    private static void tellOfScalars(List<String> providers) {
        long scalar = providers.stream().filter(provider -> provider.startsWith("scalar")).count();
        if (scalar > 0) LOG.warn("Lanewise: {} of {} processes run scalar loops ({}); the weights are the same, but they take longer", scalar, providers.size(),
            providers.stream().filter(provider -> provider.startsWith("scalar")).findFirst().orElseThrow());
    }

    private static Fitted fitted(EpochTask.Outcome last, int processes, Census census) {
        return new Fitted(last.weights(), last.stepLosses(), last.epochLosses(), last.validations(), processes, census.digest().toString());
    }

    /// The same in this process, without a cluster: the same bits.
    ///
    /// @param examples in any order
    /// @throws IllegalArgumentException as [#fit]
    public Fitted fitHere(List<E> examples) {
        var keyed = new ArrayList<Tuple2<ContentKey, E>>();
        Keyed.of(program, 0, examples.iterator()).forEachRemaining(keyed::add);
        keyed.sort(Comparator.comparing(Tuple2::_1));
        var census = Census.NONE;
        for (var each : keyed) census = census.plus(each._1);
        var sorted = keyed.stream().map(Tuple2::_2).toList();
        try {
            var folder = Files.createTempDirectory("lanewise");
            try {
                var whole = new EpochTask<>("", new byte[0], program, settings, Identity.of(program, settings, census), census, 1, 0, settings.epochs(), null, null);
                return fitted(whole.fit(folder.resolve("run.safetensors"), Group.alone(), Examples.all(sorted), EpochTask.sampler(settings, census), null, List.of()),
                    1, census);
            } finally {
                EpochTask.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("fit: " + e.getMessage(), e);
        }
    }

    /// Which process has which number.
    private static final class Ranks extends Partitioner implements Serializable {
        private static final long serialVersionUID = 1;
        private final int[] firsts;

        Ranks(int[] firsts) { this.firsts = firsts; }

        @Override
        public int numPartitions() { return firsts.length - 1; }

        @Override
        public int getPartition(Object key) {
            int row = (Integer) key;
            int rank = 0;
            while (row >= firsts[rank + 1]) rank++;
            return rank;
        }
    }
}
