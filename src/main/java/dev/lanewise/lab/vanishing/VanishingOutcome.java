package dev.lanewise.lab.vanishing;

import dev.lanewise.figures.Statistics;
import dev.lanewise.lab.train.DeepMoons;
import dev.lanewise.lab.train.DeepMoons.Norms;
import dev.lanewise.report.Json;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/// What came out of [Vanishing].
///
/// @param networks from as many seeds, for each activation
/// @param steps    between the two looks
record VanishingOutcome(int networks, int steps, @Json.Omit int points, List<Run> runs) {

    /// The networks of one activation.
    ///
    /// @param first        each layer's gradient at the first step, the median over all networks, those included whose gradient
    ///     is zero
    /// @param last         likewise at the last step
    /// @param zeroAtFirst  the share of networks whose first layer's gradient is exactly zero
    /// @param zeroInTheEnd likewise
    /// @param theory       by what factor it expects a gradient to shrink a layer
    record Run(String activation, double[] first, double[] last, double zeroAtFirst, double zeroInTheEnd,
        @Json.Omit double theory) {

        static Run of(DeepMoons.Kind kind, double theory, List<Norms> networks) {
            return new Run(kind.name(), medians(networks, Norms::first), medians(networks, Norms::last),
                zero(networks, Norms::first), zero(networks, Norms::last), theory);
        }

        private static double[] medians(List<Norms> networks, Function<Norms, double[]> look) {
            return IntStream.rangeClosed(0, DeepMoons.LAYERS).mapToDouble(layer -> Statistics.median(
                networks.stream().mapToDouble(each -> look.apply(each)[layer]).toArray())).toArray();
        }

        private static double zero(List<Norms> networks, Function<Norms, double[]> look) {
            return networks.stream().filter(each -> look.apply(each)[0] == 0).count() / (double) networks.size();
        }

        double[] norms(boolean inTheEnd) { return inTheEnd ? last : first; }

        double zero(boolean inTheEnd) { return inTheEnd ? zeroInTheEnd : zeroAtFirst; }

        /// What the first layer gets of the last hidden one's.
        double left(boolean inTheEnd) {
            double first = norms(inTheEnd)[0];
            // where most networks pass nothing, that is what is left, and not nothing over nothing
            return first == 0 ? 0 : first / norms(inTheEnd)[DeepMoons.LAYERS - 1];
        }

        /// To what share of itself the median gradient shrinks a layer, from the last hidden layer to the first.
        double factor(boolean inTheEnd) { return Math.pow(left(inTheEnd), 1.0 / (DeepMoons.LAYERS - 1)); }
    }
}
