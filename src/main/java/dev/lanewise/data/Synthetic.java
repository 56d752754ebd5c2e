package dev.lanewise.data;

import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Small data sets made from a formula, to try things on. A row depends on the source, the arguments and its number alone,
/// to the last bit on every machine: hence `StrictMath`, because `Math.cos` may differ.
///
/// Rows of classification sets take the classes in turn, so every class has as many rows as the others or one more. `noise` is
/// the standard deviation of what is added to each number, 0 or more. Errors are `IllegalArgumentException`s.
public final class Synthetic {
    private Synthetic() {}

    /// Two half circles of radius 1 that reach into each other, `[n, 2]`: the upper one about (0, 0), class 0, and the lower one
    /// about (1, 0.5), class 1. The shape of scikit-learn's `make_moons`.
    ///
    /// @param n how many rows, at least 2
    public static Dataset<Batch<int[]>> twoMoons(int n, double noise, RandomSource source) {
        return planar("twoMoons", n, 2, noise, source, (label, share, _) -> {
            double angle = Math.PI * share;
            return label == 0 ? new double[] {StrictMath.cos(angle), StrictMath.sin(angle)}
                    : new double[] {1 - StrictMath.cos(angle), 0.5 - StrictMath.sin(angle)};
        });
    }

    /// Two circles about the origin, `[n, 2]`: of radius 1, class 0, and of radius `factor`, class 1. The shape of scikit-learn's
    /// `make_circles`.
    ///
    /// @param n how many rows, at least 2
    /// @param factor of (0, 1)
    public static Dataset<Batch<int[]>> circles(int n, double noise, double factor, RandomSource source) {
        if (!(factor > 0 && factor < 1)) throw new IllegalArgumentException("circles: factor " + factor
            + "; it must be between 0 and 1");
        return planar("circles", n, 2, noise, source, (label, _, turn) -> {
            double radius = label == 0 ? 1 : factor;
            return new double[] {radius * StrictMath.cos(2 * Math.PI * turn), radius * StrictMath.sin(2 * Math.PI * turn)};
        });
    }

    /// Arms of spirals, `[n, 2]`, one for each class: each makes one turn while it goes from the origin out to radius 1.
    ///
    /// @param n how many rows, at least `classes`
    /// @param classes at least 1
    public static Dataset<Batch<int[]>> spirals(int n, int classes, double noise, RandomSource source) {
        return planar("spirals", n, classes, noise, source, (label, radius, _) -> {
            double angle = 2 * Math.PI * (radius + (double) label / classes);
            return new double[] {radius * StrictMath.cos(angle), radius * StrictMath.sin(angle)};
        });
    }

    /// Normally distributed clouds, `[n, features]`, one for each class.
    ///
    /// @param n how many rows, at least one for each center
    /// @param centers the clouds' means, `[classes][features]`
    /// @param std the standard deviation of each feature, 0 or more
    public static Dataset<Batch<int[]>> blobs(int n, double[][] centers, double std, RandomSource source) {
        checkMatrix("blobs", "centers", centers);
        checkSize("blobs", n, centers.length, centers[0].length);
        int features = centers[0].length;
        var inputs = noise("blobs", n, features, std, source);
        for (int row = 0; row < n; row++)
            for (int j = 0; j < features; j++) inputs[row * features + j] += centers[row % centers.length][j];
        return classes(inputs, features, n, centers.length);
    }

    /// A sum of powers without mixed terms: y = bias + sum over d and j of `weights[d - 1][j]` x_j^d, plus noise; x is uniform in
    /// [-1, 1). Inputs are `[n, features]`, targets `[n, 1]`.
    ///
    /// @param n how many rows, at least 1
    /// @param weights one row for each power from 1 to the degree, with a number for each feature
    public static Dataset<Batch<Tensor>> polynomialRegression(int n, double[][] weights, double bias, double noise,
            RandomSource source) {
        checkMatrix("polynomialRegression", "weights", weights);
        checkSize("polynomialRegression", n, 1, weights[0].length);
        if (!Double.isFinite(bias)) throw new IllegalArgumentException("polynomialRegression: bias " + bias
            + "; it must be finite");
        int features = weights[0].length;
        var inputs = new float[n * features];
        source.stream("inputs").uniform(inputs, 0, inputs.length);
        var errors = noise("polynomialRegression", n, 1, noise, source);
        var targets = new float[n];
        for (int row = 0; row < n; row++) {
            double y = bias + errors[row];
            for (int j = 0; j < features; j++) {
                int at = row * features + j;
                inputs[at] = 2 * inputs[at] - 1;
                y += polynomial(weights, j, inputs[at]);
            }
            targets[row] = (float) y;
        }
        return Rows.regression(inputs, features, targets, 1);
    }

    /// Sequences of two features, noise, in which two signals of height 1 stand at different places, each in the first feature
    /// (A) or in the second (B); the class is which came when: AA, AB, BA, BB. Who doesn't remember the order can't tell AB from
    /// BA.
    ///
    /// Source: the temporal order problem of S. Hochreiter and J. Schmidhuber, "Long short-term memory", 1997.
    ///
    /// @param n        how many, at least 1
    /// @param shortest at least 2; lengths are uniform from it to `longest`
    public static Sequences temporalOrder(int n, int shortest, int longest, double noise, RandomSource source) {
        return SyntheticSequences.temporalOrder(n, shortest, longest, noise, source);
    }

    /// A text of so many characters: sentences of a small grammar, in which "a" becomes "an" where a vowel follows, so that a
    /// model of its characters has something to learn. Its characters are letters, spaces, full stops and line ends.
    ///
    /// @param characters at least 1; the beginning of any longer one is the same
    public static String text(int characters, RandomSource source) {
        return SyntheticSequences.text(characters, source);
    }

    /// Horner's rule, without a constant term.
    private static double polynomial(double[][] weights, int feature, double x) {
        double sum = 0;
        for (int power = weights.length - 1; power >= 0; power--) sum = (sum + weights[power][feature]) * x;
        return sum;
    }

    private interface Curve {
        /// @param share from 0 to 1, both included, evenly spaced over the rows of the class
        /// @param turn from 0 to 1, which is excluded, since it is where a circle began
        double[] point(int label, double share, double turn);
    }

    private static Dataset<Batch<int[]>> planar(String operation, int n, int classes, double noise, RandomSource source,
        Curve curve) {
        if (classes < 1) throw new IllegalArgumentException(operation + ": " + classes
            + " classes; there must be at least 1");
        checkSize(operation, n, classes, 2);
        var inputs = noise(operation, n, 2, noise, source);
        for (int row = 0; row < n; row++) {
            int label = row % classes;
            int count = (n - label + classes - 1) / classes;
            int index = row / classes;
            var point = curve.point(label, count == 1 ? 0 : index / (count - 1.0), (double) index / count);
            inputs[2 * row] += point[0];
            inputs[2 * row + 1] += point[1];
        }
        return classes(inputs, 2, n, classes);
    }

    /// In double, so that a sum with it is rounded once.
    private static double[] noise(String operation, int n, int columns, double std, RandomSource source) {
        if (!(std >= 0 && std < Double.POSITIVE_INFINITY)) throw new IllegalArgumentException(operation
            + ": noise of standard deviation " + std + "; it must be 0 or more, and finite");
        var normal = new float[n * columns];
        source.stream("noise").normal(normal, 0, normal.length);
        var noise = new double[normal.length];
        for (int i = 0; i < noise.length; i++) noise[i] = std * normal[i];
        return noise;
    }

    private static Dataset<Batch<int[]>> classes(double[] inputs, int features, int n, int classes) {
        var values = new float[inputs.length];
        for (int i = 0; i < values.length; i++) values[i] = (float) inputs[i];
        var labels = IntStream.range(0, n).map(row -> row % classes).toArray();
        List<String> names = IntStream.range(0, classes).mapToObj(Integer::toString).toList();
        return Rows.classification(values, features, labels, names);
    }

    private static void checkSize(String operation, int n, int least, int columns) {
        int most = Integer.MAX_VALUE / columns; // what an array can hold
        if (n < least || n > most) throw new IllegalArgumentException(operation + ": " + n + " rows; ask for " + least
            + " to " + most);
    }

    private static void checkMatrix(String operation, String name, double[][] rows) {
        boolean whole = rows.length > 0 && rows[0] != null && rows[0].length > 0
                && Arrays.stream(rows).allMatch(row -> row != null && row.length == rows[0].length
                    && Arrays.stream(row).allMatch(Double::isFinite));
        if (!whole) throw new IllegalArgumentException(operation + ": " + name + " " + Arrays.deepToString(rows)
            + "; give at least one row, all of one length above 0, of finite numbers");
    }
}
