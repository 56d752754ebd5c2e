package dev.lanewise.train;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.Tanh;
import dev.lanewise.nn.loss.Losses;
import dev.lanewise.optim.Adam;
import dev.lanewise.optim.GradientClipping;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.testing.ForkedJvm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Wherever memory runs out in a step, what follows is right: the step can be tried again, and no result holds another one's
/// numbers.
class OutOfMemoryTest {

    /// In a JVM of its own with little memory, which it fills up at random points of training, but for a random rest. What fails
    /// is tried again; the weights must go the way that they go where nothing fails.
    static final class Program {

        private static final int STEPS = 5;
        private static final int PIECE = 4096;

        private final SplittableRandom random = new SplittableRandom(42);
        private final Scope scope = new Scope();
        /// What takes the memory.
        private final ArrayList<byte[]> ballast = new ArrayList<>(100_000);
        private boolean squeezes;
        private long failures;

        public static void main(String... arguments) { new Program().run(Long.parseLong(arguments[0])); }

        private void run(long seconds) {
            var expected = train();
            squeezes = true;
            int runs = 0;
            for (long start = System.nanoTime(); System.nanoTime() - start < seconds * 1_000_000_000L; runs++) {
                var hashes = train();
                if (!Arrays.equals(expected, hashes))
                    throw new AssertionError("after " + failures + " failures the weights are others: "
                        + Arrays.mismatch(expected, hashes) + " steps are right");
            }
            System.out.println(runs + " runs, " + failures + " failures");
        }

        private int[] train() {
            var model = new Sequential(new Linear(40, 60), new ReLU(), new Linear(60, 60), new Tanh(), new Linear(60, 10));
            model.initialize(42);
            var optimizer = new Adam(model.parameters(), 1e-2);
            var hashes = new int[STEPS];
            for (int step = 0; step < STEPS; step++) {
                int now = step;
                patiently(() -> model.parameters().forEach(parameter -> parameter.zeroGrad()));
                for (int part = 0; part < 2; part++) {
                    var x = Tensor.generate((data, offset, length) -> fill(data, offset, length, now), Shape.of(50, 40));
                    patiently(() -> backward(model, x));
                }
                patiently(() -> GradientClipping.clipByNorm(model.parameters(), 0.5));
                patiently(optimizer::step);
                hashes[step] = model.parameters().stream().mapToInt(p -> Arrays.hashCode(p.tensor().toArray()))
                    .reduce(1, (a, b) -> 31 * a + b);
            }
            return hashes;
        }

        private static void fill(float[] data, int offset, int length, int step) {
            for (int i = 0; i < length; i++) data[offset + i] = ((i * 31 + step * 7) % 23 - 11) / 11f;
        }

        private void backward(Layer model, Tensor x) {
            try (var _ = scope.open()) {
                checkMemory();
                squeeze();
                var loss = Losses.crossEntropy(model.call(x), labels());
                squeeze();
                loss.backward();
                // what has arrived can't be taken back by trying again
                ballast.clear();
                squeezeQuietly();
            }
        }

        private static int[] labels() {
            var labels = new int[50];
            for (int i = 0; i < labels.length; i++) labels[i] = i % 10;
            return labels;
        }

        /// Results of one length, many at a time: each has its own numbers.
        private void checkMemory() {
            var results = new ArrayList<Tensor>();
            for (int i = 0; i < 20; i++) results.add(Tensor.full(i, 50, 60).add(1f));
            for (int i = 0; i < results.size(); i++)
                for (float each : results.get(i).toArray())
                    if (each != i + 1) throw new AssertionError("after " + failures + " failures result " + i + " holds " + each);
        }

        private void patiently(Runnable action) {
            while (true) {
                try {
                    squeeze();
                    action.run();
                    return;
                } catch (OutOfMemoryError e) {
                    ballast.clear();
                    failures++;
                } finally {
                    ballast.clear();
                }
            }
        }

        /// Leaves between nothing and a megabyte.
        private void squeeze() {
            if (!squeezes || random.nextInt(3) > 0) return;
            ballast.clear();
            try {
                while (true) ballast.add(new byte[PIECE]);
            } catch (OutOfMemoryError e) {
                int left = random.nextInt(1 << random.nextInt(9));
                for (int i = 0; i < left && !ballast.isEmpty(); i++) ballast.removeLast();
            }
        }

        private void squeezeQuietly() {
            if (!squeezes || random.nextInt(4) > 0) return;
            try {
                while (true) ballast.add(new byte[PIECE]);
            } catch (OutOfMemoryError e) {
                try {
                    while (true) ballast.add(new byte[16]);
                } catch (OutOfMemoryError full) {
                    // nothing is left for what closes
                }
            }
        }
    }

    /// On scalar loops: vectors that aren't compiled yet are objects, for which memory runs out within a loop.
    @Test
    void whatFollowsAFailureIsRight() { assertTrue(failures(2) > 0); }

    @Test
    @Tag("exhaustive")
    void whatFollowsManyFailuresIsRight() { assertTrue(failures(90) > 100); }

    private static long failures(int seconds) {
        var jvm = new ForkedJvm(Program.class, ForkedJvm.VECTORS, "-Xmx12m", "-XX:+UseSerialGC", "-Dlanewise.simd=off",
            "-Dlanewise.threads=2");
        return Long.parseLong(jvm.with("" + seconds).run().orFail().out().strip().split(" ")[2]);
    }
}
