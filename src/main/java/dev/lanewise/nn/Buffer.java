package dev.lanewise.nn;

import dev.lanewise.tensor.InPlace;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.Objects;

/// A tensor that belongs to a layer's state but is not trained: a running mean.
public final class Buffer implements State.Slot {

    private final String name;
    private final float start;
    private final Shape shape;
    private final ModuleValue<Tensor> tensor;

    /// A buffer filled with `start`.
    ///
    /// @param name  the field's name within its layer: "running_mean"
    /// @param start what every element is at first, and again when the model is initialized
    public Buffer(String name, Shape shape, float start) {
        this.name = Objects.requireNonNull(name, "buffer: no name");
        this.start = start;
        this.shape = Objects.requireNonNull(shape, () -> "buffer \"" + name + "\": no shape");
        this.tensor = new ModuleValue<>((Object) this, Tensor.full(start, shape.toArray()));
    }

    /// Within its layer: `running_mean`.
    public String name() { return name; }

    @Override
    public Shape shape() { return shape; }

    /// The values, which need no gradient.
    @Override
    public Tensor tensor() { return tensor.get(); }

    /// Copies values of the same shape.
    ///
    /// @throws IllegalArgumentException if the shape is another
    @Override
    public void load(Tensor values) {
        var target = target();
        Values.copy("buffer", name, values, target);
        tensor.set(target);
    }

    void reset() {
        var target = target();
        InPlace.fill(target, (data, offset, length) -> Arrays.fill(data, offset, offset + length, start));
        tensor.set(target);
    }

    /// Has these values from now on.
    void adopt(Tensor target) { tensor.set(target); }

    /// Where new values go.
    Tensor target() { return tensor.isBorrowed() ? Tensor.zeros(shape.toArray()) : tensor.get(); }
}
