package dev.lanewise.spark;

import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/// What [LanewiseClassificationModel] and [LanewiseRegressionModel] are told besides columns.
///
/// @param <M> the model
public sealed interface NetworkModel<M extends NetworkModel<M>> extends Params
        permits LanewiseClassificationModel, LanewiseRegressionModel {

    /// The model itself.
    M self();

    /// What `transform` does with a row whose features are null, NaN, infinite or beyond a float: error (the default) stops with
    /// what is wrong with it, skip leaves the row out, keep predicts NaN.
    Param<String> handleInvalid();

    /// See [#handleInvalid()].
    default M setHandleInvalid(String value) {
        set(handleInvalid(), value);
        return self();
    }

    /// See [#handleInvalid()].
    default String getHandleInvalid() { return getOrDefault(handleInvalid()); }
}
