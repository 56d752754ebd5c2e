package dev.lanewise.spark;

import java.util.List;
import java.util.Objects;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/// What [LanewiseClassifier] and [LanewiseRegressor] are told besides columns, with Spark's names where it has any.
///
/// @param <S> the estimator
public sealed interface NetworkEstimator<S extends NetworkEstimator<S>> extends Params
        permits LanewiseClassifier, LanewiseRegressor {

    /// Where the parameters are: the library's own.
    NetworkParams networkParams();

    /// The estimator itself.
    S self();

    /// Units of the hidden layers, between features and outputs; an empty array for a linear model. 64 by default.
    default IntArrayParam hiddenLayers() { return networkParams().hiddenLayers; }

    /// See [#hiddenLayers()].
    default S setHiddenLayers(int[] value) {
        set(hiddenLayers(), value);
        return self();
    }

    /// See [#hiddenLayers()]; for languages that have lists and no arrays, as Python.
    default S setHiddenLayers(List<Integer> value) {
        if (value != null && value.stream().anyMatch(Objects::isNull)) throw new IllegalArgumentException("hiddenLayers "
            + value + " has one that is null; each must be a number of units");
        return setHiddenLayers(value == null ? (int[]) null : value.stream().mapToInt(Integer::intValue).toArray());
    }

    /// See [#hiddenLayers()].
    default int[] getHiddenLayers() { return getOrDefault(hiddenLayers()); }

    /// Between layers: relu (the default), gelu, silu, tanh or sigmoid.
    default Param<String> activation() { return networkParams().activation; }

    /// See [#activation()].
    default S setActivation(String value) {
        set(activation(), value);
        return self();
    }

    /// See [#activation()].
    default String getActivation() { return getOrDefault(activation()); }

    /// Probability of 0 behind each hidden layer in training, of [0, 1). 0 by default.
    default DoubleParam dropout() { return networkParams().dropout; }

    /// See [#dropout()].
    default S setDropout(double value) {
        set(dropout(), value);
        return self();
    }

    /// See [#dropout()].
    default double getDropout() { return (Double) getOrDefault(dropout()); }

    /// What makes steps: adam (the default) or sgd.
    default Param<String> solver() { return networkParams().solver; }

    /// See [#solver()].
    default S setSolver(String value) {
        set(solver(), value);
        return self();
    }

    /// See [#solver()].
    default String getSolver() { return getOrDefault(solver()); }

    /// Learning rate, above 0. 0.001 by default.
    default DoubleParam stepSize() { return networkParams().stepSize; }

    /// See [#stepSize()].
    default S setStepSize(double value) {
        set(stepSize(), value);
        return self();
    }

    /// See [#stepSize()].
    default double getStepSize() { return (Double) getOrDefault(stepSize()); }

    /// Passes over the data. 20 by default.
    default IntParam maxIter() { return networkParams().maxIter; }

    /// See [#maxIter()].
    default S setMaxIter(int value) {
        set(maxIter(), value);
        return self();
    }

    /// See [#maxIter()].
    default int getMaxIter() { return (Integer) getOrDefault(maxIter()); }

    /// Rows a step, of all processes together. 256 by default.
    default IntParam blockSize() { return networkParams().blockSize; }

    /// See [#blockSize()].
    default S setBlockSize(int value) {
        set(blockSize(), value);
        return self();
    }

    /// See [#blockSize()].
    default int getBlockSize() { return (Integer) getOrDefault(blockSize()); }

    /// Logical shards of a step, a power of two: as many processes as may ever share it. 8 by default.
    default IntParam shards() { return networkParams().shards; }

    /// See [#shards()].
    default S setShards(int value) {
        set(shards(), value);
        return self();
    }

    /// See [#shards()].
    default int getShards() { return (Integer) getOrDefault(shards()); }

    /// Processes that train together; 0, the default, for as many as there are executors. It doesn't change the weights.
    default IntParam processes() { return networkParams().processes; }

    /// See [#processes()].
    default S setProcesses(int value) {
        set(processes(), value);
        return self();
    }

    /// See [#processes()].
    default int getProcesses() { return (Integer) getOrDefault(processes()); }

    /// Of weights, order and dropout. 42 by default.
    default LongParam seed() { return networkParams().seed; }

    /// See [#seed()].
    default S setSeed(long value) {
        set(seed(), value);
        return self();
    }

    /// See [#seed()].
    default long getSeed() { return (Long) getOrDefault(seed()); }

    /// Whether features, and a regression's target, are brought to mean 0 and variance 1. True by default.
    default BooleanParam standardization() { return networkParams().standardization; }

    /// See [#standardization()].
    default S setStandardization(boolean value) {
        set(standardization(), value);
        return self();
    }

    /// See [#standardization()].
    default boolean getStandardization() { return (Boolean) getOrDefault(standardization()); }

    /// Folder for checkpoints on any of Hadoop's file systems; each fit has a folder of its own below it, named by the digest of
    /// its rows and parameters, and goes on from the newest there. None by default.
    default Param<String> checkpointDir() { return networkParams().checkpointDir; }

    /// See [#checkpointDir()].
    default S setCheckpointDir(String value) {
        set(checkpointDir(), value);
        return self();
    }

    /// See [#checkpointDir()].
    default String getCheckpointDir() { return getOrDefault(checkpointDir()); }

    /// Steps after which a checkpoint is written besides those after each epoch; 0, the default, for none.
    default LongParam checkpointSteps() { return networkParams().checkpointSteps; }

    /// See [#checkpointSteps()].
    default S setCheckpointSteps(long value) {
        set(checkpointSteps(), value);
        return self();
    }

    /// See [#checkpointSteps()].
    default long getCheckpointSteps() { return (Long) getOrDefault(checkpointSteps()); }

    /// Folder for a page about each fit, on any of Hadoop's file systems; the driver's log says how it is named. None by default.
    default Param<String> reportDir() { return networkParams().reportDir; }

    /// See [#reportDir()].
    default S setReportDir(String value) {
        set(reportDir(), value);
        return self();
    }

    /// See [#reportDir()].
    default String getReportDir() { return getOrDefault(reportDir()); }

    /// What the model's `transform` does with a row whose features are null, NaN, infinite or beyond a float: error (the default)
    /// stops with what is wrong with it, skip leaves the row out, keep predicts NaN. `fit` takes no such rows.
    default Param<String> handleInvalid() { return networkParams().handleInvalid; }

    /// See [#handleInvalid()].
    default S setHandleInvalid(String value) {
        set(handleInvalid(), value);
        return self();
    }

    /// See [#handleInvalid()].
    default String getHandleInvalid() { return getOrDefault(handleInvalid()); }
}
