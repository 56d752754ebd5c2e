package dev.lanewise.nn.init;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.nn.Conv2d;
import dev.lanewise.nn.ConvOptions;
import dev.lanewise.nn.Functional;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.Residual;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.Tanh;
import dev.lanewise.random.RandomSource;
import dev.lanewise.random.Threefry;
import dev.lanewise.random.TorchRandom;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.testing.Drawn;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Initializers whose elements depend on each other: PyTorch's numbers, what they do to signals, and what they refuse.
class StructuredTest {

    /// What a QR decomposition in float leaves.
    private static final double TORCHS_ROUNDING = 5e-6;

    private static float[] fill(Initializer initializer, Fan fan, RandomSource source, int... shape) {
        var weight = Tensor.full(Float.NaN, shape);
        initializer.fill(weight, fan, source);
        return weight.toArray();
    }

    private static float[] fill(Initializer initializer, RandomSource source, int... shape) {
        return fill(initializer, Fan.linear(1, 1), source, shape);
    }

    private static int[] shape(String text) { return Arrays.stream(text.split("x")).mapToInt(Integer::parseInt).toArray(); }

    // ---- PyTorch's

    @TestFactory
    Stream<DynamicTest> pyTorchsMatrices() {
        return Drawn.lines("torch.txt").stream().filter(line -> line.calls().getFirst().name().equals("orthogonal"))
            .map(line -> DynamicTest.dynamicTest(line.toString(), () -> {
                var call = line.calls().getFirst();
                var expected = line.results().getFirst().substring(1).split(",");
                var weights = fill(Initializers.orthogonal(new Gain(call.number(2), Gain.Status.EXACT)),
                    new TorchRandom(line.seed()), call.whole(0), call.whole(1));
                for (int i = 0; i < expected.length; i++)
                    assertEquals(Double.parseDouble(expected[i]), weights[i], TORCHS_ROUNDING, "element " + i);
            }));
    }

    /// CRC of the weights, and of the five normal numbers that are drawn next.
    @ParameterizedTest
    @CsvSource({"0, 10x4, 0.3, 1, bbd0b57c, 1911cf96", "1, 20x7, 0.9, 0.01, 12ff793f, 275de157",
        "2, 3x5, 0.5, 1, 7965744f, 717816b9", "3, 5x2, 0, 1, 5c20b5c6, 49a109ec", "4, 4x4, 1, 1, 758d6336, 81f17102",
        "5, 100x9, 0.07, 0.5, 72c237d5, 461ecb5b", "6, 50x3, 0.14, 0.02, c3959d8b, 57624a41"})
    void pyTorchsSparseMatrices(long seed, String shape, double sparsity, double std, String crc, String next) {
        var source = new TorchRandom(seed);
        assertEquals(crc, Drawn.crc(fill(Initializers.sparse(sparsity, std), source, shape(shape))));
        var more = new float[5];
        source.normal(more, 0, 5);
        assertEquals(next, Drawn.crc(more));
    }

    @ParameterizedTest
    @CsvSource({"3x5, c87990e9", "5x3, 82ab847f", "4x4, a014b501", "1x7, d8d7b943"})
    void pyTorchsIdentities(String shape, String crc) {
        assertEquals(crc, Drawn.crc(fill(Initializers.eye(), new Threefry(1), shape(shape))));
    }

    @ParameterizedTest
    @CsvSource({"6x4x3, 1, 59a4de9f", "4x4x4, 2, 488ffe78", "6x2x3x3, 3, 4925f781", "8x3x4x2, 2, 955db8b6",
        "4x2x3x3x3, 1, 3e5eed37", "6x4x1x4x5, 2, 3a64760b"})
    void pyTorchsDiracs(String shape, int groups, String crc) {
        assertEquals(crc, Drawn.crc(fill(Initializers.dirac(groups), new Threefry(1), shape(shape))));
    }

    // ---- what they do

    /// Rounded once to float, each, from a Q that is exact by comparison: a product of two columns of length 1 is off by at most
    /// 2 · 2^-24, by Cauchy and Schwarz.
    @Property(tries = 60)
    void orthogonalIsAsNearAsFloatsGo(@ForAll long seed, @ForAll @IntRange(min = 1, max = 90) int rows,
                                      @ForAll @IntRange(min = 1, max = 90) int columns) {
        var q = fill(Initializers.orthogonal(new Gain(3, Gain.Status.EXACT)), new Threefry(seed), rows, columns);
        double off = Matrices.fromOrthogonal(q, rows, 3);
        assertTrue(off <= 0x1p-23 * (1 + 1e-5), rows + " x " + columns + ": " + off);
    }

    @Test
    void aLargeMatrixIsOrthogonalToo() {
        var q = fill(Initializers.orthogonal(), new Threefry(1), 512, 512);
        assertTrue(Matrices.fromOrthogonal(q, 512, 1) <= 0x1p-23 * (1 + 1e-5));
    }

    /// Each gate's recurrent weight keeps lengths, not the stack of them.
    @Test
    void stackedBlocksAreOrthogonalEach() {
        var gates = fill(Initializers.orthogonal(), Fan.stacked(4, 20, 20), new Threefry(3), 80, 20);
        for (int i = 0; i < 4; i++)
            assertTrue(Matrices.fromOrthogonal(Arrays.copyOfRange(gates, 400 * i, 400 * (i + 1)), 20, 1) <= 0x1p-23 * (1 + 1e-5));
    }

    /// Only the centre counts, so the border takes nothing away.
    @Test
    void aDeltaOrthogonalConvolutionKeepsLengths() {
        var source = new Threefry(5);
        var weight = Tensor.zeros(7, 5, 3, 3);
        Initializers.deltaOrthogonal().fill(weight, Fan.conv(5, 7, 9, 1), source.stream("weight"));
        var image = Tensor.randn(source.stream("image"), 1, 5, 6, 6);
        var out = Functional.conv2d(image, weight, null, ConvOptions.kernel(3).padding(1));
        assertEquals(1, Math.sqrt(out.mul(out).sum().item() / image.mul(image).sum().item()), 1e-5);
    }

    @Test
    void diracPassesAnImageThrough() {
        var image = Tensor.randn(new Threefry(1), 2, 4, 5, 5);
        var weight = Tensor.zeros(4, 2, 3, 3);
        Initializers.dirac(2).fill(weight, Fan.conv(2, 2, 9, 1), new Threefry(1));
        var out = Functional.conv2d(image, weight, null, ConvOptions.kernel(3).padding(1).groups(2));
        assertArrayEquals(image.toArray(), out.toArray());
    }

    /// Of any size, with or without groups: what is constant stays so, away from the border.
    @Property
    void bilinearUpsamplingKeepsConstants(@ForAll @IntRange(min = 1, max = 12) int rows,
                                          @ForAll @IntRange(min = 1, max = 12) int columns, @ForAll boolean grouped) {
        var weight = Tensor.zeros(3, grouped ? 1 : 3, rows, columns);
        Initializers.bilinear().fill(weight, Fan.convTranspose(1, 1, rows * columns, 1), new Threefry(1));
        int down = (rows + 1) / 2;
        int across = (columns + 1) / 2;
        var out = Functional.convTranspose2d(Tensor.ones(1, 3, 5, 5), weight, null,
            ConvOptions.kernel(rows, columns).stride(down, across).groups(grouped ? 3 : 1));
        for (int channel = 0; channel < 3; channel++)
            for (int y = rows; y < 4 * down; y++)
                for (int x = columns; x < 4 * across; x++)
                    assertEquals(1, out.select(0, 0).select(0, channel).select(0, y).select(0, x).item(), 1e-6);
    }

    @ParameterizedTest
    @CsvSource({"1, '1'", "2, '0.5 0.5'", "3, '0.5 1 0.5'", "4, '0.25 0.75 0.75 0.25'", "7, '0.25 0.5 0.75 1 0.75 0.5 0.25'"})
    void bilinearKernelsAreTriangles(int k, String expected) {
        var values = Arrays.stream(expected.split(" ")).map(Float::parseFloat).toList();
        var kernel = fill(Initializers.bilinear(), new Threefry(1), 1, 1, 1, k);
        for (int i = 0; i < k; i++) assertEquals(values.get(i), kernel[i]);
    }

    @Test
    void zerOOfThePapersSizes() {
        float root = (float) Math.sqrt(0.5);
        assertArrayEquals(new float[] {1, 0, 0, 0, 1, 0}, fill(Initializers.zerO(), new Threefry(1), 2, 3));
        assertArrayEquals(new float[] {root, root, root, -root, root, root},
            fill(Initializers.zerO(), new Threefry(1), 3, 2));
    }

    // ---- around them

    /// A source that may not be asked.
    private static final RandomSource NONE = new RandomSource() {
        private AssertionError asked() { return new AssertionError("numbers were drawn"); }

        @Override
        public void uniform(float[] out, int offset, int length) { throw asked(); }

        @Override
        public void normal(float[] out, int offset, int length) { throw asked(); }

        @Override
        public void bernoulli(double p, float[] out, int offset, int length) { throw asked(); }

        @Override
        public int[] permutation(int n) { throw asked(); }

        @Override
        public RandomSource stream(String name) { throw asked(); }

        @Override
        public RandomSource stream(long index) { throw asked(); }
    };

    @Test
    void fixedValuesAndEmptyTensorsDrawNothing() {
        fill(Initializers.eye(), NONE, 3, 4);
        fill(Initializers.dirac(2), NONE, 4, 4, 3);
        fill(Initializers.bilinear(), NONE, 3, 1, 4, 4);
        fill(Initializers.zerO(), NONE, 5, 4);
        for (var scheme : Scheme.ALL)
            for (var shape : new int[][] {{0, 3}, {3, 0}, {0}, {4, 0, 3, 3}}) fill(scheme.weight(), NONE, shape);
    }

    @Test
    void aShapeThatDoesNotFitIsRefused() {
        var linear = Shape.of(256, 784);
        for (var wrong : List.of(Initializers.dirac(1), Initializers.deltaOrthogonal(), Initializers.bilinear(),
                Initializers.icnr(2, Initializers.kaimingNormal()))) refuses(wrong, Fan.linear(784, 256), linear, "[256, 784]");
        for (var wrong : List.of(Initializers.orthogonal(), Initializers.eye(), Initializers.sparse(0.5, 1), Initializers.zerO()))
            refuses(wrong, Fan.linear(3, 3), Shape.of(3), "[3]");
        refuses(Initializers.eye(), Fan.linear(3, 3), Shape.of(3, 3, 1), "eye", "two dimensions");
        refuses(Initializers.dirac(3), Fan.linear(3, 3), Shape.of(4, 2, 3), "dirac", "3 groups divide");
        refuses(Initializers.deltaOrthogonal(), Fan.linear(3, 3), Shape.of(2, 3, 3, 3), "deltaOrthogonal", "as many outputs");
        refuses(Initializers.icnr(2, Initializers.ones()), Fan.linear(3, 3), Shape.of(6, 3, 3, 3), "icnr", "4, the square");
        refuses(Initializers.icnr(2, Initializers.dirac(2)), Fan.linear(3, 3), Shape.of(12, 3, 3, 3), "icnr", "its base");
        refuses(Initializers.bilinear(), Fan.linear(3, 3), Shape.of(4, 3, 3, 3), "bilinear", "as many outputs as inputs");
        refuses(Initializers.orthogonal(), Fan.stacked(3, 4, 4), Shape.of(16, 4), "orthogonal", "3 blocks divide");
        refuses(Initializers.orthogonalHeads(5), Fan.linear(16, 16), Shape.of(16, 16), "orthogonalHeads", "5 heads divide");
        refuses(Initializers.orthogonalHeads(3), Fan.stacked(3, 16, 16), Shape.of(48, 16), "orthogonalHeads", "3 heads divide");
        refuses(Initializers.orthogonalHeads(2), Fan.linear(4, 4), Shape.of(4), "orthogonalHeads", "two dimensions");
        refuses(Initializers.nguyenWidrow(), Fan.linear(4, 4), Shape.of(4), "nguyenWidrow", "two dimensions");
        refuses(Initializers.idInit(), Fan.linear(4, 4), Shape.of(4), "idInit", "[out, in]");
        refuses(Initializers.idInit(), Fan.linear(4, 4), Shape.of(2, 2, 1, 1, 1, 1), "idInit", "[2, 2, 1, 1, 1, 1]");
    }

    private static void refuses(Initializer initializer, Fan fan, Shape shape, String... parts) {
        assertFalse(initializer.fits(fan, shape));
        Rejected.argument(() -> initializer.distribution(fan, shape), parts);
        Rejected.argument(() -> initializer.structure(fan, shape), parts);
        Rejected.argument(() -> initializer.fill(Tensor.zeros(shape.toArray()), fan, new Threefry(1)), parts);
    }

    @Test
    void parametersThatMakeNoSenseAreRefused() {
        for (double sparsity : new double[] {-0.1, 1.5, Double.NaN})
            Rejected.argument(() -> Initializers.sparse(sparsity, 1), "sparse", "" + sparsity, "[0, 1]");
        Rejected.argument(() -> Initializers.sparse(0.5, 0), "standard deviation 0.0");
        Rejected.argument(() -> Initializers.dirac(0), "dirac: 0 groups");
        for (int heads : new int[] {0, -2}) Rejected.argument(() -> Initializers.orthogonalHeads(heads),
            "orthogonalHeads: " + heads + " heads");
        for (double tau : new double[] {0, -1, 1e-50, 1e300, Double.NaN, Double.POSITIVE_INFINITY})
            Rejected.argument(() -> Initializers.idInit(tau), "idInit: " + tau, "positive and finite");
        Rejected.argument(() -> Initializers.icnr(0, Initializers.ones()), "icnr", "0");
        Rejected.argument(() -> new HaarEntry(0, 1), "Haar entry", "size 0");
        Rejected.argument(() -> new WithZeros(2, new Distribution.Normal(0, 1)), "with zeros", "2.0");
        Rejected.argument(() -> new WithZeros(0.5, new Distribution.Uniform(0, 1)), "with zeros", "mean");
        Rejected.argument(() -> new Empirical(), "empirical", "0 values");
        Rejected.argument(() -> new Empirical(1, Float.NaN), "empirical", "finite");
    }

    /// What theory says of them: a square layer of IDInit's passes on what comes, and a block whose last layer is IDInit's is the
    /// identity but for a millionth; one head is an orthogonal matrix, and several keep a query's length, each its share.
    @Test
    void identitiesAndHeadsKeepWhatComes() {
        var x = Tensor.randn(new Threefry(2), 5, 12);
        var square = new Linear(12, 12, Initializers.idInit(), Initializers.zeros());
        square.initialize(1);
        assertArrayEquals(x.toArray(), square.call(x).toArray());
        var block = new Residual(new Sequential(new Linear(12, 30, Initializers.idInit(), Initializers.zeros()), new Tanh(),
            new Linear(30, 12, Initializers.idInitLast(), Initializers.zeros())));
        block.initialize(1);
        assertArrayEquals(x.toArray(), block.call(x).toArray(), 4e-6f);
        var gradient = Autograd.grad(block.call(x).square().sum(), block.parameters().stream().map(Parameter::tensor).toList());
        for (var each : gradient) assertTrue(each.square().sum().item() > 0,
            "a parameter of the branch has no gradient: " + each.shape());
        assertArrayEquals(fill(Initializers.orthogonal(), new Threefry(9), 6, 4),
            fill(Initializers.orthogonalHeads(1), new Threefry(9), 6, 4));
        var heads = Tensor.wrap(fill(Initializers.orthogonalHeads(3), new Threefry(9), 36, 12), 36, 12);
        for (int head = 0; head < 3; head++) {
            var lengths = x.matmul(heads.slice(0, 12 * head, 12 * (head + 1)).t()).square().sum(-1).toArray();
            assertArrayEquals(x.square().sum(-1).toArray(), lengths, 1e-4f);
        }
    }

    /// A convolution of as many channels as a kernel covers hands on each of its places.
    @Test
    void aConvolutionsIdentityMovesItsPatchIntoChannels() {
        var conv = new Conv2d(2, 8, ConvOptions.kernel(2).initializers(Initializers.idInit(), Initializers.zeros()));
        conv.initialize(1);
        var x = Tensor.randn(new Threefry(4), 1, 2, 2, 2);
        assertArrayEquals(x.toArray(), conv.call(x).toArray());
    }

    /// Units of one input have their weights at both ends of a range, and their bends, where the argument is 0, within [-1, 1].
    @Test
    void rowsOfOneLengthBendWithinTheInputs() {
        var layer = new Linear(1, 40, Initializers.nguyenWidrow(), Initializers.nguyenWidrowBias());
        layer.initialize(3);
        var weights = layer.weight().tensor().toArray();
        var biases = layer.bias().tensor().toArray();
        for (int unit = 0; unit < 40; unit++) {
            assertEquals(0.7 * 40, Math.abs(weights[unit]), 1e-5);
            assertTrue(Math.abs(biases[unit] / weights[unit]) <= 1 + 1e-6, "it bends at " + -biases[unit] / weights[unit]);
        }
    }

    @Test
    void initializersOfUsersAreIndependentAndFitEverything() {
        Initializer own = (_, _) -> new Distribution.Normal(0, 1);
        assertEquals(new Structure.Independent(), own.structure(Fan.linear(1, 1), Shape.of(3)));
        assertTrue(own.fits(Fan.linear(1, 1), Shape.of()));
    }

    /// What has no name of its own keeps the contract, too: see [ContractTest].
    @Property(tries = 20, shrinking = ShrinkingMode.OFF)
    void otherParametersKeepTheContract(@ForAll long seed, @ForAll @IntRange(min = 1, max = 150) int rows,
                                        @ForAll @IntRange(min = 1, max = 150) int columns,
                                        @ForAll @IntRange(min = 1, max = 5) int kernel,
                                            @ForAll @IntRange(min = 1, max = 5) int groups) {
        var draw = new Draw(Fan.linear(columns, rows), rows, columns, 0.7, 0.1, 1,
            new Candidate.Conv(false, 3 * groups, 2 * groups, kernel, groups, groups), seed);
        for (var scheme : StructuredLaws.VARIANTS) {
            var judgement = Contract.judge(new Candidate(scheme), draw);
            assertEquals(java.util.Map.of(), judgement.broken(), scheme.name());
            assertTrue(judgement.falseAlarm() < 1e-11, scheme.name() + ": " + judgement.falseAlarm());
        }
    }
}
