package dev.lanewise.spark.measured;

import dev.lanewise.spark.LanewiseClassifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/// Fits a classifier on so many rows of a table that executors make themselves, and says each few seconds how much memory these
/// take.
///
/// Arguments: rows (10,000,000), epochs (2), megabytes of each executor (2048).
public final class ManyRows {

    static final int FEATURES = 20;
    private static final int PARTITIONS = 32;
    private static final long SAMPLE_MILLIS = 5_000;
    private static final int TESTED = 20_000;
    private static final int MEGABYTE = 1 << 20;

    private ManyRows() {}

    /// Some rows of a table without an end.
    static Dataset<Row> table(SparkSession spark, long first, long behind, int partitions) {
        var made = spark.range(first, behind, 1, partitions).toJavaRDD().map(ManyRows::row);
        return spark.createDataFrame(made, new StructType().add("label", DataTypes.DoubleType)
            .add("features", SQLDataTypes.VectorType()));
    }

    private static Row row(long number) {
        var random = new SplittableRandom(number);
        var x = new double[FEATURES];
        for (int i = 0; i < FEATURES; i++) x[i] = random.nextDouble(-1, 1);
        // three classes, by bands of a sum with a product in it
        double sum = x[0] + 2 * x[1] * x[2] + Math.abs(x[3]) - 0.5;
        return RowFactory.create(sum < -0.4 ? 0.0 : sum < 0.4 ? 1.0 : 2.0, Vectors.dense(x));
    }

    /// As `ManyRows 10000000 2 2048`.
    public static void main(String... args) throws Exception {
        long rows = args.length > 0 ? Long.parseLong(args[0]) : 10_000_000;
        int epochs = args.length > 1 ? Integer.parseInt(args[1]) : 2;
        int megabytes = args.length > 2 ? Integer.parseInt(args[2]) : 2048;
        try (var spark = Executors.of(2, megabytes, "")) {
            var watch = Thread.ofPlatform().daemon().start(ManyRows::watch);
            long start = System.nanoTime();
            var fitted = new LanewiseClassifier().setHiddenLayers(new int[] {64, 32}).setBlockSize(4096).setMaxIter(epochs)
                .fit(table(spark, 0, rows, PARTITIONS));
            System.out.printf("%,d rows, %d epochs: fitted in %.0f s%n", rows, epochs, (System.nanoTime() - start) * 1e-9);
            watch.interrupt();
            var crc = new CRC32();
            crc.update(fitted.weights());
            var test = fitted.transform(table(spark, rows, rows + TESTED, 2));
            System.out.printf("accuracy %.4f, weights %08x%n", accuracy(test), crc.getValue());
        }
    }

    static double accuracy(Dataset<Row> predicted) {
        return predicted.filter(predicted.col("prediction").equalTo(predicted.col("label"))).count() / (double) predicted.count();
    }

    private static void watch() {
        long start = System.nanoTime();
        try {
            while (true) {
                Thread.sleep(SAMPLE_MILLIS);
                var text = new StringBuilder();
                ProcessHandle.current().descendants().forEach(process -> text.append(memory(process.pid())));
                System.out.printf("%5.0f s%s%n", (System.nanoTime() - start) * 1e-9, text);
            }
        } catch (InterruptedException e) {
            // it is over
        }
    }

    /// Of the heap and the like, and of files that are mapped, which the system may drop.
    private static String memory(long pid) {
        try {
            if (!Files.readString(Path.of("/proc/" + pid + "/cmdline")).contains("CoarseGrainedExecutorBackend")) return "";
            long anonymous = 0;
            long files = 0;
            for (var line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
                if (line.startsWith("RssAnon")) anonymous = kilobytes(line);
                if (line.startsWith("RssFile")) files = kilobytes(line);
            }
            return String.format("   %5d MB + %5d MB of files", anonymous * 1024 / MEGABYTE, files * 1024 / MEGABYTE);
        } catch (IOException e) {
            return ""; // it has ended
        }
    }

    private static long kilobytes(String line) { return Long.parseLong(line.replaceAll("\\D", "")); }
}
