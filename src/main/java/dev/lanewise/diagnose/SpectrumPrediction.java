package dev.lanewise.diagnose;

import dev.lanewise.figures.Figures;
import dev.lanewise.nn.Chain;
import dev.lanewise.nn.Dropout;
import dev.lanewise.nn.Flatten;
import dev.lanewise.nn.Identity;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Pointwise;
import dev.lanewise.nn.Unflatten;
import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.nn.init.Structure;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.DoubleUnaryOperator;

/// What theory expects of the singular values of a wide network's Jacobian at the start: free probability's, for linear layers of
/// independent or of orthogonal weights with activations between them. [Spectrum] is what a network shows.
///
/// The Jacobian is … D₂ W₂ D₁ W₁, D being diagonal with the slopes at normal numbers of the second moment that [MeanField] has.
/// Weights and slopes being free of each other in wide layers, the S-transforms of their squares multiply, so that s = tr J Jᵀ (λ
/// - J Jᵀ)⁻¹ is found for λ as λ(s) = (n + s) / s ∏ 1 / S: 1 / S is v (m + s) of an m x n matrix of independent weights of
/// variance v, g² (m + s) / (max(m, n) + s) of an orthogonal one of gain g, and E⁻¹(z) z / (1 + z) of slopes, where z = s / m and
/// E(ζ) is the mean of d² / (ζ - d²). Its expansion about s = 0 gives mean and variance; the upper end of the spectrum is its
/// least value. Of square layers all alike, of χ = σ_w² μ₁, they are χ^L and L (μ₂ / μ₁² - 1 - s₁), μ being the moments of d² and
/// s₁ -1 of independent weights and 0 of orthogonal ones: Pennington, Schoenholz and Ganguli, "Resurrecting the sigmoid in deep
/// learning through dynamical isometry", 2017, and "The emergence of spectral universality in deep networks", 2018. That slopes
/// are free of weights was proved by Pastur, 2020, and Collins and Hayase, 2023.
///
/// @param inputs      numbers that the network gets
/// @param outputs     numbers that it gives
/// @param meanSquare  of as many singular values as the shorter side has
/// @param spread      the variance of their squares, relative to their mean's square
/// @param largest     the largest one's mean at these widths
/// @param end         where the spectrum of ever wider layers ends
/// @param fromWeights what weights that aren't orthogonal, or have a narrow side, add to the spread
/// @param fromSlopes  what slopes that differ add to it
/// @param activation  the first one; [Nonlinearity#LINEAR] if there is none
/// @param layers      how many have weights
/// @param gap         why nothing is predicted, or empty; then numbers are NaN
public record SpectrumPrediction(int inputs, int outputs, double meanSquare, double spread, double largest, double end,
                                 double fromWeights, double fromSlopes, Nonlinearity activation, int layers, String gap) {

    /// A spread up to which one may speak of dynamical isometry.
    public static final double ISOMETRIC = 0.25;
    private static final double LEAST_MEAN = 0.5;
    private static final double LEAST = 1e-7;
    private static final double MOST = 1e10;
    private static final double STRIDE = 1.3;
    private static final int GOLDEN_STEPS = 40;
    private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;
    /// The mean of Tracy and Widom's law of real matrices.
    private static final double TRACY_WIDOM = -1.2065335745820;
    private static final double STEP = 1e-3;

    /// One of the matrices whose product is the Jacobian.
    ///
    /// @param mean 1 / S at 0
    /// @param bend its logarithm's slope there
    /// @param at   1 / S, of s
    private record Factor(double mean, double bend, boolean weights, DoubleUnaryOperator at) {

        static Factor independent(double variance, int out) {
            return new Factor(variance * out, 1.0 / out, true, s -> variance * (out + s));
        }

        static Factor orthogonal(double gain, int in, int out) {
            int long_ = Math.max(in, out);
            return out >= in ? new Factor(gain * gain, 0, true, _ -> gain * gain)
                : new Factor(gain * gain * out / long_, 1.0 / out - 1.0 / in, true, s -> gain * gain * (out + s) / (long_ + s));
        }

        static Factor slopes(SlopeLaw law, int units) {
            return new Factor(law.mean(), law.spread() / units, false, s -> law.mean() == 0 ? 0
                : law.inverse(s / units) * s / (units + s));
        }
    }

    /// Of a chain of linear layers and activations, for inputs of this mean square. Layers that are in evaluation, or do nothing,
    /// may stand between them.
    ///
    /// @throws IllegalArgumentException if the mean square isn't positive and finite
    public static SpectrumPrediction of(Layer model, double square) {
        Objects.requireNonNull(model, "spectrum: no model");
        if (!(square > 0 && square < Double.POSITIVE_INFINITY)) throw new IllegalArgumentException("spectrum: the inputs' mean"
            + " square is " + square + "; it must be positive and finite");
        return new Way(square).of(model);
    }

    /// Of square layers that are all alike, at a second moment where they stay: an activation behind each one.
    ///
    /// @param field      activation and variances
    /// @param orthogonal whether weights are, with a gain of the root of [MeanField#weightVariance]; else they are independent
    /// @param q          the second moment before the activation, such as [MeanField#fixedPoint]
    /// @throws IllegalArgumentException without layers
    public static SpectrumPrediction of(MeanField field, boolean orthogonal, double q, int layers) {
        if (layers < 1) throw new IllegalArgumentException("spectrum: " + layers + " layers; give at least one");
        int width = 1 << 20;
        var law = SlopeLaw.of(field.activation(), q);
        var slopes = Factor.slopes(law, width);
        var weights = orthogonal ? Factor.orthogonal(Math.sqrt(field.weightVariance()), width, width)
            : Factor.independent(field.weightVariance() / width, width);
        var once = new Factor(weights.mean() * slopes.mean(), 0, false, s ->
            Math.pow(weights.at().applyAsDouble(s) * slopes.at().applyAsDouble(s), layers));
        double end = Edge.of(width, List.of(once)).end();
        double fromWeights = layers * weights.bend() * width;
        return new SpectrumPrediction(width, width, Math.pow(once.mean(), layers), fromWeights + layers * law.spread(), end, end,
            fromWeights, layers * law.spread(), field.activation(), layers, "");
    }

    static SpectrumPrediction unknown(String gap) {
        return new SpectrumPrediction(0, 0, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN,
            Nonlinearity.LINEAR, 0, gap);
    }

    /// A signal's way through a chain.
    private static final class Way {

        private final List<Factor> factors = new ArrayList<>();
        /// Of what a layer gets.
        private double square;
        private int inputs;
        private int width;
        private int layers;
        private Nonlinearity activation;
        private String gap = "";

        Way(double square) { this.square = square; }

        SpectrumPrediction of(Layer model) {
            walk("", model);
            if (gap.isEmpty() && layers == 0) gap = "there is no linear layer";
            return gap.isEmpty() ? prediction() : unknown(gap);
        }

        private void walk(String path, Layer layer) {
            if (!gap.isEmpty()) return;
            switch (layer) {
                case Linear linear -> linear(linear);
                case Chain chain -> {
                    int i = 0;
                    for (var link : chain.layers()) walk(path.isEmpty() ? "" + i++ : path + "." + i++, link);
                }
                case Flatten _, Unflatten _, Identity _ -> {}
                case Dropout dropout when !dropout.isTraining() -> {}
                case Pointwise pointwise -> activation(pointwise.nonlinearity());
                default -> gap = "theory of spectra doesn't cover " + layer.getClass().getSimpleName()
                    + (layer instanceof Dropout ? " in training" : "") + (path.isEmpty() ? "" : ", layer \"" + path + "\"");
            }
        }

        private void linear(Linear linear) {
            int in = linear.weight().shape().size(1);
            int out = linear.weight().shape().size(0);
            var law = Stage.Affine.law(linear.weight());
            double multiplier = linear.multiplier();
            double variance = law.variance() * multiplier * multiplier;
            double biases = linear.bias() == null ? 0 : Stage.Affine.law(linear.bias()).variance();
            if (Math.abs(law.mean()) > 1e-9 * Math.sqrt(law.variance()))
                gap = String.format(Locale.ROOT, "weights have mean %.3g, which theory takes to be 0", law.mean());
            switch (Stage.Affine.structure(linear.weight())) {
                case Structure.Independent _ -> factors.add(Factor.independent(variance, out));
                case Structure.Orthogonal orthogonal -> factors.add(Factor.orthogonal(multiplier * orthogonal.gain(), in, out));
                default -> gap = "its weights are neither independent nor an orthogonal matrix";
            }
            if (layers++ == 0) inputs = in;
            width = out;
            square = in * variance * square + biases;
        }

        private void activation(Nonlinearity function) {
            if (activation == null) activation = function;
            if (layers == 0) gap = "there is an activation before any weights, at whose inputs theory knows no law";
            else if (!(square < Double.POSITIVE_INFINITY)) gap = "the signal grows beyond all numbers";
            else {
                factors.add(Factor.slopes(SlopeLaw.of(function, square), width));
                square = function.square(square);
            }
        }

        private SpectrumPrediction prediction() {
            int side = Math.min(inputs, width);
            double total = inputs;
            double fromWeights = side * (1.0 / inputs) - 1;
            double fromSlopes = 0;
            for (var factor : factors) {
                total *= factor.mean();
                if (factor.weights()) fromWeights += side * factor.bend();
                else fromSlopes += side * factor.bend();
            }
            var edge = Edge.of(inputs, factors);
            return new SpectrumPrediction(inputs, width, total / side, total == 0 ? 0 : Math.max(0, fromWeights + fromSlopes),
                edge.largest(), edge.end(), fromWeights, fromSlopes, activation == null ? Nonlinearity.LINEAR : activation,
                layers, "");
        }
    }

    /// Where the spectrum ends, and where its largest value is found in the mean.
    private record Edge(double end, double largest) {

        /// The root of the least of λ(s) on the branch that begins at s = 0, where λ falls from infinity.
        static Edge of(int inputs, List<Factor> factors) {
            if (factors.stream().anyMatch(factor -> factor.mean() == 0)) return new Edge(0, 0);
            DoubleUnaryOperator logarithm = log -> {
                double s = Math.exp(log);
                double sum = Math.log1p(inputs / s);
                for (var factor : factors) sum += Math.log(factor.at().applyAsDouble(s));
                return sum;
            };
            double before = Math.log(LEAST * inputs);
            double at = before;
            double least = logarithm.applyAsDouble(at);
            for (double next = at + STRIDE; next < Math.log(MOST * inputs); next += STRIDE) {
                double there = logarithm.applyAsDouble(next);
                // beyond, slopes have no such s
                if (!(there < least)) return of(logarithm, golden(logarithm, before, next), least);
                before = at;
                at = next;
                least = there;
            }
            return new Edge(Math.exp(least / 2), Math.exp(least / 2));
        }

        /// About the least value λ = end + λ'' (s - s₀)² / 2, so that the density of n eigenvalues falls as a root there, and the
        /// largest one is below by Tracy and Widom's law times (end² λ'' / 2)^(1/3).
        private static Edge of(DoubleUnaryOperator logarithm, double place, double least) {
            double here = Math.min(least, logarithm.applyAsDouble(place));
            double end = Math.exp(here / 2);
            double bend = (logarithm.applyAsDouble(place + STEP) + logarithm.applyAsDouble(place - STEP)
                - 2 * logarithm.applyAsDouble(place)) / (STEP * STEP);
            double below = TRACY_WIDOM * Math.cbrt(bend / 2 * Math.exp(-2 * place));
            return new Edge(end, bend > 0 && below > -1 ? end * Math.sqrt(1 + below) : end);
        }
    }

    /// The place of the least value.
    private static double golden(DoubleUnaryOperator f, double low, double high) {
        double left = high - GOLDEN * (high - low);
        double right = low + GOLDEN * (high - low);
        double atLeft = f.applyAsDouble(left);
        double atRight = f.applyAsDouble(right);
        for (int step = 0; step < GOLDEN_STEPS; step++) {
            // what is NaN lies beyond
            if (!(atRight < atLeft)) {
                high = right;
                right = left;
                atRight = atLeft;
                left = high - GOLDEN * (high - low);
                atLeft = f.applyAsDouble(left);
            } else {
                low = left;
                left = right;
                atLeft = atRight;
                right = low + GOLDEN * (high - low);
                atRight = f.applyAsDouble(right);
            }
        }
        return Double.isNaN(atLeft) ? low : left;
    }

    /// Whether singular values are nearly all alike, and about 1: the edge of dynamical isometry.
    public boolean isIsometric() { return spread <= ISOMETRIC && meanSquare >= LEAST_MEAN && meanSquare <= 1 / LEAST_MEAN; }

    /// What is expected, and which start would reach dynamical isometry.
    public String words() {
        if (!gap.isEmpty()) return "not predicted: " + gap;
        var numbers = "singular values of mean square " + Figures.number(meanSquare) + ", the largest " + Figures.number(largest)
            + ", the spread of their squares " + Figures.number(spread) + (spread > 0
                ? " (weights " + Figures.number(Math.max(0, fromWeights)) + ", slopes " + Figures.number(fromSlopes) + ")" : "");
        if (isIsometric()) return numbers + ": dynamical isometry";
        return numbers + ": no dynamical isometry; " + Isometry.of(activation, layers).map(Isometry::words)
            .orElse("no weights on the edge of"
            + " chaos reach it with " + activation.name() + " at " + layers + (layers == 1 ? " layer" : " layers"));
    }
}
