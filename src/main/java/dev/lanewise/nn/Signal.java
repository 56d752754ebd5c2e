package dev.lanewise.nn;

import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/// The moments of the numbers that pass between two modules of a wide network, and how many there are. What isn't known is NaN.
///
/// A number has a unit, which is a channel or a column, and an input of the network; where an input has many tokens or pixels, a
/// position, too. The products are those of two numbers of one unit.
///
/// @param square  their second moment
/// @param product their mean product at the same position of two inputs
/// @param within  their mean product at two positions of one input
/// @param across  their mean product at two positions of two inputs
/// @param mean    over the units of one input: 0 behind weights of mean 0
/// @param fourth  the fourth moment over the squared second
/// @param sway    the variance of the mean over the units of one input, times their number, relative to that of one: 1 of
///     independent ones, 0 where the mean was taken off
/// @param places  the moments position by position, of which the others are the means; null if they aren't known one by one
public record Signal(double square, double product, double within, double across, double mean, double fourth, double sway,
    Extent extent, Places places) {

    /// What isn't known.
    public static final Signal UNKNOWN = new Signal(Double.NaN, Double.NaN, Double.NaN, Double.NaN);

    private static final double NEAR = 0.02;

    /// How many numbers there are.
    ///
    /// @param units     channels, or columns
    /// @param positions tokens or pixels of one input
    /// @param inputs    that run together; 0 if that isn't known, and then as if there were many
    public record Extent(int units, int positions, int inputs) {

        /// A unit of one position.
        public static final Extent ONE = new Extent(1, 1, 0);
    }

    /// Of independent units, positions being alike.
    public Signal(double square, double product, double within, double across, double mean, double fourth, Extent extent) {
        this(square, product, within, across, mean, fourth, 1, extent, null);
    }

    /// With another [#sway].
    public Signal swaying(double sway) { return new Signal(square, product, within, across, mean, fourth, sway, extent, places); }

    /// Where an input has one position.
    public Signal(double square, double product, double mean, double fourth) {
        this(square, product, square, product, mean, fourth, Extent.ONE);
    }

    /// Whether the second moment is.
    public boolean isKnown() { return !Double.isNaN(square); }

    /// Whether it is as that of normal numbers of mean 0, but for what a batch strays.
    boolean isNormal() { return mean * mean <= NEAR * square && Math.abs(fourth - 3) <= 3 * NEAR; }

    /// Whether it is as that of normal numbers behind a rectifier: their mean's square is 1 / π of the second moment, their
    /// fourth moment 6.
    boolean isRectified() {
        boolean half = mean > 0 && (places == null ? isHalf(mean, square)
            : IntStream.range(0, places.count()).allMatch(p -> isHalf(places.means()[p], places.own()[p * places.count() + p])));
        return half && Math.abs(fourth - 6) <= 6 * NEAR;
    }

    private static boolean isHalf(double mean, double square) { return Math.abs(Math.PI * mean * mean / square - 1) <= NEAR; }

    /// With so many positions.
    Signal at(double positions) {
        return with(new Extent(extent.units, (int) Math.clamp(Math.rint(positions), 1, Integer.MAX_VALUE), extent.inputs));
    }

    /// That of numbers that are larger by a factor.
    public Signal scaled(double factor) {
        var scaled = mapped(moment -> factor * factor * moment, factor * mean, fourth).swaying(sway);
        return places == null ? scaled : scaled.placed(places.mapped(moment -> factor * factor * moment, each -> factor * each));
    }

    /// With each second moment changed likewise, of independent units. Positions keep their share of the mean.
    public Signal mapped(DoubleUnaryOperator change, double mean, double fourth) {
        double before = this.mean;
        return new Signal(change.applyAsDouble(square), change.applyAsDouble(product), change.applyAsDouble(within),
            change.applyAsDouble(across), mean, fourth, 1, extent, places == null ? null
            : places.mapped(change, each -> before == 0 ? mean : each / before * mean));
    }

    /// With so many times the second moments of another; the mean stays.
    public Signal plus(double factor, Signal other) {
        return new Signal(square + factor * other.square, product + factor * other.product, within + factor * other.within,
            across + factor * other.across, mean, fourth, sway, extent,
            places != null && places.isLike(other.places) ? places.plus(factor, other.places, 0) : null);
    }

    /// About the mean.
    public Signal central() {
        double squared = mean * mean;
        return mapped(moment -> moment - squared, 0, fourth).placed(places == null ? null : places.central());
    }

    /// The products of both means alone.
    public Signal ofMeans(Signal other) {
        double means = mean * other.mean;
        return mapped(_ -> means, 0, 3).placed(places != null && places.isLike(other.places)
            ? places.ofMeans(other.places) : null);
    }

    /// With these, position by position.
    public Signal placed(Places places) {
        return new Signal(square, product, within, across, mean, fourth, sway, extent, places);
    }

    /// Of so many units, positions and inputs.
    public Signal with(Extent extent) {
        return new Signal(square, product, within, across, mean, fourth, sway, extent,
            places != null && places.count() == extent.positions ? places : null);
    }

    /// Of the mean over so many of an input's positions, which are as good as any others.
    public Signal averaged(int positions) {
        if (positions == 1) return this;
        double one = 1.0 / positions;
        return new Signal(one * square + (1 - one) * within, one * product + (1 - one) * across, within, across, mean,
            Double.NaN, extent);
    }

    /// As if positions were inputs, and inputs positions: of tokens that lie along the first dimension.
    public Signal swapped() {
        return new Signal(square, within, product, across, mean, fourth, sway,
            new Extent(extent.units, Math.max(1, extent.inputs), extent.positions), null);
    }

    /// The mean over all pairs of a unit's numbers, each with itself too, of their correlation's square: 1 where all are the
    /// same, or how many there are isn't known; one over their number where they have nothing in common. So much of a variance
    /// that weights give each number is left in the mean.
    public double likeness() {
        if (places != null && extent.inputs > 0 && square > 0
            && (extent.inputs == 1 || !Double.isNaN(product))) return places.likeness(extent.inputs);
        return alike(moment -> moment * moment / (square * square));
    }

    /// The mean correlation of such pairs.
    public double meanCorrelation() { return alike(moment -> Math.max(0, moment / square)); }

    private double alike(DoubleUnaryOperator like) {
        int inputs = extent.inputs;
        if (inputs == 0 || square == 0) return 1;
        double other = inputs == 1 ? 0 : (inputs - 1) * known(like.applyAsDouble(product));
        double places = extent.positions == 1 ? 0 : (extent.positions - 1) * (known(like.applyAsDouble(within))
            + (inputs == 1 ? 0 : (inputs - 1) * known(like.applyAsDouble(across))));
        return Math.min(1, (1 + other + places) / ((double) inputs * extent.positions));
    }

    private static double known(double share) { return Double.isNaN(share) ? 1 : Math.min(1, share); }

    /// Where two inputs have so much of the second moment more in common.
    public Signal likened(double share) {
        var more = new Signal(square, product + share * square, within, across + share * square, mean, fourth, sway,
            extent, null);
        return places == null ? more : more.placed(places.likened(share));
    }

    /// Between two inputs; NaN if it isn't known, and 1 of zeros.
    public double correlation() { return correlation(product); }

    /// What a mean product is of the second moment.
    public double correlation(double product) { return square == 0 ? 1 : Math.clamp(product / square, -1, 1); }
}
