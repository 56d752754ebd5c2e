package dev.lanewise.tensor;

import dev.lanewise.bridge.TensorBridge;
import dev.lanewise.kernel.Elementwise;
import dev.lanewise.kernel.MaxPooling;
import dev.lanewise.kernel.PlaneMap;
import dev.lanewise.kernel.Recurrence;
import dev.lanewise.random.Threefry;
import java.util.Arrays;
import java.util.Collection;
import java.util.function.Predicate;

/// What this package gives to those above it.
final class Bridge extends TensorBridge {

    static void give() { give(new Bridge()); }

    @Override
    public Tensor linear(Tensor x, Tensor weight, Tensor bias) { return Affine.linear(x, weight, bias); }

    @Override
    public Tensor linearRelu(Tensor x, Tensor weight, Tensor bias) { return Affine.linearRelu(x, weight, bias); }

    @Override
    public Convolution convolution(Convolution last, Tensor x, Shape weight, Unfold.Window window, int groups) {
        return Convolve.of((Convolve) last, x, weight, window, groups);
    }

    @Override
    public Convolution transposedConvolution(Tensor x, Shape weight, Unfold.Window window, int groups, int height, int width) {
        return Convolve.transposed(x, weight, window, groups, height, width);
    }

    @Override
    public Tensor recurrent(Recurrence.Cell cell, Recurrence.Steps steps, Tensor x, Tensor h, Tensor c, Tensor... weights) {
        return Recurrent.run(cell, steps, x, h, c, weights[0], weights[1], weights[2], weights[3]);
    }

    @Override
    public Tensor normalizeLast(String operation, Tensor x, int dims, boolean centred, Tensor weight, Tensor bias, double eps) {
        return Normalize.last(operation, x, dims, centred, weight, bias, eps);
    }

    @Override
    public Moments.Standardized normalizeParts(String operation, Tensor x, int parts, Tensor weight, Tensor bias, double eps) {
        return Normalize.parts(operation, x, parts, weight, bias, eps);
    }

    @Override
    public Moments.Standardized normalizeChannels(String operation, Tensor x, Tensor weight, Tensor bias, double eps) {
        return Normalize.channels(operation, x, weight, bias, eps);
    }

    @Override
    public Tensor maxPool(Tensor x, MaxPooling kernel) { return Pooling.max(x, kernel); }

    @Override
    public Largest maxPoolWithIndices(Tensor x, MaxPooling kernel) { return Pooling.maxWithIndices(x, kernel); }

    @Override
    public Tensor planes(String operation, Tensor x, PlaneMap map) { return Pooling.map(operation, x, map); }

    @Override
    public Tensor crossEntropies(Tensor logits, int[] labels, boolean[] kept, float[] weight) {
        return CrossEntropy.losses(logits, labels, kept, weight);
    }

    @Override
    public Tensor crossEntropy(Tensor logits, int[] labels, boolean[] kept, float[] weight, float divisor) {
        return CrossEntropy.mean(logits, labels, kept, weight, divisor);
    }

    @Override
    public Attended attention(Tensor q, Tensor k, Tensor v, boolean causal, Tensor allowed, Tensor bias, double dropped,
        Threefry keys) {
        int rank = q.shape().rank();
        var leading = Shape.of(Arrays.copyOf(q.shape().toArray(), rank - 2));
        return new Attention(q, k, v, bias,
            new AttentionTiles(leading, q.size(-2), k.size(-2), causal, allowed == null ? null : allowed.ne(Tensor.scalar(0f)),
                dropped, keys));
    }

    @Override
    public void update(Elementwise kernel, float[] scalars, Tensor... slots) { InPlace.apply(kernel, scalars, slots); }

    @Override
    public Tensor arrangedAs(Tensor tensor, Tensor x) { return InPlace.arrangedAs(tensor, x); }

    @Override
    public Tensor lasting(Tensor x) { return Scope.lasting(x); }

    @Override
    public int version(Tensor x) { return x.storage.version(); }

    @Override
    public void read(Tensor x, Elements elements) {
        if (x.isContiguous()) elements.take(x.data(), x.layout.offset(), x.numel());
        else elements.take(x.toArray(), 0, x.numel());
    }

    @Override
    public boolean hasGradient(Tensor leaf) { return leaf.hasGradient(); }

    @Override
    public float[] takeGradient(Tensor leaf, float[] spare) { return leaf.takeGradient(spare); }

    @Override
    public Tensor lyingAs(Tensor like, float[] numbers) { return like.lying(numbers); }

    @Override
    public Autograd.Mode witnessed(Witness witness) { return Context.witnessed(witness); }

    @Override
    public Predicate<Tensor> partsOf(Collection<Tensor> ends) { return new RecordedParts(ends); }

    @Override
    public Object source(Tensor x) { return x.source(); }

    @Override
    public <T> CallMode<T> callMode(T usual) { return new ThreadMode<>(usual); }
}
