package dev.lanewise.nn.init;

import dev.lanewise.formula.Term;
import dev.lanewise.kernel.expr.DoubleValue;
import java.util.List;
import java.util.TreeSet;
import java.util.function.DoubleUnaryOperator;

/// Where a formula may have kinks or jumps: where what it compares is equal.
final class Kinks {

    /// Normal numbers, however widened, are hardly beyond.
    private static final double FAR = 100;
    private static final int INTERVALS = 4_000;
    /// Two that are closer are one.
    private static final double NEAR = 1e-9;

    private Kinks() {}

    static List<Double> of(Term formula) {
        var kinks = new TreeSet<Double>();
        for (var term : Term.inOrder(List.of(formula))) {
            var operands = term.operands();
            var difference = switch (term.op()) {
                case ABS, RELU, SOFTSIGN -> operands.getFirst();
                case MIN, MAX, SELECT -> operands.get(0).sub(operands.get(1));
                default -> null;
            };
            if (difference != null) addZeros(new DoubleValue(difference), kinks);
        }
        return List.copyOf(kinks);
    }

    /// Those at which the sign changes, or which are a point of the grid, as 0 and whole numbers are.
    private static void addZeros(DoubleUnaryOperator f, TreeSet<Double> zeros) {
        double left = -FAR;
        double before = f.applyAsDouble(left);
        for (int i = 1; i <= INTERVALS; i++) {
            double right = -FAR + 2 * FAR * i / INTERVALS;
            double now = f.applyAsDouble(right);
            // a stretch of zeros has its kinks at its ends, of which one at least is a point of the grid
            if (now == 0 != (before == 0)) add(now == 0 ? right : left, zeros);
            else if (before * now < 0) add(zero(f, left, right, before), zeros);
            left = right;
            before = now;
        }
    }

    private static void add(double zero, TreeSet<Double> zeros) {
        var next = zeros.ceiling(zero - NEAR);
        if (next == null || next > zero + NEAR) zeros.add(zero);
    }

    /// By halving, down to neighbouring numbers.
    private static double zero(DoubleUnaryOperator f, double left, double right, double atLeft) {
        while (true) {
            double middle = left + (right - left) / 2;
            if (middle == left || middle == right) return middle;
            if (f.applyAsDouble(middle) * atLeft > 0) left = middle;
            else right = middle;
        }
    }
}
