package dev.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.formula.Term;
import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.ElementwiseOperation;
import dev.lanewise.tensor.Operation;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// What layers say of their weights is so; and they say what is fused.
class WeightedTest {

    private record Case(Layer layer, Tensor input) {}

    private static List<Case> cases() {
        var random = new Threefry(1);
        var grouped = ConvOptions.kernel(2).groups(2);
        var image = Tensor.randn(random, 2, 4, 3, 3);
        return List.of(new Case(new Linear(4, 3), Tensor.randn(random, 5, 4)),
            new Case(new Linear(4, 1, false), Tensor.randn(random, 2, 5, 4)), new Case(new Conv2d(4, 6, 2), image),
            new Case(new Conv2d(4, 6, grouped), image), new Case(new ConvTranspose2d(4, 6, 2), image),
            new Case(new ConvTranspose2d(4, 6, grouped.stride(2)), image));
    }

    /// Weights that change for one unit change its outputs, and with them those of the units that share its place in other
    /// groups.
    @Test
    void aUnitsWeightsAreWhereTheLayerSays() {
        for (var each : cases()) {
            var layer = each.layer.initialize(1);
            var weighted = (Weighted) layer;
            var before = layer.predict(each.input);
            assertEquals(weighted.units(), before.size(weighted.unitDim()), layer.toString());
            assertEquals(weighted.weight().fan(), weighted.fan());
            int sharing = weighted.weight().shape().size(weighted.weightUnitDim());
            var started = weighted.weight().tensor().clone();
            for (int unit = 0; unit < weighted.units(); unit++) {
                var at = Tensor.zeros(sharing).toArray();
                at[unit % sharing] = 1;
                var sizes = new int[started.shape().rank()];
                Arrays.fill(sizes, 1);
                sizes[weighted.weightUnitDim()] = sharing;
                weighted.weight().load(started.add(Tensor.wrap(at, sizes)));
                var after = layer.predict(each.input);
                for (int other = 0; other < weighted.units(); other++) {
                    boolean same = after.sub(before).select(weighted.unitDim(), other).abs().sum().item() == 0;
                    assertEquals(other % sharing != unit % sharing, same, layer + ": unit " + other
                        + " by the weights of " + unit);
                }
            }
        }
    }

    /// Twice as much, and the number of calls.
    private static final class Doubling extends Layer {
        private int calls;
        private int fused;

        @Override
        public Tensor forward(Tensor x) {
            calls++;
            return x.mul(2f);
        }

        @Override
        protected UnaryOperator<Tensor> fusedWith(Layer next) {
            return !(next instanceof Doubling) ? null : x -> {
                fused++;
                return x.mul(4f);
            };
        }
    }

    /// Three in a row: two at once and one alone; where someone looks, each by itself.
    @Test
    void aLayerOfYoursIsFusedAsItSays() {
        var layers = List.of(new Doubling(), new Doubling(), new Doubling());
        var model = new Sequential(layers.get(0), layers.get(1), layers.get(2), new ReLU());
        assertArrayEquals(new float[] {8}, model.call(Tensor.of(1)).toArray());
        assertEquals(List.of(1, 0, 0, 1), counts(layers));
        var seen = new ArrayList<Float>();
        var hook = layers.get(1).registerForwardHook((_, call) -> seen.add(call.output().item()));
        assertArrayEquals(new float[] {8}, model.call(Tensor.of(1)).toArray());
        assertEquals(List.of(4f), seen);
        assertEquals(List.of(1, 1, 1, 2), counts(layers));
        hook.remove();
        model.call(Tensor.of(1));
        assertEquals(2, layers.get(0).fused);
    }

    private static final class Rectifier extends Layer implements Pointwise {
        @Override
        public Tensor forward(Tensor x) { return operation().apply(x); }

        @Override
        public Nonlinearity nonlinearity() { return Nonlinearity.of(operation()); }

        @Override
        public ElementwiseOperation operation() { return Operation.elementwise("mine", Term::relu); }
    }

    /// How often the first was fused, and each was called.
    private static List<Integer> counts(List<Doubling> layers) {
        return List.of(layers.get(0).fused, layers.get(0).calls, layers.get(1).calls, layers.get(2).calls);
    }

    @Test
    void fusedLayersHaveTheBitsOfEachByItself() {
        var linear = new Linear(7, 5);
        var model = new Sequential(linear, new ReLU()).initialize(3);
        var x = Tensor.randn(new Threefry(2), 6, 7);
        assertTrue(linear.fusedWith(new ReLU()) != null && linear.fusedWith(new Tanh()) == null);
        assertTrue(linear.fusedWith(new Rectifier()) != null, "a rectifier of someone else's");
        assertArrayEquals(model.call(x).toArray(), new Sequential(linear, new Rectifier()).call(x).toArray());
        assertArrayEquals(new ReLU().call(linear.call(x)).toArray(), model.call(x).toArray());
    }
}
