package dev.lanewise.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// Compares the gradients of a function with finite differences, in one number each: the outputs are projected onto
/// random weights, in double.
///
/// The inputs are moved one at a time: along each of their elements where those are few, and along random signs.
/// Inputs lie on a grid of 2^-8 and steps are powers of two, so that the points are what they are meant to be. Central
/// differences over h and h / 2 are extrapolated (Richardson); two errors remain, and give the tolerance:
/// - Rounding: each output is wrong by some units of 2^-24, of its size or of the inputs' size, which is 1. Differences
///   and extrapolation make 3 / h of that.
/// - Truncation: the term in h^4, below a 64th of the one in h^2 as long as the nearest pole is 1/2 away. The latter is
///   what the two differences disagree in.
public final class GradientCheck {

    private static final double STEP = 0x1p-5;
    /// Units of 2^-24: a function of some ten operations loses less.
    private static final int ROUNDINGS = 8;
    private static final int FEW_ELEMENTS = 16;
    private static final int DIRECTIONS = 2;

    private final Function function;
    private final List<Tensor> inputs;
    private final List<Tensor> weights;
    /// How far the projection may be wrong.
    private final double rounding;

    /// From some tensors to some others.
    @FunctionalInterface
    public interface Function {
        List<Tensor> of(List<Tensor> inputs);
    }

    private GradientCheck(Function function, List<Tensor> inputs, SplittableRandom random) {
        this.function = function;
        this.inputs = inputs;
        var outputs = function.of(inputs);
        this.weights = outputs.stream().map(output -> Domain.NONZERO.draw(output.shape(), random)).toList();
        double sizes = 0;
        for (int i = 0; i < outputs.size(); i++) {
            var weight = weights.get(i).toArray();
            var output = outputs.get(i).toArray();
            for (int j = 0; j < weight.length; j++) sizes += Math.abs(weight[j]) * Math.max(1, Math.abs(output[j]));
        }
        this.rounding = ROUNDINGS * 0x1p-24 * sizes;
    }

    /// What is wrong with the gradients of `function` at `inputs`, if anything is.
    public static Optional<String> first(Function function, List<Tensor> inputs, SplittableRandom random) {
        return new GradientCheck(function, inputs, random).complaint(random);
    }

    /// As [#first], for the gradients of the gradients: by the inputs, and by the gradient that backward starts from.
    public static Optional<String> second(Function function, List<Tensor> inputs, SplittableRandom random) {
        var outputs = function.of(inputs);
        var all = new ArrayList<>(inputs);
        for (var output : outputs) all.add(Domain.NONZERO.draw(output.shape(), random));
        return first(values -> gradients(function, values, inputs.size()), all, random);
    }

    /// The gradients of the projection of `function`, recorded, given its inputs and then the weights.
    private static List<Tensor> gradients(Function function, List<Tensor> values, int inputs) {
        var leaves = values.stream().map(value -> value.requiresGrad() ? value : leaf(value)).toList();
        var points = leaves.subList(0, inputs);
        var outputs = function.of(points);
        var results = new ArrayList<Tensor>();
        for (int i = 0; i < outputs.size(); i++)
            results.addAll(Autograd.grad(outputs.get(i), points, leaves.get(inputs + i), true, true));
        return results;
    }

    private static Tensor leaf(Tensor value) { return value.detach().requiresGrad(true); }

    private Optional<String> complaint(SplittableRandom random) {
        var leaves = inputs.stream().map(GradientCheck::leaf).toList();
        var outputs = function.of(leaves);
        for (int i = 0; i < outputs.size(); i++)
            if (outputs.get(i).requiresGrad()) outputs.get(i).backward(weights.get(i), true, false);
        return IntStream.range(0, inputs.size()).mapToObj(i -> complaint(i, leaves.get(i).grad(), random))
            .flatMap(Optional::stream).findFirst();
    }

    private Optional<String> complaint(int input, Tensor gradient, SplittableRandom random) {
        var shape = inputs.get(input).shape();
        if (gradient != null && !gradient.shape().equals(shape))
            return Optional.of("input " + input + " of shape " + shape + " has a gradient of shape " + gradient.shape());
        // no gradient says that the output does not depend on the input
        var slopes = gradient == null ? new float[shape.numel()] : gradient.toArray();
        for (var direction : directions(shape.numel(), random)) {
            double stated = 0;
            for (int i = 0; i < slopes.length; i++) stated += (double) slopes[i] * direction[i];
            double coarse = difference(input, direction, STEP);
            double fine = difference(input, direction, STEP / 2);
            double measured = (4 * fine - coarse) / 3;
            double tolerance = rounding * 3 / STEP + Math.abs(fine - coarse) / 64;
            if (!(Math.abs(stated - measured) <= tolerance)) return Optional.of("input " + input + " of shape " + shape
                + ": the gradient says " + stated + ", differences say " + measured + " ± " + tolerance);
        }
        return Optional.empty();
    }

    private static List<int[]> directions(int elements, SplittableRandom random) {
        var all = new ArrayList<int[]>();
        for (int i = 0; i < elements && elements <= FEW_ELEMENTS; i++) {
            var unit = new int[elements];
            unit[i] = 1;
            all.add(unit);
        }
        for (int i = 0; i < DIRECTIONS; i++) all.add(random.ints(elements, 0, 2).map(bit -> 2 * bit - 1).toArray());
        return all;
    }

    private double difference(int input, int[] direction, double step) {
        return (projection(input, direction, step) - projection(input, direction, -step)) / (2 * step);
    }

    private double projection(int input, int[] direction, double step) {
        var data = inputs.get(input).toArray();
        for (int i = 0; i < data.length; i++) data[i] += (float) (step * direction[i]);
        var moved = new ArrayList<>(inputs);
        moved.set(input, Tensor.wrap(data, inputs.get(input).shape().toArray()));
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
