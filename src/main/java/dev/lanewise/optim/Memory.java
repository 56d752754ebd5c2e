package dev.lanewise.optim;

import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Set;

/// What is remembered of one parameter.
final class Memory {

    long steps;
    private final Tensor[] buffers;

    private Memory(Tensor[] buffers) { this.buffers = buffers; }

    static Memory of(Buffers declared, Shape shape) {
        var tensors = new Tensor[declared.names().size()];
        for (int i = 0; i < tensors.length; i++) tensors[i] = Tensor.full(declared.initial(), shape.toArray());
        return new Memory(tensors);
    }

    /// In the order of the formula's slots.
    Tensor[] slots(Tensor parameter, Tensor gradient) {
        var slots = new Tensor[2 + buffers.length];
        slots[0] = parameter;
        slots[1] = gradient;
        System.arraycopy(buffers, 0, slots, 2, buffers.length);
        return slots;
    }

    OptimizerState.Slot save(Buffers declared) {
        var copies = new LinkedHashMap<String, Tensor>();
        for (int i = 0; i < buffers.length; i++) copies.put(declared.names().get(i), copy(buffers[i]));
        return new OptimizerState.Slot(steps, copies);
    }

    static Memory load(int index, OptimizerState.Slot slot, Buffers declared, Shape shape) {
        if (!slot.buffers().keySet().equals(Set.copyOf(declared.names()))) throw new IllegalArgumentException(
            "optimizer: the state remembers " + slot.buffers().keySet() + " of parameter " + index + ", but this optimizer "
            + declared.names() + "; load the state of one of the same kind and options");
        var tensors = new Tensor[declared.names().size()];
        for (int i = 0; i < tensors.length; i++) {
            var saved = slot.buffers().get(declared.names().get(i));
            if (!saved.shape().equals(shape)) throw new IllegalArgumentException("optimizer: the state's "
                + declared.names().get(i) + " of parameter " + index + " has shape " + saved.shape() + ", the parameter "
                + shape + "; load the state of an optimizer of the same parameters");
            tensors[i] = copy(saved);
        }
        var memory = new Memory(tensors);
        memory.steps = slot.steps();
        return memory;
    }

    /// Buffers change in place; what goes out or comes in must not.
    private static Tensor copy(Tensor tensor) { return Tensor.wrap(tensor.toArray(), tensor.shape().toArray()); }
}
