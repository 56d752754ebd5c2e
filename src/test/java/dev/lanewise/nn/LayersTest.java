package dev.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.catalogue.Layers;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.GradientCheck;
import dev.lanewise.tensor.Op;
import dev.lanewise.tensor.Tensor;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// What every layer of the catalogue keeps to.
class LayersTest {

    /// An empty batch gives an empty output, and each parameter a gradient of 0; in training as in evaluation.
    @Example
    void aBatchWithoutRowsPasses() {
        for (var kind : Layers.ALL) {
            var layer = kind.make();
            for (boolean training : new boolean[] {true, false}) {
                if (training) layer.train();
                else layer.eval();
                var x = kind.draw(0, new SplittableRandom(1)).requiresGrad(kind.isDifferentiable());
                var y = layer.call(x);
                assertEquals(kind.out(0), y.shape(), kind::toString);
                if (!y.requiresGrad()) continue;
                y.sum().backward();
                if (kind.isDifferentiable()) assertEquals(x.shape(), x.grad().shape(), kind::toString);
                for (var parameter : layer.parameters())
                    if (parameter.requiresGrad()) assertArrayEquals(new float[parameter.shape().numel()],
                        parameter.grad().toArray(), kind::toString);
                    else assertNull(parameter.grad(), kind::toString);
                layer.zeroGrad();
            }
        }
    }

    /// In training; a mask of evaluation is the same in each call. Half of them of a view whose elements don't lie row by row.
    @Property(tries = 250)
    void derivativesAgreeWithDifferences(@ForAll("differentiable") Layers.Case kind, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var layer = kind.make();
        if (draws(layer)) layer.eval();
        var rows = Op.Problem.of(layer::forward, kind.draw(3 + random.nextInt(3), random));
        var problem = random.nextBoolean() ? rows : rows.permuted(random);
        assertEquals(Optional.empty(), GradientCheck.first(problem.function(), problem.inputs(), random));
        assertEquals(Optional.empty(), GradientCheck.second(problem.function(), problem.inputs(), random));
    }

    /// After a step of training, in evaluation: to the bit what it makes of a row alone.
    @Property(tries = 100)
    void rowsKeepToThemselves(@ForAll("layers") Layers.Case kind, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var layer = kind.make();
        layer.call(kind.draw(4, random));
        int batch = 2 + random.nextInt(9);
        var x = kind.draw(batch, random);
        var together = layer.predict(x);
        assertEquals(kind.out(batch), together.shape());
        for (int i = 0; i < batch; i++)
            assertArrayEquals(together.slice(0, i, i + 1).toArray(), layer.predict(x.slice(0, i, i + 1)).toArray());
    }

    /// However the input lies in memory.
    @Property(tries = 100)
    void viewsAreWhatTheyShow(@ForAll("layers") Layers.Case kind, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var layer = kind.make();
        var x = kind.draw(3, random);
        int last = x.shape().rank() - 1;
        var view = x.transpose(0, last).contiguous().transpose(0, last);
        assertArrayEquals(layer.predict(x).toArray(), layer.predict(view).toArray());
    }

    /// After training, what a fresh one loads makes it the same.
    @Property(tries = 60)
    void stateIsAllThereIs(@ForAll("layers") Layers.Case kind, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var layer = kind.make();
        for (int step = 0; step < 3; step++) layer.call(kind.draw(4, random));
        var fresh = kind.make().initialize(seed);
        fresh.loadStateDict(layer.stateDict()).loadStepDict(layer.stepDict());
        var x = kind.draw(3, random);
        assertArrayEquals(layer.predict(x).toArray(), fresh.predict(x).toArray());
        // streams of random numbers are the model's, and the seed's
        if (!draws(layer)) assertArrayEquals(layer.call(x).toArray(), fresh.call(x).toArray());
    }

    /// Itself, or within it.
    private static boolean draws(Layer layer) { return !layer.stepDict().isEmpty(); }

    @Example
    void everyParameterLearns() {
        for (var kind : Layers.ALL) {
            var layer = kind.make();
            var y = layer.call(kind.draw(5, new SplittableRandom(3)));
            if (layer.parameters().isEmpty()) continue;
            y.backward(Tensor.randn(new Threefry(3), y.shape().toArray()), false, false);
            for (var parameter : layer.parameters()) {
                if (!parameter.requiresGrad()) {
                    assertNull(parameter.grad(), kind::toString);
                    continue;
                }
                var gradient = parameter.grad().toArray();
                assertTrue(IntStream.range(0, gradient.length).anyMatch(i -> gradient[i] != 0),
                    () -> kind + ": " + parameter.name());
                for (float each : gradient) assertTrue(Float.isFinite(each), kind::toString);
            }
        }
    }

    @Provide
    Arbitrary<Layers.Case> layers() { return Arbitraries.of(Layers.ALL); }

    @Provide
    Arbitrary<Layers.Case> differentiable() {
        return Arbitraries.of(Layers.ALL.stream().filter(Layers.Case::isDifferentiable).toList());
    }
}
