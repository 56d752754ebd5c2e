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

    private final Program<E, B> program;
    private final Settings settings;

    /// Of a program as the settings say.
    public SparkTrainer(Program<E, B> program, Settings settings) {
        this.program = Objects.requireNonNull(program, "spark trainer: no program");
        this.settings = Objects.requireNonNull(settings, "spark trainer: no settings");
    }

    /// Trains; goes on from the newest checkpoint, if there is a folder that has any. Where the cluster gives up, Spark's own
    /// [org.apache.spark.SparkException] has in its message what a process said: that a row can't be, or that the checkpoint is of other examples.
    ///
    /// @throws IllegalArgumentException if there are no examples
    public Fitted fit(JavaRDD<E> examples) {
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
                return epochs(spark, placed, census, processes);
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

    private Fitted epochs(JavaSparkContext spark, JavaRDD<Tuple2<Integer, E>> placed, Census census, int processes) {
        var run = UUID.randomUUID().toString();
        byte[] state = null;
        EpochTask.Outcome last = null;
        int together = 1;
        for (int epoch = 0; epoch < settings.epochs();) {
            int until = Math.min(settings.epochs(), epoch + together);
            var secret = new byte[32];
            new SecureRandom().nextBytes(secret);
            var task = new EpochTask<>(run, secret, program, settings, census, processes, epoch, until, state,
                new SerializableConfiguration(spark.hadoopConfiguration()));
            spark.sc().setJobDescription("Lanewise: " + (together == 1 ? "epoch " + until : "epochs " + (epoch + 1) + " to " + until) + " of " + settings.epochs());
            long start = System.nanoTime();
            last = Barrier.run(placed, task).getFirst();
            double seconds = (System.nanoTime() - start) * 1e-9;
            spark.sc().setJobDescription(null);
            state = last.checkpoint();
            if (epoch == 0) tellOfScalars(last.provider());
            int done = last.epochLosses().length;
            LOG.info("Lanewise: epoch {} of {}, loss {}{}, {} s", done, settings.epochs(), last.epochLosses()[done - 1], said(last), String.format("%.1f", seconds));
            if (done < until) break; // it stopped early
            epoch = done; // further, if it went on from a later checkpoint
            if (seconds < SHORT_SECONDS) together *= 2;
            else if (seconds > LONG_SECONDS) together = Math.max(1, together / 2);
        }
        return fitted(last, processes, census);
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
                var whole = new EpochTask<>("", new byte[0], program, settings, census, 1, 0, settings.epochs(), null, null);
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
