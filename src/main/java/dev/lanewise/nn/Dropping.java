package dev.lanewise.nn;

import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;

/// Sets elements, or whole channels, to 0 with probability p while training, and scales the others by 1 / (1 - p) so that the
/// mean stays.
///
/// The mask is a function of (seed, path of the module, step, index of the element, or channel): the module counts its steps from
/// its initialization on. A checkpoint keeps the step beside the state, whose names are PyTorch's: see [Module#stepDict()].
abstract sealed class Dropping extends Layer implements Stepped, Propagating permits Dropout, Dropout1d, Dropout2d {

    private final String operation;

    private final double p;
    private final ModuleValue<RandomSource> source = new ModuleValue<>(this, null);
    private final ModuleValue<long[]> step = new ModuleValue<>(this, new long[1]);

    /// @param p the probability of 0, of [0, 1)
    Dropping(String operation, double p) {
        this.operation = operation;
        if (!(p >= 0 && p < 1)) throw new IllegalArgumentException(operation + ": probability " + p + "; it must be of [0, 1)");
        this.p = p;
    }

    @Override
    protected final void initializeOwn(RandomSource stream) {
        source.set(stream);
        count(0);
    }

    /// The probability of 0.
    public final double p() { return p; }

    /// How many masks were drawn since the initialization.
    @Override
    public final long step() { return step.get()[0]; }

    @Override
    public final void step(long step) {
        Values.checkStep(operation + ": ", step, "");
        count(step);
    }

    /// In place, outside of a rehearsal: a number of its own for each step would be garbage.
    private void count(long made) {
        if (step.isRehearsed()) step.set(new long[] {made});
        else step.get()[0] = made;
    }

    /// The shape of what is dropped or not, which broadcasts to the input's.
    ///
    /// @throws IllegalArgumentException if the layer takes no such input
    abstract Shape dropped(Shape x);

    @Override
    public final Tensor forward(Tensor x) {
        var shape = dropped(x.shape());
        if (!isTraining() || p == 0) return x;
        var random = source.get();
        if (random == null) throw new IllegalStateException(operation
            + ": the model is in training, but has no random numbers to drop by;"
            + " to predict, run it in evaluation: try (var _ = Module.evaluating()) { … }, or call eval() on it once;"
            + " to train it, call initialize(seed) on the model first, before it loads a state");
        var mask = Stepped.numbers(random, step());
        // with PyTorch's roundings
        float scale = 1 / (float) (1 - p);
        var y = x.mul(Tensor.generate((data, offset, length) -> {
            mask.bernoulli(1 - p, data, offset, length);
            for (int i = offset; i < offset + length; i++) data[i] *= scale;
        }, shape));
        count(step() + 1);
        return y;
    }

    /// Keeps means, and so raises squares.
    @Override
    public final Passage propagate(Signal in) {
        double kept = isTraining() ? 1 - p : 1;
        return Passage.of(new Signal(in.square() / kept, in.product(), in.within(), in.across(), in.mean(), in.fourth() / kept,
            1 - kept + kept * in.sway(), in.extent(), in.places() == null ? null : in.places().dropped(kept)), 1 / kept)
            .along(1);
    }

    @Override
    public final String toString() { return getClass().getSimpleName() + "(" + p + ")"; }
}
