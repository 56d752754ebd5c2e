package dev.lanewise.nn;

import dev.lanewise.random.RandomSource;

/// A module that draws new random numbers in every step, and counts the steps: their numbers are a function of (seed, path,
/// step). See [Module#stepDict()].
///
/// A module of your own keeps its step in a [ModuleValue]: then [dev.lanewise.train.Trainer#evaluate] and others that only look
/// at a model leave it as it is.
public interface Stepped {

    /// How many steps were made since the initialization.
    long step();

    /// Goes on from another step.
    ///
    /// @throws IllegalArgumentException if it is not from 0 to 2^53
    void step(long step);

    /// The numbers of a step, as this thread runs it: `source.stream(step)`; where it runs a [Module#part] of a batch, the stream
    /// in that of the part's first row. So the numbers of a part don't depend on who runs the others.
    ///
    /// @throws IllegalStateException if it runs a part, and the source is drawn in order, as those that imitate other libraries
    ///     are
    static RandomSource numbers(RandomSource source, long step) {
        var stream = source.stream(step);
        int row = Running.MODE.get().row();
        if (row == Running.WHOLE) return stream;
        if (stream == source) throw new IllegalStateException("shards: " + source.getClass()
            .getSimpleName() + " is drawn in order, so that"
            + " a part's numbers would depend on the parts before it; initialize the model from a keyed source, as"
            + " initialize(seed) does");
        return stream.stream(row);
    }
}
