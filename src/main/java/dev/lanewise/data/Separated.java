package dev.lanewise.data;

import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A table with its indices apart from its numbers, of which batches are taken.
final class Separated {
    private final Encoded numbers;
    private final Map<String, int[]> indices = new LinkedHashMap<>(); // in the order of the columns

    Separated(List<FittedColumn> columns, CsvTable table, Set<String> missing) {
        numbers = new Encoded(columns.stream().filter(column -> !isIndex(column)).toList(), table, missing);
        for (var column : columns) if (isIndex(column))
            indices.put(column.name(), codes((FittedColumn.Category) column, table, missing));
    }

    /// @param inputs `[rows, features]` of these columns
    static TableInputs of(List<FittedColumn> columns, Tensor inputs) {
        int rows = inputs.size(0);
        int width = inputs.size(1);
        var values = inputs.toArray();
        var indices = new LinkedHashMap<String, int[]>();
        int own = columns.stream().filter(column -> !isIndex(column)).mapToInt(FittedColumn::width).sum();
        var numbers = new float[rows * own];
        int from = 0;
        int to = 0;
        for (var column : columns) {
            if (isIndex(column)) {
                var chosen = new int[rows];
                for (int row = 0; row < rows; row++) chosen[row] = (int) column.code(values[row * width + from]);
                indices.put(column.name(), chosen);
            } else {
                for (int row = 0; row < rows; row++) System.arraycopy(values, row * width + from, numbers, row * own + to,
                    column.width());
                to += column.width();
            }
            from += column.width();
        }
        return new TableInputs(Tensor.wrap(numbers, rows, own), indices);
    }

    static boolean isIndex(FittedColumn column) {
        return column instanceof FittedColumn.Category category && !category.oneHot();
    }

    static int[] codes(FittedColumn.Category column, CsvTable table, Set<String> missing) {
        int index = table.index(column.name());
        var codes = new int[table.size()];
        for (int row = 0; row < codes.length; row++) codes[row] = (int) column.code(table, row, index, missing);
        return codes;
    }

    TableInputs all() {
        return new TableInputs(numbers.all(), indices);
    }

    TableInputs batch(int... rows) {
        var chosen = new LinkedHashMap<String, int[]>();
        var some = numbers.gather(rows); // checks the rows
        indices.forEach((name, codes) -> chosen.put(name, Arrays.stream(rows).map(row -> codes[row]).toArray()));
        return new TableInputs(some, chosen);
    }

    int size() {
        return numbers.rows();
    }
}
