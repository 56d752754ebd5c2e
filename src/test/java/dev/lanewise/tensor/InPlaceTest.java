package dev.lanewise.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lanewise.kernel.Elementwise;
import dev.lanewise.kernel.expr.Expr;
import dev.lanewise.kernel.expr.Formula;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The exception among tensors that are values.
class InPlaceTest {

    /// x becomes rate y + x, and z becomes y.
    private static final Elementwise STEP = new Elementwise(new Formula("step", List.of(
        new Formula.Output(0, Expr.scalar(0).fma(Expr.slot(1), Expr.slot(0))), new Formula.Output(2, Expr.slot(1)))));

    private final Tensor x = Tensor.of(new float[][] {{1, 2}, {3, 4}});
    private final Tensor y = Tensor.of(new float[][] {{10, 20}, {30, 40}});
    private final Tensor z = Tensor.zeros(2, 2);

    @Test
    void allOutputsAreWrittenAndNothingElse() {
        InPlace.apply(STEP, new float[] {2}, x, y, z);
        assertArrayEquals(new float[] {21, 42, 63, 84}, x.toArray());
        assertArrayEquals(new float[] {10, 20, 30, 40}, y.toArray());
        assertArrayEquals(new float[] {10, 20, 30, 40}, z.toArray());
        assertEquals(1, x.storage.version());
        assertEquals(0, y.storage.version());
        assertEquals(1, z.storage.version());
    }

    /// As gradients often are: of a sum, or of a transposed weight.
    @Test
    void whatIsReadMayBeAnyView() {
        InPlace.apply(STEP, new float[] {1}, x, y.t(), z);
        assertArrayEquals(new float[] {11, 32, 23, 44}, x.toArray());
        InPlace.apply(STEP, new float[] {-1}, x, Tensor.scalar(1).expand(2, 2), z);
        assertArrayEquals(new float[] {10, 31, 22, 43}, x.toArray());
    }

    @Test
    void aViewOfAllElementsPassesOnTheChange() {
        InPlace.apply(STEP, new float[] {1}, x.reshape(4), y.reshape(4), z.reshape(4));
        assertArrayEquals(new float[] {11, 22, 33, 44}, x.toArray());
        assertEquals(1, x.storage.version());
    }

    @Test
    void refusesWhatDoesNotFit() {
        Rejected.argument(() -> InPlace.apply(STEP, new float[] {1}, x, Tensor.ones(4), z), "step", "[2, 2] and [4]");
        Rejected.state(() -> InPlace.apply(STEP, new float[] {1}, x, y, z.t()), "step", "[2, 2]", "side by side");
        var result = x.requiresGrad(true).exp();
        Rejected.state(() -> InPlace.apply(STEP, new float[] {1}, result, y, z), "step", "\"exp\"", "only leaves");
    }

    @Test
    void aWriterThatFailsIsNoticedToo() {
        var x = Tensor.of(1f, 2f).requiresGrad(true);
        var y = x.square().sum();
        assertThrows(ArithmeticException.class, () -> InPlace.fill(x, (data, offset, _) -> {
            data[offset] = 7;
            throw new ArithmeticException("halfway");
        }));
        Rejected.state(y::backward, "changed in place");
    }
}
