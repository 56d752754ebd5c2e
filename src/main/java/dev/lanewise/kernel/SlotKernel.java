package dev.lanewise.kernel;

import dev.lanewise.kernel.expr.Formula;

/// What computes each element of one slot from those of others, in loops.
public interface SlotKernel {

    /// Runs it for `n` elements of each slot from its offset on. There are [Formula#SLOTS]; those that aren't used are null.
    ///
    /// @param broadcast bit i set: slot i has one element, which every position reads
    /// @param scalars   the numbers that hold for the whole call; null if there are none
    void run(int broadcast, float[] x0, int o0, float[] x1, int o1, float[] x2, int o2, float[] x3, int o3,
             float[] x4, int o4, float[] x5, int o5, float[] scalars, int n);
}
