package dev.lanewise.kernel;

import dev.lanewise.kernel.expr.Expr;
import dev.lanewise.kernel.expr.Fold;

/// The reductions that tensors and plain arrays share.
public final class Reductions {

    public static final Reduction SUM = new Reduction(new Fold("sum", Expr.slot(0), Fold.Combine.ADD));
    public static final Reduction AMIN = new Reduction(new Fold("amin", Expr.slot(0), Fold.Combine.MIN));
    public static final Reduction AMAX = new Reduction(new Fold("amax", Expr.slot(0), Fold.Combine.MAX));
    public static final Reduction LARGEST_MAGNITUDE =
        new Reduction(new Fold("largest_magnitude", Expr.slot(0).abs(), Fold.Combine.MAX));

    private Reductions() {}
}
