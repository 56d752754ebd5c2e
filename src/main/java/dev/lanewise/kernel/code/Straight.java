package dev.lanewise.kernel.code;

import dev.lanewise.kernel.expr.Expr;
import dev.lanewise.kernel.expr.Fold;
import java.util.List;

/// A function of values in local variables, slot 0, 1 … of its expression, that is written in straight-line code.
///
/// @param nodes what is beneath the root, operands first
record Straight(Expr root, List<Expr> nodes) {

    static final Straight ADD = of(Expr.slot(0).add(Expr.slot(1)));
    /// slot 0 * slot 1 + slot 2
    static final Straight FMA = of(Expr.slot(0).fma(Expr.slot(1), Expr.slot(2)));

    static Straight of(Expr root) {
        var nodes = Expr.inOrder(List.of(root));
        return new Straight(root, nodes.subList(0, nodes.size() - 1));
    }

    static Straight of(Fold.Combine combine) { return of(combine.of(Expr.slot(0), Expr.slot(1))); }
}
