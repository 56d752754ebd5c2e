package dev.lanewise.diagnose;

/// What a network's start promises.
public enum Verdict {
    /// Signal and gradient keep their size within a factor of a hundred, and units work.
    HEALTHY,
    /// The second moment of the signal is below [#FAINT] of the input's, or the gradient's squared length below that of the
    /// output's: not its second moment, which is less wherever there are more units that share the same gradient.
    VANISHING,
    /// One of the two is above [#LOUD], or not finite.
    EXPLODING,
    /// More than [#DEAD_SHARE] of the layer's rectifiers are off on the whole batch. Where inputs look more and more alike,
    /// as they do in deep networks, half of them are at most.
    DYING,
    /// More than [#SATURATED_SHARE] of the layer's squashed numbers are near the activation's limits: beyond ±0.97, or within
    /// 0.03 of 0 or 1.
    SATURATED,
    /// Theory can't say, and nothing was measured.
    UNKNOWN;

    /// A signal's or a gradient's size, as a share of what comes in, below which it is [vanishing][#VANISHING].
    public static final double FAINT = 1e-4;

    /// And above which it is [exploding][#EXPLODING].
    public static final double LOUD = 1e4;

    /// The share of rectifiers that are off on the whole batch, above which a layer is [dying][#DYING].
    public static final double DEAD_SHARE = 0.75;

    /// The share of numbers near the activation's limits, above which a layer is [saturated][#SATURATED].
    public static final double SATURATED_SHARE = 0.25;

    /// Each may be NaN, for not known.
    static Verdict of(double signal, double gradient, double dead, double saturated) {
        if (signal > LOUD || gradient > LOUD) return EXPLODING;
        if (signal < FAINT || gradient < FAINT) return VANISHING;
        if (dead > DEAD_SHARE) return DYING;
        if (saturated > SATURATED_SHARE) return SATURATED;
        return Double.isNaN(signal) ? UNKNOWN : HEALTHY;
    }

    /// In small letters.
    public String word() { return name().toLowerCase(java.util.Locale.ROOT); }
}
