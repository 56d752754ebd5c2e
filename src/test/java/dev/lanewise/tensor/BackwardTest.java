package dev.lanewise.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/// What `backward` adds to the leaves, whatever the operations are.
class BackwardTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    private final Tensor x = Tensor.of(1f, 2f, 3f).requiresGrad(true);

    @Test
    void gradientsAddUpOverBackwards() {
        x.square().sum().backward();
        var first = x.grad();
        x.mul(10f).sum().backward();
        assertGrad(x, 12, 14, 16);
        assertArrayEquals(new float[] {2, 4, 6}, first.toArray(), "taken before the second");
        var both = x.grad();
        x.zeroGrad();
        assertNull(x.grad());
        assertArrayEquals(new float[] {12, 14, 16}, both.toArray(), "taken before it was dropped");
        x.sum().backward();
        assertGrad(x, 1, 1, 1);
    }

    @Test
    void everyUseOfATensorCounts() {
        x.mul(x).add(x).sum().backward();
        assertGrad(x, 3, 5, 7);
    }

    @Test
    void aSharedResultPassesOnTheSumOfItsGradients() {
        var shared = x.mul(3f);
        shared.square().add(shared.mul(shared)).add(shared).sum().backward();
        assertGrad(x, 39, 75, 111);
    }

    /// 2^40 paths, 40 operations.
    @Test
    void aDeepDiamondIsWalkedOnce() {
        var y = x;
        for (int level = 0; level < 40; level++) y = y.add(y);
        var output = y.sum();
        assertTimeoutPreemptively(LONG, () -> output.backward());
        assertGrad(x, 0x1p40f, 0x1p40f, 0x1p40f);
    }

    /// The long way to `x` must be finished before what it added is passed on, though the short one is found first.
    @Test
    void pathsOfDifferentLengthMeet() {
        var shared = x.mul(2f);
        var detour = shared;
        for (int i = 0; i < 5; i++) detour = detour.mul(2f);
        shared.add(detour).sum().backward();
        assertGrad(x, 66, 66, 66);
        x.zeroGrad();
        var other = x.mul(2f);
        other.mul(2f).mul(2f).add(other).sum().backward();
        assertGrad(x, 10, 10, 10);
    }

    @Test
    void aLongChainDoesNotOverflowTheStack() {
        var y = x;
        for (int i = 0; i < 100_000; i++) y = y.add(1f);
        var output = y.sum();
        assertTimeoutPreemptively(LONG, () -> output.backward());
        assertGrad(x, 1, 1, 1);
    }

    @Test
    void aLongChainHasSecondDerivatives() {
        var y = x;
        for (int i = 0; i < 20_000; i++) y = y.neg();
        y.square().sum().backward(null, true, true);
        var gradient = x.grad();
        x.zeroGrad();
        assertTimeoutPreemptively(LONG, () -> gradient.sum().backward());
        assertGrad(x, 2, 2, 2);
    }

    @Test
    void aSecondBackwardNeedsTheGraphRetained() {
        var released = x.square().sum();
        released.backward();
        Rejected.state(released::backward, "backward", "released by an earlier backward", "retainGraph");
        assertGrad(x, 2, 4, 6);

        x.zeroGrad();
        var retained = x.square().sum();
        retained.backward(null, true, false);
        retained.backward();
        assertGrad(x, 4, 8, 12);
        Rejected.state(retained::backward, "released");
    }

    @Test
    void aReleasedPartCanNotBeWalkedFromElsewhere() {
        var shared = x.exp();
        shared.sum().backward();
        var before = x.grad();
        var other = shared.mul(x).sum();
        Rejected.state(other::backward, "\"exp\"", "released");
        assertEquals(before, x.grad(), "a walk that failed adds nothing");
    }

    @Test
    void onlyASingleNumberHasAGradientByItself() {
        Rejected.argument(() -> x.square().backward(), "backward", "[3]", "sum() or mean()");
        x.square().reshape(3, 1).backward(Tensor.of(new float[] {1, 10, 100}, 3, 1), false, false);
        assertGrad(x, 2, 40, 600);
        x.zeroGrad();
        x.sum().reshape(1, 1).backward();
        assertGrad(x, 1, 1, 1);
    }

    @Test
    void aGivenGradientHasTheOutputsShape() {
        Rejected.argument(() -> x.square().backward(Tensor.ones(1, 3), false, false), "backward", "[1, 3]", "[3]");
        Rejected.argument(() -> x.square().backward(Tensor.scalar(1), false, false), "backward", "[]", "[3]");
    }

    @Test
    void anOutputWithoutARecordHasNoGradient() {
        Rejected.state(() -> Tensor.scalar(2).backward(), "backward", "requires a gradient", "noGrad()");
        Rejected.state(() -> x.detach().sum().backward(), "backward");
    }

    @Test
    void aLeafIsItsOwnGradientsSource() {
        var leaf = Tensor.scalar(5).requiresGrad(true);
        leaf.backward();
        assertGrad(leaf, 1);
    }

    @Test
    void inputsThatNeedNoGradientGetNone() {
        var constant = Tensor.of(4f, 5f, 6f);
        var product = x.mul(constant);
        product.mul(constant).sum().backward();
        assertNull(constant.grad());
        assertNull(product.grad(), "not a leaf");
        assertGrad(x, 16, 25, 36);
        assertFalse(constant.mul(constant).requiresGrad());
        assertTrue(product.requiresGrad());
    }

    @Test
    void aDetachedTensorIsAConstant() {
        x.detach().mul(x).sum().backward();
        assertGrad(x, 1, 2, 3);
    }

    @Test
    void gradientsAreNotRecordedUnlessAsked() {
        x.square().sum().backward();
        assertFalse(x.grad().requiresGrad());
        x.zeroGrad();
        x.square().sum().backward(null, false, true);
        assertTrue(x.grad().requiresGrad());
    }

    @Test
    void onlyALeafIsToldWhetherItRequiresAGradient() {
        Rejected.state(() -> x.exp().requiresGrad(false), "requiresGrad", "[3]", "\"exp\"", "detach()");
    }

    private static void assertGrad(Tensor leaf, float... expected) { assertArrayEquals(expected, leaf.grad().toArray()); }
}
