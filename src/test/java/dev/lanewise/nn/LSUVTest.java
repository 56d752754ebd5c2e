package dev.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class LSUVTest {

    private static Tensor normal(long seed, double std, int... shape) {
        var x = Tensor.zeros(shape);
        Initializers.normal(0.3, std).fill(x, Fan.linear(1, 1), new Threefry(seed).stream("batch"));
        return x;
    }

    /// Each kind of layer, and around them what must stay as it is.
    private static Sequential network(long seed) {
        return new Sequential(new Conv2d(2, 6, ConvOptions.kernel(3).groups(2)), new BatchNorm2d(6), new ReLU(), new Dropout(0.4),
            new ConvTranspose2d(6, 3, ConvOptions.kernel(2).stride(2)), new Tanh(), new Flatten(),
            new Sequential(new Linear(3 * 64, 10, Initializers.ones(), null), new Sigmoid()), new Linear(10, 4))
            .initialize(seed);
    }

    /// Of the layers' outputs, by path.
    private static Map<String, Double> stds(Layer model, Tensor batch) {
        var stds = new LinkedHashMap<String, Double>();
        var names = new LinkedHashMap<Module, String>();
        model.namedModules().forEach((path, module) -> names.put(module, path));
        var hooks = names.keySet().stream().map(module -> module.registerForwardHook((m, call) -> {
            if (m instanceof Linear || m instanceof Convolutional) stds.put(names.get(m), std(call.output().toArray()));
        })).toList();
        try (var _ = Module.evaluating()) {
            model.call(batch);
        }
        hooks.forEach(hook -> hook.remove());
        return stds;
    }

    private static double std(float[] values) {
        double sum = 0;
        double squares = 0;
        for (float value : values) {
            sum += value;
            squares += (double) value * value;
        }
        double mean = sum / values.length;
        return Math.sqrt(squares / values.length - mean * mean);
    }

    @Property(tries = 20)
    void everyLayersOutputHasUnitVarianceOnTheBatch(@ForAll long seed) {
        var model = network(seed);
        var batch = normal(seed, 5, 16, 2, 6, 6);
        var report = LSUV.ofDefaults().run(model, batch, seed).orThrow();
        assertTrue(report.converged());
        assertEquals(List.of("0", "4", "7.0", "8"), report.layers().stream().map(LSUV.Outcome::path).toList());
        var stds = stds(model, batch);
        for (var layer : report.layers()) {
            assertEquals(1, stds.get(layer.path()), LSUV.TOLERANCE);
            assertEquals(stds.get(layer.path()), layer.after(), 1e-4);
            // a layer is linear and its bias 0, so that one attempt is enough, and none is made where none is needed
            assertEquals(Math.abs(layer.before() - 1) <= LSUV.TOLERANCE ? 0 : 1, layer.attempts(), layer::toString);
        }
        for (var bias : List.of("0.bias", "4.bias", "8.bias"))
            assertArrayEquals(new float[model.namedParameters().get(bias).shape().numel()],
                model.namedParameters().get(bias).tensor().toArray());
    }

    /// The weights are the start's, each layer's by one factor, from the streams that initialize(seed) has.
    @Property(tries = 10)
    void weightsAreTheStartsAtAnotherScale(@ForAll long seed) {
        var model = network(seed);
        var lsuv = new LSUV(Initializers.kaimingUniform(), 0.01, 3);
        var report = lsuv.run(model, normal(seed, 2, 16, 2, 6, 6), seed).orThrow();
        for (var layer : report.layers()) {
            var weight = model.namedParameters().get(layer.path() + ".weight");
            var started = Tensor.zeros(weight.shape().toArray());
            Initializers.kaimingUniform().fill(started, weight.fan(), new Threefry(seed).stream(layer.path() + ".weight"));
            var expected = started.toArray();
            for (int i = 0; i < expected.length; i++) {
                double factor = layer.attempts() == 0 ? 1 : 1 / layer.before();
                assertEquals(expected[i] * factor, weight.tensor().toArray()[i], 1e-4 * Math.abs(expected[i] * factor));
            }
        }
        var again = network(seed + 1);
        lsuv.run(again, normal(seed, 2, 16, 2, 6, 6), seed);
        assertArrayEquals(Nets.bits(model), Nets.bits(again), "what the weights were before doesn't matter");
    }

    /// Modes, hooks, dropout's steps, buffers, gradients and the parameters of other layers.
    @Example
    void allElseStays() {
        var model = network(7);
        model.namedModules().get("1").eval();
        var seen = new ArrayList<Object>();
        model.namedModules().get("0").registerForwardHook((_, call) -> seen.add(call.output().requiresGrad()));
        var dropout = (Dropout) model.children().get("3");
        dropout.step(5);
        var buffers = model.namedModules().get("1").stateDict();
        LSUV.ofDefaults().run(model, normal(7, 2, 8, 2, 6, 6), 7);
        assertTrue(!seen.isEmpty() && !seen.contains(true), "nothing is recorded");
        assertEquals(5, dropout.step());
        model.namedModules().forEach((path, module) -> assertEquals(!path.equals("1"), module.isTraining(), path));
        buffers.forEach((name, values) -> assertArrayEquals(values.toArray(),
            model.stateDict().get("1." + name).toArray(), name));
        model.parameters().forEach(parameter -> assertTrue(parameter.grad() == null && parameter.tensor().requiresGrad()));
        model.namedModules().forEach((path, module) -> assertEquals(path.equals("0") ? 1 : 0, hooks(module), path));
    }

    /// How many forward hooks a module has. Nobody else needs to know.
    private static int hooks(Module module) {
        try {
            var hooks = Module.class.getDeclaredField("hooks");
            var forward = ModuleHooks.class.getDeclaredField("forward");
            hooks.setAccessible(true);
            forward.setAccessible(true);
            return ((List<?>) ((ModuleValue<?>) forward.get(hooks.get(module))).get()).size();
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    /// A layer behind a rectifier that lets nothing through has nothing to scale.
    @Example
    void aLayerWithoutVarianceFailsByItself() {
        var dead = new Layer() {
            @Override
            public Tensor forward(Tensor x) { return x.mul(0f); }
        };
        var model = new Sequential(new Linear(6, 8), new ReLU(), dead, new Linear(8, 5), new Linear(5, 3)).initialize(3);
        var report = LSUV.ofDefaults().run(model, normal(3, 4, 20, 6), 3);
        assertTrue(!report.converged() && report.converged(report.layers().getFirst()));
        var failed = report.layers().get(1);
        assertEquals("3", failed.path());
        assertEquals(0, failed.after());
        assertTrue(failed.failure().contains("the same everywhere"), failed.failure());
        assertArrayEquals(started("3.weight", 3, 5, 8), model.namedParameters().get("3.weight").tensor().toArray());
        for (var parameter : model.parameters()) for (float value : parameter.tensor()
            .toArray()) assertTrue(Float.isFinite(value));
        Rejected.state(report::orThrow, "LSUV: 1 of 3 layers", "layer", "std before",
            "FAILED, left as it started", "the same everywhere");
    }

    private static float[] started(String path, long seed, int out, int in) {
        var weight = Tensor.zeros(out, in);
        Initializers.orthogonal().fill(weight, Fan.linear(in, out), new Threefry(seed).stream(path));
        return weight.toArray();
    }

    @Example
    void anOutputThatIsNotFiniteFailsByItself() {
        var batch = normal(4, 1, 20, 6).mul(1e38f);
        var model = new Sequential(new Linear(6, 8), new ReLU(), new Linear(8, 5)).initialize(4);
        batch = Tensor.where(Tensor.of(1, 0, 0, 0, 0, 0), Tensor.full(Float.POSITIVE_INFINITY, 20, 6), batch);
        var report = LSUV.ofDefaults().run(model, batch, 4);
        assertTrue(report.layers().getFirst().failure().contains("isn't finite"), report.toString());
        assertArrayEquals(started("0.weight", 4, 8, 6), model.namedParameters().get("0.weight").tensor().toArray());
    }

    /// So small an output that the weight that would mend it is no float: scaled, it would be infinite.
    @Example
    void aWeightThatWouldOverflowStaysAsItStarted() {
        var model = new Sequential(new Linear(6, 8)).initialize(5);
        var report = LSUV.ofDefaults().run(model, normal(5, 1, 20, 6).mul(1e-42f), 5);
        assertTrue(!report.layers().getFirst().failure().isEmpty(), report.toString());
        assertArrayEquals(started("0.weight", 5, 8, 6), model.namedParameters().get("0.weight").tensor().toArray());
    }

    /// A layer that saturates its own input, so to say: its output's scale doesn't follow its weight's.
    @Example
    void attemptsEnd() {
        var layer = new Linear(4, 4);
        var stubborn = new Layer() {
            { register("inner", layer); }

            @Override
            public Tensor forward(Tensor x) {
                // undoes the scale of the weight: the output stays as it is
                float size = layer.weight().tensor().detach().abs().sum().item();
                return layer.call(x.mul(3 / size));
            }
        };
        stubborn.initialize(1);
        var report = new LSUV(Initializers.xavierNormal(), 0.001, 4).run(stubborn, normal(1, 4, 30, 4), 1);
        var only = report.layers().getFirst();
        assertEquals(4, only.attempts());
        assertEquals(only.before(), only.after(), 1e-4);
        assertTrue(only.failure().isEmpty() && !report.converged() && report.toString().contains("not there yet"),
            report.toString());
    }

    @Example
    void layersComeInTheOrderOfRunningAndOnesThatDoNotAreSaid() {
        var spare = new Linear(3, 3);
        var last = new Linear(3, 3);
        var first = new Linear(3, 3);
        var model = new Layer() {
            {
                register("spare", spare);
                register("last", last);
                register("first", first);
            }

            @Override
            public Tensor forward(Tensor x) { return last.call(first.call(x)); }
        };
        model.initialize(1);
        var report = LSUV.ofDefaults().run(model, normal(1, 4, 30, 3), 1);
        assertEquals(List.of("first", "last", "spare"), report.layers().stream().map(LSUV.Outcome::path).toList(),
            "in the order in which they run");
        assertTrue(report.layers().getLast().failure().contains("doesn't come by"), report.toString());
        assertArrayEquals(started("spare.weight", 1, 3, 3), spare.weight().tensor().toArray());
    }

    /// The model throws half-way: weights, modes and hooks are as before.
    @Example
    void anErrorInTheModelLeavesItAsItWas() {
        var model = network(2);
        var weights = Nets.bits(model);
        assertThrows(IllegalArgumentException.class, () -> LSUV.ofDefaults().run(model, normal(1, 1, 4, 3, 6, 6), 2));
        assertArrayEquals(weights, Nets.bits(model));
        model.namedModules().forEach((path, module) -> assertTrue(module.isTraining() && hooks(module) == 0, path));
        Rejected.argument(() -> LSUV.ofDefaults().run(new Sequential(), normal(1, 1, 1), 1), "LSUV", "no linear");
        Rejected.state(() -> LSUV.ofDefaults().run(new Linear(2, 2), normal(1, 1, 4, 2), 1), "initialize(seed)");
    }

    @Example
    void aSingleLayerIsAModelToo() {
        var layer = new Linear(5, 7);
        layer.initialize(1);
        LSUV.ofDefaults().run(layer, normal(1, 9, 40, 5), 11).orThrow();
        assertEquals(1, std(layer.call(normal(1, 9, 40, 5)).toArray()), 1e-4);
        assertNull(layer.weight().grad());
    }

    @Example
    void whatMakesNoSenseIsRefused() {
        for (double wrong : new double[] {0, -0.1, 1, Double.NaN})
            Rejected.argument(() -> new LSUV(Initializers.xavierNormal(), wrong, 10), "LSUV", "tolerance " + wrong);
        Rejected.argument(() -> new LSUV(Initializers.xavierNormal(), 0.1, 0), "LSUV", "0 attempts");
    }

    /// One weight for each feature, which no orthogonal start fits.
    private static final class Diagonal extends Layer implements Weighted {
        private final Parameter weight =
            register(new Parameter("weight", Shape.of(8), Fan.linear(1, 1), Initializers.normal(0, 1)));

        @Override
        public Parameter weight() { return weight; }

        @Override
        public Parameter bias() { return null; }

        @Override
        public int unitDim() { return -1; }

        @Override
        public Tensor forward(Tensor x) { return x.mul(weight.tensor()); }
    }

    @Example
    void aWeightThatTheStartDoesNotFitIsNamed() {
        var model = new Sequential(new Linear(8, 8), new Diagonal()).initialize(1);
        var before = model.stateDict();
        Rejected.argument(() -> LSUV.ofDefaults().run(model, normal(1, 1, 50, 8), 1), "LSUV: the weight of layer \"1\", [8]",
            "orthogonal", "take another initializer");
        before.forEach((path, value) -> assertArrayEquals(value.toArray(), model.stateDict().get(path).toArray(), path));
        new LSUV(Initializers.normal(0, 1), 0.1, 10).run(model, normal(1, 1, 50, 8), 1).orThrow();
    }
}
