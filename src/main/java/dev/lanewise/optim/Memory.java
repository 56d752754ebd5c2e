package dev.lanewise.optim;

import dev.lanewise.bridge.TensorBridge;
import dev.lanewise.file.Quote;
import dev.lanewise.formula.UpdateRule;
import dev.lanewise.kernel.Elementwise;
import dev.lanewise.nn.Parameter;
import dev.lanewise.tensor.InPlace;
import dev.lanewise.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;

/// What is remembered of one parameter.
final class Memory {

    private static final TensorBridge TENSORS = TensorBridge.get();

    long steps;
    private final List<String> names;
    private final Tensor[] buffers;
    /// What a step takes: used again in each.
    private final Tensor[] slots;
    private UpdateRule.Numbers numbers;

    private Memory(List<String> names, Tensor[] buffers) {
        this.names = names;
        this.buffers = buffers;
        this.slots = new Tensor[2 + buffers.length];
    }

    static Memory of(OptimizerOptions options, UpdateRule rule, Parameter parameter) {
        var tensors = new Tensor[rule.buffers().size()];
        for (int i = 0; i < tensors.length; i++) tensors[i] = parameter.full((float) options.initial(rule.buffers().get(i)));
        return new Memory(rule.buffers(), tensors);
    }

    /// The slots of the next step's formula: the parameter, its gradient and the buffers.
    void prepare(UpdateRule.Numbers numbers, Tensor parameter, Tensor gradient) {
        this.numbers = numbers;
        slots[0] = parameter;
        slots[1] = TENSORS.arrangedAs(parameter, gradient);
        System.arraycopy(buffers, 0, slots, 2, buffers.length);
    }

    boolean isPrepared() { return slots[1] != null; }

    void step(Elementwise loop) {
        TENSORS.update(loop, numbers.values(), slots);
        steps++;
    }

    /// Nobody's gradient is kept alive.
    void letGo() { slots[1] = null; }

    /// Copies: buffers change in place, what was given out must not.
    OptimizerState.Slot save() {
        var copies = new LinkedHashMap<String, Tensor>();
        for (int i = 0; i < buffers.length; i++) copies.put(names.get(i), buffers[i].clone());
        return new OptimizerState.Slot(steps, copies);
    }

    static Memory load(int index, OptimizerState.Slot slot, OptimizerOptions options, UpdateRule rule, Parameter parameter) {
        if (!slot.buffers().keySet().equals(Set.copyOf(rule.buffers()))) throw new IllegalArgumentException(
            "optimizer: the state remembers " + Quote.set(slot.buffers().keySet()) + " of parameter " + index
            + ", but this optimizer " + rule.buffers() + "; load the state of one of the same kind and options");
        var memory = of(options, rule, parameter);
        for (int i = 0; i < memory.buffers.length; i++) {
            var saved = slot.buffers().get(memory.names.get(i));
            if (!saved.shape().equals(parameter.shape())) throw new IllegalArgumentException("optimizer: the state's "
                + memory.names.get(i) + " of parameter " + index + " has shape " + saved.shape() + ", the parameter "
                + parameter.shape() + "; load the state of an optimizer of the same parameters");
            var values = saved.toArray();
            InPlace.fill(memory.buffers[i], (data, offset, length) -> System.arraycopy(values, 0, data, offset, length));
        }
        memory.steps = slot.steps();
        return memory;
    }
}
