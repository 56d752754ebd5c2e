package dev.lanewise.check;

import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Compares the gradients of a function with finite differences: for users' own operations, in their own tests.
///
/// ```java
/// GradCheck.first(inputs -> List.of(inputs.get(0).tanh()), List.of(x), 1).orThrow();
/// ```
///
/// The outputs are projected onto random weights, in double, and the inputs are moved: one element at a time, all of
/// them or a sample, and along random signs. Central differences over h and h / 2 are extrapolated (Richardson). Two
/// errors remain, and give the tolerance:
/// - Rounding: each output is wrong by some units of 2^-24, of its size or of 1, whichever is larger. Differences and
///   extrapolation make 3 / h of that.
/// - Truncation: the term in h^4, below a 64th of the one in h^2 as long as the nearest pole or kink is 16 h away. The
///   latter is what the two differences disagree in.
///
/// What is beyond is compared again by smaller steps, down to where they agree best: bends may be sharper.
///
/// So functions and inputs should be about 1 in size, and inputs away from kinks: a coefficient that is 1 % wrong is
/// then found.
public final class GradCheck {

    /// How far inputs are moved, and how far at least where that is too far.
    private static final double STEP = 0x1p-5;
    private static final double LEAST_STEP = 0x1p-10;
    /// Units of 2^-24 by which an output may be wrong: a function of some ten operations loses less.
    private static final int ROUNDINGS = 16;
    /// Elements of an input that are moved one by one.
    private static final int ELEMENTS = 64;
    private static final int DIRECTIONS = 2;

    private final Function function;
    private final List<Tensor> inputs;
    private final List<Tensor> weights;
    private final Threefry random;
    /// How far the projection may be wrong.
    private final double rounding;

    /// From some tensors to some others, made of differentiable operations.
    @FunctionalInterface
    public interface Function {
        /// The outputs, of any shapes; called many times, with other values each time.
        List<Tensor> of(List<Tensor> inputs);
    }

    /// One comparison.
    ///
    /// @param input     which of the inputs was moved
    /// @param index     the element of it that was; null where all were, along random signs
    /// @param gradient  the slope that the gradient states
    /// @param measured  the slope that the differences show
    /// @param tolerance how far apart rounding and truncation may have put them
    public record Comparison(int input, int[] index, double gradient, double measured, double tolerance) {

        /// The distance in tolerances: above 1 the gradient is wrong. NaN and infinities are.
        public double excess() {
            double distance = Math.abs(gradient - measured);
            return distance == 0 ? 0 : Double.isFinite(distance) ? distance / tolerance : Double.POSITIVE_INFINITY;
        }

        @Override
        public String toString() {
            var where = index == null ? "along random signs" : "element " + Arrays.toString(index);
            return "input " + input + ", " + where + ": the gradient says " + gradient + ", differences say " + measured
                + " ± " + tolerance;
        }
    }

    /// What a check found.
    ///
    /// @param comparisons how many slopes were compared
    /// @param worst       the one that was furthest off, measured in its tolerance
    public record Report(int comparisons, Comparison worst) {

        /// Whether no slope was further off than rounding and truncation explain.
        public boolean passed() { return worst.excess() <= 1; }

        /// This report, if all agreed: for a test, in one line.
        ///
        /// @throws AssertionError if the gradient is wrong, with the worst element
        public Report orThrow() {
            if (!passed()) throw new AssertionError(toString());
            return this;
        }

        @Override
        public String toString() {
            return "gradient check " + (passed() ? "passed" : "failed") + ", " + comparisons + " slopes; worst: " + worst;
        }
    }

    private GradCheck(Function function, List<Tensor> inputs, Threefry random) {
        this.function = function;
        this.inputs = inputs.stream().map(Tensor::detach).toList();
        if (inputs.stream().allMatch(input -> input.numel() == 0))
            throw new IllegalArgumentException("gradient check: the inputs have no elements to move; give at least one");
        this.random = random;
        var outputs = function.of(this.inputs);
        this.weights = outputs.stream().map(this::weights).toList();
        double sizes = 0;
        for (int i = 0; i < outputs.size(); i++) {
            var weight = weights.get(i).toArray();
            var output = outputs.get(i).toArray();
            for (int j = 0; j < weight.length; j++) sizes += Math.abs(weight[j]) * Math.max(1, Math.abs(output[j]));
        }
        this.rounding = ROUNDINGS * 0x1p-24 * sizes;
    }

    /// Of magnitude 1/2 to 3/2 and either sign, so that no output is forgotten.
    private Tensor weights(Tensor output) {
        var shape = output.shape().toArray();
        var magnitude = Tensor.rand(random, shape).add(0.5f);
        return magnitude.mul(Tensor.rand(random, shape).sub(0.5f).sign());
    }

    /// Checks the gradients of `function` at `inputs`.
    ///
    /// @param seed of the weights and directions
    /// @throws IllegalArgumentException if there is nothing to move
    public static Report first(Function function, List<Tensor> inputs, long seed) {
        return new GradCheck(function, inputs, new Threefry(seed)).report();
    }

    /// Checks the gradients of the gradients: by the inputs, and by the gradient that backward starts from.
    public static Report second(Function function, List<Tensor> inputs, long seed) {
        var source = new Threefry(seed);
        var points = inputs.stream().map(Tensor::detach).toList();
        var all = new ArrayList<>(points);
        var check = new GradCheck(function, points, source.stream("first"));
        all.addAll(check.weights);
        return new GradCheck(values -> gradients(function, values, inputs.size()), all, source.stream("second")).report();
    }

    /// The gradients of the projection of `function`, given its inputs and then the weights: recorded if these are, and as users
    /// get them where values alone are asked for, which takes half as long.
    private static List<Tensor> gradients(Function function, List<Tensor> values, int inputs) {
        boolean recorded = values.stream().anyMatch(Tensor::requiresGrad);
        var points = values.subList(0, inputs).stream().map(value -> value.requiresGrad() ? value : leaf(value)).toList();
        return gradients(function.of(points), values.subList(inputs, values.size()), points, recorded);
    }

    /// As values: a model that the function runs keeps the gradients that it has.
    private static List<Tensor> gradients(List<Tensor> outputs, List<Tensor> weights, List<Tensor> points, boolean createGraph) {
        var projection = Tensor.scalar(0f);
        for (int i = 0; i < outputs.size(); i++) projection = projection.add(outputs.get(i).mul(weights.get(i)).sum());
        // every input takes part, if only with a gradient of 0
        for (var point : points) projection = projection.add(point.sum().mul(0f));
        return Autograd.grad(projection, points, createGraph);
    }

    private static Tensor leaf(Tensor value) { return value.detach().requiresGrad(true); }

    private Report report() {
        var leaves = inputs.stream().map(GradCheck::leaf).toList();
        var gradients = gradients(function.of(leaves), weights, leaves, false);
        Report report = null;
        for (int input = 0; input < inputs.size(); input++) {
            var slopes = gradients.get(input).toArray();
            for (int element : elements(input)) {
                var comparison = compare(input, element, slopes);
                report = report == null ? new Report(1, comparison)
                    : new Report(report.comparisons + 1, comparison.excess() > report.worst.excess() ? comparison : report.worst);
            }
        }
        return report;
    }

    /// The elements to move one by one, and -1 for all of them at once.
    private int[] elements(int input) {
        int n = inputs.get(input).numel();
        if (n == 0) return new int[0];
        var single = n <= ELEMENTS ? IntStream.range(0, n) : Arrays.stream(random.permutation(n)).limit(ELEMENTS);
        return IntStream.concat(single, IntStream.generate(() -> -1).limit(DIRECTIONS)).toArray();
    }

    private Comparison compare(int input, int element, float[] slopes) {
        int n = inputs.get(input).numel();
        var signs = new float[n];
        if (element >= 0) signs[element] = 1;
        else random.bernoulli(0.5, signs, 0, n);
        // as far in all as one element alone: a sum over many would move towards its poles with their number
        float length = Math.scalb(1f, -(32 - Integer.numberOfLeadingZeros(n)) / 2);
        if (element < 0) for (int i = 0; i < n; i++) signs[i] = (2 * signs[i] - 1) * length;
        var usual = new Extrapolated(new Difference(input, signs, STEP), new Difference(input, signs, STEP / 2), slopes);
        var comparison = comparison(input, element, usual, usual.bend() / 64);
        return comparison.excess() <= 1 ? comparison : sharper(input, element, usual);
    }

    /// Where a pole or a kink is nearer than supposed, or the gradient is wrong, smaller steps tell: by how much less of a step
    /// changes.
    private Comparison sharper(int input, int element, Extrapolated first) {
        Comparison sharpest = null;
        for (var second = first.halved(); first.fine.step >= LEAST_STEP; second = second.halved()) {
            var third = second.halved();
            double truncation = 2 * Math.max(Math.abs(first.off() - second.off()), Math.abs(second.off() - third.off()));
            var comparison = comparison(input, element, first, truncation);
            if (sharpest == null || comparison.tolerance < sharpest.tolerance) sharpest = comparison;
            first = second;
        }
        return sharpest;
    }

    private Comparison comparison(int input, int element, Extrapolated slope, double truncation) {
        double tolerance = rounding * 3 / slope.coarse.step + truncation;
        return new Comparison(input, element < 0 ? null : index(input, element), slope.stated(), slope.measured(), tolerance);
    }

    private int[] index(int input, int element) {
        var index = inputs.get(input).shape().toArray();
        for (int dim = index.length - 1; dim >= 0; dim--) {
            int size = index[dim];
            index[dim] = element % size;
            element /= size;
        }
        return index;
    }

    /// Two differences, the second of half the step.
    private record Extrapolated(Difference coarse, Difference fine, float[] slopes) {

        double stated() { return (4 * fine.stated(slopes) - coarse.stated(slopes)) / 3; }

        double measured() { return (4 * fine.slope - coarse.slope) / 3; }

        double off() { return measured() - stated(); }

        double bend() { return Math.abs(fine.slope - coarse.slope); }

        Extrapolated halved() { return new Extrapolated(fine, fine.halved(), slopes); }
    }

    /// A central difference, and the way that each element really went: a float can't go just any way.
    private final class Difference {
        final double step;
        final double slope;
        private final int input;
        private final float[] signs;
        private final double[] way;

        Difference(int input, float[] signs, double step) {
            this.input = input;
            this.signs = signs;
            this.step = step;
            var before = inputs.get(input).toArray();
            var up = before.clone();
            var down = before.clone();
            way = new double[before.length];
            for (int i = 0; i < before.length; i++) {
                up[i] += (float) (signs[i] * step);
                down[i] -= (float) (signs[i] * step);
                way[i] = ((double) up[i] - down[i]) / (2 * step);
            }
            slope = (projection(input, up) - projection(input, down)) / (2 * step);
        }

        Difference halved() { return new Difference(input, signs, step / 2); }

        double stated(float[] slopes) {
            double sum = 0;
            for (int i = 0; i < way.length; i++) sum += slopes[i] * way[i];
            return sum;
        }
    }

    private double projection(int input, float[] values) {
        var moved = new ArrayList<>(inputs);
        moved.set(input, Tensor.wrap(values, inputs.get(input).shape().toArray()));
        var outputs = function.of(moved);
        double sum = 0;
        for (int i = 0; i < outputs.size(); i++) {
            var output = outputs.get(i).toArray();
            var weight = weights.get(i).toArray();
            for (int j = 0; j < output.length; j++) sum += (double) weight[j] * output[j];
        }
        return sum;
    }
}
