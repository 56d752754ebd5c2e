package dev.lanewise.nn.init;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

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
            "xavier-normal", "kaiming-uniform", "kaiming-normal", "torch-default"),
                Scheme.CLASSIC.stream().map(Scheme::name).toList());
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

    static final List<Scheme> CALLS = List.of(
        call("kaiming-normal:tanh", Initializers.kaimingNormal(Gain.TANH)),
        call("kaiming-normal:selu", Initializers.kaimingNormal(Gain.SELU)),
        call("kaiming-normal:forward(gelu)", Initializers.kaimingNormal(Gain.forward(Nonlinearity.GELU))),
        call("kaiming-truncated:backward(silu)", Initializers.kaimingTruncatedNormal(Gain.backward(Nonlinearity.SILU))),
        call("kaiming-uniform:leaky_relu(0.2)", Initializers.kaimingUniform(Gain.leakyRelu(0.2))),
        call("kaiming-uniform:leaky_relu", Initializers.kaimingUniform(Gain.leakyRelu(0.01))),
        call("kaiming-uniform-out:relu", Initializers.kaimingUniform(Gain.RELU, Initializers.Mode.FAN_OUT)),
        call("kaiming-normal-out:2", Initializers.kaimingNormal(gain(2), Initializers.Mode.FAN_OUT)),
        call("xavier-uniform:1.5", Initializers.xavierUniform(gain(1.5))),
        call("xavier-normal:1.5", Initializers.xavierNormal(gain(1.5))),
        call("xavier-truncated:.5", Initializers.xavierTruncatedNormal(gain(0.5))),
        call("orthogonal:1.4", Initializers.orthogonal(gain(1.4))),
        call("delta-orthogonal:14e-1", Initializers.deltaOrthogonal(gain(1.4))),
        call("orthogonal-heads:6", Initializers.orthogonalHeads(6)),
        call("idinit:0.5", Initializers.idInit(0.5)),
        call("idinit-last:1e-4", Initializers.idInit(1e-4)),
        call("constant:-0.3", Initializers.constant(-0.3)),
        call("normal:0.5:0.03", Initializers.normal(0.5, 0.03)),
        call("uniform:-0.1:0.2", Initializers.uniform(-0.1, 0.2)),
        call("truncated-normal:0:0.02:-0.03:0.04", Initializers.truncatedNormal(0, 0.02, -0.03, 0.04)),
        call("truncated-normal:0:1:1:inf", Initializers.truncatedNormal(0, 1, 1, Double.POSITIVE_INFINITY)),
        call("truncated-normal:0:1:-inf:-1", Initializers.truncatedNormal(0, 1, Double.NEGATIVE_INFINITY, -1)),
        call("normal-rule:1.7:0", Initializers.kaimingNormal(gain(Math.sqrt(1.7)))),
        call("sparse:0.5:0.02", Initializers.sparse(0.5, 0.02)),
        call("siren:20", Initializers.siren(20)),
        call("fixup:9:3", Initializers.fixup(9, 3)),
        call("t-fixup-encoder:4", Initializers.tFixupEncoder(4)),
        call("t-fixup-decoder:4", Initializers.tFixupDecoder(4)),
        call("t-fixup-embedding:4", Initializers.tFixupEmbedding(4)),
        call("dirac:3", Initializers.dirac(3)),
        call("icnr:3", Initializers.icnr(3, Initializers.kaimingNormal())));

    private static Scheme call(String text, Initializer weight) { return new Scheme(text, "", weight, Initializers.zeros()); }

    private static Gain gain(double value) { return new Gain(value, Gain.Status.EXACT); }

    @ParameterizedTest
    @FieldSource("CALLS")
    void argumentsMakeWhatTheirCallsMake(Scheme expected) {
        var named = Scheme.named(expected.name());
        assertEquals(expected.name(), named.name());
        assertTrue(!named.description().matches("(?s).*([{}]|\n).*"), named.description());
        var fan = new Fan(27, 18);
        int tried = 0;
        for (var shape : new Shape[] {Shape.of(18, 27), Shape.of(18, 3, 3, 3)}) {
            assertEquals(expected.fits(fan, shape), named.fits(fan, shape));
            if (!named.fits(fan, shape)) continue;
            tried++;
            assertArrayEquals(filled(expected.weight(), fan, shape), filled(named.weight(), fan, shape), 1e-6f,
                named.description());
        }
        assertTrue(tried > 0, "it fits nothing");
    }

    private static float[] filled(Initializer initializer, Fan fan, Shape shape) {
        var weight = Tensor.zeros(shape.toArray());
        initializer.fill(weight, fan, new Threefry(3));
        return weight.toArray();
    }

    @Test
    void biasesHaveArgumentsToo() {
        var fan = Fan.linear(9, 4);
        var pair = Scheme.named("normal-rule:1.7:0.25");
        assertEquals(1.7 / 9, pair.weight().distribution(fan, Shape.of(4, 9)).variance(), 1e-15);
        assertEquals(0.25, pair.bias().distribution(fan, Shape.of(4)).variance(), 1e-15);
        assertEquals(1 / 27.0, Scheme.named("siren:20").bias().distribution(fan, Shape.of(4)).variance(), 1e-15);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "kaimingnormal:tanh | is not known; there are zeros, ones, uniform",
        "zeros:1 | zeros takes no arguments; these do: chrono:longest dependency, constant:value",
        "normal:0 | has 1 of the arguments mean:std; give all of them, such as normal:0:0.02",
        "normal:0:1:2 | has 3 of the arguments mean:std",
        "constant: | \"\" is no value; give a number",
        "constant:0x1p3 | \"0x1p3\" is no value",
        "constant:1d | \"1d\" is no value",
        "constant:NaN | \"NaN\" is no value",
        "constant:1e99 | constant: 1.0E99 is no finite float",
        "normal:0:-1 | as floats, the second must be positive",
        "normal-rule:1:-1 | \"-1\" is no bias variance; give 0 or more",
        "fixup:8:2.5 | \"2.5\" is no layers in each; give a whole number",
        "fixup:0:2 | 0 branches of 2 layers",
        "kaiming-normal:0 | gain: 0.0; it must be positive",
        "kaiming-normal:gelu | forward(activation) or backward(activation) of linear, relu",
        "kaiming-normal:forward(swish) | \"swish\" is not known; there are linear, relu",
        "kaiming-normal:leaky_relu(x) | such as leaky_relu(0.2)",
        "kaiming-normal:tanh(1) | \"tanh(1)\" is no gain",
        "kaiming-normal:forward(tanh | \"forward(tanh\" is no gain"})
    void argumentsThatMakeNoSenseAreRefused(String text, String part) {
        Rejected.argument(() -> Scheme.named(text), "\"" + (part.startsWith("is not") ? text.split(":")[0] : text) + "\"", part);
    }

    /// What a message recommends can be typed.
    @Test
    void everyFormHasAnExampleThatWorks() {
        for (var form : Scheme.forms().split(", ")) {
            var name = form.split(":")[0];
            var message = assertThrows(IllegalArgumentException.class, () -> Scheme.named(name + ":1:1:1:1:1")).getMessage();
            var example = Pattern.compile("such as (\\S+), or none").matcher(message);
            assertTrue(example.find() && example.group(1).startsWith(name + ":"), message);
            assertEquals(example.group(1), Scheme.named(example.group(1)).name());
        }
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
