package dev.lanewise.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.init.Distribution;
import dev.lanewise.nn.init.Empirical;
import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.HaarEntry;
import dev.lanewise.nn.init.Initializer;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.nn.init.Scheme;
import dev.lanewise.nn.init.Structure;
import dev.lanewise.nn.init.WithZeros;
import dev.lanewise.random.RandomSource;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.InPlace;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.testing.Delegate;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;

/// What the checks say of initializers whose elements depend on each other. That they find wrong ones is the kill matrix's, in
/// [dev.lanewise.nn.init].
class StructureCheckTest {

    private static List<String> checks(Initializer initializer, Fan fan, int... shape) {
        var report = InitializerCheck.of(initializer, fan, Shape.of(shape), 42).orThrow();
        assertTrue(report.falseAlarm() < 2e-12, report::toString);
        return report.findings().stream().map(Finding::check).toList();
    }

    @Test
    void eachStructureHasItsChecks() {
        var fan = Fan.linear(64, 64);
        var orthogonal = List.of("finite", "orthogonal", "sum of squares", "first sign", "determinant", "entries", "repeatable",
            "other seed", "sign window", "stated law");
        assertEquals(orthogonal, checks(Initializers.orthogonal(), fan, 64, 20));
        assertEquals("off centre", checks(Initializers.deltaOrthogonal(), fan, 20, 20, 3, 3).getFirst());
        assertEquals(List.of("finite", "fixed values", "repeatable", "stated law"), checks(Initializers.eye(), fan, 4, 3));
        assertEquals(List.of("finite", "missing zeros", "surplus zeros", "zeros by row", "zeros in a run", "zeros side by side",
            "other seed's zeros", "support", "outliers", "ends", "mean", "variance", "tails", "distribution", "serial signs",
            "serial magnitudes", "own window", "repeatable", "other seed", "sign window", "stated law"),
            checks(Initializers.sparse(0.3, 1), fan, 64, 64));
        assertEquals("repeats", checks(Initializers.icnr(2, Initializers.xavierNormal()), fan, 64, 8, 3, 3).getFirst());
        assertEquals(List.of("blocks alike", "stated law"),
            lastTwo(checks(Initializers.orthogonal(), Fan.stacked(3, 20, 20), 60, 20)));
    }

    private static List<String> lastTwo(List<String> all) { return all.subList(all.size() - 2, all.size()); }

    /// Fills as it should, and says something else of itself.
    private record Liar(Initializer right, Distribution law, Structure stated) implements Initializer {
        public Distribution distribution(Fan fan, Shape shape) { return law == null ? right.distribution(fan, shape) : law; }
        public Structure structure(Fan fan, Shape shape) { return stated == null ? right.structure(fan, shape) : stated; }
        public void fill(Tensor tensor, Fan fan, RandomSource source) { right.fill(tensor, fan, source); }
    }

    @Property(tries = 10, shrinking = ShrinkingMode.OFF)
    void aLawThatTheStructureDoesNotGiveIsFound(@ForAll long seed) {
        var wrong = new Distribution.Normal(0, 5);
        for (var each : List.of(Initializers.orthogonal(), Initializers.eye(), Initializers.sparse(0.5, 0.1),
            Initializers.zerO())) {
            var report = InitializerCheck.of(new Liar(each, wrong, null), Fan.linear(40, 20), Shape.of(20, 40), seed);
            assertEquals(List.of("stated law"), report.failed().stream().map(Finding::check).toList(), report::toString);
        }
        for (var each : List.of(Initializers.deltaOrthogonal(), Initializers.icnr(2, Initializers.orthogonal()))) {
            var report = InitializerCheck.of(new Liar(each, wrong, null), Fan.conv(8, 16, 9, 1), Shape.of(16, 8, 3, 3), seed);
            assertEquals(List.of("stated law"), report.failed().stream().map(Finding::check).toList(), report::toString);
        }
    }

    @Test
    void aStructureThatTheShapeCannotHaveIsAnErrorThatSaysSo() {
        for (var structure : List.of(new Structure.Repeated(3, new Structure.Independent()),
            new Structure.Repeated(0, new Structure.Independent()), new Structure.Stacked(5, new Structure.Independent()),
            new Structure.OrthogonalAt(1, 0), new Structure.ZerosPerColumn(70, new Distribution.Normal(0, 1)),
            new Structure.Fixed(Tensor.zeros(3, 3)), new Structure.Given(Tensor.zeros(65, 3), new Structure.Independent()))) {
            var message = assertThrows(IllegalArgumentException.class, () -> InitializerCheck.of(
                new Liar(Initializers.kaimingNormal(), null, structure), Fan.linear(256, 64), Shape.of(64, 256), 1)).getMessage();
            assertTrue(message.contains("[64, 256] can't be " + structure.getClass().getSimpleName()), message);
        }
    }

    /// A head for more classes than before keeps the old rows; what is around them is drawn.
    @Property(tries = 20, shrinking = ShrinkingMode.OFF)
    void givenValuesAndWhatIsAroundThem(@ForAll long seed) {
        var fan = Fan.linear(64, 120);
        var old = Tensor.full(0, 100, 60);
        Initializers.uniform(2, 3).fill(old, fan, new Threefry(seed).stream("old"));
        for (var fresh : List.of(Initializers.kaimingNormal(), Initializers.orthogonal(), Initializers.zeros())) {
            var copy = Initializers.copyOf(old, fresh);
            InitializerCheck.of(copy, fan, Shape.of(120, 64), seed).orThrow();
            Initializer wrong = new Initializer() {
                @Override
                public Distribution distribution(Fan fan, Shape shape) { return copy.distribution(fan, shape); }

                @Override
                public Structure structure(Fan fan, Shape shape) { return copy.structure(fan, shape); }

                @Override
                public void fill(Tensor tensor, Fan fan, RandomSource source) {
                    Initializers.copyOf(old.slice(0, 0, 99), fresh).fill(tensor, fan, source);
                }
            };
            var report = InitializerCheck.of(wrong, fan, Shape.of(120, 64), seed);
            assertEquals("given values", report.failed().getFirst().check(), report::toString);
        }
        InitializerCheck.of(Initializers.copyOf(old), fan, old.shape(), seed).orThrow();
    }

    /// The structure is scaled with the values.
    @Property(tries = 5, shrinking = ShrinkingMode.OFF)
    void muPOfAStructuredInitializer(@ForAll long seed) {
        var wide = Fan.linear(96, 48);
        for (var base : List.of(Initializers.orthogonal(), Initializers.sparse(0.3, 1), Initializers.xavierNormal()))
            InitializerCheck.of(Initializers.muP(base, Fan.linear(24, 12)), wide, Shape.of(48, 96), seed).orThrow();
        var eye = Initializers.muP(Initializers.eye(), Fan.linear(24, 12));
        InitializerCheck.of(eye, wide, Shape.of(48, 96), seed).orThrow();
    }

    /// A user's: reflections along a random direction are orthogonal, but not as likely as others.
    @Test
    void aUsersStructureIsHeldToWhatItClaims() {
        var report = InitializerCheck.of(new Reflection(), Fan.linear(6, 6), Shape.of(6, 6), 3);
        var failed = report.failed().stream().map(Finding::check).toList();
        assertTrue(failed.containsAll(List.of("first sign", "determinant")), report::toString);
        assertFalse(failed.contains("orthogonal") || failed.contains("sum of squares"), report::toString);
        assertTrue(report.toString().contains("Orthogonal"), report::toString);
    }

    private static final class Reflection implements Initializer {
        @Override
        public Distribution distribution(Fan fan, Shape shape) { return new HaarEntry(shape.size(0), 1); }

        @Override
        public Structure structure(Fan fan, Shape shape) { return new Structure.Orthogonal(1); }

        @Override
        public void fill(Tensor tensor, Fan fan, RandomSource source) {
            int n = tensor.size(0);
            var v = new float[n];
            source.normal(v, 0, n);
            double square = 0;
            for (float x : v) square += (double) x * x;
            double whole = square;
            InPlace.fill(tensor, (data, offset, _) -> {
                for (int i = 0; i < n; i++)
                    for (int j = 0; j < n; j++) data[offset + i * n + j] = (float) ((i == j ? 1 : 0) - 2.0 * v[i] * v[j] / whole);
            });
        }
    }

    @Test
    void streamsAreSeenInTheSignsThatAreIndependent() {
        for (var name : List.of("orthogonal", "sparse", "eye")) {
            var scheme = Scheme.named(name);
            var model = new Sequential(linear(64, 64, scheme), linear(64, 64, scheme));
            assertEquals(name.equals("eye") ? 2 : 5, StreamCheck.of(model, 3).orThrow().findings().size());
            var alike = StreamCheck.of(model, seed -> new OneStream(new Threefry(seed)), 3);
            assertEquals(!name.equals("eye"), alike.failed().stream().anyMatch(finding -> finding.check().equals("duplicates")));
        }
    }

    /// The same numbers for every parameter.
    private static final class OneStream extends Delegate {
        private final Threefry source;

        OneStream(Threefry source) {
            super(source);
            this.source = source;
        }

        @Override
        public RandomSource stream(String name) { return source.stream("one"); }
    }

    /// Drawn each for itself, such laws pass; some have values that come again and again.
    @Property(tries = 20, shrinking = ShrinkingMode.OFF)
    void lawsOfElementsDrawWhatTheySay(@ForAll long seed) {
        for (var law : List.of(new HaarEntry(2, 3), new HaarEntry(3, 1), new HaarEntry(9, 0.5),
            new WithZeros(0.4, new Distribution.Normal(0, 2)), new WithZeros(0.9, new HaarEntry(5, 1)),
            new Empirical(1, 2, 2, 7)))
            InitializerCheck.of((_, _) -> law, Fan.linear(1, 1), Shape.of(40, 50), seed).orThrow();
    }

    @Test
    void aLawOfAnElementThatIsWrongIsFound() {
        InitializerCheck.Filler wide = (values, seed) -> new HaarEntry(7, 1).sample(values, 0, values.length, new Threefry(seed));
        assertFalse(InitializerCheck.of(wide, new HaarEntry(9, 1), 4_000, 1).passed());
        InitializerCheck.Filler fewer = (values, seed) ->
            new WithZeros(0.2, new Distribution.Normal(0, 1)).sample(values, 0, values.length, new Threefry(seed));
        assertFalse(InitializerCheck.of(fewer, new WithZeros(0.4, new Distribution.Normal(0, 1)), 4_000, 1).passed());
    }

    private static Linear linear(int in, int out, Scheme start) { return new Linear(in, out, start.weight(), start.bias()); }
}
