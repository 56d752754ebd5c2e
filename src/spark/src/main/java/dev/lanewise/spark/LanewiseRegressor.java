package dev.lanewise.spark;

import org.apache.spark.ml.regression.Regressor;
import org.apache.spark.ml.linalg.Vector;
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
/// The weights are a function of the rows, in whatever order and partitions they are, and the parameters, but for [#processes()]:
/// see [SparkTrainer].
public final class LanewiseRegressor extends Regressor<Vector, LanewiseRegressor, LanewiseRegressionModel>
        implements NetworkEstimator<LanewiseRegressor>, DefaultParamsWritable {

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
        networkParams();
    }

    @Override
    public NetworkParams networkParams() {
        if (own == null) own = new NetworkParams(this);
        return own;
    }

    @Override
    public LanewiseRegressor self() { return this; }

    @Override
    public String uid() { return uid; }

    @Override
    public LanewiseRegressionModel fit(Dataset<?> table) {
        networkParams().requireNoNulls(); // before Spark looks at columns by their names
        return super.fit(table);
    }

    @Override
    public LanewiseRegressionModel train(Dataset<?> table) {
        try (var rows = networkParams().rows(table, getFeaturesCol(), getLabelCol())) {
            var network = networkParams().network(rows.scaling(), 1);
            var fitted = new SparkTrainer<>(new Network.Number(network), networkParams().settings()).fit(rows.instances(), true);
            var model = new LanewiseRegressionModel(uid(), new Predictor(network, fitted.weights()));
            return copyValues(model.setParent(this), ParamMap.empty());
        }
    }

    @Override
    public LanewiseRegressor copy(ParamMap extra) { return defaultCopy(extra); }

    /// Reads what [#write()] has written.
    public static MLReader<LanewiseRegressor> read() { return new DefaultParamsReader<>(); }

    /// Reads what was saved in a folder.
    public static LanewiseRegressor load(String path) { return read().load(path); }
}
