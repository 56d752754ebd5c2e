package dev.lanewise.spark;

import java.util.List;
import org.apache.spark.ml.regression.Regressor;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;

/// Predicts a number for each row by a network of linear layers, trained on the cluster.
///
/// ```java
/// var model = new LanewiseRegressor().setHiddenLayers(new int[] {64, 32}).setMaxIter(20).fit(training);
/// model.transform(test).select("prediction").show();
/// ```
///
/// The weights are a function of the rows, in whatever order and partitions they are, and the parameters, but for [#processes()]: see [SparkTrainer].
public final class LanewiseRegressor extends Regressor<Vector, LanewiseRegressor, LanewiseRegressionModel> implements DefaultParamsWritable {

    private static final long serialVersionUID = 1;

    private final String uid;
    /// Made when it is asked for first, as Spark's own constructor does before this class's is run.
    private transient NetworkParams own;

    /// With parameters' defaults.
    public LanewiseRegressor() { this(Identifiable$.MODULE$.randomUID("lanewiseRegressor")); }

    /// @param uid its name in a pipeline
    public LanewiseRegressor(String uid) {
        this.uid = uid;
        super();
        own();
    }

    private NetworkParams own() {
        if (own == null) own = new NetworkParams(this);
        return own;
    }

    @Override
    public String uid() { return uid; }

    @Override
    public LanewiseRegressionModel train(Dataset<?> table) {
        try (var rows = own().rows(table, getFeaturesCol(), getLabelCol())) {
            var network = own().network(rows.scaling(), 1);
            var fitted = new SparkTrainer<>(new Network.Number(network), own().settings()).fit(rows.instances(), true);
            return copyValues(new LanewiseRegressionModel(uid(), network, fitted.weights()).setParent(this), ParamMap.empty());
        }
    }

    @Override
    public LanewiseRegressor copy(ParamMap extra) { return defaultCopy(extra); }

    /// Reads what [#write()] has written.
    public static MLReader<LanewiseRegressor> read() { return new DefaultParamsReader<>(); }

    /// Reads what was saved in a folder.
    public static LanewiseRegressor load(String path) { return read().load(path); }

    // ---- parameters

    /// Units of the hidden layers, between features and outputs; an empty array for a linear model. 64 by default.
    public IntArrayParam hiddenLayers() { return own().hiddenLayers; }

    /// See [#hiddenLayers()].
    public LanewiseRegressor setHiddenLayers(int[] value) {
        set(hiddenLayers(), value);
        return this;
    }

    /// See [#hiddenLayers()]; for languages that have lists and no arrays, as Python.
    public LanewiseRegressor setHiddenLayers(List<Integer> value) { return setHiddenLayers(value.stream().mapToInt(Integer::intValue).toArray()); }

    /// See [#hiddenLayers()].
    public int[] getHiddenLayers() { return getOrDefault(hiddenLayers()); }

    /// Between layers: relu (the default), gelu, silu, tanh or sigmoid.
    public Param<String> activation() { return own().activation; }

    /// See [#activation()].
    public LanewiseRegressor setActivation(String value) {
        set(activation(), value);
        return this;
    }

    /// See [#activation()].
    public String getActivation() { return getOrDefault(activation()); }

    /// Probability of 0 behind each hidden layer in training, of [0, 1). 0 by default.
    public DoubleParam dropout() { return own().dropout; }

    /// See [#dropout()].
    public LanewiseRegressor setDropout(double value) {
        set(dropout(), value);
        return this;
    }

    /// See [#dropout()].
    public double getDropout() { return (Double) getOrDefault(dropout()); }

    /// What makes steps: adam (the default) or sgd.
    public Param<String> solver() { return own().solver; }

    /// See [#solver()].
    public LanewiseRegressor setSolver(String value) {
        set(solver(), value);
        return this;
    }

    /// See [#solver()].
    public String getSolver() { return getOrDefault(solver()); }

    /// Learning rate, above 0. 0.001 by default.
    public DoubleParam stepSize() { return own().stepSize; }

    /// See [#stepSize()].
    public LanewiseRegressor setStepSize(double value) {
        set(stepSize(), value);
        return this;
    }

    /// See [#stepSize()].
    public double getStepSize() { return (Double) getOrDefault(stepSize()); }

    /// Passes over the data. 20 by default.
    public IntParam maxIter() { return own().maxIter; }

    /// See [#maxIter()].
    public LanewiseRegressor setMaxIter(int value) {
        set(maxIter(), value);
        return this;
    }

    /// See [#maxIter()].
    public int getMaxIter() { return (Integer) getOrDefault(maxIter()); }

    /// Rows a step, of all processes together. 256 by default.
    public IntParam blockSize() { return own().blockSize; }

    /// See [#blockSize()].
    public LanewiseRegressor setBlockSize(int value) {
        set(blockSize(), value);
        return this;
    }

    /// See [#blockSize()].
    public int getBlockSize() { return (Integer) getOrDefault(blockSize()); }

    /// Logical shards of a step, a power of two: as many processes as may ever share it. 8 by default.
    public IntParam shards() { return own().shards; }

    /// See [#shards()].
    public LanewiseRegressor setShards(int value) {
        set(shards(), value);
        return this;
    }

    /// See [#shards()].
    public int getShards() { return (Integer) getOrDefault(shards()); }

    /// Processes that train together; 0, the default, for as many as there are executors. It doesn't change the weights.
    public IntParam processes() { return own().processes; }

    /// See [#processes()].
    public LanewiseRegressor setProcesses(int value) {
        set(processes(), value);
        return this;
    }

    /// See [#processes()].
    public int getProcesses() { return (Integer) getOrDefault(processes()); }

    /// Of weights, order and dropout. 42 by default.
    public LongParam seed() { return own().seed; }

    /// See [#seed()].
    public LanewiseRegressor setSeed(long value) {
        set(seed(), value);
        return this;
    }

    /// See [#seed()].
    public long getSeed() { return (Long) getOrDefault(seed()); }

    /// Whether features, and a regression's target, are brought to mean 0 and variance 1. True by default.
    public BooleanParam standardization() { return own().standardization; }

    /// See [#standardization()].
    public LanewiseRegressor setStandardization(boolean value) {
        set(standardization(), value);
        return this;
    }

    /// See [#standardization()].
    public boolean getStandardization() { return (Boolean) getOrDefault(standardization()); }

    /// Folder for checkpoints on any of Hadoop's file systems; each fit has a folder of its own below it, named by the digest of its
    /// rows and parameters, and goes on from the newest there. None by default.
    public Param<String> checkpointDir() { return own().checkpointDir; }

    /// See [#checkpointDir()].
    public LanewiseRegressor setCheckpointDir(String value) {
        set(checkpointDir(), value);
        return this;
    }

    /// See [#checkpointDir()].
    public String getCheckpointDir() { return getOrDefault(checkpointDir()); }

    /// Steps after which a checkpoint is written besides those after each epoch; 0, the default, for none.
    public LongParam checkpointSteps() { return own().checkpointSteps; }

    /// See [#checkpointSteps()].
    public LanewiseRegressor setCheckpointSteps(long value) {
        set(checkpointSteps(), value);
        return this;
    }

    /// See [#checkpointSteps()].
    public long getCheckpointSteps() { return (Long) getOrDefault(checkpointSteps()); }
}
