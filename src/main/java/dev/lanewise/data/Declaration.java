package dev.lanewise.data;

import dev.lanewise.file.Quote;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;

/// What [Columns] says of one column, and how it is fitted.
///
/// @param kind    what becomes of it
/// @param given   its categories, where they aren't taken from the rows
/// @param filling what is put in the place of a missing number
/// @param value   that number, where it is a given one
/// @param atLeast in how many rows a category must occur not to count as other; 0 where there is no other
/// @param gap     whether what is missing is a category of its own
record Declaration(String name, Kind kind, Optional<List<String>> given, Filling filling, double value, int atLeast,
    boolean gap) {

    enum Kind { NUMERIC, STANDARDIZED, ONE_HOT, INDEX }

    enum Filling { NONE, VALUE, MEAN }

    Declaration(String name, Kind kind, Optional<List<String>> given) {
        this(name, kind, given, Filling.NONE, 0, 0, false);
    }

    boolean isNumber() {
        return kind == Kind.NUMERIC || kind == Kind.STANDARDIZED;
    }

    Declaration filled(Filling with, double number) {
        return new Declaration(name, kind, given, with, number, atLeast, gap);
    }

    Declaration withOther(int count) {
        return new Declaration(name, kind, given, filling, value, count, gap);
    }

    Declaration withGap() {
        return new Declaration(name, kind, given, filling, value, atLeast, true);
    }

    /// @param missing the texts that stand for nothing, beside the empty one
    FittedColumn fit(CsvTable table, Set<String> missing) {
        int index = table.index(name);
        boolean none = true;
        for (int row = 0; none && row < table.size(); row++) none = FittedColumn.isMissing(table.field(row, index), missing);
        if (none) throw new IllegalArgumentException("Columns.fit: column " + Quote.of(name) + " is missing in all "
            + table.size() + " rows; leave it out, or fit on rows that have it");
        return isNumber() ? fitNumber(table, index, missing) : fitCategories(table, index, missing);
    }

    private FittedColumn fitNumber(CsvTable table, int index, Set<String> missing) {
        var raw = new FittedColumn.Number(name, Optional.empty(), OptionalDouble.empty());
        var numbers = new double[table.size()];
        int count = 0;
        for (int row = 0; row < numbers.length; row++) {
            if (filling != Filling.NONE && FittedColumn.isMissing(table.field(row, index), missing)) continue;
            if (kind == Kind.NUMERIC) raw.code(table, row, index, missing); // refuses what no float holds
            numbers[count++] = raw.parse(table, row, index, missing);
        }
        var scale = Scale.of(Arrays.copyOf(numbers, count));
        return new FittedColumn.Number(name, kind == Kind.STANDARDIZED ? Optional.of(scale) : Optional.empty(), switch (filling) {
            case NONE -> OptionalDouble.empty();
            case VALUE -> OptionalDouble.of(value);
            case MEAN -> OptionalDouble.of(scale.mean());
        });
    }

    private FittedColumn fitCategories(CsvTable table, int index, Set<String> missing) {
        boolean oneHot = kind == Kind.ONE_HOT;
        if (given.isPresent()) {
            var fitted = new FittedColumn.Category(name, oneHot, given.get(), atLeast > 0);
            for (int row = 0; row < table.size(); row++) fitted.code(table, row, index, missing);
            return fitted;
        }
        var counts = new HashMap<String, Integer>();
        for (int row = 0; row < table.size(); row++) {
            var field = table.field(row, index);
            if (!FittedColumn.isMissing(field, missing)) counts.merge(field, 1, Integer::sum);
            else if (!gap) throw FittedColumn.noCategory(table, row, name);
        }
        var sorted = new TreeSet<String>();
        counts.forEach((category, count) -> {
            if (count >= atLeast) sorted.add(category);
        });
        if (sorted.isEmpty()) throw new IllegalArgumentException("Columns.fit: no category of column " + Quote.of(name)
            + " stands in " + atLeast + " rows, so that all would count as other; ask for fewer, or leave the column out");
        if (gap) sorted.add("");
        return new FittedColumn.Category(name, oneHot, new ArrayList<>(sorted), atLeast > 0);
    }
}
