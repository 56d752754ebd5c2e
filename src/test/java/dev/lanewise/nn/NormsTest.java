package dev.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.lanewise.tensor.Domain;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// Norms over groups, instances and mean squares against their definitions, and a batch norm's options.
class NormsTest {

    /// Of numbers from the smallest that eps leaves something of to the largest.
    @Property(tries = 100)
    void eachGroupIsStandardized(@ForAll @IntRange(min = -100, max = 124) int power, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        int groups = random.nextInt(1, 4);
        int channels = groups * random.nextInt(1, 4);
        var x = scaled(Domain.ANY.draw(Shape.of(2, channels, 3, 2), random), power);
        var layer = new GroupNorm(groups, channels, 1e-5, true).initialize(1);
        layer.parameters().forEach(each -> each.load(Domain.NONZERO.draw(Shape.of(channels), random)));
        var weight = layer.parameters().get(0).tensor().toArray();
        var bias = layer.parameters().get(1).tensor().toArray();
        var y = layer.call(x).toArray();
        int size = channels / groups * 6;
        for (int from = 0; from < y.length; from += size) {
            var expected = standardized(x.toArray(), from, size, 1e-5);
            for (int i = 0; i < size; i++) {
                int channel = (from + i) / 6 % channels;
                assertEquals(expected[i] * weight[channel] + bias[channel], y[from + i],
                    2e-5 * (1 + Math.abs(expected[i] * weight[channel])));
            }
        }
        assertArrayEquals(new InstanceNorm2d(channels).call(x).toArray(), new GroupNorm(channels, channels, 1e-5, false).call(x)
            .toArray(), 1e-6f);
    }

    private static Tensor scaled(Tensor x, int power) {
        var data = x.toArray();
        for (int i = 0; i < data.length; i++) data[i] = Math.scalb(data[i] / 4, power);
        return Tensor.wrap(data, x.shape().toArray());
    }

    private static double[] standardized(float[] data, int from, int size, double eps) {
        double mean = 0;
        for (int i = 0; i < size; i++) mean += data[from + i] / (double) size;
        double variance = 0;
        for (int i = 0; i < size; i++) variance += (data[from + i] - mean) * (data[from + i] - mean) / size;
        var result = new double[size];
        for (int i = 0; i < size; i++) result[i] = (data[from + i] - mean) / Math.sqrt(variance + eps);
        return result;
    }

    @Property(tries = 100)
    void rowsAreDividedByTheirRootMeanSquare(@ForAll @IntRange(min = -140, max = 126) int power, @ForAll boolean given,
        @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var x = scaled(Domain.NONZERO.draw(Shape.of(3, 2, 4), random), power);
        double eps = given ? 1e-3 : 0x1p-23;
        var layer = (given ? new RMSNorm(Shape.of(2, 4), eps, true) : new RMSNorm(2, 4)).initialize(1);
        layer.parameters().getFirst().load(Domain.NONZERO.draw(Shape.of(2, 4), random));
        var weight = layer.parameters().getFirst().tensor().toArray();
        var data = x.toArray();
        var y = layer.call(x).toArray();
        for (int row = 0; row < 3; row++) {
            double square = 0;
            for (int i = 0; i < 8; i++) square += (double) data[8 * row + i] * data[8 * row + i] / 8;
            for (int i = 0; i < 8; i++) {
                double expected = data[8 * row + i] / Math.sqrt(square + eps) * weight[i];
                assertEquals(expected, y[8 * row + i], 1e-6 * Math.abs(expected) + 0x1p-145);
            }
        }
    }

    /// Follows the means over the batch, and goes by them in evaluation; single inputs are batches of one.
    @Property(tries = 40)
    void anInstanceNormMayFollow(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        var layer = new InstanceNorm1d(2, InstanceNorm1d.options().trackRunningStats(true).momentum(0.25).eps(1e-3));
        var x = Domain.ANY.draw(Shape.of(3, 2, 5), random);
        var y = layer.call(x);
        for (int c = 0; c < 2; c++) {
            double mean = 0;
            double variance = 0;
            for (int n = 0; n < 3; n++) {
                var line = x.select(0, n).select(0, c).toArray();
                double own = 0;
                for (float each : line) own += each / 5.0;
                mean += own / 3;
                for (float each : line) variance += (each - own) * (each - own) / 4 / 3;
                assertArrayEquals(floats(standardized(line, 0, 5, 1e-3)), y.select(0, n).select(0, c).toArray(), 1e-4f);
            }
            assertEquals(0.25 * mean, layer.runningMean().tensor().get(c), 1e-6);
            assertEquals(0.75 + 0.25 * variance, layer.runningVar().tensor().get(c), 1e-6);
        }
        var single = layer.predict(x.select(0, 1));
        assertArrayEquals(layer.predict(x).select(0, 1).toArray(), single.toArray());
        assertEquals((x.get(1, 0, 0) - layer.runningMean().tensor().get(0)) / Math.sqrt(layer.runningVar().tensor()
            .get(0) + 1e-3),
            single.get(0, 0), 1e-4);
    }

    private static float[] floats(double[] values) {
        var floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) floats[i] = (float) values[i];
        return floats;
    }

    // ---- a batch norm's options

    /// Means over all batches, whose count is state: a fresh one goes on with it.
    @Property(tries = 40)
    void withoutMomentumAllBatchesCountAlike(@ForAll @IntRange(min = 1, max = 5) int batches, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var options = BatchNorm1d.options().momentum(null).affine(false);
        var layer = new BatchNorm1d(2, options);
        double mean = 0;
        for (int batch = 0; batch < batches; batch++) {
            var x = Domain.ANY.draw(Shape.of(4, 2), random);
            if (batch > 0) {
                var fresh = new BatchNorm1d(2, options);
                fresh.loadStateDict(layer.stateDict());
                layer = fresh;
            }
            layer.call(x);
            mean += x.select(1, 0).mean().item() / batches;
        }
        assertEquals(mean, layer.runningMean().tensor().get(0), 1e-6);
        assertEquals(batches, layer.stateDict().get("num_batches_tracked").item());
    }

    @Example
    void withoutStatisticsEvaluationGoesByItsInput() {
        var x = Domain.ANY.draw(Shape.of(5, 3), new SplittableRandom(1));
        var layer = new BatchNorm1d(3, BatchNorm1d.options().trackRunningStats(false));
        layer.initialize(1);
        assertArrayEquals(new BatchNorm1d(3).initialize(1).call(x).toArray(), layer.predict(x).toArray());
        assertEquals(Set.of("weight", "bias"), layer.stateDict().keySet());
        assertNull(layer.runningMean());
        Rejected.argument(() -> layer.predict(x.slice(0, 0, 1)), "batchNorm1d", "[1, 3]", "without running statistics",
            "larger batch");
    }

    /// PyTorch's names, which are all there must be.
    @Example
    void stateHasPyTorchsNames() {
        assertEquals(Map.of("weight", Shape.of(4), "bias", Shape.of(4)), names(new GroupNorm(2, 4)));
        assertEquals(Map.of("weight", Shape.of(4)), names(new RMSNorm(4)));
        assertEquals(Map.of(), names(new InstanceNorm2d(4)));
        assertEquals(Map.of("running_mean", Shape.of(4), "running_var", Shape.of(4)),
            names(new InstanceNorm1d(4, InstanceNorm1d.options().trackRunningStats(true))));
    }

    private static Map<String, Shape> names(Layer layer) {
        var names = new HashMap<String, Shape>();
        layer.initialize(1).stateDict().forEach((name, tensor) -> names.put(name, tensor.shape()));
        return names;
    }

    // ---- dropout of channels

    /// Each channel as a whole, with the masks of a Dropout over as many numbers.
    @Example
    void wholeChannelsAreDropped() {
        var x = Tensor.ones(6, 50, 3, 2);
        var plain = new Dropout(0.4).initialize(7).call(Tensor.ones(6, 50)).toArray();
        var y = new Dropout2d(0.4).initialize(7).call(x).toArray();
        for (int i = 0; i < y.length; i++) assertEquals(plain[i / 6], y[i]);
        var line = new Dropout1d(0.4).initialize(7).call(Tensor.ones(300, 4)).toArray();
        for (int i = 0; i < line.length; i++) assertEquals(plain[i / 4], line[i]);
        int dropped = 0;
        for (float each : plain) if (each == 0) dropped++;
        assertEquals(120, dropped, 5 * Math.sqrt(300 * 0.4 * 0.6));
        var layer = new Dropout2d(0.4);
        layer.initialize(7);
        assertFalse(Arrays.equals(layer.call(x).toArray(), layer.call(x).toArray()));
        assertEquals(2, layer.step());
    }

    @Example
    void refusesWhatDoesNotFit() {
        Rejected.argument(() -> new GroupNorm(2, 3), "groupNorm", "3 channels in 2 groups");
        Rejected.argument(() -> new GroupNorm(1, 2).initialize(1).call(Tensor.ones(2, 3)), "groupNorm", "[2, 3]",
            "[batch, 2, …]");
        Rejected.argument(() -> new RMSNorm(3).initialize(1).call(Tensor.ones(3, 2)), "rmsNorm", "[3, 2]", "[3]");
        Rejected.argument(() -> new RMSNorm(Shape.of(3), -1, true), "rmsNorm", "eps -1.0");
        Rejected.argument(() -> new InstanceNorm2d(2).call(Tensor.ones(2, 3)), "instanceNorm2d", "[2, 3]", "[2, height, width]");
        Rejected.argument(() -> new InstanceNorm1d(2).call(Tensor.ones(1, 2, 1)), "instanceNorm1d", "[1, 2, 1]", "1 place");
        Rejected.argument(() -> new BatchNorm2d(2, BatchNorm2d.options().momentum(2.0)), "momentum 2.0");
        Rejected.argument(() -> new Dropout2d(0.5).call(Tensor.ones(1, 2, 3)), "dropout2d", "[1, 2, 3]", "Dropout1d");
        Rejected.argument(() -> new Dropout1d(1), "dropout1d", "probability 1.0");
        assertEquals("GroupNorm(2, 4) RMSNorm([3]) InstanceNorm1d(2, not affine, no running statistics) BatchNorm1d(3, averages"
            + " of all batches)",
            new GroupNorm(2, 4) + " " + new RMSNorm(3) + " " + new InstanceNorm1d(2) + " "
                + new BatchNorm1d(3, BatchNorm1d.options().momentum(null)));
    }
}
