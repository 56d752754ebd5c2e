package dev.lanewise.nn;

import dev.lanewise.nn.init.Distribution;

/// What a normalization makes of moments, in theory: numbers are centred and scaled together with others, and then take factors
/// and offsets, as these are drawn.
///
/// @param channels  how many units are normalized together, in groups whose units have a common mean
/// @param positions how many positions of an input; 1 if each is normalized for itself
/// @param inputs    how many inputs, likewise; 0 for many
/// @param centred   whether the mean is taken off
record Normalized(int channels, int positions, int inputs, boolean centred, double eps, Parameter weight, Parameter bias) {

    /// The mean square of what is normalized is given: it doesn't stray.
    Passage of(Signal in) {
        if (in.places() != null && (positions == 1 || positions == in.places().count())) return new NormalizedPlaces(this,
            in).passage();
        double[][] moments = {{in.square(), in.product()}, {in.within(), in.across()}};
        var rest = new double[2][2];
        for (int place = 0; place < 2; place++) for (int input = 0; input < 2; input++)
            rest[place][input] = moments[place][input] - (centred ? ofMeans(moments, in, place, input) : 0);
        double scale = 1 / (rest[0][0] + eps);
        double square = weight == null ? 1 : square(weight);
        double offset = bias == null ? 0 : square(bias);
        var out = new Signal(square * scale * rest[0][0] + offset, square * scale * rest[0][1] + offset,
            square * scale * rest[1][0] + offset, square * scale * rest[1][1] + offset,
            (bias == null ? 0 : mean(bias)) + (centred ? 0 : factor() * Math.sqrt(scale) * in.mean()), in.fourth(), centred
            && channels > 1 ? 0 : in.sway(), in.extent(), null);
        return Passage.of(out, square * scale * left()).along(factor() * Math.sqrt(scale)).straying(uneven());
    }

    /// The mean product of the means of two such sets, or the mean square of one mean, for two numbers of them.
    ///
    /// @param place 1 for two positions
    /// @param input 1 for two inputs
    private double ofMeans(double[][] moments, Signal in, int place, int input) {
        double common = in.mean() * in.mean();
        double sum = 0;
        for (int i = 0; i < 2; i++) for (int j = 0; j < 2; j++) {
            double share = share(positions, place, i) * share(inputs, input, j);
            if (share > 0) sum += share * (moments[i][j] - common);
        }
        return common + sum / channels * (channels == 1 ? 1 : in.sway());
    }

    /// How many of the pairs of two sets' numbers are at the same place, or at another.
    private static double share(int count, int asked, int kind) {
        if (count == 1) return asked == kind ? 1 : 0;
        double same = count == 0 ? 0 : 1.0 / count;
        return kind == 0 ? same : 1 - same;
    }

    /// Of a gradient: its mean, and its part along the numbers, are taken off.
    double left() {
        if (inputs == 0) return 1;
        double together = (double) channels * positions * inputs;
        return Math.max(0, 1 - (centred ? 2 : 1) / together);
    }

    /// The variance over the units of what scales and offsets make of a second moment of 1, relative to its square.
    double uneven() {
        double size = (weight == null ? 1 : square(weight)) + (bias == null ? 0 : square(bias));
        return size == 0 ? 0 : (ofSquares(weight) + ofSquares(bias)) / (size * size);
    }

    private static double ofSquares(Parameter parameter) {
        if (parameter == null || law(parameter).variance() == 0) return 0;
        double variance = law(parameter).variance();
        double mean = law(parameter).mean();
        // of a law that is as symmetric as those of scales are
        return (law(parameter).kurtosis() - 1) * variance * variance + 4 * mean * mean * variance;
    }

    double factor() { return weight == null ? 1 : mean(weight); }

    static double square(Parameter parameter) {
        var law = law(parameter);
        return law.variance() + law.mean() * law.mean();
    }

    static double mean(Parameter parameter) { return law(parameter).mean(); }

    private static Distribution law(Parameter parameter) {
        return parameter.initializer().distribution(parameter.fan(), parameter.shape());
    }
}
