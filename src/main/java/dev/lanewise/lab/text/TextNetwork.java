package dev.lanewise.lab.text;

import dev.lanewise.nn.Embedding;
import dev.lanewise.nn.LayerNorm;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.attention.Attention;
import dev.lanewise.nn.attention.LearnedPositions;
import dev.lanewise.nn.attention.TransformerEncoder;
import dev.lanewise.nn.attention.TransformerEncoderLayer;
import dev.lanewise.nn.attention.TransformerOptions;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.nn.recurrent.GRU;
import dev.lanewise.nn.recurrent.LSTM;
import dev.lanewise.nn.recurrent.RecurrentOptions;
import dev.lanewise.tensor.Tensor;

/// Says of each place of a text what comes next. The vectors of characters are also the weights of the layer behind, which looks
/// for the one that is nearest: Press and Wolf, "Using the output embedding to improve language models", 2017.
final class TextNetwork extends Module {

    /// What is between the vectors of characters and that layer.
    enum Kind { TRANSFORMER, GRU, LSTM }

    /// @param kind    of network
    /// @param width   of a character's vector, and of all that is made of it
    /// @param layers  one behind the other
    /// @param heads   of a transformer
    /// @param length  the most characters that a transformer sees
    /// @param dropout while training
    record Size(Kind kind, int width, int layers, int heads, int length, double dropout) {}

    private static final double SMALL = 0.02;

    private final Embedding embedding;
    private final Body body;
    private final Linear head;

    /// From vectors `[batch, tokens, width]` to the same, a place knowing nothing of those behind it.
    private interface Body {
        Tensor apply(Tensor x);
    }

    TextNetwork(int characters, Size size) {
        embedding = register("embedding",
            new Embedding(characters, size.width, Initializers.normal(0, size.kind == Kind.TRANSFORMER ? SMALL : 0.1)));
        body = switch (size.kind) {
            case TRANSFORMER -> transformer(size);
            case GRU -> {
                var gru = register("recurrent", new GRU(size.width, size.width, recurrent(size)));
                yield x -> gru.call(x).output();
            }
            case LSTM -> {
                var lstm = register("recurrent", new LSTM(size.width, size.width, recurrent(size)));
                yield x -> lstm.call(x).output();
            }
        };
        head = register("head", new Linear(embedding.weight(), Initializers.zeros()));
    }

    private static RecurrentOptions recurrent(Size size) {
        return RecurrentOptions.layers(size.layers).batchFirst(true).dropout(size.layers == 1 ? 0 : size.dropout);
    }

    private Body transformer(Size size) {
        var positions = register("positions", new LearnedPositions(size.length, size.width, Initializers.normal(0, SMALL)));
        var options = TransformerOptions.feedForward(4 * size.width).gelu().normFirst(true).batchFirst(true)
            .dropout(size.dropout);
        var encoder = register("encoder", new TransformerEncoder(size.layers,
            () -> new TransformerEncoderLayer(size.width, size.heads, options), new LayerNorm(size.width)));
        return x -> encoder.call(positions.call(x), Attention.options().causal());
    }

    /// The logits of what comes next, `[batch * length, characters]`.
    ///
    /// @param tokens row by row
    Tensor call(int[] tokens, int batch, int length) {
        var y = body.apply(embedding.call(tokens, batch, length));
        return observed(head.call(y.flatten(0, 1)), tokens);
    }

    int weights() { return Math.toIntExact(parameterCount()); }
}
