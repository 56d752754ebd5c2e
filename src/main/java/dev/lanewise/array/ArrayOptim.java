package dev.lanewise.array;

import dev.lanewise.formula.UpdateRule;
import dev.lanewise.kernel.Elementwise;
import dev.lanewise.kernel.UpdateLoops;
import dev.lanewise.kernel.expr.UpdateRules;

/// Optimizer steps over arrays, in place and in one pass.
public final class ArrayOptim {

    private ArrayOptim() {}

    /// Made when the first step is.
    private static final class Rules {
        static final UpdateRule ADAM = UpdateRules.adam(false, false, false, false);
        static final UpdateRule ADAMW = UpdateRules.adam(false, false, true, false);
        static final Elementwise ADAM_LOOP = UpdateLoops.of(ADAM);
        static final Elementwise ADAMW_LOOP = UpdateLoops.of(ADAMW);
    }

    /// One step of Adam (Kingma and Ba, "Adam: a method for stochastic optimization", 2015):
    ///
    /// m = m + (1 - beta1) (g - m), v = beta2 v + (1 - beta2) g g,
    /// p = p - rate / (1 - beta1^t) m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon)
    ///
    /// The bits are those of [dev.lanewise.optim.Adam]. m and v are zeros before the first step. A NaN or an infinity in g
    /// makes p, m and v NaN or infinite at its position, and stays in m and v.
    ///
    /// @param p       n weights, from offset po on; changed
    /// @param g       their gradient
    /// @param m       the mean of gradients; changed
    /// @param v       the mean of squared gradients; changed
    /// @param t       counts the steps from 1
    /// @param rate    the learning rate, 0 or more
    /// @param beta1   share of the old mean of gradients, of [0, 1)
    /// @param beta2   share of the old mean of squares, of [0, 1)
    /// @param epsilon added to the root, 0 or more
    /// @throws IllegalArgumentException if a number is not of its range, an operand reaches outside its array, or one that is
    ///     changed overlaps another
    public static void adam(int n, float[] p, int po, float[] g, int go, float[] m, int mo, float[] v, int vo,
                            long t, double rate, double beta1, double beta2, double epsilon) {
        step("adam", n, p, po, g, go, m, mo, v, vo, t, rate, beta1, beta2, epsilon, 0);
    }

    /// One step of AdamW (Loshchilov and Hutter, "Decoupled weight decay regularization", 2019): [#adam], which shrinks each
    /// weight before by rate times weightDecay times itself. The bits are those of [dev.lanewise.optim.AdamW].
    ///
    /// @param weightDecay 0 or more
    public static void adamW(int n, float[] p, int po, float[] g, int go, float[] m, int mo, float[] v, int vo,
                             long t, double rate, double beta1, double beta2, double epsilon, double weightDecay) {
        Check.number(weightDecay >= 0 && weightDecay < Double.POSITIVE_INFINITY, "adamW", "weightDecay", weightDecay,
            "0 or more, and finite");
        step("adamW", n, p, po, g, go, m, mo, v, vo, t, rate, beta1, beta2, epsilon, weightDecay);
    }

    private static void step(String name, int n, float[] p, int po, float[] g, int go, float[] m, int mo, float[] v, int vo,
                             long t, double rate, double beta1, double beta2, double epsilon, double weightDecay) {
        Check.size(name, "n", n);
        Check.vector(name, "p", p, po, n);
        Check.vector(name, "g", g, go, n);
        Check.vector(name, "m", m, mo, n);
        Check.vector(name, "v", v, vo, n);
        apart(name, n, "p", p, po, "g", g, go);
        apart(name, n, "p", p, po, "m", m, mo);
        apart(name, n, "p", p, po, "v", v, vo);
        apart(name, n, "m", m, mo, "g", g, go);
        apart(name, n, "m", m, mo, "v", v, vo);
        apart(name, n, "v", v, vo, "g", g, go);
        if (t < 1) throw new IllegalArgumentException(name + ": t is " + t + "; steps are counted from 1");
        Check.number(rate >= 0 && rate < Double.POSITIVE_INFINITY, name, "rate", rate, "0 or more, and finite");
        Check.number(beta1 >= 0 && beta1 < 1, name, "beta1", beta1, "of [0, 1)");
        Check.number(beta2 >= 0 && beta2 < 1, name, "beta2", beta2, "of [0, 1)");
        Check.number(epsilon >= 0 && epsilon < Double.POSITIVE_INFINITY, name, "epsilon", epsilon, "0 or more, and finite");
        boolean shrinks = weightDecay != 0;
        var rule = shrinks ? Rules.ADAMW : Rules.ADAM;
        var numbers = rule.numbers();
        UpdateRules.adamNumbers(numbers, false, shrinks, t, rate, beta1, beta2, epsilon, weightDecay);
        (shrinks ? Rules.ADAMW_LOOP : Rules.ADAM_LOOP).run(0, p, po, g, go, m, mo, v, vo, null, 0, null, 0, numbers.values(), n);
    }

    private static void apart(String name, int n, String written, float[] x, int xo, String other, float[] y, int yo) {
        Check.apart(name, written, x, xo, n, 1, n, other, y, yo, n, 1, n);
    }
}
