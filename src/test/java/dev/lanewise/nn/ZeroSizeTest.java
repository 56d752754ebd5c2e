package dev.lanewise.nn;

import static dev.lanewise.nn.loss.Reduction.NONE;
import static dev.lanewise.nn.loss.Reduction.SUM;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.catalogue.ClassLoss;
import dev.lanewise.catalogue.ElementwiseLoss;
import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.nn.loss.ClassOptions;
import dev.lanewise.nn.loss.Losses;
import dev.lanewise.nn.loss.Reduction;
import dev.lanewise.optim.Adam;
import dev.lanewise.optim.GradientClipping;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Batches without a row go through losses and optimizers, and through layers beyond what LayersTest tries, as in PyTorch; only a
/// mean of nothing is refused.
class ZeroSizeTest {

    @Test
    void rowsOfNoneAreNone() {
        var layer = new Linear(3, 2).initialize(1);
        assertEquals(Shape.of(2, 0, 2), layer.call(Tensor.zeros(2, 0, 3)).shape());
    }

    @Test
    void anEmptyBatchLeavesTheRunningStatisticsAsTheyAre() {
        var norm = new BatchNorm1d(2);
        norm.initialize(1).call(Tensor.of(new float[][] {{1, 2}, {3, 5}}));
        var mean = norm.runningMean().tensor().toArray();
        var variance = norm.runningVar().tensor().toArray();
        norm.call(Tensor.zeros(0, 2));
        assertArrayEquals(mean, norm.runningMean().tensor().toArray());
        assertArrayEquals(variance, norm.runningVar().tensor().toArray());
        Rejected.argument(() -> norm.call(Tensor.ones(1, 2)), "batchNorm1d", "[1, 2] has 1 values",
            "use a larger batch, or eval()");
    }

    @Test
    void imagesWithoutAPixelAreRefused() {
        Rejected.argument(() -> new Conv2d(1, 1, 3).initialize(1).call(Tensor.zeros(1, 1, 0, 5)),
            "conv2d", "input of 0", "more padding");
        Rejected.argument(() -> new ConvTranspose2d(1, 1, 3).initialize(1).call(Tensor.zeros(1, 1, 5, 0)),
            "convTranspose2d", "side of 0", "at least 1");
    }

    @Test
    void noIndicesAreNoVectors() {
        var layer = new Embedding(4, 3);
        layer.initialize(1);
        var y = layer.forward(new int[0], 0, 5);
        assertEquals(Shape.of(0, 5, 3), y.shape());
        y.sum().backward();
        assertArrayEquals(new float[12], layer.weight().grad().toArray());
        assertEquals(Shape.of(2, 0, 3), layer.call(Tensor.zeros(2, 0)).shape());
    }

    private interface Loss {
        Tensor of(Tensor x, Reduction reduction);
    }

    private static void assertLoss(String operation, Loss loss, Shape in, Shape each) {
        var x = Tensor.zeros(in.toArray()).requiresGrad(true);
        assertEquals(each, loss.of(x, NONE).shape(), operation);
        var sum = loss.of(x, SUM);
        assertEquals(0f, sum.item(), operation);
        sum.backward();
        assertEquals(in, x.grad().shape(), operation);
        for (var mean : List.of(Reduction.MEAN, Reduction.BATCH_MEAN))
            Rejected.argument(() -> loss.of(x, mean), operation + ":", "empty", "skip it, or take the sum");
    }

    @Test
    void lossesOfNothing() {
        var rows = Shape.of(0, 3);
        var target = Tensor.zeros(0, 3);
        for (var loss : ElementwiseLoss.ALL) assertLoss(loss.method(), (x, r) -> loss.reduced().of(x, target, r), rows, rows);
        assertLoss("binaryCrossEntropyWithLogits",
            (x, r) -> Losses.binaryCrossEntropyWithLogits(x, target, Tensor.ones(3), Tensor.ones(3), r), rows, rows);
        for (var loss : ClassLoss.ALL)
            assertLoss(loss.name(), (x, r) -> loss.reduced().of(x, new int[0], ClassOptions.DEFAULT.reduction(r)), rows,
                Shape.of(0));
        var options = ClassOptions.DEFAULT.labelSmoothing(0.1).weight(Tensor.ones(3));
        var none = new int[0];
        assertLoss("crossEntropy", (x, r) -> Losses.crossEntropy(x, none, options.reduction(r)), rows, Shape.of(0));
        assertLoss("crossEntropy", (x, r) -> Losses.crossEntropy(x, none, options.reduction(r)), Shape.of(2, 3, 0),
            Shape.of(2, 0));
        assertLoss("nllLoss", (x, r) -> Losses.nllLoss(x, none, options.reduction(r)), Shape.of(0, 3, 2, 2), Shape.of(0, 2, 2));
        Rejected.argument(() -> Losses.crossEntropy(Tensor.zeros(2, 3, 0), new int[5]), "crossEntropy:", "[2, 3, 0] and 5 labels",
            "a label for each row");
    }

    /// PyTorch steps over a parameter without elements, too.
    @Test
    void optimizersStepOverNothing() {
        var model = Nets.declaring("w");
        var empty = new Parameter("empty", Shape.of(0, 3), Fan.linear(3, 1),
            Initializers.ones());
        model.register(empty);
        model.initialize(1);
        empty.tensor().exp().sum().backward();
        assertEquals(0, GradientClipping.clipByNorm(model.parameters(), 1));
        new Adam(model.parameters(), 0.1).step();
        assertEquals(Shape.of(0, 3), empty.tensor().shape());
    }
}
