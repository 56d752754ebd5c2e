package dev.lanewise.kernel;

/// Arrays that a thread uses over and over within one kernel call.
final class Scratch {

    private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

    private final float[] lanes = new float[Fold.LANES];
    private float[] panel = {};
    private float[] left = {};
    private float[] sums = {};
    private float[] turned = {};
    private float[] cut = {};
    private float[] partial = {};
    private float[] columns = {};

    private Scratch() {}

    /// The lanes of a fold.
    static float[] lanes() { return OF_THREAD.get().lanes; }

    /// A panel of a product's right operand.
    static float[] panel(int size) {
        var scratch = OF_THREAD.get();
        if (scratch.panel.length < size) scratch.panel = new float[size];
        return scratch.panel;
    }

    /// A block of a product's left operand.
    static float[] left(int size) {
        var scratch = OF_THREAD.get();
        if (scratch.left.length < size) scratch.left = new float[size];
        return scratch.left;
    }

    /// What a product's result is so far.
    static float[] sums(int size) {
        var scratch = OF_THREAD.get();
        if (scratch.sums.length < size) scratch.sums = new float[size];
        return scratch.sums;
    }

    /// The transpose of a product's result.
    static float[] turned(int size) {
        var scratch = OF_THREAD.get();
        if (scratch.turned.length < size) scratch.turned = new float[size];
        return scratch.turned;
    }

    /// The lanes of a fold of several columns side by side.
    static float[] columns(int size) {
        var scratch = OF_THREAD.get();
        if (scratch.columns.length < size) scratch.columns = new float[size];
        return scratch.columns;
    }

    /// Columns of a product's result that don't fill their vectors.
    static float[] cut(int size) {
        var scratch = OF_THREAD.get();
        if (scratch.cut.length < size) scratch.cut = new float[size];
        return scratch.cut;
    }

    /// Results of a long reduction's chunks.
    static float[] partial(int size) {
        var scratch = OF_THREAD.get();
        if (scratch.partial.length < size) scratch.partial = new float[size];
        return scratch.partial;
    }
}
