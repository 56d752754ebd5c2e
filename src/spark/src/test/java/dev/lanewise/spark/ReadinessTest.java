package dev.lanewise.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/// What can't end well doesn't begin.
class ReadinessTest {

    private static final Settings SETTINGS = Settings.DEFAULT.batchSize(32).shards(4);
    private static final List<Digits.Point> POINTS = Digits.points(40);
    private static SparkSession session;
    private static JavaSparkContext spark;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        session = Cluster.here();
        spark = JavaSparkContext.fromSparkContext(session.sparkContext());
        spark.setLogLevel("ERROR");
    }

    @AfterAll
    static void stop() throws Exception { session.close(); }

    private static Fitted fit(Settings settings) {
        return new SparkTrainer<>(new Digits(), settings).fit(spark.parallelize(POINTS, 2));
    }

    private static Dataset<Row> table() {
        var schema = new StructType().add("label", DataTypes.DoubleType).add("features", SQLDataTypes.VectorType());
        return session.createDataFrame(List.of(RowFactory.create(0.0, Vectors.dense(1, 2)),
            RowFactory.create(1.0, Vectors.dense(2, 1))), schema);
    }

    /// Before Spark has run anything.
    private static <T extends RuntimeException> String refused(Class<T> type, Executable job) {
        var tracker = spark.statusTracker();
        int before = tracker.getJobIdsForGroup(null).length;
        var error = assertThrows(type, job);
        assertEquals(before, tracker.getJobIdsForGroup(null).length, "jobs were run");
        return error.getMessage();
    }

    @Test
    void aFolderThatCantBeWrittenIsRefusedBeforeAJob() throws Exception {
        var file = Files.createFile(folder.resolve("file")).toString();
        for (var there : List.of(file + "/below", "nosuch://host/folder")) for (var told : List.of(
            refused(java.io.UncheckedIOException.class, () -> fit(SETTINGS.checkpoints(there, 0))),
            refused(java.io.UncheckedIOException.class, () -> fit(SETTINGS.reports(there))),
            refused(java.io.UncheckedIOException.class, () -> new LanewiseRegressor().setReportDir(there).fit(table())),
            refused(java.io.UncheckedIOException.class, () -> new LanewiseClassifier().setCheckpointDir(there).fit(table()))))
            assertTrue(told.startsWith("fit: ") && told.contains(there) && told.contains("name one that "), told);
        for (var blank : List.of("", "  ")) {
            assertThrows(IllegalArgumentException.class, () -> SETTINGS.checkpoints(blank, 0));
            assertThrows(IllegalArgumentException.class, () -> SETTINGS.reports(blank));
            assertThrows(IllegalArgumentException.class, () -> new LanewiseClassifier().setCheckpointDir(blank));
            assertThrows(IllegalArgumentException.class, () -> new LanewiseClassifier().setReportDir(blank));
        }
        fit(SETTINGS.checkpoints(folder.resolve("made/anew").toUri().toString(), 0));
        try (var files = Files.list(folder.resolve("made/anew"))) {
            assertTrue(files.noneMatch(each -> each.toString().contains(".lanewise")), "what was tried is there still");
        }
    }

    @Test
    void moreProcessesThanSlotsAreRefusedByBothNumbers() {
        var told = refused(IllegalStateException.class, () -> fit(SETTINGS.processes(3)));
        assertTrue(told.contains("3 processes") && told.contains("slots for 2 tasks"), told);
        assertEquals(2, fit(SETTINGS.processes(2)).processes());
    }

    @Test
    void dynamicAllocationIsRefused() {
        var conf = new SparkConf(false);
        Readiness.requireBarriers(conf);
        var told = assertThrows(IllegalStateException.class,
            () -> Readiness.requireBarriers(conf.set("spark.dynamicAllocation.enabled", "true"))).getMessage();
        assertTrue(told.contains("--conf spark.dynamicAllocation.enabled=false"), told);
    }

    /// Of both estimators, whoever declares it; but for Spark's own thresholds, where Spark itself asks null.
    @Test
    void noParameterIsNull() {
        for (var name : List.of("classifier", "regressor")) {
            var all = name.equals("classifier") ? new LanewiseClassifier().params() : new LanewiseRegressor().params();
            assertTrue(all.length > 15);
            for (var param : all) if (!param.name().equals("thresholds")) {
                var told = refused(IllegalArgumentException.class, () -> {
                    var estimator = name.equals("classifier") ? new LanewiseClassifier() : new LanewiseRegressor();
                    estimator.set(param.name(), null);
                    estimator.fit(table());
                });
                assertTrue(told.contains("parameter " + param.name() + " is null"), told);
            }
        }
        assertThrows(IllegalArgumentException.class, () -> new LanewiseClassifier().setHiddenLayers((List<Integer>) null));
        var told = assertThrows(IllegalArgumentException.class,
            () -> new LanewiseClassifier().setHiddenLayers(java.util.Arrays.asList(8, null))).getMessage();
        assertTrue(told.contains("[8, null]"), told);
        for (double rate : new double[] {Double.POSITIVE_INFINITY, Double.NaN, 0})
            assertThrows(IllegalArgumentException.class, () -> new LanewiseClassifier().setStepSize(rate));
        assertThrows(IllegalArgumentException.class, () -> new LanewiseClassifier().setDropout(Double.NaN));
    }

    @Test
    void rowsWithoutFeaturesAreRefusedAndFeaturesMayLieInAnotherColumn() {
        var none = table().withColumn("features", functions.udf(
            (org.apache.spark.sql.api.java.UDF1<Double, Object>) _ -> Vectors.dense(new double[0]), SQLDataTypes.VectorType())
            .apply(functions.col("label")));
        var told = assertThrows(IllegalArgumentException.class, () -> new LanewiseClassifier().fit(none)).getMessage();
        assertTrue(told.contains("the rows have no features"), told);
        var within = table().select(functions.col("label"), functions.struct("features").as("row"));
        var model = new LanewiseClassifier().setFeaturesCol("row.features").setMaxIter(1).fit(within);
        assertEquals(2, model.transform(within).where("prediction >= 0").count());
    }

    @Test
    void aProcessListensWhereOthersReachIt() throws Exception {
        assertTrue(Introduction.listening("127.0.0.1").isLoopbackAddress());
        assertTrue(Introduction.listening("localhost").isLoopbackAddress());
        // of nobody: an address for documentation
        assertTrue(Introduction.listening("192.0.2.7").isAnyLocalAddress());
        var told = new Introduction("[::1]", 77, 5, new ContentKey(-1, 2), "scalar, as it is");
        assertEquals(told, Introduction.of(told.text()));
        assertEquals(77, told.address().getPort());
        assertTrue(told.address().getAddress().isLoopbackAddress());
    }
}
