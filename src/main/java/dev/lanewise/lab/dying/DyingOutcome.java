package dev.lanewise.lab.dying;

import dev.lanewise.lab.train.DeepMoons;
import dev.lanewise.report.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// What came out of [Dying].
///
/// @param biased           one for each of [Dying#KINDS]
/// @param networks         regression networks, from as many seeds
/// @param bornDead         the share of them in which some hidden layer is off at every point before training
/// @param bornDeadInTheory the least and the most of that
/// @param deadAtOneInput   the share in which one is off at the point 1 before training: what the formula for one input counts
/// @param dead             by rate: the share in which one is off at every point afterwards
/// @param medianBound      of the rates that the loss's sharpness allows before training, of those that aren't born dead
/// @param beyond           by rate: the share of these for which it is above their bound
record DyingOutcome(List<Biased> biased, int networks, double bornDead, double[] bornDeadInTheory, double deadAtOneInput,
                    @Json.Inline Map<String, Double> dead, double medianBound, @Json.Inline Map<String, Double> beyond,
                        @Json.Omit List<Fate> fates, @Json.Omit int units, @Json.Omit int steps,
                    @Json.Omit int points) {

    /// A network of the one kind.
    record Biased(String activation, @Json.Inline DeepMoons.Norms norms) {}

    /// What became of one regression network.
    ///
    /// @param born     whether some hidden layer is off at every point before training
    /// @param atOne    whether one is off at the point 1 before training
    /// @param dead     by rate: whether one is off at every point afterwards
    /// @param loss     by rate: the mean squared error of the last step
    /// @param bound    on the rate, 2 (1 + 0.9) / λ, by the loss's sharpness λ before training
    record Fate(boolean born, boolean atOne, boolean[] dead, double[] loss, double bound) {}

    static DyingOutcome of(List<Biased> biased, List<Fate> fates, int units, int steps, int points) {
        var dead = new LinkedHashMap<String, Double>();
        for (int i = 0; i < Dying.RATES.length; i++) {
            int rate = i;
            dead.put("deadAtRate" + Dying.RATES[i], share(fates, fate -> fate.dead()[rate]));
        }
        var alive = fates.stream().filter(fate -> !fate.born()).toList();
        var beyond = new LinkedHashMap<String, Double>();
        for (double rate : Dying.RATES) beyond.put("beyondBoundAtRate" + rate, share(alive, fate -> rate > fate.bound()));
        return new DyingOutcome(biased, fates.size(), share(fates, Fate::born), Dying.born(units),
            share(fates, Fate::atOne), dead, median(alive.stream().mapToDouble(Fate::bound).sorted().toArray()), beyond, fates,
            units, steps, points);
    }

    double share(Predicate<Fate> which) { return share(fates, which); }

    private static double median(double[] sorted) {
        return sorted.length == 0 ? Double.NaN : (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    /// Of networks that aren't born dead, and have a bound below the rate, or not: the share that this rate kills; NaN if there
    /// are none.
    double killed(int rate, boolean isBeyond) {
        return share(fates.stream().filter(fate -> !fate.born() && Dying.RATES[rate] > fate.bound() == isBeyond).toList(),
            fate -> fate.dead()[rate]);
    }

    private static double share(List<Fate> fates, Predicate<Fate> which) {
        return fates.stream().filter(which).count() / (double) fates.size();
    }

    double[] losses(int rate) { return fates.stream().mapToDouble(fate -> fate.loss()[rate]).toArray(); }
}
