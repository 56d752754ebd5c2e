package dev.lanewise.nn.attention;

import dev.lanewise.nn.Branched;
import dev.lanewise.nn.Dropout;
import dev.lanewise.nn.LayerNorm;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.ResidualSum;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/// Self-attention, attention to what an encoder made, and two linear layers, each added to what goes in and normed: Vaswani et
/// al., "Attention is all you need", 2017. Names and weights are those of PyTorch's `TransformerDecoderLayer`.
public final class TransformerDecoderLayer extends Module implements Branched {

    private final TransformerOptions options;
    private final List<ResidualSum> sums = Stream.generate(ResidualSum::new).limit(3).toList();
    private final MultiheadAttention attention;
    private final MultiheadAttention memoryAttention;
    private final Linear hidden;
    private final Dropout dropout;
    private final Linear output;
    private final LayerNorm firstNorm;
    private final LayerNorm secondNorm;
    private final LayerNorm thirdNorm;
    private final Dropout firstDropout;
    private final Dropout secondDropout;
    private final Dropout thirdDropout;

    /// As PyTorch's, with 2,048 hidden units.
    public TransformerDecoderLayer(int width, int heads) { this(width, heads, TransformerOptions.feedForward(2048)); }

    /// A layer as the options have it.
    ///
    /// @param width of inputs and outputs, a multiple of the heads
    public TransformerDecoderLayer(int width, int heads, TransformerOptions options) {
        this.options = Objects.requireNonNull(options, "transformer: no options");
        this.attention = register("self_attn",
            new MultiheadAttention(width, heads, options.attention().rotary(options.rotary())));
        this.memoryAttention = register("multihead_attn", new MultiheadAttention(width, heads, options.attention()));
        this.hidden = register("linear1", new Linear(width, options.feedForward(), options.bias()));
        this.dropout = register("dropout", new Dropout(options.dropout()));
        this.output = register("linear2", new Linear(options.feedForward(), width, options.bias()));
        this.firstNorm = register("norm1", TransformerEncoderLayer.norm(width, options));
        this.secondNorm = register("norm2", TransformerEncoderLayer.norm(width, options));
        this.thirdNorm = register("norm3", TransformerEncoderLayer.norm(width, options));
        this.firstDropout = register("dropout1", new Dropout(options.dropout()));
        this.secondDropout = register("dropout2", new Dropout(options.dropout()));
        this.thirdDropout = register("dropout3", new Dropout(options.dropout()));
    }

    /// As [#call(Tensor, Tensor, AttentionOptions, AttentionOptions)], where tokens see those before them and all of the memory.
    public Tensor call(Tensor x, Tensor memory) { return call(x, memory, Attention.options().causal(), Attention.options()); }

    /// Of the input's shape: `[tokens, batch, width]`, or with the batch first, if the options say so, or `[tokens, width]`.
    ///
    /// @param memory      what the encoder gave, of its own number of tokens
    /// @param masks       what tokens must not see of each other: mostly the future
    /// @param memoryMasks what they must not see of the memory: mostly its padding
    public Tensor call(Tensor x, Tensor memory, AttentionOptions masks, AttentionOptions memoryMasks) {
        return observed(forward(x, memory, masks, memoryMasks), x, memory);
    }

    private Tensor forward(Tensor x, Tensor memory, AttentionOptions masks, AttentionOptions memoryMasks) {
        if (options.normFirst()) {
            var normed = firstNorm.call(x);
            var y = sums.get(0).of(x, firstDropout.call(attention.call(normed, normed, normed, masks)));
            var z = sums.get(1).of(y, secondDropout.call(memoryAttention.call(secondNorm.call(y), memory, memory, memoryMasks)));
            return sums.get(2).of(z, thirdDropout.call(fed(thirdNorm.call(z))));
        }
        var y = firstNorm.call(sums.get(0).of(x, firstDropout.call(attention.call(x, x, x, masks))));
        var z = secondNorm.call(sums.get(1).of(y, secondDropout.call(memoryAttention.call(y, memory, memory, memoryMasks))));
        return thirdNorm.call(sums.get(2).of(z, thirdDropout.call(fed(z))));
    }

    /// Attention's, that of attention to the memory, and the linear layers', in the order in which they are made.
    @Override
    public List<ResidualSum> sums() { return sums; }

    @Override
    public List<Parameter> branchParameters() {
        var modules = Stream.of(attention, memoryAttention, hidden, output);
        return (options.normFirst() ? Stream.concat(modules, Stream.of(firstNorm, secondNorm, thirdNorm)) : modules)
            .flatMap(module -> module.parameters().stream()).toList();
    }

    MultiheadAttention memoryAttention() { return memoryAttention; }

    private Tensor fed(Tensor x) { return output.call(dropout.call(options.activation().apply(hidden.call(x)))); }
}
