package dev.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.data.Batch;
import dev.lanewise.data.Csv;
import dev.lanewise.data.DataLoader;
import dev.lanewise.data.Dataset;
import dev.lanewise.data.Rows;
import dev.lanewise.nn.Conv2d;
import dev.lanewise.nn.ConvOptions;
import dev.lanewise.nn.ConvTranspose2d;
import dev.lanewise.nn.Dropout;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.loss.Losses;
import dev.lanewise.optim.Adam;
import dev.lanewise.optim.SGD;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What users get wrong first, a test for each: the message names the operation, the values and the remedy, in this order.
class MistakesTest {

    @Test
    void shapesThatDoNotBroadcast() {
        Rejected.argument(() -> Tensor.ones(2, 3).mul(Tensor.ones(3, 2)),
            "mul:", "[2, 3] and [3, 2]", "counted from the right, sizes must be equal or 1");
    }

    @Test
    void shapesThatDoNotMultiply() {
        Rejected.argument(() -> Tensor.ones(2, 3).matmul(Tensor.ones(2, 3)),
            "matmul:", "[2, 3] x [2, 3]", "transpose one of them");
        Rejected.argument(() -> Tensor.ones(2, 4, 3).matmul(Tensor.ones(3, 3, 5)),
            "matmul:", "leading dimensions", "[2] and [3]", "sizes must be equal or 1");
        Rejected.argument(() -> new Linear(3, 2).initialize(1).call(Tensor.ones(4, 5)),
            "linear:", "[4, 5]", "[batch, 3] is expected");
    }

    @Test
    void aNegativeShape() {
        Rejected.argument(() -> Tensor.zeros(3, -1), "shape [3, -1]", "size -1 is negative", "must be 0 or more");
    }

    @Test
    void aShapeOfMoreElementsThanAnArrayHolds() {
        Rejected.argument(() -> Tensor.zeros(65_536, 32_768), "shape [65536, 32768]", "more than 2^31 - 1", "split it");
        Rejected.argument(() -> new Linear(1 << 20, 1 << 20), "[1048576, 1048576]", "more than 2^31 - 1", "split it");
        // the most that there is; only its view can be had
        assertEquals(Integer.MAX_VALUE, Tensor.ones(1).expand(Integer.MAX_VALUE).numel());
        assertEquals(Integer.MAX_VALUE, Shape.of(Integer.MAX_VALUE, 1).numel());
    }

    @Test
    void aClassLabelOutOfRange() {
        Rejected.argument(() -> Losses.crossEntropy(Tensor.ones(2, 3), new int[] {0, 3}),
            "crossEntropy:", "label 3 of row 1", "3 classes, 0 to 2", "correct it, or name it to ignoreIndex");
        Rejected.argument(() -> Losses.nllLoss(Tensor.ones(1, 3), new int[] {-1}), "nllLoss:", "label -1 of row 0", "correct it");
        Rejected.argument(() -> Losses.crossEntropy(Tensor.ones(2, 0), new int[] {0, 0}),
            "crossEntropy:", "[2, 0] and 2 labels", "must be [batch, classes]");
    }

    private static Dataset<Batch<int[]>> rows(int size) {
        return Rows.classification(new float[size], 1, new int[size], List.of("a"));
    }

    @Test
    void anEmptyDataset() {
        Rejected.argument(() -> new DataLoader<>(rows(0), 1), "DataLoader:", "empty", "give it at least one example");
    }

    @Test
    void aBatchSizeOfZero() {
        Rejected.argument(() -> new DataLoader<>(rows(3), 0), "DataLoader:", "batch size 0", "must be at least 1");
    }

    @Test
    void dropoutThatIsNoProbability() {
        for (double p : new double[] {-0.1, 1, Double.NaN})
            Rejected.argument(() -> new Dropout(p), "dropout:", "probability " + p, "must be of [0, 1)");
    }

    @Test
    void aLearningRateThatIsNoStep() {
        var parameters = new Linear(2, 2).parameters();
        for (double rate : new double[] {-0.1, Double.NaN, Double.POSITIVE_INFINITY}) {
            Rejected.argument(() -> new SGD(parameters, rate), "optimizer:", "learning rate " + rate,
                "must be 0 or more, and finite");
            var adam = new Adam(parameters, 0.1);
            Rejected.argument(() -> adam.learningRate(rate), "optimizer:", "learning rate " + rate, "must be 0 or more");
            assertEquals(0.1, adam.learningRate());
        }
    }

    @Test
    void backwardOnMoreThanANumber() {
        var y = Tensor.ones(2, 3).requiresGrad(true).exp();
        Rejected.argument(y::backward, "backward:", "[2, 3]", "pass the gradient", "or reduce it first");
        Rejected.argument(() -> y.backward(Tensor.ones(3, 2), false, false), "backward:", "[3, 2]", "[2, 3]", "must be the same");
    }

    private static final class Unregistered extends Module {
        private final Linear part = new Linear(3, 4);
    }

    @Test
    void aParameterThatIsUsedBeforeItIsInitialized() {
        var unregistered = new Unregistered();
        unregistered.initialize(1);
        Rejected.state(() -> unregistered.part.call(Tensor.ones(1, 3)), "a module of your own hands its parts to register(…)");
        Rejected.state(() -> new Sequential(new Linear(3, 4)).call(Tensor.ones(1, 3)),
            "parameter \"weight\"", "[4, 3]", "call initialize(seed) on the model first");
        Rejected.state(() -> new Dropout(0.5).call(Tensor.ones(1)), "dropout:", "call initialize(seed)");
    }

    @Test
    void groupsThatDoNotDivide() {
        Rejected.argument(() -> new Conv2d(6, 4, ConvOptions.kernel(3).groups(4)),
            "conv2d:", "6 input and 4 output channels in 4 groups", "groups must divide both");
        Rejected.argument(() -> new ConvTranspose2d(4, 6, ConvOptions.kernel(3).groups(4)),
            "convTranspose2d:", "4 input and 6 output channels in 4 groups", "groups must divide both");
        Rejected.argument(() -> ConvOptions.kernel(3).groups(0), "convolution:", "0 groups", "at least one");
    }

    @Test
    void aKernelLargerThanThePaddedInput() {
        var options = ConvOptions.kernel(3).padding(1).dilation(3);
        Rejected.argument(() -> new Conv2d(1, 1, options).initialize(1).call(Tensor.ones(1, 1, 9, 4)),
            "conv2d:", "kernel of 3", "dilated to 7", "input of 4, padded to 6", "use a smaller kernel or more padding");
    }

    @Test
    void aStateOfTheWrongShape() {
        var model = new Sequential(new Linear(3, 2)).initialize(1);
        var state = new LinkedHashMap<>(model.stateDict());
        state.put("0.weight", Tensor.ones(3, 2));
        Rejected.argument(() -> model.loadStateDict(state), "loadStateDict: nothing was loaded",
            "0.weight has shape [3, 2], the model's is [2, 3]", "load the state of a model of the same layers");
    }

    @Test
    void aStateOfTheWrongNames() {
        var model = new Sequential(new Linear(3, 2)).initialize(1);
        var state = new LinkedHashMap<>(model.stateDict());
        state.put("0.wieght", state.remove("0.weight"));
        Rejected.argument(() -> model.loadStateDict(state), "loadStateDict: nothing was loaded", "missing: 0.weight",
            "unexpected: 0.wieght", "or with strict = false");
    }

    @Test
    void aCsvRowOfTheWrongWidth() {
        Rejected.malformed(() -> Csv.withHeader().parse("a,b,c\n1,2,3\n\n4,5\n"), "Csv:",
            "line 4: row 2 has 2 fields, but 3 are expected: \"a\", \"b\", \"c\"", "correct the row, or the separator");
    }
}
