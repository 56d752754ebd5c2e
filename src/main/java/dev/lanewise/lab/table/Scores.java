package dev.lanewise.lab.table;

import dev.lanewise.data.CsvTable;
import dev.lanewise.figures.Figures;
import dev.lanewise.report.Column;
import dev.lanewise.report.Table;
import java.util.LinkedHashMap;
import java.util.Map;

/// How good a model is on some rows, in the target's own unit.
///
/// @param metrics   by name, in the order in which they are shown
/// @param actual    of each row: its number, or its class's label
/// @param predicted likewise
record Scores(Map<String, Double> metrics, double[] actual, double[] predicted) {

    static Scores of(TableModel model, CsvTable rows) {
        return model.isClassifier() ? ofClasses(model, rows) : ofNumbers(model, rows);
    }

    private static Scores ofClasses(TableModel model, CsvTable rows) {
        var outputs = model.outputs(rows);
        int[] labels = model.preprocessing().classification(rows).batch(all(rows)).targets();
        int[] chosen = outputs.argmax(1);
        var logs = outputs.logSoftmax(1);
        double loss = 0;
        int right = 0;
        var actual = new double[labels.length];
        var predicted = new double[labels.length];
        for (int i = 0; i < labels.length; i++) {
            loss -= logs.get(i, labels[i]);
            if (chosen[i] == labels[i]) right++;
            actual[i] = labels[i];
            predicted[i] = chosen[i];
        }
        var metrics = new LinkedHashMap<String, Double>();
        metrics.put("accuracy", right / (double) labels.length);
        metrics.put("macro F1", macroF1(labels, chosen, outputs.size(1)));
        metrics.put("log loss", loss / labels.length);
        return new Scores(metrics, actual, predicted);
    }

    /// The mean over classes of 2 hits / (rows of it + rows that are said to be of it), 0 for one that is never met nor said.
    private static double macroF1(int[] labels, int[] chosen, int classes) {
        var hits = new int[classes];
        var both = new int[classes];
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] == chosen[i]) hits[labels[i]]++;
            both[labels[i]]++;
            both[chosen[i]]++;
        }
        double sum = 0;
        for (int k = 0; k < classes; k++) sum += both[k] == 0 ? 0 : 2.0 * hits[k] / both[k];
        return sum / classes;
    }

    private static Scores ofNumbers(TableModel model, CsvTable rows) {
        var said = model.preprocessing().restore(model.outputs(rows)).toArray();
        var table = rows.column(model.target());
        var actual = new double[said.length];
        var predicted = new double[said.length];
        double squares = 0;
        double differences = 0;
        double mean = 0;
        for (int i = 0; i < said.length; i++) {
            actual[i] = Double.parseDouble(table.get(i).strip());
            predicted[i] = said[i];
            double error = predicted[i] - actual[i];
            squares += error * error;
            differences += Math.abs(error);
            mean += actual[i] / said.length;
        }
        double spread = 0;
        for (double each : actual) spread += (each - mean) * (each - mean);
        var metrics = new LinkedHashMap<String, Double>();
        metrics.put("RMSE", Math.sqrt(squares / said.length));
        metrics.put("MAE", differences / said.length);
        metrics.put("R2", 1 - squares / spread);
        return new Scores(metrics, actual, predicted);
    }

    private static int[] all(CsvTable rows) {
        var all = new int[rows.size()];
        for (int i = 0; i < all.length; i++) all[i] = i;
        return all;
    }

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
            cells[1] = "" + scores.actual.length;
            int cell = 2;
            for (double value : scores.metrics.values()) cells[cell++] = Figures.fixed(value, 4);
            table.row(cells);
        });
        return table;
    }
}
