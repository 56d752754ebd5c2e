package dev.lanewise.optim;

/// Up and down along lines between a low rate and a high one, again and again: Smith, "Cyclical learning rates for training
/// neural networks", 2017. To be stepped after each batch.
///
/// The rate alone cycles, as with PyTorch's `cycle_momentum=False`. It follows from the step alone: what other schedules made of
/// the rate before is gone, what they do after it stays.
public final class CyclicLR extends LRScheduler {

    /// How high a cycle leads.
    public enum Mode {
        /// Each as high as the first.
        TRIANGULAR,
        /// Each half as high as the one before.
        TRIANGULAR2,
        /// As high as gamma to the power of the step.
        EXP_RANGE
    }

    /// The form of a cycle.
    ///
    /// @param stepsUp   of a cycle, at least 1
    /// @param stepsDown of a cycle, at least 1
    /// @param gamma     of [Mode#EXP_RANGE]; 0 or more
    public record Options(long stepsUp, long stepsDown, Mode mode, double gamma) {

        /// Refuses less than a step each way, and a negative gamma.
        public Options {
            Checks.count("CyclicLR", "steps up", Checks.atLeast(1, "CyclicLR", "steps up", stepsUp));
            Checks.count("CyclicLR", "steps down", Checks.atLeast(1, "CyclicLR", "steps down", stepsDown));
            Checks.given("CyclicLR", "mode", mode);
            Checks.nonNegative("CyclicLR", "gamma", gamma);
        }

        /// As many up as down.
        public Options steps(long each) { return new Options(each, each, mode, gamma); }

        /// How many steps lead up, and how many down again, each at least 1.
        public Options steps(long up, long down) { return new Options(up, down, mode, gamma); }

        /// How the height of cycles goes on.
        public Options mode(Mode mode) { return new Options(stepsUp, stepsDown, mode, gamma); }

        /// By what the height is multiplied with each step, for [Mode#EXP_RANGE].
        public Options gamma(double gamma) { return new Options(stepsUp, stepsDown, mode, gamma); }

        @Override
        public String toString() { return OptionsText.of(this); }
    }

    /// One for all groups, or one for each.
    private final double[] baseLr;
    private final double[] maxLr;
    private final Options options;

    /// With the usual options.
    public CyclicLR(Optimizer optimizer, double baseLr, double maxLr) { this(optimizer, baseLr, maxLr, options()); }

    /// Sets the low rate at once; schedules that are made afterwards start from it.
    ///
    /// @param baseLr the low rate, of all groups; 0 or more
    /// @param maxLr  the high rate of the first cycle; 0 or more
    public CyclicLR(Optimizer optimizer, double baseLr, double maxLr, Options options) {
        this(optimizer, new double[] {baseLr}, new double[] {maxLr}, options);
    }

    /// As [#CyclicLR(Optimizer, double, double, Options)].
    ///
    /// @param baseLr the low rate of each group, in their order
    /// @param maxLr  the high rate of each group
    public CyclicLR(Optimizer optimizer, double[] baseLr, double[] maxLr, Options options) {
        this.options = Checks.given("CyclicLR", "options", options);
        var low = Checks.forGroups("CyclicLR", "low rate", baseLr, optimizer);
        var high = Checks.forGroups("CyclicLR", "high rate", maxLr, optimizer);
        this.baseLr = low;
        this.maxLr = high;
        for (double each : low) Checks.nonNegative("CyclicLR", "low rate", each);
        for (double each : high) Checks.nonNegative("CyclicLR", "high rate", each);
        var groups = optimizer.groups();
        for (int i = 0; i < groups.size(); i++) groups.get(i).initialRate(Checks.ofGroup(low, i));
        super(optimizer);
    }

    /// 2,000 steps up and as many down, each cycle as high as the first.
    public static Options options() { return new Options(2000, 2000, Mode.TRIANGULAR, 1); }

    @Override
    double start(int group, double rate, double base) { return rate(group, 0, rate, base); }

    @Override
    protected double rate(long step, double rate, double base) { return rate(0, step, rate, base); }

    @Override
    double rate(int group, long step, double rate, double base) {
        long length = options.stepsUp + options.stepsDown;
        long within = step % length;
        double share = within <= options.stepsUp ? (double) within / options.stepsUp
            : (double) (length - within) / options.stepsDown;
        double height = switch (options.mode) {
            case TRIANGULAR -> 1;
            case TRIANGULAR2 -> Math.scalb(1.0, (int) -Math.min(step / length, 2000));
            case EXP_RANGE -> StrictMath.pow(options.gamma, step);
        };
        double low = Checks.ofGroup(baseLr, group);
        return Math.max(0, low + (Checks.ofGroup(maxLr, group) - low) * share * height);
    }
}
