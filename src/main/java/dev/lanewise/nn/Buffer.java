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
    private final Tensor tensor;

    /// @param name  the field's name within its layer: "running_mean"
    /// @param start what every element is at first, and again when the model is initialized
    public Buffer(String name, Shape shape, float start) {
        this.name = Objects.requireNonNull(name);
        this.start = start;
        this.tensor = Tensor.full(start, shape.toArray());
    }

    public String name() { return name; }

    @Override
    public Shape shape() { return tensor.shape(); }

    /// The values, which need no gradient.
    @Override
    public Tensor tensor() { return tensor; }

    /// Copies values of the same shape.
    ///
    /// @throws IllegalArgumentException if the shape is another
    @Override
    public void load(Tensor values) { Values.copy("buffer", name, values, tensor); }

    void reset() {
        InPlace.fill(tensor, (data, offset, length) -> Arrays.fill(data, offset, offset + length, start));
    }
}
