package dev.lanewise.catalogue;

import dev.lanewise.nn.loss.ClassOptions;
import dev.lanewise.nn.loss.Loss;
import dev.lanewise.nn.loss.Losses;
import dev.lanewise.nn.loss.Reduction;
import dev.lanewise.nn.loss.TripletOptions;
import dev.lanewise.tensor.Domain;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// A loss of rows, each of which counts 1 in the mean, and what tests hold it to.
///
/// @param name   that of the public methods, with options in brackets
/// @param inputs how many matrices of one shape it takes
/// @param signs  whether a row's label is 1 or -1; else it is one of [#COLUMNS] classes
/// @param exact  a row's loss, in double
/// @param kinks  what is 0 where the loss of a row has a kink
public record RowLoss(String name, int inputs, boolean signs, Reduced reduced, Summed sum, Exact exact, Kinks kinks) {

    public static final int COLUMNS = 3;
    private static final double FROM_KINK = 0.3;

    /// Of matrices, a label for each row, and a reduction.
    @FunctionalInterface
    public interface Reduced {
        Tensor of(Tensor[] x, int[] labels, Reduction reduction);
    }

    @FunctionalInterface
    public interface Summed {
        Loss of(Tensor[] x, int[] labels);
    }

    @FunctionalInterface
    public interface Exact {
        double of(double[][] x, int label);
    }

    @FunctionalInterface
    public interface Kinks {
        double[] of(double[][] x, int label);
    }

    /// What a loss is tried on.
    public record Rows(Tensor[] x, int[] labels) {

        public Rows slice(int from, int to) {
            return new Rows(Arrays.stream(x).map(each -> each.slice(0, from, to)).toArray(Tensor[]::new),
                Arrays.copyOfRange(labels, from, to));
        }

        public double[][] row(int row) {
            return Arrays.stream(x).map(each -> IntStream.range(0, COLUMNS).mapToDouble(i -> each.get(row, i)).toArray())
                .toArray(double[][]::new);
        }
    }

    private static final double[] WEIGHTS = {0.5, 2, 1};
    private static final Tensor WEIGHT = Tensor.of(0.5f, 2, 1);
    private static final ClassOptions SMOOTH = ClassOptions.DEFAULT.weight(WEIGHT).labelSmoothing(0.25);
    private static final Kinks NONE = (_, _) -> new double[0];

    public static final List<RowLoss> ALL = List.of(
        classes("crossEntropy(probabilities)", 2,
            (x, _, r) -> Losses.crossEntropy(x[0], x[1].softmax(1), ClassOptions.DEFAULT.reduction(r)),
            (x, _) -> Loss.crossEntropy(x[0], x[1].softmax(1)),
            (x, _) -> entropy(x[0], softmax(x[1]), 0, new double[] {1, 1, 1}), NONE),
        classes("crossEntropy(probabilities, weight, smoothing)", 2, (x, _, r) ->
            Losses.crossEntropy(x[0], x[1].softmax(1), SMOOTH.reduction(r)),
            (x, _) -> Loss.crossEntropy(x[0], x[1].softmax(1), SMOOTH), (x, _) ->
            entropy(x[0], softmax(x[1]), 0.25, WEIGHTS), NONE),
        focal(2), focal(0.5), focal(0),
            classes("focalLoss", 1, (x, t, r) -> Losses.focalLoss(x[0], t, 2, ClassOptions.DEFAULT.reduction(r)),
                (x, t) -> Loss.focalLoss(x[0], t), (x, t) -> focal(x[0], t, 2), NONE),
        classes("multiMarginLoss", 1, (x, t, r) -> Losses.multiMarginLoss(x[0], t, 1, 1, null, r),
            (x, t) -> Loss.multiMarginLoss(x[0], t), (x, t) -> multiMargin(x[0], t, 1, 1), (x, t) -> missing(x[0], t, 1)),
        classes("multiMarginLoss(2, weight)", 1, (x, t, r) -> Losses.multiMarginLoss(x[0], t, 2, 0.5, WEIGHT, r),
            (x, t) -> Loss.multiMarginLoss(x[0], t, 2, 0.5, WEIGHT), (x, t) -> WEIGHTS[t] * multiMargin(x[0], t, 2, 0.5),
            (x, t) -> missing(x[0], t, 0.5)),
        signs("cosineEmbeddingLoss", (x, t, r) -> Losses.cosineEmbeddingLoss(x[0], x[1], signs(t), 0, r),
            (x, t) -> Loss.cosineEmbeddingLoss(x[0], x[1], signs(t)), 0),
        signs("cosineEmbeddingLoss(-0.5)", (x, t, r) -> Losses.cosineEmbeddingLoss(x[0], x[1], signs(t), -0.5, r),
            (x, t) -> Loss.cosineEmbeddingLoss(x[0], x[1], signs(t), -0.5), -0.5),
        triplet("tripletMarginLoss", TripletOptions.DEFAULT),
        triplet("tripletMarginLoss(1)", TripletOptions.DEFAULT.p(1).margin(0.3)),
        triplet("tripletMarginLoss(3, swap)", TripletOptions.DEFAULT.p(3).swap(true)),
        triplet("tripletMarginLoss(1.5)", TripletOptions.DEFAULT.p(1.5).margin(3)),
        triplet("tripletMarginLoss(infinity, swap)", TripletOptions.DEFAULT.p(Double.POSITIVE_INFINITY).swap(true).eps(0.1)));

    private static RowLoss classes(String name, int inputs, Reduced reduced, Summed sum, Exact exact, Kinks kinks) {
        return new RowLoss(name, inputs, false, reduced, sum, exact, kinks);
    }

    private static RowLoss signs(String name, Reduced reduced, Summed sum, double margin) {
        return new RowLoss(name, 2, true, reduced, sum, (x, t) -> t == 1 ? 1 - cosine(x) : Math.max(0, cosine(x) - margin),
            // short vectors turn fast
            (x, _) -> new double[] {cosine(x) - margin, length(x[0]), length(x[1])});
    }

    private static RowLoss focal(double gamma) {
        return classes("focalLoss(" + gamma + ")", 1,
            (x, t, r) -> Losses.focalLoss(x[0], t, gamma, ClassOptions.DEFAULT.reduction(r)),
            (x, t) -> Loss.focalLoss(x[0], t, gamma, ClassOptions.DEFAULT), (x, t) -> focal(x[0], t, gamma), NONE);
    }

    private static RowLoss triplet(String name, TripletOptions options) {
        return new RowLoss(name, 3, true, (x, _, r) -> Losses.tripletMarginLoss(x[0], x[1], x[2], options.reduction(r)),
            (x, _) -> Loss.tripletMarginLoss(x[0], x[1], x[2], options), (x, _) -> Math.max(0, shortage(x, options)),
            (x, _) -> tripletKinks(x, options));
    }

    private static double[] softmax(double[] x) {
        double sum = Arrays.stream(x).map(Math::exp).sum();
        return Arrays.stream(x).map(each -> Math.exp(each) / sum).toArray();
    }

    private static double entropy(double[] x, double[] t, double smoothing, double[] weight) {
        var q = softmax(x);
        return IntStream.range(0, COLUMNS)
            .mapToDouble(c -> -weight[c] * (t[c] * (1 - smoothing) + smoothing / COLUMNS) * Math.log(q[c])).sum();
    }

    private static double focal(double[] x, int label, double gamma) {
        double p = softmax(x)[label];
        return -Math.pow(1 - p, gamma) * Math.log(p);
    }

    private static double[] missing(double[] x, int label, double margin) {
        return IntStream.range(0, COLUMNS).filter(c -> c != label).mapToDouble(c -> margin - x[label] + x[c]).toArray();
    }

    private static double multiMargin(double[] x, int label, int p, double margin) {
        return Arrays.stream(missing(x, label, margin)).map(z -> Math.pow(Math.max(0, z), p)).sum() / COLUMNS;
    }

    private static double dot(double[] a, double[] b) { return IntStream.range(0, a.length).mapToDouble(i -> a[i] * b[i]).sum(); }

    private static double length(double[] x) { return Math.sqrt(dot(x, x)); }

    private static double cosine(double[][] x) {
        return dot(x[0], x[1]) / Math.sqrt((dot(x[0], x[0]) + 1e-12) * (dot(x[1], x[1]) + 1e-12));
    }

    private static double[] difference(double[] a, double[] b, TripletOptions options) {
        return IntStream.range(0, a.length).mapToDouble(i -> a[i] - b[i] + (float) options.eps()).toArray();
    }

    private static double distance(double[] a, double[] b, TripletOptions options) {
        var d = difference(a, b, options);
        if (Double.isInfinite(options.p())) return Arrays.stream(d).map(Math::abs).max().orElseThrow();
        return Math.pow(Arrays.stream(d).map(each -> Math.pow(Math.abs(each), options.p())).sum(), 1 / options.p());
    }

    private static double shortage(double[][] x, TripletOptions options) {
        double away = distance(x[0], x[2], options);
        if (options.swap()) away = Math.min(away, distance(x[1], x[2], options));
        return options.margin() + distance(x[0], x[1], options) - away;
    }

    /// Differences of 0, equal ones for the largest, equal distances.
    private static double[] tripletKinks(double[][] x, TripletOptions options) {
        var kinks = new ArrayList<Double>(List.of(shortage(x, options)));
        if (options.swap()) kinks.add(distance(x[0], x[2], options) - distance(x[1], x[2], options));
        for (var pair : List.of(new int[] {0, 1}, new int[] {0, 2}, new int[] {1, 2})) {
            var d = difference(x[pair[0]], x[pair[1]], options);
            for (double each : d) kinks.add(each);
            if (Double.isInfinite(options.p())) for (int i = 0; i < d.length; i++)
                for (int j = 0; j < i; j++) kinks.add(Math.abs(d[i]) - Math.abs(d[j]));
        }
        return kinks.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static Tensor signs(int[] labels) {
        var signs = new float[labels.length];
        for (int i = 0; i < signs.length; i++) signs[i] = labels[i];
        return Tensor.of(signs);
    }

    /// The public method: the name without options.
    public String method() { return name.contains("(") ? name.substring(0, name.indexOf('(')) : name; }

    /// Each row away from kinks.
    public Rows draw(int rows, SplittableRandom random) {
        var data = new float[inputs][rows * COLUMNS];
        var labels = new int[rows];
        for (int row = 0; row < rows; row++) {
            Rows one;
            do one = one(random); while (Arrays.stream(kinks.of(one.row(0), one.labels[0]))
                .anyMatch(kink -> Math.abs(kink) < FROM_KINK));
            labels[row] = one.labels[0];
            for (int i = 0; i < inputs; i++) System.arraycopy(one.x[i].toArray(), 0, data[i], row * COLUMNS, COLUMNS);
        }
        return new Rows(Arrays.stream(data).map(each -> Tensor.wrap(each, rows, COLUMNS)).toArray(Tensor[]::new), labels);
    }

    private Rows one(SplittableRandom random) {
        var x = IntStream.range(0, inputs).mapToObj(_ -> Domain.ANY.draw(Shape.of(1, COLUMNS), random).mul(2f))
            .toArray(Tensor[]::new);
        return new Rows(x, new int[] {signs ? random.nextInt(2) * 2 - 1 : random.nextInt(COLUMNS)});
    }

    @Override
    public String toString() { return name; }
}
