package dev.lanewise.diagnose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.nn.AvgPool2d;
import dev.lanewise.nn.Conv2d;
import dev.lanewise.nn.ConvOptions;
import dev.lanewise.nn.Flatten;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.LayerNorm;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.Sigmoid;
import dev.lanewise.nn.Tanh;
import dev.lanewise.nn.init.Distribution;
import dev.lanewise.nn.init.Initializer;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.nn.init.Scheme;
import dev.lanewise.nn.init.Structure;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RepairTest {

    private static Sequential deep(int depth, Supplier<Layer> activation, Initializer weight, Initializer bias) {
        var modules = new ArrayList<Layer>();
        for (int i = 0; i < depth; i++) {
            if (i > 0) modules.add(activation.get());
            modules.add(new Linear(48, 48, weight, bias));
        }
        return (Sequential) new Sequential(modules.toArray(Layer[]::new)).initialize(1);
    }

    private static Tensor batch() { return Tensor.randn(new Threefry(4), 12, 48); }

    @Test
    void everyLayerKeepsItsSignal() {
        var model = deep(8, ReLU::new, Initializers.torchDefault(), Initializers.torchDefault());
        var repair = Repair.of(model, batch(), 1, 2, 3, 4);
        assertEquals(Verdict.VANISHING, repair.before().verdict());
        assertEquals(Verdict.HEALTHY, repair.after().verdict());
        assertEquals(8, repair.changes().size());
        double square = batch().square().mean().item();
        assertEquals(1 / square, repair.changes().getFirst().scale(), 1e-6);
        assertEquals(2, repair.changes().getLast().scale(), 1e-9);
        assertEquals(1 / 3.0, repair.changes().getLast().variance(), 1e-9);
        for (var layer : repair.after().layers()) assertEquals(1, layer.square().predicted(), 1e-6);
        // a uniform law stays one
        assertTrue(law(repair.changes().getLast()) instanceof Distribution.Uniform, "" + law(repair.changes().getLast()));
        // nothing is changed before it is applied
        assertEquals(1 / 3.0, Explanation.predict(model).layers().getLast().weights().predicted(), 1e-9);
        repair.apply();
        model.initialize(9);
        assertEquals(Verdict.HEALTHY, Explanation.of(model, batch()).verdict());
        assertEquals(List.of(), Repair.of(model, batch(), 1).changes());
    }

    private static Distribution law(Repair.Change change) {
        return change.weights().distribution(change.weight().fan(), change.weight().shape());
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 60})
    void tanhsKeepTheirsAtAnyDepth(int depth) {
        var repair = Repair.of(deep(depth, Tanh::new, Initializers.torchDefault(), Initializers.zeros()), batch(), 1, 2);
        double first = repair.after().layers().getFirst().square().predicted();
        for (var layer : repair.after().layers()) assertEquals(first, layer.square().predicted(), 1e-5 * first);
        assertEquals(Verdict.HEALTHY, repair.after().verdict());
        assertEquals(depth == 60, repair.changes().getLast().biasScale() > 0);
    }

    @Test
    void kindsOfLawsStay() {
        var orthogonal = Repair.of(deep(3, ReLU::new, Initializers.orthogonal(), Initializers.zeros()), batch(), 1).changes();
        assertEquals(Math.sqrt(2), ((Structure.Orthogonal) orthogonal.getLast().weights()
            .structure(orthogonal.getLast().weight().fan(),
            orthogonal.getLast().weight().shape())).gain(), 1e-9);
        for (var scheme : List.of("ones", "zeros", "uniform", "eye")) {
            var change = Repair.of(deep(2, ReLU::new, Scheme.named(scheme).weight(), Initializers.ones()), batch(), 1)
                .changes().getLast();
            assertTrue(law(change) instanceof Distribution.Normal || scheme.equals("uniform"), scheme);
            assertEquals(2 / 48.0, law(change).variance(), 1e-9);
            assertEquals(0, law(change).mean());
            assertEquals(0, change.biases().distribution(change.bias().fan(), change.bias().shape()).variance());
        }
        var convolution = new Sequential(new Conv2d(3, 8, ConvOptions.kernel(3)), new ReLU(), new Flatten(), new Linear(72, 5))
            .initialize(1);
        var images = Tensor.randn(new Threefry(1), 4, 3, 5, 5);
        var repair = Repair.of((Layer) convolution, images, 1);
        // pixels in the middle are in more windows
        double square = new AvgPool2d(3, 1).call(images.square()).mean().item() / images.square().mean().item();
        for (var layer : repair.after().layers()) assertEquals(square, layer.square().predicted(), 1e-6);
    }

    @Test
    void whatCantBeRewrittenIsSaid() {
        var sigmoids = Repair.of(deep(30, Sigmoid::new, Initializers.normalRule(), Initializers.zeros()), batch(), 1);
        assertTrue(sigmoids.gap().contains("take another activation") && sigmoids.changes().isEmpty(), sigmoids.gap());
        assertSame(sigmoids.before(), sigmoids.after());
        // the gain for a q of 1 lets gradients grow more than this start does
        var better = Repair.of(deep(11, Tanh::new, Initializers.kaimingNormal(), Initializers.zeros()), batch(), 1);
        assertTrue(better.changes().isEmpty() && better.gap().startsWith("rewritten, it would be no better: healthy, strays by"),
            better.gap());
        var normed = (Layer) new Sequential(new Linear(48, 48), new LayerNorm(48)).initialize(1);
        assertTrue(Repair.of(normed, batch(), 1).gap().endsWith("not through LayerNorm, layer \"1\""));
        assertEquals("there is no layer with weights", Repair.of(new Sequential(new ReLU()), batch(), 1).gap());
        assertThrows(IllegalArgumentException.class, () -> Repair.of(normed, batch()));
        assertThrows(IllegalArgumentException.class, () -> Repair.of(normed, Tensor.zeros(3, 48), 1));
    }

    // ---- ranking

    @Test
    void healthierStartsComeFirst() {
        var starts = new LinkedHashMap<String, Explanation>();
        for (var name : List.of("ones", "zeros", "kaiming-normal", "torch-default", "normal-rule:1:0"))
            starts.put(name, Explanation.of(deep(12, ReLU::new, Scheme.named(name).weight(), Initializers.zeros()), batch()));
        var places = StartRanking.of(starts).places();
        assertEquals(List.of("kaiming-normal", "normal-rule:1:0", "torch-default", "zeros", "ones"),
            places.stream().map(StartRanking.Place::name).toList());
        assertEquals(List.of(1, 2, 3, 4, 5), places.stream().map(StartRanking.Place::place).toList());
        assertEquals(1, places.getFirst().predicted());
        // a half of it, 11 times
        var halved = starts.get("normal-rule:1:0");
        assertEquals(11 * Math.log10(2) - Math.log10(halved.layers().getFirst().finite()),
            Health.predicted(halved).decades(), 1e-6);
        assertEquals("vanishing, strays by all", places.get(3).onTheBatch().words());
        assertEquals("unknown", places.get(4).inTheory().words());
        var same = new LinkedHashMap<String, Explanation>();
        same.put("b", starts.get("zeros"));
        same.put("a", starts.get("zeros"));
        assertEquals(List.of(1, 1), StartRanking.of(same).places().stream().map(StartRanking.Place::place).toList());
        assertEquals(List.of(), StartRanking.of(new LinkedHashMap<>()).places());
    }
}
