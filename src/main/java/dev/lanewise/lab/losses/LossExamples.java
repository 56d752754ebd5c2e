package dev.lanewise.lab.losses;

import dev.lanewise.nn.loss.ClassOptions;
import dev.lanewise.nn.loss.Losses;
import dev.lanewise.nn.loss.Reduction;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// The numbers of [LossTour]: each by a formula in double, and by the library's loss.
final class LossExamples {

    static final int IGNORED = -100;
    static final List<String> CLASSES = List.of("cat", "dog", "fox");
    static final double[] WEIGHTS = {1, 2, 5};
    /// Ten lines: logits of the three classes, and the label; two are without one.
    static final double[][] LOGITS = {{2.0, 0.5, -1.0}, {0.2, 1.4, 0.1}, {-0.5, 0.3, 2.2}, {1.1, 1.0, 0.9}, {3.0, -1.0, -1.0},
        {0.0, 0.0, 0.0}, {-2.0, 1.0, 1.5}, {0.7, -0.4, 0.2}, {1.5, 2.5, -0.5}, {-1.0, -1.2, 0.4}};
    static final int[] LABELS = {0, 1, 2, 0, 1, 2, IGNORED, 0, 1, IGNORED};

    /// A figure computed twice.
    record Pair(String name, double byHand, double loss) {}

    /// A logit, and what its loss and its slope are in three forms.
    ///
    /// @param exact from double, log(1 + e^-x) for target 1
    /// @param naive -log(sigmoid(x)) step by step in float
    /// @param cut   the loss that takes probabilities, whose logarithms are cut at -100
    /// @param safe  the loss that takes logits
    record Extreme(double logit, int target, Point exact, Point naive, Point cut, Point safe) {}

    record Point(double value, double slope) {

        double[] array() { return new double[] {value, slope}; }
    }

    private LossExamples() {}

    /// The negative log-probability of class `label`, by the formula log Σ exp z - z_label.
    static double byHand(double[] logits, int label) {
        double sum = 0;
        for (double z : logits) sum += Math.exp(z);
        return Math.log(sum) - logits[label];
    }

    static Tensor logits() {
        var rows = new float[LOGITS.length][CLASSES.size()];
        for (int i = 0; i < rows.length; i++) for (int j = 0; j < CLASSES.size(); j++) rows[i][j] = (float) LOGITS[i][j];
        return Tensor.of(rows);
    }

    /// The loss of each line, 0 where there is no label.
    static double[] lines() {
        return IntStream.range(0, LABELS.length).mapToDouble(i -> LABELS[i] == IGNORED ? 0 : byHand(LOGITS[i],
            LABELS[i])).toArray();
    }

    static List<Pair> means() {
        double sum = 0;
        double weighted = 0;
        double weights = 0;
        int kept = 0;
        var lines = lines();
        for (int i = 0; i < lines.length; i++) if (LABELS[i] != IGNORED) {
            sum += lines[i];
            weighted += WEIGHTS[LABELS[i]] * lines[i];
            weights += WEIGHTS[LABELS[i]];
            kept++;
        }
        var options = ClassOptions.DEFAULT.ignoreIndex(IGNORED);
        var heavy = options.weight(Tensor.of((float) WEIGHTS[0], (float) WEIGHTS[1], (float) WEIGHTS[2]));
        return List.of(
            new Pair("sum of the " + kept + " labelled lines", sum, loss(options.reduction(Reduction.SUM))),
            new Pair("mean: over " + kept + ", not over " + lines.length, sum / kept, loss(options)),
            new Pair("sum, each line times its class's weight", weighted, loss(heavy.reduction(Reduction.SUM))),
            new Pair("weighted mean: over the weights' sum, " + (int) weights, weighted / weights, loss(heavy)));
    }

    private static double loss(ClassOptions options) { return Losses.crossEntropy(logits(), LABELS, options).item(); }

    // ---- entropy

    /// -Σ p log q in nats; 0 log 0 is 0.
    static double crossEntropy(double[] p, double[] q) {
        return IntStream.range(0, p.length).mapToDouble(i -> p[i] == 0 ? 0 : -p[i] * Math.log(q[i])).sum();
    }

    static double entropy(double[] p) { return crossEntropy(p, p); }

    static double[] coin(double heads) { return new double[] {heads, 1 - heads}; }

    /// Kullback and Leibler's divergence of q from p, by the library's loss.
    static double divergence(double[] p, double[] q) {
        return Losses.klDiv(tensor(q).log(), tensor(p), false, Reduction.SUM).item();
    }

    /// The library's cross-entropy of a coin.
    static double coinLoss(double p, double q) {
        return Losses.binaryCrossEntropy(Tensor.of((float) q), Tensor.of((float) p)).item();
    }

    private static Tensor tensor(double[] values) {
        var floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) floats[i] = (float) values[i];
        return Tensor.wrap(floats, floats.length);
    }

    // ---- extremes

    static Extreme extreme(double logit, int target) {
        double signed = target == 1 ? logit : -logit;
        // both without cancellation: log(1 + e^-s), and its slope
        double value = signed > 0 ? Math.log1p(Math.exp(-signed)) : Math.log1p(Math.exp(signed)) - signed;
        double slope = (target == 1 ? -1 : 1) / (1 + Math.exp(signed));
        var t = Tensor.of((float) target);
        return new Extreme(logit, target, new Point(value, slope),
            point(logit, x -> {
                var s = x.sigmoid();
                return (target == 1 ? s : Tensor.scalar(1).sub(s)).log().neg().sum();
            }),
            point(logit, x -> Losses.binaryCrossEntropy(x.sigmoid(), t)),
            point(logit, x -> Losses.binaryCrossEntropyWithLogits(x, t)));
    }

    private static Point point(double logit, UnaryOperator<Tensor> loss) {
        var x = Tensor.of((float) logit).requiresGrad(true);
        var value = loss.apply(x);
        value.backward();
        return new Point(value.item(), x.grad().item());
    }
}
