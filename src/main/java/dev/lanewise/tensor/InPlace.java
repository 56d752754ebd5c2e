package dev.lanewise.tensor;

import dev.lanewise.kernel.Elementwise;

/// Changes of a tensor's own elements: for initializers, optimizers and loaders. Everything else gives new tensors.
///
/// Each change raises the version of the storage, by which backward notices that a saved tensor isn't what it was.
public final class InPlace {

    private InPlace() {}

    /// Writes `length` elements of `data` from `offset` on, row by row. In [#fill] they have the tensor's values, which may stay.
    @FunctionalInterface
    public interface Writer {
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

    private static void spread(Tensor tensor, Writer writer) {
        var rows = Tensor.wrap(tensor.toArray(), tensor.shape().toArray());
        try {
            writer.write(rows.data(), 0, rows.numel());
        } finally {
            Walk.copy(rows, tensor.data(), tensor.layout);
        }
    }

    /// For the library's own optimizers, whose kernels are not exported: runs a formula over tensors of one shape, slot i being
    /// `slots[i]`; its outputs are written in place. The first slot says how all that are written must lie in memory; what lies
    /// otherwise and is only read is gathered first.
    @SuppressWarnings("exports")
    public static void apply(Elementwise kernel, float[] scalars, Tensor... slots) {
        var data = new float[6][];
        var offsets = new int[6];
        var layout = checkWritable(kernel.name(), slots[0]).layout;
        for (int i = 0; i < slots.length; i++) {
            if (!slots[i].shape().equals(slots[0].shape())) throw new IllegalArgumentException(kernel.name()
                + ": shapes differ: " + slots[0].shape() + " and " + slots[i].shape());
            var slot = slots[i];
            if (kernel.writes(i)) checkWritable(kernel.name(), slot, layout);
            else if (!slot.layout.liesAs(layout)) slot = Walk.arranged(slot, layout);
            data[i] = slot.data();
            offsets[i] = slot.layout.offset();
        }
        kernel.run(0, data[0], offsets[0], data[1], offsets[1], data[2], offsets[2], data[3], offsets[3],
            data[4], offsets[4], data[5], offsets[5], scalars, slots[0].numel());
        for (int i = 0; i < slots.length; i++) if (kernel.writes(i)) slots[i].storage.changed();
    }

    private static void checkWritable(String operation, Tensor tensor, Layout layout) {
        if (!checkWritable(operation, tensor).layout.liesAs(layout)) throw new IllegalStateException(operation + ": a tensor of shape "
            + tensor.shape() + " whose elements don't lie side by side in the first one's order can't be changed along with it; give it"
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
