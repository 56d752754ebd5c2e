package dev.lanewise.diagnose;

import dev.lanewise.formula.Op;
import dev.lanewise.formula.Term;
import dev.lanewise.kernel.expr.DoubleValue;
import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.tensor.Operation;
import dev.lanewise.tensor.Shape;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;

/// What theory makes of operations between modules.
final class Operations {

    /// The same numbers, in other places at most.
    private static final Set<String> ORDERS = Set.of("reshape", "permute", "squeeze", "unsqueeze", "contiguous", "clone");
    private static final double[] POINTS = {-1e3, -7.5, -1.25, -0.5, 0.25, 1, 3, 40, 1e3};
    private static final double SAME = 1e-9;
    private static final Stage SAME_NUMBERS = new Stage.Joined(1);

    private Operations() {}

    /// Null if it is none that theory knows.
    static Stage of(Recording.Made made) {
        var formula = made.formula();
        if (formula != null) return made.inputs().size() == 1 ? of(made.operation(), formula) : made.inputs().size() == 2
            ? ofTwo(formula) : null;
        if (ORDERS.contains(made.operation())) return SAME_NUMBERS;
        return switch (made.operation()) {
            case "slice", "select" -> made.window() == null || made.result().numel() == 0 ? null : taken(made);
            case "flip", "roll" -> new Stage.Taken(made, 1, 1);
            case "expand", "repeat" -> copied(made.sources().getFirst().shape(), made.result().shape());
            case "cat" -> joined(made);
            case "sum" -> pooled(made.sources().getFirst().shape(), made.result().shape());
            // the second of two records of one call
            case "relu" -> new Stage.Activation(Nonlinearity.RELU);
            default -> null;
        };
    }

    private static Stage taken(Recording.Made made) {
        var window = made.window();
        double size = window.whole().size(window.dim());
        double share = (double) made.result().numel() / window.whole().numel();
        if (share == 1) return SAME_NUMBERS;
        boolean ofPositions = window.dim() > 0 && !Stage.Taken.isOfUnits(window);
        return new Stage.Taken(window, share, ofPositions ? share * (share * size - 1) / (size - 1) : share);
    }

    /// Of which the result has copies side by side; null if there is nothing.
    static Stage copied(Shape from, Shape to) {
        if (from.numel() == 0 || to.numel() == 0) return null;
        double times = (double) to.numel() / from.numel();
        if (times == 1) return SAME_NUMBERS;
        boolean areTokens = to.rank() == 3;
        double positions = 1;
        for (int dim = 1; dim < to.rank(); dim++) {
            int at = dim - to.rank() + from.rank();
            if (areTokens ? dim == 1 : dim > 1) positions *= (double) to.size(dim) / (at < 0 ? 1 : from.size(at));
        }
        return new Stage.Copied(times, positions == times);
    }

    private static Stage ofTwo(Term formula) {
        boolean plain = formula.op().arity() == 2 && isInput(formula.operands().get(0), 0)
            && isInput(formula.operands().get(1), 1);
        if (!plain) return null;
        return switch (formula.op()) {
            case ADD -> new Stage.Sum(1, 1);
            case SUB -> new Stage.Sum(1, -1);
            case MUL -> new Stage.Product();
            default -> null;
        };
    }

    private static boolean isInput(Term term, int index) { return term.op() == Op.INPUT && term.index() == index; }

    private static Stage of(String name, Term formula) {
        var f = new DoubleValue(formula);
        double offset = f.applyAsDouble(0);
        double factor = f.applyAsDouble(1) - offset;
        boolean straight = true;
        for (double x : POINTS) straight &= Math.abs(offset + factor * x - f.applyAsDouble(x)) <= SAME
            * (Math.abs(offset) + Math.abs(factor * x));
        return straight ? new Stage.Shifted(factor, offset) : activation(name, formula, f);
    }

    /// One that has a name if it is the same; null if its moments can't be had.
    private static Stage activation(String name, Term formula, DoubleUnaryOperator f) {
        for (var known : Nonlinearity.ALL) if (known.name().equals(name)
            && isSame(known.value(), f)) return new Stage.Activation(known);
        try {
            return new Stage.Activation(Nonlinearity.of(Operation.elementwise(name, _ -> formula)));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static boolean isSame(DoubleUnaryOperator f, DoubleUnaryOperator g) {
        for (double x : POINTS) {
            double a = f.applyAsDouble(x);
            double b = g.applyAsDouble(x);
            if (!(Math.abs(a - b) <= 1e-6 * Math.max(1e-3, Math.abs(a)))) return false;
        }
        return true;
    }

    /// All parts must be seen.
    private static Stage joined(Recording.Made made) {
        double all = made.result().numel();
        var shares = made.sources().stream().mapToDouble(source -> source.shape().numel() / all).toArray();
        double sum = 0;
        for (double share : shares) sum += share;
        return all > 0 && Math.abs(sum - 1) < SAME ? new Stage.Joined(shares) : null;
    }

    /// Over what lies between examples and channels, or behind channels: tokens, or pixels.
    private static Stage pooled(Shape from, Shape to) {
        long kept = to.numel();
        if (kept == 0 || from.rank() < 3 || from.size(0) != to.size(0)) return null;
        var rest = to.toArray();
        long units = 1;
        for (int i = 1; i < rest.length; i++) units *= rest[i];
        boolean channels = from.rank() > 3 ? units == from.size(1) : units == from.size(1) || units == from.size(2);
        return channels ? new Stage.Pooled((int) (from.numel() / kept)) : null;
    }
}
