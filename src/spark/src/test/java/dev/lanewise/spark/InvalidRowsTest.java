package dev.lanewise.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a model does with rows that can't be predicted.
class InvalidRowsTest {

    private static final StructType SCHEMA = new StructType().add("label", DataTypes.DoubleType)
        .add("features", SQLDataTypes.VectorType());
    private static final Vector GOOD = Vectors.dense(1, 2);
    private static SparkSession spark;
    private static LanewiseClassificationModel classifier;
    private static LanewiseRegressionModel regressor;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        spark = Cluster.here();
        spark.sparkContext().setLogLevel("ERROR");
        var rows = rows(GOOD, Vectors.dense(2, 1), Vectors.dense(0, 0));
        classifier = new LanewiseClassifier().setMaxIter(1).fit(rows);
        regressor = new LanewiseRegressor().setMaxIter(1).fit(rows);
    }

    @AfterAll
    static void stop() throws Exception { spark.close(); }

    private static Dataset<Row> rows(Vector... features) {
        var rows = new ArrayList<Row>();
        for (int i = 0; i < features.length; i++) rows.add(RowFactory.create((double) (i % 2), features[i]));
        return spark.createDataFrame(rows, SCHEMA).coalesce(1);
    }

    private static List<Double> predicted(Model<?> model, Dataset<Row> rows) {
        return model.transform(rows).select("prediction").collectAsList().stream().map(row -> row.getDouble(0)).toList();
    }

    private static String causes(Throwable error) {
        var text = new StringBuilder();
        for (var each = error; each != null; each = each.getCause()) text.append(each.getMessage()).append('\n');
        return text.toString();
    }

    @Test
    void eachKindIsRefusedSkippedOrKept() {
        for (var wrong : Arrays.asList(null, Vectors.dense(1, Double.NaN), Vectors.dense(1e300, 2),
            Vectors.sparse(2, new int[] {1}, new double[] {Double.NEGATIVE_INFINITY}))) {
            var rows = rows(GOOD, wrong, GOOD);
            for (Model<?> model : List.of(classifier, regressor)) {
                double right = predicted(model, rows(GOOD)).getFirst();
                assertFalse(Double.isNaN(right));
                var told = causes(assertThrows(Exception.class, () -> predicted(model, rows)));
                assertTrue(told.contains("a row of partition 0 can't be predicted: "), told);
                assertTrue(told.contains(wrong == null ? "the features are null" : "feature "), told);
                assertEquals(List.of(right, right), predicted(handling(model, "skip"), rows));
                assertEquals(List.of(right, Double.NaN, right), predicted(handling(model, "keep"), rows));
            }
            var kept = handling(classifier, "keep").transform(rows(wrong)).select("probability").first();
            assertTrue(Double.isNaN(((Vector) kept.get(0)).apply(1)));
            assertThrows(IllegalArgumentException.class, () -> regressor.predict(wrong));
        }
    }

    private static Model<?> handling(Model<?> model, String value) {
        return switch (model) {
            case LanewiseClassificationModel each -> each.copy(each.extractParamMap()).setHandleInvalid(value);
            case LanewiseRegressionModel each -> each.copy(each.extractParamMap()).setHandleInvalid(value);
            default -> throw new AssertionError(model);
        };
    }

    @Test
    void whicheverColumnsThereAreAndWhateverTheThresholds() {
        var rows = rows(Vectors.dense(1, Double.NaN), GOOD);
        var without = (LanewiseClassificationModel) handling(classifier, "keep");
        var rare = without.copy(without.extractParamMap()).setThresholds(new double[] {0.001, 0.999});
        for (var columns : new String[][] {{"", ""}, {"raw", ""}, {"", "p"}, {"raw", "p"}})
            for (var model : List.of(without, rare)) {
                var predicted = predicted(model.setRawPredictionCol(columns[0]).setProbabilityCol(columns[1]), rows);
                assertTrue(Double.isNaN(predicted.get(0)) && !Double.isNaN(predicted.get(1)), predicted::toString);
                if (model == rare) assertEquals(0, predicted.get(1));
            }
    }

    @Test
    void anotherWidthIsAlwaysRefused() {
        for (var handled : List.of("error", "skip", "keep")) for (var model : List.of(classifier, regressor)) {
            var error = assertThrows(Exception.class, () -> predicted(handling(model, handled), rows(Vectors.dense(1))));
            assertTrue(causes(error).contains("a row of 1 features, but the model was fitted on 2"), causes(error));
        }
    }

    @Test
    void theEstimatorsWordIsTheModels() throws Exception {
        var rows = rows(GOOD, Vectors.dense(2, 1));
        var model = new LanewiseClassifier().setMaxIter(1).setHandleInvalid("skip").fit(rows);
        model.save(folder.resolve("model").toString());
        for (var each : List.of(model, LanewiseClassificationModel.load(folder.resolve("model").toString()))) {
            assertEquals("skip", each.getHandleInvalid());
            assertEquals(1, predicted(each, rows(GOOD, null)).size());
        }
        assertEquals("error", new LanewiseRegressor().setMaxIter(1).fit(rows).getHandleInvalid());
        assertThrows(IllegalArgumentException.class, () -> regressor.setHandleInvalid("drop"));
    }

    @Test
    void streamsArePredictedAndNotFitted() throws Exception {
        rows(GOOD, Vectors.dense(1, Double.NaN), GOOD).write().parquet(folder.resolve("in").toString());
        var stream = spark.readStream().schema(SCHEMA).parquet(folder.resolve("in").toString());
        handling(classifier, "skip").transform(stream).select("prediction").writeStream().format("memory").queryName("predicted")
            .trigger(Trigger.AvailableNow()).start().awaitTermination();
        assertEquals(2, spark.table("predicted").count());
        var error = assertThrows(IllegalArgumentException.class, () -> new LanewiseClassifier().fit(stream));
        assertTrue(error.getMessage().contains("the table is a stream"), error.getMessage());
    }
}
