package dev.lanewise.data;

import dev.lanewise.file.Decimal;
import dev.lanewise.file.Quote;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/// How the fields of one column become numbers, as [Preprocessing] keeps it.
sealed interface FittedColumn {
    int MAX_INDEX = 1 << 24; // up to which a float holds every whole number

    /// The name by which the column is found.
    String name();

    /// How many features it is.
    int width();

    /// The names of its features: "length" for a number or an index, "sex=M" for a category.
    List<String> featureNames();

    /// The number that stands for a field: itself, or the index of its category.
    ///
    /// @throws IllegalArgumentException if there is none; the message names the line, the column and the text
    float code(CsvTable table, int row, int index, Set<String> missing);

    /// As for a field that is a number already: the column's own, with NaN where it is missing, or a category's index.
    ///
    /// @throws IllegalArgumentException if there is none; the message says why
    float code(float number);

    static boolean isMissing(String field, Set<String> missing) {
        var text = field.strip();
        return text.isEmpty() || missing.contains(text);
    }

    static IllegalArgumentException noCategory(CsvTable table, int row, String column) {
        return table.rejected(row, column,
            "names no category; correct it, leave the row out, or declare the feature with missingAsCategory");
    }

    /// @param scale absent where numbers are taken as they stand
    /// @param fill  what is put in the place of a missing one, in the column's own unit; absent where that is refused
    record Number(String name, Optional<Scale> scale, OptionalDouble fill) implements FittedColumn {

        @Override
        public int width() {
            return 1;
        }

        @Override
        public List<String> featureNames() {
            return List.of(name);
        }

        @Override
        public float code(CsvTable table, int row, int index, Set<String> missing) {
            float number;
            if (scale.isPresent()) {
                number = (float) scale.get().apply(parse(table, row, index, missing));
            } else if (fill.isPresent() && isMissing(table.field(row, index), missing)) {
                return (float) fill.getAsDouble();
            } else {
                parse(table, row, index, missing);
                number = Float.parseFloat(table.field(row, index).strip()); // rounded once
            }
            if (Float.isInfinite(number)) throw table.rejected(row, name, (scale.isPresent() ? "standardized " : "")
                + "is beyond the largest float, " + Float.MAX_VALUE + "; choose another unit, or correct it");
            return number;
        }

        @Override
        public float code(float number) {
            if (Float.isNaN(number) && fill.isEmpty()) throw new IllegalArgumentException(
                "NaN is missing; correct it, leave the row out, or declare the feature with fillMissing or fillMissingWithMean");
            if (Float.isInfinite(number)) throw new IllegalArgumentException(number + " is no number; correct it");
            double own = Float.isNaN(number) ? fill.getAsDouble() : number;
            float code = (float) (scale.isPresent() ? scale.get().apply(own) : own);
            if (Float.isInfinite(code)) throw new IllegalArgumentException(number + " standardized is beyond the largest float, "
                + Float.MAX_VALUE + "; choose another unit, or correct it");
            return code;
        }

        /// In the column's own unit.
        double parse(CsvTable table, int row, int index, Set<String> missing) {
            var field = table.field(row, index).strip();
            if (fill.isPresent() && isMissing(field, missing)) return fill.getAsDouble();
            if (isMissing(field, missing)) throw table.rejected(row, name,
                "is missing; correct it, leave the row out, or declare the feature with fillMissing or fillMissingWithMean");
            if (!Decimal.is(field)) throw table.rejected(row, name, "is not a number; correct it, name it to"
                + " Columns.missing if it stands for a missing one, or declare the column oneHot or index");
            double number = Double.parseDouble(field);
            if (Double.isInfinite(number)) throw table.rejected(row, name,
                "is beyond the largest double, " + Double.MAX_VALUE + "; choose another unit, or correct it");
            return number;
        }
    }

    /// @param oneHot     whether each category is a feature; else the index is the only one
    /// @param categories each one's index, in the order of indices
    /// @param other      whether what is none of them has the index behind the last
    record Category(String name, boolean oneHot, Map<String, Integer> categories, boolean other) implements FittedColumn {

        Category(String name, boolean oneHot, List<String> categories, boolean other) {
            this(name, oneHot, indexed(name, categories), other);
        }

        private static Map<String, Integer> indexed(String name, List<String> categories) {
            if (categories.size() >= MAX_INDEX) throw new IllegalArgumentException("Columns: column " + Quote.of(name)
                + " has " + categories.size() + " categories; at most " + (MAX_INDEX - 1) + " can be told apart, leave it out");
            var indices = new LinkedHashMap<String, Integer>();
            for (var category : categories)
                if (indices.putIfAbsent(category, indices.size()) != null) throw new IllegalArgumentException(
                    "Columns: column " + Quote.of(name) + " is given the category " + Quote.of(category)
                    + " twice; give each once");
            return Collections.unmodifiableMap(indices);
        }

        /// How many there are, "other" included.
        int count() {
            return categories.size() + (other ? 1 : 0);
        }

        @Override
        public int width() {
            return oneHot ? count() : 1;
        }

        List<String> names() {
            return List.copyOf(categories.keySet());
        }

        @Override
        public List<String> featureNames() {
            if (!oneHot) return List.of(name);
            var names = new ArrayList<String>(count());
            for (var category : categories.keySet()) names.add(name + "=" + category);
            if (other) names.add(name + " (other)");
            return names;
        }

        @Override
        public float code(CsvTable table, int row, int index, Set<String> missing) {
            var field = table.field(row, index);
            var known = categories.get(field);
            if (known == null && isMissing(field, missing)) {
                known = categories.get("");
                if (known == null) throw noCategory(table, row, name);
            }
            if (known != null) return known;
            if (other) return categories.size();
            throw table.rejected(row, name, "is none of the " + categories.size() + " categories that it was fitted to: "
                + Quote.list(categories.keySet()) + "; " + similar(field)
                + "correct it, leave the row out, give all categories where the column is declared, or declare the feature"
                + " with other");
        }

        @Override
        public float code(float number) {
            if (!(number >= 0 && number < count() && number == (int) number)) throw new IllegalArgumentException(number
                + " is no category's index; there are " + count() + ", from 0 on");
            return number + 0f; // no -0
        }

        private String similar(String field) {
            for (var category : categories.keySet())
                if (category.strip().equalsIgnoreCase(field.strip())) return "it differs from " + Quote.of(category)
                    + " in case or spaces alone; ";
            return "";
        }
    }
}
