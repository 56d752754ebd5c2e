package dev.lanewise.diagnose;

import dev.lanewise.nn.GLU;
import dev.lanewise.nn.Passage;
import dev.lanewise.nn.Signal;
import dev.lanewise.nn.init.Nonlinearity;
import java.util.ArrayList;
import java.util.List;

/// By how much gradients, and the correlation of two inputs, stray from theory in layers of finite width: as second moments do,
/// by events at each part, to which all that comes behind has a sensitivity.
///
/// A gradient has events of its own on its way back, 2 / n of a matrix, and those of the way forward, where slopes depend on the
/// signal's size. What is sent back has nothing in common between inputs, so that over these and over positions chance is
/// averaged. The correlation of n normal pairs strays by (1 - c²) / √n; over pairs of inputs chance is averaged, as far as these
/// differ.
final class Strays {

    private static final double STEP = 1e-3;

    private final Wiring wiring;
    private final Flows flows;
    private final double[] gradients;
    private final Slopes slopes;
    private final List<List<Wiring.Taker>> takers;
    /// To events forward, of each gradient; to those on the way back.
    private final double[][] forward;
    /// The same without the sizes that norms divide by one behind the other: what these add in the mean, their projections take.
    private final double[][] forwardOfOne;
    private final double[][] back;
    private final double[] events;
    private final double[] alone;
    private final double[][] likenesses;
    private final double[] likenessEvents;

    Strays(Wiring wiring, Flows flows, double[] gradients, Slopes slopes) {
        this.wiring = wiring;
        this.flows = flows;
        this.gradients = gradients;
        this.slopes = slopes;
        takers = wiring.takers();
        int size = wiring.size();
        forward = new double[size][];
        forwardOfOne = new double[size][];
        back = new double[size][];
        events = new double[size];
        alone = new double[size];
        likenesses = new double[size][];
        likenessEvents = new double[size];
        for (int i = size - 1; i >= 0; i--) gradient(i);
        for (int i = 0; i < size; i++) {
            Watched.at("theory of correlations", i, size);
            correlation(i);
        }
    }

    /// The variance of a gradient's logarithm.
    ///
    /// @param one of one input alone
    double ofGradient(int i, boolean one) {
        double sum = 0;
        var sensitivity = one ? forwardOfOne[i] : forward[i];
        for (int e = 0; e < sensitivity.length; e++) sum += sensitivity[e] * sensitivity[e] * flows.event(e, one);
        for (int e = 0; e < back[i].length; e++) sum += back[i][e] * back[i][e] * (one ? alone[e] : events[e]);
        return sum;
    }

    /// The variance of a correlation.
    double ofCorrelation(int i) {
        double sum = 0;
        for (int e = 0; e <= i; e++) sum += likenesses[i][e] * likenesses[i][e] * likenessEvents[e];
        return sum;
    }

    // ---- gradients

    private void gradient(int i) {
        forward[i] = new double[wiring.size()];
        forwardOfOne[i] = new double[wiring.size()];
        back[i] = new double[wiring.size()];
        double all = 0;
        for (var taker : takers.get(i)) all += share(taker);
        if (!(all > 0)) return;
        for (var taker : takers.get(i)) {
            double share = share(taker) / all;
            int at = taker.stage();
            if (share == 0) continue;
            for (int e = 0; e < forward[i].length; e++) {
                forward[i][e] += share * forward[at][e];
                forwardOfOne[i][e] += share * forwardOfOne[at][e];
                back[i][e] += share * back[at][e];
            }
            var sources = wiring.sources().get(at);
            for (int k = 0; k < sources.size(); k++) {
                var before = flows.sensitivities(sources.get(k));
                double bend = bend(at, taker.input(), k);
                if (bend != 0) for (int e = 0; e < before.length; e++) {
                    forward[i][e] += share * bend * before[e];
                    if (!slopes.isProjected(at)) forwardOfOne[i][e] += share * bend * before[e];
                }
            }
            // of several ways into one part chance is taken to be the same
            back[i][at] += share;
            events[at] = Math.max(events[at], event(at, taker.input(), i, false));
            alone[at] = Math.max(alone[at], event(at, taker.input(), i, true));
        }
    }

    /// What a gradient has of one that takes the signal, as far as it is known.
    double share(Wiring.Taker taker) {
        double share = flows.passage(taker.stage()).way(taker.input()).gradient() * gradients[taker.stage()];
        return Double.isFinite(share) ? Math.max(0, share) : 0;
    }

    /// By how many percent a gradient's factor grows with one percent of an input's second moment.
    double bend(int at, int input, int source) {
        var stage = wiring.stages().get(at).plain();
        var from = flows.signals(wiring.sources().get(at));
        var way = flows.passage(at).way(input);
        switch (stage) {
            case Stage.Activation activation -> {
                var f = activation.function().shifted(from.getFirst().mean());
                double q = variance(from.getFirst());
                double slope = f.squaredSlope(q);
                return slope == 0 ? 0 : (f.squaredSlope(q * (1 + STEP)) / slope - 1) / STEP;
            }
            case Stage.Product _ -> { return input == source ? 0 : 1; }
            case Stage.Rule _ -> {
                // of what doesn't grow with its input, the gradient falls with it; of what grows as its input does, it stays
                double stated = way.elasticity();
                if (stated == 0 || stated == 1) return stated - 1;
                if (from.get(source).places() != null) return 0;
                var more = new ArrayList<>(from);
                more.set(source, more.get(source).scaled(Math.sqrt(1 + STEP)));
                double bend = (stage.pass(more).way(input).gradient() / stage.pass(from).way(input).gradient() - 1) / STEP;
                return Double.isFinite(bend) ? bend : 0;
            }
            default -> { return 0; }
        }
    }

    private static double variance(Signal signal) { return Math.max(0, signal.square() - signal.mean() * signal.mean()); }

    private double event(int at, int input, int i, boolean one) {
        var in = flows.output(i);
        double units = in.extent().units();
        double numbers = (double) Math.max(1, in.extent().inputs()) * in.extent().positions();
        double within = slopes.within(i);
        double likeness = one ? 1 : (1 + (in.extent().positions() - 1) * within * within) / numbers;
        return switch (wiring.stages().get(at).plain()) {
            case Stage.Affine _ -> 2 / units * likeness;
            case Stage.Activation activation -> {
                double spread = spread(activation.function().shifted(in.mean()), variance(in));
                yield spread / units * (3 * likeness + (one ? 0 : others(in.central(), numbers)));
            }
            case Stage.Product _ -> {
                var other = flows.output(wiring.sources().get(at).get(1 - input));
                // what the other's mean square doesn't say
                yield 2 * Math.max(0, other.fourth() - 1) / Math.max(units, flows.output(at).extent().units()) * likeness;
            }
            case Stage.Rule rule when rule.module() instanceof GLU -> {
                var law = UnitLaw.of(rule, in);
                // of two halves
                yield law == null ? 0 : law.spread() / (units / 2) * (3 * likeness + (one ? 0 : others(in, numbers)));
            }
            case Stage.Rule _ -> {
                double stray = flows.passage(at).stray();
                yield Double.isNaN(stray) ? 2 / units : stray / units * likeness;
            }
            default -> 0;
        };
    }

    /// Of different numbers, whose gradients have nothing in common, slopes have.
    private static double others(Signal signal, double numbers) { return Math.max(0, signal.meanCorrelation() - 1 / numbers); }

    private static double spread(Nonlinearity f, double q) {
        double first = f.squaredSlope(q);
        if (!(first > 0) || q == 0) return 0;
        var squared = new Nonlinearity(f.name(), x -> Math.pow(f.slope().applyAsDouble(x), 2), _ -> 0, f.kinks());
        return Math.max(0, squared.square(q) / (first * first) - 1);
    }

    // ---- two inputs

    private void correlation(int i) {
        likenesses[i] = new double[i + 1];
        var stage = wiring.stages().get(i).plain();
        var from = wiring.sources().get(i);
        var out = flows.output(i);
        double c = out.correlation();
        if (from.isEmpty() || !flows.passage(i).out().isKnown() || Double.isNaN(c)) return;
        for (int k = 0; k < from.size(); k++) {
            double slope = slope(stage, i, k);
            var before = likenesses[from.get(k)];
            if (slope != 0) for (int e = 0; e < before.length; e++) likenesses[i][e] += slope * before[e];
        }
        likenesses[i][i] = 1;
        double inputs = out.extent().inputs();
        double pairs = inputs < 2 ? 1 : inputs * (inputs - 1) / 2;
        // pairs that have an input in common stray alike as far as inputs are alike
        double kept = Math.pow(1 - c * c, 2) / out.extent().units() * (1 / pairs + (1 - 1 / pairs) * Math.abs(c));
        likenessEvents[i] = switch (stage) {
            case Stage.Affine _ -> kept;
            case Stage.Activation _, Stage.Product _ -> kept * Math.max(0, out.fourth() - 1) / 2;
            case Stage.Rule _ -> {
                double stray = flows.passage(i).stray();
                yield kept * (Double.isNaN(stray) ? 1 : stray / 2);
            }
            default -> 0;
        };
    }

    /// By how much the correlation grows with that of an input.
    private double slope(Stage stage, int i, int k) {
        var from = wiring.sources().get(i);
        var source = flows.output(from.get(k));
        if (Double.isNaN(source.product()) || java.util.Arrays.stream(likenesses[from.get(k)])
            .allMatch(each -> each == 0)) return 0;
        double square = flows.output(i).square();
        if (stage instanceof Stage.Sum sum) return square == 0 ? 0
            : sum.factors()[k] * sum.factors()[k] * source.square() / square;
        var signals = new ArrayList<>(flows.signals(from));
        double step = source.correlation() > 0.5 ? -STEP : STEP;
        signals.set(k, source.likened(step));
        Passage passage = flows.pass(stage, from, signals);
        double slope = (passage.out().product() / passage.out().square() - flows.output(i).product() / square) / step;
        return Double.isFinite(slope) ? slope : 0;
    }
}
