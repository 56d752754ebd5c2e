package dev.lanewise.nn.attention;

import dev.lanewise.nn.LayerNorm;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.ModuleList;
import dev.lanewise.tensor.Tensor;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Decoder layers one after the other, each starting from weights of its own, and a norm behind them if there is one; with the
/// names of PyTorch's `TransformerDecoder`: `layers.0.…`, `norm.…`.
public final class TransformerDecoder extends Module {

    private final ModuleList<TransformerDecoderLayer> layers;
    private final LayerNorm norm;

    /// Without a norm behind them.
    ///
    /// @param layer makes a new layer each time
    public TransformerDecoder(int layers, Supplier<TransformerDecoderLayer> layer) { this(layers, layer, null); }

    /// So many layers, made one by one.
    ///
    /// @param layer makes a new layer each time
    /// @param norm  behind the last layer, as layers with the norm first want it; null for none
    public TransformerDecoder(int layers, Supplier<TransformerDecoderLayer> layer, LayerNorm norm) {
        if (layers < 1) throw new IllegalArgumentException("transformer decoder: " + layers
            + " layers; there must be at least one");
        this.layers = register("layers", new ModuleList<>(
            Stream.generate(Objects.requireNonNull(layer, "transformer: no layer")).limit(layers).toList()));
        this.norm = norm == null ? null : register("norm", norm);
    }

    /// In the order in which they run.
    public ModuleList<TransformerDecoderLayer> layers() { return layers; }

    /// Where tokens see those before them and all of the memory.
    public Tensor call(Tensor x, Tensor memory) { return call(x, memory, Attention.options().causal(), Attention.options()); }

    /// See [TransformerDecoderLayer#call(Tensor, Tensor, AttentionOptions, AttentionOptions)].
    public Tensor call(Tensor x, Tensor memory, AttentionOptions masks, AttentionOptions memoryMasks) {
        var y = x;
        for (var layer : layers) y = layer.call(y, memory, masks, memoryMasks);
        return observed(norm == null ? y : norm.call(y), x, memory);
    }
}
