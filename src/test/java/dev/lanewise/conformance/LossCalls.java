package dev.lanewise.conformance;

import static dev.lanewise.conformance.Call.op;

import dev.lanewise.nn.loss.ClassOptions;
import dev.lanewise.nn.loss.Losses;
import dev.lanewise.nn.loss.Reduction;
import dev.lanewise.nn.loss.TripletOptions;
import java.util.Map;

/// The losses, a line each.
final class LossCalls {

    static final Map<String, Call> ALL = Map.ofEntries(
        op("crossEntropy", c -> Losses.crossEntropy(c.x(), c.ints("labels"), options(c))),
        op("nllLoss", c -> Losses.nllLoss(c.x(), c.ints("labels"), options(c))),
        op("binaryCrossEntropy", c -> Losses.binaryCrossEntropy(c.x(0), c.x(1), c.xOrNull(2), reduction(c))),
        op("binaryCrossEntropyWithLogits",
            c -> Losses.binaryCrossEntropyWithLogits(c.x(0), c.x(1), c.xOrNull(2), c.xOrNull(3), reduction(c))),
        op("klDiv", c -> Losses.klDiv(c.x(0), c.x(1), c.flag("logTarget"), reduction(c))),
        op("mseLoss", c -> Losses.mseLoss(c.x(0), c.x(1), reduction(c))),
        op("l1Loss", c -> Losses.l1Loss(c.x(0), c.x(1), reduction(c))),
        op("smoothL1Loss", c -> Losses.smoothL1Loss(c.x(0), c.x(1), c.number("beta"), reduction(c))),
        op("softCrossEntropy", c -> Losses.crossEntropy(c.x(0), c.x(1),
            ClassOptions.DEFAULT.weight(c.xOrNull(2)).labelSmoothing(c.number("labelSmoothing")).reduction(reduction(c)))),
        op("focalLoss", c -> Losses.focalLoss(c.x(), c.ints("labels"), c.number("gamma"),
            ClassOptions.DEFAULT.reduction(reduction(c)))),
        op("sigmoidFocalLoss", c -> Losses.sigmoidFocalLoss(c.x(0), c.x(1), c.number("alpha"), c.number("gamma"), reduction(c))),
        op("gaussianNllLoss", c -> Losses.gaussianNllLoss(c.x(0), c.x(1), c.x(2), c.flag("full"), c.number("epsilon"),
            reduction(c))),
        op("poissonNllLoss",
            c -> Losses.poissonNllLoss(c.x(0), c.x(1), c.flag("logInput"), c.flag("full"), c.number("epsilon"), reduction(c))),
        op("hingeEmbeddingLoss", c -> Losses.hingeEmbeddingLoss(c.x(0), c.x(1), c.number("margin"), reduction(c))),
        op("marginRankingLoss", c -> Losses.marginRankingLoss(c.x(0), c.x(1), c.x(2), c.number("margin"), reduction(c))),
        op("multiMarginLoss",
            c -> Losses.multiMarginLoss(c.x(0), c.ints("labels"), c.integer("p"), c.number("margin"), c.xOrNull(1),
                reduction(c))),
        op("cosineEmbeddingLoss", c -> Losses.cosineEmbeddingLoss(c.x(0), c.x(1), c.x(2), c.number("margin"), reduction(c))),
        op("tripletMarginLoss", c -> Losses.tripletMarginLoss(c.x(0), c.x(1), c.x(2),
            new TripletOptions(c.number("margin"), c.number("p"), c.number("epsilon"), c.flag("swap"), reduction(c)))),
        op("huberLoss", c -> Losses.huberLoss(c.x(0), c.x(1), c.number("delta"), reduction(c))));

    private LossCalls() {}

    private static Reduction reduction(Case c) {
        return switch (c.word("reduction")) {
            case "none" -> Reduction.NONE;
            case "mean" -> Reduction.MEAN;
            case "sum" -> Reduction.SUM;
            case "batchmean" -> Reduction.BATCH_MEAN;
            default -> throw new AssertionError(c.word("reduction"));
        };
    }

    private static ClassOptions options(Case c) {
        return ClassOptions.DEFAULT.weight(c.xOrNull(1)).ignoreIndex(c.integer("ignoreIndex"))
            .labelSmoothing(c.numberOr("labelSmoothing", 0)).reduction(reduction(c));
    }
}
