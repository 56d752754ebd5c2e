package dev.lanewise.kernel;

/// Arrays that a thread uses over and over within one kernel call.
final class Scratch {

    private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

    private final float[] lanes = new float[Fold.LANES];
    private float[] left = {};
    private float[] right = {};
    private float[] tile = {};

    private Scratch() {}

    /// The lanes of a fold.
    static float[] lanes() { return OF_THREAD.get().lanes; }

    static Scratch ofThread() { return OF_THREAD.get(); }

    /// Packed rows of a product's left operand.
    float[] left(int size) { return left.length >= size ? left : (left = new float[size]); }

    /// Packed columns of its right operand.
    float[] right(int size) { return right.length >= size ? right : (right = new float[size]); }

    /// A tile whose right edge lies outside the result.
    float[] tile(int size) { return tile.length >= size ? tile : (tile = new float[size]); }
}
