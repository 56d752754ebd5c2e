package dev.lanewise.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.evaluation.RegressionEvaluator;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// As stages of Spark's own, in one process.
class PipelineTest {

    private static SparkSession spark;
    private static Dataset<Row> table;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        spark = Cluster.here();
        spark.sparkContext().setLogLevel("WARN");
        var random = new SplittableRandom(3);
        var rows = new ArrayList<Row>();
        for (int i = 0; i < 600; i++) {
            double a = random.nextGaussian();
            double b = 100 + 30 * random.nextGaussian();
            rows.add(RowFactory.create(a, b, 3.0, a * (b - 100) > 0 ? "same" : "other", 50 + 20 * a - (b - 100) / 3));
        }
        table = spark.createDataFrame(rows, new StructType().add("a", DataTypes.DoubleType).add("b", DataTypes.DoubleType)
            .add("constant", DataTypes.DoubleType).add("sign", DataTypes.StringType).add("target", DataTypes.DoubleType)).cache();
    }

    @AfterAll
    static void stop() throws Exception { spark.close(); }

    private static LanewiseClassifier classifier() {
        return new LanewiseClassifier().setHiddenLayers(new int[] {16, 8}).setMaxIter(12).setBlockSize(16).setStepSize(0.02)
            .setShards(2);
    }

    private static Pipeline pipeline(PipelineStage last) {
        return new Pipeline().setStages(new PipelineStage[] {
            new VectorAssembler().setInputCols(new String[] {"a", "b", "constant"}).setOutputCol("features"),
            new StringIndexer().setInputCol("sign").setOutputCol("label"), last});
    }

    private static List<Object> column(Dataset<Row> rows, String name) {
        var values = new ArrayList<>();
        for (var row : rows.orderBy("a").select(name).collectAsList()) values.add(row.get(0));
        return values;
    }

    @Test
    void aClassifierIsAStageLikeOthers() throws Exception {
        var model = pipeline(classifier()).fit(table);
        var predicted = model.transform(table);
        double accuracy = new MulticlassClassificationEvaluator().setMetricName("accuracy").evaluate(predicted);
        assertTrue(accuracy > 0.95, "accuracy " + accuracy);
        for (var each : column(predicted, "probability")) {
            var values = ((Vector) each).toArray();
            assertEquals(2, values.length);
            assertEquals(1, values[0] + values[1], 1e-12);
        }
        model.save(folder.resolve("model").toString());
        var loaded = PipelineModel.load(folder.resolve("model").toString());
        assertEquals(column(predicted, "rawPrediction"), column(loaded.transform(table), "rawPrediction"));
        assertEquals(classifier().getShards(), ((LanewiseClassificationModel) loaded.stages()[2]).numClasses());

        var shuffled = pipeline(classifier().setProcesses(1)).fit(table.repartition(5, table.col("b")).orderBy("b"));
        assertArrayEquals(((LanewiseClassificationModel) model.stages()[2]).weights(),
            ((LanewiseClassificationModel) shuffled.stages()[2]).weights(), "partitions and order count");
    }

    @Test
    void aRegressorIsAStageLikeOthers() throws Exception {
        var regressor = new LanewiseRegressor().setLabelCol("target").setHiddenLayers(new int[0]).setMaxIter(8).setBlockSize(16)
            .setStepSize(0.05);
        var model = pipeline(regressor).fit(table);
        double error = new RegressionEvaluator().setLabelCol("target").setMetricName("rmse").evaluate(model.transform(table));
        assertTrue(error < 0.5, "root mean squared error " + error);
        model.save(folder.resolve("model").toString());
        var loaded = PipelineModel.load(folder.resolve("model").toString());
        assertEquals(column(model.transform(table), "prediction"), column(loaded.transform(table), "prediction"));
    }

    @Test
    void anEstimatorIsSavedWithItsParameters() throws Exception {
        var classifier = classifier().setDropout(0.25).setActivation("gelu").setSolver("sgd").setSeed(7)
            .setFeaturesCol("elsewhere");
        classifier.save(folder.resolve("classifier").toString());
        var loaded = LanewiseClassifier.load(folder.resolve("classifier").toString());
        assertEquals(classifier.uid(), loaded.uid());
        assertEquals(List.of(0.25, "gelu", "sgd", 7L, 12, 16, 2, true),
            List.of(loaded.getDropout(), loaded.getActivation(), loaded.getSolver(), loaded.getSeed(), loaded.getMaxIter(),
                loaded.getBlockSize(), loaded.getShards(), loaded.getStandardization()));
        assertEquals("elsewhere", loaded.getFeaturesCol());
        assertArrayEquals(new int[] {16, 8}, loaded.getHiddenLayers());
        var copy = classifier.copy(ParamMap.empty().put(classifier.maxIter(), 3));
        assertEquals(3, copy.getMaxIter());
        assertEquals(12, classifier.getMaxIter());
        assertTrue(classifier.explainParams().contains("logical shards"), classifier.explainParams());
        for (var estimator : List.<org.apache.spark.ml.param.Params>of(classifier, new LanewiseRegressor())) {
            var names = java.util.Arrays.stream(estimator.params()).map(org.apache.spark.ml.param.Param::name).toList();
            assertTrue(names.containsAll(List.of("activation", "blockSize", "checkpointDir", "checkpointSteps", "dropout",
                "hiddenLayers", "maxIter", "processes", "reportDir", "seed", "shards", "solver", "standardization",
                "stepSize")), names.toString());
        }
    }

    @Test
    void crossValidationChooses() throws Exception {
        var classifier = classifier().setMaxIter(4);
        var grid = new ParamGridBuilder().addGrid(classifier.stepSize(), new double[] {1e-9, 0.02}).build();
        var chosen = new CrossValidator().setEstimator(pipeline(classifier)).setEstimatorParamMaps(grid).setNumFolds(2)
            .setEvaluator(new MulticlassClassificationEvaluator().setMetricName("accuracy")).setSeed(1).fit(table);
        var best = (LanewiseClassificationModel) ((PipelineModel) chosen.bestModel()).stages()[2];
        assertEquals(0.02, ((LanewiseClassifier) best.parent()).getStepSize());
        chosen.save(folder.resolve("validator").toString());
    }

    /// Each fold and each of the grid has checkpoints of its own.
    @Test
    void crossValidationMayHaveOneFolderForCheckpoints() {
        var classifier = classifier().setMaxIter(4).setCheckpointDir(folder.resolve("kept").toUri().toString());
        var grid = new ParamGridBuilder().addGrid(classifier.stepSize(), new double[] {1e-9, 0.02}).build();
        var validator = new CrossValidator().setEstimator(pipeline(classifier)).setEstimatorParamMaps(grid).setNumFolds(2)
            .setEvaluator(new MulticlassClassificationEvaluator().setMetricName("accuracy")).setSeed(1).setParallelism(2);
        var chosen = validator.fit(table);
        assertTrue(chosen.avgMetrics()[1] > chosen.avgMetrics()[0], java.util.Arrays.toString(chosen.avgMetrics()));
        assertEquals(5, folder.resolve("kept").toFile().list((_, name) -> !name.startsWith(".")).length);
        assertArrayEquals(chosen.avgMetrics(), validator.fit(table).avgMetrics());
    }

    @Test
    void aPoisonedRowIsNamed() {
        var when = functions.when(table.col("sign").equalTo("same"), functions.lit(Double.NaN));
        var first = table.collectAsList().stream().map(row -> row.getString(3)).toList().indexOf("same");
        assertNamed("row " + first + " of partition 0: feature 0 is NaN",
            table.withColumn("a", when.otherwise(table.col("a"))).coalesce(1), "a");
        assertNamed("row 0 of partition 0: the label is null",
            table.coalesce(1).withColumn("target", functions.lit(null).cast(DataTypes.DoubleType)), "a");
        assertNamed("row 0 of partition 0: the label is Infinity",
            table.coalesce(1).withColumn("target", functions.lit(1e300)), "a");
    }

    private static void assertNamed(String told, Dataset<Row> rows, String feature) {
        var vectors = new VectorAssembler().setInputCols(new String[] {feature}).setHandleInvalid("keep").setOutputCol("features")
            .transform(rows);
        for (boolean scaled : new boolean[] {true, false}) {
            var regressor = new LanewiseRegressor().setLabelCol("target").setStandardization(scaled);
            var error = assertThrows(Exception.class, () -> regressor.fit(vectors));
            assertTrue(causes(error).contains(told), causes(error));
        }
    }

    /// As Spark's own pages show them, from the first look at the rows on.
    @Test
    void eachJobOfAFitSaysWhatItIsFor() throws Exception {
        var rows = new VectorAssembler().setInputCols(new String[] {"a", "b"}).setOutputCol("features").transform(table);
        var told = new ConcurrentLinkedQueue<String>();
        var listener = new SparkListener() {
            @Override
            public void onJobStart(SparkListenerJobStart job) {
                told.add(job.properties().getProperty("spark.job.description", "nothing"));
            }
        };
        table.count(); // keeps it
        spark.sparkContext().listenerBus().waitUntilEmpty();
        spark.sparkContext().addSparkListener(listener);
        try {
            new LanewiseRegressor().setLabelCol("target").setMaxIter(2).fit(rows);
            spark.sparkContext().listenerBus().waitUntilEmpty();
        } finally {
            spark.sparkContext().removeSparkListener(listener);
        }
        assertEquals(List.of("looks at the first row", "measures the columns", "counts the rows",
            "from epoch 1 of 2").stream().map(each -> "Lanewise: " + each).toList(), List.copyOf(told));
    }

    /// Each kind, in the third row of the second partition.
    @Test
    void whateverIsWrongWithARowItsPlaceIsTold() {
        var good = Vectors.dense(1, 2);
        assertTold("the features are null", RowFactory.create(1.0, null), true);
        assertTold("the label is null", RowFactory.create(null, good), true);
        assertTold("it has 3 features, but the first row has 2", RowFactory.create(1.0, Vectors.dense(1, 2, 3)), true);
        assertTold("it has 0 features, but the first row has 2", RowFactory.create(1.0, Vectors.dense(new double[0])), true);
        assertTold("feature 1 is NaN", RowFactory.create(1.0, Vectors.dense(1, Double.NaN)), true);
        var least = Vectors.sparse(2, new int[] {1}, new double[] {-1e300});
        assertTold("feature 1 is -Infinity", RowFactory.create(1.0, least), true);
        assertTold("the label is NaN", RowFactory.create(Double.NaN, good), true);
        // of classes alone
        assertTold("the label is -1.0", RowFactory.create(-1.0, good), false);
        assertTold("the label is 0.5", RowFactory.create(0.5, good), false);
        assertTold("the label is 1.0E9", RowFactory.create(1e9, good), false);
    }

    private static void assertTold(String told, Row wrong, boolean byRegressors) {
        var rows = new ArrayList<Row>();
        for (int i = 0; i < 10; i++) rows.add(i == 7 ? wrong : RowFactory.create((double) (i % 2), Vectors.dense(i, 2)));
        var schema = new StructType().add("label", DataTypes.DoubleType).add("features", SQLDataTypes.VectorType());
        var table = spark.createDataFrame(JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(rows, 2), schema);
        var error = assertThrows(Exception.class, () -> new LanewiseClassifier().fit(table));
        assertTrue(causes(error).contains("row 2 of partition 1: " + told), causes(error));
        if (!byRegressors) return;
        error = assertThrows(Exception.class, () -> new LanewiseRegressor().setStandardization(false).fit(table));
        assertTrue(causes(error).contains("row 2 of partition 1: " + told), causes(error));
    }

    /// As in a fold that has no row of the rarest class.
    @Test
    void thereAreAsManyClassesAsTheLabelsColumnSays() {
        var values = NominalAttribute.defaultAttr().withName("label").withValues(new String[] {"a", "b", "c"}).toMetadata();
        var rows = new VectorAssembler().setInputCols(new String[] {"a", "b"}).setOutputCol("features").transform(table);
        var label = functions.when(table.col("sign").equalTo("same"), 1.0).otherwise(0.0);
        var model = classifier().setMaxIter(1).fit(rows.withColumn("label", label.as("label", values)));
        assertEquals(3, model.numClasses());
        var unseen = model.transform(rows.withColumn("label", functions.lit(2.0)));
        assertTrue(new MulticlassClassificationEvaluator().setMetricName("logLoss").evaluate(unseen) > 0);
        assertEquals(2, classifier().setMaxIter(1).fit(rows.withColumn("label", label)).numClasses());
        var error = assertThrows(Exception.class, () -> classifier().fit(rows.withColumn("label",
            functions.lit(3.0).as("label", values))));
        assertTrue(causes(error).contains("with 3 classes it must be a whole number from 0 to 2"), causes(error));
    }

    @Test
    void aModelThatIsntWholeIsRefusedWhereItIsLoaded() throws Exception {
        var rows = new VectorAssembler().setInputCols(new String[] {"a", "b"}).setOutputCol("features").transform(table)
            .withColumnRenamed("target", "label");
        var whole = folder.resolve("whole");
        new LanewiseRegressor().setMaxIter(1).fit(rows).save(whole.toString());
        var network = java.nio.file.Files.readString(whole.resolve("network.txt"));
        var weights = java.nio.file.Files.readAllBytes(whole.resolve("weights.safetensors"));
        for (var part : new String[][] {{"lanewise-spark 1", "lanewise-spark 2"}, {"outputs 1", "outputs 2"},
            {"outputs 1", "outputs x"}, {"activation relu", "activation none"}, {"activation relu", "activity relu"},
            {"hidden 64", "hidden 63"}, {"", ""}}) {
            assertTrue(network.contains(part[0]), network);
            write(whole.resolve("network.txt"), network.replace(part[0], part[1])
                .getBytes(java.nio.charset.StandardCharsets.UTF_8));
            write(whole.resolve("weights.safetensors"), part[0].isEmpty() ? java.util.Arrays.copyOf(weights, weights.length - 1)
                : weights);
            var error = assertThrows(IllegalArgumentException.class, () -> LanewiseRegressionModel.load(whole.toString()),
                part[1]);
            assertTrue(error.getMessage().contains(whole + " has no whole model"), error.getMessage());
        }
    }

    /// Not the file that Hadoop has a checksum of.
    private static void write(Path file, byte[] bytes) throws java.io.IOException {
        java.nio.file.Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
        java.nio.file.Files.write(file, bytes);
    }

    @Test
    void whatCantBeIsRefused() {
        for (int shards : new int[] {-4, 0, 3, 1 << 17, Integer.MIN_VALUE})
            assertThrows(IllegalArgumentException.class, () -> classifier().setShards(shards));
        for (int units : new int[] {-1, 0})
            assertThrows(IllegalArgumentException.class, () -> classifier().setHiddenLayers(new int[] {8, units}));
        assertThrows(IllegalArgumentException.class, () -> classifier().setActivation("softmax"));
        assertThrows(IllegalArgumentException.class, () -> classifier().setDropout(1));
        assertThrows(IllegalArgumentException.class, () -> classifier().setMaxIter(0));
        var missing = table.withColumn("a", functions.lit(Double.NaN));
        var error = assertThrows(Exception.class, () -> pipeline(classifier()).fit(missing));
        assertTrue(causes(error).contains("NaN"), causes(error));
        var fraction = new VectorAssembler().setInputCols(new String[] {"a", "b"}).setOutputCol("features").transform(table)
            .withColumnRenamed("target", "label");
        error = assertThrows(Exception.class, () -> classifier().fit(fraction));
        assertTrue(causes(error).contains("must be a whole number from 0"), causes(error));
    }

    private static String causes(Throwable error) {
        var text = new StringBuilder();
        for (var each = error; each != null; each = each.getCause()) text.append(each.getMessage()).append('\n');
        return text.toString();
    }
}
