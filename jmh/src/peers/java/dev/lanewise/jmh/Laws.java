package dev.lanewise.jmh;

import dev.lanewise.nn.init.Distribution;
import dev.lanewise.nn.init.Fan;
import java.util.function.ToDoubleFunction;

/// What documentation promises, in this library's words.
final class Laws {

    private static final double EPSILON = 0x1p-23;

    private Laws() {}

    /// Uniform on ± the bound.
    static Promise.Judge uniform(ToDoubleFunction<Fan> bound) {
        return new Promise.Law(fan -> new Distribution.Uniform(-bound.applyAsDouble(fan), bound.applyAsDouble(fan)));
    }

    /// Normal of mean 0 and this variance.
    static Promise.Judge normal(ToDoubleFunction<Fan> variance) {
        return new Promise.Law(fan -> new Distribution.Normal(0, Math.sqrt(variance.applyAsDouble(fan))));
    }

    /// Normal of this standard deviation before what lies beyond two of them is left out.
    static Promise.Judge truncated(ToDoubleFunction<Fan> std) {
        return new Promise.Law(fan -> {
            double scale = std.applyAsDouble(fan);
            return new Distribution.TruncatedNormal(0, scale, -2 * scale, 2 * scale);
        });
    }

    static Promise.Judge of(Distribution law) { return new Promise.Law(_ -> law); }

    static Promise.Judge constant(double value) { return of(new Distribution.Constant(value)); }

    /// Ones where row and column are the same, else zeros.
    static Promise.Judge identity() {
        return new Promise.Structure("identity", (weights, shape) -> {
            int wrong = 0;
            for (int i = 0; i < weights.length; i++) if (weights[i] != (i / shape[1] == i % shape[1] ? 1 : 0)) wrong++;
            return wrong;
        }, 0);
    }

    /// A kernel's middle is 1 where input and output channel are the same, all else is 0.
    static Promise.Judge dirac() {
        return new Promise.Structure("identity", (weights, shape) -> {
            int places = shape[2] * shape[3];
            int wrong = 0;
            for (int i = 0; i < weights.length; i++) {
                int kernel = i / places;
                boolean one = kernel / shape[1] == kernel % shape[1] && i % places == places / 2;
                if (weights[i] != (one ? 1 : 0)) wrong++;
            }
            return wrong;
        }, 0);
    }

    /// Rows, or columns if there are fewer of them, of length 1 and at right angles, up to rounding.
    static Promise.Judge orthogonal() {
        int longest = Math.max(Promise.LINEAR[0], Promise.size(Promise.CONVOLUTION) / Promise.CONVOLUTION[0]);
        return new Promise.Structure("orthogonal", Laws::skew, 4 * longest * EPSILON);
    }

    private static double skew(float[] weights, int[] shape) {
        int rows = shape[0];
        int columns = weights.length / rows;
        boolean wide = rows <= columns;
        double worst = 0;
        for (int i = 0; i < Math.min(rows, columns); i++)
            for (int j = 0; j <= i; j++) {
                double dot = i == j ? -1 : 0;
                for (int k = 0; k < Math.max(rows, columns); k++) dot += wide
                    ? (double) weights[i * columns + k] * weights[j * columns + k]
                    : (double) weights[k * columns + i] * weights[k * columns + j];
                worst = Math.max(worst, Math.abs(dot));
            }
        return worst;
    }

    /// As many zeros in each column as a tenth of its rows; how many columns have others.
    static Promise.Judge aTenthOfEachColumnIsZero() {
        return new Promise.Structure("zeros a column", (weights, shape) -> {
            int wrong = 0;
            for (int column = 0; column < shape[1]; column++) {
                int zeros = 0;
                for (int row = 0; row < shape[0]; row++) if (weights[row * shape[1] + column] == 0) zeros++;
                if (zeros != Math.ceilDiv(shape[0], 10)) wrong++;
            }
            return wrong;
        }, 0);
    }
}
