package dev.lanewise.nn.loss;

import java.util.Objects;

/// How a triplet is judged, by steps: `TripletOptions.DEFAULT.margin(0.2).swap(true)`.
///
/// @param margin    by how much the negative is to be farther away than the positive; above 0, and finite
/// @param p         of the norm that distances are: above 0, infinite for the largest difference
/// @param eps       what is added to each difference, so that none is 0; finite
/// @param swap      whether the negative's distance is that from the positive where this is nearer: Balntas, Riba, Ponsa and
///                  Mikolajczyk, "Learning local feature descriptors with triplets and shallow convolutional neural
///                  networks", 2016
/// @param reduction of the losses of single triplets
public record TripletOptions(double margin, double p, double eps, boolean swap, Reduction reduction) {

    /// Margin 1, Euclidean distances, epsilon 1e-6, no swap, the mean: as PyTorch's.
    public static final TripletOptions DEFAULT = new TripletOptions(1, 2, 1e-6, false, Reduction.MEAN);

    /// Refuses a margin or a power that isn't positive, an `eps` that isn't finite, and no reduction.
    public TripletOptions {
        if (!(margin > 0 && margin < Double.POSITIVE_INFINITY)) throw new IllegalArgumentException(
            "tripletMarginLoss: margin " + margin + "; it must be above 0, and finite");
        if (!(p > 0)) throw new IllegalArgumentException("tripletMarginLoss: p " + p
            + "; the norm's power must be above 0, or infinite");
        if (!Double.isFinite(eps)) throw new IllegalArgumentException("tripletMarginLoss: eps " + eps + "; it must be finite");
        if (reduction == null) throw new IllegalArgumentException("tripletMarginLoss: no reduction; name one, or leave the mean");
    }

    static TripletOptions given(TripletOptions options) {
        return Objects.requireNonNull(options, "tripletMarginLoss: no options; TripletOptions.DEFAULT are the usual ones");
    }

    /// By how much the negative should be farther than the positive, above 0.
    public TripletOptions margin(double margin) { return new TripletOptions(margin, p, eps, swap, reduction); }

    /// The power of the norm that distances are, above 0; 2 for Euclid's.
    public TripletOptions p(double p) { return new TripletOptions(margin, p, eps, swap, reduction); }

    /// What is added to each difference, so that the distance of equals has a gradient.
    public TripletOptions eps(double eps) { return new TripletOptions(margin, p, eps, swap, reduction); }

    /// Whether the distance of positive and negative counts in place of that of anchor and negative where it is less.
    public TripletOptions swap(boolean swap) { return new TripletOptions(margin, p, eps, swap, reduction); }

    /// What becomes of the triplets' losses.
    public TripletOptions reduction(Reduction reduction) { return new TripletOptions(margin, p, eps, swap, reduction); }
}
