package dev.lanewise.tensor;

import dev.lanewise.kernel.Elementwise;

/// Changes of a tensor's own elements: for initializers and loaders. Everything else gives new tensors.
///
/// Each change raises the version of the storage, by which backward notices that a saved tensor isn't what it was.
public final class InPlace {

    private InPlace() {}

    /// Writes `length` elements of `data` from `offset` on, row by row. In [#fill] they have the tensor's values, which may stay.
    @FunctionalInterface
    public interface Writer {
        /// Writes elements `offset` to `offset + length - 1`, and nothing else.
        void write(float[] data, int offset, int length);
    }

    /// Lets `writer` fill a tensor. If its dimensions lie in another order in memory, what is written row by row is spread.
    ///
    /// @throws IllegalStateException if the tensor is the result of an operation that was recorded, or a view with gaps
    public static void fill(Tensor tensor, Writer writer) {
        checkWritable("fill", tensor);
        try {
            if (tensor.isContiguous()) writer.write(tensor.data(), tensor.layout.offset(), tensor.numel());
            else spread(tensor, writer);
        } finally {
            // a writer that fails may have changed some
            tensor.storage.changed();
        }
    }

    /// Copies the values of a tensor of the same shape. That takes no memory, so that it doesn't fail half-way, unless both lie
    /// in one array.
    ///
    /// @throws IllegalArgumentException if the shapes differ
    /// @throws IllegalStateException as [#fill]
    public static void copy(Tensor from, Tensor to) {
        checkWritable("copy", to);
        if (!from.shape().equals(to.shape())) throw new IllegalArgumentException("copy: a tensor of shape " + from.shape()
            + " into one of shape " + to.shape() + "; they must be the same");
        var source = from.storage == to.storage ? Tensor.wrap(from.toArray(), from.shape().toArray()) : from;
        try {
            StridedLoop.copy(source, to.data(), to.layout);
        } finally {
            to.storage.changed();
        }
    }

    private static void spread(Tensor tensor, Writer writer) {
        var rows = Tensor.wrap(tensor.toArray(), tensor.shape().toArray());
        try {
            writer.write(rows.data(), 0, rows.numel());
        } finally {
            StridedLoop.copy(rows, tensor.data(), tensor.layout);
        }
    }

    /// `x` as it is, or a copy that lies in memory as `tensor` of the same shape does: [#apply] needs no memory for it then.
    static Tensor arrangedAs(Tensor tensor, Tensor x) {
        return !x.shape().equals(tensor.shape()) || x.layout.liesAs(tensor.layout) ? x : StridedLoop.arranged(x, tensor.layout);
    }

    /// Runs a formula over tensors of one shape, slot i being
    /// `slots[i]`; its outputs are written in place. The first slot says how all that are written must lie in memory; what lies
    /// otherwise and is only read is gathered first, and replaced in the array.
    static void apply(Elementwise kernel, float[] scalars, Tensor... slots) {
        var layout = checkWritable(kernel.name(), slots[0]).layout;
        for (int i = 0; i < slots.length; i++) {
            if (!slots[i].shape().equals(slots[0].shape())) throw new IllegalArgumentException(kernel.name()
                + ": shapes differ: " + slots[0].shape() + " and " + slots[i].shape()
                + "; give tensors of one shape");
            if (kernel.writes(i)) checkWritable(kernel.name(), slots[i], layout);
            else if (!slots[i].layout.liesAs(layout)) slots[i] = StridedLoop.arranged(slots[i], layout);
        }
        try {
            run(kernel, scalars, slots);
        } finally {
            for (int i = 0; i < slots.length; i++) if (kernel.writes(i)) slots[i].storage.changed();
        }
    }

    private static void run(Elementwise kernel, float[] scalars, Tensor... slots) {
        kernel.run(0, data(slots, 0), offset(slots, 0), data(slots, 1), offset(slots, 1), data(slots, 2), offset(slots, 2),
            data(slots, 3), offset(slots, 3), data(slots, 4), offset(slots, 4), data(slots, 5), offset(slots, 5),
            scalars, slots[0].numel());
    }

    private static float[] data(Tensor[] slots, int i) { return i < slots.length ? slots[i].data() : null; }

    private static int offset(Tensor[] slots, int i) { return i < slots.length ? slots[i].layout.offset() : 0; }

    private static void checkWritable(String operation, Tensor tensor, Layout layout) {
        if (!checkWritable(operation, tensor).layout.liesAs(layout)) throw new IllegalStateException(operation
            + ": a tensor of shape " + tensor.shape()
            + " whose elements don't lie side by side in the first one's order can't be changed along with it; give it"
            + " memory in that order");
    }

    private static Tensor checkWritable(String operation, Tensor tensor) {
        if (tensor.node != null) throw new IllegalStateException(operation + ": a tensor of shape " + tensor.shape()
            + " that \"" + tensor.node.operation + "\" made can't be changed in place; only leaves can");
        if (!tensor.layout.isDense()) throw new IllegalStateException(operation + ": a view of shape " + tensor.shape()
            + " whose elements don't lie side by side can't be changed in place; change the tensor it shows");
        return tensor;
    }
}
