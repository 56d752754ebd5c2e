package dev.lanewise.nn.init;

import dev.lanewise.nn.Admin;
import dev.lanewise.nn.Conv2d;
import dev.lanewise.nn.ConvOptions;
import dev.lanewise.nn.ConvTranspose2d;
import dev.lanewise.nn.Embedding;
import dev.lanewise.nn.Identity;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.LoRA;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.Residual;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.attention.Mimetic;
import dev.lanewise.nn.attention.MultiheadAttention;
import dev.lanewise.nn.attention.TransformerEncoder;
import dev.lanewise.nn.recurrent.GRU;
import dev.lanewise.nn.recurrent.LSTM;
import dev.lanewise.nn.recurrent.RNN;
import dev.lanewise.nn.recurrent.RecurrentOptions;
import dev.lanewise.optim.ParameterGroups;
import dev.lanewise.optim.Parametrization;
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
    Optional<Initializer> weight(Gain gain) {
        return Optional.ofNullable(WITH_GAIN.get(scheme.name())).map(it -> it.apply(gain));
    }

    Initializer varianceScaling(double scale, Initializers.Mode mode, Initializers.Law law) {
        return Initializers.varianceScaling(scale, mode, law);
    }

    Gain leakyRelu(double slope) { return Gain.leakyRelu(slope); }

    Fan linear(int in, int out) { return new Linear(in, out).weight().fan(); }

    Fan conv(Conv conv) { return conv.weight().fan(); }

    Fan embedding(int rows, int dim) { return new Embedding(rows, dim).weight().fan(); }

    Fan stacked(int blocks, int in, int out) { return Fan.stacked(blocks, in, out); }

    Fan projections(int width) { return new MultiheadAttention(width, 1).namedParameters().get("in_proj_weight").fan(); }

    Fan gates(int in, int hidden) { return new LSTM(in, hidden).namedParameters().get("weight_ih_l0").fan(); }

    /// The two that an LSTM adds to its gates, where they are 0 but for the forget gate's.
    float[][] gateBiases(int hidden, double forget) {
        var zeros = Initializers.zeros();
        var lstm = new LSTM(2, hidden, RecurrentOptions.layers(1).initializers(zeros, zeros, zeros).forgetBias(forget));
        lstm.initialize(1);
        return new float[][] {lstm.namedParameters().get("bias_ih_l0").tensor().toArray(),
            lstm.namedParameters().get("bias_hh_l0").tensor().toArray()};
    }

    /// The two of an LSTM whose gates remember, or of a GRU.
    float[][] chronoBiases(boolean lstm, int hidden, double longest, long seed) {
        var options = RecurrentOptions.layers(1).chrono(longest);
        Module layer = lstm ? new LSTM(2, hidden, options) : new GRU(2, hidden, options);
        layer.initialize(seed);
        return new float[][] {layer.namedParameters().get("bias_ih_l0").tensor().toArray(),
            layer.namedParameters().get("bias_hh_l0").tensor().toArray()};
    }

    /// A recurrent network that starts as the identity.
    RNN remembering(int in, int hidden) { return RNN.irnn(in, hidden); }

    void mimetic(MultiheadAttention attention, long seed) { Mimetic.ofDefaults().run(attention, seed); }

    /// Of a model that has its values.
    void admin(TransformerEncoder model, Tensor batch) { Admin.run(model, batch); }

    LoRA lowRank(Linear base, int rank, double alpha) { return new LoRA(base, rank, alpha); }

    /// A residual block that starts as the identity.
    Layer branch(Layer body) { return new Residual(body, new Identity(), Initializers.zeros()); }

    /// What reads out by an embedding's weight.
    Linear head(Parameter weight) { return new Linear(weight, null); }

    void start(Module model, long seed) { model.initialize(seed); }

    /// Makes a wider network ready for Adam.
    ParameterGroups transfer(Sequential model, Sequential base, double rate) {
        return Parametrization.muP(base).apply(model, Parametrization.Steps.ADAM, rate);
    }

    /// A model's parameters by their names, and how they start.
    Map<String, ModelsContract.Start> gpt() { return ModelsContract.gpt(); }

    Fan likePyTorch(Shape weight) { return Fan.likePyTorch(weight); }

    Initializer copyOf(Tensor values) { return Initializers.copyOf(values); }

    Initializer copyOf(Tensor values, Initializer fresh) { return Initializers.copyOf(values, fresh); }

    RandomSource source(long seed) { return new Threefry(seed); }

    /// Several layers in one matrix.
    private static final class Projections extends Layer {
        private final Parameter weight;

        Projections(Fan fan, Scheme start) { weight = register(new Parameter("weight", Shape.of(48, 64), fan, start.weight())); }

        @Override
        public Tensor forward(Tensor x) { return x.matmul(weight.tensor().t()); }
    }

    /// Biases of four gates.
    private static final class Gates extends Layer {
        private final Parameter bias;

        Gates(Scheme start) { bias = register(new Parameter("bias", Shape.of(64), Fan.stacked(4, 64, 16), start.weight())); }

        @Override
        public Tensor forward(Tensor x) { return x.add(bias.tensor()); }
    }

    Layer model() {
        var start = new Scheme(scheme.name(), scheme.description(), weight(), bias());
        var layers = new LinkedHashMap<String, Layer>();
        boolean linear = start.fits(Fan.linear(64, 64), Shape.of(64, 64));
        for (int blocks = 3; blocks <= 4 && !linear; blocks++) {
            var fan = Fan.stacked(blocks, 64, 48 / blocks);
            if (!start.fits(fan, Shape.of(48, 64))
                || start.fits(Fan.stacked(7 - blocks, 64, 48 / (7 - blocks)), Shape.of(48, 64))) continue;
            for (var name : LAYERS) layers.put(name, new Projections(fan, start));
            return new Sequential(layers);
        }
        if (!linear && start.fits(Fan.stacked(4, 64, 16), Shape.of(64))) {
            for (var name : LAYERS) layers.put(name, new Gates(start));
            return new Sequential(layers);
        }
        for (var name : LAYERS) layers.put(name, linear
            ? new Linear(64, name.equals("last") ? 16 : 64, start.weight(), start.bias())
            : new Conv2d(12, 12, ConvOptions.kernel(3).initializers(start.weight(), start.bias())));
        return new Sequential(layers);
    }
}
