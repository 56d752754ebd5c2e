package dev.lanewise.optim;

/// Up to a high rate and down to a very low one: Smith and Topin, "Super-convergence: very fast training of neural networks
/// using large learning rates", 2018. To be stepped after each batch.
///
/// The rate alone cycles, as with PyTorch's `cycle_momentum=False`. It follows from the step alone: what other schedules made of
/// the rate before is gone, what they do after it stays.
public final class OneCycleLR extends LRScheduler {

    /// How a rate goes from one value to the next.
    public enum Annealing {
        /// Along half a wave: slowly at both ends.
        COSINE,
        /// Along a line.
        LINEAR
    }

    /// The form of the cycle.
    ///
    /// @param warmUp         share of the steps that lead up, PyTorch's `pct_start`; of [0, 1]
    /// @param annealing      the way between two rates
    /// @param divFactor      the first rate is the highest divided by this; above 0
    /// @param finalDivFactor the last rate is the first divided by this; above 0
    /// @param threePhase     whether to go back to the first rate as long as the way up was, and from there to the last
    public record Options(double warmUp, Annealing annealing, double divFactor, double finalDivFactor, boolean threePhase) {

        /// Refuses a share beyond [0, 1], and factors that aren't positive.
        public Options {
            Checks.given("OneCycleLR", "annealing", annealing);
            Checks.share("OneCycleLR", "warm-up", warmUp);
            Checks.positive("OneCycleLR", "divFactor", divFactor);
            Checks.positive("OneCycleLR", "finalDivFactor", finalDivFactor);
        }

        /// The share of the steps that lead up, PyTorch's `pct_start`.
        public Options warmUp(double share) { return new Options(share, annealing, divFactor, finalDivFactor, threePhase); }

        /// How the rate goes from one value to the next.
        public Options annealing(Annealing way) { return new Options(warmUp, way, divFactor, finalDivFactor, threePhase); }

        /// By what the highest rate is divided for the first.
        public Options divFactor(double factor) { return new Options(warmUp, annealing, factor, finalDivFactor, threePhase); }

        /// By what the first rate is divided for the last.
        public Options finalDivFactor(double factor) { return new Options(warmUp, annealing, divFactor, factor, threePhase); }

        /// Whether to go back to the first rate as long as the way up was, and from there to the last.
        public Options threePhase(boolean three) { return new Options(warmUp, annealing, divFactor, finalDivFactor, three); }

        @Override
        public String toString() { return OptionsText.of(this); }
    }

    private final long totalSteps;
    /// One for all groups, or one for each.
    private final double[] maxLr;
    private final Options options;
    /// Phase i ends at step `ends[i]`.
    private final double[] ends;

    /// With the usual form.
    public OneCycleLR(Optimizer optimizer, double maxLr, long totalSteps) { this(optimizer, maxLr, totalSteps, options()); }

    /// Sets the first rate at once; schedules that are made afterwards start from it.
    ///
    /// @param maxLr      the highest rate, of all groups; above 0
    /// @param totalSteps how many steps there will be, at least 1
    public OneCycleLR(Optimizer optimizer, double maxLr, long totalSteps, Options options) {
        this(optimizer, new double[] {maxLr}, totalSteps, options);
    }

    /// As [#OneCycleLR(Optimizer, double, long, Options)].
    ///
    /// @param maxLr the highest rate of each group, in their order
    public OneCycleLR(Optimizer optimizer, double[] maxLr, long totalSteps, Options options) {
        this.options = Checks.given("OneCycleLR", "options", options);
        this.totalSteps = Checks.atLeast(1, "OneCycleLR", "total steps", totalSteps);
        var highest = Checks.forGroups("OneCycleLR", "highest rate", maxLr, optimizer);
        this.maxLr = highest;
        for (double each : highest) Checks.positive("OneCycleLR", "highest rate", each);
        double top = options.warmUp * totalSteps - 1;
        ends = options.threePhase ? new double[] {top, 2 * options.warmUp * totalSteps - 2, totalSteps - 1}
            : new double[] {top, totalSteps - 1};
        var groups = optimizer.groups();
        for (int i = 0; i < groups.size(); i++) groups.get(i).initialRate(Checks.ofGroup(highest, i) / options.divFactor);
        super(optimizer);
    }

    /// 30 % of the steps up, along a cosine, from 1/25 of the highest rate; down to 1/250,000 of it.
    public static Options options() { return new Options(0.3, Annealing.COSINE, 25, 1e4, false); }

    @Override
    double start(int group, double rate, double base) { return rate(group, 0, rate, base); }

    @Override
    protected double rate(long step, double rate, double base) { return rate(0, step, rate, base); }

    @Override
    double rate(int group, long step, double rate, double base) {
        if (step > totalSteps) throw new IllegalStateException("OneCycleLR: step " + step + " of a cycle of " + totalSteps
            + "; make the cycle as long as the training");
        int phase = 0;
        while (phase < ends.length - 1 && step > ends[phase]) phase++;
        double begin = phase == 0 ? 0 : ends[phase - 1];
        double share = ends[phase] == begin ? 1 : (step - begin) / (ends[phase] - begin);
        double from = reached(group, phase);
        double to = reached(group, phase + 1);
        double now = switch (options.annealing) {
            case COSINE -> to + (from - to) / 2 * (StrictMath.cos(Math.PI * share) + 1);
            case LINEAR -> (to - from) * share + from;
        };
        return Math.max(0, now); // PyTorch allows one step too many, which a line may take below 0
    }

    /// The rate after some number of phases.
    private double reached(int group, int phases) {
        double highest = Checks.ofGroup(maxLr, group);
        double first = highest / options.divFactor;
        if (phases == ends.length) return first / options.finalDivFactor;
        return phases == 1 ? highest : first;
    }
}
