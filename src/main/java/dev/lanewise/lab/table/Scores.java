package dev.lanewise.lab.table;

import dev.lanewise.data.Batch;
import dev.lanewise.data.CsvTable;
import dev.lanewise.data.DataLoader;
import dev.lanewise.data.TensorDataset;
import dev.lanewise.figures.Figures;
import dev.lanewise.report.Column;
import dev.lanewise.report.Table;
import dev.lanewise.serve.TableModel;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.train.ConfusionMatrix;
import dev.lanewise.train.Metric;
import dev.lanewise.train.Metrics;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/// How good a model is on some rows, in the target's own unit.
///
/// @param rows      how many there are
/// @param metrics   by name, in the order in which they are shown
/// @param confusion of classes; of numbers one without classes
/// @param actual    the rows' numbers, `[rows, 1]`; of classes none
/// @param predicted likewise
record Scores(int rows, Map<String, Double> metrics, ConfusionMatrix confusion, Tensor actual, Tensor predicted) {

    private static final int AT_ONCE = 1024;
    private static final Tensor NONE = Tensor.zeros(0, 1);
    private static final String RMSE = "RMSE";

    static Scores of(TableModel model, CsvTable rows) { return of(model, model.outputs(rows), rows); }

    /// @param outputs of the model for the rows
    /// @throws IllegalArgumentException if a row has no target, or one that the model doesn't know
    static Scores of(TableModel model, Tensor outputs, CsvTable rows) {
        return model.isClassifier() ? ofClasses(model, outputs, rows) : ofNumbers(model, outputs, rows);
    }

    private static Scores ofClasses(TableModel model, Tensor outputs, CsvTable rows) {
        int[] labels = model.preprocessing().separatedClassification(rows).batch(all(rows)).targets();
        var counts = new ConfusionMatrix.Counts();
        var metrics = new LinkedHashMap<String, Metric<Batch<int[]>>>();
        metrics.put("accuracy", Metric.streamed(() -> counts));
        metrics.put("macro F1", Metrics.f1(ConfusionMatrix.Average.MACRO));
        metrics.put("log loss", Metrics.logLoss());
        var data = new DataLoader<>(TensorDataset.of(outputs, labels, model.preprocessing().classNames()), AT_ONCE);
        return new Scores(rows.size(), Metrics.all(Batch::inputs, data, metrics), counts.matrix(), NONE, NONE);
    }

    private static Scores ofNumbers(TableModel model, Tensor outputs, CsvTable rows) {
        var targets = model.preprocessing().separatedRegression(rows).batch(all(rows)).targets();
        return ofNumbers(model.preprocessing().restore(targets), model.preprocessing().restore(outputs));
    }

    private static Scores ofNumbers(Tensor actual, Tensor predicted) {
        var metrics = new LinkedHashMap<String, Metric<Batch<Tensor>>>();
        metrics.put(RMSE, Metrics.rootMeanSquaredError());
        metrics.put("MAE", Metrics.meanAbsoluteError());
        metrics.put("R2", Metrics.r2());
        var data = new DataLoader<>(TensorDataset.of(predicted, actual), AT_ONCE);
        return new Scores(actual.size(0), Metrics.all(Batch::inputs, data, metrics), new ConfusionMatrix(new long[0][]),
            actual, predicted);
    }

    /// What one has on these rows who always says the most frequent class of others, or their mean: the accuracy, or the root
    /// mean squared error.
    double blind(Scores others) {
        if (confusion.classes() == 0) {
            double mean = 0;
            for (float number : others.actual.toArray()) mean += number / (double) others.rows;
            return ofNumbers(actual, Tensor.full((float) mean, actual.shape().toArray())).metrics.get(RMSE);
        }
        int most = IntStream.range(0, confusion.classes())
            .reduce((a, b) -> others.confusion.examples(b) > others.confusion.examples(a) ? b : a).getAsInt();
        return confusion.examples(most) / (double) rows;
    }

    private static int[] all(CsvTable rows) { return IntStream.range(0, rows.size()).toArray(); }

    /// @param parts by what they are called
    static Table table(Map<String, Scores> parts) {
        var names = parts.values().iterator().next().metrics().keySet();
        var columns = new Column[2 + names.size()];
        columns[0] = Column.text("rows");
        columns[1] = Column.number("how many");
        int next = 2;
        for (var name : names) columns[next++] = Column.number(name);
        var table = new Table(columns);
        parts.forEach((part, scores) -> {
            var cells = new String[columns.length];
            cells[0] = part;
            cells[1] = "" + scores.rows;
            int cell = 2;
            for (double value : scores.metrics.values()) cells[cell++] = Double.isNaN(value) ? "–" : Figures.fixed(value, 4);
            table.row(cells);
        });
        return table;
    }
}
