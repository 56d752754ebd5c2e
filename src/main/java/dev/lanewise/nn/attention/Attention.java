package dev.lanewise.nn.attention;

import dev.lanewise.bridge.TensorBridge;
import dev.lanewise.random.RandomSource;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;

/// Scaled dot-product attention: Vaswani et al., "Attention is all you need", 2017.
///
/// ```java
/// var y = Attention.scaledDotProduct(q, k, v, Attention.options().causal().padding(Attention.padding(lengths, tokens)));
/// ```
///
/// Memory grows with the number of tokens, not with its square, forward, backward and in second derivatives. A query's result is
/// a function of the query and of the keys and values that it may see: no bit depends on the others, nor on queries, heads and
/// examples beside it.
public final class Attention {

    private static final TensorBridge TENSORS = TensorBridge.get();

    private Attention() {}

    /// Nothing is hidden, added or dropped, and products are scaled by 1 / sqrt(width).
    public static AttentionOptions options() { return AttentionOptions.NONE; }

    /// Of examples of some lengths, followed by padding: `[batch, tokens]`, 1 where there is padding, else 0.
    ///
    /// @throws IllegalArgumentException if a length is negative or larger than `tokens`
    public static Tensor padding(int[] lengths, int tokens) {
        Objects.requireNonNull(lengths, "attention: no lengths");
        var padding = new float[Shape.of(lengths.length, tokens).numel()];
        for (int i = 0; i < lengths.length; i++) {
            if (lengths[i] < 0 || lengths[i] > tokens) throw new IllegalArgumentException("attention: length " + lengths[i]
                + " of example " + i + "; it must be from 0 to " + tokens + ", the number of tokens");
            Arrays.fill(padding, i * tokens + lengths[i], (i + 1) * tokens, 1f);
        }
        return Tensor.wrap(padding, lengths.length, tokens);
    }

    /// As [#scaledDotProduct(Tensor, Tensor, Tensor, AttentionOptions)], of all keys.
    public static Tensor scaledDotProduct(Tensor q, Tensor k, Tensor v) { return scaledDotProduct(q, k, v, options()); }

    /// softmax(scale Q Kᵀ + bias) V for each leading index, such as an example and a head: leading sizes broadcast. A query that
    /// may see no key gets zeros.
    ///
    /// @param q `[…, queries, width]`
    /// @param k `[…, keys, width]`
    /// @param v `[…, keys, values]`
    /// @return `[…, queries, values]`
    /// @throws IllegalArgumentException if shapes don't fit
    public static Tensor scaledDotProduct(Tensor q, Tensor k, Tensor v, AttentionOptions options) {
        return of(q, k, v, options).output();
    }

    static TensorBridge.Attended of(Tensor q, Tensor k, Tensor v, AttentionOptions options) {
        Objects.requireNonNull(options, "attention: no options; Attention.options() hides nothing");
        check(q, k, v);
        var leading = broadcast(q, k, v);
        var scores = sized(leading, q.size(-2), k.size(-2));
        var allowed = options.allowed() == null ? null : ranked("allowed", options.allowed(), scores);
        if (options.padding() != null) {
            var seen = padding(options.padding(), scores).eq(Tensor.scalar(0f));
            allowed = allowed == null ? seen : allowed.ne(Tensor.scalar(0f)).mul(seen);
        }
        var bias = options.bias() == null ? null : ranked("bias", options.bias(), scores);
        double scale = Double.isNaN(options.scale()) ? 1 / Math.sqrt(q.size(-1)) : options.scale();
        return TENSORS.attention(q.mul((float) scale).expand(sized(leading, q.size(-2), q.size(-1))),
            k.expand(sized(leading, k.size(-2), k.size(-1))), v.expand(sized(leading, v.size(-2), v.size(-1))),
            options.isCausal(), allowed, bias, options.dropout(), options.dropout() == 0 ? null : keys(options.source()));
    }

    /// A source whose streams can be asked again.
    private static Threefry keys(RandomSource source) {
        var drawn = new float[3];
        source.uniform(drawn, 0, drawn.length);
        long key = 0;
        for (float each : drawn) key = key << 24 ^ (long) (each * 0x1p24);
        return new Threefry(key);
    }

    private static void check(Tensor q, Tensor k, Tensor v) {
        if (Stream.of(q, k, v).anyMatch(x -> x.shape().rank() < 2) || q.size(-1) != k.size(-1) || k.size(-2) != v.size(-2))
            throw new IllegalArgumentException("attention: queries " + q.shape() + ", keys " + k.shape() + ", values " + v.shape()
                + "; they must be […, queries, width], […, keys, width] and […, keys, values]");
    }

    private static int[] broadcast(Tensor q, Tensor k, Tensor v) {
        int rank = Math.max(q.shape().rank(), Math.max(k.shape().rank(), v.shape().rank())) - 2;
        var sizes = new int[rank];
        Arrays.fill(sizes, 1);
        for (var x : new Tensor[] {q, k, v}) for (int dim = 0; dim < x.shape().rank() - 2; dim++) {
            int at = dim + rank - (x.shape().rank() - 2);
            if (sizes[at] != 1 && x.size(dim) != 1
                && sizes[at] != x.size(dim)) throw new IllegalArgumentException("attention: leading sizes of "
                + "queries " + q.shape() + ", keys " + k.shape() + " and values " + v.shape()
                + " don't broadcast; they must be equal, or 1");
            if (x.size(dim) != 1) sizes[at] = x.size(dim);
        }
        return sizes;
    }

    private static int[] sized(int[] leading, int rows, int columns) {
        var sizes = Arrays.copyOf(leading, leading.length + 2);
        sizes[leading.length] = rows;
        sizes[leading.length + 1] = columns;
        return sizes;
    }

    /// With as many dimensions as scores have.
    private static Tensor ranked(String what, Tensor mask, int[] scores) {
        int missing = scores.length - mask.shape().rank();
        boolean fits = missing >= 0;
        for (int dim = 0; fits && dim < mask.shape().rank(); dim++) fits = mask.size(dim) == 1
            || mask.size(dim) == scores[dim + missing];
        if (!fits) throw new IllegalArgumentException("attention: " + what + " of shape " + mask.shape() + " for scores of shape "
            + Shape.of(scores) + "; counted from the right, sizes must be equal, or 1");
        var sizes = scores.clone();
        Arrays.fill(sizes, 0, missing, 1);
        System.arraycopy(mask.shape().toArray(), 0, sizes, missing, mask.shape().rank());
        return mask.reshape(sizes);
    }

    /// Its first sizes are those of the first leading dimensions, its last one the keys'.
    private static Tensor padding(Tensor padding, int[] scores) {
        int given = padding.shape().rank() - 1;
        boolean fits = given >= 0 && given <= scores.length - 2 && padding.size(-1) == scores[scores.length - 1];
        for (int dim = 0; fits && dim < given; dim++) fits = padding.size(dim) == 1 || padding.size(dim) == scores[dim];
        if (!fits) throw new IllegalArgumentException("attention: padding of shape " + padding.shape() + " for scores of shape "
            + Shape.of(scores) + "; it must be [batch, keys], or [keys] for all examples");
        var sizes = new int[scores.length];
        Arrays.fill(sizes, 1);
        for (int dim = 0; dim < given; dim++) sizes[dim] = padding.size(dim);
        sizes[sizes.length - 1] = padding.size(-1);
        return padding.reshape(sizes);
    }
}
