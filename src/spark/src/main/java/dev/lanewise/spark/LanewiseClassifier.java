package dev.lanewise.spark;

import java.util.List;
import org.apache.spark.ml.classification.ProbabilisticClassifier;
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

/// Classifies rows by a network of linear layers, trained on the cluster: a probability for each class. Labels are whole numbers from 0 on, as
/// [org.apache.spark.ml.feature.StringIndexer] makes them.
///
/// ```java
/// var model = new LanewiseClassifier().setHiddenLayers(new int[] {64, 32}).setMaxIter(20).fit(training);
/// model.transform(test).select("prediction", "probability").show();
/// ```
///
/// The weights are a function of the rows, in whatever order and partitions they are, and the parameters, but for [#processes()]: see [SparkTrainer].
public final class LanewiseClassifier extends ProbabilisticClassifier<Vector, LanewiseClassifier, LanewiseClassificationModel> implements DefaultParamsWritable {

    private static final long serialVersionUID = 1;
    private static final int MOST_CLASSES = 1 << 20;

    private final String uid;
    /// Made when it is asked for first, as Spark's own constructor does before this class's is run.
    private transient NetworkParams own;

    /// With parameters' defaults.
    public LanewiseClassifier() { this(Identifiable$.MODULE$.randomUID("lanewiseClassifier")); }

    /// @param uid its name in a pipeline
    public LanewiseClassifier(String uid) {
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
    public LanewiseClassificationModel train(Dataset<?> table) {
        try (var rows = own().rows(table, getFeaturesCol(), getLabelCol())) {
            int classes = 1 + rows.instances().map(row -> (int) Math.max(0, Math.min(row.y(), MOST_CLASSES))).reduce(Math::max);
            var network = own().network(rows.scaling(), Math.max(2, classes));
            var fitted = new SparkTrainer<>(new Network.Classes(network), own().settings()).fit(rows.instances(), true);
            return copyValues(new LanewiseClassificationModel(uid(), network, fitted.weights()).setParent(this), ParamMap.empty());
        }
    }

    @Override
    public LanewiseClassifier copy(ParamMap extra) { return defaultCopy(extra); }

    /// Reads what [#write()] has written.
    public static MLReader<LanewiseClassifier> read() { return new DefaultParamsReader<>(); }

    /// Reads what was saved in a folder.
    public static LanewiseClassifier load(String path) { return read().load(path); }

    // ---- parameters

    /// Units of the hidden layers, between features and outputs; an empty array for a linear model. 64 by default.
    public IntArrayParam hiddenLayers() { return own().hiddenLayers; }

    /// See [#hiddenLayers()].
    public LanewiseClassifier setHiddenLayers(int[] value) {
        set(hiddenLayers(), value);
        return this;
    }

    /// See [#hiddenLayers()]; for languages that have lists and no arrays, as Python.
    public LanewiseClassifier setHiddenLayers(List<Integer> value) { return setHiddenLayers(value.stream().mapToInt(Integer::intValue).toArray()); }

    /// See [#hiddenLayers()].
    public int[] getHiddenLayers() { return getOrDefault(hiddenLayers()); }

    /// Between layers: relu (the default), gelu, silu, tanh or sigmoid.
    public Param<String> activation() { return own().activation; }

    /// See [#activation()].
    public LanewiseClassifier setActivation(String value) {
        set(activation(), value);
        return this;
    }

    /// See [#activation()].
    public String getActivation() { return getOrDefault(activation()); }

    /// Probability of 0 behind each hidden layer in training, of [0, 1). 0 by default.
    public DoubleParam dropout() { return own().dropout; }

    /// See [#dropout()].
    public LanewiseClassifier setDropout(double value) {
        set(dropout(), value);
        return this;
    }

    /// See [#dropout()].
    public double getDropout() { return (Double) getOrDefault(dropout()); }

    /// What makes steps: adam (the default) or sgd.
    public Param<String> solver() { return own().solver; }

    /// See [#solver()].
    public LanewiseClassifier setSolver(String value) {
        set(solver(), value);
        return this;
    }

    /// See [#solver()].
    public String getSolver() { return getOrDefault(solver()); }

    /// Learning rate, above 0. 0.001 by default.
    public DoubleParam stepSize() { return own().stepSize; }

    /// See [#stepSize()].
    public LanewiseClassifier setStepSize(double value) {
        set(stepSize(), value);
        return this;
    }

    /// See [#stepSize()].
    public double getStepSize() { return (Double) getOrDefault(stepSize()); }

    /// Passes over the data. 20 by default.
    public IntParam maxIter() { return own().maxIter; }

    /// See [#maxIter()].
    public LanewiseClassifier setMaxIter(int value) {
        set(maxIter(), value);
        return this;
    }

    /// See [#maxIter()].
    public int getMaxIter() { return (Integer) getOrDefault(maxIter()); }

    /// Rows a step, of all processes together. 256 by default.
    public IntParam blockSize() { return own().blockSize; }

    /// See [#blockSize()].
    public LanewiseClassifier setBlockSize(int value) {
        set(blockSize(), value);
        return this;
    }

    /// See [#blockSize()].
    public int getBlockSize() { return (Integer) getOrDefault(blockSize()); }

    /// Logical shards of a step, a power of two: as many processes as may ever share it. 8 by default.
    public IntParam shards() { return own().shards; }

    /// See [#shards()].
    public LanewiseClassifier setShards(int value) {
        set(shards(), value);
        return this;
    }

    /// See [#shards()].
    public int getShards() { return (Integer) getOrDefault(shards()); }

    /// Processes that train together; 0, the default, for as many as there are executors. It doesn't change the weights.
    public IntParam processes() { return own().processes; }

    /// See [#processes()].
    public LanewiseClassifier setProcesses(int value) {
        set(processes(), value);
        return this;
    }

    /// See [#processes()].
    public int getProcesses() { return (Integer) getOrDefault(processes()); }

    /// Of weights, order and dropout. 42 by default.
    public LongParam seed() { return own().seed; }

    /// See [#seed()].
    public LanewiseClassifier setSeed(long value) {
        set(seed(), value);
        return this;
    }

    /// See [#seed()].
    public long getSeed() { return (Long) getOrDefault(seed()); }

    /// Whether features, and a regression's target, are brought to mean 0 and variance 1. True by default.
    public BooleanParam standardization() { return own().standardization; }

    /// See [#standardization()].
    public LanewiseClassifier setStandardization(boolean value) {
        set(standardization(), value);
        return this;
    }

    /// See [#standardization()].
    public boolean getStandardization() { return (Boolean) getOrDefault(standardization()); }

    /// Folder for checkpoints on any of Hadoop's file systems; each fit has a folder of its own below it, named by the digest of its
    /// rows and parameters, and goes on from the newest there. None by default.
    public Param<String> checkpointDir() { return own().checkpointDir; }

    /// See [#checkpointDir()].
    public LanewiseClassifier setCheckpointDir(String value) {
        set(checkpointDir(), value);
        return this;
    }

    /// See [#checkpointDir()].
    public String getCheckpointDir() { return getOrDefault(checkpointDir()); }

    /// Steps after which a checkpoint is written besides those after each epoch; 0, the default, for none.
    public LongParam checkpointSteps() { return own().checkpointSteps; }

    /// See [#checkpointSteps()].
    public LanewiseClassifier setCheckpointSteps(long value) {
        set(checkpointSteps(), value);
        return this;
    }

    /// See [#checkpointSteps()].
    public long getCheckpointSteps() { return (Long) getOrDefault(checkpointSteps()); }
}
