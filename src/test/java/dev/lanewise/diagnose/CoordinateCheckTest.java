package dev.lanewise.diagnose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.nn.loss.Losses;
import dev.lanewise.optim.Adam;
import dev.lanewise.optim.Optimizer;
import dev.lanewise.optim.Parametrization;
import dev.lanewise.optim.Parametrization.Steps;
import dev.lanewise.optim.ParameterGroups;
import dev.lanewise.optim.SGD;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// Seeds are fixed, and so what is found.
class CoordinateCheckTest {

    private static final CoordinateCheck.Setting SMALL = new CoordinateCheck.Setting(List.of(32, 64, 128, 256), 3, 3, 0.2);
    private static final Consumer<Sequential> RIGHT = _ -> {};

    private static Sequential net(int width) {
        return new Sequential(new Linear(8, width, Initializers.kaimingNormal(), Initializers.zeros()), new ReLU(),
            new Linear(width, width, Initializers.kaimingNormal(), Initializers.zeros()), new ReLU(),
            new Linear(width, 5, Initializers.zeros(), Initializers.zeros()));
    }

    private static CoordinateCheck check(Parametrization parametrization, Steps steps, double rate,
        Consumer<Sequential> mistake) {
        var inputs = Tensor.randn(new Threefry(1), 16, 8);
        var labels = new int[16];
        for (int i = 0; i < labels.length; i++) labels[i] = i * 7 % 5;
        return CoordinateCheck.run(CoordinateCheckTest::net, (model, seed) -> {
            var groups = parametrization.apply(model, steps, rate);
            mistake.accept((Sequential) model);
            model.initialize(seed);
            return optimizer(groups, steps, rate);
        }, inputs, output -> Losses.crossEntropy(output, labels), SMALL);
    }

    private static Optimizer optimizer(ParameterGroups groups, Steps steps, double rate) {
        return steps == Steps.ADAM ? new Adam(groups, rate, Adam.options()) : new SGD(groups, rate, SGD.options());
    }

    private static Linear readout(Layer model) { return (Linear) ((Sequential) model).layers().getLast(); }

    @Test
    void maximalUpdatesAreTheSameAtEveryWidth() {
        for (var steps : Steps.values()) {
            var check = check(Parametrization.muP(net(32)), steps, steps == Steps.ADAM ? 0.003 : 0.1, RIGHT);
            assertTrue(check.passed(), check.toString());
            assertEquals(List.of("0", "1", "2", "3", "4"), check.orThrow().layers().stream()
                .map(CoordinateCheck.Curve::path).toList());
        }
        var unit = check(Parametrization.unitScaled(net(16)), Steps.ADAM, 0.03, RIGHT);
        assertTrue(unit.passed(), unit.toString());
    }

    /// The readout divided by the width once too often, or not at all; hidden rates that stay; no parametrization.
    @Test
    void mistakesAreFound() {
        found(check(Parametrization.muP(net(32)), Steps.ADAM, 0.003, model ->
            readout(model).multiplier(readout(model).multiplier() * readout(model).multiplier())), "4", -1);
        found(check(Parametrization.muP(net(32)), Steps.ADAM, 0.003, model -> readout(model).multiplier(1)), "4", 1);
        found(check(Parametrization.muP(net(32)), Steps.SGD, 0.1, model ->
            readout(model).multiplier(readout(model).multiplier() * readout(model).multiplier())), "2", -2);
        found(check(Parametrization.standard(), Steps.ADAM, 0.003, RIGHT), "2", 0.75);
        var text = assertThrows(IllegalStateException.class, () -> check(Parametrization.standard(), Steps.SGD, 0.1, RIGHT)
            .orThrow()).getMessage();
        assertTrue(text.contains("NOT FLAT"), text);
    }

    private static void found(CoordinateCheck check, String path, double slope) {
        assertTrue(!check.passed(), check.toString());
        var layer = check.layers().stream().filter(curve -> curve.path().equals(path)).findFirst().orElseThrow();
        assertEquals(slope, layer.slope(), 0.35, check.toString());
    }

    @Test
    void whatCannotBeCheckedIsRefused() {
        Rejected.argument(() -> check(Parametrization.standard(), Steps.SGD, 0, RIGHT), "no layer's outputs change");
        Rejected.argument(() -> new CoordinateCheck.Setting(List.of(64), 1, 2, 0.2), "widths [64]");
        Rejected.argument(() -> new CoordinateCheck.Setting(List.of(64, 64), 1, 2, 0.2), "widths [64, 64]");
        Rejected.argument(() -> new CoordinateCheck.Setting(List.of(64, 128), 0, 2, 0.2), "0 steps");
        Rejected.argument(() -> new CoordinateCheck.Setting(List.of(64, 128), 1, 2, Double.NaN), "tolerance NaN");
    }
}
