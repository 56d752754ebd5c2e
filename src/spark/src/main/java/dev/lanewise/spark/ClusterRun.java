package dev.lanewise.spark;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A run on a cluster: an epoch is a stage, or several that are short. If a process dies, Spark runs the stage again, from the
/// newest checkpoint.
///
/// @param <R> what travels of an example
/// @param <B> what a batch is
final class ClusterRun<R, B> {

    private static final Logger LOG = LoggerFactory.getLogger(SparkTrainer.class);

    private static final int TREE_DEPTH = 2;

    /// Spark's own name of what [org.apache.spark.SparkContext#setJobDescription] sets.
    private static final String DESCRIPTION = "spark.job.description";

    private final Program<R, B> program;
    private final Settings settings;
    private final JavaRDD<Numbered<R>> rows;
    private final JavaSparkContext spark;
    private final Census census;
    private final Identity identity;
    private final Placement placement;

    /// Counts the rows.
    ///
    /// @param ownFolder whether checkpoints are in a folder of the run's own below the settings', so that several runs may have
    ///                  one
    ClusterRun(Program<R, B> program, Settings settings, JavaRDD<Numbered<R>> rows, boolean ownFolder) {
        this.program = program;
        this.rows = rows;
        this.spark = JavaSparkContext.fromSparkContext(rows.context());
        Readiness.require(spark, settings);
        Readiness.processes(spark, settings); // before rows are read, and after: others may have come meanwhile
        var tally = described(spark, "counts the rows",
            () -> rows.map(Numbered::key).treeAggregate(new Tally(), Tally::plus, Tally::plus, TREE_DEPTH));
        this.census = tally.census();
        int count = census.requireRows();
        this.identity = Identity.of(program, settings, census);
        this.settings = ownFolder && settings.checkpoints() != null
            ? settings.checkpoints(settings.checkpoints() + "/" + identity.digest(), settings.checkpointSteps()) : settings;
        this.placement = Placement.of(tally, EpochTask.sampler(settings, census), settings,
            Readiness.processes(spark, settings));
        LOG.info("Lanewise: {} examples, digest {}, {} shards in {} processes", count, census.digest(), settings.shards(),
            placement.processes());
        if (settings.processes() == 0) Readiness.tellOfIdleCores(spark, placement.processes());
        check(count);
    }

    /// Under a description that Spark's own pages show for its stages.
    static <T> T described(JavaSparkContext spark, String what, Supplier<T> job) {
        var before = spark.getLocalProperty(DESCRIPTION);
        spark.sc().setJobDescription("Lanewise: " + what);
        try {
            return job.get();
        } finally {
            spark.sc().setJobDescription(before);
        }
    }

    /// The examples, each where it is trained on.
    private JavaRDD<Numbered<R>> placed() {
        var placement = this.placement;
        return rows.flatMapToPair(row -> placement.of(row)).partitionBy(new Ranks(placement.processes())).values();
    }

    /// What executors would refuse, time and again, is refused here.
    private void check(int rows) {
        if (settings.checkpoints() == null) return;
        var kept = new Folder(settings.checkpoints(), spark.hadoopConfiguration());
        // one that is beyond the epochs, too: a folder is of one run
        long any = kept.newest(0, Long.MAX_VALUE);
        if (any == 0) return;
        try (var scratch = Scratch.make()) {
            kept.read(any, scratch.checkpoint());
            identity.check(scratch.checkpoint());
            long newest = kept.newest(0, settings.epochs() * identity.stepsInEpoch(rows, settings.batchSize()));
            if (newest > 0) LOG.info("Lanewise: goes on from step {}, in {}", newest, settings.checkpoints());
            else LOG.info("Lanewise: begins anew; checkpoints in {} are of more epochs than {}",
                settings.checkpoints(), settings.epochs());
        } catch (IOException e) {
            throw new UncheckedIOException("fit: " + e.getMessage(), e);
        }
    }

    Fitted fit() {
        var run = UUID.randomUUID().toString();
        var placed = placed();
        var stages = new ArrayList<RunPage.Stage>();
        byte[] state = null;
        for (int epoch = 0;;) {
            var secret = new byte[32];
            new SecureRandom().nextBytes(secret);
            var sent = state == null ? null : spark.broadcast(state);
            var steps = spark.sc().longAccumulator("Lanewise: step");
            var task = new EpochTask<>(run, secret, program, settings, identity, census, placement.forTasks(), epoch, sent, steps,
                new SerializableConfiguration(spark.hadoopConfiguration()));
            long allSteps = settings.epochs() * identity.stepsInEpoch(census.rows(), settings.batchSize());
            var told = new StepsTold(LOG, steps.id(), allSteps, System::nanoTime);
            long start = System.nanoTime();
            EpochTask.Outcome outcome;
            spark.sc().addSparkListener(told);
            spark.sc().addJobTag(run);
            try {
                outcome = described(spark, what(epoch + 1, settings), () -> Barrier.run(placed, task).getFirst());
            } catch (Throwable e) {
                // whoever is interrupted waits no longer, but Spark goes on with the job
                if (!spark.sc().isStopped()) spark.sc().cancelJobsWithTag(run);
                throw e;
            } finally {
                spark.sc().removeJobTag(run);
                spark.sc().removeSparkListener(told);
                if (sent != null) sent.destroy();
            }
            double seconds = (System.nanoTime() - start) * 1e-9;
            if (epoch == 0) tellOfScalars(outcome.provider());
            stages.add(new RunPage.Stage(epochs(epoch + 1, outcome.epochLosses().length) + " of " + settings.epochs(), seconds));
            tell(outcome, epoch, settings.epochs(), seconds);
            if (outcome.over()) return reported(Fitted.of(outcome, placement.processes(), census), outcome.provider(), stages);
            state = outcome.checkpoint();
            epoch = outcome.epochLosses().length; // further, if it went on from a later checkpoint
        }
    }

    /// How long it goes on isn't known before.
    private static String what(int first, Settings settings) {
        return (first == settings.epochs() || settings.stage().isZero() ? "epoch " : "from epoch ") + first + " of "
            + settings.epochs();
    }

    /// @param last none, if it is before the first
    private static String epochs(int first, int last) {
        return last < first ? "no epoch" : last == first ? "epoch " + first : "epochs " + first + " to " + last;
    }

    private Fitted reported(Fitted fitted, List<String> providers, List<RunPage.Stage> stages) {
        if (settings.reports() == null) return fitted;
        var page = new RunPage(identity.facts(), fitted, providers, stages).page();
        var folder = new Folder(settings.reports(), spark.hadoopConfiguration());
        try {
            LOG.info("Lanewise: a page about the run is {}",
                folder.write("lanewise-" + identity.digest() + ".html", page.html()));
        } catch (UncheckedIOException e) {
            LOG.error("Lanewise: there is no page about the run, which is whole", e);
        }
        return fitted;
    }

    /// A line for each epoch.
    ///
    /// @param before epochs that were told of
    private static void tell(EpochTask.Outcome outcome, int before, int epochs, double seconds) {
        int done = outcome.epochLosses().length;
        for (int epoch = before + 1; epoch <= done; epoch++)
            LOG.info("Lanewise: epoch {} of {}, loss {}{}", epoch, epochs, outcome.epochLosses()[epoch - 1],
                said(outcome.validations(), epoch));
        double last = done == 0 ? 0 : outcome.epochLosses()[done - 1];
        if (!Double.isFinite(last))
            LOG.warn("Lanewise: the loss is {}, and the weights are of no use; try a smaller step size", last);
        LOG.info("Lanewise: a stage of {} epochs in {} s{}", done - before, String.format(Locale.ROOT, "%.1f", seconds),
            outcome.over() && done < epochs ? ", stopped" : "");
    }

    private static String said(List<Fitted.Validation> validations, int epoch) {
        if (validations.size() < epoch) return "";
        var validation = validations.get(epoch - 1);
        return ", validation " + validation.loss() + (Double.isNaN(validation.metric()) ? "" : ", metric " + validation.metric());
    }

    private static void tellOfScalars(List<String> providers) {
        var scalar = providers.stream().filter(provider -> provider.startsWith("scalar")).toList();
        if (!scalar.isEmpty()) LOG.warn("Lanewise: {} of {} processes run scalar loops ({}); the same weights, but slower",
            scalar.size(), providers.size(), scalar.getFirst());
    }

    /// A process for each rank.
    private static final class Ranks extends Partitioner implements Serializable {
        private static final long serialVersionUID = 1;
        private final int processes;

        Ranks(int processes) { this.processes = processes; }

        @Override
        public int numPartitions() { return processes; }

        @Override
        public int getPartition(Object key) { return (Integer) key; }
    }
}
