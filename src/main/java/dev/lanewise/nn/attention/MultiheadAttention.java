package dev.lanewise.nn.attention;

import dev.lanewise.bridge.TensorBridge;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.ModuleValue;
import dev.lanewise.nn.Multiplied;
import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.Passage;
import dev.lanewise.nn.Propagating;
import dev.lanewise.nn.Signal;
import dev.lanewise.nn.Stepped;
import dev.lanewise.nn.init.Distribution;
import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Initializer;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import java.util.Objects;

/// Attention of several heads, each over its own projections of queries, keys and values, side by side: Vaswani et al.,
/// "Attention is all you need", 2017. With PyTorch's names: `in_proj_weight` `[3 width, width]` and `in_proj_bias`, or, where
/// keys or values have another width, `q_proj_weight`, `k_proj_weight` and `v_proj_weight`; `out_proj.weight` and
/// `out_proj.bias`.
///
/// ```java
/// var attention = new MultiheadAttention(64, 8, MultiheadAttention.options().batchFirst(true));
/// var y = attention.call(x, x, x, Attention.options().causal());
/// ```
public final class MultiheadAttention extends Module implements Stepped, Multiplied, Propagating {

    private static final TensorBridge TENSORS = TensorBridge.get();
    private static final String NAME = "multihead attention: ";

    private final int width;
    private final int heads;
    private final MultiheadOptions options;
    /// Of queries, keys and values, one below the other, each a block of the fan; null where they have widths of their own.
    private final Parameter inWeight;
    private final Parameter queryWeight;
    private final Parameter keyWeight;
    private final Parameter valueWeight;
    private final Parameter inBias;
    private final Linear out;
    private double multiplier = 1;
    /// NaN for the root of what it is over.
    private double scale = Double.NaN;
    private final ModuleValue<RandomSource> source = new ModuleValue<>(this, null);
    private final ModuleValue<Long> step = new ModuleValue<>(this, 0L);

    /// With biases, tokens first, without dropout.
    public MultiheadAttention(int width, int heads) { this(width, heads, options()); }

    /// Attention as the options have it.
    ///
    /// @param width of queries and of the result, a multiple of the heads
    public MultiheadAttention(int width, int heads, MultiheadOptions options) {
        Objects.requireNonNull(options, "multihead attention: no options");
        if (width < 1 || heads < 1 || width % heads != 0) throw new IllegalArgumentException(NAME + heads
            + " heads of width " + width + " in all; each has an equal part, at least 1");
        if (options.rotary() != null && options.rotary().width() != width / heads) throw new IllegalArgumentException(NAME
            + "rotary positions of width " + options.rotary().width() + " for heads of width " + width / heads
            + "; they must be the same");
        this.width = width;
        this.heads = heads;
        this.options = options;
        int keys = options.keyWidth() == 0 ? width : options.keyWidth();
        int values = options.valueWidth() == 0 ? width : options.valueWidth();
        boolean together = keys == width && values == width;
        var start = Initializers.xavierUniform();
        this.inWeight = together ? register(Parameter.turned("in_proj_weight", Shape.of(3 * width, width),
            Fan.stacked(3, width, width), MultiheadAttention::torchStacked)) : null;
        this.queryWeight = together ? null : weight("q_proj_weight", width, width, start);
        this.keyWeight = together ? null : weight("k_proj_weight", width, keys, start);
        this.valueWeight = together ? null : weight("v_proj_weight", width, values, start);
        this.inBias = options.bias()
            ? register(new Parameter("in_proj_bias", Shape.of(3 * width), Fan.stacked(3, width, width), Initializers.zeros()))
            : null;
        this.out = register("out_proj",
            new Linear(width, width, Initializers.torchDefault(), options.bias() ? new Zeroed() : null));
    }

    /// With biases, tokens first, without dropout.
    public static MultiheadOptions options() { return new MultiheadOptions(true, 0, 0, false, 0, null); }

    private Parameter weight(String name, int rows, int columns, Initializer start) {
        return register(Parameter.turned(name, Shape.of(rows, columns), Fan.linear(columns, rows), start));
    }

    /// Xavier's law as PyTorch draws it, which takes the three for one layer of as many outputs: its deviation is 0.71 of what
    /// theirs is apart.
    private static Distribution torchStacked(Fan fan, Shape shape) {
        return Initializers.xavierUniform().distribution(Fan.linear(shape.size(1), shape.size(0)), shape);
    }

    /// Zeros in the place of PyTorch's numbers, which are drawn all the same.
    private record Zeroed() implements Initializer {
        @Override
        public Distribution distribution(Fan fan, Shape shape) { return Initializers.zeros().distribution(fan, shape); }

        @Override
        public void fill(Tensor tensor, Fan fan, RandomSource source) {
            Initializers.torchDefault().fill(tensor, fan, source);
            Initializers.zeros().fill(tensor, fan, source);
        }
    }

    /// PyTorch draws the projections after the layer behind.
    @Override
    protected boolean startsAfterChildren() { return true; }

    @Override
    protected void initializeOwn(RandomSource stream) {
        source.set(stream);
        step.set(0L);
    }

    /// Declares what the next initialization fills weights with: `attention.initializers(Initializers.orthogonalHeads(8),
    /// Initializers.orthogonal())`.
    ///
    /// @param projections of queries, keys and values, each by its own fan
    /// @param output      of the layer behind
    public MultiheadAttention initializers(Initializer projections, Initializer output) {
        Objects.requireNonNull(projections,
            NAME + "no initializer of the projections; name one, as Initializers.xavierUniform()");
        Objects.requireNonNull(output, NAME + "no initializer of the output; name one, as Initializers.xavierUniform()");
        for (var weight : inWeight == null ? List.of(queryWeight, keyWeight, valueWeight)
            : List.of(inWeight)) weight.initializer(projections);
        out.weight().initializer(output);
        return this;
    }

    /// How it was made.
    public MultiheadOptions multiheadOptions() { return options; }

    /// How many heads look side by side.
    public int heads() { return heads; }

    /// The size of the last dimension of queries and of the result.
    public int width() { return width; }

    /// What products of queries and keys are multiplied by, where a call doesn't say; NaN for 1 / sqrt(width of a head).
    public double scale() { return scale; }

    /// As 1 / width of a head, in the maximal update parametrization. It isn't trained, nor is it part of a state.
    ///
    /// @param scale positive and finite
    public void scale(double scale) { this.scale = Multiplied.checked("multihead attention: scale", scale); }

    /// Of the projections of queries, keys and values; `out_proj` has its own.
    @Override
    public double multiplier() { return multiplier; }

    @Override
    public void multiplier(double factor) { multiplier = Multiplied.checked("multihead attention: multiplier", factor); }

    /// How many times weights were dropped since the initialization.
    @Override
    public long step() { return step.get(); }

    @Override
    public void step(long step) {
        if (step < 0 || step > 1L << 53) throw new IllegalArgumentException(NAME + "step " + step
            + "; it must be 0 or more, and at most 2^53");
        this.step.set(step);
    }

    /// As [#call(Tensor, Tensor, Tensor, AttentionOptions)], where all keys are seen.
    public Tensor call(Tensor query, Tensor key, Tensor value) { return call(query, key, value, Attention.options()); }

    /// What each query gets: `[tokens, batch, width]`, `[batch, tokens, width]` if the options say so, or without the batch
    /// `[tokens, width]`, as the query.
    ///
    /// @param key   as the query, of keys
    /// @param value as the query, of as many as there are keys
    /// @param masks what must not be seen: padding `[batch, keys]`; allowed and bias broadcast to
    ///     `[batch, heads, queries, keys]`. The dropout is this module's own
    /// @throws IllegalArgumentException if shapes don't fit
    public Tensor call(Tensor query, Tensor key, Tensor value, AttentionOptions masks) {
        return observed(joined(attended(query, key, value, masks).output(), query), query, key, value, masks);
    }

    /// As [#call(Tensor, Tensor, Tensor, AttentionOptions)], to the bit, with what values were weighted by: that takes memory for
    /// a matrix of queries and keys.
    ///
    /// @param averaged whether the weights are the mean over all heads
    public AttentionOutput callWithWeights(Tensor query, Tensor key, Tensor value, AttentionOptions masks, boolean averaged) {
        var attended = attended(query, key, value, masks);
        var weights = attended.weights();
        return observed(new AttentionOutput(joined(attended.output(), query), averaged ? weights.mean(-3) : weights), query, key,
            value, masks);
    }

    private TensorBridge.Attended attended(Tensor query, Tensor key, Tensor value, AttentionOptions masks) {
        Objects.requireNonNull(masks, "multihead attention: no options; Attention.options() hides nothing");
        check(query, key, value);
        var projected = projected(query, key, value);
        for (int i = 0; i < 3; i++) projected[i] = split(projected[i]);
        if (options.rotary() != null) for (int i = 0; i < 2; i++) projected[i] = options.rotary().call(projected[i]);
        return Attention.of(projected[0], projected[1], projected[2],
            dropping(Double.isNaN(masks.scale()) && !Double.isNaN(scale) ? masks.scale(scale) : masks));
    }

    private AttentionOptions dropping(AttentionOptions masks) {
        if (!isTraining() || options.dropout() == 0) return masks.dropout(0, null);
        var random = source.get();
        if (random == null) throw new IllegalStateException(NAME
            + "the model is in training, but has no random numbers to drop by;"
            + " to predict, run it in evaluation: try (var _ = Module.evaluating()) { … }; to train it, call initialize(seed)"
            + " on the model first, before it loads a state");
        long now = step();
        step.set(now + 1);
        return masks.dropout(options.dropout(), Stepped.numbers(random, now));
    }

    /// One product for those that are one tensor and have one weight.
    private Tensor[] projected(Tensor query, Tensor key, Tensor value) {
        if (inWeight == null) return new Tensor[] {linear(query, queryWeight.tensor(), 0, 1),
            linear(key, keyWeight.tensor(), 1, 2), linear(value, valueWeight.tensor(), 2, 3)};
        if (key != value) return new Tensor[] {part(query, 0, 1)[0], part(key, 1, 2)[0], part(value, 2, 3)[0]};
        if (query == key) return part(query, 0, 3);
        var two = part(key, 1, 3);
        return new Tensor[] {part(query, 0, 1)[0], two[0], two[1]};
    }

    private Tensor[] part(Tensor x, int from, int to) {
        var weight = to - from == 3 ? inWeight.tensor() : inWeight.tensor().slice(0, from * width, to * width);
        var y = linear(x, weight, from, to);
        int rank = y.shape().rank();
        var sizes = java.util.Arrays.copyOf(y.shape().toArray(), rank + 1);
        sizes[rank - 1] = to - from;
        sizes[rank] = width;
        var apart = y.reshape(sizes);
        var parts = new Tensor[to - from];
        for (int i = 0; i < parts.length; i++) parts[i] = apart.select(-2, i);
        return parts;
    }

    private Tensor linear(Tensor x, Tensor weight, int from, int to) {
        var bias = inBias == null ? null : to - from == 3 ? inBias.tensor() : inBias.tensor().slice(0, from * width, to * width);
        return TENSORS.linear(multiplied(x), weight, bias);
    }

    /// To `[batch, heads, tokens, width of a head]`, or without the batch.
    private Tensor split(Tensor x) {
        if (x.shape().rank() == 2) return x.reshape(x.size(0), heads, width / heads).permute(1, 0, 2);
        var apart = x.reshape(x.size(0), x.size(1), heads, width / heads);
        return options.batchFirst() ? apart.permute(0, 2, 1, 3) : apart.permute(1, 2, 0, 3);
    }

    private Tensor joined(Tensor heads, Tensor query) {
        var tokens = query.shape().rank() == 2 ? heads.permute(1, 0, 2) : options.batchFirst() ? heads.permute(0, 2, 1, 3)
            : heads.permute(2, 0, 1, 3);
        return out.call(tokens.reshape(query.shape().toArray()));
    }

    private void check(Tensor query, Tensor key, Tensor value) {
        int keys = options.keyWidth() == 0 ? width : options.keyWidth();
        int values = options.valueWidth() == 0 ? width : options.valueWidth();
        int rank = query.shape().rank();
        boolean fits = (rank == 2 || rank == 3) && key.shape().rank() == rank && value.shape().rank() == rank
            && query.size(-1) == width
            && key.size(-1) == keys && value.size(-1) == values;
        int batch = options.batchFirst() ? 0 : 1;
        int tokens = rank == 2 ? 0 : 1 - batch;
        fits = fits && key.size(tokens) == value.size(tokens)
            && (rank == 2 || query.size(batch) == key.size(batch) && key.size(batch) == value.size(batch));
        if (fits) return;
        var order = options.batchFirst() ? "[batch, tokens, " : "[tokens, batch, ";
        throw new IllegalArgumentException(NAME + "queries " + query.shape() + ", keys " + key.shape() + ", values "
            + value.shape() + "; expected are " + order + width + "], " + order + keys + "] and " + order + values
            + "], or all without the batch, with as many keys as values");
    }

    // ---- theory

    /// Of self-attention that sees all tokens.
    @Override
    public Passage propagate(Signal in) { return propagate(List.of(in, in, in), List.of()); }

    /// With a causal mask or none, without rotary positions; of weights that are dropped the mean.
    @Override
    public Passage propagate(List<Signal> in, List<?> arguments) {
        var masks = arguments.size() > 3 && arguments.get(3) instanceof AttentionOptions given ? given : Attention.options();
        boolean covered = in.size() == 3 && options.rotary() == null && masks.allowed() == null && masks.padding() == null
            && masks.bias() == null;
        if (!covered) return Passage.UNKNOWN;
        boolean flat = !arguments.isEmpty() && arguments.getFirst() instanceof Tensor query && query.shape().rank() == 2;
        boolean swapped = flat || !options.batchFirst();
        var given = swapped ? in.stream().map(Signal::swapped).toList() : in;
        double stated = Double.isNaN(masks.scale()) ? scale : masks.scale();
        double logits = Double.isNaN(stated) ? 1 : stated * stated * width / heads;
        var moments = new AttentionMoments(squared(inWeight == null ? queryWeight : inWeight),
            logits * squared(inWeight == null ? keyWeight : inWeight), squared(inWeight == null ? valueWeight : inWeight),
            out.multiplier() * out.multiplier() * squaredAsDrawn(out.weight()), width, masks.isCausal());
        var passage = moments.of(given.get(0), given.get(1), given.get(2));
        return swapped ? new Passage(passage.out().swapped(), passage.stray(), passage.ways().stream()
            .map(way -> new Passage.Way(way.gradient())).toList()) : passage;
    }

    /// The fan in times the variance, as the weights are used.
    private double squared(Parameter weight) {
        return multiplier * multiplier * squaredAsDrawn(weight);
    }

    private static double squaredAsDrawn(Parameter weight) {
        return weight.shape().size(1) * weight.initializer().distribution(weight.fan(), weight.shape()).variance();
    }

    @Override
    public String toString() {
        return "MultiheadAttention(" + width + ", " + heads + " heads" + (options.bias() ? "" : ", no bias")
            + (options.dropout() == 0 ? "" : ", dropout " + options.dropout()) + ")";
    }
}
