package dev.lanewise.nn.init;

import static dev.lanewise.nn.init.Clause.*;

import dev.lanewise.nn.init.Distribution.Constant;
import dev.lanewise.nn.init.Distribution.Normal;
import dev.lanewise.nn.init.Distribution.Uniform;
import dev.lanewise.tensor.InPlace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;

/// Wrong initializers, by what is wrong with them.
final class Mutants {

    static final List<Mutant> ALL;

    /// Fills that went before, which stand for how busy the machine is.
    private static final AtomicInteger FILLS = new AtomicInteger();

    /// What no seed governs.
    private static final SplittableRandom OWN = new SplittableRandom();

    static {
        var all = new ArrayList<Mutant>();
        addFormulas(all);
        addLaws(all);
        addSmallErrors(all);
        addGenerators(all);
        addDependence(all);
        addFilling(all);
        WrongLayers.addTo(all);
        WrongStructures.addTo(all);
        WrongScaling.addTo(all);
        WrongNetworks.addTo(all);
        WrongModels.addTo(all);
        WrongToday.addTo(all);
        WrongStarts.addTo(all);
        ALL = List.copyOf(all);
    }

    private Mutants() {}

    private static Distribution normal(double variance) { return new Normal(0, Math.sqrt(variance)); }

    private static Distribution within(double bound) { return new Uniform(-bound, bound); }

    private static void addFormulas(List<Mutant> all) {
        all.add(Mutant.draws("fan out for fan in", "kaiming-normal", fan -> normal(2 / fan.out()), OTHER_SIDE, VARIANCE));
        all.add(Mutant.draws("fan average for fan in", "kaiming-uniform", fan -> within(Math.sqrt(6 / fan.average())),
            OTHER_SIDE, SUPPORT));
        all.add(Mutant.draws("fan in for fan average", "xavier-normal", fan -> normal(1 / fan.in()), OTHER_SIDE, VARIANCE));
        all.add(Mutant.draws("1/(in + out) for 2/(in + out)", "xavier-normal",
            fan -> normal(1 / (fan.in() + fan.out())), VARIANCE));
        all.add(Mutant.draws("6/(in + out) for a variance", "xavier-normal",
            fan -> normal(6 / (fan.in() + fan.out())), VARIANCE));
        all.add(Mutant.draws("√3 forgotten: deviation for bound", "xavier-uniform",
            fan -> within(Math.sqrt(1 / fan.average())), ENDS));
        all.add(Mutant.draws("√3 twice: 3/√n for √(3/n)", "kaiming-uniform",
            fan -> within(3 * Math.sqrt(2) / Math.sqrt(fan.in())), SUPPORT));
        all.add(Mutant.draws("variance for deviation", "normal-rule",
            fan -> new Normal(0, 1 / fan.in()), FOUR_TIMES_THE_FAN, VARIANCE));
        all.add(Mutant.draws("deviation for variance", "normal-rule", fan -> new Normal(0, Math.pow(fan.in(), -0.25)),
            FOUR_TIMES_THE_FAN, VARIANCE));
        all.add(Mutant.draws("integer division makes 0", "xavier-normal", fan -> {
            int variance = 2 / (int) (fan.in() + fan.out());
            return variance == 0 ? new Constant(0) : normal(variance);
        }, ENDS, VARIANCE));
        all.add(Mutant.draws("logarithm of the fan", "normal-rule",
            fan -> normal(1 / Math.log(fan.in())), FOUR_TIMES_THE_FAN, VARIANCE));
        all.add(Mutant.gains("gain squared", "kaiming-normal",
            gain -> new Gain(gain.value() * gain.value(), gain.status()), Gain.RELU,
            TWICE_THE_GAIN, VARIANCE));
        all.add(Mutant.gains("gain forgotten", "kaiming-uniform", _ -> Gain.LINEAR, Gain.RELU, TWICE_THE_GAIN, ENDS));
        all.add(Mutant.gains("root of the gain", "kaiming-normal",
            gain -> new Gain(Math.sqrt(gain.value()), gain.status()), Gain.RELU,
            TWICE_THE_GAIN, VARIANCE));
        all.add(Mutant.gains("gain taken for a slope", "xavier-normal", gain -> Gain.leakyRelu(gain.value()), Gain.leakyRelu(3),
            TWICE_THE_GAIN, VARIANCE));
    }

    private static void addLaws(List<Mutant> all) {
        all.add(Mutant.draws("uniform for normal", "normal-rule", fan -> within(Math.sqrt(3 / fan.in())), ENDS, DISTRIBUTION));
        all.add(Mutant.draws("normal for uniform", "torch-default", fan -> normal(1 / fan.in() / 3), SUPPORT, DISTRIBUTION));
        all.add(Mutant.draws("positive half only", "xavier-uniform",
            fan -> new Uniform(0, Math.sqrt(3 / fan.average())), MEAN, SERIAL_SIGNS));
        all.add(Mutant.draws("of [0, 1), not centred", "uniform-centered", _ -> new Uniform(0, 1), SUPPORT, MEAN));
        all.add(Mutant.draws("constant for random", "uniform", _ -> new Constant(0.5), ENDS, VARIANCE));
        all.add(Mutant.spoils("signs alone, right mean and variance", "normal-rule", (w, _) -> {
            for (int i = 0; i < w.length; i++) w[i] = Math.copySign(0.0625f, w[i]);
        }, ENDS, DISTRIBUTION));
        all.add(Mutant.draws("truncation not corrected", Truncated.SCHEME,
            fan -> new Truncated(1 / Math.sqrt(fan.in()), 2), ENDS, VARIANCE));
        all.add(Mutant.draws("truncation corrected twice", Truncated.SCHEME,
            fan -> new Truncated(1 / Math.sqrt(fan.in()) / 0.773741, 2), SUPPORT, VARIANCE));
        all.add(Mutant.draws("bounds in weights, not in deviations", Truncated.SCHEME, fan -> normal(1 / fan.in()), SUPPORT));
        all.add(Mutant.draws("truncated for normal", "normal-rule", fan -> Truncated.ofVariance(1 / fan.in()), ENDS, TAILS));
        all.add(Mutant.fills("clamped at the bounds, not drawn anew", Truncated.SCHEME, (weight, fan, source) ->
            InPlace.fill(weight, (data, offset, n) -> {
                float bound = (float) Truncated.ofVariance(1 / fan.in()).upper();
                new Normal(0, bound / 2).sample(data, offset, n, source);
                for (int i = offset; i < offset + n; i++) data[i] = Math.clamp(data[i], -bound, bound);
            }), VARIANCE));
        all.add(Mutant.spoils("clamped normal", "normal-rule", (w, _) -> {
            for (int i = 0; i < w.length; i++) w[i] = Math.clamp(w[i], -0.125f, 0.125f);
        }, ENDS, TAILS));
        all.add(Mutant.spoils("remainder of 2 deviations for truncation", "normal-rule", (w, _) -> {
            for (int i = 0; i < w.length; i++) w[i] %= 0.125f;
        }, ENDS, TAILS));
    }

    private static void addSmallErrors(List<Mutant> all) {
        all.add(Mutant.draws("bound 1 % large", "kaiming-uniform", fan -> within(1.01 * Math.sqrt(6 / fan.in())), SUPPORT));
        all.add(Mutant.draws("bound 1 % small", "kaiming-uniform", fan -> within(0.99 * Math.sqrt(6 / fan.in())), ENDS));
        all.add(Mutant.draws("deviation 10 % large", "normal-rule", fan -> new Normal(0, 1.1 / Math.sqrt(fan.in())), VARIANCE));
        all.add(Mutant.draws("deviation 1 % large", "normal-rule",
            fan -> new Normal(0, 1.01 / Math.sqrt(fan.in())), POOLED_VARIANCE));
        all.add(Mutant.draws("variance half a percent small", "xavier-normal",
            fan -> normal(0.995 / fan.average()), POOLED_VARIANCE));
        all.add(Mutant.draws("mean off by an eighth of the deviation", "kaiming-normal",
            fan -> new Normal(Math.sqrt(2 / fan.in()) / 8, Math.sqrt(2 / fan.in())), MEAN));
        all.add(Mutant.draws("mean off by half a percent of the deviation", "normal-rule",
            fan -> new Normal(0.005 / Math.sqrt(fan.in()), 1 / Math.sqrt(fan.in())), POOLED_MEAN));
        all.add(Mutant.states("deviation 0.01 % large", "normal-rule", fan -> new Normal(0, 1.0001 / Math.sqrt(fan.in())), LAW));
        all.add(Mutant.states("fan off by one", "kaiming-uniform",
            fan -> within(Math.sqrt(6 / (fan.in() + 1))), LAW, FOUR_TIMES_THE_FAN));
        all.add(Mutant.states("1.41 for √2", "kaiming-normal", fan -> new Normal(0, 1.41 / Math.sqrt(fan.in())), LAW));
        all.add(Mutant.states("a millionth added, lest it be 0", "xavier-normal",
            fan -> new Normal(0, 1e-6 + 1 / Math.sqrt(fan.average())), LAW));
    }

    private static void addGenerators(List<Mutant> all) {
        all.add(Mutant.samples("Box-Muller without the 2", pairs((u, v) -> polar(Math.sqrt(-Math.log(1 - u)), v)), VARIANCE));
        all.add(Mutant.samples("Box-Muller with the decimal logarithm",
            pairs((u, v) -> polar(Math.sqrt(-2 * Math.log10(1 - u)), v)), VARIANCE));
        all.add(Mutant.samples("Box-Muller, one number for radius and angle",
            pairs((u, _) -> polar(radius(u), u)), DISTRIBUTION));
        all.add(Mutant.samples("Box-Muller over half a turn", pairs((u, v) -> polar(radius(u), v / 2)), MEAN));
        all.add(Mutant.samples("Box-Muller, the cosine twice", pairs((u, v) -> {
            double cosine = polar(radius(u), v)[0];
            return new double[] {cosine, cosine};
        }), SERIAL_SIGNS, SERIAL_MAGNITUDES));
        all.add(Mutant.samples("logarithm of 0", pairs((u, v) -> polar(Math.sqrt(-2 * Math.log(u)), v)), EXTREMES));
        all.add(Mutant.samples("twelve uniform numbers' sum, less 6", (out, source) -> {
            var uniform = new float[12 * out.length];
            source.uniform(uniform, 0, uniform.length);
            for (int i = 0; i < uniform.length; i++) out[i / 12] += i % 12 == 0 ? uniform[i] - 6 : uniform[i];
        }, POOLED_TAILS));
        all.add(Mutant.spoils("numbers of 8 bits", "uniform", (w, _) -> {
            for (int i = 0; i < w.length; i++) w[i] = (float) Math.floor(w[i] * 256) / 256;
        }, POOLED_MEAN));
        all.add(Mutant.fills("the excluded bound is drawn", Scheme.named("uniform-rule"), (weight, fan, source) ->
            InPlace.fill(weight, (data, offset, n) -> {
                source.uniform(data, offset, n);
                double bound = 1 / Math.sqrt(fan.in());
                for (int i = offset; i < offset + n; i++) data[i] = (float) (bound * (2 * (data[i] / (1 - 0x1p-24)) - 1));
            }), EXTREMES));
    }

    private static void addDependence(List<Mutant> all) {
        all.add(Mutant.spoils("each number with its negative", "normal-rule", (w, _) -> {
            for (int i = 1; i < w.length; i += 2) w[i] = -w[i - 1];
        }, SERIAL_SIGNS, SERIAL_MAGNITUDES));
        all.add(Mutant.spoils("each a fifth of the one before", "normal-rule", (w, _) -> {
            for (int i = 1; i < w.length; i++) w[i] = 0.2f * w[i - 1] + (float) Math.sqrt(0.96) * w[i];
        }, SERIAL_SIGNS));
        all.add(Mutant.spoils("a scale for each eight neighbours", "xavier-normal", (w, _) -> {
            for (int i = 0; i < w.length; i++) w[i] *= i / 8 % 2 == 0 ? 0.6f : 1.28f;
        }, SERIAL_MAGNITUDES));
        all.add(Mutant.spoils("all rows alike", "kaiming-uniform", (w, columns) -> {
            for (int i = columns; i < w.length; i++) w[i] = w[i - columns];
        }, SERIAL_SIGNS, OWN_WINDOW));
        all.add(Mutant.spoils("every row twice", "kaiming-normal", (w, columns) -> {
            for (int i = columns; i < w.length; i++) if (i / columns % 2 == 1) w[i] = w[i - columns];
        }, SERIAL_SIGNS, OWN_WINDOW));
        all.add(Mutant.spoils("a period of 5,000", "normal-rule", (w, _) -> {
            for (int i = 5000; i < w.length; i++) w[i] = w[i - 5000];
        }, OWN_WINDOW));
    }

    private static void addFilling(List<Mutant> all) {
        all.add(Mutant.spoils("NaN once in 10,000", "xavier-normal", (w, _) -> {
            for (int i = 9_999; i < w.length; i += 10_000) w[i] = Float.NaN;
        }, FINITE));
        all.add(Mutant.spoils("30 deviations once in 10,000", "normal-rule", (w, _) -> {
            for (int i = 9_999; i < w.length; i += 10_000) w[i] = 30f / 16;
        }, OUTLIERS));
        all.add(Mutant.spoils("one 0 among the ones", "ones", (w, _) -> w[w.length - 1] = 0, CONSTANT));
        all.add(Mutant.spoils("last rows stay 0", "kaiming-uniform",
            (w, _) -> Arrays.fill(w, w.length - w.length / 8, w.length, 0),
            VARIANCE, SERIAL_MAGNITUDES));
        all.add(Mutant.fills("last rows not written", Scheme.named("kaiming-uniform"), (weight, fan, source) ->
            InPlace.fill(weight, (data, offset, n) ->
                within(Math.sqrt(6 / fan.in())).sample(data, offset, n - n / 64, source)), FINITE));
        all.add(Mutant.spoils("signs from a generator of its own", "normal-rule", (w, _) -> {
            for (int i = 0; i < w.length; i++) if (OWN.nextBoolean()) w[i] = -w[i];
        }, REPEATABLE));
        all.add(Mutant.fills("goes on where it left off", Scheme.named("uniform-rule"), (weight, fan, _) ->
            InPlace.fill(weight, (data, offset, n) -> {
                for (int i = offset; i < offset + n; i++) data[i] = (float) (OWN.nextDouble(-1, 1) / Math.sqrt(fan.in()));
            }), REPEATABLE));
        all.add(Mutant.fills("the seed ignored", Scheme.named("normal-rule"), (weight, fan, _) ->
            Initializers.normalRule().fill(weight, fan, new Candidate("zeros").source(1)), OTHER_SEED, SIGN_WINDOW));
        all.add(Mutant.fills("fan guessed from the shape", Scheme.named("kaiming-normal"), (weight, _, source) ->
            Initializers.kaimingNormal().fill(weight, Fan.linear(weight.size(-1), weight.size(0)), source), SHAPE));
        all.add(Mutant.fills("filled by columns", Scheme.named("xavier-uniform"), (weight, fan, source) -> {
            var values = new float[weight.numel()];
            Initializers.xavierUniform().distribution(fan, weight.shape()).sample(values, 0, values.length, source);
            int columns = weight.size(-1);
            int rows = values.length / columns;
            InPlace.fill(weight, (data, offset, n) -> {
                for (int i = 0; i < n; i++) data[offset + i] = values[i % columns * rows + i / columns];
            });
        }, SHAPE));
        all.add(Mutant.fills("filled in parts, a stream for each thread that was idle", Scheme.named("normal-rule"),
            (weight, fan, source) -> InPlace.fill(weight, (data, offset, n) -> {
                int threads = 1 + FILLS.getAndIncrement() % 4;
                for (int i = 0; i < threads; i++) {
                    int from = n * i / threads;
                    normal(1 / fan.in()).sample(data, offset + from, n * (i + 1) / threads - from, source.stream(i));
                }
            }), REPEATABLE));
        all.add(Mutant.fills("a view's offset ignored", Scheme.named("torch-default"), (weight, fan, source) ->
            InPlace.fill(weight, (data, _, n) ->
                Initializers.torchDefault().distribution(fan, weight.shape()).sample(data, 0, n, source)), VIEW));
        all.add(Mutant.fills("all of a view's storage filled", Scheme.named("zeros"), (weight, _, _) ->
            InPlace.fill(weight, (data, _, _) -> Arrays.fill(data, 0)), VIEW));
    }

    private interface Pair {
        double[] of(double u, double v);
    }

    /// Two uniform numbers at a time.
    private static Mutant.Sampler pairs(Pair pair) {
        return (out, source) -> {
            var uniform = new float[out.length + 1];
            source.uniform(uniform, 0, uniform.length);
            for (int i = 0; i < out.length; i += 2) {
                var two = pair.of(uniform[i], uniform[i + 1]);
                out[i] = (float) two[0];
                if (i + 1 < out.length) out[i + 1] = (float) two[1];
            }
        };
    }

    private static double radius(double u) { return Math.sqrt(-2 * Math.log(1 - u)); }

    private static double[] polar(double radius, double turn) {
        return new double[] {radius * Math.cos(2 * Math.PI * turn), radius * Math.sin(2 * Math.PI * turn)};
    }
}
