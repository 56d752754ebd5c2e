package dev.lanewise.data;

import dev.lanewise.file.Quote;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// What was fitted on training rows ([Columns#fit]), ready to turn every table, or a single row, into a network's inputs in the
/// same way, and what the network says back into names. Immutable, and a value: two are equal if they do the same.
///
/// It belongs to the network's weights as much as their shapes do. [#toText] writes it down as one string, which a safetensors
/// file holds in its metadata, and [#fromText] reads it, to the bit:
///
/// ```java
/// Safetensors.write(file, model.stateDict(), Map.of("preprocessing", preprocessing.toText()));
/// var again = Preprocessing.fromText(Safetensors.read(file).metadata().get("preprocessing"));
/// ```
///
/// Columns are found by their names: others may be there, and their order doesn't matter.
public final class Preprocessing {
    private final List<FittedColumn> features;
    private final List<FittedColumn> targets;
    private final Set<String> missing;

    Preprocessing(List<FittedColumn> features, List<FittedColumn> targets, Set<String> missing) {
        this.features = List.copyOf(features);
        this.targets = List.copyOf(targets);
        this.missing = Set.copyOf(missing);
        if (Encoded.width(features) > Integer.MAX_VALUE) throw new IllegalArgumentException("Preprocessing: "
            + Encoded.width(features) + " features; declare columns of many categories index, for an Embedding");
    }

    /// The names of the columns that become features, in the features' order.
    public List<String> columns() {
        return features.stream().map(FittedColumn::name).toList();
    }

    /// The names of the columns to be predicted; empty if there are none.
    public List<String> targets() {
        return targets.stream().map(FittedColumn::name).toList();
    }

    /// Those of [#columns] that were declared index: what [TableInputs#indices] has.
    public List<String> indexColumns() {
        return features.stream().filter(Separated::isIndex).map(FittedColumn::name).toList();
    }

    /// Whether a column, feature or target, is a number, and has no categories.
    ///
    /// @throws IllegalArgumentException if there is no such column
    public boolean isNumber(String column) {
        for (var columns : List.of(features, targets))
            for (var each : columns) if (each.name().equals(column)) return each instanceof FittedColumn.Number;
        throw new IllegalArgumentException("Preprocessing.isNumber: there is no column " + Quote.of(column) + "; there are "
            + Quote.list(columns()) + " and what is predicted");
    }

    /// How many numbers a row of inputs has.
    public int features() {
        return (int) Encoded.width(features);
    }

    /// The features' names: "length" for a number or an index, "sex=M" for a category, "sex (other)" for what is none.
    public List<String> featureNames() {
        var names = new ArrayList<String>();
        for (var column : features) names.addAll(column.featureNames());
        return Collections.unmodifiableList(names);
    }

    /// The categories of a column, features or target, by index; "other" isn't among them, but has the next index.
    ///
    /// @throws IllegalArgumentException if there is no such column, or it is a number
    public List<String> categories(String column) {
        return category("categories", column).names();
    }

    /// How many indices [#indices] gives for a column, "other" included: an `Embedding`'s size.
    ///
    /// @throws IllegalArgumentException if there is no such column, or it is a number
    public int categoryCount(String column) {
        return category("categoryCount", column).count();
    }

    /// The classes' names by label; empty if no class is to be predicted.
    public List<String> classNames() {
        return targets.size() == 1 && targets.getFirst() instanceof FittedColumn.Category target ? target.names() : List.of();
    }

    /// The features of all rows, `[rows, features]`. The columns to be predicted need not be there.
    ///
    /// @throws IllegalArgumentException if a column is missing, a field can't be taken (the message names its line, its column
    ///     and its text), or so many numbers don't fit into memory
    public Tensor inputs(CsvTable table) {
        return new Encoded(features, table, missing).all();
    }

    /// The features of a single row, `[1, features]`, from the fields of its columns by name. A field that is null is missing.
    ///
    /// @throws IllegalArgumentException as [#inputs(CsvTable)]
    public Tensor inputs(Map<String, String> row) {
        return inputs(table(row));
    }

    private static CsvTable table(Map<String, String> row) {
        var names = new ArrayList<String>();
        var fields = new ArrayList<String>();
        row.forEach((name, field) -> {
            names.add(Objects.requireNonNull(name, "Preprocessing.inputs: a column's name is null"));
            fields.add(field == null ? "" : field);
        });
        return new CsvTable("the row", names, List.of(new CsvTable.Row(1, 0, fields)), "; give it one");
    }

    /// The features of a single row, `[1, features]`, from the fields of [#columns], in that order. A field that is null is
    /// missing.
    ///
    /// @throws IllegalArgumentException as [#inputs(CsvTable)], or if there are more fields than columns, or fewer
    public Tensor inputs(List<String> row) {
        if (row.size() != features.size()) throw new IllegalArgumentException("Preprocessing.inputs: a row of " + row.size()
            + " fields; there must be " + features.size() + ": " + Quote.list(columns()));
        var fields = row.stream().map(field -> field == null ? "" : field).toList();
        return inputs(new CsvTable("the row", columns(), List.of(new CsvTable.Row(1, 0, fields)), ""));
    }

    /// The features of rows that are numbers already, `[rows, features]`: row after row, a number for each of [#columns], in that
    /// order. One of a column of numbers is in the column's own unit, and NaN is missing; of one of categories it is the
    /// category's index in [#categories], behind the last one for what is none of them, where that is a category.
    ///
    /// @throws IllegalArgumentException if the numbers aren't whole rows, or one can't be taken; the message names its row and
    ///     column
    public Tensor inputs(float... rows) {
        int columns = features.size();
        if (rows.length == 0 || rows.length % columns != 0) throw new IllegalArgumentException("Preprocessing.inputs: "
            + rows.length + " numbers; a row has " + columns + ", one for each of " + Quote.list(columns())
            + ", and there must be one row at least");
        return new Encoded(features, rows.clone()).all();
    }

    /// The indices of a column's categories in all rows, for an `Embedding`.
    ///
    /// @throws IllegalArgumentException if there is no such column, it is a number, or a field is none of its categories
    public int[] indices(CsvTable table, String column) {
        return Separated.codes(category("indices", column), table, missing);
    }

    /// The data set that predicts a class: labels count [#classNames]. Batches spread categories out for themselves, so that
    /// memory doesn't grow with the number of one-hot features.
    ///
    /// @throws IllegalArgumentException if no class is to be predicted, or as [#inputs(CsvTable)]
    public Dataset<Batch<int[]>> classification(CsvTable table) {
        var inputs = new Encoded(features, table, missing);
        return Rows.classification(inputs, Separated.codes(target("classification"), table, missing), classNames());
    }

    /// The data set that predicts numbers; a batch's targets are `[size, targets]`.
    ///
    /// @throws IllegalArgumentException if no number is to be predicted, or as [#inputs(CsvTable)]
    public Dataset<Batch<Tensor>> regression(CsvTable table) {
        requireNumbers("regression");
        return Rows.regression(new Encoded(features, table, missing), new Rows.Table("targets",
            Encoded.codes(targets, table, missing), targets.size()));
    }

    /// The features of all rows for a network that has embeddings: columns of indices apart from the numbers.
    ///
    /// @throws IllegalArgumentException as [#inputs(CsvTable)]
    public TableInputs separated(CsvTable table) {
        return new Separated(features, table, missing).all();
    }

    /// As [#separated(CsvTable)], of a single row, from the fields of its columns by name. A field that is null is missing.
    ///
    /// @throws IllegalArgumentException as [#inputs(CsvTable)]
    public TableInputs separated(Map<String, String> row) {
        return separated(table(row));
    }

    /// As [#separated(CsvTable)], of features that [#inputs(CsvTable)] gave.
    ///
    /// @param inputs `[rows, features]`
    /// @throws IllegalArgumentException if the shape is another, or an index is none of its column's categories
    public TableInputs separated(Tensor inputs) {
        if (inputs.shape().rank() != 2
            || inputs.size(1) != features()) throw new IllegalArgumentException("Preprocessing.separated: inputs of shape "
            + inputs.shape() + "; they must be [rows, " + features() + "]");
        return Separated.of(features, inputs);
    }

    /// As [#classification], for a network that has embeddings: a batch has the columns of indices apart from the numbers.
    ///
    /// ```java
    /// var trainer = new Trainer<>(model, (TableBatch<int[]> batch) -> model.call(batch.inputs()),
    ///     (scores, batch) -> Loss.crossEntropy(scores, batch.targets()), new Adam(model.parameters(), 1e-3));
    /// ```
    ///
    /// @throws IllegalArgumentException as [#classification]
    public Dataset<TableBatch<int[]>> separatedClassification(CsvTable table) {
        var labels = Separated.codes(target("separatedClassification"), table, missing);
        return separated(table, rows -> Arrays.stream(rows).map(row -> labels[row]).toArray());
    }

    /// As [#separatedClassification], of what predicts numbers: see [#regression].
    ///
    /// @throws IllegalArgumentException as [#regression]
    public Dataset<TableBatch<Tensor>> separatedRegression(CsvTable table) {
        requireNumbers("separatedRegression");
        var numbers = new Rows.Table("targets", Encoded.codes(targets, table, missing), targets.size());
        return separated(table, numbers::gather);
    }

    private <T> Dataset<TableBatch<T>> separated(CsvTable table, Targets<T> targets) {
        var inputs = new Separated(features, table, missing);
        return new Dataset<>() {
            @Override
            public int size() {
                return inputs.size();
            }

            @Override
            public TableBatch<T> batch(int... rows) {
                return new TableBatch<>(inputs.batch(rows), targets.of(rows));
            }

            @Override
            public List<String> classNames() {
                return Preprocessing.this.classNames();
            }
        };
    }

    /// What some rows' targets are.
    @FunctionalInterface
    private interface Targets<T> {
        T of(int... rows);
    }

    /// The names of predicted labels.
    ///
    /// @throws IllegalArgumentException if no class is to be predicted, or a label is none of them
    public List<String> decode(int... labels) {
        var names = target("decode").names();
        Checks.labels("Preprocessing.decode", labels, names);
        return Arrays.stream(labels).mapToObj(names::get).toList();
    }

    /// The names of the classes with the largest scores, row by row: `[rows, classes]`, logits or probabilities.
    ///
    /// @throws IllegalArgumentException if no class is to be predicted, or the shape is another
    public List<String> decode(Tensor scores) {
        int classes = target("decode").names().size();
        if (scores.shape().rank() != 2 || scores.size(1) != classes) throw new IllegalArgumentException(
            "Preprocessing.decode: scores of shape " + scores.shape() + "; they must be [rows, " + classes + "]");
        return scores.size(0) == 0 ? List.of() : decode(scores.argmax(1));
    }

    /// Predicted numbers in their columns' own units: `[rows, targets] -> [rows, targets]`. The identity for those that weren't
    /// standardized.
    ///
    /// @throws IllegalArgumentException if no number is to be predicted, the shape is another, or a number becomes larger
    ///     than floats are
    public Tensor restore(Tensor predictions) {
        requireNumbers("restore");
        if (predictions.shape().rank() != 2 || predictions.size(1) != targets.size()) throw new IllegalArgumentException(
            "Preprocessing.restore: predictions of shape " + predictions.shape() + "; they must be [rows, "
            + targets.size() + "]");
        var values = predictions.toArray();
        for (int i = 0; i < values.length; i++) {
            var scale = ((FittedColumn.Number) targets.get(i % targets.size())).scale();
            if (scale.isEmpty()) continue;
            double number = scale.get().undo(values[i]);
            if (Float.isFinite(values[i]) && Float.isInfinite((float) number)) throw new IllegalArgumentException(
                "Preprocessing.restore: " + values[i] + " of row " + i / targets.size() + " stands for " + number + " of column "
                    + Quote.of(targets.get(i % targets.size()).name())
                    + ", beyond the largest float; choose another unit for it");
            values[i] = (float) number;
        }
        return Tensor.wrap(values, predictions.shape().toArray());
    }

    /// All of it as lines of printable text, the same for the same value. It begins with its version.
    public String toText() {
        return PreprocessingText.write(features, targets, missing);
    }

    /// What [#toText] wrote.
    ///
    /// @throws MalformedFileException if the text is anything else; it names the line
    public static Preprocessing fromText(String text) {
        return PreprocessingText.read(text);
    }

    private FittedColumn.Category target(String operation) {
        if (targets.size() == 1 && targets.getFirst() instanceof FittedColumn.Category target) return target;
        throw new IllegalArgumentException("Preprocessing." + operation + ": no class is to be predicted"
            + (targets.isEmpty() ? "" : ", but the numbers " + Quote.list(targets()))
            + "; declare one by Columns.targetClass before fitting");
    }

    private void requireNumbers(String operation) {
        if (targets.isEmpty() || targets.getFirst() instanceof FittedColumn.Category) throw new IllegalArgumentException(
            "Preprocessing." + operation + ": no number is to be predicted"
                + (targets.isEmpty() ? "" : ", but the class " + Quote.list(targets()))
                + "; declare it by Columns.targetNumbers before fitting");
    }

    private FittedColumn.Category category(String operation, String name) {
        for (var columns : List.of(features, targets))
            for (var column : columns)
                if (column instanceof FittedColumn.Category category && column.name().equals(name)) return category;
        throw new IllegalArgumentException("Preprocessing." + operation + ": " + Quote.of(name)
            + " is no column of categories; there are " + Quote.list(columns()) + " and what is predicted");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Preprocessing that && features.equals(that.features) && targets.equals(that.targets)
            && missing.equals(that.missing);
    }

    @Override
    public int hashCode() {
        return features.hashCode() + 31 * (targets.hashCode() + 31 * missing.hashCode());
    }

    @Override
    public String toString() {
        return "Preprocessing[" + features.size() + " columns to " + features() + " features, predicts "
            + (targets.isEmpty() ? "nothing" : Quote.list(targets())) + "]";
    }
}
