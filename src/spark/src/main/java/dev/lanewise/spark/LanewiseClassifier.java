package dev.lanewise.spark;

import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.BinaryAttribute;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.classification.ProbabilisticClassifier;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;

/// Classifies rows by a network of linear layers, trained on the cluster: a probability for each class. Labels are whole numbers
/// from 0 on, as [org.apache.spark.ml.feature.StringIndexer] makes them; there are as many classes as the column's metadata
/// say, or up to the largest label.
///
/// ```java
/// var model = new LanewiseClassifier().setHiddenLayers(new int[] {64, 32}).setMaxIter(20).fit(training);
/// model.transform(test).select("prediction", "probability").show();
/// ```
///
/// The weights are a function of the rows, in whatever order and partitions they are, and the parameters, but for [#processes()]:
/// see [SparkTrainer].
public final class LanewiseClassifier extends ProbabilisticClassifier<Vector, LanewiseClassifier, LanewiseClassificationModel>
        implements NetworkEstimator<LanewiseClassifier>, DefaultParamsWritable {

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
        networkParams();
    }

    @Override
    public NetworkParams networkParams() {
        if (own == null) own = new NetworkParams(this);
        return own;
    }

    @Override
    public LanewiseClassifier self() { return this; }

    @Override
    public String uid() { return uid; }

    @Override
    public LanewiseClassificationModel fit(Dataset<?> table) {
        networkParams().requireNoNulls(); // before Spark looks at columns by their names
        return super.fit(table);
    }

    @Override
    public LanewiseClassificationModel train(Dataset<?> table) {
        try (var rows = networkParams().rows(table, getFeaturesCol(), getLabelCol())) {
            int classes = classes(Attribute.fromStructField(table.schema().apply(getLabelCol())), rows.largest());
            var network = networkParams().network(rows.scaling(), Math.max(2, classes));
            var fitted = new SparkTrainer<>(new Network.Classes(network), networkParams().settings()).fit(rows.instances(), true);
            var model = new LanewiseClassificationModel(uid(), new Predictor(network, fitted.weights()));
            return copyValues(model.setParent(this), ParamMap.empty());
        }
    }

    /// Those that the column says it has, be there a row of each, as in a fold, or not; else up to the largest label.
    private static int classes(Attribute label, float largest) {
        return switch (label) {
            case NominalAttribute nominal when nominal.getNumValues().isDefined() -> (Integer) nominal.getNumValues().get();
            case BinaryAttribute _ -> 2;
            default -> 1 + (int) Math.min(largest, MOST_CLASSES);
        };
    }

    @Override
    public LanewiseClassifier copy(ParamMap extra) { return defaultCopy(extra); }

    /// Reads what [#write()] has written.
    public static MLReader<LanewiseClassifier> read() { return new DefaultParamsReader<>(); }

    /// Reads what was saved in a folder.
    public static LanewiseClassifier load(String path) { return read().load(path); }
}
