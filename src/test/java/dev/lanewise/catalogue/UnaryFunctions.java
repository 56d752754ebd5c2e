package dev.lanewise.catalogue;

import static dev.lanewise.catalogue.UnaryFunction.of;
import static dev.lanewise.tensor.Domain.NONZERO;
import static dev.lanewise.tensor.Domain.POSITIVE;

import dev.lanewise.nn.CELU;
import dev.lanewise.nn.ELU;
import dev.lanewise.nn.GELU;
import dev.lanewise.nn.Hardshrink;
import dev.lanewise.nn.Hardsigmoid;
import dev.lanewise.nn.Hardswish;
import dev.lanewise.nn.Hardtanh;
import dev.lanewise.nn.LeakyReLU;
import dev.lanewise.nn.LogSigmoid;
import dev.lanewise.nn.Mish;
import dev.lanewise.nn.PReLU;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.SELU;
import dev.lanewise.nn.SiLU;
import dev.lanewise.nn.Sigmoid;
import dev.lanewise.nn.Sin;
import dev.lanewise.nn.Softplus;
import dev.lanewise.nn.Softshrink;
import dev.lanewise.nn.Softsign;
import dev.lanewise.nn.Tanh;
import dev.lanewise.nn.Tanhshrink;
import dev.lanewise.nn.Threshold;
import dev.lanewise.tensor.Activation;
import dev.lanewise.tensor.Tensor;
import java.util.List;

/// Every function of each element, with value, slope and curvature in double: [Tensor]'s and [Activation]'s. The largest error of
/// all floats, which FunctionsExhaustiveTest finds, stands above each bound.
public final class UnaryFunctions {

    private static final double SELU_SCALE = 1.0507009873554805f;
    private static final double SELU_ALPHA = 1.6732632423543772f;

    public static final List<UnaryFunction> ALL = List.of(
        of("neg", Tensor::neg, x -> -x, _ -> -1, _ -> 0).odd(),
        of("abs", Tensor::abs, Math::abs, Math::signum, _ -> 0).even().kinks(0),
        of("sign", Tensor::sign, Math::signum),
        of("square", Tensor::square, x -> x * x, x -> 2 * x, _ -> 2).even(),
        of("reciprocal", Tensor::reciprocal, x -> 1 / x, x -> -1 / x / x, x -> 2 / x / x / x).on(NONZERO),
        of("sqrt", Tensor::sqrt, Math::sqrt, x -> 0.5 / Math.sqrt(x), x -> -0.25 / Math.sqrt(x) / x).on(POSITIVE),
        of("rsqrt", Tensor::rsqrt, x -> 1 / Math.sqrt(x), x -> -0.5 / Math.sqrt(x) / x,
            x -> 0.75 / Math.sqrt(x) / x / x).ulps(1.5)
            .on(POSITIVE),
        // 0.891 at 5.2016387
        of("exp", Tensor::exp, StrictMath::exp, Math::exp, Math::exp).ulps(1),
        // 1.455 at 16.982925
        of("expm1", Tensor::expm1, StrictMath::expm1, Math::exp, Math::exp).ulps(1.5),
        // 0.806 at 1.4044684
        of("log", Tensor::log, StrictMath::log, x -> 1 / x, x -> -1 / x / x).ulps(1).on(POSITIVE),
        // 1.438 at -8.940697e-8
        of("log1p", Tensor::log1p, StrictMath::log1p, x -> 1 / (1 + x), x -> -1 / (1 + x) / (1 + x)).ulps(1.5).on(POSITIVE),
        // 0.873 at 332.22372
        of("sin", Tensor::sin, StrictMath::sin, Math::cos, x -> -Math.sin(x)).ulps(1).odd().natural(_ -> 1e-6).layer(Sin::new),
        // 0.864 at 68.3277
        of("cos", Tensor::cos, StrictMath::cos, x -> -Math.sin(x), x -> -Math.cos(x)).ulps(1).even().natural(_ -> 1e-6),
        // 1.362 at 0.63000596
        of("tanh", Tensor::tanh, StrictMath::tanh, x -> 1 / Math.cosh(x) / Math.cosh(x),
            x -> -2 * Math.tanh(x) / Math.cosh(x) / Math.cosh(x)).ulps(2).odd().natural(_ -> 1).layer(Tanh::new),
        // 2.402 at -4.157294
        of("sigmoid", Tensor::sigmoid, Exact::sigmoid, x -> Exact.sigmoid(x) * Exact.sigmoid(-x),
            x -> Exact.sigmoid(x) * Exact.sigmoid(-x) * (1 - 2 * Exact.sigmoid(x))).ulps(2.5).natural(_ -> 0.25)
                .layer(Sigmoid::new),
        // 1.084 at 1.068378
        of("erf", Tensor::erf, ErrorFunction::erf, x -> Exact.bell(x, 2 / Math.sqrt(Math.PI), 1),
            x -> Exact.bell(x, -4 * x / Math.sqrt(Math.PI), 1)).ulps(2).odd(),
        of("pow(3)", x -> x.pow(3f), x -> x * x * x, x -> 3 * x * x, x -> 6 * x).ulps(2),
        of("pow(2.5)", x -> x.pow(2.5f), x -> Math.pow(x, 2.5), x -> 2.5 * Math.pow(x, 1.5), x -> 3.75 * Math.pow(x, 0.5)).ulps(2)
        .on(POSITIVE),
        of("pow(1)", x -> x.pow(1f), x -> x, _ -> 1, _ -> 0),
        of("pow(0.5)", x -> x.pow(0.5f), x -> Math.pow(x, 0.5), x -> 0.5 * Math.pow(x, -0.5),
            x -> -0.25 * Math.pow(x, -1.5)).ulps(2)
            .on(POSITIVE),
        of("pow(0.1)", x -> x.pow(0.1f), x -> Math.pow(x, 0.1f), x -> 0.1f * Math.pow(x, 0.1f - 1.0),
            x -> 0.1f * (0.1f - 1.0) * Math.pow(x, 0.1f - 2.0)).ulps(2).on(POSITIVE),
        of("pow(0)", x -> x.pow(0f), _ -> 1, _ -> 0, _ -> 0),
        of("pow(-1)", x -> x.pow(-1f), x -> 1 / x, x -> -1 / x / x, x -> 2 / x / x / x).ulps(2).on(NONZERO),
        of("pow(1000)", x -> x.pow(1000f), x -> Math.pow(x, 1000), x -> 1000 * Math.pow(x, 999), x -> 999e3 * Math.pow(x, 998))
        .ulps(2).on(null),
        of("pow(1.5, x)", x -> Tensor.scalar(1.5f).pow(x), x -> Math.pow(1.5, x), x -> Math.log(1.5) * Math.pow(1.5, x),
            x -> Math.log(1.5) * Math.log(1.5) * Math.pow(1.5, x)).ulps(2),
        of("clamp(-0.5, 2)", x -> x.clamp(-0.5f, 2f), x -> Math.clamp(x, -0.5, 2), x -> x >= -0.5 && x <= 2 ? 1 : 0, _ -> 0)
        .kinks(-0.5, 2),
        of("relu", Tensor::relu, x -> x <= 0 ? 0 : x, x -> x <= 0 ? 0 : 1, _ -> 0).kinks(0).layer(ReLU::new),
        // ---- activations
        of("leakyRelu(0.1)", x -> Activation.leakyRelu(x, 0.1), x -> x > 0 ? x : 0.1f * x, x -> x > 0 ? 1 : 0.1f, _ -> 0).kinks(0)
            .layer(() -> new LeakyReLU(0.1)),
        of("prelu(0.25)", x -> Activation.prelu(x, Tensor.scalar(0.25f)), x -> x > 0 ? x : 0.25 * x, x -> x > 0 ? 1 : 0.25,
            _ -> 0).kinks(0)
            .layer(() -> new PReLU().initialize(1)),
        // 0.952 at -0.38342345
        of("elu(1)", x -> Activation.elu(x, 1), x -> x > 0 ? x : StrictMath.expm1(x), x -> x > 0 ? 1 : Math.exp(x),
            x -> x > 0 ? 0 : Math.exp(x)).ulps(1.5).kinks(0).layer(ELU::new),
        of("elu(0.7)", x -> Activation.elu(x, 0.7), x -> x > 0 ? x : 0.7f * StrictMath.expm1(x), x -> x > 0 ? 1
            : 0.7f * Math.exp(x),
            x -> x > 0 ? 0 : 0.7f * Math.exp(x)).ulps(2.5).kinks(0).layer(() -> new ELU(0.7)),
        // 2.141 at -0.15249015
        of("selu", Activation::selu, x -> SELU_SCALE * (x > 0 ? x : SELU_ALPHA * StrictMath.expm1(x)),
            x -> SELU_SCALE * (x > 0 ? 1 : SELU_ALPHA * Math.exp(x)), x -> SELU_SCALE * (x > 0 ? 0 : SELU_ALPHA * Math.exp(x)))
                .ulps(2.5)
            .kinks(0).layer(SELU::new),
        // 7.871 at -12.167065, in both tails, where the result is no subnormal number
        of("gelu", Activation::gelu, x -> x < -40 ? -0.0 : x * Exact.below(x),
            x -> Exact.below(x) + Exact.flat(x) * Exact.density(x), x -> Exact.bell(x, (2 - x * x) / Math.sqrt(2 * Math.PI), 0.5))
                .ulps(8, 0x1p-147).natural(Exact::nearZero).layer(GELU::new),
        of("geluTanh", Activation::geluTanh, Exact::geluTanh, Exact::geluTanhSlope, Exact::geluTanhCurvature).ulps(6, 0x1p-147)
            .natural(Exact::nearZero).layer(() -> new GELU(GELU.Approximation.TANH)),
        // 3.344 at -5.9388933
        of("silu", Activation::silu, x -> x < -200 ? -0.0 : x * Exact.sigmoid(x),
            x -> Exact.sigmoid(x) + Exact.flat(x) * Exact.sigmoid(x) * Exact.sigmoid(-x),
            x -> Exact.sigmoid(x) * Exact.sigmoid(-x) * (2 + Exact.flat(x) * (1 - 2 * Exact.sigmoid(x)))).ulps(3.5, 0x1p-142)
            .natural(Exact::nearZero).layer(SiLU::new),
        // 4.574 at -6.876721
        of("mish", Activation::mish, Exact::mish, Exact::mishSlope, Exact::mishCurvature).ulps(5, 0x1p-147)
            .natural(Exact::nearZero).layer(Mish::new),
        // 2.108 at -1.2616823
        of("softplus(1, 20)", x -> Activation.softplus(x, 1, 20), x -> x > 20 ? x : StrictMath.log1p(StrictMath.exp(x)),
            x -> x > 20 ? 1 : Exact.sigmoid(x), x -> x > 20 ? 0 : Exact.sigmoid(x) * Exact.sigmoid(-x)).ulps(2.5)
                .natural(_ -> 0.25)
            .layer(Softplus::new),
        of("softplus(2, 3)", x -> Activation.softplus(x, 2, 3), x -> 2 * x > 3 ? x : StrictMath.log1p(StrictMath.exp(2 * x)) / 2,
            x -> 2 * x > 3 ? 1 : Exact.sigmoid(2 * x), x -> 2 * x > 3 ? 0 : 2 * Exact.sigmoid(2 * x) * Exact.sigmoid(-2 * x))
                .ulps(2.5)
            .kinks(1.5).natural(_ -> 0.25).layer(() -> new Softplus(2, 3)),
        // 2.108 at 1.2616823
        of("logSigmoid", Activation::logSigmoid, x -> Math.min(x, 0) - StrictMath.log1p(StrictMath.exp(-Math.abs(x))),
            x -> Exact.sigmoid(-x), x -> -Exact.sigmoid(x) * Exact.sigmoid(-x)).ulps(2.5).natural(_ -> 0.25)
                .layer(LogSigmoid::new),
        // 1.499 at 2047.3749
        of("softsign", Activation::softsign, x -> Double.isInfinite(x) ? Math.signum(x) : x / (1 + Math.abs(x)),
            x -> 1 / (1 + Math.abs(x)) / (1 + Math.abs(x)), x -> -2 * Math.signum(x) / Math.pow(1 + Math.abs(x), 3)).ulps(1.5)
                .odd().kinks(0)
            .layer(Softsign::new),
        of("hardtanh(-1, 1)", x -> Activation.hardtanh(x, -1, 1), x -> Math.clamp(x, -1, 1.0), x -> x <= -1 || x >= 1 ? 0
            : 1, _ -> 0)
            .odd().kinks(-1, 1).layer(Hardtanh::new),
        of("hardtanh(-0.7, 0.9)", x -> Activation.hardtanh(x, -0.7, 0.9), x -> Math.clamp(x, -0.7f, (double) 0.9f),
            x -> x <= -0.7f || x >= 0.9f ? 0 : 1, _ -> 0).kinks(-0.7, 0.9).layer(() -> new Hardtanh(-0.7, 0.9)),
        of("hardswish", Activation::hardswish, x -> x <= -3 ? 0 : x >= 3 ? x : x * (x + 3) / 6, x -> x <= -3 ? 0 : x >= 3 ? 1
            : (2 * x + 3) / 6,
            x -> x <= -3 || x >= 3 ? 0 : 1 / 3.0).ulps(2).kinks(-3, 3).natural(_ -> 1).layer(Hardswish::new),
        of("hardsigmoid", Activation::hardsigmoid, x -> x <= -3 ? 0 : x >= 3 ? 1 : (x + 3) / 6, x -> x <= -3 || x >= 3 ? 0
            : 1 / 6.0, _ -> 0)
            .ulps(1.5).kinks(-3, 3).layer(Hardsigmoid::new),
        of("celu(1)", x -> Activation.celu(x, 1), x -> x > 0 ? x : StrictMath.expm1(x), x -> x > 0 ? 1 : Math.exp(x),
            x -> x > 0 ? 0 : Math.exp(x)).ulps(1.5).kinks(0).layer(CELU::new),
        of("celu(0.7)", x -> Activation.celu(x, 0.7), x -> x > 0 ? x : 0.7f * StrictMath.expm1(x / 0.7f), x -> x > 0 ? 1
            : Math.exp(x / 0.7f),
            x -> x > 0 ? 0 : Math.exp(x / 0.7f) / 0.7f).ulps(2.5).kinks(0).natural(_ -> 1e-20).layer(() -> new CELU(0.7)),
        of("softshrink(0.5)", x -> Activation.softshrink(x, 0.5), x -> Exact.beyond(x, 0.5) ? x - Math.copySign(0.5, x) : 0 * x,
            x -> Exact.beyond(x, 0.5) ? 1 : 0, _ -> 0).odd().kinks(-0.5, 0.5).layer(Softshrink::new),
        of("softshrink(0.7)", x -> Activation.softshrink(x, 0.7), x -> Exact.beyond(x, 0.7f) ? x - Math.copySign(0.7f, x) : 0 * x,
            x -> Exact.beyond(x, 0.7f) ? 1 : 0, _ -> 0).odd().kinks(-0.7, 0.7).layer(() -> new Softshrink(0.7)),
        of("hardshrink(0.5)", x -> Activation.hardshrink(x, 0.5), x -> Exact.beyond(x, 0.5) ? x : 0 * x,
            x -> Exact.beyond(x, 0.5) ? 1 : 0, _ -> 0).odd().kinks(-0.5, 0.5).layer(Hardshrink::new),
        of("tanhshrink", Activation::tanhshrink, Exact::tanhshrink, x -> Math.pow(Math.tanh(x), 2),
            x -> 2 * Math.tanh(x) / Math.cosh(x) / Math.cosh(x)).ulps(3.5).odd().natural(x -> Math.abs(x) < 1 ? 0 : 1)
                .layer(Tanhshrink::new),
        of("threshold(0.4, -2)", x -> Activation.threshold(x, 0.4, -2), x -> x <= 0.4f ? -2 : x, x -> x <= 0.4f ? 0 : 1,
            _ -> 0).kinks(0.4)
            .layer(() -> new Threshold(0.4, -2)));

    /// Those that a layer computes.
    public static final List<UnaryFunction> ACTIVATIONS = ALL.stream().filter(function -> function.layer().isPresent()).toList();

    private UnaryFunctions() {}

    public static UnaryFunction named(String name) {
        return ALL.stream().filter(function -> function.name().equals(name)).findFirst()
            .orElseThrow(() -> new AssertionError(name));
    }
}
