package dev.lanewise.nn.attention;

import dev.lanewise.nn.Branched;
import dev.lanewise.nn.Dropout;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.LayerNorm;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.ResidualSum;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/// Self-attention and two linear layers, each added to what goes in and normed: Vaswani et al., "Attention is all you need",
/// 2017. With the norm first: Xiong et al., "On layer normalization in the transformer architecture", 2020. Names and weights are
/// those of PyTorch's `TransformerEncoderLayer`.
///
/// With a causal mask it is a layer of a language model: `layer.call(x, Attention.options().causal())`.
public final class TransformerEncoderLayer extends Layer implements Branched {

    private final TransformerOptions options;
    private final List<ResidualSum> sums = Stream.generate(ResidualSum::new).limit(2).toList();
    private final MultiheadAttention attention;
    private final Linear hidden;
    private final Dropout dropout;
    private final Linear output;
    private final LayerNorm firstNorm;
    private final LayerNorm secondNorm;
    private final Dropout firstDropout;
    private final Dropout secondDropout;

    /// As PyTorch's, with 2,048 hidden units.
    public TransformerEncoderLayer(int width, int heads) { this(width, heads, TransformerOptions.feedForward(2048)); }

    /// A layer as the options have it.
    ///
    /// @param width of inputs and outputs, a multiple of the heads
    public TransformerEncoderLayer(int width, int heads, TransformerOptions options) {
        this.options = Objects.requireNonNull(options, "transformer: no options");
        this.attention = register("self_attn",
            new MultiheadAttention(width, heads, options.attention().rotary(options.rotary())));
        this.hidden = register("linear1", new Linear(width, options.feedForward(), options.bias()));
        this.dropout = register("dropout", new Dropout(options.dropout()));
        this.output = register("linear2", new Linear(options.feedForward(), width, options.bias()));
        this.firstNorm = register("norm1", norm(width, options));
        this.secondNorm = register("norm2", norm(width, options));
        this.firstDropout = register("dropout1", new Dropout(options.dropout()));
        this.secondDropout = register("dropout2", new Dropout(options.dropout()));
    }

    static LayerNorm norm(int width, TransformerOptions options) {
        return new LayerNorm(Shape.of(width), options.eps(), Initializers.ones(), options.bias() ? Initializers.zeros() : null);
    }

    /// How it was made.
    public TransformerOptions options() { return options; }

    /// Of the input's shape: `[tokens, batch, width]`, or with the batch first, if the options say so, or `[tokens, width]`. All
    /// tokens see each other.
    @Override
    public Tensor forward(Tensor x) { return forward(x, Attention.options()); }

    /// As [#call(Tensor)], with what must not be seen: see [MultiheadAttention#call(Tensor, Tensor, Tensor, AttentionOptions)].
    public Tensor call(Tensor x, AttentionOptions masks) { return observed(forward(x, masks), x); }

    private Tensor forward(Tensor x, AttentionOptions masks) {
        if (options.normFirst()) {
            var normed = firstNorm.call(x);
            var y = sums.get(0).of(x, firstDropout.call(attention.call(normed, normed, normed, masks)));
            return sums.get(1).of(y, secondDropout.call(fed(secondNorm.call(y))));
        }
        var y = firstNorm.call(sums.get(0).of(x, firstDropout.call(attention.call(x, x, x, masks))));
        return secondNorm.call(sums.get(1).of(y, secondDropout.call(fed(y))));
    }

    /// Attention's and the linear layers', in the order in which they are made.
    @Override
    public List<ResidualSum> sums() { return sums; }

    @Override
    public List<Parameter> branchParameters() {
        var modules = Stream.of(attention, hidden, output);
        return (options.normFirst() ? Stream.concat(modules, Stream.of(firstNorm, secondNorm)) : modules)
            .flatMap(module -> module.parameters().stream()).toList();
    }

    private Tensor fed(Tensor x) { return output.call(dropout.call(options.activation().apply(hidden.call(x)))); }
}
