package dev.lanewise.nn.init;

import static dev.lanewise.nn.init.Initializers.bilinear;
import static dev.lanewise.nn.init.Initializers.chrono;
import static dev.lanewise.nn.init.Initializers.constant;
import static dev.lanewise.nn.init.Initializers.deepNorm;
import static dev.lanewise.nn.init.Initializers.deepNormDecoder;
import static dev.lanewise.nn.init.Initializers.deepNormEncoder;
import static dev.lanewise.nn.init.Initializers.deltaOrthogonal;
import static dev.lanewise.nn.init.Initializers.dirac;
import static dev.lanewise.nn.init.Initializers.eye;
import static dev.lanewise.nn.init.Initializers.fixup;
import static dev.lanewise.nn.init.Initializers.gptResidual;
import static dev.lanewise.nn.init.Initializers.icnr;
import static dev.lanewise.nn.init.Initializers.idInit;
import static dev.lanewise.nn.init.Initializers.idInitLast;
import static dev.lanewise.nn.init.Initializers.kaimingNormal;
import static dev.lanewise.nn.init.Initializers.kaimingTruncatedNormal;
import static dev.lanewise.nn.init.Initializers.kaimingUniform;
import static dev.lanewise.nn.init.Initializers.lecunNormal;
import static dev.lanewise.nn.init.Initializers.lecunTruncatedNormal;
import static dev.lanewise.nn.init.Initializers.lecunUniform;
import static dev.lanewise.nn.init.Initializers.nguyenWidrow;
import static dev.lanewise.nn.init.Initializers.nguyenWidrowBias;
import static dev.lanewise.nn.init.Initializers.normal;
import static dev.lanewise.nn.init.Initializers.normalRule;
import static dev.lanewise.nn.init.Initializers.ones;
import static dev.lanewise.nn.init.Initializers.orthogonal;
import static dev.lanewise.nn.init.Initializers.orthogonalHeads;
import static dev.lanewise.nn.init.Initializers.randomWalk;
import static dev.lanewise.nn.init.Initializers.randomWalkLinear;
import static dev.lanewise.nn.init.Initializers.siren;
import static dev.lanewise.nn.init.Initializers.sirenFirst;
import static dev.lanewise.nn.init.Initializers.sparse;
import static dev.lanewise.nn.init.Initializers.tFixupDecoder;
import static dev.lanewise.nn.init.Initializers.tFixupEmbedding;
import static dev.lanewise.nn.init.Initializers.tFixupEncoder;
import static dev.lanewise.nn.init.Initializers.truncatedNormal;
import static dev.lanewise.nn.init.Initializers.uniform;
import static dev.lanewise.nn.init.Initializers.uniformRule;
import static dev.lanewise.nn.init.Initializers.xavierNormal;
import static dev.lanewise.nn.init.Initializers.xavierTruncatedNormal;
import static dev.lanewise.nn.init.Initializers.xavierUniform;
import static dev.lanewise.nn.init.Initializers.zerO;
import static dev.lanewise.nn.init.Initializers.zeros;

import dev.lanewise.file.Quote;
import dev.lanewise.nn.init.Initializers.Mode;
import dev.lanewise.tensor.Shape;
import java.util.List;
import java.util.stream.Stream;

/// How a layer's weight and bias start, under the name by which a command line picks it.
///
/// Most names take arguments, each behind a colon: `normal:0:0.02` (mean, standard deviation), `fixup:8:2`, and a gain, which is
/// a number (`xavier-normal:1.5`), a nonlinearity for the gain that PyTorch has for it (`kaiming-normal:tanh`),
/// `leaky_relu(slope)`, or `forward(activation)` or `backward(activation)` for that of [Gain#forward] or [Gain#backward]
/// (`kaiming-normal:forward(gelu)`). Without arguments they are what [#ALL] has: see the descriptions there.
///
/// What needs more than numbers has no name: [Initializers#muP] a layer's fan at the base width, [Initializers#copyOf] the
/// values, [dev.lanewise.nn.LSUV] a batch of data.
///
/// @param name        lower case, words joined by "-"; then the arguments, if any
/// @param description one line for a person
public record Scheme(String name, String description, Initializer weight, Initializer bias) {

    /// The eleven that courses begin with; they fit every layer.
    public static final List<Scheme> CLASSIC = List.of(
        new Scheme("zeros", "all weights 0", zeros(), zeros()),
        new Scheme("ones", "all weights 1", ones(), zeros()),
        new Scheme("uniform", "uniform on [0, 1)", uniform(0, 1), zeros()),
        new Scheme("uniform-centered", "uniform on [-0.5, 0.5)", uniform(-0.5, 0.5), zeros()),
        new Scheme("uniform-rule", "uniform on ±1/√n, n inputs", uniformRule(), zeros()),
        new Scheme("normal-rule", "normal, standard deviation 1/√n", normalRule(), zeros()),
        new Scheme("xavier-uniform", "uniform, variance 2/(in + out)", xavierUniform(), zeros()),
        new Scheme("xavier-normal", "normal, variance 2/(in + out)", xavierNormal(), zeros()),
        new Scheme("kaiming-uniform", "uniform, variance 2/in", kaimingUniform(), zeros()),
        new Scheme("kaiming-normal", "normal, variance 2/in", kaimingNormal(), zeros()),
        torchDefault());

    private static final List<Scheme> PLAIN = List.of(
        new Scheme("constant", "all weights 0.1", constant(0.1), zeros()),
        new Scheme("normal", "normal, standard deviation 0.02", normal(0, 0.02), zeros()),
        new Scheme("truncated-normal", "normal, standard deviation 0.02, within ±0.04 and not widened for it",
            truncatedNormal(0, 0.02, -0.04, 0.04), zeros()));

    private static final List<Scheme> SCALED = List.of(
        new Scheme("xavier-truncated", "normal within 2 deviations, variance 2/(in + out)", xavierTruncatedNormal(), zeros()),
        new Scheme("kaiming-truncated", "normal within 2 deviations, variance 2/in", kaimingTruncatedNormal(), zeros()),
        new Scheme("kaiming-uniform-out", "uniform, variance 2/out", kaimingUniform(Gain.RELU, Mode.FAN_OUT), zeros()),
        new Scheme("kaiming-normal-out", "normal, variance 2/out", kaimingNormal(Gain.RELU, Mode.FAN_OUT), zeros()),
        new Scheme("lecun-uniform", "uniform, variance 1/in", lecunUniform(), zeros()),
        new Scheme("lecun-normal", "normal, variance 1/in", lecunNormal(), zeros()),
        new Scheme("lecun-truncated", "normal within 2 deviations, variance 1/in", lecunTruncatedNormal(), zeros()),
        new Scheme("siren", "for sines of 30 x: uniform on ±√(6/in)/30, bias on ±1/√in", siren(), uniformRule()),
        new Scheme("siren-first", "for a network's first sines: uniform on ±1/in, bias on ±1/√in", sirenFirst(), uniformRule()),
        new Scheme("fixup", "8 residual branches of 2 layers: normal, variance 2/out · 1/8", fixup(8, 2), zeros()),
        new Scheme("t-fixup-encoder", "6 encoder layers: uniform, 0.67 · 6^-¼ of Xavier's", tFixupEncoder(6), zeros()),
        new Scheme("t-fixup-decoder", "6 decoder layers: uniform, 54^-¼ of Xavier's", tFixupDecoder(6), zeros()),
        new Scheme("t-fixup-embedding", "6 layers: normal, deviation 54^-¼/√out", tFixupEmbedding(6), zeros()),
        new Scheme("gpt-residual", "12 layers: normal, deviation 0.02/√24, for ends of branches", gptResidual(12), zeros()),
        new Scheme("deep-norm", "12 layers: normal, 96^-¼ of Xavier's", deepNorm(12), zeros()),
        new Scheme("deep-norm-encoder", "6 and 6 layers: normal, 0.87 · 6^-5/16 of Xavier's", deepNormEncoder(6, 6), zeros()),
        new Scheme("deep-norm-decoder", "6 layers: normal, 72^-¼ of Xavier's", deepNormDecoder(6), zeros()),
        new Scheme("random-walk", "20 layers of ReLUs: normal, variance 2 · e^(2.4/17.6)/in", randomWalk(20), zeros()),
        new Scheme("random-walk-linear", "linear layers: normal, variance e^(1/in)/in", randomWalkLinear(), zeros()));

    private static final List<Scheme> STRUCTURED = List.of(
        new Scheme("orthogonal", "random orthogonal matrix", orthogonal(), zeros()),
        new Scheme("orthogonal-heads", "8 heads, a random orthogonal matrix each", orthogonalHeads(8), zeros()),
        new Scheme("delta-orthogonal", "orthogonal at the kernel's centre, else 0", deltaOrthogonal(), zeros()),
        new Scheme("eye", "identity matrix", eye(), zeros()),
        new Scheme("dirac", "identity at the kernel's centre", dirac(1), zeros()),
        new Scheme("sparse", "normal, deviation 0.01, a tenth of each column 0", sparse(0.1, 0.01), zeros()),
        new Scheme("bilinear", "bilinear upsampling", bilinear(), zeros()),
        new Scheme("icnr", "normal, variance 2/in, 4 outputs alike", icnr(2, kaimingNormal()), zeros()),
        new Scheme("zero-hadamard", "ZerO: identity or Hadamard matrix", zerO(), zeros()),
        new Scheme("idinit", "IDInit: identity, repeated along the longer side", idInit(), zeros()),
        new Scheme("idinit-last", "IDInit, ends of branches: as idinit, 1e-6 for 1", idInitLast(), zeros()),
        new Scheme("nguyen-widrow", "rows of length 0.7 · h^1/n in random directions, h units of n inputs; bias on ± that",
            nguyenWidrow(), nguyenWidrowBias()),
        new Scheme("chrono", "biases of an LSTM or GRU, dependencies over 784 steps: the forget gate's log u, u on [1, 783)",
            chrono(784), zeros()));

    /// All that have a name, in the order in which they are shown.
    public static final List<Scheme> ALL = Stream.of(CLASSIC, PLAIN, SCALED, STRUCTURED).flatMap(List::stream).toList();

    /// What PyTorch's linear and convolutional layers start with: weight and bias uniform on ±1/sqrt(in), where `in` is
    /// PyTorch's count; see [Fan#torchIn].
    public static Scheme torchDefault() {
        return new Scheme("torch-default", "PyTorch's layer default: ±1/√n, bias too",
            Initializers.torchDefault(), Initializers.torchDefault());
    }

    /// Whether a weight of this fan and shape can start so; see [Initializer#fits].
    public boolean fits(Fan fan, Shape shape) { return weight.fits(fan, shape); }

    /// The scheme that a text names, such as `kaiming-normal`.
    ///
    /// @param text a name of [#ALL], alone or with arguments
    /// @throws IllegalArgumentException if there is none of that name, which lists those there are; or if its arguments aren't
    ///     what it takes, which says what it does
    public static Scheme named(String text) {
        int colon = text.indexOf(':');
        var name = colon < 0 ? text : text.substring(0, colon);
        var plain = ALL.stream().filter(scheme -> scheme.name().equals(name)).findFirst().orElseThrow(() ->
            new IllegalArgumentException("initialization " + Quote.of(name) + " is not known; there are "
                + String.join(", ", ALL.stream().map(Scheme::name).toList())));
        return colon < 0 ? plain : SchemeForm.scheme(plain, text);
    }

    /// The arguments that names take, as they are typed: `normal:mean:std` and so on, joined by commas.
    public static String forms() { return SchemeForm.forms(); }
}
