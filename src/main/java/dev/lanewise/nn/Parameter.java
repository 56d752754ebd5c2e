package dev.lanewise.nn;

import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Initializer;
import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Objects;

/// A tensor that training changes: declared by its layer, filled when the model is initialized.
public final class Parameter {

    private final String name;
    private final Shape shape;
    private final Fan fan;
    private Initializer initializer;
    private Tensor tensor;

    /// @param name the field's name within its layer: "weight", "bias"
    /// @param fan  what the initializer scales by; the layer knows
    public Parameter(String name, Shape shape, Fan fan, Initializer initializer) {
        this.name = Objects.requireNonNull(name);
        this.shape = Objects.requireNonNull(shape);
        this.fan = Objects.requireNonNull(fan);
        this.initializer = Objects.requireNonNull(initializer);
    }

    public String name() { return name; }

    public Shape shape() { return shape; }

    public Fan fan() { return fan; }

    public Initializer initializer() { return initializer; }

    /// Declares what the next [#initialize(RandomSource)] fills with.
    public void initializer(Initializer initializer) { this.initializer = Objects.requireNonNull(initializer); }

    public boolean isInitialized() { return tensor != null; }

    /// The values: a leaf that requires a gradient.
    ///
    /// @throws IllegalStateException before the model is initialized
    public Tensor tensor() {
        if (tensor == null) throw new IllegalStateException("parameter \"" + name + "\" of shape " + shape
            + " is used before it has values; call initialize(seed) on the model first");
        return tensor;
    }

    /// The gradient that backward has accumulated; null if there is none.
    public Tensor grad() { return tensor == null ? null : tensor.grad(); }

    public void zeroGrad() { if (tensor != null) tensor.zeroGrad(); }

    /// Fills with new values. An accumulated gradient is dropped.
    public void initialize(RandomSource source) {
        var target = tensor == null ? Tensor.zeros(shape.toArray()).requiresGrad(true) : tensor;
        initializer.fill(target, fan, source);
        target.zeroGrad();
        tensor = target;
    }
}
