package dev.lanewise.tensor;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;

/// Memory that is used again for what is computed between opening and closing, as a step of training is:
///
/// ```java
/// var scope = new Scope();
/// for (var batch : loader.epoch(0)) try (var _ = scope.open()) {
///     optimizer.zeroGrad();
///     var loss = Losses.crossEntropy(model.call(batch.inputs()), batch.targets());
///     loss.backward();
///     optimizer.step();
///     System.out.println(loss.item());
/// }
/// ```
///
/// While it is open, results of operations on this thread lie in the scope's arrays. When it closes these are free for the next
/// opening, and to touch such a tensor is an [IllegalStateException] from then on. Numbers, [Tensor#toArray] and
/// [Tensor#clone] are the caller's own. So are tensors that are created and not computed ([Tensor#zeros], [Tensor#rand] …),
/// parameters and what optimizers remember. Hooks get copies.
///
/// The gradient that a leaf has accumulated stays valid until the leaf drops it, so that several openings may add to it; it is
/// then recycled, too, if the scope is open: drop gradients within it, as above.
///
/// Nothing else differs: the results have the same bits as without a scope. A scope is open on one thread at a time; arrays
/// that two openings in a row have not used are let go.
public final class Scope implements AutoCloseable {

    private final WeakReference<Scope> self = new WeakReference<>(this);
    private final List<Shelf> shelves = new ArrayList<>();
    /// Taken since the scope was opened.
    private final List<Storage> used = new ArrayList<>();
    private long opening;
    /// Null while it is closed.
    private Context mode;

    /// Free arrays of one length.
    private static final class Shelf {
        private final int length;
        private final ArrayList<Storage> free = new ArrayList<>();
        /// The last opening that took one.
        private long opening;

        Shelf(int length) { this.length = length; }

        /// Lets go of those that were last taken before an opening.
        void letGo(long opening) {
            for (int i = free.size() - 1; i >= 0; i--) if (free.get(i).opening < opening) free.remove(i);
        }
    }

    /// Lets results on this thread lie here until [#close].
    ///
    /// @return this scope
    /// @throws IllegalStateException if it is open
    public Scope open() {
        if (mode != null) throw new IllegalStateException(
            "scope: it is open already; close it first, or take another scope for what is nested or runs on another thread");
        mode = Context.scope("scope", this);
        opening++;
        return this;
    }

    boolean isOpenedBy(Context context) { return mode == context; }

    /// Recycles what was computed since it was opened, but for gradients that leaves hold. Does nothing if it is closed.
    ///
    /// @throws IllegalStateException as [Autograd.Mode#close]: on another thread, or before a scope or a mode that was opened
    ///     within it is closed; nothing is recycled then
    @Override
    public void close() {
        if (mode == null) return;
        mode.close();
        mode = null;
        // what a leaf holds is the leaf's: it comes back when the leaf drops it, or is collected with it
        while (!used.isEmpty()) {
            // gone from the list before it is free: whatever is thrown, no array is given back twice
            var storage = used.removeLast();
            if (storage.holders == 0) recycle(storage);
        }
        for (int i = shelves.size() - 1; i >= 0; i--) {
            shelves.get(i).letGo(opening - 1);
            // an empty one may be that of gradients, which leaves hold
            if (shelves.get(i).free.isEmpty() && shelves.get(i).opening < opening - 1) shelves.remove(i);
        }
    }

    /// Until the mode is closed, results on this thread have memory of their own, whatever scope is open.
    public static Autograd.Mode outside() { return Context.scope("Scope.outside()", null); }

    /// For what outlives this opening: a tensor that lies in a scope is copied, with its place in the record, any other is
    /// returned as it is.
    static Tensor lasting(Tensor x) {
        if (!x.storage.isScoped()) return x;
        var copy = Tensor.wrap(x.toArray(), x.shape().toArray());
        copy.node = x.node;
        return copy;
    }

    /// An array for one result, of arbitrary contents.
    Storage take(int length) {
        var shelf = shelf(length);
        shelf.opening = opening;
        var free = shelf.free;
        var storage = free.isEmpty() ? new Storage(new float[length], self) : free.removeLast();
        storage.opening = opening;
        // if this fails, it is nobody's
        used.add(storage);
        return storage;
    }

    /// No leaf holds a gradient any longer: free at once if it is of an earlier opening, whose tensors nobody may touch.
    void dropped(Storage storage) {
        if (mode != null && Context.current().scope == this && storage.opening < opening) recycle(storage);
    }

    /// Lets go of an array in which a leaf's gradient lies, and of nothing else that an opening may use, and has another of its
    /// length for it.
    ///
    /// @return whether it is so; else nothing is done
    boolean swap(Storage storage, float[] other) {
        if (storage.holders > 1 || mode != null && storage.opening >= opening) return false;
        var fresh = new Storage(other, self);
        fresh.opening = opening;
        shelf(other.length).free.add(fresh);
        return true;
    }

    private void recycle(Storage storage) {
        storage.recycle();
        try {
            shelf(storage.length()).free.add(storage);
        } catch (OutOfMemoryError e) {
            // no memory for the list: the array is let go, and there is some
        }
    }

    private Shelf shelf(int length) {
        for (var shelf : shelves) if (shelf.length == length) return shelf;
        var shelf = new Shelf(length);
        shelves.add(shelf);
        return shelf;
    }
}
