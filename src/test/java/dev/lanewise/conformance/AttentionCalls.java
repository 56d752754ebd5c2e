package dev.lanewise.conformance;

import static dev.lanewise.conformance.Call.op;
import static dev.lanewise.conformance.Call.ops;

import dev.lanewise.nn.LayerNorm;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.attention.Attention;
import dev.lanewise.nn.attention.AttentionOptions;
import dev.lanewise.nn.attention.LearnedPositions;
import dev.lanewise.nn.attention.MultiheadAttention;
import dev.lanewise.nn.attention.RotaryPositions;
import dev.lanewise.nn.attention.SinusoidalPositions;
import dev.lanewise.nn.attention.TransformerDecoder;
import dev.lanewise.nn.attention.TransformerDecoderLayer;
import dev.lanewise.nn.attention.TransformerEncoder;
import dev.lanewise.nn.attention.TransformerEncoderLayer;
import dev.lanewise.nn.attention.TransformerOptions;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.tensor.Activation;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// Attention and transformers: the parameters are the inputs after what they are called with, a mask is the last one.
final class AttentionCalls {

    private static final Map<String, UnaryOperator<Tensor>> ACTIVATIONS =
        Map.of("relu", Tensor::relu, "gelu", Activation::gelu, "tanh", Tensor::tanh);

    static final Map<String, Call> ALL = Map.ofEntries(
        op("scaledDotProduct", c -> Attention.scaledDotProduct(c.x(0), c.x(1), c.x(2), options(c, c.xOrNull(3)))),
        ops("MultiheadAttention", AttentionCalls::multihead),
        op("TransformerEncoderLayer", AttentionCalls::encoderLayer),
        op("TransformerDecoderLayer", AttentionCalls::decoderLayer),
        op("TransformerEncoder", AttentionCalls::encoder),
        op("TransformerDecoder", AttentionCalls::decoder),
        op("SinusoidalPositions", c -> new SinusoidalPositions(c.x().size(-1)).call(c.x())),
        op("LearnedPositions", c -> {
            var positions = new LearnedPositions(c.x(1).size(0), c.x(1).size(1));
            c.load(1, positions.weight());
            return positions.call(c.x());
        }),
        op("RotaryPositions", c -> new RotaryPositions(c.x().size(-1), c.number("base"), c.flag("neighbours")).call(c.x())));

    private AttentionCalls() {}

    private static AttentionOptions options(Case c, Tensor mask) {
        var options = Attention.options().causal(c.flagOr("causal", false));
        double scale = c.numberOr("scale", Double.NaN);
        if (!Double.isNaN(scale)) options = options.scale(scale);
        return masked(c, options, mask);
    }

    private static AttentionOptions masked(Case c, AttentionOptions options, Tensor mask) {
        return switch (c.wordOr("masked", "none")) {
            case "bias" -> options.bias(mask);
            case "allowed" -> options.allowed(mask);
            case "padding" -> options.padding(mask);
            default -> options;
        };
    }

    /// Parameters are loaded with the inputs from one on; what is behind them is returned.
    private static Tensor load(Case c, Module module, int from) {
        int next = from;
        for (var parameter : module.parameters()) c.load(next++, parameter);
        return c.xOrNull(next);
    }

    private static List<Tensor> multihead(Case c) {
        int width = c.integer("width");
        var attention = new MultiheadAttention(width, c.integer("heads"), MultiheadAttention.options().bias(c.flag("bias"))
            .keyWidth(c.integer("keyWidth")).valueWidth(c.integer("valueWidth")).batchFirst(c.flag("batchFirst")));
        boolean same = c.flag("same");
        var options = options(c, load(c, attention, same ? 1 : 3));
        var key = same ? c.x() : c.x(1);
        var value = same ? c.x() : c.x(2);
        if (!c.flag("weights")) return List.of(attention.call(c.x(), key, value, options));
        var both = attention.callWithWeights(c.x(), key, value, options, c.flag("averaged"));
        return List.of(both.output(), both.weights());
    }

    private static TransformerOptions transformer(Case c) {
        return TransformerOptions.feedForward(c.integer("hidden")).dropout(0).activation(ACTIVATIONS.get(c.word("activation")))
            .eps(c.number("eps")).batchFirst(c.flag("batchFirst")).normFirst(c.flag("normFirst")).bias(c.flag("bias"));
    }

    private static Tensor encoderLayer(Case c) {
        var layer = new TransformerEncoderLayer(c.x().size(-1), c.integer("heads"), transformer(c));
        return layer.call(c.x(), options(c, load(c, layer, 1)));
    }

    private static Tensor decoderLayer(Case c) {
        var layer = new TransformerDecoderLayer(c.x().size(-1), c.integer("heads"), transformer(c));
        var mask = load(c, layer, 2);
        return layer.call(c.x(0), c.x(1), Attention.options().causal(c.flag("causal")), masked(c, Attention.options(), mask));
    }

    private static TransformerOptions small() {
        return TransformerOptions.feedForward(2).dropout(0).gelu().eps(0.1).batchFirst(true).normFirst(true);
    }

    private static LayerNorm norm(Case c) {
        return c.flag("normed") ? new LayerNorm(Shape.of(2), 0.1, Initializers.ones(), Initializers.zeros()) : null;
    }

    private static Tensor encoder(Case c) {
        var encoder = new TransformerEncoder(2, () -> new TransformerEncoderLayer(2, 1, small()), norm(c));
        load(c, encoder, 1);
        return encoder.call(c.x());
    }

    private static Tensor decoder(Case c) {
        var decoder = new TransformerDecoder(2, () -> new TransformerDecoderLayer(2, 1, small()), norm(c));
        load(c, decoder, 2);
        return decoder.call(c.x(0), c.x(1));
    }
}
