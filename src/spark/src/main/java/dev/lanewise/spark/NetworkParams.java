package dev.lanewise.spark;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.storage.StorageLevel;
import scala.Function1;

/// The parameters of a [NetworkEstimator], which hands them out: an interface has no place for them.
final class NetworkParams {

    private final Params owner;
    final IntArrayParam hiddenLayers;
    final Param<String> activation;
    final DoubleParam dropout;
    final Param<String> solver;
    final DoubleParam stepSize;
    final IntParam maxIter;
    final IntParam blockSize;
    final IntParam shards;
    final IntParam processes;
    final LongParam seed;
    final BooleanParam standardization;
    final Param<String> checkpointDir;
    final LongParam checkpointSteps;
    final Param<String> reportDir;
    final Param<String> handleInvalid;

    NetworkParams(Params owner) {
        this.owner = owner;
        hiddenLayers = new IntArrayParam(owner, "hiddenLayers",
            "units of the hidden layers, between features and outputs (each >= 1); none for a linear model",
            valid("hiddenLayers", units -> Arrays.stream((int[]) units).allMatch(each -> each >= 1)));
        activation = choice("activation", "between layers", Network.ACTIVATIONS);
        dropout = new DoubleParam(owner, "dropout", "probability of 0 behind each hidden layer in training",
            valid("dropout", value -> (Double) value >= 0 && (Double) value < 1));
        solver = choice("solver", "what makes steps", Network.OPTIMIZERS);
        stepSize = new DoubleParam(owner, "stepSize", "learning rate (> 0)",
            valid("stepSize", value -> (Double) value > 0 && (Double) value < Double.POSITIVE_INFINITY));
        maxIter = new IntParam(owner, "maxIter", "passes over the data (>= 1)", atLeast("maxIter", 1));
        blockSize = new IntParam(owner, "blockSize", "rows a step, of all processes together (>= 1)",
            atLeast("blockSize", 1));
        shards = new IntParam(owner, "shards", "logical shards of a step, a power of two: as many processes as may ever share it",
            valid("shards", value -> Settings.canBe((Integer) value)));
        processes = new IntParam(owner, "processes", "that train together; 0 for as many as there are executors",
            atLeast("processes", 0));
        seed = new LongParam(owner, "seed", "of weights, order and dropout", valid("seed", _ -> true));
        standardization = new BooleanParam(owner, "standardization",
            "whether features (and a regression's target) are brought to mean 0 and variance 1");
        checkpointDir = folder("checkpointDir", "folder for checkpoints on any of Hadoop's file systems; "
            + "each fit has one of its own below, and goes on from the newest there");
        checkpointSteps = new LongParam(owner, "checkpointSteps",
            "steps after which a checkpoint is written besides those after each epoch; 0 for none",
            atLeast("checkpointSteps", 0));
        reportDir = folder("reportDir", "folder for a page about each fit, on any of Hadoop's file systems");
        handleInvalid = InvalidRows.param(owner);
        owner.setDefault(hiddenLayers, new int[] {64});
        owner.setDefault(activation, "relu");
        owner.setDefault(dropout, 0.0);
        owner.setDefault(solver, "adam");
        owner.setDefault(stepSize, 1e-3);
        owner.setDefault(maxIter, 20);
        owner.setDefault(blockSize, 256);
        owner.setDefault(shards, 8);
        owner.setDefault(processes, 0);
        owner.setDefault(seed, 42L);
        owner.setDefault(standardization, true);
        owner.setDefault(checkpointSteps, 0L);
    }

    private Param<String> choice(String name, String what, List<String> choices) { return choice(owner, name, what, choices); }

    static Param<String> choice(Params owner, String name, String what, List<String> choices) {
        return new Param<>(owner, name, what + ": " + String.join(", ", choices), valid(owner, name, choices::contains));
    }

    private Param<String> folder(String name, String what) {
        return new Param<>(owner, name, what, valid(name, value -> !((String) value).isBlank()));
    }

    private Function1<Object, Object> atLeast(String name, long least) {
        return valid(name, value -> ((Number) value).longValue() >= least);
    }

    private <T> Function1<T, Object> valid(String name, Rule rule) { return valid(owner, name, rule); }

    /// Spark's own refusal of what doesn't hold asks null for its text.
    private static <T> Function1<T, Object> valid(Params owner, String name, Rule rule) {
        var uid = owner.uid();
        return (Function1<T, Object> & Serializable) value -> {
            if (value == null) throw nothing(uid, name);
            return rule.test(value);
        };
    }

    private static IllegalArgumentException nothing(String uid, String name) {
        return new IllegalArgumentException(uid + " parameter " + name + " is null; give it a value, or clear(" + name
            + "()), which leaves it to the default");
    }

    /// Models' parameters are sent to executors with them.
    @FunctionalInterface
    private interface Rule extends Predicate<Object>, Serializable {}

    /// Of columns and truths, too, of which Spark takes null.
    void requireNoNulls() {
        for (var param : owner.params()) if (owner.isDefined(param) && owner.getOrDefault(param) == null)
            throw nothing(owner.uid(), param.name());
    }

    private <T> T get(Param<T> param) { return owner.getOrDefault(param); }

    private int whole(IntParam param) { return (Integer) owner.getOrDefault(param); }

    private String folder(Param<String> param) { return owner.isDefined(param) ? get(param) : null; }

    Settings settings() {
        return Settings.DEFAULT.epochs(whole(maxIter)).batchSize(whole(blockSize)).shards(whole(shards))
            .seed((Long) owner.getOrDefault(seed)).processes(whole(processes))
            .checkpoints(folder(checkpointDir), (Long) owner.getOrDefault(checkpointSteps)).reports(folder(reportDir));
    }

    Network network(Scaling scaling, int outputs) {
        return new Network(scaling, get(hiddenLayers), outputs, get(activation), (Double) owner.getOrDefault(dropout),
            get(solver), (Double) owner.getOrDefault(stepSize), (Long) owner.getOrDefault(seed));
    }

    /// The rows of a table, and what scales them.
    ///
    /// @param largest label; 0 if none is above it
    /// @param kept    whether Spark keeps them until they are closed
    record Rows(JavaRDD<Instance> instances, Scaling scaling, float largest, boolean kept) implements AutoCloseable {

        @Override
        public void close() { if (kept) instances.unpersist(false); }
    }

    Rows rows(Dataset<?> table, String features, String label) {
        if (table.isStreaming()) throw new IllegalArgumentException("fit: the table is a stream, and has no end; fit what it has"
            + " written so far: only transform takes streams");
        var rows = table.select(functions.col(features), functions.col(label).cast(DataTypes.DoubleType)).javaRDD();
        var spark = JavaSparkContext.fromSparkContext(rows.context());
        Readiness.require(spark, settings());
        var first = ClusterRun.described(spark, "looks at the first row", () -> instances(rows, -1).take(1));
        if (first.isEmpty()) throw new IllegalArgumentException("fit: the data set is empty; give it at least one row");
        int width = first.getFirst().x().length;
        if (width == 0) throw new IllegalArgumentException("fit: the rows have no features; give them one at least");
        var instances = instances(rows, width);
        boolean scaled = (Boolean) owner.getOrDefault(standardization);
        // they are read several times
        boolean kept = table.storageLevel().equals(StorageLevel.NONE());
        if (kept) instances.persist(StorageLevel.DISK_ONLY());
        try {
            var measure = ClusterRun.described(spark, "measures the columns", () -> instances.treeAggregate(
                new Scaling.Measure(scaled ? width + 1 : 0), Scaling.Measure::plus, Scaling.Measure::plus));
            return new Rows(instances, scaled ? measure.scaling() : Scaling.none(width),
                measure.largest(), kept);
        } catch (RuntimeException e) {
            if (kept) instances.unpersist(false);
            throw e;
        }
    }

    /// @param width of all; -1 if that isn't known yet
    private static JavaRDD<Instance> instances(JavaRDD<Row> rows, int width) {
        return rows.mapPartitionsWithIndex((partition, some) -> NamedRows.of(partition, some, row -> {
            var instance = instance(row);
            if (width >= 0) instance.check(width);
            return instance;
        }), false);
    }

    private static Instance instance(Row row) {
        if (row.isNullAt(0) || row.isNullAt(1)) throw new IllegalArgumentException(
            (row.isNullAt(0) ? "the features are" : "the label is") + " null; fill in or leave out what is missing before");
        return new Instance(floats((Vector) row.get(0)), (float) row.getDouble(1));
    }

    static float[] floats(Vector vector) {
        var values = vector.toArray();
        var floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) floats[i] = (float) values[i];
        return floats;
    }
}
