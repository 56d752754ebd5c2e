package dev.lanewise.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What is recorded, and by which thread.
class GradModeTest {

    private final Tensor x = Tensor.of(1f, 2f).requiresGrad(true);

    @AfterEach
    void leavesTheModeAsItWas() { assertTrue(Autograd.isRecording()); }

    @Test
    void nothingIsRecordedWithinTheScope() {
        Tensor y;
        try (var _ = Autograd.noGrad()) {
            y = x.exp();
        }
        assertFalse(y.requiresGrad());
        assertTrue(y.isLeaf());
        assertTrue(x.exp().requiresGrad());
    }

    @Test
    void scopesNest() {
        try (var _ = Autograd.noGrad()) {
            try (var _ = Autograd.noGrad()) {
                assertFalse(Autograd.isRecording());
            }
            assertFalse(Autograd.isRecording());
            try (var _ = Autograd.enableGrad()) {
                assertTrue(x.exp().requiresGrad());
            }
            assertFalse(x.exp().requiresGrad());
        }
    }

    @Test
    void anExceptionEndsTheScope() {
        assertThrows(IllegalArgumentException.class, () -> {
            try (var _ = Autograd.noGrad()) {
                x.add(Tensor.ones(3));
            }
        });
        assertTrue(x.exp().requiresGrad());
    }

    @Test
    void aBackwardThatFailsEndsItsScopeToo() {
        Rejected.argument(() -> Autograd.record(x.detach(), "bad", Edge.to(x, g -> g.add(Tensor.ones(3)))).sum().backward(),
            "add");
    }

    @Test
    void backwardWorksWithinTheScope() {
        var y = x.square().sum();
        try (var _ = Autograd.noGrad()) {
            y.backward();
            assertFalse(Autograd.isRecording());
        }
        assertArrayEquals(new float[] {2, 4}, x.grad().toArray());
    }

    @Test
    void theModeIsTheThreadsOwn() throws Exception {
        try (var _ = Autograd.noGrad(); var other = Executors.newSingleThreadExecutor()) {
            assertTrue(other.submit(Autograd::isRecording).get());
            assertFalse(Autograd.isRecording());
        }
    }

    @Test
    void independentGraphsAreWalkedAtTheSameTime() throws Exception {
        int threads = 4;
        var start = new CountDownLatch(threads);
        try (var pool = Executors.newFixedThreadPool(threads)) {
            List<Future<float[]>> gradients = IntStream.range(0, threads).mapToObj(i -> pool.submit(() -> {
                start.countDown();
                start.await();
                return gradientOfManySteps(i);
            })).toList();
            for (int i = 0; i < threads; i++) assertArrayEquals(gradientOfManySteps(i), gradients.get(i).get());
        }
    }

    private static float[] gradientOfManySteps(int number) {
        var w = Tensor.full(0.01f + number, 40, 40).requiresGrad(true);
        for (int step = 0; step < 30; step++) {
            w.matmul(w).softmax(1).mul(w).mean().backward();
            if (number % 2 == 0) {
                try (var _ = Autograd.noGrad()) {
                    assertFalse(w.exp().requiresGrad());
                }
            }
        }
        return w.grad().toArray();
    }

    @Test
    void oneTensorIsReadByTwoThreads() throws Exception {
        var shared = Tensor.full(0.5f, 100, 100);
        try (var pool = Executors.newFixedThreadPool(2)) {
            var sums = pool.invokeAll(List.of(
                () -> shared.t().matmul(shared).sum().item(), () -> shared.matmul(shared).sum().item()));
            assertEquals(sums.get(0).get(), sums.get(1).get());
        }
    }

    @Test
    void aModeThatIsClosedTwiceEndsOnce() {
        var first = Autograd.noGrad();
        first.close();
        try (var _ = Autograd.noGrad()) {
            first.close();
            assertFalse(Autograd.isRecording());
        }
        assertTrue(Autograd.isRecording());
    }
}
