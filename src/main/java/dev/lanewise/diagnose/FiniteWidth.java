package dev.lanewise.diagnose;

import dev.lanewise.kernel.expr.StandardNormal;
import java.util.List;

/// By how much gradients of layers of finite width are larger or smaller in the mean than in wide ones, to first order in one
/// over the width, and what a typical network has of that mean.
///
/// A gradient is a product of slopes, and slopes of gates go by the signal's size, which strays: its mean is that of a function
/// of an event η of mean 0 and variance v, G(1 + η) = G (1 + (s² - s + s') v / 2), s being by how many percent G grows with one
/// of the event, s' its own growth. What slopes and outputs of one unit have in common, c / n, adds s c / n. Weights W are the
/// same both ways: of W'δ the part along x is known by the way forward, as x·W'δ = (W x)·δ; it is ρ times as large as if it
/// weren't. Products of two that share nothing have no such terms: deep linear and rectified networks are as large in the mean as
/// wide ones.
///
/// Of a network's inputs, whose gradients stray by a variance v of the logarithm each, the mean is taken, and of networks a
/// typical one is asked for: E log of the mean of N log-normal numbers, by quadrature.
final class FiniteWidth {

    private static final double REACH = 8;
    private static final int NORMALS = 200;

    private final Wiring wiring;
    private final Flows flows;
    private final Strays strays;
    private final UnitLaw[] units;
    /// Of a signal's logarithm, to each event, to second order.
    private final double[][] bends;
    /// Of a gradient's, to first order and second.
    private final double[][] slopes;
    private final double[][] curves;
    /// ρ of what comes back to each part.
    private final double[] along;
    /// Whether there is something behind a part whose terms aren't among these.
    private final boolean[] open;
    /// By what units and weights have in common, in the mean and in its variance.
    private final double[] common;
    private final double[] crossed;

    FiniteWidth(Wiring wiring, Flows flows, Strays strays) {
        this.wiring = wiring;
        this.flows = flows;
        this.strays = strays;
        int size = wiring.size();
        units = new UnitLaw[size];
        bends = new double[size][];
        slopes = new double[size][];
        curves = new double[size][];
        along = new double[size];
        open = new boolean[size];
        common = new double[size];
        crossed = new double[size];
        for (int i = 0; i < size; i++) {
            Watched.at("theory of finite width", i, size);
            forward(i);
        }
        var takers = wiring.takers();
        for (int i = size - 1; i >= 0; i--) back(i, takers.get(i));
    }

    /// By which factor a typical network's gradient differs from that of a wide one; 1 where that isn't known.
    double factor(int i) {
        double mean = common[i];
        double uneven = 0;
        for (int e = 0; e < slopes[i].length; e++) {
            double s = slopes[i][e];
            mean += (s * s - s + curves[i][e]) / 2 * (flows.event(e, true) + flows.uneven(e));
            uneven += s * s * flows.uneven(e);
        }
        double alone = strays.ofGradient(i, true);
        double variance = Math.max(0, alone + crossed[i]);
        double together = strays.ofGradient(i, false);
        // inputs that are larger than others are fewer
        double numbers = together > 0 ? Math.max(1, alone / together / (1 + uneven)) : 1;
        double factor = Math.exp(mean + typical(variance, numbers));
        return Double.isFinite(factor) ? factor : 1;
    }

    /// How far the logarithm of the mean may lie beside it: by terms of second order, or where norms and other modules are
    /// behind, of first.
    double doubt(int i) {
        double alone = strays.ofGradient(i, true);
        return open[i] ? alone / 2 : alone * alone / 32;
    }

    /// E log of the mean of so many numbers of mean 1, whose logarithms are normal with this variance: ∫ (e^(-t) - L(t)) / t dt,
    /// L being the mean of e^(-t x).
    static double typical(double variance, double numbers) {
        if (!(variance > 0)) return 0;
        double deviation = Math.sqrt(variance);
        double step = 2 * REACH / NORMALS;
        var sizes = new double[NORMALS + 1];
        var weights = new double[NORMALS + 1];
        for (int i = 0; i <= NORMALS; i++) {
            double z = i * step - REACH;
            sizes[i] = Math.exp(deviation * z - variance / 2 - Math.log(numbers));
            weights[i] = step * StandardNormal.density(z);
        }
        double least = Math.min(0, variance / 2 - REACH * deviation) - 2 * REACH;
        double most = Math.max(0, variance / 2 + REACH * deviation) + Math.log(numbers) + REACH / 2;
        double width = Math.max(0.1, deviation / 25);
        double sum = 0;
        for (double u = least; u < most; u += width) {
            double t = Math.exp(u);
            double lost = 0;
            for (int i = 0; i <= NORMALS; i++) lost -= weights[i] * Math.expm1(-t * sizes[i]);
            sum += Math.exp(-t) - Math.pow(Math.max(0, 1 - lost), numbers);
        }
        return sum * width;
    }

    // ---- sizes

    private void forward(int i) {
        var own = bends[i] = new double[wiring.size()];
        var from = wiring.sources().get(i);
        var stage = wiring.stages().get(i).plain();
        units[i] = from.isEmpty() || !flows.passage(i).out().isKnown() ? null : UnitLaw.of(stage, flows.output(from.getFirst()));
        double curve = units[i] == null ? 0 : units[i].curve();
        // what adds up: that of shares of the whole
        boolean adds = units[i] == null && !(stage instanceof Stage.Product) && !(stage instanceof Stage.Rule);
        var all = new double[own.length];
        for (int k = 0; k < from.size(); k++) {
            double share = flows.elasticity(i, k);
            var first = flows.sensitivities(from.get(k));
            var second = bends[from.get(k)];
            for (int e = 0; e < first.length; e++) {
                own[e] += share * second[e] + (adds ? share : curve) * first[e] * first[e];
                all[e] += share * first[e];
            }
        }
        if (adds) for (int e = 0; e < own.length; e++) own[e] -= all[e] * all[e];
    }

    // ---- gradients

    private void back(int i, List<Wiring.Taker> takers) {
        var first = slopes[i] = new double[wiring.size()];
        var second = curves[i] = new double[wiring.size()];
        along[i] = 1;
        double all = 0;
        for (var taker : takers) all += strays.share(taker);
        if (!(all > 0)) return;
        for (var taker : takers) {
            double share = strays.share(taker) / all;
            int at = taker.stage();
            if (share == 0) continue;
            open[i] |= open[at] || units[at] == null && wiring.stages().get(at).plain() instanceof Stage.Rule
                && flows.passage(at).stray() != 0;
            var slope = slopes[at].clone();
            var curve = curves[at].clone();
            var from = wiring.sources().get(at);
            // an integral, and the same for all events
            double slopeCurve = units[at] == null ? 0 : units[at].slopeCurve();
            if (units[at] != null || wiring.stages().get(at).plain() instanceof Stage.Product) for (int k = 0;
                k < from.size(); k++) {
                double bend = strays.bend(at, taker.input(), k);
                var before = flows.sensitivities(from.get(k));
                for (int e = 0; e < before.length; e++) {
                    slope[e] += bend * before[e];
                    curve[e] += bend * bends[from.get(k)][e] + slopeCurve * before[e] * before[e];
                }
            }
            for (int e = 0; e < slope.length; e++) {
                first[e] += share * slope[e];
                second[e] += share * (curve[e] + slope[e] * slope[e]);
            }
            common[i] += share * common[at];
            crossed[i] += share * crossed[at];
        }
        for (int e = 0; e < first.length; e++) second[e] -= first[e] * first[e];
        if (takers.size() == 1 && !wiring.ends().get(i)) common(i, takers.getFirst().stage());
    }

    private void common(int i, int at) {
        var unit = units[at];
        if (wiring.stages().get(at).plain() instanceof Stage.Affine affine && affine.biases() == 0) along[i] = along[at];
        if (unit == null || flows.output(at).extent().positions() > 1) return;
        double shared = slopes[at][at] * unit.covariance() / flows.output(at).extent().units();
        common[i] += shared + (along[at] - 1) * (1 + unit.covariance()) / flows.output(at).extent().units();
        crossed[i] += 2 * shared;
        double squared = unit.growth() * unit.growth();
        along[i] = (squared * along[at] + unit.ray() - squared) / unit.passed();
    }
}
