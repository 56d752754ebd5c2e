package dev.lanewise.tensor;

import java.lang.ref.WeakReference;

/// The array behind a tensor and its views, and how often it was changed in place.
///
/// One that belongs to a [Scope] is used again and again. Each use has a number, by which a tensor of an earlier one is told.
final class Storage {

    private final float[] data;
    /// Null if the array is never used again. Weak: a gradient that a leaf goes on holding must not keep all that a scope has.
    private final WeakReference<Scope> scope;
    /// The opening of the scope in which it was taken last.
    long opening;
    /// How the last result lay in it; null before the first: most often the next one is of the same shape.
    Layout layout;
    /// Leaves whose gradients lie here.
    int holders;
    /// What products in inference know of a weight that lies here; null before the first.
    PackedWeight packed;
    private int use;
    private int version;

    Storage(float[] data) { this(data, null); }

    Storage(float[] data, WeakReference<Scope> scope) {
        this.data = data;
        this.scope = scope;
    }

    int length() { return data.length; }

    /// Whether a scope uses the array again.
    boolean isScoped() { return scope != null; }

    /// Whose array it is; null if no scope's, or one's that is gone.
    Scope scope() { return scope == null ? null : scope.get(); }

    int use() { return use; }

    /// @throws IllegalStateException if that use is over
    float[] data(int use) {
        if (use != this.use) throw new IllegalStateException("tensor: its memory was recycled when the scope that it was"
            + " computed in closed; take what is needed while the scope is open, with item(), toArray() or clone()");
        return data;
    }

    boolean isIn(int use) { return use == this.use; }

    /// Tensors that were made of it are no longer of use.
    void recycle() { use++; }

    int version() { return version; }

    /// To be called after each change in place, so that backward can tell.
    void changed() { version++; }
}
