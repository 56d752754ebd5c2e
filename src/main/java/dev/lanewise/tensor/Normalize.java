package dev.lanewise.tensor;

import dev.lanewise.kernel.Normalization;
import java.util.stream.IntStream;

/// A normalization with its weight and bias as one operation: with the bits of [Moments]' operations and those of `mul` and `add`
/// one after the other. Where a variance comes near an end of the range of floats, it is made of them.
///
/// Its gradient is that of numbers whose distances from their mean have no sum, as they haven't but for rounding: of a group it
/// takes two sums, which can be taken at once. Where the walk is recorded it is written out in operations, with the same bits.
final class Normalize {

    /// Places below which a channel is read by operations on all channels at a time.
    private static final int FEW_PLACES = 16;

    private final String name;
    private final Normalization kernel;
    private final Rule rule;
    private final double eps;
    private final SavedTensor x;
    private final SavedTensor weight;
    private final Tensor statistics;
    private final boolean wantsWeight;
    private final boolean wantsBias;
    private final Tensor[] inputs;
    /// What the gradients of weight and bias are for the gradient that was asked for last, as they are computed together.
    private Sums sums;

    /// The same in operations that have derivatives.
    private interface Composed {
        Moments.Standardized of(Tensor x, Tensor weight, Tensor bias);
    }

    /// The gradient of an input, by its number, in operations that have derivatives.
    private interface Rule {
        Tensor of(int which, Tensor g, Tensor x, Tensor weight);
    }

    /// Distances from the mean, and what they are multiplied by.
    private record Distances(Tensor values, Tensor factor, int count) {

        static Distances of(Tensor x, boolean centred, double eps, int... dims) {
            var values = centred ? x.sub(Reduce.mean(x, true, dims)) : x;
            var factor = Reduce.mean(values.square(), true, dims).add((float) eps).rsqrt();
            return new Distances(values, factor, x.numel() / factor.numel());
        }

        /// @param values as the sums broadcast to them
        Distances reshape(int[] values, int[] factor) {
            return new Distances(this.values.reshape(values), this.factor.reshape(factor), count);
        }

        /// The gradient of the numbers.
        ///
        /// @param g        that of the normalized ones
        /// @param toFactor the sum of it times the distances
        /// @param toMean   the sum of it; null where no mean is taken off
        Tensor toInput(Tensor g, Tensor toFactor, Tensor toMean) {
            var bent = toFactor.mul(-0.5f).mul(factor).mul(factor).mul(factor).div(count).mul(values);
            var direct = g.mul(factor).add(bent.add(bent));
            return toMean == null ? direct : direct.add(toMean.mul(factor).neg().div(count));
        }
    }

    private record Sums(SavedTensor of, Tensor weight, Tensor bias) {
        boolean isOf(Tensor g) {
            return of.isOf(g) && (weight == null || !weight.isRecycled()) && (bias == null || !bias.isRecycled());
        }
    }

    private Normalize(String name, Normalization kernel, Rule rule, double eps, Tensor x, Tensor weight, Tensor bias,
        Tensor statistics) {
        this.name = name;
        this.kernel = kernel;
        this.rule = rule;
        this.eps = eps;
        this.x = new SavedTensor(name, x);
        this.weight = weight == null ? null : new SavedTensor(name, weight);
        this.statistics = statistics;
        this.wantsWeight = weight != null && weight.requiresGrad();
        this.wantsBias = bias != null && bias.requiresGrad();
        this.inputs = new Tensor[] {x, weight, bias};
    }

    /// Of the last dimensions of each example.
    ///
    /// @param dims    how many they are
    /// @param centred whether the mean is taken off
    /// @param weight  of their shape, as the bias; null for none
    static Tensor last(String name, Tensor x, int dims, boolean centred, Tensor weight, Tensor bias, double eps) {
        int rank = x.shape().rank();
        int columns = 1;
        for (int dim = rank - dims; dim < rank; dim++) columns *= x.size(dim);
        int[] named = IntStream.range(rank - dims, rank).toArray();
        Composed composed = (each, factor, offset) -> {
            var standard = centred ? Moments.standardized(each, eps, named)
                : new Moments.Standardized(Moments.overRootMeanSquare(each, eps, named), null, null);
            return affine(standard, factor, offset);
        };
        if (x.numel() == 0) return composed.of(x, weight, bias).values();
        return of(name, Normalization.ofRows(x.numel() / columns, columns, centred), composed,
            rule(centred, eps, Shape.of(IntStream.of(named).map(x::size).toArray()), named), x, weight, bias, eps).values();
    }

    /// Of each example of `[examples, channels, …]`, each of so many parts of its channels.
    ///
    /// @param weight of each channel, as the bias; null for none
    static Moments.Standardized parts(String name, Tensor x, int parts, Tensor weight, Tensor bias, double eps) {
        int examples = x.size(0);
        int channels = x.size(1);
        int rank = x.shape().rank();
        Composed composed = (each, factor, offset) -> {
            var standard = Moments.standardized(each.reshape(examples, parts, -1), eps, 2);
            return affine(new Moments.Standardized(standard.values().reshape(each.shape().toArray()), standard.mean(),
                standard.variance()), ofChannels(factor, rank), ofChannels(offset, rank));
        };
        int places = x.numel() / examples / channels;
        boolean plain = weight == null && bias == null;
        if (!plain && places < FEW_PLACES) return composed.of(x, weight, bias);
        return of(name, plain ? Normalization.ofRows(examples * parts, channels / parts * places, true)
            : Normalization.ofParts(examples, channels, places, parts), composed,
            ofParts(parts, plain ? 1 : channels / parts, eps), x, weight, bias, eps);
    }

    /// Of `[examples, channels, …]`, each channel of all examples.
    ///
    /// @param weight of each channel, as the bias; null for none
    static Moments.Standardized channels(String name, Tensor x, Tensor weight, Tensor bias, double eps) {
        int examples = x.size(0);
        int channels = x.size(1);
        int rank = x.shape().rank();
        int[] dims = IntStream.range(0, rank).filter(dim -> dim != 1).toArray();
        Composed composed = (each, factor, offset) ->
            affine(Moments.standardized(each, eps, dims), ofChannels(factor, rank), ofChannels(offset, rank));
        int places = x.numel() / examples / channels;
        if (places < FEW_PLACES) return composed.of(x, weight, bias);
        return of(name, Normalization.ofChannels(examples, channels, places), composed,
            rule(true, eps, Shape.of(ofChannels(channels, rank)), dims), x, weight, bias, eps);
    }

    /// @param affine the shape in which weight and bias broadcast to the input
    /// @param dims   over which numbers are normalized
    private static Rule rule(boolean centred, double eps, Shape affine, int... dims) {
        return (which, g, x, weight) -> {
            if (which == 2) return Reduce.sumTo(g, affine);
            var distances = Distances.of(x, centred, eps, dims);
            if (which == 1) return Reduce.sumTo(g.mul(distances.values.mul(distances.factor)), affine);
            var scaled = weight == null ? g : g.mul(weight.reshape(affine));
            return distances.toInput(scaled, Reduce.sum(scaled.mul(distances.values), true, dims), centred
                ? Reduce.sum(scaled, true, dims) : null);
        };
    }

    /// Sums are taken run by run, and weighted afterwards: they are what weight and bias need, too.
    ///
    /// @param runs of a part: its channels, or all in one
    private static Rule ofParts(int parts, int runs, double eps) {
        return (which, g, x, weight) -> {
            int examples = x.size(0);
            int[] split = {examples, parts, runs, -1};
            int[] ofParts = {examples, parts, 1, 1};
            var gradient = g.reshape(split);
            var toMean = Reduce.sum(gradient, false, 3);
            if (which == 2) return Reduce.sum(toMean, false, 0);
            var distances = Distances.of(x.reshape(examples, parts, -1), true, eps, 2);
            var toFactor = Reduce.sum(gradient.mul(distances.values.reshape(split)), false, 3);
            if (which == 1) return Reduce.sum(toFactor.mul(distances.factor), false, 0);
            if (weight != null) {
                var weights = weight.reshape(parts, runs);
                toFactor = toFactor.mul(weights);
                toMean = toMean.mul(weights);
                gradient = gradient.mul(weight.reshape(parts, runs, 1));
            }
            return distances.reshape(split, ofParts)
                .toInput(gradient, Reduce.sum(toFactor, true, 2).reshape(ofParts), Reduce.sum(toMean, true, 2).reshape(ofParts));
        };
    }

    /// One number per channel as it broadcasts to an input of this rank.
    private static Tensor ofChannels(Tensor perChannel, int rank) {
        return perChannel == null ? null : perChannel.reshape(ofChannels(perChannel.numel(), rank));
    }

    private static int[] ofChannels(int channels, int rank) {
        var sizes = IntStream.generate(() -> 1).limit(rank - 1).toArray();
        sizes[0] = channels;
        return sizes;
    }

    private static Moments.Standardized affine(Moments.Standardized standard, Tensor weight, Tensor bias) {
        var scaled = weight == null ? standard.values() : standard.values().mul(weight);
        return new Moments.Standardized(bias == null ? scaled : scaled.add(bias), standard.mean(), standard.variance());
    }

    private static Moments.Standardized of(String name, Normalization kernel, Composed composed, Rule rule, Tensor x,
        Tensor weight, Tensor bias,
                                              double eps) {
        var rows = View.gathered(x);
        var factors = gathered(weight);
        var offsets = gathered(bias);
        int groups = kernel.groups();
        var statistics = Tensor.empty(Shape.of(2, groups));
        var y = Tensor.empty(x.shape());
        if (!kernel.forward(rows.data(), rows.layout.offset(), data(factors), offset(factors), data(offsets), offset(offsets),
            eps, y.data(), statistics.data())) return composed.of(x, weight, bias);
        var made = new Normalize(name, kernel, rule, eps, x, weight, bias, statistics);
        var values = Autograd.record(y, name, Edge.to(x, made::toInput),
            weight == null ? Edge.NONE : Edge.to(weight, g -> made.toColumn(1, g)), bias == null ? Edge.NONE
            : Edge.to(bias, g -> made.toColumn(2, g)));
        return new Moments.Standardized(values, statistics.select(0, 0), statistics.select(0, 1));
    }

    private static Tensor gathered(Tensor x) { return x == null ? null : View.gathered(x); }

    private static float[] data(Tensor x) { return x == null ? null : x.data(); }

    private static int offset(Tensor x) { return x == null ? 0 : x.layout.offset(); }

    // ---- backward

    private Tensor toInput(Tensor g) {
        if (Autograd.isRecording()) return differentiable(0, g);
        var result = Tensor.empty(x.get().shape());
        sums = sums(g, result);
        return result;
    }

    /// The gradient of weight (1) or bias (2).
    private Tensor toColumn(int which, Tensor g) {
        if (Autograd.isRecording()) return differentiable(which, g);
        var known = sums;
        if (known == null || !known.isOf(g)) sums = known = sums(g, null);
        // asked for last
        if (which == 2 || !wantsBias) sums = null;
        return which == 1 ? known.weight : known.bias;
    }

    /// @param toInput takes the input's gradient; null for none
    private Sums sums(Tensor g, Tensor toInput) {
        var factor = weight == null ? null : weight.get();
        var toWeight = wantsWeight ? Tensor.empty(inputs[1].shape()) : null;
        var toBias = wantsBias ? Tensor.empty(inputs[2].shape()) : null;
        var rows = View.gathered(x.get());
        var gradient = View.gathered(g);
        var factors = gathered(factor);
        kernel.backward(new Normalization.Read(rows.data(), rows.layout.offset(), gradient.data(), gradient.layout.offset(),
            data(factors), offset(factors), eps, statistics.data()), data(toInput), data(toWeight), data(toBias));
        return new Sums(new SavedTensor(name, g), toWeight, toBias);
    }

    private Tensor differentiable(int which, Tensor g) {
        return rule.of(which, g, x.get(), weight == null ? null : weight.get()).reshape(inputs[which].shape().toArray());
    }
}
