package dev.lanewise.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.check.Audit.Verdict;
import dev.lanewise.nn.init.Distribution;
import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Gain;
import dev.lanewise.nn.init.Initializer;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.nn.init.Structure;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;

/// Files that are held to contracts. Seeds are drawn; a right model is found wrong once in 10^9.
class AuditTest {

    private static final String CONTRACT = """
        normal:    normal 0 0.02
        uniform:   kaiming-uniform
        cut:       truncated-normal 0 0.5 -1 1
        haar:      orthogonal sqrt(2)
        gates:     orthogonal in blocks of columns
        turned:    xavier-normal as in-out
        shifted:   normal 1 0.5
        coarse:    normal 1 0.01
        zeros:     zeros
        tenth:     constant 1/10
        copy:      same as normal
        """;

    private Path folder;

    @BeforeTry
    void makeFolder() throws IOException { folder = Files.createTempDirectory("audit"); }

    @AfterTry
    void removeFolder() throws IOException {
        try (var files = Files.list(folder)) {
            for (var file : files.toList()) Files.delete(file);
        }
        Files.delete(folder);
    }

    private static Tensor drawn(Initializer initializer, Fan fan, long seed, String name, int... shape) {
        var tensor = Tensor.zeros(shape);
        initializer.fill(tensor, fan, new Threefry(seed).stream(name));
        return tensor;
    }

    private static Map<String, Tensor> right(long seed) {
        var model = new LinkedHashMap<String, Tensor>();
        model.put("normal", drawn(Initializers.normal(0, 0.02), Fan.linear(1, 1), seed, "normal", 40, 100));
        model.put("uniform", drawn(Initializers.kaimingUniform(), Fan.linear(100, 40), seed, "uniform", 40, 100));
        model.put("cut", drawn(Initializers.truncatedNormal(0, 0.5, -1, 1), Fan.linear(1, 1), seed, "cut", 5000));
        model.put("haar", drawn(Initializers.orthogonal(Gain.RELU), Fan.linear(20, 30), seed, "haar", 30, 20));
        model.put("gates", drawn(Initializers.orthogonal(), Fan.stacked(4, 16, 16), seed, "gates", 64, 16));
        model.put("turned", drawn(Initializers.xavierNormal(), Fan.linear(64, 16), seed, "turned", 64, 16));
        model.put("shifted", drawn(Initializers.normal(1, 0.5), Fan.linear(1, 1), seed, "shifted", 1000));
        // fewer steps of bfloat16 than it has values
        model.put("coarse", drawn(Initializers.normal(1, 0.01), Fan.linear(1, 1), seed, "coarse", 20_000));
        model.put("zeros", Tensor.zeros(7));
        model.put("tenth", Tensor.full(0.1f, 7));
        model.put("copy", model.get("normal"));
        return model;
    }

    private Audit.Report audit(String contract, Precision precision, List<Map<String, Tensor>> models) {
        var files = new ArrayList<Path>();
        for (var model : models) files.add(ModelFile.write(folder.resolve("model" + files.size() + ".safetensors"), model,
            precision));
        return Audit.of(Contract.parse(contract), files, Map.of());
    }

    @Property(tries = 6, shrinking = ShrinkingMode.OFF)
    void whatStartsAsItShouldPassesInAllTypes(@ForAll long seed, @ForAll Precision precision,
        @ForAll @IntRange(min = 1, max = 3) int seeds) {
        var models = new ArrayList<Map<String, Tensor>>();
        for (int i = 0; i < seeds; i++) models.add(right(seed + i));
        var report = audit(CONTRACT, precision, models);
        assertTrue(report.passed(), () -> seed + ": " + report.problems() + report.of(Verdict.BROKEN));
        assertEquals(List.of(), report.of(Verdict.CANNOT_TELL));
        assertTrue(report.falseAlarm() <= Audit.BUDGET, () -> "" + report.falseAlarm());
    }

    /// Each of them times what is far from 1: all that isn't 0 is found.
    @Property(tries = 5, shrinking = ShrinkingMode.OFF)
    void whatIsScaledIsFoundInAllTypes(@ForAll long seed, @ForAll Precision precision, @ForAll boolean up) {
        var model = right(seed);
        model.replaceAll((name, tensor) -> name.equals("copy") ? tensor : tensor.mul(Tensor.scalar(up ? 1.5f : 0.66f)));
        var report = audit(CONTRACT, precision, List.of(model));
        assertEquals(List.of("normal", "uniform", "cut", "haar", "gates", "turned", "shifted", "coarse", "tenth", "copy"),
            report.of(Verdict.BROKEN).stream().map(Audit.Line::tensor).toList(), () -> seed + " " + precision);
        assertFalse(report.passed());
    }

    /// What is said to show shows, with a probability of 99 %: of 200 laws that are wrong by just as much, enough are found. None
    /// of those that are right is.
    @Property(tries = 4, shrinking = ShrinkingMode.OFF)
    void whatCouldBeSeenIsSeen(@ForAll long seed, @ForAll @IntRange(max = 2) int kind,
        @ForAll @IntRange(min = 60, max = 3000) int n, @ForAll boolean up) {
        var law = List.of(new Distribution.Normal(0, 0.3), new Distribution.Uniform(-2, 2),
            new Distribution.TruncatedNormal(0, 1, -2, 2)).get(kind);
        var terms = Terms.ofFile(new TailBounds(28), Precision.FLOAT32);
        var reveal = Reveal.of(law, n, terms);
        double factor = up ? reveal.up() : reveal.down();
        assertTrue(reveal.up() > 1 && reveal.down() < 1, reveal::toString);
        if (Double.isInfinite(factor) || factor == 0) return;
        int trials = 200;
        int seen = 0;
        var values = new float[n];
        for (int i = 0; i < trials; i++) {
            law.sample(values, 0, n, new Threefry(seed).stream("" + i));
            var judged = values.clone();
            for (int j = 0; j < n; j++) judged[j] *= (float) (factor * (up ? 1 + 1e-6 : 1 - 1e-6));
            if (new Sample(law, judged, terms).findings(1).stream().anyMatch(finding -> !finding.passed())) seen++;
        }
        assertTrue((double) seen / trials >= TailBounds.USUAL.leastShare(0.99, trials),
            seen + " of " + trials + " at " + factor + " of " + law);
    }

    @Example
    void tooFewValuesAreNoVerdict() {
        var one = audit("w: normal 0 0.02", Precision.FLOAT32,
            List.of(Map.of("w", Tensor.randn(new Threefry(3), 20).mul(Tensor.scalar(0.02f)))));
        assertEquals(Verdict.CANNOT_TELL, one.lines().getFirst().verdict());
        assertTrue(one.lines().getFirst().why().startsWith("20 values could show a std ") && one.passed(),
            one.lines().getFirst().why());
        var models = new ArrayList<Map<String, Tensor>>();
        for (int i = 0; i < 20; i++) models.add(Map.of("w", Tensor.randn(new Threefry(4 + i), 20).mul(Tensor.scalar(0.02f))));
        assertEquals(Verdict.HOLDS, audit("w: normal 0 0.02", Precision.FLOAT32, models).lines().getFirst().verdict());
    }

    @Example
    void whatMayBeTiedIsTiedOrHasItsLaw() {
        var one = Tensor.randn(new Threefry(3), 30, 40);
        var contract = "w: normal 0 1\nhead: same as w or normal 0 1";
        var tied = audit(contract, Precision.FLOAT32, List.of(ordered("w", one, "head", one)));
        assertTrue(tied.passed() && tied.lines().getLast().law().equals("same as w"), tied::toString);
        assertTrue(audit(contract, Precision.FLOAT32, List.of(ordered("w", one, "head", Tensor.randn(new Threefry(4), 30, 40))))
            .passed());
        var wrong = audit(contract, Precision.FLOAT32,
            List.of(ordered("w", one, "head", Tensor.randn(new Threefry(4), 30, 40).mul(Tensor.scalar(2)))));
        assertEquals(List.of("head"), wrong.of(Verdict.BROKEN).stream().map(Audit.Line::tensor).toList());
    }

    private static Map<String, Tensor> ordered(String name, Tensor tensor, String other, Tensor second) {
        var model = new LinkedHashMap<String, Tensor>();
        model.put(name, tensor);
        model.put(other, second);
        return model;
    }

    @Property(tries = 3, shrinking = ShrinkingMode.OFF)
    void copiesAndSharedStreamsAreFound(@ForAll long seed) {
        var one = Tensor.randn(new Threefry(seed), 30, 40);
        var shared = Tensor.randn(new Threefry(seed), 600).mul(Tensor.scalar(0.1f));
        var other = Tensor.randn(new Threefry(~seed), 30, 40);
        var model = new LinkedHashMap<>(Map.of("a", one, "b", one, "c", shared, "d", other));
        var report = audit("{a|b|d}: normal 0 1\nc: normal 0 0.1", Precision.FLOAT32, List.of(model));
        assertEquals(List.of(), report.of(Verdict.BROKEN));
        assertTrue(report.problems().stream().anyMatch(problem -> problem.matches(".*\"[ab]\", \"[ab]\" start alike.*")),
            report.problems()::toString);
        assertTrue(report.problems().stream()
            .anyMatch(problem -> problem.matches(".*\"[ab]\" and \"c\" have random numbers in common.*")
            || problem.matches(".*\"c\" and \"[ab]\" have random numbers in common.*")), report.problems()::toString);
        assertEquals(List.of(), report.problems().stream().filter(problem -> problem.contains("\"d\"")).toList());
        var tied = audit("{a|d}: normal 0 1\nb: same as a\nc: normal 0 0.1", Precision.FLOAT32, List.of(model));
        assertTrue(tied.problems().stream().noneMatch(problem -> problem.contains("\"b\"")), tied.problems()::toString);
    }

    @Example
    void aSeedThatComesTwiceIsSaidAndNotCountedTwice() {
        var report = audit(CONTRACT, Precision.FLOAT32, List.of(right(1), right(2), right(1)));
        assertEquals(List.of(), report.of(Verdict.BROKEN));
        assertEquals(1, report.problems().size());
        assertTrue(report.problems().getFirst().contains("model2.safetensors has the values of a file before it"),
            report.problems()::toString);
    }

    @Example
    void whatIsNoNumberIsFound() {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            var values = Tensor.randn(new Threefry(7), 3000).toArray();
            values[1234] = bad;
            var report = audit("*: normal 0 1", Precision.BFLOAT16, List.of(Map.of("w", Tensor.of(values))));
            assertEquals("1 value is NaN or infinite", report.lines().getFirst().why());
        }
    }

    @Example
    void whatHasNoElementsIsNotLookedAt() {
        var report = audit("*: kaiming-normal", Precision.FLOAT32, List.of(Map.of("w", Tensor.zeros(0, 4))));
        assertEquals(Verdict.NOT_LOOKED_AT, report.lines().getFirst().verdict());
    }

    /// Of no elements, so that the file is small.
    @Example
    void sizesBeyondAnIntAreRefused() throws IOException {
        var header = "{\"w\":{\"dtype\":\"F32\",\"shape\":[0,9999999999],\"data_offsets\":[0,0]}}";
        var file = Files.writeString(folder.resolve("wide.safetensors"), (char) header.length() + "\0".repeat(7) + header);
        Rejected.argument(() -> Audit.of(Contract.parse("*: any"), List.of(file), Map.of()),
            "tensor \"w\" has shape [0, 9999999999]", "take it out");
    }

    @Example
    void filesOfDifferentModelsAreRefused() {
        Rejected.argument(() -> audit("*: zeros", Precision.FLOAT32,
            List.of(Map.of("w", Tensor.zeros(2)), Map.of("w", Tensor.zeros(3)))),
                "tensor \"w\" is F32 [2] in the first and F32 [3] in the second");
        Rejected.argument(() -> audit("*: zeros", Precision.FLOAT32,
            List.of(Map.of("w", Tensor.zeros(2)), Map.of("v", Tensor.zeros(2)))), "missing");
        Rejected.argument(() -> audit("*: zeros", Precision.FLOAT32, List.of()), "no file");
    }

    @Example
    void rowsAreHeldToTheirOwnLaw() {
        var bias = new float[40];
        for (int i = 10; i < 20; i++) bias[i] = 1;
        var contract = "b[10:20]: ones\nelse b: zeros";
        assertTrue(audit(contract, Precision.FLOAT32, List.of(Map.of("b", Tensor.of(bias)))).passed());
        var report = audit(contract, Precision.FLOAT32, List.of(Map.of("b", Tensor.of(bias).neg())));
        assertEquals(List.of("b[10:20]"), report.of(Verdict.BROKEN).stream().map(Audit.Line::tensor).toList());
        assertEquals("10 values are not 1", report.of(Verdict.BROKEN).getFirst().why());
    }

    /// More than are looked at: in pieces from the beginning to the end, and of constants all.
    @Example
    @Tag("exhaustive")
    void ofManyValuesThoseAreLookedAtThatAreSpreadEvenly() {
        int n = Audit.MOST + 3_000_000;
        var values = new float[n];
        new Distribution.Uniform(-1, 1).sample(values, 0, n, new Threefry(9));
        var report = audit("w: uniform -1 1", Precision.BFLOAT16, List.of(Map.of("w", Tensor.of(values))));
        assertTrue(report.passed() && report.lines().getFirst().values() == Audit.MOST, report::toString);
        Arrays.fill(values, 0);
        values[n - 1] = 1;
        report = audit("w: zeros", Precision.BFLOAT16, List.of(Map.of("w", Tensor.of(values))));
        assertEquals("1 value is not 0", report.lines().getFirst().why());
        assertEquals(n, report.lines().getFirst().values());
    }

    @Example
    void stepsAreThoseOfTheTypes() {
        for (float x : new float[] {1, 1.99f, 2, -3, 1e-3f, 65504}) {
            assertEquals(Math.ulp(x), Precision.FLOAT32.step(x));
            assertEquals(Float.intBitsToFloat((Float.floatToIntBits(Math.abs(x)) & 0xffff0000) + 0x10000)
                - Float.intBitsToFloat(Float.floatToIntBits(Math.abs(x)) & 0xffff0000), Precision.BFLOAT16.step(x));
        }
        assertEquals(0x1p-10, Precision.FLOAT16.step(1));
        assertEquals(0x1p-24, Precision.FLOAT16.step(1e-7));
        assertEquals(0x1p-24, Precision.FLOAT16.step(0));
        assertEquals(0x1p-149, Precision.FLOAT32.step(0));
    }

    @Example
    void aStructureWithinBlocksIsExact() {
        assertEquals(Reveal.ALL, Reveal.of(new Distribution.Constant(0), new Structure.Stacked(4, new Structure.Orthogonal(1)),
            Shape.of(64, 16), 1, Terms.USUAL));
    }
}
