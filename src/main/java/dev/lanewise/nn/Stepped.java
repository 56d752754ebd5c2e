package dev.lanewise.nn;

/// A module that draws new random numbers in every step, and counts the steps: their numbers are a function of (seed, path,
/// step). See [Module#stepDict()].
///
/// A module of your own keeps its step in a [ModuleValue]: then [dev.lanewise.train.Trainer#evaluate] and others that only look at a
/// model leave it as it is.
public interface Stepped {

    /// How many steps were made since the initialization.
    long step();

    /// Goes on from another step.
    ///
    /// @throws IllegalArgumentException if it is not from 0 to 2^53
    void step(long step);
}
