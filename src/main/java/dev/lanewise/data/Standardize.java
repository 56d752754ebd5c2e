package dev.lanewise.data;

import dev.lanewise.file.Quote;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.DoubleStream;

/// Shifts and scales each feature to mean 0 and standard deviation 1, as it was found in the training rows: fit on those
/// alone, apply to all.
///
/// ```java
/// var standardize = Standardize.fit(split.train());
/// var train = standardize.apply(split.train());
/// var validation = standardize.apply(split.validation());
/// ```
///
/// Mean and standard deviation are computed in double; the latter over the number of rows, not one less. Their sums
/// keep what rounding loses, so that the order of the rows makes no difference. A feature that is the same in all rows is only
/// shifted. [#toText] writes it down, to be kept beside the weights.
public final class Standardize {
    private static final int CHUNK = 1 << 20; // numbers at a time, so that a large set is not copied whole

    private static final String KIND = "standardize";

    private final double[] mean;
    private final double[] std;

    private Standardize(double[] mean, double[] std) {
        this.mean = mean;
        this.std = std;
    }

    /// Measures every row of a data set whose batches are `[size, features]`.
    ///
    /// @throws IllegalArgumentException if the data set is empty, its batches aren't matrices, or an element is not finite
    public static Standardize fit(Dataset<? extends Batch<?>> training) {
        if (training.size() == 0) throw new IllegalArgumentException(
            "Standardize.fit: the data set is empty; give it at least one row");
        int features = features("Standardize.fit", training.batch(0).inputs());
        var sums = new Sums(features);
        forEachRow(training, features, (x, from) -> {
            for (int j = 0; j < features; j++) {
                if (!Float.isFinite(x[from + j])) throw new IllegalArgumentException("Standardize.fit: feature " + j + " is "
                    + x[from + j] + " in a row; only finite numbers have a mean, correct it");
                sums.add(j, x[from + j]);
            }
        });
        var mean = sums.over(training.size());
        var squares = new Sums(features);
        forEachRow(training, features, (x, from) -> {
            for (int j = 0; j < features; j++) {
                double distance = x[from + j] - mean[j];
                squares.add(j, distance * distance);
            }
        });
        var std = squares.over(training.size());
        // 0 where all are equal, and nowhere else: a sum of up to 2^29 equal floats is exact in double, and so is their mean
        for (int j = 0; j < features; j++) std[j] = std[j] == 0 ? 1 : Math.sqrt(std[j]);
        return new Standardize(mean, std);
    }

    /// What is subtracted from each feature.
    public double[] mean() {
        return mean.clone();
    }

    /// What each feature is divided by; 1 for one that never changed.
    public double[] std() {
        return std.clone();
    }

    /// Rows on the new scale: `[rows, features] -> [rows, features]`.
    ///
    /// @throws IllegalArgumentException if the number of features is not that of the rows it was fit on, or a finite number
    ///     becomes larger than floats are
    public Tensor apply(Tensor rows) {
        if (features("Standardize.apply", rows) != mean.length) throw new IllegalArgumentException(
            "Standardize.apply: rows of shape " + rows.shape() + ", but it was fit on " + mean.length
            + " features; give it the same columns");
        var values = rows.toArray();
        for (int i = 0; i < values.length; i++) {
            int j = i % mean.length;
            float scaled = (float) ((values[i] - mean[j]) / std[j]);
            if (Float.isInfinite(scaled) && Float.isFinite(values[i])) throw new IllegalArgumentException("Standardize.apply: "
                + values[i] + " of row " + i / mean.length + ", feature " + j
                + ", is beyond the largest float, standardized by mean " + mean[j] + " and deviation " + std[j]
                + "; correct it, or fit on rows that are like it");
            values[i] = scaled;
        }
        return Tensor.wrap(values, rows.shape().toArray());
    }

    /// A view of a data set with its inputs on the new scale. Targets are left as they are.
    public <T> Dataset<Batch<T>> apply(Dataset<Batch<T>> dataset) {
        return dataset.map(batch -> new Batch<>(apply(batch.inputs()), batch.targets()));
    }

    /// All of it as lines of printable text, to the bit. It begins with its version.
    public String toText() {
        var writer = new FittedText.Writer(KIND);
        for (int j = 0; j < mean.length; j++) writer.word("mean").number(mean[j]).word("std").number(std[j]).line();
        return writer.end();
    }

    /// What [#toText] wrote.
    ///
    /// @throws MalformedFileException if the text is anything else; it names the line
    public static Standardize fromText(String text) {
        var reader = new FittedText.Reader("Standardize.fromText", KIND, text);
        var means = DoubleStream.builder();
        var deviations = DoubleStream.builder();
        String word;
        for (word = reader.word(); word.equals("mean"); word = reader.word()) {
            means.add(reader.number());
            if (!reader.word().equals("std")) throw reader.damaged("\"std\" doesn't follow the mean");
            double deviation = reader.number();
            if (deviation <= 0) throw reader.damaged("a standard deviation of " + deviation + "; it must be above 0");
            deviations.add(deviation);
            reader.endLine();
        }
        if (!word.equals("end")) throw reader.damaged(Quote.of(word) + " is none of \"mean\" and \"end\"");
        reader.end();
        var standardize = new Standardize(means.build().toArray(), deviations.build().toArray());
        if (standardize.mean.length == 0) throw reader.damaged("it has no feature");
        return standardize;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Standardize that && Arrays.equals(mean, that.mean) && Arrays.equals(std, that.std);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(mean) + Arrays.hashCode(std);
    }

    private static int features(String operation, Tensor rows) {
        if (rows.shape().rank() != 2 || rows.size(1) == 0) throw new IllegalArgumentException(operation + ": inputs of shape "
            + rows.shape() + "; they must be [rows, features]");
        return rows.size(1);
    }

    /// Sums of each feature with what their rounding lost (A. Neumaier, 1974): so the order of the rows makes no difference.
    private static final class Sums {
        private final double[] sums;
        private final double[] lost;

        Sums(int features) {
            sums = new double[features];
            lost = new double[features];
        }

        void add(int feature, double term) {
            double before = sums[feature];
            double sum = before + term;
            double rounded = sum - before;
            lost[feature] += (before - (sum - rounded)) + (term - rounded);
            sums[feature] = sum;
        }

        double[] over(int rows) {
            var means = new double[sums.length];
            for (int j = 0; j < means.length; j++) means[j] = (sums[j] + lost[j]) / rows;
            return means;
        }
    }

    /// Takes the row that begins at an index.
    private interface RowReader {
        void row(float[] values, int from);
    }

    private static void forEachRow(Dataset<? extends Batch<?>> dataset, int features, RowReader reader) {
        int step = Math.max(1, CHUNK / features);
        for (int start = 0, count; start < dataset.size(); start += count) {
            count = Math.min(step, dataset.size() - start);
            var rows = new int[count];
            for (int i = 0; i < rows.length; i++) rows[i] = start + i;
            var inputs = dataset.batch(rows).inputs();
            var values = inputs.toArray();
            for (int i = 0; i < rows.length; i++) reader.row(values, i * features);
        }
    }
}
