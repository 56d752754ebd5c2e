package dev.lanewise.diagnose;

import dev.lanewise.figures.Figures;
import dev.lanewise.figures.Statistics;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Module;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/// The singular values of a network's Jacobian, the derivatives of what it gives with respect to what it gets: by how much it
/// stretches small differences of inputs, and gradients on their way back. Where all are near 1 ("dynamical isometry"), deep
/// networks learn fastest: Saxe, McClelland and Ganguli, 2014; Pennington, Schoenholz and Ganguli, 2017.
///
/// ```java
/// var spectrum = Spectrum.ofJacobian(model, x.slice(0, 0, 1));
/// IO.println(spectrum.words());
/// ```
///
/// Up to [#EXACT] inputs or outputs the whole matrix is made, in as many walks, and all its singular values are exact but for the
/// rounding of floats. Beyond, the largest one is Lanczos's, with bounds, and the mean square is Hutchinson's estimate.
///
/// @param rows       numbers that the network gives
/// @param columns    numbers that it gets
/// @param meanSquare of the singular values, of which there are as many as the shorter side has
/// @param error      the standard error of that; 0 where it is exact
/// @param spread     the variance of the singular values' squares, relative to their mean's square
/// @param largest    by so much the most stretched difference grows
/// @param smallest   the least; not known of large networks, unless Lanczos came that far
/// @param values     all, in descending order; empty of large networks
public record Spectrum(int rows, int columns, double meanSquare, double error, double spread, Extreme largest, Extreme smallest,
                       List<Double> values) {

    /// As long may the shorter side be for all singular values.
    public static final int EXACT = 1000;
    /// Below this share of the largest one, a singular value is rounding.
    static final double RESOLUTION = 1e-6;
    private static final int PROBES = 32;
    private static final double RESOLVED = 0.01;
    private static final long SEED = 1;

    /// Keeps a copy of the values.
    public Spectrum { values = List.copyOf(values); }

    /// Of one input, or of several at once: then of all outputs with respect to all inputs. The model runs in the mode in which
    /// it is, and nothing in it changes; other threads may use it meanwhile.
    ///
    /// @throws IllegalArgumentException without inputs or outputs
    public static Spectrum ofJacobian(Layer model, Tensor input) {
        return ofJacobian(Objects.requireNonNull(model, "Spectrum.ofJacobian: no model"), model::call, input);
    }

    /// As [#ofJacobian(Layer, Tensor)], for models of any call: `Spectrum.ofJacobian(model, x -> model.call(x, context), x)`.
    public static Spectrum ofJacobian(Module model, Function<Tensor, Tensor> call, Tensor input) {
        return ofJacobian(model, call, input, EXACT, SEED);
    }

    static Spectrum ofJacobian(Module model, Function<Tensor, Tensor> call, Tensor input, int exact, long seed) {
        try (var _ = model.rehearsing(); var _ = Autograd.enableGrad(); var _ = Scope.outside()) {
            var x = input.detach().requiresGrad(true);
            var output = call.apply(x);
            if (x.numel() == 0 || output.numel() == 0) throw new IllegalArgumentException("spectrum: the network gives "
                + output.shape() + " for " + x.shape()
                + ", and a matrix without rows or columns has no singular values; give an input that isn't empty");
            var products = new JacobianProducts(output, List.of(x));
            return Math.min(products.rows(), products.columns()) <= exact ? whole(products) : estimated(products, seed);
        }
    }

    private static Spectrum whole(JacobianProducts products) {
        boolean wide = products.rows() <= products.columns();
        int side = wide ? products.rows() : products.columns();
        var matrix = new double[side][];
        for (int i = 0; i < side; i++) {
            Watched.at("singular values", i, side);
            var unit = new float[side];
            unit[i] = 1;
            var line = wide ? products.transposed(unit) : products.times(unit);
            matrix[i] = new double[line.length];
            for (int j = 0; j < line.length; j++) matrix[i][j] = line[j];
        }
        var values = SingularValues.of(matrix);
        double mean = Arrays.stream(values).map(value -> value * value).average().orElseThrow();
        double fourth = Arrays.stream(values).map(value -> Math.pow(value, 4)).average().orElseThrow();
        return new Spectrum(products.rows(), products.columns(), mean, 0, mean == 0 ? 0 : Math.max(0, fourth / (mean * mean) - 1),
            Extreme.exact(values[0]), Extreme.exact(values[side - 1]), Arrays.stream(values).boxed().toList());
    }

    private static Spectrum estimated(JacobianProducts products, long seed) {
        boolean wide = products.rows() <= products.columns();
        int side = Math.min(products.rows(), products.columns());
        Lanczos.Product gram = wide ? u -> products.times(products.transposed(u)) : v -> products.transposed(products.times(v));
        var squares = new double[PROBES];
        var fourths = new double[PROBES];
        for (int i = 0; i < PROBES; i++) {
            Watched.at("singular values", i, PROBES);
            var probe = Lanczos.normal(side, seed + 1 + i);
            var once = wide ? products.transposed(probe) : products.times(probe);
            squares[i] = Statistics.dot(once, once) / side;
            var twice = wide ? products.times(once) : products.transposed(once);
            fourths[i] = Statistics.dot(twice, twice) / side;
        }
        double mean = Arrays.stream(squares).average().orElseThrow();
        double variance = Arrays.stream(squares).map(square -> (square - mean) * (square - mean)).sum() / (PROBES - 1);
        double fourth = Arrays.stream(fourths).average().orElseThrow();
        var found = Lanczos.of(side, gram, seed);
        var smallest = found.smallest().root();
        boolean reached = found.whole() || smallest.residual() <= RESOLVED * smallest.value();
        return new Spectrum(products.rows(), products.columns(), mean, Math.sqrt(variance / PROBES), mean == 0 ? 0
            : fourth / (mean * mean) - 1,
            found.largest().root(), reached ? smallest : Extreme.UNKNOWN, List.of());
    }

    /// Whether all singular values are known.
    public boolean isExact() { return !values.isEmpty(); }

    /// The largest over the smallest: infinite where that is less than a millionth of it, as no more can be told of floats; NaN
    /// where it isn't known.
    public double condition() {
        double least = smallest.value();
        return least <= RESOLUTION * largest.value() ? Double.POSITIVE_INFINITY : largest.value() / least;
    }

    /// What they are, in a sentence.
    public String words() {
        if (Double.isNaN(meanSquare) || Double.isInfinite(meanSquare)) return "the Jacobian isn't finite";
        if (largest.value() == 0) return "the Jacobian is 0: no input makes a difference";
        var condition = Double.isNaN(condition()) ? "the smallest not known" : Double.isInfinite(condition())
            ? "some of them 0 but for rounding"
            : "condition " + Figures.number(condition());
        return "singular values of mean square " + Figures.number(meanSquare) + (error > 0 ? " ± " + Figures.number(error) : "")
            + ", the largest " + Figures.number(largest.value()) + ", " + condition;
    }
}
