package dev.lanewise.nn.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Tensor;
import java.util.Optional;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/// The checks find wrong initializers out, whatever the seed: on 30,000 weights, a miss is as rare as a false alarm.
class WeightCheckTest {

    private static final Fan FAN = Fan.linear(300, 100);

    @Property(tries = 10, shrinking = ShrinkingMode.OFF)
    void wrongWeightsAreRefused(@ForAll long seed) {
        for (var wrong : WrongInitializer.values()) {
            var law = Law.ofWeight(wrong.right, FAN);
            var right = InitializerTest.draw(wrong.right.weight(), FAN, seed, 100, 300);
            assertEquals(Optional.empty(), WeightCheck.complaint(law, right));
            var weights = InitializerTest.draw(wrong, FAN, seed, 100, 300);
            assertTrue(WeightCheck.complaint(law, weights).isPresent(), wrong.name());
        }
    }

    /// By 1 %, where a normal law has no bound that would tell.
    @Property(tries = 4, shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
    void aStandardDeviationThatIsSlightlyOffShowsInThePool(@ForAll long seed) {
        var fan = Fan.linear(256, 64);
        var law = Law.normal(1 / Math.sqrt(fan.in()));
        for (double factor : new double[] {0.99, 1.01}) {
            Initializer wrong = _ -> new Distribution.Normal(0, factor * law.std());
            assertTrue(InitializerTest.pooled(wrong, law, fan, seed).complaint().isPresent());
        }
    }

    /// The empirical laws of few weights are far from the true ones, and still no ground for complaint.
    @Property(tries = 500, shrinking = ShrinkingMode.OFF)
    void fewRightWeightsPass(@ForAll long seed) {
        var source = new Threefry(seed);
        int n = 1 + (int) Long.remainderUnsigned(seed, 40);
        assertEquals(Optional.empty(), WeightCheck.complaint(Law.normal(1), Tensor.randn(source, n).toArray()));
        assertEquals(Optional.empty(), WeightCheck.complaint(Law.uniform(0, 1), Tensor.rand(source, n).toArray()));
    }
}
