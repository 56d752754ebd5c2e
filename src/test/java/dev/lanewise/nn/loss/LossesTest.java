package dev.lanewise.nn.loss;

import static dev.lanewise.nn.loss.Losses.crossEntropy;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Domain;
import dev.lanewise.tensor.GradientCheck;
import dev.lanewise.tensor.Op;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Optional;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class LossesTest {

    @Property(tries = 200)
    void crossEntropyIsTheMeanNegativeLogProbability(@ForAll @IntRange(min = 1, max = 50) int batch,
                                                     @ForAll @IntRange(min = 1, max = 40) int classes, @ForAll long seed) {
        var logits = Tensor.randn(new Threefry(seed), batch, classes).mul(5f);
        var labels = new SplittableRandom(seed).ints(batch, 0, classes).toArray();
        double sum = 0;
        for (int row = 0; row < batch; row++) {
            double powers = 0;
            for (int j = 0; j < classes; j++) powers += Math.exp(logits.get(row, j));
            sum += Math.log(powers) - logits.get(row, labels[row]);
        }
        var loss = crossEntropy(logits, labels);
        assertEquals(Shape.of(), loss.shape());
        // log probabilities are differences of numbers up to 30
        assertEquals(sum / batch, loss.item(), 30 * 0x1p-21);
    }

    @Property(tries = 100)
    void crossEntropyHasTheRightDerivatives(@ForAll @IntRange(min = 1, max = 4) int batch,
                                            @ForAll @IntRange(min = 1, max = 4) int classes, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var labels = random.ints(batch, 0, classes).toArray();
        var logits = Domain.ANY.draw(Shape.of(batch, classes), random);
        var problem = Op.Problem.of(x -> crossEntropy(x, labels), logits);
        assertEquals(Optional.empty(), GradientCheck.first(problem.function(), problem.inputs(), random));
        assertEquals(Optional.empty(), GradientCheck.second(problem.function(), problem.inputs(), random));
    }

    @Example
    void extremeLogitsGiveFiniteLosses() {
        var logits = Tensor.of(new float[][] {{1e4f, 0}, {0, 1e4f}}).requiresGrad(true);
        var loss = crossEntropy(logits, new int[] {0, 0});
        assertEquals(5e3f, loss.item());
        loss.backward();
        assertArrayEquals(new float[] {0, 0, -0.5f, 0.5f}, logits.grad().toArray());
    }

    @Example
    void laterChangesOfTheLabelsDoNotMatter() {
        var logits = Tensor.zeros(1, 2).requiresGrad(true);
        var labels = new int[] {0};
        var loss = crossEntropy(logits, labels);
        labels[0] = 1;
        loss.backward();
        assertArrayEquals(new float[] {-0.5f, 0.5f}, logits.grad().toArray());
    }

    @Example
    void refusesWhatDoesNotFit() {
        var logits = Tensor.zeros(2, 3);
        Rejected.argument(() -> crossEntropy(logits, new int[] {0, 3}),
            "crossEntropy", "label 3 of row 1", "3 classes, 0 to 2");
        Rejected.argument(() -> crossEntropy(logits, new int[] {-1, 0}), "crossEntropy", "label -1 of row 0");
        Rejected.argument(() -> crossEntropy(logits, new int[] {0}),
            "crossEntropy", "[2, 3]", "1 labels", "[batch, classes]");
        Rejected.argument(() -> crossEntropy(Tensor.zeros(3), new int[] {0}), "crossEntropy", "[3]");
        Rejected.argument(() -> crossEntropy(Tensor.zeros(0, 3), new int[0]), "crossEntropy", "empty");
    }
}
