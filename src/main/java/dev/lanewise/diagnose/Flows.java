package dev.lanewise.diagnose;

import dev.lanewise.nn.LayerNorm;
import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.Passage;
import dev.lanewise.nn.Places;
import dev.lanewise.nn.RMSNorm;
import dev.lanewise.nn.Signal;
import dev.lanewise.nn.init.Nonlinearity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// The signals between a network's parts, with what they have in common.
///
/// Each signal is taken apart into what part of the network it came from: independent weights make something new of all that they
/// get; an activation is as much of its input as a line fitted to it, E φ'(z) z, and a rest that has no covariance with it
/// (Bussgang, 1952). So where a branch is added to what went round it, their covariance is known: 0 behind independent weights,
/// but not behind an activation alone. Parts of one signal have it only if they are the same part, or have other units; products
/// are known of what has nothing in common.
///
/// Of finite width, mean squares stray: at each part there is an event of some variance, and each signal has a sensitivity to
/// the events before it, so that what two branches have in common is counted once.
final class Flows {

    private static final double STEP = 1e-4;

    /// What of a part's is in a signal.
    ///
    /// @param windows what was taken of it, and of that
    private record Origin(int part, List<Stage.Taken> windows) {

        Origin(int part) { this(part, List.of()); }

        Origin of(Stage.Taken window) { return new Origin(part, Stream.concat(windows.stream(), Stream.of(window)).toList()); }

        /// Whether it is known to have nothing in common with another.
        boolean isApart(Origin other) {
            if (part != other.part) return true;
            for (int i = 0; i < Math.min(windows.size(), other.windows.size()); i++)
                if (!windows.get(i).equals(other.windows.get(i))) return windows.get(i).isBeside(other.windows.get(i));
            return false;
        }
    }

    private final Signal[] outputs;
    private final Passage[] passages;
    /// Of each part, what of the parts before is in it as it was made there, and by which factor.
    private final List<Map<Origin, Double>> origins;
    /// Of each part, what each of its numbers is made of a single number of: independent weights make something new.
    private final List<Set<Origin>> roots;
    /// Whether a part is an activation: what it makes that is new is no line of its input, but depends on it.
    private final boolean[] bends;
    /// What a part of independent weights multiplies by; null for others.
    private final Parameter[] weights;
    /// Whether parts have weights in common.
    private boolean haveTies;
    /// Of which parts there is something in each.
    private final BitSet[] within;
    /// What each part makes that is new, about its mean.
    private final Signal[] news;
    /// Laws of numbers that aren't normal; null of those that are, or whose law isn't known.
    private final Shape[] shapes;
    /// Of sums of such numbers and normal ones; null of others.
    private final Mixture[] mixtures;

    /// @param part   whose numbers aren't normal
    /// @param factor of these
    /// @param normal the deviation of what is added
    private record Mixture(int part, double factor, double normal) {}

    /// Of the logarithms of mean squares, to each part's event.
    private final double[][] sensitivities;
    private final double[] events;
    /// Of one number of each unit.
    private final double[] alone;
    /// By which one input of what is given strays from the mean.
    private final double[] given;
    /// Of each part, to its inputs' second moments.
    private final double[][] elasticities;

    Flows(int size) {
        outputs = new Signal[size];
        passages = new Passage[size];
        origins = new ArrayList<>(size);
        bends = new boolean[size];
        weights = new Parameter[size];
        within = new BitSet[size];
        news = new Signal[size];
        shapes = new Shape[size];
        mixtures = new Mixture[size];
        roots = new ArrayList<>(size);
        sensitivities = new double[size][];
        events = new double[size];
        alone = new double[size];
        given = new double[size];
        elasticities = new double[size][];
    }

    Signal output(int i) { return outputs[i]; }

    Passage passage(int i) { return passages[i]; }

    /// The variance of the mean square's logarithm that is due to finite width.
    ///
    /// @param one of one input alone
    double spread(int i, boolean one) {
        double sum = 0;
        for (int e = 0; e <= i; e++) sum += sensitivities[i][e] * sensitivities[i][e] * event(e, one);
        return sum;
    }

    /// The next part gives what is given: it doesn't stray, and has nothing in common with others.
    ///
    /// @param uneven the variance of one input's mean square, relative to that of all
    void give(Signal signal, Passage passage, double uneven) {
        int i = origins.size();
        outputs[i] = signal;
        passages[i] = passage;
        origins.add(Map.of(new Origin(i), 1.0));
        within[i] = new BitSet();
        roots.add(Set.of(new Origin(i)));
        sensitivities[i] = new double[i + 1];
        sensitivities[i][i] = 1;
        given[i] = uneven;
        elasticities[i] = new double[0];
        news[i] = signal.central();
    }

    /// What the next part makes of those before; it isn't kept.
    Passage pass(Stage stage, List<Integer> from) {
        return switch (stage.plain()) {
            case Stage.Sum sum -> sum(sum.factors(), from);
            case Stage.Product _ when !areApart(from.get(0), from.get(1)) -> Passage.UNKNOWN;
            case Stage plain -> pass(plain, from, signals(from));
        };
    }

    /// What a part, which is no sum, would make of other signals of the same laws.
    Passage pass(Stage stage, List<Integer> from, List<Signal> signals) {
        var shape = from.isEmpty() ? null : shapes[from.getFirst()];
        return stage.plain() instanceof Stage.Activation activation && shape != null && signals.getFirst().isKnown()
            && shape.isSmooth()
            ? shape.through(activation.function(), signals.getFirst()) : stage.pass(signals);
    }

    private boolean areApart(int a, int b) {
        return roots.get(a).stream().allMatch(one -> roots.get(b).stream().allMatch(other -> one.isApart(other)
            && !areTied(one, other)));
    }

    private boolean areTied(Origin one, Origin other) {
        return haveTies && one.part != other.part && weights[one.part] != null && weights[one.part] == weights[other.part];
    }

    List<Signal> signals(List<Integer> from) { return from.stream().map(each -> outputs[each]).toList(); }

    /// Keeps what the next part makes.
    ///
    /// @param signal what comes out, with its extent
    void put(Stage stage, List<Integer> from, Passage passage, Signal signal) {
        int i = origins.size();
        outputs[i] = signal;
        passages[i] = passage;
        var plain = stage.plain();
        var origin = new HashMap<Origin, Double>();
        for (int k = 0; k < from.size(); k++) {
            if (plain instanceof Stage.Taken window) origins.get(from.get(k))
                .forEach((source, factor) -> origin.put(source.of(window), factor));
            double linear = passage.way(k).linear();
            if (linear != 0) origins.get(from.get(k))
                .forEach((source, factor) -> origin.merge(source, linear * factor, Double::sum));
        }
        roots.add(roots(i, plain, from));
        bends[i] = plain instanceof Stage.Activation;
        if (plain instanceof Stage.Affine affine) {
            haveTies |= Arrays.asList(weights).contains(affine.weight());
            weights[i] = affine.weight();
        }
        within[i] = new BitSet(i);
        origin.keySet().forEach(each -> within[i].set(each.part));
        boolean isSum = plain instanceof Stage.Sum;
        var rest = signal.central();
        if (!isSum) for (var a : origin.entrySet()) rest = rest.plus(-a.getValue() * a.getValue(), news[a.getKey().part]);
        news[i] = isSum ? rest.mapped(_ -> 0, 0, 3) : rest.square() > 0 || rest.places() != null ? rest
            : new Signal(0, rest.product(), rest.within(), rest.across(), 0, 3, rest.extent());
        if (!isSum) origin.put(new Origin(i), 1.0);
        origins.add(origin);
        shapes[i] = shape(plain, from, passage);
        stray(i, stage, from, passage);
    }

    private Shape shape(Stage stage, List<Integer> from, Passage passage) {
        return switch (stage) {
            case Stage.Activation activation -> Shape.of(activation.function(), shapes[from.getFirst()],
                outputs[from.getFirst()]);
            case Stage.Sum sum -> shape(sum.factors(), from);
            case Stage.Shifted shifted when shifted.factor() > 0 -> shapes[from.getFirst()];
            case Stage.Copied _, Stage.Taken _ -> shapes[from.getFirst()];
            case Stage.Rule _ when from.size() == 1 && passage.way(0).linear() > 0
                && passage.out().fourth() == outputs[from.getFirst()].fourth() -> shapes[from.getFirst()];
            default -> null;
        };
    }

    /// Of one signal that isn't normal, and others that are and have nothing to do with it.
    private Shape shape(double[] factors, List<Integer> from) {
        int bent = -1;
        double normal = 0;
        for (int k = 0; k < factors.length; k++) {
            if (shapes[from.get(k)] != null && bent >= 0) return null;
            if (shapes[from.get(k)] != null) bent = k;
            else normal += factors[k] * factors[k] * outputs[from.get(k)].central().square();
        }
        if (bent < 0) return null;
        for (int k = 0; k < factors.length; k++) if (k != bent && !areApart(from.get(bent), from.get(k))) return null;
        int source = from.get(bent);
        mixtures[origins.size() - 1] = new Mixture(source, factors[bent], Math.sqrt(Math.max(0, normal)));
        return shapes[source].plus(factors[bent] * Math.sqrt(Math.max(0, outputs[source].central().square())),
            Math.sqrt(Math.max(0, normal)));
    }

    /// Where each input is divided by its own size, the mean of one over its square is so many times one over the mean.
    double uneven(Stage stage, List<Integer> from) {
        if (!(stage.plain() instanceof Stage.Rule rule
            && (rule.module() instanceof LayerNorm || rule.module() instanceof RMSNorm))) return 1;
        int source = from.getFirst();
        double variance = spread(source, true);
        for (int e = 0; e < sensitivities[source].length; e++) variance += sensitivities[source][e]
            * sensitivities[source][e] * given[e];
        return Math.exp(variance);
    }

    /// By how much the slopes of an activation and of one behind the sum that its outputs go into are larger together; 1 if
    /// nothing is known of that.
    ///
    /// @param before whose outputs the first one gets
    double together(int first, Nonlinearity phi, int before, int sum, Nonlinearity psi) {
        var mixture = mixtures[sum];
        return mixture == null || mixture.part != first || mixture.normal == 0 ? 1
            : Shape.together(phi, shapes[before], outputs[before], mixture.factor, outputs[sum], mixture.normal, psi);
    }

    private Set<Origin> roots(int i, Stage stage, List<Integer> from) {
        boolean isNew = stage instanceof Stage.Affine || stage instanceof Stage.Rule rule && rule.theory().starts();
        if (isNew || from.isEmpty()) return Set.of(new Origin(i));
        var all = new HashSet<Origin>();
        for (int each : from) for (var root : roots.get(each)) all.add(stage instanceof Stage.Taken window
            ? root.of(window) : root);
        return all;
    }

    private void stray(int i, Stage stage, List<Integer> from, Passage passage) {
        var own = sensitivities[i] = new double[i + 1];
        double known = 0;
        elasticities[i] = new double[from.size()];
        for (int k = 0; k < from.size(); k++) {
            double elasticity = elasticities[i][k] = elasticity(stage, from, passage, k);
            var before = sensitivities[from.get(k)];
            for (int e = 0; e < before.length; e++) own[e] += elasticity * before[e];
            known += elasticity * elasticity * (outputs[from.get(k)].fourth() - 1);
        }
        double stray = Double.isNaN(passage.stray()) ? Math.max(0, outputs[i].fourth() - 1 - known) : passage.stray();
        // over inputs and positions chance is averaged as far as they differ; what an activation adds goes by their correlation,
        // and not by its square each unit has its scale for all
        boolean isCommon = stage.plain() instanceof Stage.Rule && passage.way(0).linear() != 0;
        double likeness = isCommon ? 1 : stage.plain() instanceof Stage.Activation
            ? outputs[from.getFirst()].central().meanCorrelation() : outputs[i].likeness();
        alone[i] = (Double.isNaN(stray) ? 2 : stray) / outputs[i].extent().units();
        events[i] = alone[i] * likeness;
        own[i] = 1;
    }

    /// The sensitivity of a part's second moment to the events before it, and at it.
    double[] sensitivities(int i) { return sensitivities[i]; }

    /// The variance of a part's event, in the mean over inputs and positions, or of one of them.
    double event(int e, boolean one) { return one ? alone[e] : events[e]; }

    /// By which one input of what is given at a part strays from the mean; 0 of others.
    double uneven(int e) { return given[e]; }

    /// By how many percent a part's second moment grows with one percent of an input's; 0 of what is given.
    double elasticity(int i, int k) { return k < elasticities[i].length ? elasticities[i][k] : 0; }

    private double elasticity(Stage stage, List<Integer> from, Passage passage, int k) {
        double stated = passage.way(k).elasticity();
        double square = passage.out().square();
        if (!Double.isNaN(stated)) return stated;
        if (square == 0 || Arrays.stream(sensitivities[from.get(k)]).allMatch(each -> each == 0)) return 0;
        var more = new ArrayList<>(signals(from));
        more.set(k, more.get(k).scaled(Math.sqrt(1 + STEP)));
        double elasticity = (pass(stage, from, more).out().square() / square - 1) / STEP;
        return Double.isFinite(elasticity) ? elasticity : 0;
    }

    // ---- sums

    private Passage sum(double[] factors, List<Integer> from) {
        int count = factors.length;
        if (from.stream().anyMatch(each -> !outputs[each].isKnown())) return Passage.UNKNOWN;
        var total = outputs[from.getFirst()].mapped(_ -> 0, 0, 3);
        double mean = 0;
        for (int k = 0; k < count; k++) mean += factors[k] * outputs[from.get(k)].mean();
        var crossed = new double[count];
        double strays = 0;
        double sway = 0;
        double fourth = 0;
        for (int k = 0; k < count; k++) for (int l = 0; l < count; l++) {
            double factor = factors[k] * factors[l];
            var both = k == l ? outputs[from.get(k)] : covariance(from.get(k), from.get(l));
            if (!both.isKnown()) return Passage.UNKNOWN;
            total = total.plus(factor, both);
            crossed[k] += factor * both.square();
            double common = outputs[from.get(k)].mean() * outputs[from.get(l)].mean();
            sway += factor * (both.square() - common) * (outputs[from.get(k)].sway() + outputs[from.get(l)].sway()) / 2;
            double a = outputs[from.get(k)].square();
            double b = outputs[from.get(l)].square();
            if (k < l) strays += 4 * factor * factor * Math.max(0, a * b - both.square() * both.square());
            if (k == l) fourth += factor * factor * a * a * (outputs[from.get(k)].fourth() - 1);
        }
        double square = total.square();
        var ways = new Passage.Way[count];
        for (int k = 0; k < count; k++)
            ways[k] = new Passage.Way(factors[k] * factors[k], factors[k], square == 0 ? 0 : crossed[k] / square);
        var out = total.mapped(moment -> moment, mean, square == 0 ? 1 : 1 + (fourth + strays) / (square * square))
            .swaying(square > mean * mean ? sway / (square - mean * mean) : 1)
            .placed(total.places() == null ? null : withMeans(total.places(), factors, from));
        return Passage.of(out, ways).straying(square == 0 ? 0 : strays / (square * square));
    }

    private Places withMeans(Places sums, double[] factors, List<Integer> from) {
        var means = new double[sums.count()];
        for (int k = 0; k < factors.length; k++) for (int p = 0; p < means.length; p++) means[p] += factors[k]
            * outputs[from.get(k)].places().means()[p];
        return new Places(sums.sides(), sums.own(), sums.two(), means);
    }

    /// The mean products of two parts' numbers, of one input and position, and of two; unknown where they are of overlapping
    /// parts of one, or where both have bends of the same numbers, or come of the same weights.
    private Signal covariance(int a, int b) {
        var sum = outputs[a].ofMeans(outputs[b]);
        boolean windows = haveWindows(a) || haveWindows(b);
        for (var each : origins.get(a).entrySet()) {
            var origin = each.getKey();
            var other = origins.get(b).get(origin);
            if (other != null) sum = sum.plus(each.getValue() * other, news[origin.part]);
            if (news[origin.part].square() != 0 && (windows || haveTies || bends[origin.part])
                && origins.get(b).keySet().stream().anyMatch(there ->
                !there.equals(origin) && !there.isApart(origin) || areTied(origin, there)
                    || bendAlike(origin, there))) return Signal.UNKNOWN;
        }
        return sum;
    }

    private boolean bendAlike(Origin one, Origin other) {
        if (one.part == other.part || !bends[one.part] || !bends[other.part] || news[other.part].square() == 0) return false;
        // what is new in a part has no covariance with what it has of another
        if (within[one.part].get(other.part) || within[other.part].get(one.part)) return false;
        return !new Origin(0, one.windows).isApart(new Origin(0, other.windows)) && !areApart(one.part, other.part);
    }

    private boolean haveWindows(int i) { return origins.get(i).keySet().stream().anyMatch(origin -> !origin.windows.isEmpty()); }
}
