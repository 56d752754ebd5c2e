package dev.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.lanewise.check.TailBounds;
import dev.lanewise.optim.SGD;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

class DropoutTest {

    private static final Tensor ONES = Tensor.ones(20, 50);

    /// (seed, path, step) and nothing else: not the modules beside it, nor what they drew.
    @Property(tries = 50)
    void theMaskDependsOnSeedPathAndStep(@ForAll long seed, @ForAll @IntRange(max = 5) int step) {
        var mask = mask(new Dropout(0.5), new ReLU(), seed, step);
        assertArrayEquals(mask, mask(new Dropout(0.5), new Linear(50, 50), seed, step), "beside another module");
        assertFalse(Arrays.equals(mask, mask(new Dropout(0.5), new ReLU(), seed + 1, step)), "another seed");
        assertFalse(Arrays.equals(mask, mask(new Dropout(0.5), new ReLU(), seed, step + 1)), "another step");
        assertFalse(Arrays.equals(mask, mask(new Dropout(0.5), new Dropout(0.5), seed, step)), "another path");
    }

    /// The mask of the last dropout in a network, at a step after initialization.
    private static float[] mask(Dropout own, Layer other, long seed, int step) {
        var net = other instanceof Dropout second ? new Sequential(own, second) : new Sequential(own, new Sequential(other));
        var last = other instanceof Dropout second ? second : own;
        net.initialize(seed);
        for (int i = 0; i < step; i++) last.forward(ONES);
        return last.forward(ONES).toArray();
    }

    @Property(tries = 20)
    void initializationStartsTheStepsAnew(@ForAll long seed) {
        var dropout = new Dropout(0.5);
        dropout.initialize(seed);
        var first = dropout.forward(ONES).toArray();
        assertFalse(Arrays.equals(first, dropout.forward(ONES).toArray()));
        dropout.initialize(seed);
        assertArrayEquals(first, dropout.forward(ONES).toArray());
        dropout.eval().forward(ONES);
        dropout.initialize(seed);
        dropout.eval().forward(ONES);
        dropout.train();
        assertArrayEquals(first, dropout.forward(ONES).toArray(), "evaluation is no step");
    }

    /// Hoeffding: a false alarm in 100 tries has a probability of 3e-12.
    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void asManyAreDroppedAsAskedFor(@ForAll @DoubleRange(min = 0, max = 0.99) double p, @ForAll long seed) {
        var dropout = new Dropout(p);
        dropout.initialize(seed);
        // none of them is 0
        var x = Tensor.rand(new Threefry(seed ^ 1), 200, 300).add(1f);
        var before = x.toArray();
        var y = dropout.forward(x).toArray();
        float scale = 1 / (float) (1 - p);
        int dropped = 0;
        for (int i = 0; i < y.length; i++) {
            if (y[i] == 0) dropped++;
            else assertEquals(before[i] * scale, y[i]);
        }
        assertEquals(p, dropped / (double) y.length, TailBounds.USUAL.ofMean(1, y.length));
    }

    @Property(tries = 30)
    void theGradientUsesTheSameMask(@ForAll long seed) {
        var dropout = new Dropout(0.3);
        dropout.initialize(seed);
        var x = Tensor.ones(20, 50).requiresGrad(true);
        var y = dropout.forward(x);
        y.sum().backward();
        assertArrayEquals(y.toArray(), x.grad().toArray());
    }

    @Example
    void evaluationPassesEverything() {
        var dropout = new Dropout(0.9);
        dropout.eval();
        assertSame(ONES, dropout.forward(ONES), "even before initialization");
        assertSame(ONES, new Dropout(0).forward(ONES));
    }

    private static Sequential net() {
        return new Sequential(new Linear(4, 6), new Dropout(0.4), new Sequential(new Linear(6, 6), new Dropout(0.2)),
            new Linear(6, 1));
    }

    private static float[] train(Sequential net, int from, int to) {
        var optimizer = new SGD(net.parameters(), 0.05);
        for (int t = from; t < to; t++) {
            optimizer.zeroGrad();
            net.call(Tensor.randn(new Threefry(t), 8, 4)).square().sum().backward();
            optimizer.step();
        }
        return net.eval().call(Tensor.ones(1, 4)).toArray();
    }

    /// From the seed, the state and the steps.
    @Property(tries = 20)
    void anInterruptedRunGoesOnToTheBit(@ForAll long seed, @ForAll @IntRange(max = 9) int stop) {
        var whole = net().initialize(seed);
        var expected = train(whole, 0, 9);
        var first = net().initialize(seed);
        train(first, 0, stop);
        var resumed = net().initialize(seed);
        resumed.loadStateDict(first.stateDict()).loadStepDict(first.stepDict());
        assertArrayEquals(expected, train(resumed, stop, 9));
        assertEquals(Map.of("1", 9L, "2.1", 9L), resumed.stepDict());
    }

    @Example
    void stepsOfAnotherModelAreRefusedAndNothingIsLoaded() {
        var net = net().initialize(1);
        train(net, 0, 3);
        var before = Map.of("1", 3L, "2.1", 3L);
        assertEquals(before, net.stepDict());
        assertEquals(List.of("0.weight", "0.bias", "2.0.weight", "2.0.bias", "3.weight", "3.bias"),
            List.copyOf(net.stateDict().keySet()), "the state holds what PyTorch's does");
        Rejected.argument(() -> net.loadStepDict(Map.of("1", 7L)), "loadStepDict: nothing was loaded", "[1]", "[1, 2.1]",
            "of the same layers");
        Rejected.argument(() -> net.loadStepDict(new TreeMap<>(Map.of("1", 7L, "2.1", -1L))), "loadStepDict: nothing was loaded",
            "step -1 of \"2.1\"", "must be 0 or more");
        assertEquals(before, net.stepDict());
        Rejected.argument(() -> new Dropout(0.5).step(-1), "dropout", "step -1", "must be 0 or more");
        assertEquals(Map.of(), new Linear(1, 1).stepDict());
    }

    @Example
    void refusesWhatIsNoProbability() {
        for (double p : new double[] {-0.1, 1, 1.5, Double.NaN})
            Rejected.argument(() -> new Dropout(p), "dropout", Double.toString(p), "[0, 1)");
    }
}
