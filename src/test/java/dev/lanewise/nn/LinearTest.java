package dev.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.lanewise.nn.init.Fan;
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

class LinearTest {

    @Property(tries = 200)
    void isXTimesTheTransposedWeightPlusBias(
            @ForAll @IntRange(min = 1, max = 40) int in, @ForAll @IntRange(min = 1, max = 40) int out,
            @ForAll @IntRange(max = 20) int batch, @ForAll boolean biased, @ForAll long seed) {
        var layer = new Linear(in, out, biased);
        layer.initialize(seed);
        var x = Tensor.randn(new Threefry(seed), batch, in);
        var y = layer.forward(x);
        assertEquals(Shape.of(batch, out), y.shape());
        for (int row = 0; row < batch; row++) {
            for (int j = 0; j < out; j++) {
                double sum = biased ? layer.bias().tensor().get(j) : 0;
                double size = Math.abs(sum);
                for (int i = 0; i < in; i++) {
                    double term = (double) x.get(row, i) * layer.weight().tensor().get(j, i);
                    sum += term;
                    size += Math.abs(term);
                }
                assertEquals(sum, y.get(row, j), (in + 1) * size * 0x1p-24);
            }
        }
    }

    /// By the input against differences, by weight and bias against what they are written out.
    @Property(tries = 100)
    void hasTheRightGradients(@ForAll @IntRange(min = 1, max = 4) int in, @ForAll @IntRange(min = 1, max = 4) int out,
                              @ForAll @IntRange(min = 1, max = 4) int batch, @ForAll boolean biased, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var layer = new Linear(in, out, biased);
        layer.initialize(seed);
        var problem = Op.Problem.of(layer::forward, Domain.ANY.draw(Shape.of(batch, in), random));
        assertEquals(Optional.empty(), GradientCheck.first(problem.function(), problem.inputs(), random));

        var x = problem.inputs().getFirst();
        var weights = Domain.ANY.draw(Shape.of(batch, out), random);
        layer.zeroGrad();
        layer.forward(x).backward(weights, false, false);
        assertNear(weights.t().matmul(x), layer.weight().grad());
        if (biased) assertNear(weights.sum(0), layer.bias().grad());
    }

    private static void assertNear(Tensor expected, Tensor actual) {
        assertEquals(expected.shape(), actual.shape());
        for (int i = 0; i < expected.numel(); i++) assertEquals(expected.toArray()[i], actual.toArray()[i], 1e-5);
    }

    @Example
    void declaresItsShapesAndFan() {
        var layer = new Linear(3, 4);
        assertEquals(Shape.of(4, 3), layer.weight().shape());
        assertEquals(Shape.of(4), layer.bias().shape());
        assertEquals(new Fan(3, 4), layer.weight().fan());
        assertEquals(new Fan(3, 4), layer.bias().fan());
        assertNull(new Linear(3, 4, false).bias());
        assertEquals(12, new Linear(3, 4, false).parameterCount());
    }

    @Example
    void refusesWhatDoesNotFit() {
        var layer = new Linear(3, 4);
        layer.initialize(1);
        Rejected.argument(() -> layer.forward(Tensor.ones(2, 4)), "linear", "[2, 4]", "[batch, 3]");
        Rejected.argument(() -> layer.forward(Tensor.ones(2)), "linear", "[2]", "[batch, 3]");
        Rejected.argument(() -> layer.forward(Tensor.ones(3, 3, 1)), "linear", "[3, 3, 1]");
        Rejected.argument(() -> layer.forward(Tensor.scalar(1)), "linear", "[]");
        Rejected.argument(() -> new Linear(0, 4), "linear", "0 inputs");
        Rejected.argument(() -> new Linear(3, -1), "linear", "-1 outputs");
    }
}
