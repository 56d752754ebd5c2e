package dev.lanewise.kernel.expr;

import java.util.List;
import java.util.function.BinaryOperator;

/// A reduction written once: the value of each position, and how values are combined.
///
/// Value i enters lane i mod 64, and the lanes fold in halves: lane j takes lane j + 32, then j + 16, and so on. So
/// the order of the operations depends on the count alone, not on the width of a vector. More than [#CHUNK] values
/// are reduced chunk by chunk, and the chunks' results by the same rule, so neither does it depend on threads; the
/// error of a sum grows with the logarithm of its length beyond a chunk.
///
/// @param name    names the emitted class
/// @param value   the value of a position, of slots 0 to 2
/// @param combine how two values become one
public record Fold(String name, Expr.F32 value, Combine combine) {

    /// Logical lanes: four 512-bit, eight 256-bit or sixteen 128-bit vectors.
    public static final int LANES = 64;

    /// Values reduced in one go; a multiple of [#LANES].
    public static final int CHUNK = 8192;

    /// The slot in which the loop keeps the lanes.
    public static final int LANE_SLOT = 3;

    /// An associative combination, in exact arithmetic.
    public enum Combine {
        /// -0 is the neutral element of addition: -0 + 0 is 0, and -0 + -0 is -0.
        ADD(-0f, Expr.F32::add),
        /// NaN wins, whichever side it is on.
        MAX(Float.NEGATIVE_INFINITY, Functions::max),
        MIN(Float.POSITIVE_INFINITY, Functions::min);

        private final float neutral;
        private final BinaryOperator<Expr.F32> operator;

        Combine(float neutral, BinaryOperator<Expr.F32> operator) {
            this.neutral = neutral;
            this.operator = operator;
        }

        /// What changes nothing that it is combined with, to the bit.
        public float neutral() { return neutral; }

        /// The combination of two values.
        public Expr.F32 of(Expr.F32 a, Expr.F32 b) { return operator.apply(a, b); }
    }

    /// The tree: of the first `used` lanes, more than one, those from the half on, a power of two, are combined with the first
    /// ones, lane j + half into lane j, which leaves so many. Lanes that no value reached hold the neutral element, which changes
    /// no bit: they are left out.
    public static int half(int used) { return Integer.highestOneBit(used - 1); }

    /// One position's work: `lane = combine(lane, value)`.
    public Formula step() {
        var lane = Expr.slot(LANE_SLOT);
        return new Formula(name, List.of(new Formula.Output(LANE_SLOT, combine.of(lane, value))));
    }

    /// Two lanes into one: slot 0 = combine(slot 0, slot 1).
    public Formula pair() {
        return new Formula(name + "_tree", List.of(new Formula.Output(0, combine.of(Expr.slot(0), Expr.slot(1)))));
    }

    /// Whether a node of [#step] is the lane so far.
    public static boolean isLane(Expr node) { return node instanceof Expr.Slot(int index) && index == LANE_SLOT; }
}
