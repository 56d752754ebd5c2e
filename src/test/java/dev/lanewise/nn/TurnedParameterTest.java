package dev.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.bridge.TensorBridge;
import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Gain;
import dev.lanewise.nn.init.Initializer;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.nn.init.Scheme;
import dev.lanewise.random.RandomSource;
import dev.lanewise.random.Threefry;
import dev.lanewise.random.TorchRandom;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.InPlace;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// A parameter that lies in memory the other way round, against a twin that doesn't: nothing but the memory differs.
class TurnedParameterTest {

    private enum Start {
        NORMAL(Initializers.normal(0, 1)), DEFAULT(Initializers.torchDefault()), ORTHOGONAL(Initializers.orthogonal(Gain.RELU)),
        SCALED(Initializers.muP(Initializers.kaimingNormal(), new Fan(2, 3))),
        AROUND(Initializers.copyOf(Tensor.of(new float[][] {{1, 2}}), Initializers.uniform(-1, 1)));

        final Initializer initializer;

        Start(Initializer initializer) { this.initializer = initializer; }
    }

    @Property
    void startsWithTheSameValues(@ForAll Start start, @ForAll @IntRange(min = 2, max = 40) int out,
                                 @ForAll @IntRange(min = 2, max = 40) int in, @ForAll boolean torch, @ForAll long seed) {
        var shape = Shape.of(out, in);
        var fan = Fan.linear(in, out);
        var plain = new Parameter("weight", shape, fan, start.initializer);
        var turned = Parameter.turned("weight", shape, fan, start.initializer);
        plain.initialize(source(torch, seed));
        turned.initialize(source(torch, seed));
        assertEquals(shape, turned.tensor().shape());
        assertArrayEquals(plain.tensor().toArray(), turned.tensor().toArray());
        assertTrue(turned.tensor().t().isContiguous());
        assertTrue(plain.tensor().isContiguous());

        var values = Tensor.randn(new Threefry(seed), out, in);
        var tensor = turned.tensor();
        turned.load(values);
        assertSame(tensor, turned.tensor());
        assertArrayEquals(values.toArray(), turned.tensor().toArray());
        InPlace.fill(tensor, (data, offset, _) -> data[offset + 1] = 7);
        assertEquals(7, tensor.get(0, 1));
    }

    private static RandomSource source(boolean torch, long seed) {
        return torch ? new TorchRandom(Math.abs(seed % 1000)) : new Threefry(seed);
    }

    @Example
    void theLastTwoDimensionsAreTurned() {
        var parameter = Parameter.turned("kernel", Shape.of(2, 3, 5), Fan.linear(1, 1), Initializers.normal(0, 1));
        assertTrue(parameter.full(2).transpose(-1, -2).isContiguous());
        assertFalse(parameter.full(2).isContiguous());
        assertEquals(parameter.shape(), parameter.full(2).shape());
        assertEquals(2, parameter.full(2).get(1, 2, 4));
        Rejected.argument(() -> Parameter.turned("scale", Shape.of(4), Fan.linear(1, 1), Initializers.ones()),
            "\"scale\"", "[4]", "no two dimensions");
    }

    /// A linear layer as it would be with its weight row by row.
    private static final class Plain extends Layer {
        private final Parameter weight;
        private final Parameter bias;

        Plain(int in, int out, boolean biased) {
            var scheme = Scheme.torchDefault();
            weight = register(new Parameter("weight", Shape.of(out, in), Fan.linear(in, out), scheme.weight()));
            bias = biased ? register(new Parameter("bias", Shape.of(out), Fan.linear(in, out), scheme.bias())) : null;
        }

        @Override
        public Tensor forward(Tensor x) {
            return TensorBridge.get().linear(x, weight.tensor(), bias == null ? null : bias.tensor());
        }
    }

    /// Two layers: forward, the gradients, accumulated twice, their gradients, and what is saved.
    @Property(tries = 100)
    void aLinearLayerHasTheBitsOfItsTwin(
            @ForAll @IntRange(min = 1, max = 300) int in, @ForAll @IntRange(min = 1, max = 40) int hidden,
            @ForAll @IntRange(min = 1, max = 20) int out, @ForAll @IntRange(min = 1, max = 40) int batch,
            @ForAll boolean biased, @ForAll long seed) {
        var plain = new Sequential(new Plain(in, hidden, biased), new Tanh(), new Plain(hidden, out, biased)).initialize(seed);
        var turned = new Sequential(new Linear(in, hidden, biased), new Tanh(), new Linear(hidden, out, biased)).initialize(seed);
        assertState(plain, turned);
        var x = Tensor.randn(new Threefry(seed), batch, in);
        assertTwins(plain, turned, x);
        plain.loadStateDict(turned.stateDict());
        assertState(plain, turned);
        turned.initialize(seed + 1);
        turned.loadStateDict(plain.stateDict());
        assertState(plain, turned);
    }

    private static void assertTwins(Layer plain, Layer turned, Tensor x) {
        var a = plain.call(x);
        var b = turned.call(x);
        assertArrayEquals(a.toArray(), b.toArray());
        for (int i = 0; i < 2; i++) {
            a.square().sum().backward(null, true, false);
            b.square().sum().backward(null, true, false);
        }
        assertGrads(plain, turned);
        for (var weight : List.of(turned.parameters().getFirst(), turned.parameters().getLast()))
            if (weight.shape().rank() == 2) assertTrue(weight.grad().t().isContiguous(), "a gradient lies as its weight");
        var slopes = new ArrayList<List<Tensor>>();
        for (var model : List.of(plain, turned)) {
            var leaves = model.parameters().stream().map(Parameter::tensor).toList();
            var first = Autograd.grad(model.call(x).square().sum(), leaves, true);
            model.zeroGrad();
            first.stream().map(g -> g.square().sum()).reduce(Tensor::add).orElseThrow().backward();
            slopes.add(first);
        }
        for (int i = 0; i < slopes.getFirst().size(); i++)
            assertArrayEquals(slopes.get(0).get(i).toArray(), slopes.get(1).get(i).toArray());
        assertGrads(plain, turned);
    }

    private static void assertGrads(Layer plain, Layer turned) {
        for (int i = 0; i < plain.parameters().size(); i++)
            assertArrayEquals(plain.parameters().get(i).grad().toArray(), turned.parameters().get(i).grad().toArray());
    }

    private static void assertState(Layer plain, Layer turned) {
        var a = plain.stateDict();
        var b = turned.stateDict();
        assertEquals(List.copyOf(a.keySet()), List.copyOf(b.keySet()));
        a.forEach((path, values) -> {
            assertEquals(values.shape(), b.get(path).shape());
            assertArrayEquals(values.toArray(), b.get(path).toArray());
        });
    }
}
