package dev.lanewise.data;

import java.util.regex.Pattern;

/// Reads the numbers of a column, for [CsvEncoder].
final class CsvNumbers {
    /// Java's own syntax would also take "1f", "0x1p3" and "NaN".
    private static final Pattern DECIMAL = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");

    private CsvNumbers() {}

    static float[] of(CsvTable table, String column, CsvEncoder.Missing missing) {
        var fields = table.column(column);
        var numbers = new float[fields.size()];
        double sum = 0;
        int gaps = 0;
        for (int row = 0; row < numbers.length; row++) {
            if (missing.fills() && missing.is(fields.get(row))) {
                gaps++;
            } else {
                numbers[row] = number(table, row, column, fields.get(row).strip());
                sum += numbers[row];
            }
        }
        if (gaps > 0) fill(numbers, fields, missing, filling(column, missing, sum, numbers.length - gaps));
        return numbers;
    }

    private static float number(CsvTable table, int row, String column, String text) {
        if (!DECIMAL.matcher(text).matches()) throw table.rejected(row, column, text.isEmpty()
            ? "is missing; correct it, or call fillMissing"
            : "is not a number; correct it, name it to fillMissing if it stands for a missing one, or declare the column"
                + " categorical");
        float number = Float.parseFloat(text);
        if (Float.isInfinite(number)) throw table.rejected(row, column,
            "is beyond the largest float, " + Float.MAX_VALUE + "; choose another unit");
        return number;
    }

    private static float filling(String column, CsvEncoder.Missing missing, double sum, int present) {
        if (missing.value().isPresent()) return (float) missing.value().getAsDouble();
        if (present == 0) throw new IllegalArgumentException("Csv.fillMissingWithMean: column \"" + column
            + "\" has no number to take the mean of; leave it out or fill in a number");
        return (float) (sum / present);
    }

    private static void fill(float[] numbers, Iterable<String> fields, CsvEncoder.Missing missing, float value) {
        int row = 0;
        for (var field : fields) {
            if (missing.is(field)) numbers[row] = value;
            row++;
        }
    }
}
