package dev.lanewise.nn.init;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.check.TailBounds;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/// The research initializers' own relations, beside the contract that those with a name keep.
class ResearchTest {

    private static final Shape ANY = Shape.of(1, 1);

    private static float[] fill(Initializer initializer, Fan fan, long seed, int... shape) {
        var weight = Tensor.zeros(shape);
        initializer.fill(weight, fan, new Threefry(seed));
        return weight.toArray();
    }

    // ---- SIREN

    /// Of inputs that are sines of evenly spread phases, of variance 1/2, the sine's argument has variance 1, exactly: n times
    /// the frequency's square times the weights' variance times 1/2.
    @Property(tries = 100)
    void sirensArgumentsHaveVarianceOne(@ForAll @IntRange(min = 1, max = 5000) int n,
                                        @ForAll @DoubleRange(min = 0.1, max = 100) double omega0) {
        var law = Initializers.siren(omega0).distribution(Fan.linear(n, 7), ANY);
        assertEquals(1, n * omega0 * omega0 * law.variance() / 2, 1e-13);
        assertEquals(1.8, law.kurtosis());
        var first = Initializers.sirenFirst().distribution(Fan.linear(n, 7), ANY);
        assertEquals(1.0 / n, first.upper());
        assertEquals(-1.0 / n, first.lower());
    }

    @Example
    void sirensFrequencyIsTheAuthorsUnlessItIsGiven() {
        var fan = Fan.linear(3, 4);
        assertEquals(Initializers.siren(30).distribution(fan, ANY), Initializers.siren().distribution(fan, ANY));
        for (double wrong : new double[] {0, -30, Double.NaN, Double.POSITIVE_INFINITY})
            Rejected.argument(() -> Initializers.siren(wrong), "siren", Double.toString(wrong), "positive and finite");
    }

    // ---- Fixup

    @Property(tries = 100)
    void fixupIsKaimingsByTheFanOutScaledDown(@ForAll @IntRange(min = 1, max = 200) int branches,
                                              @ForAll @IntRange(min = 2, max = 6) int layers,
                                              @ForAll @IntRange(min = 1, max = 900) int in,
                                              @ForAll @IntRange(min = 1, max = 900) int out) {
        var law = Initializers.fixup(branches, layers).distribution(Fan.conv(in, out, 9, 1), ANY);
        double expected = Math.sqrt(2.0 / (out * 9)) * Math.pow(branches, -1.0 / (2 * layers - 2));
        assertEquals(expected, Math.sqrt(law.variance()), 1e-13 * expected);
    }

    /// A branch whose last layer is 0 says 0: the block passes its input on, and the classifier's 0 makes the output 0.
    @Property(tries = 20)
    void aFixupNetworkStartsAsTheIdentity(@ForAll long seed) {
        var branches = new Layer[4];
        var inner = new Scheme("fixup", "", Initializers.fixup(branches.length, 2), Initializers.zeros());
        for (int i = 0; i < branches.length; i++)
            branches[i] = new Sequential(linear(8, 8, inner), new ReLU(), linear(8, 8, Scheme.named("zeros")));
        var model = new Sequential(branches).initialize(seed);
        var x = Tensor.wrap(fill(Initializers.normal(0, 1), Fan.linear(1, 1), seed, 5, 8), 5, 8);
        var y = x;
        for (var branch : model.layers()) {
            assertTrue(((Sequential) branch).layers().getFirst().call(y).abs().sum().item() > 0);
            y = y.add(branch.call(y));
        }
        assertArrayEquals(x.toArray(), y.toArray());
    }

    @Example
    void fixupNeedsBranchesOfTwoLayers() {
        Rejected.argument(() -> Initializers.fixup(0, 2), "fixup", "0 branches of 2 layers");
        Rejected.argument(() -> Initializers.fixup(3, 1), "fixup", "3 branches of 1 layers", "zeros()");
    }

    // ---- T-Fixup

    /// Under one seed, within a float's rounding.
    @Property(tries = 50)
    void tFixupIsXaviersScaledDown(@ForAll @IntRange(min = 1, max = 100) int layers, @ForAll long seed) {
        var fan = Fan.linear(70, 30);
        var xavier = fill(Initializers.xavierUniform(), fan, seed, 30, 70);
        var encoder = fill(Initializers.tFixupEncoder(layers), fan, seed, 30, 70);
        var decoder = fill(Initializers.tFixupDecoder(layers), fan, seed, 30, 70);
        double bound = Math.sqrt(6.0 / 100);
        for (int i = 0; i < xavier.length; i++) {
            assertEquals(0.67 * Math.pow(layers, -0.25) * xavier[i], encoder[i], 0x1p-22 * bound);
            assertEquals(Math.pow(9 * layers, -0.25) * xavier[i], decoder[i], 0x1p-22 * bound);
        }
        var embedding = Initializers.tFixupEmbedding(layers).distribution(Fan.embedding(48), Shape.of(1000, 48));
        assertEquals(Math.pow(9 * layers, -0.25) / Math.sqrt(48), Math.sqrt(embedding.variance()), 1e-14);
    }

    @Example
    void tFixupNeedsLayers() {
        Rejected.argument(() -> Initializers.tFixupEncoder(0), "tFixupEncoder", "0 layers");
        Rejected.argument(() -> Initializers.tFixupDecoder(-1), "tFixupDecoder", "-1 layers");
        Rejected.argument(() -> Initializers.tFixupEmbedding(0), "tFixupEmbedding", "0 layers");
    }

    // ---- muP

    private static final List<Initializer> SCALABLE = List.of(Initializers.xavierUniform(), Initializers.xavierTruncatedNormal(),
        Initializers.kaimingNormal(), Initializers.kaimingUniform(Gain.TANH, Initializers.Mode.FAN_OUT),
        Initializers.normal(0.1, 0.3), Initializers.ones(), (fan, _) -> new Truncated(1 / Math.sqrt(fan.in()), 1.5));

    @Property(tries = 30)
    void muPAtTheBaseWidthIsPlain(@ForAll @IntRange(min = 1, max = 60) int in, @ForAll @IntRange(min = 1, max = 60) int out,
                                  @ForAll long seed) {
        var fan = Fan.linear(in, out);
        for (var plain : SCALABLE) {
            var same = Initializers.muP(plain, fan);
            assertEquals(plain.distribution(fan, ANY), same.distribution(fan, ANY));
            assertArrayEquals(fill(plain, fan, seed, out, in), fill(same, fan, seed, out, in));
        }
    }

    /// The rules of `mup`, as it has them for each kind of law: m is how much wider a side is.
    @Property(tries = 100)
    void muPFollowsThePackagesRules(@ForAll @IntRange(min = 1, max = 99) int in, @ForAll @IntRange(min = 1, max = 99) int out,
                                    @ForAll @IntRange(min = 2, max = 9) int mIn, @ForAll @IntRange(min = 2, max = 9) int mOut) {
        var base = Fan.linear(in, out);
        var hidden = Fan.linear(mIn * in, mOut * out);
        assertRatio(1, Initializers.kaimingNormal(), base, hidden);
        assertRatio(Math.sqrt((double) mOut / mIn), Initializers.kaimingNormal(Gain.RELU, Initializers.Mode.FAN_OUT),
            base, hidden);
        assertRatio(Math.sqrt((double) (mIn * in + mOut * out) / (in + out) / mIn), Initializers.xavierUniform(), base, hidden);
        assertRatio(1 / Math.sqrt(mIn), Initializers.normal(0, 0.3), base, hidden);
        var readOut = Fan.linear(mIn * in, out);
        assertRatio(Math.sqrt(mIn), Initializers.kaimingNormal(), base, readOut);
        assertRatio(1, Initializers.normal(0, 0.3), base, readOut);
        assertRatio(1, Initializers.kaimingNormal(), base, Fan.linear(in, mOut * out));
    }

    /// Of the deviation at the wide fan, against what the plain initializer has there.
    private static void assertRatio(double expected, Initializer plain, Fan base, Fan wide) {
        double wider = Initializers.muP(plain, base).distribution(wide, ANY).variance();
        assertEquals(expected, Math.sqrt(wider / plain.distribution(wide, ANY).variance()), 1e-13 * expected);
    }

    /// Laws of every kind are scaled in what they state as in what they draw; a value lies within a rounding of its multiple.
    @Property(tries = 30)
    void muPDrawsWhatItStates(@ForAll long seed) {
        var base = Fan.linear(10, 20);
        var wide = Fan.linear(70, 40);
        for (var plain : SCALABLE) {
            var law = Initializers.muP(plain, base).distribution(wide, ANY);
            var narrow = plain.distribution(base, ANY);
            double factor = 1 / Math.sqrt(7);
            assertEquals(narrow.mean() * factor, law.mean(), 1e-15);
            assertEquals(narrow.lower() * factor, law.lower(), 1e-15);
            assertEquals(narrow.upper() * factor, law.upper(), 1e-15);
            assertEquals(narrow.kurtosis(), law.kurtosis(), 1e-14);
            assertEquals(narrow.varianceProxy() / 7, law.varianceProxy(), 1e-14);
            assertEquals(narrow.cdf(0.2), law.cdf(0.2 * factor), 1e-14);
            var drawn = fill(Initializers.muP(plain, base), wide, seed, 40, 70);
            var narrowDrawn = fill(plain, base, seed, 40, 70);
            var sampled = new float[drawn.length];
            law.sample(sampled, 0, sampled.length, new Threefry(seed));
            for (int i = 0; i < drawn.length; i++) {
                assertEquals(narrowDrawn[i] * factor, drawn[i], 0x1p-23 * Math.abs(drawn[i]));
                assertEquals(drawn[i], sampled[i], 1e-6);
            }
        }
    }

    /// What a source gives once in 16 million times is within the law's bounds, too.
    @Property(tries = 500)
    void muPKeepsToItsBounds(@ForAll @IntRange(min = 1, max = 500) int in, @ForAll @IntRange(min = 2, max = 9) int times) {
        var wide = Fan.linear(times * in, 14);
        var initializer = Initializers.muP(Initializers.xavierUniform(), Fan.linear(in, 7));
        var law = initializer.distribution(wide, ANY);
        for (float uniform : new float[] {0, 1 - 0x1p-24f}) {
            var weight = Tensor.zeros(1, 1);
            initializer.fill(weight, wide, new Contract.Extreme(uniform));
            assertTrue(weight.item() >= (float) law.lower() && weight.item() <= (float) law.upper(),
                weight.item() + " of " + law);
        }
    }

    @Example
    void muPNeedsABaseWithBothSides() {
        Rejected.argument(() -> Initializers.muP(Initializers.ones(), Fan.linear(0, 3)), "muP", "in 0.0");
    }

    /// The whole contract; a try fails a right one with a probability below 1e-11.
    @Property(tries = 20, shrinking = ShrinkingMode.OFF)
    void muPKeepsTheContract(@ForAll long seed) {
        assertEquals(java.util.Map.of(), Contract.judge(new Candidate(WrongScaling.MU_P), Draw.typical(seed)).broken());
    }

    // ---- copies

    @Property(tries = 100)
    void aCopyIsTheValuesAndTheRestIsFresh(@ForAll @IntRange(min = 0, max = 4) int a, @ForAll @IntRange(min = 1, max = 4) int b,
                                           @ForAll @IntRange(min = 0, max = 4) int c,
                                               @ForAll @IntRange(min = 0, max = 2) int more,
                                           @ForAll long seed) {
        var values = Tensor.wrap(fill(Initializers.normal(0, 1), Fan.linear(1, 1), seed + 1, a, b, c), a, b, c);
        var fan = Fan.linear(5, 6);
        assertArrayEquals(values.toArray(), fill(Initializers.copyOf(values), fan, seed, a, b, c));
        int[] shape = {a + more, b + 1, c + more};
        var fresh = fill(Initializers.kaimingNormal(), fan, seed, shape);
        var whole = Tensor.wrap(fill(Initializers.copyOf(values, Initializers.kaimingNormal()), fan, seed, shape), shape);
        for (int i = 0; i < shape[0]; i++) for (int j = 0; j < shape[1]; j++) for (int k = 0; k < shape[2]; k++)
            assertEquals(i < a && j < b && k < c ? values.get(i, j, k) : fresh[(i * shape[1] + j) * shape[2] + k],
                whole.get(i, j, k));
    }

    @Example
    void aHeadOfMoreClassesKeepsTheOldOnes() {
        var old = new Linear(4, 3);
        old.initialize(1);
        var head = new Linear(4, 5);
        head.weight().initializer(Initializers.copyOf(old.weight().tensor(), head.weight().initializer()));
        head.bias().initializer(Initializers.copyOf(old.bias().tensor(), head.bias().initializer()));
        head.initialize(2);
        var fresh = new Linear(4, 5);
        fresh.initialize(2);
        var x = Tensor.of(1, -2, 3, 0.5f).reshape(1, 4);
        var expected = fresh.call(x).toArray();
        System.arraycopy(old.call(x).toArray(), 0, expected, 0, 3);
        assertArrayEquals(expected, head.call(x).toArray());
    }

    /// The source changes, the copy doesn't; views are copied as they look; a single number and nothing at all are values, too.
    @Example
    void aCopyIsOfNow() {
        var array = new float[] {1, 2, 3, 4, 5, 6};
        var values = Tensor.wrap(array, 2, 3);
        var copy = Initializers.copyOf(values.t());
        array[0] = 9;
        assertArrayEquals(new float[] {1, 4, 2, 5, 3, 6}, fill(copy, Fan.linear(1, 1), 0, 3, 2));
        assertArrayEquals(new float[] {7}, fill(Initializers.copyOf(Tensor.scalar(7)), Fan.linear(1, 1), 0));
        assertArrayEquals(new float[0], fill(Initializers.copyOf(Tensor.zeros(0, 3)), Fan.linear(1, 1), 0, 0, 3));
    }

    @Example
    void whatDoesNotFitIsRefused() {
        var values = Tensor.zeros(3, 4);
        var fan = Fan.linear(4, 3);
        Rejected.argument(() -> fill(Initializers.copyOf(values), fan, 0, 4, 4),
            "copyOf", "[3, 4]", "[4, 4]", "copyOf(values, fresh)");
        var part = Initializers.copyOf(values, Initializers.zeros());
        Rejected.argument(() -> fill(part, fan, 0, 5, 3), "copyOf", "[3, 4]", "[5, 3]", "larger");
        Rejected.argument(() -> fill(part, fan, 0, 2, 4), "copyOf", "[2, 4]");
        Rejected.argument(() -> fill(part, fan, 0, 12), "copyOf", "[12]", "as many dimensions");
        Rejected.argument(() -> part.distribution(fan, Shape.of(12)), "copyOf", "[12]");
        var wild = Initializers.copyOf(Tensor.of(1, Float.NaN));
        assertArrayEquals(new float[] {1, Float.NaN}, fill(wild, fan, 0, 2));
        Rejected.argument(() -> wild.distribution(fan, Shape.of(2)), "copyOf", "element 1", "NaN");
    }

    /// Against sums written out; what is drawn from it stays as near to its distribution function as a law's does.
    @Property(tries = 20)
    void aCopysLawIsThatOfAnElementPickedAtRandom(@ForAll long seed) {
        var law = Initializers.copyOf(Tensor.of(3, 1, 1, -1)).distribution(Fan.linear(1, 1), Shape.of(4));
        assertEquals(1, law.mean());
        assertEquals(2, law.variance());
        assertEquals(32.0 / 4 / 4, law.kurtosis());
        assertEquals(List.of(-1.0, 3.0), List.of(law.lower(), law.upper()));
        assertEquals(List.of(0.0, 0.25, 0.25, 0.75, 0.75, 1.0),
            List.of(law.cdf(-1.1), law.cdf(-1), law.cdf(0), law.cdf(1), law.cdf(2.9), law.cdf(3)));
        var drawn = new float[20_000];
        law.sample(drawn, 0, drawn.length, new Threefry(seed));
        for (double x : new double[] {-1, 1, 3}) {
            int upTo = 0;
            for (float value : drawn) if (value <= x) upTo++;
            assertEquals(law.cdf(x), upTo / 20_000.0, TailBounds.USUAL.ofDistribution(20_000));
        }
        var fresh = Initializers.copyOf(Tensor.of(3, 1), Initializers.normalRule()).distribution(Fan.linear(4, 1), Shape.of(4));
        assertEquals(new Distribution.Normal(0, 0.5), fresh);
    }

    private static Linear linear(int in, int out, Scheme start) { return new Linear(in, out, start.weight(), start.bias()); }
}
