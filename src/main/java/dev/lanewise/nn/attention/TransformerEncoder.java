package dev.lanewise.nn.attention;

import dev.lanewise.nn.Layer;
import dev.lanewise.nn.LayerNorm;
import dev.lanewise.nn.ModuleList;
import dev.lanewise.tensor.Tensor;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Encoder layers one after the other, each starting from weights of its own, and a norm behind them if there is one; with the
/// names of PyTorch's `TransformerEncoder`: `layers.0.…`, `norm.…`.
public final class TransformerEncoder extends Layer {

    private final ModuleList<TransformerEncoderLayer> layers;
    private final LayerNorm norm;

    /// Without a norm behind them.
    ///
    /// @param layer makes a new layer each time
    public TransformerEncoder(int layers, Supplier<TransformerEncoderLayer> layer) { this(layers, layer, null); }

    /// So many layers, made one by one.
    ///
    /// @param layer makes a new layer each time
    /// @param norm  behind the last layer, as layers with the norm first want it; null for none
    public TransformerEncoder(int layers, Supplier<TransformerEncoderLayer> layer, LayerNorm norm) {
        if (layers < 1) throw new IllegalArgumentException("transformer encoder: " + layers
            + " layers; there must be at least one");
        this.layers = register("layers", new ModuleList<>(
            Stream.generate(Objects.requireNonNull(layer, "transformer: no layer")).limit(layers).toList()));
        this.norm = norm == null ? null : register("norm", norm);
    }

    /// In the order in which they run.
    public ModuleList<TransformerEncoderLayer> layers() { return layers; }

    @Override
    public Tensor forward(Tensor x) { return forward(x, Attention.options()); }

    /// As [#call(Tensor)], with what must not be seen in any layer.
    public Tensor call(Tensor x, AttentionOptions masks) { return observed(forward(x, masks), x); }

    private Tensor forward(Tensor x, AttentionOptions masks) {
        var y = x;
        for (var layer : layers) y = layer.call(y, masks);
        return norm == null ? y : norm.call(y);
    }
}
