package dev.lanewise.kernel;

import dev.lanewise.kernel.code.C2;
import dev.lanewise.kernel.expr.Fold;
import dev.lanewise.kernel.expr.RowFormula;
import java.lang.ref.SoftReference;

/// Arrays that calls use over and over, one for each purpose and each thread that computes at the time.
public enum Scratch {

    /// A panel of a product's right operand.
    PANEL,
    /// A block of a product's left operand.
    LEFT,
    /// What a product's result is so far.
    SUMS,
    /// The transpose of a product's result.
    TRANSPOSED,
    /// Columns of a product's result that don't fill their vectors.
    CUT,
    /// A product that is to be scaled.
    PRODUCT,
    /// The lanes of a fold of several columns side by side.
    COLUMNS,
    /// What is normalized together, or its gradient, side by side.
    GATHERED,
    /// Results of a long reduction's chunks.
    PARTIAL,
    /// Columns of a convolution's windows.
    WINDOWS,
    /// A convolution's results, or their gradients, by channels.
    RESULTS,
    /// A block of a product's operand that doesn't lie in an array of floats.
    STORED,
    /// Scores, sums and products of some of attention's queries.
    ATTENTION,
    /// What one part of a long formula leaves for another.
    FORMULA,
    /// A step's products of a recurrent layer, or the gradients of its states.
    STEP,
    /// A recurrent weight, turned for all steps.
    TURNED,
    /// What is known of a row.
    NUMBERS;

    /// Elements of an array that is kept for good; a longer one until memory runs short.
    private static final int KEPT = 1 << 16;

    /// So small that each thread has its own: they take less time to find.
    private static final ThreadLocal<float[]> LANES =
        ThreadLocal.withInitial(() -> new float[Fold.LANES + C2.PIECE * RowFormula.NUMBERS]);

    private final Spares<Array> arrays = new Spares<>(Array::new);

    /// An array that nobody else has until it is closed.
    public static final class Array extends Spares.Loan {
        private float[] kept = {};
        private SoftReference<float[]> large;

        private Array() {}

        /// At least so long, of arbitrary contents; the same until a longer one is asked for.
        public float[] array(int size) {
            if (size <= kept.length) return kept;
            if (size <= KEPT) return kept = new float[size];
            var array = large == null ? null : large.get();
            if (array == null || array.length < size) large = new SoftReference<>(array = new float[size]);
            return array;
        }
    }

    /// As many as a fold has, and behind them the numbers of some rows, of the calling thread. A kernel that calls another one
    /// may find them changed.
    static float[] lanes() { return LANES.get(); }

    public Array borrow() { return arrays.borrow(); }
}
