package dev.lanewise.nn.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Shape;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class SchemeTest {

    @Test
    void eachIsFoundByItsName() {
        for (var scheme : Scheme.ALL) assertSame(scheme, Scheme.named(scheme.name()));
    }

    @Test
    void namesAreWordsOfTheirOwn() {
        var names = new HashSet<String>();
        for (var scheme : Scheme.ALL) {
            assertTrue(scheme.name().matches("[a-z]+(-[a-z]+)*"), scheme.name());
            assertTrue(names.add(scheme.name()), scheme.name());
            assertTrue(!scheme.description().isBlank() && !scheme.description().contains("\n"), scheme.description());
        }
    }

    /// Tools read the results of a comparison by these names.
    @Test
    void elevenAreComparedByDefaultAndFitEveryLayer() {
        assertEquals(List.of("zeros", "ones", "uniform", "uniform-centered", "uniform-rule", "normal-rule", "xavier-uniform",
            "xavier-normal", "kaiming-uniform", "kaiming-normal", "torch-default"), Scheme.CLASSIC.stream().map(Scheme::name).toList());
        assertEquals(Scheme.CLASSIC, Scheme.ALL.subList(0, 11));
        for (var scheme : Scheme.CLASSIC) assertTrue(scheme.fits(Fan.linear(3, 2), Shape.of(2, 3)), scheme.name());
        assertTrue(!Scheme.named("dirac").fits(Fan.linear(3, 2), Shape.of(2, 3)));
    }

    @Test
    void anUnknownNameIsAnsweredWithTheKnownOnes() {
        var names = Scheme.ALL.stream().map(Scheme::name).toArray(String[]::new);
        Rejected.argument(() -> Scheme.named("xavier"), "\"xavier\"");
        Rejected.argument(() -> Scheme.named(""), names);
    }

    @Test
    void gainsAreTheKnownOnes() {
        assertEquals(1, Gain.LINEAR.value());
        assertEquals(1.4142135623730951, Gain.RELU.value());
        assertEquals(1.6666666666666667, Gain.TANH.value());
        assertEquals(1.4142135623730951, Gain.leakyRelu(0).value());
        assertEquals(1, Gain.leakyRelu(1).value());
        assertEquals(1.4141428569978354, Gain.leakyRelu(0.01).value(), 1e-15);
        assertEquals(0.5773502691896257, Gain.leakyRelu(Math.sqrt(5)).value(), 1e-15);
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        for (double wrong : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            Rejected.argument(() -> new Gain(wrong, Gain.Status.EXACT), "gain", Double.toString(wrong));
            Rejected.argument(() -> Initializers.varianceScaling(wrong, Initializers.Mode.FAN_IN, Initializers.Law.NORMAL),
                "varianceScaling", Double.toString(wrong), "positive and finite");
            Rejected.argument(() -> new Distribution.Normal(0, wrong), "normal", Double.toString(wrong));
        }
        // numbers that doubles can say and floats can't
        Rejected.argument(() -> new Distribution.Constant(1e300), "constant", "1.0E300");
        Rejected.argument(() -> new Distribution.Normal(0, 1e-60), "normal", "1.0E-60");
        Rejected.argument(() -> new Distribution.Normal(0, 2e38), "normal", "2.0E38");
        Rejected.argument(() -> new Distribution.Uniform(1, 1 + 1e-12), "uniform", "floats");
        Rejected.argument(() -> new Distribution.Uniform(1, 1), "uniform", "1.0 to 1.0");
        Rejected.argument(() -> new Distribution.Uniform(2, 1), "uniform", "must be less");
        Rejected.argument(() -> new Distribution.Uniform(Double.NaN, 1), "uniform", "NaN");
        Rejected.argument(() -> new Distribution.Uniform(-3e38, 3e38), "uniform");
        Rejected.argument(() -> new Distribution.Constant(Double.NaN), "constant", "NaN");
        Rejected.argument(() -> new Fan(-1, 2), "fan", "-1.0", "0 or more");
        Rejected.argument(() -> new Fan(1, Double.NaN), "fan", "NaN");
    }
}
