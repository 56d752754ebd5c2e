package dev.lanewise.kernel;

/// Arrays that a thread uses over and over within one kernel call, one for each purpose.
enum Scratch {

    /// The lanes of a fold.
    LANES,
    /// A panel of a product's right operand.
    PANEL,
    /// A block of a product's left operand.
    LEFT,
    /// What a product's result is so far.
    SUMS,
    /// The transpose of a product's result.
    TURNED,
    /// Columns of a product's result that don't fill their vectors.
    CUT,
    /// The lanes of a fold of several columns side by side.
    COLUMNS,
    /// Results of a long reduction's chunks.
    PARTIAL;

    private static final ThreadLocal<float[][]> OF_THREAD = ThreadLocal.withInitial(() -> new float[values().length][0]);

    /// As many as a fold has.
    static float[] lanes() { return LANES.array(Fold.LANES); }

    /// At least so long, of arbitrary contents.
    float[] array(int size) {
        var arrays = OF_THREAD.get();
        if (arrays[ordinal()].length < size) arrays[ordinal()] = new float[size];
        return arrays[ordinal()];
    }
}
