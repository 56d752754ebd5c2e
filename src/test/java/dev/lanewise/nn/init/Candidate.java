package dev.lanewise.nn.init;

import dev.lanewise.nn.Conv2d;
import dev.lanewise.nn.ConvOptions;
import dev.lanewise.nn.ConvTranspose2d;
import dev.lanewise.nn.Embedding;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.Sequential;
import dev.lanewise.random.RandomSource;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// What the contract judges: one scheme of the library, and what stands around it. A mutant gets one part wrong.
class Candidate {

    private static final Map<String, Function<Gain, Initializer>> WITH_GAIN = Map.of(
        "xavier-uniform", Initializers::xavierUniform, "xavier-normal", Initializers::xavierNormal,
        "kaiming-uniform", Initializers::kaimingUniform, "kaiming-normal", Initializers::kaimingNormal,
        "orthogonal", Initializers::orthogonal, "delta-orthogonal", Initializers::deltaOrthogonal,
        "xavier-truncated", Initializers::xavierTruncatedNormal, "kaiming-truncated", Initializers::kaimingTruncatedNormal,
        "kaiming-uniform-out", gain -> Initializers.kaimingUniform(gain, Initializers.Mode.FAN_OUT),
        "kaiming-normal-out", gain -> Initializers.kaimingNormal(gain, Initializers.Mode.FAN_OUT));

    /// Three of one size, and a smaller one.
    static final List<String> LAYERS = List.of("first", "second", "third", "last");

    final Scheme scheme;

    Candidate(Scheme scheme) { this.scheme = scheme; }

    Candidate(String scheme) { this(Scheme.named(scheme)); }

    /// A convolution, or the transpose of one.
    record Conv(boolean transposed, int in, int out, int kernel, int stride, int groups) {

        Conv transpose() { return new Conv(!transposed, in, out, kernel, stride, groups); }

        Parameter weight() {
            var options = ConvOptions.kernel(kernel).stride(stride).groups(groups);
            return transposed ? new ConvTranspose2d(in, out, options).weight() : new Conv2d(in, out, options).weight();
        }
    }

    Initializer weight() { return scheme.weight(); }

    Initializer bias() { return scheme.bias(); }

    /// The weight's initializer at another gain, if it has one.
    Optional<Initializer> weight(Gain gain) { return Optional.ofNullable(WITH_GAIN.get(scheme.name())).map(it -> it.apply(gain)); }

    Initializer varianceScaling(double scale, Initializers.Mode mode, Initializers.Law law) {
        return Initializers.varianceScaling(scale, mode, law);
    }

    Gain leakyRelu(double slope) { return Gain.leakyRelu(slope); }

    Fan linear(int in, int out) { return new Linear(in, out).weight().fan(); }

    Fan conv(Conv conv) { return conv.weight().fan(); }

    Fan embedding(int rows, int dim) { return new Embedding(rows, dim).weight().fan(); }

    Fan stacked(int blocks, int in, int out) { return Fan.stacked(blocks, in, out); }

    Fan likePyTorch(Shape weight) { return Fan.likePyTorch(weight); }

    Initializer copyOf(Tensor values) { return Initializers.copyOf(values); }

    Initializer copyOf(Tensor values, Initializer fresh) { return Initializers.copyOf(values, fresh); }

    RandomSource source(long seed) { return new Threefry(seed); }

    Layer model() {
        var start = new Scheme(scheme.name(), scheme.description(), weight(), bias());
        var layers = new LinkedHashMap<String, Layer>();
        boolean linear = start.fits(Fan.linear(64, 64), Shape.of(64, 64));
        for (var name : LAYERS) layers.put(name, linear
            ? new Linear(64, name.equals("last") ? 16 : 64, start.weight(), start.bias())
            : new Conv2d(12, 12, ConvOptions.kernel(3).initializers(start.weight(), start.bias())));
        return new Sequential(layers);
    }
}
