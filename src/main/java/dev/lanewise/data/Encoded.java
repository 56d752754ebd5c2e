package dev.lanewise.data;

import dev.lanewise.file.Quote;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/// A table as its columns' codes, one number a column; each batch spreads categories out for itself, so that memory doesn't grow
/// with their number.
final class Encoded implements Rows.Inputs {
    private final List<FittedColumn> columns;
    private final int rows;
    private final float[] codes; // row after row
    private final long features;

    Encoded(List<FittedColumn> columns, CsvTable table, Set<String> missing) {
        this.columns = columns;
        this.rows = table.size();
        this.codes = codes(columns, table, missing);
        this.features = width(columns);
    }

    /// @param rows row after row, as the columns' [FittedColumn#code(float)] takes them; replaced by what that gives
    Encoded(List<FittedColumn> columns, float[] rows) {
        this.columns = columns;
        this.rows = rows.length / columns.size();
        this.features = width(columns);
        for (int i = 0; i < rows.length; i++) {
            var column = columns.get(i % columns.size());
            try {
                rows[i] = column.code(rows[i]);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("Preprocessing.inputs: row " + (i / columns.size() + 1) + ", column "
                    + Quote.of(column.name()) + ": " + e.getMessage(), e);
            }
        }
        this.codes = rows;
    }

    static long width(List<FittedColumn> columns) {
        return columns.stream().mapToLong(FittedColumn::width).sum();
    }

    /// One number for each field.
    static float[] codes(List<FittedColumn> columns, CsvTable table, Set<String> missing) {
        var indices = columns.stream().mapToInt(column -> table.index(column.name())).toArray();
        var codes = new float[Checks.elements("Preprocessing", table.size(), columns.size())];
        int at = 0;
        for (int row = 0; row < table.size(); row++)
            for (int i = 0; i < indices.length; i++) codes[at++] = columns.get(i).code(table, row, indices[i], missing);
        return codes;
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public Tensor gather(int[] chosen) {
        Checks.rows("Preprocessing: batch", chosen, rows);
        requireRoom(chosen.length);
        return Tensor.generate((out, offset, _) -> {
            Arrays.fill(out, offset, offset + chosen.length * (int) features, 0);
            int at = offset;
            for (int row : chosen) at = spread(row, out, at);
        }, chosen.length, (int) features);
    }

    Tensor all() {
        var chosen = new int[rows];
        for (int row = 0; row < rows; row++) chosen[row] = row;
        return gather(chosen);
    }

    /// Writes a row's features over zeros.
    private int spread(int row, float[] out, int from) {
        int at = from;
        int code = row * columns.size();
        for (var column : columns) {
            if (column instanceof FittedColumn.Category category && category.oneHot()) {
                out[at + (int) codes[code++]] = 1;
                at += category.width();
            } else {
                out[at++] = codes[code++];
            }
        }
        return at;
    }

    /// Before anything is allocated.
    private void requireRoom(int count) {
        long elements = features * count; // both below 2^31
        if (elements <= Math.min(Integer.MAX_VALUE, Runtime.getRuntime().maxMemory() / (2 * Float.BYTES))) return;
        var widest = columns.stream().max(Comparator.comparingInt(FittedColumn::width)).orElseThrow();
        throw new IllegalArgumentException("Preprocessing: " + count + " rows of " + features + " features are "
            + (elements >> 18) + " MiB, more than an array or half of this program's memory holds; column "
            + Quote.of(widest.name()) + " alone is " + widest.width()
            + " features: take fewer rows at a time, or declare it index, for an Embedding");
    }
}
