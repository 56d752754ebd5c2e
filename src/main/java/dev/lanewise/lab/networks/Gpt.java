package dev.lanewise.lab.networks;

import dev.lanewise.lab.networks.NamedNetwork.Size;
import dev.lanewise.nn.Embedding;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.LayerNorm;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.attention.Attention;
import dev.lanewise.nn.attention.LearnedPositions;
import dev.lanewise.nn.attention.TransformerEncoder;
import dev.lanewise.nn.attention.TransformerEncoderLayer;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.Tensor;

/// Radford et al., "Language models are unsupervised multitask learners", 2019, in small: from indices of tokens to logits of the
/// next.
final class Gpt extends Layer {

    private static final int VOCABULARY = 512;
    private static final double STD = 0.02;

    private final Embedding embedding;
    private final LearnedPositions positions;
    private final TransformerEncoder layers;
    private final Linear logits;

    Gpt(Size size) {
        var options = Transformers.options(size.width(), true);
        embedding = register("embedding", new Embedding(VOCABULARY, size.width(), Initializers.normal(0, STD)));
        positions = register("positions", new LearnedPositions(Transformers.TOKENS, size.width(), Initializers.normal(0, STD)));
        layers = register("layers", new TransformerEncoder(size.layers(), () -> new TransformerEncoderLayer(size.width(),
            Transformers.heads(size.width()), options), new LayerNorm(size.width())));
        logits = register("logits", new Linear(embedding.weight(), null));
        layers.namedParameters().forEach((path, parameter) -> {
            if (path.endsWith("out_proj.weight")
                || path.endsWith("linear2.weight")) parameter.initializer(Initializers.gptResidual(size.layers()));
            else if (path.endsWith("in_proj_weight")
                || path.endsWith("linear1.weight")) parameter.initializer(Initializers.normal(0, STD));
            else if (path.endsWith("bias")) parameter.initializer(Initializers.zeros());
        });
    }

    /// Any, all equally likely.
    static Tensor tokens(int batch, int length, RandomSource source) {
        return Tensor.generate((data, offset, count) -> {
            source.uniform(data, offset, count);
            for (int i = offset; i < offset + count; i++) data[i] = (int) (VOCABULARY * data[i]);
        }, batch, length);
    }

    @Override
    public Tensor forward(Tensor x) {
        return logits.call(layers.call(positions.call(embedding.call(x)), Attention.options().causal()));
    }
}
