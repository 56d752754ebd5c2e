package dev.lanewise.data;

import dev.lanewise.file.Quote;
import dev.lanewise.random.RandomSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A table of text with named columns, as [Csv] reads it. [Columns] says how it becomes numbers.
public final class CsvTable {

    /// @param number which row of the text it is, from 1
    /// @param line   the line of the text on which the row begins, from 1; 0 where there are no lines
    record Row(int number, int line, List<String> fields) {}

    private final String origin;
    private final List<String> columns;
    private final Map<String, Integer> indices;
    private final List<Row> rows;
    private final String remedy; // where a column isn't found

    CsvTable(String origin, List<String> columns, List<Row> rows, String remedy) {
        this(origin, List.copyOf(columns), indices(columns), List.copyOf(rows), remedy);
    }

    private CsvTable(String origin, List<String> columns, Map<String, Integer> indices, List<Row> rows, String remedy) {
        this.origin = origin;
        this.columns = columns;
        this.indices = indices;
        this.rows = rows;
        this.remedy = remedy;
    }

    private static Map<String, Integer> indices(List<String> columns) {
        var indices = new HashMap<String, Integer>();
        for (var column : columns) indices.put(column, indices.size());
        return indices;
    }

    /// The columns' names, from left to right.
    public List<String> columns() {
        return columns;
    }

    /// The number of rows, a header not counted; at least 1.
    public int size() {
        return rows.size();
    }

    /// One field, as it stands in the text but for its quotes.
    ///
    /// @param row from 0
    /// @throws IllegalArgumentException if there is no such row or column
    public String get(int row, String column) {
        Checks.rows("CsvTable.get", new int[] {row}, size());
        return field(row, index(column));
    }

    /// The fields of a column, from top to bottom.
    ///
    /// @throws IllegalArgumentException if there is no such column
    public List<String> column(String name) {
        int index = index(name);
        var fields = new ArrayList<String>(rows.size());
        for (var row : rows) fields.add(row.fields().get(index));
        return fields;
    }

    /// The table of some rows, in this order; errors name the lines where they stood.
    ///
    /// @throws IllegalArgumentException if there are no rows, or one is outside `[0, size())`
    public CsvTable subset(int... chosen) {
        Checks.rows("CsvTable.subset", chosen, size());
        var picked = new ArrayList<Row>(chosen.length);
        for (int row : chosen) picked.add(rows.get(row));
        return new CsvTable(origin, columns, indices, List.copyOf(picked), remedy);
    }

    /// The table cut at random into parts of these fractions of its rows, the very rows that [Split#byFractions] would choose:
    /// the first to fit and train on, the others held out.
    ///
    /// @throws IllegalArgumentException as [Split#byFractions]
    public List<CsvTable> split(RandomSource source, double... fractions) {
        return Split.parts(size(), source, Split.lengths(size(), fractions)).stream().map(this::subset).toList();
    }

    String field(int row, int column) {
        return rows.get(row).fields().get(column);
    }

    int index(String column) {
        var index = indices.get(column);
        if (index == null) throw new IllegalArgumentException("Csv: " + origin + " has no column " + Quote.of(column)
            + "; there are " + Quote.list(columns) + remedy);
        return index;
    }

    /// The error for a field that can't be taken as it is.
    IllegalArgumentException rejected(int row, String column, String complaint) {
        var at = rows.get(row);
        var where = at.line() == 0 ? "" : ": row " + at.number() + ", on line " + at.line();
        return new IllegalArgumentException("Csv: " + origin + where + ", column " + Quote.of(column) + ": "
                + Quote.of(get(row, column)) + " " + complaint);
    }
}
