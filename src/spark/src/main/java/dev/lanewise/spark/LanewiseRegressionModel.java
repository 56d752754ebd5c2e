package dev.lanewise.spark;

import dev.lanewise.nn.Sequential;
import org.apache.spark.ml.regression.RegressionModel;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/// What [LanewiseRegressor] comes to. A row's prediction doesn't depend on the rows beside it, or on the machine.
public final class LanewiseRegressionModel extends RegressionModel<Vector, LanewiseRegressionModel>
        implements NetworkModel<LanewiseRegressionModel>, MLWritable {

    private static final long serialVersionUID = 1;

    private final String uid;
    private final Predictor predictor;
    /// Made when it is asked for first, as Spark's own constructor does before this class's is run.
    private Param<String> handleInvalid;

    LanewiseRegressionModel(String uid, Predictor predictor) {
        this.uid = uid;
        super();
        this.predictor = predictor;
    }

    @Override
    public String uid() { return uid; }

    @Override
    public LanewiseRegressionModel self() { return this; }

    @Override
    public Param<String> handleInvalid() {
        if (handleInvalid == null) handleInvalid = InvalidRows.param(this);
        return handleInvalid;
    }

    @Override
    public Dataset<Row> transform(Dataset<?> table) {
        return super.transform(InvalidRows.admitted(table, getFeaturesCol(), getHandleInvalid()));
    }

    @Override
    public int numFeatures() { return predictor.network().scaling().features(); }

    @Override
    public double predict(Vector features) {
        return predictor.network().scaling().unscaled(predictor.outputs(features, getHandleInvalid())[0]);
    }

    /// A new model of the library's with these weights; it takes scaled features.
    public Sequential network() { return predictor.model(); }

    /// The weights as the bytes of a safetensors file.
    public byte[] weights() { return predictor.weights().clone(); }

    @Override
    public LanewiseRegressionModel copy(ParamMap extra) {
        var copy = copyValues(new LanewiseRegressionModel(uid, predictor), extra);
        return copy.setParent(parent());
    }

    @Override
    public MLWriter write() { return new ModelFiles.Writer(this, predictor); }

    /// Reads what [#write()] has written.
    public static MLReader<LanewiseRegressionModel> read() {
        return new ModelFiles.Reader<>(LanewiseRegressionModel.class, LanewiseRegressionModel::new);
    }

    /// Reads what was saved in a folder.
    public static LanewiseRegressionModel load(String path) { return read().load(path); }

    @Override
    public String toString() { return "LanewiseRegressionModel: uid=" + uid + ", " + predictor; }
}
