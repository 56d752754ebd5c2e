package dev.lanewise.spark.measured;

import dev.lanewise.spark.LanewiseClassifier;
import java.util.function.Supplier;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.classification.MultilayerPerceptronClassifier;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/// Spark's own perceptron and this library's, on the same rows, of the same layers, on the same two executors: first Spark's with
/// so many iterations, and then this one with twice as many passes each time, until its loss on the training rows isn't higher.
///
/// Arguments: rows (100,000), Spark's iterations (100), passes to begin with (1).
public final class AgainstSpark {

    private static final int EXECUTORS = 2;
    private static final int[] HIDDEN = {64, 32};
    private static final int CLASSES = 3;
    private static final int MOST_PASSES = 256;

    private AgainstSpark() {}

    /// What a fit came to.
    private record Result(double seconds, double loss, double accuracy) {

        void print(String name) {
            System.out.printf("%-36s %7.1f s   loss %.4f   accuracy %.4f%n", name, seconds, loss, accuracy);
        }
    }

    /// As `AgainstSpark 100000 100 1`.
    public static void main(String... args) throws Exception {
        long rows = args.length > 0 ? Long.parseLong(args[0]) : 100_000;
        int iterations = args.length > 1 ? Integer.parseInt(args[1]) : 100;
        int first = args.length > 2 ? Integer.parseInt(args[2]) : 1;
        try (var spark = Executors.of(EXECUTORS, 1024, "")) {
            var training = ManyRows.table(spark, 0, rows, 4).cache();
            var test = ManyRows.table(spark, rows, rows + rows / 4, 4).cache();
            // both have seen the classes that they run, once
            theirs(2).fit(training);
            ours(1).fit(training);
            var target = measured(() -> theirs(iterations).fit(training), training, test);
            target.print("Spark's perceptron, " + iterations + " iterations");
            for (int passes = first; passes <= MOST_PASSES; passes *= 2) {
                int now = passes;
                var reached = measured(() -> ours(now).fit(training), training, test);
                reached.print("LanewiseClassifier, " + passes + " passes");
                if (reached.loss <= target.loss) {
                    System.out.printf("the same loss in 1 / %.1f of the time%n", target.seconds / reached.seconds);
                    return;
                }
            }
            System.out.println("its loss isn't reached");
        }
    }

    private static MultilayerPerceptronClassifier theirs(int iterations) {
        return new MultilayerPerceptronClassifier().setLayers(new int[] {ManyRows.FEATURES, HIDDEN[0], HIDDEN[1], CLASSES})
            .setMaxIter(iterations).setTol(0).setSeed(1);
    }

    private static LanewiseClassifier ours(int passes) {
        return new LanewiseClassifier().setHiddenLayers(HIDDEN).setActivation("sigmoid").setStepSize(0.01).setShards(EXECUTORS)
            .setMaxIter(passes);
    }

    private static Result measured(Supplier<Model<?>> fit, Dataset<Row> training, Dataset<Row> test) {
        long start = System.nanoTime();
        var model = fit.get();
        double seconds = (System.nanoTime() - start) * 1e-9;
        double loss = new MulticlassClassificationEvaluator().setMetricName("logLoss").evaluate(model.transform(training));
        return new Result(seconds, loss, ManyRows.accuracy(model.transform(test)));
    }
}
