package dev.lanewise.nn;

import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Initializer;
import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Objects;

/// A tensor that training changes: declared by its layer, filled when the model is initialized.
public final class Parameter implements State.Slot {

    private final String name;
    private final Shape shape;
    private final Fan fan;
    private final boolean turned;
    private final ModuleValue<Initializer> initializer;
    private final ModuleValue<Boolean> requiresGrad = new ModuleValue<>((Object) this, true);
    private final ModuleValue<Tensor> tensor = new ModuleValue<>((Object) this, null);

    /// Declares a parameter, which has no values until its model is initialized.
    ///
    /// @param name the field's name within its layer: "weight", "bias"
    /// @param fan  what the initializer scales by; the layer knows
    public Parameter(String name, Shape shape, Fan fan, Initializer initializer) { this(name, shape, fan, initializer, false); }

    private Parameter(String name, Shape shape, Fan fan, Initializer initializer, boolean turned) {
        this.name = Objects.requireNonNull(name, "parameter: no name");
        this.shape = Objects.requireNonNull(shape, () -> "parameter \"" + name + "\": no shape");
        this.fan = Objects.requireNonNull(fan, () -> "parameter \"" + name + "\": no fan");
        this.initializer = new ModuleValue<>((Object) this, given(initializer));
        this.turned = turned;
    }

    private Initializer given(Initializer initializer) {
        return Objects.requireNonNull(initializer, () -> "parameter \"" + name
            + "\": no initializer; name one, as Initializers.zeros()");
    }

    /// One whose last two dimensions lie in memory the other way round: for a matrix [out, in] that a layer multiplies by as its
    /// transpose [in, out], which then lies row by row. Nothing else differs, values and the order in which they are drawn
    /// and saved included.
    ///
    /// @throws IllegalArgumentException if there are no two dimensions
    public static Parameter turned(String name, Shape shape, Fan fan, Initializer initializer) {
        if (shape.rank() < 2) throw new IllegalArgumentException("parameter \"" + name + "\" of shape " + shape
            + " has no two dimensions that could lie the other way round; use the constructor");
        return new Parameter(name, shape, fan, initializer, true);
    }

    /// Within its layer: `weight`, `bias`.
    public String name() { return name; }

    @Override
    public Shape shape() { return shape; }

    /// What the initializer scales by.
    public Fan fan() { return fan; }

    /// How it is filled when its model is initialized.
    public Initializer initializer() { return initializer.get(); }

    /// Declares what the next [#initialize(RandomSource)] fills with.
    public void initializer(Initializer initializer) { this.initializer.set(given(initializer)); }

    /// Whether it has values.
    public boolean isInitialized() { return tensor.get() != null; }

    /// Whether it is trained: not frozen.
    public boolean requiresGrad() { return requiresGrad.get(); }

    /// False freezes: no gradient is computed, the one that there is is dropped, and so optimizers leave the values
    /// alone. May be said before initialization.
    public Parameter requiresGrad(boolean required) {
        requiresGrad.set(required);
        if (isInitialized()) tensor().requiresGrad(required);
        if (!required) zeroGrad();
        return this;
    }

    /// The values: a leaf that requires a gradient, unless it is frozen.
    ///
    /// @throws IllegalStateException before the model is initialized
    @Override
    public Tensor tensor() {
        var seen = tensor.get();
        if (seen == null) throw new IllegalStateException("parameter \"" + name + "\" of shape " + shape
            + " is used before it has values; call initialize(seed) on the model first, or load its state;"
            + " a module of your own hands its parts to register(…)");
        if (!tensor.isBorrowed()) return seen;
        // the same numbers, but a leaf that gradients arrive at unseen
        var own = seen.detach().requiresGrad(requiresGrad());
        tensor.set(own);
        return own;
    }

    /// The gradient that backward has accumulated; null if there is none, or the parameter is frozen.
    public Tensor grad() {
        var seen = tensor.get();
        return seen == null || !requiresGrad() ? null : seen.grad();
    }

    /// Drops the gradient: see [Tensor#zeroGrad].
    public void zeroGrad() { if (isInitialized()) tensor().zeroGrad(); }

    /// Fills with new values. An accumulated gradient is dropped.
    public void initialize(RandomSource source) {
        var target = target();
        initializer().fill(target, fan, source);
        adopt(target);
    }

    /// Copies values of the same shape. An accumulated gradient is dropped.
    ///
    /// @throws IllegalArgumentException if the shape is another
    @Override
    public void load(Tensor values) {
        var target = target();
        Values.copy("parameter", name, values, target);
        adopt(target);
    }

    /// Has these values from now on, and no gradient.
    void adopt(Tensor target) {
        target.zeroGrad();
        tensor.set(target);
    }

    /// A new tensor of one number that lies in memory as the values do: for what an optimizer remembers of each of them.
    public Tensor full(float value) {
        var sizes = shape.toArray();
        if (!turned) return Tensor.full(value, sizes);
        int last = sizes.length - 1;
        sizes[last] = shape.size(last - 1);
        sizes[last - 1] = shape.size(last);
        return Tensor.full(value, sizes).transpose(-1, -2);
    }

    /// The name and the shape, in short.
    @Override
    public String toString() {
        return "parameter \"" + name + "\" " + shape + (!isInitialized() ? ", not initialized" : requiresGrad() ? ""
            : ", frozen");
    }

    /// Where new values go.
    Tensor target() {
        var seen = tensor.get();
        return seen == null || tensor.isRehearsed() ? full(0).requiresGrad(requiresGrad()) : seen;
    }
}
