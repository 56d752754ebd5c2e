package dev.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.nn.init.Initializers;
import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What is said of moments position by position, beside those of numbers of thousands of channels, whose means
/// stray by some 1.5 percent: four times that is let pass.
class PlacesTest {

    private static final int UNITS = 8_000;
    private static final int INPUTS = 2;

    private static Tensor normal(String name, int... shape) { return Tensor.randn(new Threefry(7).stream(name), shape); }

    /// Of an input what all have in common, of each place something of its own, and at the border less of both.
    private static Tensor images() {
        var size = Tensor.wrap(new float[] {0.6f, 1, 1, 0.6f, 1, 1.4f, 1.4f, 1, 1, 1.4f, 1.4f, 1, 0.6f, 1, 1, 0.6f}, 1, 1, 4, 4);
        return normal("shared", 1, UNITS, 1, 1).mul(0.5f).add(normal("input", INPUTS, UNITS, 1, 1).mul(0.4f))
            .add(normal("place", INPUTS, UNITS, 4, 4).mul(0.7f)).mul(size).contiguous();
    }

    private static Places places(Tensor x) {
        return Places.of(x.contiguous().toArray(), x.size(0), x.size(1), x.size(2), x.size(3));
    }

    private static Places theory() {
        var x = images();
        var drawn = places(x);
        return new Places(drawn.sides(), drawn.own(), drawn.two(), new double[16]);
    }

    private static Signal signal(Places places, double fourth) {
        return places.signal(fourth, new Signal.Extent(UNITS, 16, INPUTS));
    }

    private static void assertSame(Places predicted, Places measured, double within, String what) {
        double size = Places.onDiagonal(measured.own());
        for (int i = 0; i < measured.own().length; i++) {
            assertEquals(measured.own()[i], predicted.own()[i], within * size, what + ": own " + i);
            assertEquals(measured.two()[i], predicted.two()[i], within * size, what + ": two " + i);
        }
        for (int p = 0; p < measured.count(); p++) assertEquals(measured.means()[p], predicted.means()[p],
            within * Math.sqrt(size), what + ": mean " + p);
    }

    @Test
    void whatIsMeasured() {
        var x = Tensor.wrap(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 2, 2, 2);
        var places = Places.of(x.toArray(), 2, 2, 2);
        assertEquals((1 + 9 + 25 + 49) / 4.0, places.own()[0]);
        assertEquals((2 + 12 + 30 + 56) / 4.0, places.own()[1]);
        assertEquals((5 + 21) / 2.0, places.two()[0]);
        // of each unit 1 at one place of one input times another place of the other's
        assertEquals((1 * 6 + 5 * 2 + 3 * 8 + 7 * 4) / 4.0, places.two()[1]);
        assertEquals(4, places.means()[0]);
        assertTrue(Double.isNaN(Places.of(x.toArray(), 1, 4, 2).two()[0]));
        assertNull(Places.of(x.toArray(), 2, 4, 1));
        assertNull(Places.of(new float[0], 0, 4, 2));
        assertNull(Places.of(new float[600], 1, 2, 300));
    }

    @Test
    void activations() {
        var x = images();
        for (var f : List.of(Nonlinearity.RELU, Nonlinearity.TANH, Nonlinearity.SIGMOID)) {
            var activated = theory().activated(f);
            var y = f == Nonlinearity.RELU ? x.relu() : f == Nonlinearity.TANH ? x.tanh() : x.sigmoid();
            assertSame(activated.out(), places(y), 0.06, f.name());
            assertEquals(f.product(0.7, 0.4),
                new Places(new int[] {2}, new double[] {0.7, 0.28, 0.28, 0.7}, new double[4], new double[2]).activated(f)
                .out().own()[1],
                1e-4, f.name());
        }
    }

    @Test
    void averagesMaximaAndCopies() {
        var x = images();
        for (var layer : List.of(new AvgPool2d(2), new AdaptiveAvgPool2d(3), new Upsample(2),
            new Upsample(UpsampleOptions.scale(1.5).mode(UpsampleOptions.Mode.LINEAR)), new MaxPool2d(2),
            new MaxPool2d(PoolOptions.kernel(3).stride(1).padding(1)),
            new AvgPool2d(PoolOptions.kernel(3).stride(2).padding(1)))) {
            boolean largest = layer instanceof MaxPool2d;
            for (boolean rectified : new boolean[] {false, true}) {
                var in = rectified ? signal(theory().activated(Nonlinearity.RELU).out(), 6) : signal(theory(), 3);
                var from = (rectified ? x.relu() : x).detach().requiresGrad(true);
                var passage = ((Propagating) layer).propagate(in);
                var y = layer.call(from);
                assertSame(passage.out().places(), places(y.detach()), largest ? 0.1 : 0.06,
                    layer + (rectified ? ", rectified" : ""));
                if (rectified && largest) continue;
                var back = Autograd.grad(y.mul(normal("gradient", y.shape().toArray())).sum(), List.of(from)).getFirst();
                var map = passage.way(0).back().change().apply(identity(passage.way(0).back().outputs()));
                assertEquals(back.square().mean().item(), Places.onDiagonal(map), 0.06 * Places.onDiagonal(map),
                    layer.toString());
                assertEquals(Places.onDiagonal(map), passage.way(0).gradient(), 0.1 * Places.onDiagonal(map), layer.toString());
            }
        }
    }

    private static double[] identity(int n) {
        var map = new double[n * n];
        for (int p = 0; p < n; p++) map[p * n + p] = 1;
        return map;
    }

    /// The mean taken off and a variance that strays; of a gradient that is the same at all places little is left.
    @Test
    void batchNorm() {
        var x = images();
        var norm = new BatchNorm2d(UNITS);
        norm.initialize(1);
        var passage = norm.propagate(signal(theory(), 3));
        assertSame(passage.out().places(), places(norm.call(x)), 0.1, "batch norm");
        for (boolean same : new boolean[] {false, true}) {
            var from = x.detach().requiresGrad(true);
            var gradient = same ? normal("gradient", INPUTS, UNITS, 1, 1).expand(INPUTS, UNITS, 4, 4).contiguous()
                : normal("gradient", INPUTS, UNITS, 4, 4);
            var back = Autograd.grad(norm.call(from).mul(gradient).sum(), List.of(from)).getFirst();
            var map = identity(16);
            if (same) java.util.Arrays.fill(map, 1);
            double predicted = Places.onDiagonal(passage.way(0).back().change().apply(map));
            assertEquals(back.square().mean().item(), predicted, 0.06 * predicted, "" + same);
        }
    }

    /// A tap's weights are its own: each sum is over the channels, and over what of the image it sees.
    @Test
    void convolutions() {
        var x = images().slice(1, 0, 600).contiguous();
        var drawn = places(x);
        for (var layer : List.of(new Conv2d(600, 400, ConvOptions.kernel(3).padding(1)
            .initializers(Initializers.normal(0, 0.02), Initializers.normal(0, 0.3))),
            new Conv2d(600, 400, ConvOptions.kernel(2).stride(2).groups(2).initializers(Initializers.normal(0, 0.02), null)),
            new ConvTranspose2d(600, 400, ConvOptions.kernel(3).stride(2).padding(1)
                .initializers(Initializers.normal(0, 0.02), null)),
            new ConvTranspose2d(600, 400, ConvOptions.kernel(2).stride(2).groups(2)
                .initializers(Initializers.normal(0, 0.02), null)))) {
            layer.initialize(3);
            var weighted = (Weighted) layer;
            var passage = weighted.taps(4, 4).weighted(drawn.signal(3, new Signal.Extent(600, 16, INPUTS)), 0.0004,
                weighted.bias() == null ? 0 : 0.09, 400);
            var from = x.detach().requiresGrad(true);
            var y = layer.call(from);
            double size = passage.out().square();
            assertEquals(size, y.square().mean().item(), 0.06 * size, layer.toString());
            var places = places(y.detach());
            for (int p = 0; p < places.count(); p++) {
                double predicted = passage.out().places().own()[p * (places.count() + 1)];
                assertEquals(predicted, places.own()[p * (places.count() + 1)], 0.3 * size, layer + " at " + p);
            }
            var back = Autograd.grad(y.mul(normal("gradient", y.shape().toArray())).sum(), List.of(from)).getFirst();
            double predicted = Places.onDiagonal(passage.way(0).back().change().apply(identity(places.count())));
            assertEquals(predicted, back.square().mean().item(), 0.06 * predicted, layer.toString());
        }
    }
}
