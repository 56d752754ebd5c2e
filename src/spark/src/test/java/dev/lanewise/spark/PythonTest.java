package dev.lanewise.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import py4j.Gateway;

/// What PySpark asks of the JVM, asked in its way: by py4j's own gateway, which chooses among methods by what Python has, where
/// whole numbers are `Integer`s, fractions `Double`s, and lists `ArrayList`s.
class PythonTest {

    private final Gateway python = new Gateway(null);

    private Object made(String type, Object... arguments) {
        return python.getObject(python.invoke(type, List.of(arguments)).getName());
    }

    /// @throws py4j.Py4JException if no method takes what Python has
    private Object called(Object self, String method, Object... arguments) {
        var answer = python.invoke(method, python.putNewObject(self), List.of(arguments));
        assertTrue(!answer.isError(), method);
        return answer.isReference() || answer.isList() || answer.isArray() ? python.getObject(answer.getName())
            : answer.getPrimitiveObject();
    }

    /// What stands in Python for a setter's value.
    private static List<Object> said(Method setter) {
        var type = setter.getParameterTypes()[0];
        if (type == List.class || type == int[].class) return List.of(new ArrayList<>(List.of(5, 3)), new ArrayList<>());
        if (type == boolean.class) return List.of(true);
        if (type == String.class)
            return List.of(Map.of("setActivation", "tanh", "setSolver", "sgd", "setHandleInvalid", "skip")
                .getOrDefault(setter.getName(), "x"));
        if (type == int.class) return List.of(4);
        if (type == long.class) return List.of(4, 1L << 40);
        if (type == double.class) return List.of(0.5);
        throw new AssertionError(setter + ": what is that in Python?");
    }

    @ParameterizedTest
    @ValueSource(classes = {LanewiseClassifier.class, LanewiseRegressor.class})
    void everySetterTakesWhatPythonHas(Class<?> type) {
        var setters = Stream.of(NetworkEstimator.class.getDeclaredMethods()).filter(each -> each.getName().startsWith("set"))
            .toList();
        assertTrue(setters.size() > 10, "" + setters.size());
        for (var setter : setters) for (var value : said(setter)) {
            var estimator = made(type.getName());
            assertEquals(estimator, called(estimator, setter.getName(), value), setter + " of " + value);
            var now = called(estimator, "get" + setter.getName().substring(3));
            if (now instanceof int[] units) assertEquals(value, Arrays.stream(units).boxed().toList());
            else assertEquals(value instanceof Number number ? number.doubleValue() : value,
                now instanceof Number number ? number.doubleValue() : now, setter + "");
        }
    }

    /// As PySpark's own wrappers do, for estimators that are wrapped likewise.
    @ParameterizedTest
    @ValueSource(classes = {LanewiseClassifier.class, LanewiseRegressor.class})
    void everyParameterIsFoundByItsNameAndMakesPairs(Class<?> type) {
        var estimator = (Params) made(type.getName(), "named");
        assertEquals("named", called(estimator, "uid"));
        for (var param : (Param<?>[]) called(estimator, "params")) {
            assertEquals(param, called(estimator, "getParam", param.name()));
            if (!estimator.hasDefault(param)) continue;
            Object value = estimator.getDefault(param).get();
            if (value instanceof int[] units) value = new ArrayList<>(Arrays.stream(units).boxed().toList());
            if (value instanceof Long whole) value = whole.intValue();
            var pair = called(param, "w", value);
            assertEquals(estimator, called(estimator, "set", pair), param.name());
            assertTrue(estimator.isSet(param), param.name());
        }
    }

    @TempDir
    Path folder;

    @Test
    void aModelIsFittedSavedLoadedAndApplied() throws Exception {
        try (var spark = SparkSession.builder().master("local[1]").appName("Lanewise's tests")
                .config("spark.ui.enabled", "false").config("spark.driver.host", "127.0.0.1").getOrCreate()) {
            var table = table(spark);
            var classifier = made("dev.lanewise.spark.LanewiseClassifier");
            called(called(called(classifier, "setHiddenLayers", new ArrayList<>(List.of(8))), "setMaxIter", 3), "setSeed", 7);
            var model = called(classifier, "fit", table);
            called(model, "save", folder.resolve("model").toString());
            var loaded = python.getObject(python.invoke("load", "z:dev.lanewise.spark.LanewiseClassificationModel",
                List.of(folder.resolve("model").toString())).getName());
            var predicted = (Dataset<?>) called(loaded, "transform", table);
            assertEquals(200, (Long) called(predicted, "count"));
            assertArrayEquals(((LanewiseClassificationModel) model).weights(), ((LanewiseClassificationModel) loaded).weights());
        }
    }

    private static Dataset<Row> table(SparkSession spark) {
        var rows = new ArrayList<Row>();
        for (int i = 0; i < 200; i++) rows.add(RowFactory.create(Vectors.dense(i % 7 - 3, i % 5 - 2), i % 2 * 1.0));
        return spark.createDataFrame(rows, new StructType().add("features", new VectorUDT()).add("label", DataTypes.DoubleType));
    }
}
