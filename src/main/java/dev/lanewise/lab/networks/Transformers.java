package dev.lanewise.lab.networks;

import dev.lanewise.lab.networks.NamedNetwork.Size;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.LayerNorm;
import dev.lanewise.nn.attention.TransformerEncoder;
import dev.lanewise.nn.attention.TransformerEncoderLayer;
import dev.lanewise.nn.attention.TransformerOptions;

/// What transformers share.
final class Transformers {

    static final int TOKENS = 16;
    private static final int HEAD = 64;

    private Transformers() {}

    static TransformerOptions options(int width, boolean normFirst) {
        return TransformerOptions.feedForward(4 * width).gelu().dropout(0).batchFirst(true).normFirst(normFirst);
    }

    /// Heads of 64 numbers, as usual; one where the width isn't a multiple of that.
    static int heads(int width) { return width % HEAD == 0 ? width / HEAD : 1; }

    /// With a norm at the end, where there is none behind the sums.
    static Layer encoder(Size size, boolean normFirst) {
        var options = options(size.width(), normFirst);
        return new TransformerEncoder(size.layers(),
            () -> new TransformerEncoderLayer(size.width(), heads(size.width()), options), normFirst
            ? new LayerNorm(size.width()) : null);
    }
}
