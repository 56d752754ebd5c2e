package dev.lanewise.lab.table;

import dev.lanewise.data.Columns;
import dev.lanewise.data.CsvTable;
import dev.lanewise.file.Decimal;
import dev.lanewise.file.Quote;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/// What becomes of a table's columns: seen from its fields, unless it is said.
///
/// @param rows       those that have a target
/// @param numbers    the columns of numbers
/// @param categories the columns of categories
/// @param left       out, as nothing stands in them
record TablePlan(CsvTable rows, String target, boolean isClass, List<String> numbers, List<String> categories, List<String> left,
                 Columns columns) {

    /// Columns of more categories are refused where they are as many as half of the rows: nothing can be learned of most.
    private static final int MANY = 50;

    /// What the user says of columns.
    ///
    /// @param target     empty for the last column
    /// @param without    columns that are left out
    /// @param categories columns that hold categories, though they look like numbers
    /// @param missing    texts that stand for what is missing, besides the empty one
    /// @param rare       rows that a category must have; 0 if all of the table count and no other is taken
    /// @param classes    whether the target is a class, though it looks like a number
    record Wishes(String target, List<String> without, List<String> categories, List<String> missing, int rare,
        boolean classes) {}

    static TablePlan of(CsvTable table, Wishes wishes) {
        var target = wishes.target.isEmpty() ? table.columns().getLast() : wishes.target;
        for (var named : List.of(List.of(target), wishes.without, wishes.categories))
            for (var column : named) if (!table.columns()
                .contains(column)) throw new IllegalArgumentException("train table: there is no column "
                + Quote.of(column) + ", but " + Quote.list(table.columns())
                + "; if these are a row and no names, give names by --names");
        var gaps = Set.copyOf(wishes.missing.stream().map(String::strip).toList());
        var rows = withTarget(table, target, gaps);
        boolean isClass = wishes.classes || !areNumbers(present(rows, target, gaps));
        var columns = new Columns().missing(wishes.missing.toArray(String[]::new));
        var numbers = new ArrayList<String>();
        var categories = new ArrayList<String>();
        var left = new ArrayList<String>();
        var without = new HashSet<>(wishes.without);
        for (var column : rows.columns()) {
            if (column.equals(target) || without.contains(column)) continue;
            var present = present(rows, column, gaps);
            boolean hasGaps = present.size() < rows.size();
            if (present.isEmpty()) {
                left.add(column);
            } else if (areNumbers(present) && !wishes.categories.contains(column)) {
                columns = columns.standardized(column);
                if (hasGaps) columns = columns.fillMissingWithMean(column);
                numbers.add(column);
            } else {
                columns = category(columns, column, present, hasGaps, wishes.rare);
                categories.add(column);
            }
        }
        if (numbers.isEmpty() && categories.isEmpty()) throw new IllegalArgumentException("train table: no column is left"
            + " to predict " + Quote.of(target) + " from; the table has " + Quote.list(table.columns()));
        columns = isClass ? columns.targetClass(target, classes(rows, target)) : columns.targetStandardized(target);
        return new TablePlan(rows, target, isClass, numbers, categories, left, columns);
    }

    private static CsvTable withTarget(CsvTable table, String target, Set<String> gaps) {
        var fields = table.column(target);
        int[] having = IntStream.range(0, table.size()).filter(row -> !isGap(fields.get(row), gaps)).toArray();
        if (having.length == 0) throw new IllegalArgumentException("train table: column " + Quote.of(target)
            + " is missing in all rows; name another as --target");
        return having.length == table.size() ? table : table.subset(having);
    }

    private static List<String> present(CsvTable table, String column, Set<String> gaps) {
        return table.column(column).stream().filter(field -> !isGap(field, gaps)).toList();
    }

    private static boolean isGap(String field, Set<String> gaps) { return field.isBlank() || gaps.contains(field.strip()); }

    private static boolean areNumbers(List<String> fields) {
        return fields.stream().allMatch(field -> Decimal.is(field.strip()));
    }

    private static Columns category(Columns columns, String name, List<String> present, boolean hasGaps, int rare) {
        var all = new TreeSet<>(present);
        if (rare > 0) {
            columns = columns.index(name);
            return (hasGaps ? columns.missingAsCategory(name) : columns).other(rare, name);
        }
        if (all.size() > Math.max(MANY, present.size() / 2)) throw new IllegalArgumentException("train table: column "
            + Quote.of(name) + " has " + all.size() + " categories in " + present.size()
            + " rows, too many to learn of each; leave it out by --without, or"
            + " say by --rare how many rows a category must have");
        if (hasGaps) all.add("");
        return columns.index(name, List.copyOf(all));
    }

    private static List<String> classes(CsvTable rows, String target) {
        var all = new TreeSet<>(rows.column(target));
        if (all.size() == 1) throw new IllegalArgumentException("train table: column " + Quote.of(target) + " is "
            + Quote.of(all.first()) + " in all rows, so that there is nothing to learn; name another as --target");
        if (all.size() > Math.max(MANY, rows.size() / 2)) throw new IllegalArgumentException("train table: column "
            + Quote.of(target) + " has " + all.size() + " classes in " + rows.size()
            + " rows, too many to learn of each; name another as --target");
        return List.copyOf(all);
    }
}
