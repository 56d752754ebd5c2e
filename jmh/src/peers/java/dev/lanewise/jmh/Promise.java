package dev.lanewise.jmh;

import dev.lanewise.check.Finding;
import dev.lanewise.check.InitializerCheck;
import dev.lanewise.check.InitializerCheck.Report;
import dev.lanewise.nn.init.Distribution;
import dev.lanewise.nn.init.Fan;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleBiFunction;

/// What is said of a library's initializer, and a way to see whether it holds.
///
/// @param initializer as its users call it
/// @param words       what is promised
/// @param source      where
/// @param shapes      of the weights that are drawn
/// @param judge       holds a draw to the promise; null if nothing is promised that could be held
record Promise(String library, String initializer, String words, String source, List<int[]> shapes, Draw draw, Judge judge) {

    static final int[] LINEAR = {400, 300};
    static final int[] CONVOLUTION = {64, 32, 3, 3};
    static final List<int[]> BOTH = List.of(LINEAR, CONVOLUTION);
    private static final int SEEDS = 3;
    /// What says that weights come again when they should, not which law they have.
    private static final String REPEATABLE = "repeatable";

    /// The weights that a seed gives, in whatever way the library lets one set it.
    interface Draw {
        float[] weights(int[] shape, long seed);
    }

    interface Judge {
        Report report(Draw draw, int[] shape, long seed);

        /// The law's variance for weights of this shape; NaN if the promise is not a law with one.
        default double variance(int[] shape) { return Double.NaN; }

        default double mean(int[] shape) { return Double.NaN; }
    }

    /// Independent weights of a law that depends on the fan alone.
    record Law(Function<Fan, Distribution> law) implements Judge {

        /// Of a weight whose shape is [out, in, kernel …].
        private Distribution of(int[] shape) {
            return law.apply(Fan.conv(shape[1], shape[0], size(shape) / shape[0] / shape[1], 1));
        }

        @Override
        public Report report(Draw draw, int[] shape, long seed) {
            InitializerCheck.Filler filler = (values, key) ->
                System.arraycopy(draw.weights(shape, key), 0, values, 0, values.length);
            return InitializerCheck.of(filler, of(shape), size(shape), size(shape) / shape[0], seed);
        }

        @Override
        public double variance(int[] shape) { return of(shape).variance(); }

        @Override
        public double mean(int[] shape) { return of(shape).mean(); }
    }

    /// Anything else that can be said of the weights: a statistic that is at most some bound.
    record Structure(String check, ToDoubleBiFunction<float[], int[]> statistic, double most) implements Judge {
        @Override
        public Report report(Draw draw, int[] shape, long seed) {
            var weights = draw.weights(shape, seed);
            var again = Arrays.equals(weights, draw.weights(shape, seed)) ? 0 : 1;
            return new Report(check, weights.length, List.of(
                new Finding(check, statistic.applyAsDouble(weights, shape), 0, most, 0),
                new Finding(REPEATABLE, again, 0, 0, 0)));
        }
    }

    static int size(int[] shape) { return Arrays.stream(shape).reduce(1, (a, b) -> a * b); }

    /// What came of it.
    ///
    /// @param variance measured over promised; NaN if none is promised
    /// @param broken   the checks that failed on some weights
    record Outcome(Promise promise, double variance, Set<String> broken, boolean repeatable, double falseAlarm) {

        boolean kept() { return promise.judge != null && broken.isEmpty(); }

        /// A row of the table.
        String row() {
            var verdict = promise.judge == null ? "nothing to hold it to" : kept() ? "kept" : "**broken**";
            return String.join(" | ", "| " + promise.library, "`" + promise.initializer + "`", promise.words, promise.source,
                Double.isNaN(variance) ? "" : String.format(Locale.ROOT, "%.3g", variance), String.join(", ", broken),
                verdict + (repeatable ? "" : ", not repeatable") + " |");
        }
    }

    /// Draws weights of all the shapes, from some seeds.
    Outcome held(long seed) {
        if (judge == null) return new Outcome(this, Double.NaN, Set.of(), true, 0);
        var broken = new LinkedHashSet<String>();
        double ratio = 0;
        double falseAlarm = 0;
        // the check takes a second seed each time
        long next = seed;
        for (var shape : shapes)
            for (int i = 0; i < SEEDS; i++, next += 2) {
                var report = judge.report(draw, shape, next);
                report.failed().forEach(finding -> broken.add(finding.check()));
                falseAlarm += report.falseAlarm();
                ratio += ratio(shape, next) / SEEDS / shapes.size();
            }
        boolean repeatable = !broken.remove(REPEATABLE);
        return new Outcome(this, ratio, broken, repeatable, falseAlarm);
    }

    private double ratio(int[] shape, long seed) {
        double variance = judge.variance(shape);
        if (!(variance > 0)) return Double.NaN;
        double sum = 0;
        var weights = draw.weights(shape, seed);
        for (float weight : weights) sum += Math.pow(weight - judge.mean(shape), 2);
        return sum / weights.length / variance;
    }
}
