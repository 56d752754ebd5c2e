package dev.lanewise.data;

import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;

/// How the columns of a table become numbers. Immutable: each method but the last, [#regression] or [#classification], gives
/// a new one.
///
/// Columns are features in their order from left to right. A numeric one is one feature; a categorical one is one for each
/// category, 1 where the row is of it and 0 elsewhere. What is missing is an error until a replacement is asked for.
public final class CsvEncoder {

    /// In which order the categories of a column stand.
    public enum Order {
        /// As they first appear from top to bottom.
        APPEARANCE,
        /// By their characters' code units, so that the order of rows does not matter.
        SORTED
    }

    private final CsvTable table;
    private final Map<String, Order> categorical;
    private final Set<String> left;
    private final Missing missing;

    CsvEncoder(CsvTable table) {
        this(table, Map.of(), Set.of(), Missing.REFUSED);
    }

    private CsvEncoder(CsvTable table, Map<String, Order> categorical, Set<String> left, Missing missing) {
        this.table = table;
        this.categorical = categorical;
        this.left = left;
        this.missing = missing;
    }

    /// Takes columns for categories, in the order of their appearance.
    ///
    /// @throws IllegalArgumentException if there is no such column
    public CsvEncoder categorical(String... columns) {
        return categorical(Order.APPEARANCE, columns);
    }

    /// Takes columns for categories.
    ///
    /// @throws IllegalArgumentException if there is no such column
    public CsvEncoder categorical(Order order, String... columns) {
        var more = new LinkedHashMap<>(categorical);
        for (var column : columns) {
            table.index(column);
            more.put(column, order);
        }
        return new CsvEncoder(table, more, left, missing);
    }

    /// Leaves columns out.
    ///
    /// @throws IllegalArgumentException if there is no such column
    public CsvEncoder without(String... columns) {
        var more = new LinkedHashSet<>(left);
        for (var column : columns) {
            table.index(column);
            more.add(column);
        }
        return new CsvEncoder(table, categorical, more, missing);
    }

    /// Puts a number in the place of each missing one. A missing category is a category of its own, a missing target an error.
    ///
    /// @param texts what stands for a missing number: "NA", "?"; if there are none, the empty field
    public CsvEncoder fillMissing(double value, String... texts) {
        if (!Float.isFinite((float) value)) throw new IllegalArgumentException("Csv.fillMissing: " + value
            + "; it must be a finite number");
        return new CsvEncoder(table, categorical, left, Missing.by(OptionalDouble.of(value), texts));
    }

    /// As [#fillMissing(double, String...)], with the mean of the numbers in the column, over all rows of the table.
    public CsvEncoder fillMissingWithMean(String... texts) {
        return new CsvEncoder(table, categorical, left, Missing.by(OptionalDouble.empty(), texts));
    }

    /// The names of the features when these columns are the targets: "length" for a number, "sex=M" for a category.
    ///
    /// @throws IllegalArgumentException if there is no such column
    public List<String> featureNames(String... targets) {
        return features(targets).stream().map(Feature::name).toList();
    }

    /// The data set that predicts the numbers in some columns from all others.
    ///
    /// @throws IllegalArgumentException if there is no such column, no feature is left, or a field can't be taken; the message
    ///     names its line, its column and its text
    public Dataset<Tensor> regression(String... targets) {
        if (targets.length == 0) throw new IllegalArgumentException(
            "Csv.regression: no column to predict; name at least one");
        var columns = new ArrayList<float[]>();
        for (var target : targets) {
            if (categorical.containsKey(target)) throw new IllegalArgumentException("Csv.regression: column \"" + target
                + "\" is categorical; take classification, or leave it a number");
            columns.add(CsvNumbers.of(table, target, Missing.REFUSED));
        }
        var features = features(targets);
        return Rows.regression(interleave(features.stream().map(Feature::values).toList()), features.size(),
                interleave(columns), targets.length);
    }

    /// The data set that predicts the category in a column from all other columns: its labels count the categories in the
    /// order asked for, which are the class names.
    ///
    /// @throws IllegalArgumentException as [#regression]
    public Dataset<int[]> classification(String target) {
        var fields = table.column(target);
        for (int row = 0; row < fields.size(); row++)
            if (fields.get(row).isBlank() || missing.is(fields.get(row))) throw table.rejected(row, target,
                "names no class; a target can't be missing, correct it or leave the row out");
        var categories = categories(target);
        var labels = fields.stream().mapToInt(categories::indexOf).toArray();
        var features = features(target);
        return Rows.classification(interleave(features.stream().map(Feature::values).toList()), features.size(), labels,
                categories);
    }

    private record Feature(String name, float[] values) {}

    private List<Feature> features(String... targets) {
        var features = new ArrayList<Feature>();
        var skipped = new LinkedHashSet<>(left);
        for (var target : targets) {
            table.index(target);
            skipped.add(target);
        }
        for (var column : table.columns()) {
            if (skipped.contains(column)) continue;
            if (categorical.containsKey(column)) oneHot(column, features);
            else features.add(new Feature(column, CsvNumbers.of(table, column, missing)));
        }
        if (features.isEmpty()) throw new IllegalArgumentException("Csv: no column is left to predict from; the table has "
            + String.join(", ", table.columns()) + ", and these are left out or targets: " + String.join(", ", skipped));
        return features;
    }

    private void oneHot(String column, List<Feature> features) {
        var fields = table.column(column);
        var categories = categories(column);
        if ((long) fields.size() * categories.size() > Integer.MAX_VALUE) throw new IllegalArgumentException("Csv: column \""
            + column + "\" has " + categories.size() + " categories in " + fields.size()
            + " rows, more than an array can hold; leave it out");
        for (var category : categories) {
            var values = new float[fields.size()];
            for (int row = 0; row < values.length; row++) values[row] = fields.get(row).equals(category) ? 1 : 0;
            features.add(new Feature(column + "=" + category, values));
        }
    }

    private List<String> categories(String column) {
        var fields = table.column(column);
        if (!missing.fills() && fields.contains("")) throw table.rejected(fields.indexOf(""), column,
            "names no category; correct it, or call fillMissing to make it a category of its own");
        boolean sorted = categorical.get(column) == Order.SORTED;
        return List.copyOf(sorted ? new TreeSet<>(fields) : new LinkedHashSet<>(fields));
    }

    /// Columns as rows, one after the other.
    private static float[] interleave(List<float[]> columns) {
        int rows = columns.getFirst().length;
        var values = new float[Checks.elements("Csv", rows, columns.size())];
        for (int column = 0; column < columns.size(); column++)
            for (int row = 0; row < rows; row++) values[row * columns.size() + column] = columns.get(column)[row];
        return values;
    }

    /// What stands for a missing number, and what is put in its place: the mean, where nothing is given.
    record Missing(boolean fills, OptionalDouble value, Set<String> texts) {
        static final Missing REFUSED = new Missing(false, OptionalDouble.empty(), Set.of(""));

        static Missing by(OptionalDouble value, String... texts) {
            return new Missing(true, value, texts.length == 0 ? Set.of("") : Set.copyOf(List.of(texts)));
        }

        boolean is(String field) {
            return texts.contains(field.strip());
        }
    }
}
