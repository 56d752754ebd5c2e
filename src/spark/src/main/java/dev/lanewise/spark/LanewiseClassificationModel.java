package dev.lanewise.spark;

import dev.lanewise.nn.Sequential;
import java.util.UUID;
import org.apache.spark.ml.classification.ProbabilisticClassificationModel;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.Tuple3;

/// What [LanewiseClassifier] comes to. A row's prediction doesn't depend on the rows beside it, or on the machine.
public final class LanewiseClassificationModel extends ProbabilisticClassificationModel<Vector, LanewiseClassificationModel>
        implements NetworkModel<LanewiseClassificationModel>, MLWritable {

    private static final long serialVersionUID = 1;

    private final String uid;
    private final Predictor predictor;
    /// Made when it is asked for first, as Spark's own constructor does before this class's is run.
    private Param<String> handleInvalid;

    LanewiseClassificationModel(String uid, Predictor predictor) {
        this.uid = uid;
        super();
        this.predictor = predictor;
    }

    @Override
    public String uid() { return uid; }

    @Override
    public LanewiseClassificationModel self() { return this; }

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
    public int numClasses() { return predictor.network().outputs(); }

    @Override
    public Vector predictRaw(Vector features) {
        var raw = predictor.outputs(features, getHandleInvalid());
        var values = new double[raw.length];
        for (int i = 0; i < values.length; i++) values[i] = raw[i];
        return Vectors.dense(values);
    }

    @Override
    public Vector raw2probabilityInPlace(Vector raw) {
        var values = ((DenseVector) raw).values();
        double largest = Double.NEGATIVE_INFINITY;
        for (double each : values) largest = Math.max(largest, each);
        double sum = 0;
        for (int i = 0; i < values.length; i++) sum += values[i] = StrictMath.exp(values[i] - largest);
        for (int i = 0; i < values.length; i++) values[i] /= sum;
        return raw;
    }

    @Override
    public double raw2prediction(Vector raw) { return isUnknown(raw) ? Double.NaN : super.raw2prediction(raw); }

    @Override
    public double probability2prediction(Vector probability) {
        return isUnknown(probability) ? Double.NaN : super.probability2prediction(probability);
    }

    /// Of a row that is kept, all are NaN; the largest of such would be the first.
    private static boolean isUnknown(Vector outputs) { return Double.isNaN(outputs.apply(0)); }

    /// For a summary: this model with a column for probabilities and one for predictions, and their names.
    @Override
    @SuppressWarnings({"rawtypes", "unchecked"}) // Spark declares it twice, of two types that Java can't tell apart
    public Tuple3 findSummaryModel() {
        var model = copy(ParamMap.empty());
        if (getProbabilityCol().isEmpty()) model.setProbabilityCol("probability_" + UUID.randomUUID());
        if (getPredictionCol().isEmpty()) model.setPredictionCol("prediction_" + UUID.randomUUID());
        return new Tuple3(model, model.getProbabilityCol(), model.getPredictionCol());
    }

    /// A new model of the library's with these weights; it takes scaled features.
    public Sequential network() { return predictor.model(); }

    /// The weights as the bytes of a safetensors file.
    public byte[] weights() { return predictor.weights().clone(); }

    @Override
    public LanewiseClassificationModel copy(ParamMap extra) {
        var copy = copyValues(new LanewiseClassificationModel(uid, predictor), extra);
        return copy.setParent(parent());
    }

    @Override
    public MLWriter write() { return new ModelFiles.Writer(this, predictor); }

    /// Reads what [#write()] has written.
    public static MLReader<LanewiseClassificationModel> read() {
        return new ModelFiles.Reader<>(LanewiseClassificationModel.class, LanewiseClassificationModel::new);
    }

    /// Reads what was saved in a folder.
    public static LanewiseClassificationModel load(String path) { return read().load(path); }

    @Override
    public String toString() { return "LanewiseClassificationModel: uid=" + uid + ", " + predictor; }
}
