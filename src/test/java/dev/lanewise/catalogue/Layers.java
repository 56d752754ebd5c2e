package dev.lanewise.catalogue;

import dev.lanewise.nn.AdaptiveAvgPool1d;
import dev.lanewise.nn.AdaptiveAvgPool2d;
import dev.lanewise.nn.AdaptiveMaxPool1d;
import dev.lanewise.nn.AdaptiveMaxPool2d;
import dev.lanewise.nn.AvgPool1d;
import dev.lanewise.nn.AvgPool2d;
import dev.lanewise.nn.BatchNorm1d;
import dev.lanewise.nn.BatchNorm2d;
import dev.lanewise.nn.Conv1d;
import dev.lanewise.nn.Conv2d;
import dev.lanewise.nn.ConvOptions;
import dev.lanewise.nn.ConvTranspose2d;
import dev.lanewise.nn.Dropout1d;
import dev.lanewise.nn.Dropout2d;
import dev.lanewise.nn.Dropout;
import dev.lanewise.nn.Embedding;
import dev.lanewise.nn.Flatten;
import dev.lanewise.nn.GLU;
import dev.lanewise.nn.GroupNorm;
import dev.lanewise.nn.Identity;
import dev.lanewise.nn.InstanceNorm1d;
import dev.lanewise.nn.InstanceNorm2d;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.LayerNorm;
import dev.lanewise.nn.LeakyReLU;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.LoRA;
import dev.lanewise.nn.LogSoftmax;
import dev.lanewise.nn.MaxPool1d;
import dev.lanewise.nn.MaxPool2d;
import dev.lanewise.nn.PReLU;
import dev.lanewise.nn.PixelShuffle;
import dev.lanewise.nn.PixelUnshuffle;
import dev.lanewise.nn.PoolOptions;
import dev.lanewise.nn.RMSNorm;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Residual;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.Sin;
import dev.lanewise.nn.Softmax;
import dev.lanewise.nn.Unflatten;
import dev.lanewise.nn.Upsample;
import dev.lanewise.nn.UpsampleOptions;
import dev.lanewise.nn.attention.LearnedPositions;
import dev.lanewise.nn.attention.RotaryPositions;
import dev.lanewise.nn.attention.SinusoidalPositions;
import dev.lanewise.nn.attention.TransformerEncoder;
import dev.lanewise.nn.attention.TransformerEncoderLayer;
import dev.lanewise.nn.attention.TransformerOptions;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.tensor.Domain;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Every layer, and what goes through it. Those that compute a function of the catalogue come from there.
public final class Layers {

    /// @param maker a new one each time
    /// @param draw  inputs away from kinks
    /// @param in    an example's sizes; the batch comes before them
    /// @param out   the result's
    public record Case(Supplier<Layer> maker, BiFunction<Shape, SplittableRandom, Tensor> draw, Shape in, Shape out) {

        /// Initialized.
        public Layer make() { return maker.get().initialize(1); }

        /// Whether the input can be differentiated by: indices can't.
        public boolean isDifferentiable() { return !(maker.get() instanceof Embedding); }

        public Tensor draw(int batch, SplittableRandom random) { return draw.apply(withBatch(batch, in), random); }

        public Shape out(int batch) { return withBatch(batch, out); }

        private static Shape withBatch(int batch, Shape example) {
            return Shape.of(IntStream.concat(IntStream.of(batch), Arrays.stream(example.toArray())).toArray());
        }

        @Override
        public String toString() { return maker.get().toString(); }
    }

    private static final Shape UNITS = Shape.of(3);
    private static final Shape LINE = Shape.of(2, 7);
    private static final Shape IMAGE = Shape.of(2, 5, 5);

    private static final List<Case> OTHERS = List.of(
        of(() -> new Linear(3, 2), UNITS, Shape.of(2)),
        of(() -> new Linear(3, 2, false), UNITS, Shape.of(2)),
        of(() -> new Linear(3, 2), Shape.of(4, 3), Shape.of(4, 2)),
        of(() -> new Conv2d(2, 4, ConvOptions.kernel(3).groups(2)), IMAGE, Shape.of(4, 3, 3)),
        of(() -> new Conv2d(2, 3, ConvOptions.kernel(2, 3).stride(2, 1).padding(1).bias(false)), IMAGE, Shape.of(3, 3, 5)),
        of(() -> new ConvTranspose2d(2, 4, 3), IMAGE, Shape.of(4, 7, 7)),
        of(() -> new Conv1d(2, 4, ConvOptions.kernel(3).stride(2).padding(1).groups(2)), LINE, Shape.of(4, 4)),
        distinct(() -> new MaxPool1d(3, 2), LINE, Shape.of(2, 3)),
        distinct(() -> new MaxPool2d(PoolOptions.kernel(2).padding(1).ceilMode(true)), IMAGE, Shape.of(2, 3, 3)),
        of(() -> new AvgPool1d(2), LINE, Shape.of(2, 3)),
        of(() -> new AvgPool2d(PoolOptions.kernel(3, 2).stride(1).padding(1, 0).countIncludePad(false)), IMAGE,
            Shape.of(2, 5, 4)),
        of(() -> new AdaptiveAvgPool1d(3), LINE, Shape.of(2, 3)),
        of(() -> new AdaptiveAvgPool2d(1, 3), IMAGE, Shape.of(2, 1, 3)),
        distinct(() -> new AdaptiveMaxPool1d(4), LINE, Shape.of(2, 4)),
        distinct(() -> new AdaptiveMaxPool2d(2), IMAGE, Shape.of(2, 2, 2)),
        of(() -> new Upsample(2), LINE, Shape.of(2, 14)),
        of(() -> new Upsample(UpsampleOptions.size(3, 7).mode(UpsampleOptions.Mode.LINEAR).alignCorners(true)), IMAGE,
            Shape.of(2, 3, 7)),
        of(() -> new PixelShuffle(2), Shape.of(4, 2, 3), Shape.of(1, 4, 6)),
        of(() -> new PixelUnshuffle(2), Shape.of(1, 4, 6), Shape.of(4, 2, 3)),
        new Case(() -> new GroupNorm(2, 4), Domain.DISTINCT::draw, Shape.of(4, 3), Shape.of(4, 3)),
        new Case(() -> new InstanceNorm1d(2), Domain.DISTINCT::draw, LINE, LINE),
        new Case(() -> new InstanceNorm2d(2, InstanceNorm2d.options().affine(true).trackRunningStats(true)),
            Domain.DISTINCT::draw, IMAGE, IMAGE),
        new Case(() -> new RMSNorm(3), Domain.NONZERO::draw, UNITS, UNITS),
        of(() -> new Dropout1d(0.5), LINE, LINE),
        of(() -> new Dropout2d(0.5), IMAGE, IMAGE),
        of(() -> new Identity(), UNITS, UNITS),
        of(() -> new Residual(new Linear(3, 3)), UNITS, UNITS),
        of(() -> new LoRA(new Linear(3, 2), 2, 3, Initializers.uniformRule(), Initializers.uniformRule()), UNITS, Shape.of(2)),
        of(() -> new Residual(new Conv2d(2, 3, ConvOptions.kernel(3).stride(2)),
            new Conv2d(2, 3, ConvOptions.kernel(1, 2).stride(3))), IMAGE, Shape.of(3, 2, 2)),
        // away from where three numbers are nearly one, as it is steep there
        new Case(() -> new BatchNorm1d(3), Domain.DISTINCT::draw, UNITS, UNITS),
        of(() -> new BatchNorm2d(2), IMAGE, IMAGE),
        of(() -> new BatchNorm2d(2, BatchNorm2d.options().momentum(null).affine(false)), IMAGE, IMAGE),
        new Case(() -> new LayerNorm(3), Domain.DISTINCT::draw, UNITS, UNITS),
        of(() -> new Dropout(0.5), UNITS, UNITS),
        of(() -> new Flatten(), IMAGE, Shape.of(50)),
        of(() -> new Unflatten(-1, 3, -1), Shape.of(2, 6), Shape.of(2, 3, 2)),
        new Case(() -> new Embedding(4, 3), (shape, random) -> Tensor.generate((data, offset, length) -> {
            for (int i = 0; i < length; i++) data[offset + i] = random.nextInt(4);
        }, shape), Shape.of(5), Shape.of(5, 3)),
        new Case(() -> new PReLU(3, 0.25), Domain.NONZERO::draw, UNITS, UNITS),
        new Case(() -> new LeakyReLU(), Domain.NONZERO::draw, UNITS, UNITS),
        of(() -> new Sin(2), UNITS, UNITS),
        of(() -> new Softmax(1), UNITS, UNITS),
        of(() -> new GLU(), Shape.of(3, 4), Shape.of(3, 2)),
        of(() -> new GLU(1), Shape.of(4, 3), Shape.of(2, 3)),
        of(() -> new LogSoftmax(-1), UNITS, UNITS),
        // with an epsilon that a step of differences doesn't pass
        of(() -> new Sequential(new Linear(3, 4), new BatchNorm1d(4, 0.1, 0.1, true), new Softmax(1), new Linear(4, 2)), UNITS,
            Shape.of(2)),
        // fused; sums are away from the kink, as all that goes in is above 0 and all weights are alike
        new Case(() -> new Sequential(new Linear(3, 4, Initializers.constant(0.3), null), new ReLU(), new Linear(4, 2)),
            Domain.POSITIVE::draw, UNITS, Shape.of(2)));

    private static final Shape TOKENS = Shape.of(3, 4);
    private static final TransformerOptions TRANSFORMER = TransformerOptions.feedForward(3).gelu().eps(0.1).batchFirst(true);

    /// Of tokens that see each other.
    private static final List<Case> ATTENTION = List.of(
        of(() -> new TransformerEncoderLayer(4, 2, TRANSFORMER), TOKENS, TOKENS),
        of(() -> new TransformerEncoderLayer(4, 1, TRANSFORMER.normFirst(true).bias(false).rotary(new RotaryPositions(4))),
            TOKENS, TOKENS),
        of(() -> new TransformerEncoder(2, () -> new TransformerEncoderLayer(4, 2, TRANSFORMER.normFirst(true)),
            new LayerNorm(Shape.of(4), 0.1, true)), TOKENS, TOKENS),
        of(() -> new SinusoidalPositions(4), TOKENS, TOKENS),
        of(() -> new LearnedPositions(5, 4), TOKENS, TOKENS),
        of(() -> new RotaryPositions(4), TOKENS, TOKENS));

    public static final List<Case> ALL = Stream.concat(
        UnaryFunctions.ACTIVATIONS.stream()
        .map(function -> new Case(() -> function.layer().orElseThrow(), function::draw, UNITS, UNITS)),
        Stream.concat(OTHERS.stream(), ATTENTION.stream())).toList();

    private Layers() {}

    /// Where the order of elements is that of their neighbourhood, too.
    private static Case distinct(Supplier<Layer> maker, Shape in, Shape out) {
        return new Case(maker, Domain.DISTINCT::draw, in, out);
    }

    private static Case of(Supplier<Layer> maker, Shape in, Shape out) { return new Case(maker, Domain.ANY::draw, in, out); }
}
