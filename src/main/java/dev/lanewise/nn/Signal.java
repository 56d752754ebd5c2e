package dev.lanewise.nn;

/// The moments of the numbers that pass between two modules of a wide network. What isn't known is NaN.
///
/// @param square  their second moment
/// @param product the mean product of the same number for two inputs of the network
/// @param level   the square of their mean over the units of one input: 0 behind weights of mean 0
/// @param fourth  the fourth moment over the squared second
public record Signal(double square, double product, double level, double fourth) {

    /// That of numbers that are larger by a factor.
    ///
    /// @param squared the factor's square
    public Signal times(double squared) { return new Signal(squared * square, squared * product, squared * level, fourth); }
}
