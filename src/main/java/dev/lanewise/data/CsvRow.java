package dev.lanewise.data;

import dev.lanewise.file.Quote;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A row of a text, as [Csv#forEach] shows it.
public final class CsvRow {
    private final Map<String, Integer> indices;
    private final CsvTable.Row row;

    CsvRow(Map<String, Integer> indices, CsvTable.Row row) {
        this.indices = indices;
        this.row = row;
    }

    /// Which row it is, from 1.
    public int number() { return row.number(); }

    /// The line on which it begins, from 1.
    public int line() { return row.line(); }

    /// The fields from left to right, as they stand in the text but for their quotes.
    public List<String> fields() { return row.fields(); }

    /// One field.
    ///
    /// @throws IllegalArgumentException if there is no such column
    public String get(String column) {
        var index = indices.get(column);
        if (index == null) throw new IllegalArgumentException("CsvRow: there is no column " + Quote.of(column) + "; there are "
            + Quote.list(indices.keySet()));
        return row.fields().get(index);
    }

    /// The fields by column, as [Preprocessing#inputs(Map)] takes them.
    public Map<String, String> toMap() {
        var map = new LinkedHashMap<String, String>();
        indices.forEach((column, index) -> map.put(column, row.fields().get(index)));
        return map;
    }

    @Override
    public String toString() { return toMap().toString(); }
}
