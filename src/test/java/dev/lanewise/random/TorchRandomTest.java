package dev.lanewise.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.lanewise.tensor.Rejected;
import dev.lanewise.testing.Drawn;
import java.util.ArrayList;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// PyTorch's numbers, bit for bit; doubles that go through the C library's functions, and orthogonal matrices, as near as
/// they can be.
class TorchRandomTest {

    /// A QR decomposition's rounding in float.
    private static final double ORTHOGONAL = 5e-6;

    @TestFactory
    Stream<DynamicTest> drawsWhatPyTorchDraws() {
        return Drawn.lines("torch.txt").stream().map(line -> dynamicTest(line.toString(), () -> {
            switch (line.calls().getFirst().name()) {
                case "orthogonal" -> checkOrthogonal(line);
                case "first_normal64" -> checkFirst(line);
                default -> checkAll(line);
            }
        }));
    }

    private static void checkAll(Drawn line) {
        var source = new TorchRandom(line.seed());
        var results = new ArrayList<String>();
        for (var call : line.calls()) results.add(draw(call, line.seed(), source));
        line.check(results);
    }

    private static String draw(Drawn.Call call, long seed, TorchRandom source) {
        return switch (call.name()) {
            case "words" -> words(call.whole(0), new MersenneTwister((int) seed));
            case "randint" -> Drawn.crc(source.randint(call.whole(1), call.whole(2), call.whole(0)));
            case "randperm" -> Drawn.crc(source.permutation(call.whole(0)));
            case "bernoulli_each" -> Drawn.crc(source.bernoulli(rising(call.whole(0))));
            case "sparse" -> Drawn.crc(sparse(call, source));
            case "uniform64", "normal64" -> doubles(call, source);
            case "normal_part", "uniform_part", "normal_turned", "uniform_turned" -> Drawn.crc(oneByOne(call, source));
            case "state" -> Drawn.crc(source.state());
            default -> Drawn.crc(floats(call, source));
        };
    }

    private static float[] floats(Drawn.Call call, TorchRandom source) {
        int n = call.whole(0);
        // somewhere within an array
        var out = new float[n + 5];
        switch (call.name()) {
            case "uniform" -> source.uniform(call.number(1), call.number(2), out, 3, n);
            case "normal" -> source.normal(call.number(1), call.number(2), out, 3, n);
            case "truncated" ->
                source.truncatedNormal(call.number(1), call.number(2), call.number(3), call.number(4), out, 3, n);
            case "bernoulli" -> source.bernoulli(call.number(1), out, 3, n);
            case "dropout_mask" -> source.bernoulli(1 - call.number(1), out, 3, n);
            default -> throw new AssertionError(call);
        }
        for (int i : new int[] {0, 1, 2, n + 3, n + 4}) assertEquals(0, out[i], "written beyond what was asked for");
        return java.util.Arrays.copyOfRange(out, 3, n + 3);
    }

    /// Views whose elements don't lie side by side are not filled here at once; PyTorch draws theirs one by one.
    private static float[] oneByOne(Drawn.Call call, TorchRandom source) {
        var out = new float[call.whole(0) * call.whole(1)];
        for (int i = 0; i < out.length; i++)
            if (call.name().startsWith("normal")) source.normal(0.2, 1.5, out, i, 1);
            else source.uniform(-0.1, 0.7, out, i, 1);
        return out;
    }

    private static String doubles(Drawn.Call call, TorchRandom source) {
        var out = new double[call.whole(0)];
        if (call.name().equals("uniform64")) {
            source.uniform(call.number(1), call.number(2), out);
            return Drawn.crc(out);
        }
        source.normal(call.number(1), call.number(2), out);
        return Drawn.crcOfRounded(out);
    }

    private static String words(int n, MersenneTwister twister) {
        var words = new int[n];
        for (int i = 0; i < n; i++) words[i] = twister.next();
        return Drawn.crcOfWords(words);
    }

    private static float[] rising(int n) {
        var p = new float[n];
        for (int i = 0; i < n; i++) p[i] = (float) i / n;
        return p;
    }

    /// As PyTorch's `sparse_`: normal numbers, of which some of each column become 0.
    private static float[] sparse(Drawn.Call call, TorchRandom source) {
        int rows = call.whole(0);
        int columns = call.whole(1);
        var out = new float[rows * columns];
        source.normal(0, call.number(3), out, 0, out.length);
        int zeros = (int) Math.ceil(call.number(2) * rows);
        for (int column = 0; column < columns; column++) {
            var order = source.permutation(rows);
            for (int i = 0; i < zeros; i++) out[order[i] * columns + column] = 0;
        }
        return out;
    }

    /// Sine and cosine are another library's, each within an ulp.
    private static void checkFirst(Drawn line) {
        var call = line.calls().getFirst();
        var drawn = new double[call.whole(0)];
        new TorchRandom(line.seed()).normal(call.number(1), call.number(2), drawn);
        var expected = line.results().getFirst().substring(1).split(",");
        for (int i = 0; i < expected.length; i++) assertEquals(Double.parseDouble(expected[i]), drawn[i],
            4 * Math.ulp(Math.max(Math.abs(drawn[i]), call.number(2))), line + ", element " + i);
    }

    private static void checkOrthogonal(Drawn line) {
        var call = line.calls().getFirst();
        int rows = call.whole(0);
        int columns = call.whole(1);
        var drawn = new float[rows * columns];
        new TorchRandom(line.seed()).normal(drawn, 0, drawn.length);
        var basis = orthonormal(drawn, rows, columns);
        var expected = line.results().getFirst().substring(1).split(",");
        for (int i = 0; i < expected.length; i++) {
            double actual = rows < columns ? basis[i / columns][i % columns] : basis[i % columns][i / columns];
            assertEquals(Double.parseDouble(expected[i]), call.number(2) * actual, ORTHOGONAL, line + ", element " + i);
        }
    }

    /// The shorter side's vectors made orthonormal, each turned as little as can be: QR with a positive diagonal. Gram and
    /// Schmidt's way, done twice.
    private static double[][] orthonormal(float[] matrix, int rows, int columns) {
        int count = Math.min(rows, columns);
        int length = Math.max(rows, columns);
        var basis = new double[count][length];
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < length; j++) basis[i][j] = rows < columns ? matrix[i * columns + j] : matrix[j * columns + i];
            for (int step = 0; step < 2 * i; step++) {
                var other = basis[step % i];
                double overlap = dot(other, basis[i]);
                for (int j = 0; j < length; j++) basis[i][j] -= overlap * other[j];
            }
            double norm = Math.sqrt(dot(basis[i], basis[i]));
            for (int j = 0; j < length; j++) basis[i][j] /= norm;
        }
        return basis;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) sum += a[i] * b[i];
        return sum;
    }

    /// Whatever was drawn before; another source takes the state, and goes on as this one does.
    @Property(tries = 200)
    void anotherSourceGoesOnFromAState(@ForAll long seed, @ForAll @IntRange(max = 2000) int uniform,
                                       @ForAll @IntRange(max = 15) int normal) {
        var source = new TorchRandom(seed);
        source.uniform(new float[uniform], 0, uniform);
        source.normal(new float[normal], 0, normal);
        var state = source.state();
        var other = new TorchRandom(seed + 1);
        other.normal(new float[1], 0, 1);
        other.state(state);
        assertArrayEquals(state, other.state());
        for (int n : new int[] {3, 700}) {
            var expected = new double[n];
            var actual = new double[n];
            source.normal(0, 1, expected);
            other.normal(0, 1, actual);
            assertArrayEquals(expected, actual);
        }
    }

    @Test
    void refusesWhatIsNoState() {
        var source = new TorchRandom(5);
        var state = source.state();
        Rejected.argument(() -> source.state(new byte[624]), "TorchRandom", "624 bytes", "5056");
        for (int at : new int[] {8, 12, 16}) {
            var wrong = state.clone();
            wrong[at] = 7;
            Rejected.argument(() -> source.state(wrong), "TorchRandom", "torch.get_rng_state()");
        }
        assertArrayEquals(state, source.state());
    }

    /// C++ prescribes it for its own: the ten thousandth word of the seed 5489.
    @Test
    void theTwisterIsTheStandardsOne() {
        var twister = new MersenneTwister(5489);
        for (int i = 1; i < 10_000; i++) twister.next();
        assertEquals(4123659995L, Integer.toUnsignedLong(twister.next()));
    }

    @Test
    void streamsAreTheSourceItself() {
        var source = new TorchRandom(1);
        assertSame(source, source.stream("0.weight"));
        assertSame(source, source.stream(7));
    }

    @Test
    void refusesWhatPyTorchRefusesOrDoesInAnotherWay() {
        var source = new TorchRandom(0);
        var out = new float[20];
        Rejected.argument(() -> source.bernoulli(1.5, out, 0, 1), "bernoulli", "1.5");
        Rejected.argument(() -> source.bernoulli(Double.NaN, out, 0, 1), "bernoulli", "NaN");
        Rejected.argument(() -> source.bernoulli(new float[] {0.5f, -1f}), "bernoulli", "-1.0");
        Rejected.argument(() -> source.randint(3, 3, 5), "randint", "3 to below 3");
        Rejected.argument(() -> source.randint(3, 4, -5), "randint", "-5");
        Rejected.argument(() -> source.permutation(-1), "permutation", "-1");
        Rejected.argument(() -> source.permutation(214_748_365), "permutation", "214748365", "Threefry");
        Rejected.argument(() -> source.truncatedNormal(0, -1, -2, 2, out, 0, 20), "truncatedNormal", "-1.0");
        Rejected.argument(() -> source.truncatedNormal(0, 1, 2, 2, out, 0, 20), "truncatedNormal", "2.0 to 2.0");
        Rejected.argument(() -> source.truncatedNormal(0, 0.001, 1, 2, out, 0, 20), "truncatedNormal", "one number in 100,000");
        Rejected.argument(() -> source.truncatedNormal(0, 1, 3, Double.POSITIVE_INFINITY, out, 0, 20), "truncatedNormal",
            "Infinity");
        assertArrayEquals(new float[20], out);
    }
}
