package dev.lanewise.lab.networks;

import dev.lanewise.lab.networks.NamedNetwork.Size;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.LayerNorm;
import dev.lanewise.nn.attention.TransformerDecoder;
import dev.lanewise.nn.attention.TransformerDecoderLayer;
import dev.lanewise.nn.attention.TransformerEncoder;
import dev.lanewise.nn.attention.TransformerEncoderLayer;
import dev.lanewise.tensor.Tensor;

/// Of an input's tokens the first half is read, the second is what was said so far.
final class EncoderDecoder extends Layer {

    private final TransformerEncoder encoder;
    private final TransformerDecoder decoder;

    EncoderDecoder(Size size) {
        var options = Transformers.options(size.width(), true);
        int heads = Transformers.heads(size.width());
        encoder = register("encoder", new TransformerEncoder(size.layers(),
            () -> new TransformerEncoderLayer(size.width(), heads, options), new LayerNorm(size.width())));
        decoder = register("decoder", new TransformerDecoder(size.layers(),
            () -> new TransformerDecoderLayer(size.width(), heads, options), new LayerNorm(size.width())));
    }

    @Override
    public Tensor forward(Tensor x) {
        int half = x.size(1) / 2;
        return decoder.call(x.slice(1, half, x.size(1)), encoder.call(x.slice(1, 0, half)));
    }
}
