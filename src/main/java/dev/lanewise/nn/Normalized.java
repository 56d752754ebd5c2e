package dev.lanewise.nn;

import dev.lanewise.nn.init.Distribution;

/// What a normalization makes of moments, in theory: numbers are centred and scaled, and then take factors and offsets, as these
/// are drawn.
///
/// @param scale   the squared factor of what is centred, the mean over all channels
/// @param square  the second moment of what is centred and scaled
/// @param product the mean product of two inputs' numbers, likewise
/// @param weight  the factors behind; null if there are none
/// @param bias    what is added; null if nothing is
record Normalized(double scale, double square, double product, Parameter weight, Parameter bias) {

    /// By the variance.
    ///
    /// @param product of what is centred
    static Normalized of(double variance, double product, double eps, Parameter weight, Parameter bias) {
        double scale = 1 / (variance + eps);
        return new Normalized(scale, scale * variance, scale * product, weight, bias);
    }

    Signal signal(double fourth) {
        double factor = weight == null ? 1 : square(weight);
        double offset = bias == null ? 0 : square(bias);
        double mean = bias == null ? 0 : law(bias).mean();
        return new Signal(factor * square + offset, factor * product + offset, mean * mean, fourth);
    }

    /// The mean and the variance hardly feel a single number of many.
    double gradientGrowth() { return (weight == null ? 1 : square(weight)) * scale; }

    static double square(Parameter parameter) {
        var law = law(parameter);
        return law.variance() + law.mean() * law.mean();
    }

    private static Distribution law(Parameter parameter) {
        return parameter.initializer().distribution(parameter.fan(), parameter.shape());
    }
}
