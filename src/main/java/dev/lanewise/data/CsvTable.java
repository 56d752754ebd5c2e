package dev.lanewise.data;

import java.util.ArrayList;
import java.util.List;

/// A table of text with named columns, as [Csv] reads it. [#encode] turns it into numbers.
public final class CsvTable {

    /// @param line the line of the text on which the row begins, from 1
    record Row(int line, List<String> fields) {}

    private final String origin;
    private final List<String> columns;
    private final List<Row> rows;

    CsvTable(String origin, List<String> columns, List<Row> rows) {
        this.origin = origin;
        this.columns = List.copyOf(columns);
        this.rows = List.copyOf(rows);
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
        return rows.get(row).fields().get(index(column));
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

    /// Begins to turn the table into a data set, all of whose columns are taken for numbers until something else is said.
    public CsvEncoder encode() {
        return new CsvEncoder(this);
    }

    int index(String column) {
        int index = columns.indexOf(column);
        if (index < 0) throw new IllegalArgumentException("Csv: " + origin + " has no column \"" + column + "\"; there are "
            + String.join(", ", columns));
        return index;
    }

    /// The error for a field that can't be taken as it is.
    IllegalArgumentException rejected(int row, String column, String complaint) {
        return new IllegalArgumentException("Csv: " + origin + ": row " + (row + 1) + ", on line " + rows.get(row).line()
                + ", column \"" + column + "\": \"" + get(row, column) + "\" " + complaint);
    }
}
