package dev.lanewise.nn.attention;

import dev.lanewise.nn.Passage;
import dev.lanewise.nn.Signal;
import dev.lanewise.nn.init.NormalMean;
import java.util.ArrayList;
import java.util.List;

/// What multi-head attention makes of moments at the start, in theory: its projections have independent weights of mean 0.
///
/// Of a query, the logits of its keys are normal, with variance σ² = a_q a_k q (k - k') beside what all keys share, and so have
/// no part in the softmax; a is the fan in times the variance of the weights, q a query's square, k a key's, k' two keys' mean
/// product. The mean of Σ α², of which 1/T is the uniform regime and 1 the concentrated one, is T ∫ t E[e^(2s) e^(-t e^s)] (E
/// e^(-t e^s))^(T-1) dt. Noci et al., "Signal propagation in transformers: theoretical perspectives and the role of rank
/// collapse", 2022, have its limit of small σ.
///
/// @param query  a_q; likewise of keys and values
/// @param out    of the projection behind
/// @param units  that a projection sums over
/// @param causal whether a query sees no later keys
record AttentionMoments(double query, double key, double value, double out, int units, boolean causal) {

    private static final double LOWEST = -40;
    private static final double HIGHEST = 12;
    private static final int STEPS = 260;

    /// What queries weight in common: of one query Σ α², and of two of one input, or of one of two inputs, Σ α α'.
    ///
    /// @param slope of the softmax, at values of which each has variance 1: Σ α² - 2 Σ α³ + (Σ α²)²
    private record Overlaps(double own, double two, double inputs, double others, double slope) {}

    /// The means over the logits, by how many there are.
    record Powers(double[] squares, double[] slopes) {}

    Passage of(Signal q, Signal k, Signal v) {
        int tokens = k.extent().positions();
        double variance = query * key * q.square() * (k.square() - k.within());
        if (!Double.isFinite(variance)) return Passage.UNKNOWN;
        var overlaps = overlaps(tokens, variance, q.within() / q.square(), agreement(q.product(), q, k),
            agreement(q.across(), q, k));
        var mean = new Signal(mix(v.square(), v.within(), overlaps.own), mix(v.product(), v.across(), overlaps.inputs),
            mix(v.square(), v.within(), overlaps.two), mix(v.product(), v.across(), overlaps.others), 0, 3, q.extent());
        var result = mean.mapped(moment -> out * value * moment, 0, 3);
        return new Passage(result, 4, ways(tokens, overlaps, variance, q, k, v));
    }

    private static double mix(double same, double other, double overlap) { return other + (same - other) * overlap; }

    /// The correlation of the logits of two queries, of which one is another input's.
    private static double agreement(double products, Signal q, Signal k) {
        double own = k.square() - k.within();
        return own <= 0 || q.square() == 0 ? 1 : products / q.square() * (k.product() - k.across()) / own;
    }

    private Overlaps overlaps(int tokens, double variance, double two, double inputs, double others) {
        var powers = powers(causal ? 1 : tokens, tokens, Math.max(0, variance));
        var squares = powers.squares;
        if (!causal) return new Overlaps(squares[tokens], shared(tokens, squares[tokens], variance, two),
            shared(tokens, squares[tokens], variance, inputs), shared(tokens, squares[tokens], variance, others),
            powers.slopes[tokens]);
        double own = 0, pairs = 0, same = 0, apart = 0, slope = 0;
        for (int t = 1; t <= tokens; t++) {
            own += squares[t] / tokens;
            slope += powers.slopes[t] / tokens;
            same += shared(t, squares[t], variance, inputs) / tokens;
            // each later query with all before
            double share = 2.0 * (t - 1) / tokens / Math.max(1, tokens - 1);
            pairs += share * shared(t, squares[t], variance, two);
            apart += share * shared(t, squares[t], variance, others);
        }
        return new Overlaps(own, tokens == 1 ? own : pairs, same, tokens == 1 ? same : apart, slope);
    }

    /// Of two queries whose logits have a correlation: exact for 0 and 1.
    private static double shared(int tokens, double squares, double variance, double correlation) {
        double uniform = 1.0 / tokens;
        if (!(variance > 1e-12)) return Double.isNaN(correlation) ? Double.NaN : uniform;
        return uniform + (squares - uniform) * Math.expm1(variance * correlation) / Math.expm1(variance);
    }

    /// Over normal logits. Each power of 1 / Σ e^s is an integral of t's powers and e^(-t Σ e^s), in which keys are apart.
    static Powers powers(int least, int tokens, double variance) {
        var squares = new double[tokens + 1];
        var slopes = new double[tokens + 1];
        for (int t = least; t <= tokens; t++) {
            squares[t] = 1.0 / t;
            slopes[t] = squares[t] * (1 - squares[t]);
        }
        if (tokens == 1 || variance < 1e-12) return new Powers(squares, slopes);
        double deviation = Math.sqrt(variance);
        var logits = NormalMean.points(deviation);
        double low = LOWEST - 8 * deviation - Math.log(tokens);
        double step = (HIGHEST + 8 * deviation - low) / STEPS;
        var sums = new double[tokens + 1];
        var rests = new double[tokens + 1];
        for (int i = 0; i <= STEPS; i++) {
            double log = low + i * step;
            double others = 0, second = 0, third = 0, fourth = 0;
            for (int k = 0; k < logits.places().length; k++) {
                double scaled = Math.exp(log + logits.places()[k]);
                double left = logits.weights()[k] * Math.exp(-scaled);
                others += left;
                double squared = left * scaled * scaled;
                second += squared;
                third += squared * scaled;
                fourth += squared * scaled * scaled;
            }
            // of two keys one less of the others is left
            double fewer = others > 0 ? second * second / others : 0;
            double power = Math.pow(others, least - 1);
            for (int t = least; t <= tokens && power > 0; t++, power *= others) {
                sums[t] += power * second;
                rests[t] += power * (fourth / 6 - third + (t - 1) * fewer / 6);
            }
        }
        for (int t = least; t <= tokens; t++) {
            squares[t] = Math.clamp(t * sums[t] * step, 1.0 / t, 1);
            slopes[t] = t == 1 ? 0 : Math.max(0, t * (sums[t] + rests[t]) * step);
        }
        return new Powers(squares, slopes);
    }

    /// On the way back: values by the weights, queries and keys by the softmax's slope, which sees of values and keys what is
    /// their own.
    private List<Passage.Way> ways(int tokens, Overlaps overlaps, double variance, Signal q, Signal k, Signal v) {
        double behind = out;
        double slope = overlaps.slope;
        double ownValues = value * (v.square() - v.within());
        double ownKeys = key * (k.square() - k.within());
        double finite = 1 + (tokens - 1.0) / units;
        var ways = new ArrayList<Passage.Way>();
        double byQuery = behind * slope * finite * ownValues * ownKeys * query;
        ways.add(new Passage.Way(byQuery).mixing(new Passage.Mixing(0, 0, 0)));
        double scale = behind * slope * ownValues * query * key;
        ways.add(new Passage.Way(scale * q.square() * finite)
            .mixing(new Passage.Mixing(scale * (tokens - 1) * q.within(), 0, 0)));
        double direct = behind * value;
        double fromOthers = (tokens - 1) * overlaps.two;
        double rest = tokens == 1 ? 0 : 1.0 / (tokens - 1);
        ways.add(new Passage.Way(direct * overlaps.own)
            .mixing(new Passage.Mixing(direct * fromOthers, direct * rest * (1 - overlaps.own),
            direct * rest * (tokens - 1 - fromOthers))));
        return ways;
    }
}
