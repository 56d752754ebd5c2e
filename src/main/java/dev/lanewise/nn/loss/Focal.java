package dev.lanewise.nn.loss;

import static dev.lanewise.formula.Term.parameter;

import dev.lanewise.formula.Term;
import dev.lanewise.tensor.ElementwiseOperation;
import dev.lanewise.tensor.Operation;
import dev.lanewise.tensor.Tensor;

/// Cross-entropies times a power of what the model leaves to the other classes: Lin, Goyal, Girshick, He and Dollár, "Focal loss
/// for dense object detection", 2017.
final class Focal {

    /// Beyond, e^-x is 0 in float.
    private static final double CERTAIN = 110;

    private static final ElementwiseOperation SIGMOID = Operation.elementwise("sigmoid_focal", Focal::sigmoid);
    private static final ElementwiseOperation BALANCED = Operation.elementwise("sigmoid_focal_balanced", (x, t) -> {
        var share = t.mul(parameter(1)).add(t.neg().add(1).mul(parameter(1).neg().add(1)));
        return share.eq(0).select(0, share.mul(sigmoid(x, t)));
    });
    private static final ElementwiseOperation CLASSES = Operation.elementwise("focal", Focal::ofLoss);

    private Focal() {}

    /// The factor is a power of e: a power of the probability has no slope that a float holds where that ends.
    private static Term sigmoid(Term x, Term t) {
        var ofOne = x.neg().softplus();
        var ofZero = x.softplus();
        var rest = t.neg().add(1);
        var left = t.mul(x.neg().sigmoid()).add(rest.mul(x.sigmoid())).log();
        var factor = t.eq(1).select(ofZero, t.eq(0).select(ofOne, left.neg())).mul(parameter(0).neg()).exp();
        var entropy = t.eq(1).select(ofOne, t.eq(0).select(ofZero, t.mul(ofOne).add(rest.mul(ofZero))));
        // the factor's slope is 0 where the entropy is infinite
        return x.abs().gt(Float.MAX_VALUE).select(entropy.mul(factor.detach()), entropy.mul(factor));
    }

    /// u (1 - e^-u)^gamma, u being the cross-entropy.
    private static Term ofLoss(Term u) {
        return u.gt(CERTAIN).select(u, u.le(0).select(0, u.mul(u.neg().expm1().neg().pow(parameter(0)))));
    }

    /// @param alpha below 0 for none
    static Tensor sigmoid(Tensor logits, Tensor targets, double alpha, double gamma) {
        Losses.checkShapes("sigmoidFocalLoss", logits, targets);
        checkGamma("sigmoidFocalLoss", gamma);
        if (!(alpha <= 1)) throw new IllegalArgumentException(
            "sigmoidFocalLoss: alpha " + alpha + "; it must be of [0, 1], or below 0 for targets that weigh alike");
        for (float t : targets.toArray()) if (!(t >= 0 && t <= 1)) throw new IllegalArgumentException(
            "sigmoidFocalLoss: target " + t + "; it must be of [0, 1]");
        // a power of 0 would be infinite where its base is 0
        if ((float) gamma == 0) {
            var losses = Losses.binaryCrossEntropyWithLogits(logits, targets, null, null, Reduction.NONE);
            return alpha < 0 ? losses : Products.select(targets.mul((float) (2 * alpha - 1)).add((float) (1 - alpha)), losses);
        }
        return alpha < 0 ? SIGMOID.with(gamma).apply(logits, targets) : BALANCED.with(gamma, alpha).apply(logits, targets);
    }

    static Tensor loss(Tensor logits, int[] labels, double gamma, ClassOptions options) {
        var given = classes(logits, labels, gamma, options);
        return given.reduce(losses(given, gamma), options.reduction());
    }

    static Loss sum(Tensor logits, int[] labels, double gamma, ClassOptions options) {
        Classes.requireMean("focalLoss", options);
        var given = classes(logits, labels, gamma, options);
        return new Loss(losses(given, gamma).sum(), given.totalWeight());
    }

    private static Classes classes(Tensor logits, int[] labels, double gamma, ClassOptions options) {
        checkGamma("focalLoss", gamma);
        if (Classes.given("focalLoss", options)
            .labelSmoothing() != 0) throw new IllegalArgumentException("focalLoss: label smoothing " + options.labelSmoothing()
            + "; it has none, as it looks at the label's probability alone: take crossEntropy");
        return Classes.of("focalLoss", logits, true, labels, options);
    }

    private static Tensor losses(Classes given, double gamma) {
        var entropies = given.unweighted();
        return given.weighted((float) gamma == 0 ? entropies : CLASSES.with(gamma).apply(entropies));
    }

    private static void checkGamma(String operation, double gamma) {
        if (!(gamma >= 0 && gamma < Float.MAX_VALUE)) throw new IllegalArgumentException(
            operation + ": gamma " + gamma + "; it must be 0 or more, and finite");
    }
}
