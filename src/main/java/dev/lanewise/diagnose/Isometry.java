package dev.lanewise.diagnose;

import dev.lanewise.figures.Figures;
import dev.lanewise.nn.init.Nonlinearity;
import java.util.Optional;

/// A start from which a deep network is at the edge of dynamical isometry, where gradients keep their size and directions are
/// hardly told apart: orthogonal weights on the edge of chaos, and a signal so small that the activation's slopes are nearly
/// alike. Independent weights reach it with no activation, as each layer of them adds 1 to the spread of the singular values'
/// squares; a rectifier with no weights, as its slopes are 0 or 1 at any size.
///
/// @param field  the variances, the weights' being the square of their gain
/// @param q      the signal's second moment before each activation
/// @param spread of the singular values' squares
public record Isometry(MeanField field, double q, double spread) {

    private static final double LEAST = 1e-6;

    /// The largest q of 1, ½, ¼, … at which it is reached; none where there is none.
    ///
    /// @param layers how many
    public static Optional<Isometry> of(Nonlinearity activation, int layers) {
        if (layers < 1) throw new IllegalArgumentException("isometry: " + layers + " layers; give at least one");
        for (double q = 1; q > LEAST; q /= 2) {
            double spread = layers * SlopeLaw.of(activation, q).spread();
            if (!(spread <= SpectrumPrediction.ISOMETRIC)) continue;
            try {
                return Optional.of(new Isometry(MeanField.edgeOfChaos(activation, q), q, spread));
            } catch (IllegalArgumentException e) {
                // no such pair here; a smaller q may have one
            }
        }
        return Optional.empty();
    }

    /// Weights, biases and the signal's size.
    public String words() {
        return "orthogonal weights of gain " + Figures.number(Math.sqrt(field.weightVariance()))
            + (field.biasVariance() == 0 ? " without biases"
            : ", biases of variance " + Figures.number(field.biasVariance())) + (field.activation() == Nonlinearity.LINEAR ? ""
            : " and a signal of second moment " + Figures.number(q)) + " reach it";
    }
}
