package dev.lanewise.nn;

import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;

/// What a module makes of signals, and of the gradient that comes back: what [Propagating] says.
///
/// ```java
/// Passage.of(in.scaled(0.5), 0.25).along(0.5)     // half of what goes in
/// ```
///
/// @param out   what comes out
/// @param stray by how much the mean square of the numbers that come out strays from `out`, given that of those that go in: its
///     variance, relative to its square, times the number of units. NaN for what follows from fourth moments where a number comes
///     from one number
/// @param ways  of each of the inputs
public record Passage(Signal out, double stray, List<Way> ways) {

    /// Nothing can be said.
    public static final Passage UNKNOWN = new Passage(Signal.UNKNOWN, Double.NaN, List.of());

    /// From one of the inputs to the output, and back.
    ///
    /// @param gradient   the factor by which the second moment of a gradient grows on its way from the output to this input
    /// @param linear     the factor of this input itself within what comes out, the rest of which has no covariance with it, as
    ///     with what goes round this module: 0 behind independent weights
    /// @param elasticity by how many percent the output's second moment grows with one percent of the input's; NaN for what
    ///     [Propagating#propagate(Signal)] says of a signal that is a little larger
    /// @param mixing     what becomes of what gradients have in common between positions
    /// @param back       the same, position by position; null if positions are alike
    public record Way(double gradient, double linear, double elasticity, Mixing mixing, Back back) {

        static final Way UNKNOWN = new Way(Double.NaN, Double.NaN, Double.NaN);

        /// Where positions are alike.
        public Way(double gradient, double linear, double elasticity, Mixing mixing) {
            this(gradient, linear, elasticity, mixing, null);
        }

        /// Where each position goes by itself.
        public Way(double gradient, double linear, double elasticity) {
            this(gradient, linear, elasticity, new Mixing(0, 0, gradient));
        }

        /// Where nothing of the input itself is left, as behind independent weights.
        public Way(double gradient) { this(gradient, 0, Double.NaN); }

        /// Where positions are mixed.
        public Way mixing(Mixing mixing) { return new Way(gradient, linear, elasticity, mixing, back); }

        /// Where positions are known one by one.
        public Way by(Back back) { return new Way(gradient, linear, elasticity, mixing, back); }
    }

    /// What becomes of the mean products of a gradient at two positions of one input.
    ///
    /// @param outputs positions of what comes out
    /// @param change  from [outputs, outputs] to as many as go in
    public record Back(int outputs, UnaryOperator<double[]> change) {}

    /// A gradient's mean product between two positions of an input, on its way back.
    ///
    /// @param toSquare factor by which it adds to the second moment
    /// @param ofSquare factor by which the second moment adds to it
    /// @param within   factor by which it grows itself
    public record Mixing(double toSquare, double ofSquare, double within) {}

    /// Keeps a copy of the ways.
    public Passage { ways = List.copyOf(ways); }

    /// Of one input, of which nothing is in the output as it is.
    ///
    /// @param gradient [Way#gradient]
    public static Passage of(Signal out, double gradient) { return new Passage(out, Double.NaN, List.of(new Way(gradient))); }

    /// Of several inputs.
    public static Passage of(Signal out, Way... ways) { return new Passage(out, Double.NaN, List.of(ways)); }

    /// What goes in, in other places at most.
    public static Passage same(Signal in) { return new Passage(in, 0, List.of(new Way(1, 1, 1))); }

    /// Where so much of each input is in the output as it is: [Way#linear].
    public Passage along(double linear) {
        return new Passage(out, stray,
            ways.stream().map(way -> new Way(way.gradient, linear, way.elasticity, way.mixing, way.back)).toList());
    }

    /// Where each number that comes out is made of many, by weights of its own: [#stray] is that of independent numbers of
    /// the fourth moment that comes out.
    public Passage mixed() { return straying(out.fourth() - 1); }

    /// Where the mean square strays so much.
    public Passage straying(double stray) { return new Passage(out, stray, ways); }

    /// Of an input; unknown if nothing was said of it.
    public Way way(int input) { return input < ways.size() ? ways.get(input) : Way.UNKNOWN; }

    /// Of as many inputs, nothing of which comes out.
    static Passage nothing(Signal out, int inputs) { return new Passage(out, 0, Collections.nCopies(inputs, new Way(0))); }
}
