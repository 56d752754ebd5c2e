package dev.lanewise.nn;

import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/// The moments of a signal of images, or lines, position by position: of two numbers of one unit. So the border counts, where
/// zeros are padded, and neighbours are more alike than others.
///
/// @param sides of an image, such as rows and columns
/// @param own   the mean product at two positions of one input, [positions, positions]
/// @param two   at two positions of two inputs
/// @param means over the units, at each position
public record Places(int[] sides, double[] own, double[] two, double[] means) {

    /// The most positions that are looked at one by one: there are as many numbers as pairs.
    public static final int MOST = 256;
    /// Of Hermite's series; what is left beyond counts as the next term.
    private static final int TERMS = 40;

    /// Of numbers as they are; null if there is one position, or there are too many.
    ///
    /// @param values [inputs, units, positions]
    /// @throws IllegalArgumentException if there aren't as many values
    public static Places of(float[] values, int inputs, int units, int... sides) {
        int n = count(sides);
        long numbers = Math.max(0L, inputs) * Math.max(0, units);
        if (numbers > Integer.MAX_VALUE || numbers * n != values.length) throw new IllegalArgumentException("places: "
            + values.length + " values of " + inputs + " inputs, " + units + " units and " + n
            + " positions; give as many as their product");
        if (n < 2 || n > MOST || inputs == 0 || units == 0) return null;
        var own = new double[n * n];
        var all = new double[n * n];
        var means = new double[n];
        var sum = new double[n];
        for (int unit = 0; unit < units; unit++) {
            Arrays.fill(sum, 0);
            for (int input = 0; input < inputs; input++) {
                int from = (input * units + unit) * n;
                for (int p = 0; p < n; p++) {
                    double value = values[from + p];
                    sum[p] += value;
                    for (int r = 0; r < n; r++) own[p * n + r] += value * values[from + r];
                }
            }
            for (int p = 0; p < n; p++) {
                means[p] += sum[p] / ((double) inputs * units);
                for (int r = 0; r < n; r++) all[p * n + r] += sum[p] * sum[r];
            }
        }
        double each = (double) inputs * units;
        var two = new double[n * n];
        for (int i = 0; i < n * n; i++) {
            two[i] = inputs == 1 ? Double.NaN : (all[i] - own[i]) / (each * (inputs - 1));
            own[i] /= each;
        }
        return new Places(sides, own, two, means);
    }

    static int count(int[] sides) {
        return (int) Math.min(Integer.MAX_VALUE, Arrays.stream(sides).asLongStream().reduce(1, (a, b) -> a * b));
    }

    /// How many positions.
    public int count() { return means.length; }

    /// The moments of all positions together, with these.
    public Signal signal(double fourth, Signal.Extent extent) {
        int n = count();
        double mean = 0;
        for (double each : means) mean += each / n;
        double square = onDiagonal(own);
        double product = onDiagonal(two);
        return new Signal(square, product, n == 1 ? square : offDiagonal(own), n == 1 ? product : offDiagonal(two),
            mean, fourth, 1, new Signal.Extent(extent.units(), n, extent.inputs()), n == 1 ? null : this);
    }

    /// The mean of a square matrix' diagonal.
    public static double onDiagonal(double[] map) {
        int n = (int) Math.sqrt(map.length);
        double sum = 0;
        for (int p = 0; p < n; p++) sum += map[p * n + p];
        return sum / n;
    }

    /// The mean of all beside it; 0 of a single number.
    public static double offDiagonal(double[] map) {
        int n = (int) Math.sqrt(map.length);
        double sum = 0;
        for (double each : map) sum += each;
        return n == 1 ? 0 : (sum / n - onDiagonal(map)) / (n - 1);
    }

    /// The mean squared correlation of two numbers of one unit, of that many inputs: 1 if all are the same, 1 over their number
    /// if nothing is in common.
    double likeness(int inputs) {
        double sum = 0;
        for (int i = 0; i < own.length; i++) sum += own[i] * own[i] + (inputs == 1 ? 0 : (inputs - 1) * two[i] * two[i]);
        double square = onDiagonal(own);
        return sum / (own.length * (double) inputs * square * square);
    }

    /// Each moment and mean changed.
    Places mapped(DoubleUnaryOperator moments, DoubleUnaryOperator ofMeans) {
        return new Places(sides, Arrays.stream(own).map(moments).toArray(), Arrays.stream(two).map(moments).toArray(),
            Arrays.stream(means).map(ofMeans).toArray());
    }

    /// About the means.
    Places central() { return minusMeans(this, -1); }

    private Places minusMeans(Places other, double factor) {
        int n = count();
        var a = own.clone();
        var b = two.clone();
        for (int p = 0; p < n; p++) for (int r = 0; r < n; r++) {
            a[p * n + r] += factor * means[p] * other.means[r];
            b[p * n + r] += factor * means[p] * other.means[r];
        }
        return new Places(sides, a, b, new double[n]);
    }

    /// The products of both means.
    Places ofMeans(Places other) {
        return new Places(sides, new double[own.length], new double[own.length], means).minusMeans(other, 1);
    }

    /// With so many times the moments of another, and its means so many times.
    public Places plus(double factor, Places other, double ofMeans) {
        var a = own.clone();
        var b = two.clone();
        var m = means.clone();
        for (int i = 0; i < a.length; i++) {
            a[i] += factor * other.own[i];
            b[i] += factor * other.two[i];
        }
        for (int i = 0; i < m.length; i++) m[i] += ofMeans * other.means[i];
        return new Places(sides, a, b, m);
    }

    /// Of products of numbers that have nothing to do with each other; null if the others aren't known one by one.
    public Places times(Places other) {
        if (!isLike(other)) return null;
        var product = new Places(sides, own.clone(), two.clone(), means.clone());
        for (int i = 0; i < own.length; i++) {
            product.own[i] *= other.own[i];
            product.two[i] *= other.two[i];
        }
        for (int i = 0; i < means.length; i++) product.means[i] *= other.means[i];
        return product;
    }

    /// With moments and means so many times as large.
    public Places times(double factor) { return mapped(moment -> factor * moment, mean -> factor * mean); }

    /// With something added to each number.
    public Places shifted(double offset) {
        int n = count();
        var a = own.clone();
        var b = two.clone();
        for (int p = 0; p < n; p++) for (int r = 0; r < n; r++) {
            double more = offset * (means[p] + means[r] + offset);
            a[p * n + r] += more;
            b[p * n + r] += more;
        }
        return new Places(sides, a, b, Arrays.stream(means).map(mean -> mean + offset).toArray());
    }

    /// Where some are 0 and the others larger, independently.
    Places dropped(double kept) {
        var a = own.clone();
        for (int p = 0; p < count(); p++) a[p * count() + p] /= kept;
        return new Places(sides, a, two, means);
    }

    /// Where two inputs have so much of the second moments more in common.
    Places likened(double share) {
        var more = two.clone();
        int n = count();
        for (int p = 0; p < n; p++) for (int r = 0; r < n; r++) more[p * n + r] += share
            * Math.sqrt(own[p * n + p] * own[r * n + r]);
        return new Places(sides, own, more, means);
    }

    /// Whether both have the same sides.
    boolean isLike(Places other) { return other != null && Arrays.equals(sides, other.sides); }

    /// Behind weights of their own for each tap, or, of the mean, behind shares that are given.
    ///
    /// @param scale of the moments
    Places through(PlaceMap map, double scale, double added, boolean keepsMeans) {
        DoubleUnaryOperator change = moment -> scale * moment + added;
        return new Places(map.sides(), Arrays.stream(map.forward(own)).map(change).toArray(),
            Arrays.stream(map.forward(two)).map(change).toArray(), keepsMeans ? map.means(means) : new double[map.outputs()]);
    }

    /// Behind an activation.
    ///
    /// @param out    what comes out
    /// @param slopes the mean product of its slopes at two positions of one input
    public record Activated(Places out, double[] slopes) {}

    /// Where numbers are normal about their means, by Hermite's series: E f(x) f(y) = Σ a_n b_n ρ^n, a_n being E f(x) He_n(x) /
    /// √n!, of x made standard (Lancaster 1957). That of the slopes has a_(n+1) √(n+1) over the deviation.
    public Activated activated(Nonlinearity f) {
        int n = count();
        var series = new double[n][];
        var slopes = new double[n][];
        var deviations = new double[n];
        var m = new double[n];
        for (int p = 0; p < n; p++) {
            double q = Math.max(0, own[p * n + p] - means[p] * means[p]);
            deviations[p] = Math.sqrt(q);
            var known = same(p, deviations);
            if (known >= 0) {
                series[p] = series[known];
                slopes[p] = slopes[known];
            } else {
                series[p] = f.shifted(means[p]).series(q, TERMS + 1);
                slopes[p] = slopes(f.shifted(means[p]), q, series[p]);
            }
            m[p] = series[p][0];
        }
        var first = new double[n * n];
        var second = new double[n * n];
        var back = new double[n * n];
        for (int p = 0; p < n; p++) for (int r = 0; r <= p; r++) {
            int at = p * n + r;
            double size = deviations[p] * deviations[r];
            double common = means[p] * means[r];
            double correlation = p == r ? 1 : correlation(own[at] - common, size);
            first[at] = first[r * n + p] = Nonlinearity.seriesProduct(series[p], series[r], correlation);
            back[at] = back[r * n + p] = Nonlinearity.seriesProduct(slopes[p], slopes[r], correlation);
            second[at] = second[r * n + p] = Nonlinearity.seriesProduct(series[p], series[r],
                correlation(two[at] - common, size));
        }
        return new Activated(new Places(sides, first, second, m), back);
    }

    private int same(int p, double[] deviations) {
        for (int r = Math.max(0, p - 2 * sides[sides.length - 1]); r < p; r++) if (deviations[r] == deviations[p]
            && means[r] == means[p]) return r;
        return -1;
    }

    private static double correlation(double product, double size) { return size == 0 ? 1 : Math.clamp(product / size, -1, 1); }

    private static double[] slopes(Nonlinearity f, double q, double[] series) {
        var slopes = new double[series.length];
        double left = f.squaredSlope(q);
        for (int i = 0; i < TERMS; i++) {
            slopes[i] = q == 0 ? i == 0 ? f.meanSlope(q) : 0 : series[i + 1] * Math.sqrt((i + 1) / q);
            left -= slopes[i] * slopes[i];
        }
        // the last but one was used up
        slopes[TERMS] = 0;
        slopes[TERMS + 1] = Math.sqrt(Math.max(0, left));
        return slopes;
    }

    /// Tensors of one image for each position, which is 1 there.
    static Tensor unit(int[] sides) {
        int n = count(sides);
        var shape = new int[sides.length + 2];
        shape[0] = n;
        shape[1] = 1;
        System.arraycopy(sides, 0, shape, 2, sides.length);
        return Tensor.eye(n).reshape(shape);
    }
}
