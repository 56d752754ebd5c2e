package dev.lanewise.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.Compute;
import dev.lanewise.nn.Dropout;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.loss.Losses;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// All of it together.
class LearningTest {

    /// Four quadrants, of which the opposite ones are a class: no line separates them.
    private record Points(Tensor inputs, int[] labels) {

        static Points draw(Threefry source, int n) {
            var inputs = Tensor.rand(source, n, 2).sub(0.5f);
            var labels = IntStream.range(0, n).map(i -> inputs.get(i, 0) * inputs.get(i, 1) > 0 ? 1 : 0).toArray();
            return new Points(inputs, labels);
        }
    }

    @Property(tries = 8)
    void aSmallNetworkLearnsWhatNoLineSeparates(@ForAll long seed) {
        var source = new Threefry(seed).stream("points");
        var seen = Points.draw(source, 500);
        var unseen = Points.draw(source, 2000);
        var net = new Sequential(new Linear(2, 64), new ReLU(), new Linear(64, 2)).initialize(seed);
        var adam = new Adam(net.parameters(), 0.02);
        for (int step = 0; step < 300; step++) {
            net.zeroGrad();
            Losses.crossEntropy(net.forward(seen.inputs), seen.labels).backward();
            adam.step();
        }
        try (var _ = Autograd.noGrad()) {
            int[] guesses = net.forward(unseen.inputs).argmax();
            long right = IntStream.range(0, guesses.length).filter(i -> guesses[i] == unseen.labels[i]).count();
            assertTrue(right > 0.95 * guesses.length, right + " of " + guesses.length);
        }
    }

    /// Large enough that the second thread gets work.
    @Property(tries = 3)
    void trainingGivesTheSameBitsOnOneThreadAndTwo(@ForAll long seed) {
        int before = Compute.threads();
        try {
            Compute.setThreads(1);
            var alone = train(seed);
            assertArrayEquals(alone, train(seed), "again");
            Compute.setThreads(2);
            assertArrayEquals(alone, train(seed), "two threads");
            assertFalse(Arrays.equals(alone, train(seed + 1)), "another seed");
        } finally {
            Compute.setThreads(before);
        }
    }

    /// The bits of the losses, and then of the parameters.
    private static int[] train(long seed) {
        var source = new Threefry(seed).stream("data");
        var inputs = Tensor.randn(source, 512, 100);
        var labels = inputs.argmax();
        var net = new Sequential(new Linear(100, 300), new ReLU(), new Dropout(0.2), new Linear(300, 100)).initialize(seed);
        var adam = new Adam(net.parameters(), 1e-3);
        var bits = IntStream.builder();
        for (int step = 0; step < 6; step++) {
            net.zeroGrad();
            var loss = Losses.crossEntropy(net.forward(inputs), labels);
            loss.backward();
            adam.step();
            bits.add(Float.floatToRawIntBits(loss.item()));
        }
        for (var parameter : net.parameters())
            for (float value : parameter.tensor().toArray()) bits.add(Float.floatToRawIntBits(value));
        return bits.build().toArray();
    }
}
