package dev.lanewise.examples.spark;

import dev.lanewise.spark.LanewiseClassificationModel;
import dev.lanewise.spark.LanewiseClassifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.OneHotEncoder;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;

/// Learns a column of a table from its other ones, in a pipeline with Spark's own stages; keeps the model, reads it back, and
/// says how good it is.
public final class TableJob {

    private static final String USAGE = """
        TableJob MODEL [TABLE LABEL]
            MODEL  the folder for the model
            TABLE  a CSV file with a header, or a folder of Parquet files; without, a table of flights is made
            LABEL  the column to be learned; all others must be numbers or text""";

    private TableJob() {}

    public static void main(String[] args) throws Exception {
        if (args.length != 1 && args.length != 3) {
            System.err.println(USAGE);
            System.exit(2);
        }
        try (var spark = SparkSession.builder().appName("Lanewise: a table").getOrCreate()) {
            var table = args.length == 1 ? flights(spark) : read(spark, args[1]);
            run(table, args.length == 1 ? "late" : args[2], args[0]);
        }
    }

    private static Dataset<Row> read(SparkSession spark, String table) {
        return table.endsWith(".csv") ? spark.read().option("header", true).option("inferSchema", true).csv(table)
            : spark.read().parquet(table);
    }

    private static void run(Dataset<Row> table, String label, String folder) throws Exception {
        // by what is in a row, as `randomSplit` depends on partitions: the same rows are for testing on every cluster
        var forTesting = functions.pmod(functions.xxhash64(columns(table)), functions.lit(5)).equalTo(0);
        var training = table.where(functions.not(forTesting)).cache();
        var test = table.where(forTesting);

        var classifier = new LanewiseClassifier().setLabelCol("indexed " + label).setHiddenLayers(new int[] {64, 32})
            .setMaxIter(15).setShards(8)
            .setCheckpointDir(folder + "-checkpoints");     // a job that is submitted again goes on from there
        new Pipeline().setStages(stages(table, label, classifier)).fit(training).write().overwrite().save(folder);

        var model = PipelineModel.load(folder);             // as whoever predicts with it does
        double accuracy = new MulticlassClassificationEvaluator().setLabelCol("indexed " + label).setMetricName("accuracy")
            .evaluate(model.transform(test));
        var network = (LanewiseClassificationModel) model.stages()[model.stages().length - 1];
        System.out.printf("%d rows to learn from, accuracy %.3f on %d others%n", training.count(), accuracy, test.count());
        System.out.println("weights " + Sha256.of(network.weights()));
    }

    private static Column[] columns(Dataset<Row> table) {
        return Arrays.stream(table.columns()).map(table::col).toArray(Column[]::new);
    }

    /// Numbers as they are, each word of a text a feature of its own.
    private static PipelineStage[] stages(Dataset<Row> table, String label, PipelineStage last) {
        var numbers = new ArrayList<String>();
        var texts = new ArrayList<String>();
        for (var field : table.schema().fields()) {
            if (field.name().equals(label)) continue;
            if (field.dataType() instanceof NumericType) numbers.add(field.name());
            else if (field.dataType().equals(DataTypes.StringType)) texts.add(field.name());
            else throw new IllegalArgumentException("column \"" + field.name() + "\" is of " + field.dataType().simpleString()
                + "; it must be a number or text: leave it out, or make one of it");
        }
        var stages = new ArrayList<PipelineStage>();
        // one that occurs in no row for training is passed over
        stages.add(new StringIndexer().setInputCol(label).setOutputCol("indexed " + label).setHandleInvalid("skip"));
        if (!texts.isEmpty()) {
            stages.add(new StringIndexer().setInputCols(named("", texts)).setOutputCols(named("indexed ", texts))
                .setHandleInvalid("keep"));
            stages.add(new OneHotEncoder().setInputCols(named("indexed ", texts)).setOutputCols(named("encoded ", texts)));
        }
        numbers.addAll(List.of(named("encoded ", texts)));
        stages.add(new VectorAssembler().setInputCols(numbers.toArray(String[]::new)).setOutputCol("features"));
        stages.add(last);
        return stages.toArray(PipelineStage[]::new);
    }

    private static String[] named(String before, List<String> columns) {
        return columns.stream().map(name -> before + name).toArray(String[]::new);
    }

    /// Each row is a function of its number, as `rand` would depend on partitions. One in twenty is the other way round.
    private static Dataset<Row> flights(SparkSession spark) {
        return spark.range(20_000).selectExpr("CAST(pmod(xxhash64(id, 1), 24) AS INT) AS hour",
                "200 + pmod(xxhash64(id, 2), 3800) AS distance",
                "element_at(array('north', 'east', 'south', 'west'), CAST(1 + pmod(xxhash64(id, 3), 4) AS INT)) AS carrier",
                "pmod(xxhash64(id, 4), 20) = 0 AS otherwise")
            .selectExpr("hour", "distance", "carrier", """
                IF((IF(carrier IN ('north', 'east'), hour BETWEEN 7 AND 10 OR hour BETWEEN 16 AND 19, distance > 2500))
                  != otherwise, 'yes', 'no') AS late""");
    }
}
