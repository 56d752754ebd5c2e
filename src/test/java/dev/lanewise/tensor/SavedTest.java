package dev.lanewise.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A tensor that backward needs must be what it was; one that it doesn't need may change.
class SavedTest {

    private final Tensor x = Tensor.of(new float[][] {{1, 2}, {3, 4}}).requiresGrad(true);

    private enum SavesInput {
        MUL(x -> x.mul(x)), DIV(x -> Tensor.scalar(1).div(x)), LOG(Tensor::log), SQUARE(Tensor::square),
        MATMUL(x -> x.matmul(x)), AMAX(x -> x.amax(0)), VIEW(x -> x.t().log());

        final UnaryOperator<Tensor> operation;

        SavesInput(UnaryOperator<Tensor> operation) { this.operation = operation; }
    }

    private enum SavesOutput {
        EXP(Tensor::exp), SQRT(Tensor::sqrt), RELU(Tensor::relu), DIV(x -> Tensor.ones(2, 2).div(x)),
        SOFTMAX(x -> x.softmax(1)), LOG_SOFTMAX(x -> x.logSoftmax(1));

        final UnaryOperator<Tensor> operation;

        SavesOutput(UnaryOperator<Tensor> operation) { this.operation = operation; }
    }

    private enum SavesNothing {
        ADD(x -> x.add(x)), SUB(x -> x.sub(1f)), NEG(Tensor::neg), SUM(x -> x.sum(0)), MEAN(x -> x.mean(1)),
        MUL_BY_A_NUMBER(x -> x.mul(2f)), RESHAPE(x -> x.reshape(4)), PERMUTE(Tensor::t), PICK(x -> x.pick(0, 1)),
        EXPAND(x -> x.expand(3, 2, 2)), CONTIGUOUS(x -> x.t().contiguous()),
        MATMUL_OF_CONSTANT(x -> x.matmul(Tensor.ones(2, 2)));

        final UnaryOperator<Tensor> operation;

        SavesNothing(UnaryOperator<Tensor> operation) { this.operation = operation; }
    }

    @ParameterizedTest
    @EnumSource
    void aChangedInputIsNoticed(SavesInput saves) {
        var y = saves.operation.apply(x).sum();
        overwrite(x);
        Rejected.state(y::backward, "backward", "saved was changed in place", "[2, 2]", "call backward before the change");
    }

    @ParameterizedTest
    @EnumSource
    void aChangedOutputIsNoticed(SavesOutput saves) {
        var y = saves.operation.apply(x);
        overwrite(y.detach());
        Rejected.state(() -> y.sum().backward(), "saved was changed in place", "[2, 2]");
    }

    @ParameterizedTest
    @EnumSource
    void anInputThatNobodyNeedsMayChange(SavesNothing saves) {
        var before = saves.operation.apply(x);
        before.backward(Tensor.ones(before.shape().toArray()), true, false);
        var expected = x.grad().toArray();
        x.zeroGrad();
        overwrite(x);
        before.backward(Tensor.ones(before.shape().toArray()), false, false);
        assertArrayEquals(expected, x.grad().toArray());
    }

    /// Of a product only the factor that the other's gradient needs is kept.
    @Test
    void theOtherFactorOfAConstantMayChange() {
        var y = x.mul(Tensor.full(3, 2, 2)).sum();
        overwrite(x);
        y.backward();
        assertArrayEquals(new float[] {3, 3, 3, 3}, x.grad().toArray());
    }

    @Test
    void aResultCanNotBeChangedInPlace() {
        Rejected.state(() -> overwrite(x.exp()), "fill", "[2, 2]", "\"exp\"", "only leaves");
        Rejected.state(() -> overwrite(x.detach().slice(1, 0, 1)), "fill", "[2, 1]", "side by side");
    }

    private static void overwrite(Tensor tensor) {
        InPlace.fill(tensor, (data, offset, length) -> Arrays.fill(data, offset, offset + length, 9f));
    }

    // ---- what needs no gradient is not kept

    private enum Frozen {
        LINEAR(x -> Affine.linear(x, Tensor.ones(3, 2), null)),
        LINEAR_RELU(x -> Affine.linearRelu(x, Tensor.ones(3, 2), Tensor.ones(3))),
        MATMUL(x -> x.matmul(Tensor.ones(2, 3))),
        CONV2D(x -> {
            var window = new Unfold.Window(new Unfold.Axis(1, 1, 0, 1), new Unfold.Axis(1, 1, 0, 1));
            var image = x.reshape(1, 1, 2, 2);
            var weight = Tensor.ones(3, 1, 1, 1);
            return Convolve.of(null, image, weight.shape(), window, 1).apply(image, weight, null);
        });

        final UnaryOperator<Tensor> operation;

        Frozen(UnaryOperator<Tensor> operation) { this.operation = operation; }
    }

    @ParameterizedTest
    @EnumSource
    void aFrozenLayerKeepsNoInput(Frozen layer) throws InterruptedException {
        var y = new Tensor[1];
        var input = new WeakReference<>(inputOf(layer, y));
        for (int i = 0; i < 50 && input.get() != null; i++) {
            System.gc();
            Thread.sleep(20);
        }
        assertNull(input.get());
        y[0].sum().backward();
        assertArrayEquals(new float[] {3, 3, 3, 3}, x.grad().toArray());
    }

    private float[] inputOf(Frozen layer, Tensor[] y) {
        var input = x.add(1f);
        y[0] = layer.operation.apply(input);
        return input.data();
    }
}
