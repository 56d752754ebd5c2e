package dev.lanewise.optim;

import java.util.Map;
import java.util.Optional;

/// Lowers the rate when a measure, such as the validation loss, has stopped getting better.
///
/// To be stepped with the measure: [#step(double)].
public final class ReduceLROnPlateau extends LRScheduler {

    /// Which way is better.
    public enum Mode {
        /// Less is better, as of a loss.
        MIN,
        /// More is better, as of an accuracy.
        MAX
    }

    /// What the threshold is a share of: the magnitude of the best measure so far, or 1.
    public enum ThresholdMode {
        /// Of the magnitude of the best measure so far.
        RELATIVE,
        /// Of 1: the difference itself.
        ABSOLUTE
    }

    /// When rates are lowered, and by how much.
    ///
    /// @param mode          which way is better
    /// @param factor        what the rate is multiplied by, of [0, 1)
    /// @param patience      how many epochs in a row may pass without a better measure, 0 or more
    /// @param threshold     by how much a measure must be better to count, 0 or more
    /// @param thresholdMode what the threshold is a share of
    /// @param cooldown      for how many epochs after a reduction patience isn't tried, 0 or more
    /// @param minLr         the least rate, 0 or more
    /// @param epsilon       a change of the rate that is not above this isn't made, 0 or more
    public record Options(Mode mode, double factor, long patience, double threshold, ThresholdMode thresholdMode,
                          long cooldown, double minLr, double epsilon) {

        /// Refuses what can't be followed.
        public Options {
            Checks.given("ReduceLROnPlateau", "mode", mode);
            Checks.given("ReduceLROnPlateau", "threshold mode", thresholdMode);
            Checks.decay("ReduceLROnPlateau", "factor", factor);
            Checks.atLeast(0, "ReduceLROnPlateau", "patience", patience);
            Checks.nonNegative("ReduceLROnPlateau", "threshold", threshold);
            Checks.atLeast(0, "ReduceLROnPlateau", "cooldown", cooldown);
            Checks.nonNegative("ReduceLROnPlateau", "least rate", minLr);
            Checks.nonNegative("ReduceLROnPlateau", "epsilon", epsilon);
        }

        /// Which way is better.
        public Options mode(Mode mode) {
            return new Options(mode, factor, patience, threshold, thresholdMode, cooldown, minLr, epsilon);
        }

        /// What the rate is multiplied by, of [0, 1).
        public Options factor(double factor) {
            return new Options(mode, factor, patience, threshold, thresholdMode, cooldown, minLr, epsilon);
        }

        /// How many epochs in a row may pass without a better measure.
        public Options patience(long patience) {
            return new Options(mode, factor, patience, threshold, thresholdMode, cooldown, minLr, epsilon);
        }

        /// By how much a measure must be better to count as better.
        public Options threshold(double threshold, ThresholdMode of) {
            return new Options(mode, factor, patience, threshold, of, cooldown, minLr, epsilon);
        }

        /// How many epochs after a lowering don't count.
        public Options cooldown(long cooldown) {
            return new Options(mode, factor, patience, threshold, thresholdMode, cooldown, minLr, epsilon);
        }

        /// The rate below which none is lowered.
        public Options minLr(double minLr) {
            return new Options(mode, factor, patience, threshold, thresholdMode, cooldown, minLr, epsilon);
        }

        /// The least difference that a lowering must make.
        public Options epsilon(double epsilon) {
            return new Options(mode, factor, patience, threshold, thresholdMode, cooldown, minLr, epsilon);
        }

        double worst() { return mode == Mode.MIN ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY; }

        /// NaN is never better.
        boolean isBetter(double measure, double best) { return mode == Mode.MIN ? measure < bound(best) : measure > bound(best); }

        /// What is better than the best by the threshold lies beyond it.
        private double bound(double best) {
            double margin = mode == Mode.MIN ? -threshold : threshold;
            return switch (thresholdMode) {
                case ABSOLUTE -> best + margin;
                // a share of the magnitude: of a negative best itself, it would lead the other way; of infinity, there is none
                case RELATIVE -> Double.isInfinite(best) ? best : best * (1 + Math.signum(best) * margin);
            };
        }

        @Override
        public String toString() { return OptionsText.of(this); }
    }

    private final Options options;
    /// The least rate of all groups, or of each.
    private final double[] minLr;
    private double best;
    private long badEpochs;
    private long cooling;
    /// Whether the step at hand lowers the rates.
    private boolean reduces;

    /// With the usual options.
    public ReduceLROnPlateau(Optimizer optimizer) { this(optimizer, options()); }

    /// As the options have it.
    public ReduceLROnPlateau(Optimizer optimizer, Options options) {
        this(optimizer, options, Checks.given("ReduceLROnPlateau", "options", options).minLr);
    }

    /// As the options have it, but for the least rates.
    ///
    /// @param minLr the least rate of each group, in their order, in place of the one in the options; each 0 or more
    public ReduceLROnPlateau(Optimizer optimizer, Options options, double... minLr) {
        this.options = Checks.given("ReduceLROnPlateau", "options", options);
        this.minLr = Checks.forGroups("ReduceLROnPlateau", "least rate", minLr, optimizer);
        for (double each : minLr) Checks.nonNegative("ReduceLROnPlateau", "least rate", each);
        this.best = options.worst();
        super(optimizer);
    }

    /// Smaller is better; a tenth of the rate after ten epochs that aren't better by a ten-thousandth.
    public static Options options() { return new Options(Mode.MIN, 0.1, 10, 1e-4, ThresholdMode.RELATIVE, 0, 0, 1e-8); }

    @Override
    public Optional<Mode> mode() { return Optional.of(options.mode); }

    /// NaN counts as no better.
    @Override
    protected void observe(double measure) {
        if (options.isBetter(measure, best)) {
            best = measure;
            badEpochs = 0;
        } else {
            badEpochs++;
        }
        if (cooling > 0) {
            cooling--;
            badEpochs = 0;
        }
        reduces = badEpochs > options.patience;
        if (reduces) {
            cooling = options.cooldown;
            badEpochs = 0;
        }
    }

    @Override
    protected double rate(long epoch, double rate, double base) { return rate(0, epoch, rate, base); }

    @Override
    double rate(int group, long epoch, double rate, double base) {
        if (!reduces) return rate;
        double reduced = Math.max(rate * options.factor, Checks.ofGroup(minLr, group));
        return rate - reduced > options.epsilon ? reduced : rate;
    }

    @Override
    protected Map<String, Double> values() {
        return Map.of("best", best, "num_bad_epochs", (double) badEpochs, "cooldown_counter", (double) cooling);
    }

    @Override
    protected void load(Map<String, Double> values) {
        double reached = values.get("best");
        if (Double.isNaN(reached)) throw new IllegalArgumentException(
            "ReduceLROnPlateau: best NaN in the state; NaN is never better, so it must be a number");
        long bad = count(values, "num_bad_epochs");
        cooling = count(values, "cooldown_counter");
        badEpochs = bad;
        best = reached;
    }
}
