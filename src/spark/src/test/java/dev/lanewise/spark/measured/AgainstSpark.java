package dev.lanewise.spark.measured;

import dev.lanewise.spark.LanewiseClassifier;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.classification.MultilayerPerceptronClassifier;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/// Spark's own perceptron and this library's, on the same rows, which Spark keeps in memory, of the same layers, on two executors
/// of one core: each in processes of its own, a first fit in JVMs that have trained nothing before, and a second one. What both
/// come to is evaluated by the same code: the loss of the training rows, and the accuracy on a quarter as many others.
///
/// Arguments: `theirs`, rows (100,000), iterations (100); or `ours`, rows, passes, and if you say so a loss, to which passes are
/// added one by one until it is reached, before the two fits are measured in a new session. Last, for both, hidden layers
/// (64,32).
public final class AgainstSpark {

    private static final int EXECUTORS = 2;
    private static final int MEGABYTES = 1024;
    private static final int CLASSES = 3;
    private static final int MOST_PASSES = 64;

    private AgainstSpark() {}

    /// What a fit came to.
    private record Result(double seconds, double loss, double accuracy) {

        void print(String name) {
            System.out.printf("%-44s %7.2f s   loss %.4f   accuracy %.4f%n", name, seconds, loss, accuracy);
        }
    }

    /// The rows of a session.
    private record Tables(Dataset<Row> training, Dataset<Row> test) {

        static Tables of(SparkSession spark, long rows) {
            var tables = new Tables(ManyRows.table(spark, 0, rows, 2 * EXECUTORS).cache(),
                ManyRows.table(spark, rows, rows + rows / 4, 2 * EXECUTORS).cache());
            tables.training.count();
            tables.test.count();
            return tables;
        }

        Result measured(Supplier<Model<?>> fit) {
            long start = System.nanoTime();
            var model = fit.get();
            double seconds = (System.nanoTime() - start) * 1e-9;
            double loss = new MulticlassClassificationEvaluator().setMetricName("logLoss").evaluate(model.transform(training));
            return new Result(seconds, loss, ManyRows.accuracy(model.transform(test)));
        }
    }

    /// As `AgainstSpark theirs 100000 100`, and then `AgainstSpark ours 100000 1 0.25` with the loss that it said.
    public static void main(String... args) throws Exception {
        boolean ours = args.length > 0 && args[0].equals("ours");
        long rows = args.length > 1 ? Long.parseLong(args[1]) : 100_000;
        int times = args.length > 2 ? Integer.parseInt(args[2]) : ours ? 1 : 100;
        double loss = ours && args.length > 3 ? Double.parseDouble(args[3]) : Double.MAX_VALUE;
        int last = ours ? 4 : 3;
        var hidden = Arrays.stream((args.length > last ? args[last] : "64,32").split(",")).mapToInt(Integer::parseInt).toArray();
        if (loss < Double.MAX_VALUE) times = passes(rows, times, loss, hidden);
        int now = times;
        try (var spark = session()) {
            var tables = Tables.of(spark, rows);
            for (var which : new String[] {"first", "second"})
                if (ours) tables.measured(() -> ours(now, hidden).fit(tables.training))
                    .print("LanewiseClassifier, " + now + " passes, " + which);
                else tables.measured(() -> theirs(now, hidden).fit(tables.training))
                    .print("Spark's perceptron, " + now + " iterations, " + which);
        }
    }

    private static SparkSession session() throws Exception { return Executors.of(EXECUTORS, MEGABYTES, ""); }

    private static int passes(long rows, int first, double loss, int... hidden) throws Exception {
        try (var spark = session()) {
            var tables = Tables.of(spark, rows);
            for (int passes = first; passes <= MOST_PASSES; passes++) {
                int now = passes;
                var reached = tables.measured(() -> ours(now, hidden).fit(tables.training));
                reached.print("  passes " + passes);
                if (reached.loss <= loss) return passes;
            }
        }
        throw new IllegalStateException("a loss of " + loss + " isn't reached in " + MOST_PASSES + " passes");
    }

    private static MultilayerPerceptronClassifier theirs(int iterations, int... hidden) {
        var layers = IntStream.concat(IntStream.concat(IntStream.of(ManyRows.FEATURES), Arrays.stream(hidden)),
            IntStream.of(CLASSES));
        return new MultilayerPerceptronClassifier().setLayers(layers.toArray()).setMaxIter(iterations).setTol(0).setSeed(1);
    }

    /// As many shards as executors; the batch is the default.
    private static LanewiseClassifier ours(int passes, int... hidden) {
        return new LanewiseClassifier().setHiddenLayers(hidden).setActivation("sigmoid").setStepSize(0.01).setShards(EXECUTORS)
            .setMaxIter(passes);
    }
}
