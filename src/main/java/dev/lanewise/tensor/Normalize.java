package dev.lanewise.tensor;

import dev.lanewise.kernel.Normalization;
import java.util.List;
import java.util.stream.IntStream;

/// A normalization with its weight and bias as one operation: with the bits of [Moments]' operations and those of `mul` and `add`
/// one after the other. Where a variance comes near an end of the range of floats, and where the walk is recorded, it is made of
/// them.
final class Normalize {

    /// Places below which a channel is read by operations on all channels at a time.
    private static final int FEW_PLACES = 16;

    private final String name;
    private final Normalization kernel;
    private final Composed composed;
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

    private record Sums(SavedTensor of, Tensor weight, Tensor bias) {
        boolean isOf(Tensor g) {
            return of.isOf(g) && (weight == null || !weight.isRecycled()) && (bias == null || !bias.isRecycled());
        }
    }

    private Normalize(String name, Normalization kernel, Composed composed, double eps, Tensor x, Tensor weight, Tensor bias,
        Tensor statistics) {
        this.name = name;
        this.kernel = kernel;
        this.composed = composed;
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
        return of(name, Normalization.ofRows(x.numel() / columns, columns, centred), composed, x, weight, bias, eps).values();
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
            : Normalization.ofParts(examples, channels, places, parts), composed, x, weight, bias, eps);
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
        return of(name, Normalization.ofChannels(examples, channels, places), composed, x, weight, bias, eps);
    }

    /// One number per channel as it broadcasts to an input of this rank.
    private static Tensor ofChannels(Tensor perChannel, int rank) {
        if (perChannel == null) return null;
        var sizes = IntStream.generate(() -> 1).limit(rank - 1).toArray();
        sizes[0] = perChannel.numel();
        return perChannel.reshape(sizes);
    }

    private static Moments.Standardized affine(Moments.Standardized standard, Tensor weight, Tensor bias) {
        var scaled = weight == null ? standard.values() : standard.values().mul(weight);
        return new Moments.Standardized(bias == null ? scaled : scaled.add(bias), standard.mean(), standard.variance());
    }

    private static Moments.Standardized of(String name, Normalization kernel, Composed composed, Tensor x, Tensor weight,
        Tensor bias, double eps) {
        var rows = View.gathered(x);
        var factors = gathered(weight);
        var offsets = gathered(bias);
        int groups = kernel.groups();
        var statistics = Tensor.empty(Shape.of(2, groups));
        var y = Tensor.empty(x.shape());
        if (!kernel.forward(rows.data(), rows.layout.offset(), data(factors), offset(factors), data(offsets), offset(offsets),
            eps, y.data(), statistics.data())) return composed.of(x, weight, bias);
        var rule = new Normalize(name, kernel, composed, eps, x, weight, bias, statistics);
        var values = Autograd.record(y, name, Edge.to(x, rule::toInput),
            weight == null ? Edge.NONE : Edge.to(weight, g -> rule.toColumn(1, g)), bias == null ? Edge.NONE
            : Edge.to(bias, g -> rule.toColumn(2, g)));
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

    /// The gradient of an input, by its number, in operations that have derivatives: that of other operations with the same
    /// results.
    private Tensor differentiable(int which, Tensor g) {
        x.get();
        if (weight != null) weight.get();
        var seen = new Tensor[inputs.length];
        for (int i = 0; i < seen.length; i++) seen[i] = inputs[i] == null ? null : seen(inputs[i]);
        var y = composed.of(seen[0], seen[1], seen[2]).values();
        return Autograd.grad(y, List.of(seen[which]), g, true, true).getFirst();
    }

    /// A tensor of its own, at which a walk ends, and which the hooks of the other one know nothing of.
    private Tensor seen(Tensor x) { return Autograd.record(x.seenAs(x.layout), name, Edge.free(x, g -> g)); }
}
