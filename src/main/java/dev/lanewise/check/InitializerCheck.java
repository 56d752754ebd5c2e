package dev.lanewise.check;

import dev.lanewise.nn.init.Distribution;
import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Initializer;
import dev.lanewise.nn.init.Structure;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Locale;
import java.util.stream.Collectors;

/// Holds an initializer, or any function that fills an array, to the law that it claims to draw from: for users' own
/// initializers, in their own tests.
///
/// ```java
/// InitializerCheck.of(myInitializer, Fan.linear(300, 100), seed).orThrow();
/// ```
///
/// No bound is a rule of thumb: each holds for any number of values, so seeds may be random, and a right initializer
/// fails with at most the probability that the report states, some 1e-12. The checks, X being 32:
///
/// | check | what must hold | source of the bound |
/// |---|---|---|
/// | constant | all values are the one, where the law is constant | |
/// | finite | no NaN, no infinity; values left unwritten are NaN | |
/// | support | no value outside the law's bounds, rounded to floats | |
/// | outliers | none farther than √(2 (X + ln 2n)) of an unbounded law's deviations | sub-Gaussian tails |
/// | ends | n times -ln of the probability to stay below the largest value, or above the least: at most X | independence |
/// | mean | within √(2X / n) deviations | Hoeffding; [Distribution#varianceProxy()] |
/// | variance | its ratio to the law's | Chernoff for normal, Bernstein for bounded laws |
/// | tails | the share of values beyond the 0.135 % and 99.865 % quantiles | Chernoff |
/// | distribution | the distribution function's largest distance: √(X / 2n) | Dvoretzky, Kiefer, Wolfowitz; Massart |
/// | serial signs | correlation of signs at lags 1, 2, 8, 16, a row, a row and one, times √n: √(2X) = 8 | Hoeffding |
/// | serial magnitudes | likewise, of lying in the law's outer halves | Hoeffding |
/// | own window | 64 signs in a row that come again anywhere: periods | counting |
/// | repeatable | the same seed gives the same bits, whatever was filled in between | |
/// | other seed | correlation of signs with those of the next seed: 8/√n | Hoeffding |
/// | sign window | 64 signs in a row that the next seed's values have, too, anywhere: streams that overlap | counting |
///
/// Where elements depend on each other, as the initializer's [Structure] says, they are held to that instead: the checks above
/// see the values that are independent, if there are any, and these the rest.
///
/// | check | what must hold | source of the bound |
/// |---|---|---|
/// | fixed values | all are those that they should be | |
/// | orthogonal | the largest element of Qᵀ Q / gain² - I, of 48 to 512 seeds: 4 √n rounding errors, n being the longer side | |
/// | sum of squares | what orthogonality makes it | |
/// | first sign | the share of seeds in which the first element is positive; among 48 it must be seen both ways | Chernoff |
/// | determinant | likewise, of the leading square | Chernoff |
/// | entries | one element of each seed: as "distribution" | Dvoretzky, Kiefer, Wolfowitz; Massart |
/// | row lengths | squared, over what it should be, less 1: rounding errors; of each row one element is looked at as "entries" | |
/// | opposites | values that aren't another one with the other sign | |
/// | off centre | all is 0 there | |
/// | missing zeros | columns, their number of zeros less than it should be | |
/// | surplus zeros | likewise, more; a normal number may be 0 now and then | counting |
/// | zeros by row | √n times their share's distance from what it should be, of each row | Hoeffding |
/// | zeros in a run | likewise, that a zero follows a zero in its column | Hoeffding |
/// | zeros side by side | likewise, in the next column | Hoeffding, Azuma |
/// | other seed's zeros | likewise, in the next seed's same column | Hoeffding |
/// | repeats | slices that should be alike and aren't | |
/// | blocks alike | stacked blocks that are the same | counting |
/// | stated law | mean, variance, kurtosis and bounds are those that the structure gives an element | |
///
/// What one array can't show, errors of some percent in a normal law's deviation, a [MomentPool] over many does. That no two
/// parameters of a model share a stream is [StreamCheck]'s.
public final class InitializerCheck {

    private static final int ROWS = 64;
    private static final int COLUMNS = 256;

    private InitializerCheck() {}

    /// A function that fills an array, all of it, from a seed.
    @FunctionalInterface
    public interface Filler {
        /// Fills all of `values`. The same seed gives the same numbers, another one others.
        void fill(float[] values, long seed);
    }

    /// What was found.
    ///
    /// @param what     what was held to which law
    /// @param values   how many values were looked at
    /// @param findings one for each check
    public record Report(String what, long values, List<Finding> findings) {

        /// Keeps a copy of the findings.
        public Report { findings = List.copyOf(findings); }

        /// Whether no check failed.
        public boolean passed() { return failed().isEmpty(); }

        /// The checks that failed, in their order.
        public List<Finding> failed() { return findings.stream().filter(finding -> !finding.passed()).toList(); }

        /// An upper bound of the probability that a right initializer does not pass.
        public double falseAlarm() { return findings.stream().mapToDouble(Finding::falseAlarm).sum(); }

        /// This report, if no check failed: for a test, in one line.
        ///
        /// @throws AssertionError if a check failed; its message is the whole report
        public Report orThrow() {
            if (!passed()) throw new AssertionError(toString());
            return this;
        }

        /// A table for a log.
        @Override
        public String toString() {
            var failed = failed().stream().map(Finding::check).collect(Collectors.joining(", "));
            return String.format(Locale.ROOT, """
                initializer check %s
                %s, %d values; a right one fails with a probability below %.1e
                %-18s %12s %12s %12s   %-6s %9s
                """, failed.isEmpty() ? "passed" : "failed: " + failed, what, values, falseAlarm(),
                "check", "statistic", "least", "most", "", "alarm")
                + findings.stream().map(Finding::toString).collect(Collectors.joining("\n"));
        }
    }

    /// Fills weights of shape [64, 256], whatever the fan, as [#of(Initializer, Fan, Shape, long)].
    public static Report of(Initializer initializer, Fan fan, long seed) {
        return of(initializer, fan, Shape.of(ROWS, COLUMNS), seed);
    }

    /// Holds an initializer to the law that it states for this fan, on weights of this shape. Of 16,384, a normal law's deviation
    /// that is 7 % wrong shows, and a uniform one's bound that is 1 % wrong; of a law that is neither normal nor bounded, only
    /// its form is held to it, so that a deviation has to be a fifth wrong. Dependence that leaves signs fair and isn't stated,
    /// as that of an orthogonal matrix whose structure says "independent", is not seen.
    ///
    /// @param seed of the [Threefry] that it draws from; take random ones
    /// @throws IllegalArgumentException if the shape has no elements, or the structure that is stated is none for it
    public static Report of(Initializer initializer, Fan fan, Shape shape, long seed) {
        Objects.requireNonNull(fan, "initializer check: no fan");
        int n = shape.numel();
        requireValues(n, 1);
        Filler filler = (values, key) -> {
            // NaN shows what isn't written
            var tensor = Tensor.full(Float.NaN, shape.toArray());
            initializer.fill(tensor, fan, new Threefry(key));
            System.arraycopy(tensor.toArray(), 0, values, 0, values.length);
        };
        var law = initializer.distribution(fan, shape);
        var structure = initializer.structure(fan, shape);
        var findings = StructureCheck.all(structure, law, shape, new Draws.Drawn(filler, n, seed));
        return new Report("seed " + seed + " against " + law + (structure instanceof Structure.Independent ? "" : ", "
            + structure.getClass().getSimpleName()), n, findings);
    }

    /// Holds a function to a law: on `n` values, and on those that the next seed gives.
    ///
    /// @throws IllegalArgumentException if n is less than 1
    public static Report of(Filler filler, Distribution law, int n, long seed) { return of(filler, law, n, COLUMNS, seed); }

    /// As [#of(Filler, Distribution, int, long)].
    ///
    /// @param columns the length of a row, at which values that repeat would do so
    public static Report of(Filler filler, Distribution law, int n, int columns, long seed) {
        requireValues(n, columns);
        return new Report("seed " + seed + " against " + law, n,
            StructureCheck.independent(law, columns, new Draws.Drawn(filler, n, seed)));
    }

    private static void requireValues(int n, int columns) {
        if (n < 1 || columns < 1) throw new IllegalArgumentException(
            "initializer check: " + n + " values in rows of " + columns + "; give at least one of each");
    }

    static float[] fill(Filler filler, int n, long seed) {
        var values = new float[n];
        Arrays.fill(values, Float.NaN);
        filler.fill(values, seed);
        return values;
    }

    /// Bit by bit, all NaNs being one.
    static long differing(float[] a, float[] b) {
        long count = 0;
        for (int i = 0; i < a.length; i++) if (Float.floatToIntBits(a[i]) != Float.floatToIntBits(b[i])) count++;
        return count;
    }
}
