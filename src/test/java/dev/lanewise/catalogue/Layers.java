package dev.lanewise.catalogue;

import dev.lanewise.nn.BatchNorm1d;
import dev.lanewise.nn.BatchNorm2d;
import dev.lanewise.nn.Conv2d;
import dev.lanewise.nn.ConvOptions;
import dev.lanewise.nn.ConvTranspose2d;
import dev.lanewise.nn.Dropout;
import dev.lanewise.nn.Embedding;
import dev.lanewise.nn.Flatten;
import dev.lanewise.nn.GLU;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.LayerNorm;
import dev.lanewise.nn.LeakyReLU;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.LogSoftmax;
import dev.lanewise.nn.PReLU;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.Sin;
import dev.lanewise.nn.Softmax;
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
    private static final Shape IMAGE = Shape.of(2, 5, 5);

    private static final List<Case> OTHERS = List.of(
        of(() -> new Linear(3, 2), UNITS, Shape.of(2)),
        of(() -> new Linear(3, 2, false), UNITS, Shape.of(2)),
        of(() -> new Linear(3, 2), Shape.of(4, 3), Shape.of(4, 2)),
        of(() -> new Conv2d(2, 4, ConvOptions.kernel(3).groups(2)), IMAGE, Shape.of(4, 3, 3)),
        of(() -> new Conv2d(2, 3, ConvOptions.kernel(2, 3).stride(2, 1).padding(1).bias(false)), IMAGE, Shape.of(3, 3, 5)),
        of(() -> new ConvTranspose2d(2, 4, 3), IMAGE, Shape.of(4, 7, 7)),
        // away from where three numbers are nearly one, as it is steep there
        new Case(() -> new BatchNorm1d(3), Domain.DISTINCT::draw, UNITS, UNITS),
        of(() -> new BatchNorm2d(2), IMAGE, IMAGE),
        new Case(() -> new LayerNorm(3), Domain.DISTINCT::draw, UNITS, UNITS),
        of(() -> new Dropout(0.5), UNITS, UNITS),
        of(() -> new Flatten(), IMAGE, Shape.of(50)),
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
        of(() -> new Sequential(new Linear(3, 4), new BatchNorm1d(4, 0.1, 0.1, true), new Softmax(1), new Linear(4, 2)), UNITS, Shape.of(2)),
        // fused; sums are away from the kink, as all that goes in is above 0 and all weights are alike
        new Case(() -> new Sequential(new Linear(3, 4, Initializers.constant(0.3), null), new ReLU(), new Linear(4, 2)),
            Domain.POSITIVE::draw, UNITS, Shape.of(2)));

    public static final List<Case> ALL = Stream.concat(
        UnaryFunctions.ACTIVATIONS.stream().map(function -> new Case(() -> function.layer().orElseThrow(), function::draw, UNITS, UNITS)),
        OTHERS.stream()).toList();

    private Layers() {}

    private static Case of(Supplier<Layer> maker, Shape in, Shape out) { return new Case(maker, Domain.ANY::draw, in, out); }
}
