package dev.lanewise.jmh;

import dev.lanewise.nn.AvgPool2d;
import dev.lanewise.nn.BatchNorm2d;
import dev.lanewise.nn.Conv2d;
import dev.lanewise.nn.ConvOptions;
import dev.lanewise.nn.ConvTranspose2d;
import dev.lanewise.nn.Embedding;
import dev.lanewise.nn.GroupNorm;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.LayerNorm;
import dev.lanewise.nn.MaxPool2d;
import dev.lanewise.nn.attention.Attention;
import dev.lanewise.nn.attention.AttentionOptions;
import dev.lanewise.nn.attention.TransformerEncoderLayer;
import dev.lanewise.nn.attention.TransformerOptions;
import dev.lanewise.nn.loss.Losses;
import dev.lanewise.nn.recurrent.GRU;
import dev.lanewise.nn.recurrent.LSTM;
import dev.lanewise.nn.recurrent.RecurrentOptions;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Tensor;
import java.util.List;

/// Single layers, each with its input and its gradients.
final class LayerWorkloads {

    private static final int SEED = 0;
    /// Of a group normalization.
    private static final int GROUPS = 8;
    /// Hidden units of a transformer's block, in widths.
    private static final int FEED_FORWARD = 4;

    private LayerWorkloads() {}

    /// A convolution of padding K / 2, with a bias.
    static LayerStep convolution(Arguments words) {
        int kernel = words.size(6);
        int stride = words.count() > 6 ? words.size(7) : 1;
        int groups = words.count() > 7 ? words.size(8) : 1;
        var options = ConvOptions.kernel(kernel).padding(kernel / 2).stride(stride).groups(groups);
        return step(new Conv2d(words.size(2), words.size(5), options), normal(words.sizesFrom(1, 4)));
    }

    /// A transposed convolution that makes planes STRIDE times as high and as wide.
    static LayerStep transposed(Arguments words) {
        int kernel = words.size(6);
        int stride = words.size(7);
        if (kernel < stride || (kernel - stride) % 2 != 0) throw words.wrong("kernel " + kernel + " and stride " + stride
            + " don't make planes " + stride + " times as high; use a kernel that is an even number larger than the stride");
        var options = ConvOptions.kernel(kernel).padding((kernel - stride) / 2).stride(stride);
        return step(new ConvTranspose2d(words.size(2), words.size(5), options), normal(words.sizesFrom(1, 4)));
    }

    /// Windows of K x K, side by side.
    static LayerStep pooling(Arguments words) {
        int kernel = words.size(6);
        return step(switch (words.word(1)) {
            case "max" -> new MaxPool2d(kernel);
            case "avg" -> new AvgPool2d(kernel);
            default -> throw words.wrong("\"" + words.word(1) + "\" is not known; use max or avg");
        }, normal(words.sizesFrom(2, 4)));
    }

    /// In training, with scale and shift.
    static LayerStep normalization(Arguments words) {
        return switch (words.word(1)) {
            case "batch" -> planes(new BatchNorm2d(channels(words)), words);
            case "group" -> planes(new GroupNorm(GROUPS, channels(words)), words);
            case "layer" -> {
                words.expect(3, 3, "norm_step layer R C");
                yield step(new LayerNorm(words.size(3)), normal(words.sizesFrom(2, 2)));
            }
            default -> throw words.wrong("\"" + words.word(1) + "\" is not known; use batch, group or layer");
        };
    }

    private static int channels(Arguments words) { return words.expect(5, 5, "norm_step batch|group B C H W").size(3); }

    private static LayerStep planes(Layer layer, Arguments words) { return step(layer, normal(words.sizesFrom(2, 4))); }

    /// N of V rows, and the gradient of all rows.
    static LayerStep embedding(Arguments words) {
        int rows = words.size(1);
        var layer = new Embedding(rows, words.size(2));
        layer.initialize(SEED);
        var indices = Drawn.integers(words.size(3), rows);
        return LayerStep.of(layer, List.of(), () -> layer.call(indices), source("gradient"));
    }

    static LayerStep crossEntropy(Arguments words) {
        var logits = normal(words.sizesFrom(1, 2));
        var labels = Drawn.integers(words.size(1), words.size(2));
        return LayerStep.loss(logits, () -> Losses.crossEntropy(logits, labels));
    }

    /// Scaled dot products of queries, keys and values of one shape.
    static LayerStep attention(Arguments words) {
        var sizes = words.sizesFrom(1, 4);
        var q = leaf("queries", sizes);
        var k = leaf("keys", sizes);
        var v = leaf("values", sizes);
        var masks = masks(words);
        return LayerStep.of(null, List.of(q, k, v), () -> Attention.scaledDotProduct(q, k, v, masks), source("gradient"));
    }

    /// One layer, batch first: all its outputs.
    static LayerStep lstm(Arguments words) {
        var layer = new LSTM(words.size(3), words.size(4), RecurrentOptions.layers(1).batchFirst(true));
        layer.initialize(SEED);
        var x = normal(words.sizesFrom(1, 3));
        return LayerStep.of(layer, List.of(x), () -> layer.call(x).output(), source("gradient"));
    }

    static LayerStep gru(Arguments words) {
        var layer = new GRU(words.size(3), words.size(4), RecurrentOptions.layers(1).batchFirst(true));
        layer.initialize(SEED);
        var x = normal(words.sizesFrom(1, 3));
        return LayerStep.of(layer, List.of(x), () -> layer.call(x).output(), source("gradient"));
    }

    /// A transformer's block: norm first, with biases and GELU.
    static LayerStep block(Arguments words) {
        int width = words.size(3);
        var options = TransformerOptions.feedForward(FEED_FORWARD * width).dropout(0).gelu().batchFirst(true).normFirst(true);
        var layer = new TransformerEncoderLayer(width, words.size(4), options);
        layer.initialize(SEED);
        var x = normal(words.sizesFrom(1, 3));
        var masks = masks(words);
        return LayerStep.of(layer, List.of(x), () -> layer.call(x, masks), source("gradient"));
    }

    /// The fifth word.
    private static AttentionOptions masks(Arguments words) { return Attention.options().causal(words.isCausal(5)); }

    private static LayerStep step(Layer layer, Tensor x) {
        layer.initialize(SEED);
        return LayerStep.of(layer, List.of(x), () -> layer.call(x), source("gradient"));
    }

    private static Tensor normal(int... sizes) { return leaf("inputs", sizes); }

    private static Tensor leaf(String name, int... sizes) { return Tensor.randn(source(name), sizes).requiresGrad(true); }

    private static Threefry source(String name) { return new Threefry(SEED).stream(name); }
}
