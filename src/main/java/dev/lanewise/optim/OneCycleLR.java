package dev.lanewise.optim;

/// Up to a high rate and down to a very low one: Smith and Topin, "Super-convergence: very fast training of neural networks
/// using large learning rates", 2018. To be stepped after each batch.
///
/// The rate alone cycles, as with PyTorch's `cycle_momentum=False`. It follows from the step alone: what other schedules made of the
/// rate before is gone, what they do after it stays.
public final class OneCycleLR extends LRScheduler {

    /// How a rate goes from one value to the next.
    public enum Annealing { COSINE, LINEAR }

    /// @param warmUp         share of the steps that lead up, PyTorch's `pct_start`; of [0, 1]
    /// @param annealing      the way between two rates
    /// @param divFactor      the first rate is the highest divided by this; above 0
    /// @param finalDivFactor the last rate is the first divided by this; above 0
    /// @param threePhase     whether to go back to the first rate as long as the way up was, and from there to the last
    public record Options(double warmUp, Annealing annealing, double divFactor, double finalDivFactor, boolean threePhase) {

        public Options {
            Checks.given("OneCycleLR", "annealing", annealing);
            Checks.share("OneCycleLR", "warm-up", warmUp);
            Checks.positive("OneCycleLR", "divFactor", divFactor);
            Checks.positive("OneCycleLR", "finalDivFactor", finalDivFactor);
        }

        public Options warmUp(double share) { return new Options(share, annealing, divFactor, finalDivFactor, threePhase); }

        public Options annealing(Annealing way) { return new Options(warmUp, way, divFactor, finalDivFactor, threePhase); }

        public Options divFactor(double factor) { return new Options(warmUp, annealing, factor, finalDivFactor, threePhase); }

        public Options finalDivFactor(double factor) { return new Options(warmUp, annealing, divFactor, factor, threePhase); }

        public Options threePhase(boolean three) { return new Options(warmUp, annealing, divFactor, finalDivFactor, three); }
    }

    private final Annealing annealing;
    private final long totalSteps;
    /// Phase i goes from `rates[i]` to `rates[i + 1]` and ends at step `ends[i]`.
    private final double[] rates;
    private final double[] ends;

    public OneCycleLR(Optimizer optimizer, double maxLr, long totalSteps) { this(optimizer, maxLr, totalSteps, options()); }

    /// Sets the first rate at once; schedules that are made afterwards start from it.
    ///
    /// @param maxLr      the highest rate, above 0
    /// @param totalSteps how many steps there will be, at least 1
    public OneCycleLR(Optimizer optimizer, double maxLr, long totalSteps, Options options) {
        this.annealing = options.annealing;
        this.totalSteps = Checks.atLeast(1, "OneCycleLR", "total steps", totalSteps);
        double first = Checks.positive("OneCycleLR", "highest rate", maxLr) / options.divFactor;
        double last = first / options.finalDivFactor;
        double top = options.warmUp * totalSteps - 1;
        rates = options.threePhase ? new double[] {first, maxLr, first, last} : new double[] {first, maxLr, last};
        ends = options.threePhase ? new double[] {top, 2 * options.warmUp * totalSteps - 2, totalSteps - 1}
            : new double[] {top, totalSteps - 1};
        super(optimizer);
        optimizer.initialRate(first);
        optimizer.learningRate(next(0, 0));
    }

    /// 30 % of the steps up, along a cosine, from 1/25 of the highest rate; down to 1/250,000 of it.
    public static Options options() { return new Options(0.3, Annealing.COSINE, 25, 1e4, false); }

    @Override
    double next(long step, double rate) {
        if (step > totalSteps) throw new IllegalStateException("OneCycleLR: step " + step + " of a cycle of " + totalSteps
            + "; make the cycle as long as the training");
        int phase = 0;
        while (phase < ends.length - 1 && step > ends[phase]) phase++;
        double begin = phase == 0 ? 0 : ends[phase - 1];
        double share = ends[phase] == begin ? 1 : (step - begin) / (ends[phase] - begin);
        double from = rates[phase];
        double to = rates[phase + 1];
        double reached = switch (annealing) {
            case COSINE -> to + (from - to) / 2 * (StrictMath.cos(Math.PI * share) + 1);
            case LINEAR -> (to - from) * share + from;
        };
        return Math.max(0, reached); // PyTorch allows one step too many, which a line may take below 0
    }
}
