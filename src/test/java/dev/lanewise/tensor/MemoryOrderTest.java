package dev.lanewise.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.kernel.Elementwise;
import dev.lanewise.kernel.expr.Expr;
import dev.lanewise.kernel.expr.Formula;
import dev.lanewise.random.Threefry;
import dev.lanewise.testing.Allocated;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// Tensors whose dimensions lie in memory in another order, against twins that lie row by row: the same bits, and no copies.
class MemoryOrderTest {

    /// x becomes rate y + x, and z becomes y.
    private static final Elementwise STEP = new Elementwise(new Formula("step", List.of(
        new Formula.Output(0, Expr.scalar(0).fma(Expr.slot(1), Expr.slot(0))), new Formula.Output(2, Expr.slot(1)))));

    /// The same elements, in memory of its own, the dimensions from the outermost in.
    private static Tensor lying(int[] order, Tensor x) {
        return x.detach().permute(order).clone().permute(Layout.inverse(order));
    }

    private enum Map {
        SQUARE { Tensor of(Tensor a, Tensor b, Tensor c) { return a.square(); } },
        GELU { Tensor of(Tensor a, Tensor b, Tensor c) { return Activation.gelu(a); } },
        // some angles are beyond the formula's reach
        SIN { Tensor of(Tensor a, Tensor b, Tensor c) { return a.mul(1e9f).sin(); } },
        SUM { Tensor of(Tensor a, Tensor b, Tensor c) { return a.add(b); } },
        SCALED { Tensor of(Tensor a, Tensor b, Tensor c) { return a.mul(0.3f); } },
        BEHIND_A_NUMBER { Tensor of(Tensor a, Tensor b, Tensor c) { return Tensor.scalar(3).sub(a); } },
        CLAMPED { Tensor of(Tensor a, Tensor b, Tensor c) { return a.clamp(-0.5f, 0.5f); } },
        CHOSEN { Tensor of(Tensor a, Tensor b, Tensor c) { return Tensor.where(a.gt(b), b, a); } },
        BROADCAST { Tensor of(Tensor a, Tensor b, Tensor c) { return c.mul(a); } },
        REPEATED { Tensor of(Tensor a, Tensor b, Tensor c) { return a.div(c.expand(a.shape().toArray())); } };

        /// @param c broadcasts to the shape of the others
        abstract Tensor of(Tensor a, Tensor b, Tensor c);
    }

    @Property
    void anElementwiseResultLiesAsItsOperandsDo(@ForAll Map map, @ForAll("shapes") Shape shape, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var source = new Threefry(seed);
        var a = Tensor.randn(source, shape.toArray());
        var b = Tensor.randn(source, shape.toArray());
        var narrow = shape.toArray();
        for (int dim = 0; dim < narrow.length; dim++) if (dim == 0 || random.nextBoolean()) narrow[dim] = 1;
        var c = Tensor.randn(source, narrow);
        var order = Op.order(shape.rank(), random);
        var lying = lying(order, a);
        var result = map.of(lying, lying(order, b), c);
        assertBits(map.of(a, b, c), result);
        // short of a gather, row by row will do
        if (c.shape().equals(shape)) return;
        if (lying.layout.innerStride() > 1) assertTrue(result.layout.liesAs(lying.layout),
            () -> result.layout + " for " + lying.layout);
        else assertTrue(result.isContiguous());
    }

    @Property
    void operandsThatLieDifferentlyGiveRows(@ForAll Map map, @ForAll("shapes") Shape shape, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var source = new Threefry(seed);
        var a = Tensor.randn(source, shape.toArray());
        var b = Tensor.randn(source, shape.toArray());
        var lyingA = lying(Op.order(shape.rank(), random), a);
        var lyingB = lying(Op.order(shape.rank(), random), b);
        assertBits(map.of(a, b, a), map.of(lyingA, lyingB, a));
        if (!lyingA.layout.liesAs(lyingB.layout)) assertTrue(lyingA.mul(lyingB).isContiguous());
    }

    /// Forward, gradients and their gradients, of every operation there is.
    @Property(tries = 2000)
    void noDerivativeDependsOnHowItsInputsLie(@ForAll("ops") Op op, @ForAll("small") Shape shape, @ForAll long seed) {
        var problem = op.draw().from(shape, new SplittableRandom(seed));
        var random = new SplittableRandom(seed);
        var plain = new ArrayList<Tensor>();
        var lying = new ArrayList<Tensor>();
        for (var x : problem.inputs()) {
            plain.add(x.clone().requiresGrad(true));
            lying.add(lying(Op.order(x.shape().rank(), random), x).requiresGrad(true));
        }
        var expected = derivatives(problem, plain, seed);
        var actual = derivatives(problem, lying, seed);
        assertEquals(expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++) assertBits(expected.get(i), actual.get(i));
    }

    /// The results, the inputs' gradients, and the gradients of these, if they aren't constant.
    private static List<Tensor> derivatives(Op.Problem problem, List<Tensor> inputs, long seed) {
        var outputs = problem.function().of(inputs);
        var all = new ArrayList<>(outputs);
        var total = weighted(outputs, seed);
        var slopes = Autograd.grad(total, inputs, true);
        all.addAll(slopes);
        var bend = weighted(slopes.stream().map(slope -> slope.mul(slope)).toList(), seed + 1);
        if (!bend.requiresGrad()) return all;
        for (var input : inputs) input.zeroGrad();
        bend.backward();
        for (var input : inputs) if (input.grad() != null) all.add(input.grad());
        return all;
    }

    private static Tensor weighted(List<Tensor> parts, long seed) {
        var source = new Threefry(seed);
        return parts.stream().map(part -> part.mul(Tensor.randn(source, part.shape().toArray())).sum()).reduce(Tensor::add)
            .orElseThrow();
    }

    /// Through a product, and through what a penalty, a second backward, clipping and weight decay do to it.
    @Property
    void aGradientKeepsTheOrderOfItsLeaf(@ForAll boolean turned, @ForAll boolean transposed, @ForAll boolean first) {
        var values = Tensor.randn(new Threefry(1), 20, 30);
        var leaf = (turned ? lying(new int[] {1, 0}, values) : values).requiresGrad(true);
        for (int i = 0; i < 2; i++) {
            var factor = transposed ? leaf.t() : leaf;
            var other = Tensor.randn(new Threefry(2), first ? new int[] {factor.size(1), 7} : new int[] {7, factor.size(0)});
            var product = first ? factor.matmul(other) : other.matmul(factor);
            product.square().sum().backward();
            assertTrue(leaf.grad().layout.liesAs(leaf.layout));
            leaf.square().sum().backward();
            assertTrue(leaf.grad().layout.liesAs(leaf.layout));
        }
        assertTrue(leaf.grad().mul(0.5f).add(leaf.detach().mul(0.1f)).clamp(-1, 1).layout.liesAs(leaf.layout));
    }

    @Example
    void viewsWithGapsGiveRows() {
        var gaps = Tensor.randn(new Threefry(1), 40, 30).t().slice(1, 0, 40, 2);
        assertTrue(gaps.exp().isContiguous());
        assertTrue(gaps.add(gaps).isContiguous());
    }

    /// A writer sees and writes row by row, whatever it reads and however little it changes.
    @Property
    void aFillGoesRowByRow(@ForAll("shapes") Shape shape, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var order = Op.order(shape.rank(), random);
        // a part of something larger, cut along the dimension that lies outermost
        var stored = Tensor.randn(new Threefry(seed), shape.toArray()).permute(order).clone();
        var around = Tensor.cat(0, stored, stored, stored);
        var view = around.slice(0, stored.size(0), 2 * stored.size(0)).permute(Layout.inverse(order));
        var twin = view.clone();
        int skipped = random.nextInt(shape.numel());
        InPlace.Writer writer = (data, offset, length) -> {
            for (int i = skipped; i < length; i++) data[offset + i] = 2 * data[offset + i] + i;
        };
        InPlace.fill(view, writer);
        InPlace.fill(twin, writer);
        assertBits(twin, view);
        assertEquals(1, around.storage.version());
        assertBits(stored, around.slice(0, 0, stored.size(0)));
        assertBits(stored, around.slice(0, 2 * stored.size(0), 3 * stored.size(0)));
    }

    @Example
    void whatAFailingWriterChangedIsChanged() {
        var x = lying(new int[] {1, 0}, Tensor.zeros(2, 3));
        assertThrows(ArithmeticException.class, () -> InPlace.fill(x, (data, offset, _) -> {
            data[offset + 1] = 7;
            throw new ArithmeticException("halfway");
        }));
        assertArrayEquals(new float[] {0, 7, 0, 0, 0, 0}, x.toArray());
        assertEquals(1, x.storage.version());
    }

    @Property
    void aStepInPlaceDoesNotDependOnTheOrder(@ForAll("shapes") Shape shape, @ForAll long seed, @ForAll boolean sameOrder) {
        var random = new SplittableRandom(seed);
        var source = new Threefry(seed);
        var order = Op.order(shape.rank(), random);
        var x = Tensor.randn(source, shape.toArray());
        var y = Tensor.randn(source, shape.toArray());
        var z = Tensor.zeros(shape.toArray());
        var lyingX = lying(order, x);
        var lyingY = lying(sameOrder ? order : Op.order(shape.rank(), random), y);
        var lyingZ = lying(order, z);
        InPlace.apply(STEP, new float[] {3}, lyingX, lyingY, lyingZ);
        InPlace.apply(STEP, new float[] {3}, x, y, z);
        assertBits(x, lyingX);
        assertBits(y, lyingY);
        assertBits(z, lyingZ);
        assertEquals(1, lyingX.storage.version());
        assertEquals(0, lyingY.storage.version());
        assertEquals(1, lyingZ.storage.version());
    }

    @Example
    void aStepOverOneOrderCopiesNothing() {
        var order = new int[] {1, 0};
        var slots = new Tensor[3];
        for (int i = 0; i < slots.length; i++) slots[i] = lying(order, Tensor.zeros(500, 400));
        assertTrue(Allocated.least(1000, 99_999, () -> InPlace.apply(STEP, new float[] {3}, slots)) < 100_000,
            "a copy is 800,000 bytes");
    }

    @Example
    void refusesWhatCanNotBeWritten() {
        var x = Tensor.ones(2, 2);
        Rejected.state(() -> InPlace.apply(STEP, new float[] {1}, x, x, Tensor.ones(2, 2).t()), "step", "[2, 2]",
            "first one's order");
        Rejected.state(() -> InPlace.apply(STEP, new float[] {1}, x.slice(1, 0, 1), Tensor.ones(2, 1), Tensor.ones(2, 1)),
            "step", "[2, 1]", "side by side");
        Rejected.state(() -> InPlace.apply(STEP, new float[] {1}, Tensor.ones(2).expand(2, 2), x, x), "side by side");
        // of a dimension of size 1, it does not matter where it stands
        var row = Tensor.zeros(1, 3);
        InPlace.apply(STEP, new float[] {1}, row, Tensor.ones(1, 3), Tensor.ones(3, 1).t());
        assertArrayEquals(new float[] {1, 1, 1}, row.toArray());
    }

    /// Planes larger than the squares that a copy goes by, cut unevenly, with dimensions beside them.
    @Property(tries = 100)
    void copiesAreRightInEveryOrder(@ForAll("large") Shape shape, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var x = Nested.Pair.draw(shape, random);
        var order = Op.order(shape.rank(), random);
        var turned = x.oracle().permute(order);
        assertArrayEquals(turned.values(), x.tensor().permute(order).toArray());
        // every second index: no operand's neighbours lie side by side
        int dim = random.nextInt(shape.rank());
        var thinned = x.tensor().slice(dim, 0, shape.size(dim), 2).permute(order);
        var target = StridedLoop.arranged(thinned, lying(Op.order(shape.rank(), random), thinned).layout);
        assertArrayEquals(thinned.toArray(), target.toArray());
        for (int i = 0; i < 10; i++) {
            var index = new int[shape.rank()];
            for (int d = 0; d < index.length; d++) index[d] = random.nextInt(thinned.size(d));
            assertEquals(thinned.get(index), target.get(index));
        }
    }

    @Example
    void aTensorKnowsHowItLies() {
        var x = Tensor.zeros(2, 3, 4);
        assertTrue(x.permute(2, 0, 1).layout.isDense());
        assertTrue(x.slice(0, 1, 2).permute(2, 0, 1).layout.isDense());
        assertTrue(Tensor.zeros(2, 0, 3).permute(2, 0, 1).layout.isDense());
        assertTrue(Tensor.scalar(1).layout.isDense());
        for (var gaps : List.of(x.slice(1, 0, 2), x.slice(2, 0, 4, 2), x.expand(5, 2, 3, 4)))
            assertTrue(!gaps.layout.isDense(), () -> gaps.layout.toString());
    }

    private static void assertBits(Tensor expected, Tensor actual) {
        assertEquals(expected.shape(), actual.shape());
        // all NaNs are one
        assertArrayEquals(bits(expected), bits(actual));
    }

    private static int[] bits(Tensor x) {
        var values = x.toArray();
        var bits = new int[values.length];
        Arrays.setAll(bits, i -> Float.floatToIntBits(values[i]));
        return bits;
    }

    @Provide
    Arbitrary<Shape> shapes() {
        return Arbitraries.of(1, 2, 5, 17, 40).array(int[].class).ofMinSize(1).ofMaxSize(4).map(Shape::of)
            .filter(shape -> shape.numel() <= 5000).withoutEdgeCases();
    }

    @Provide
    Arbitrary<Shape> large() {
        return Arbitraries.of(1, 3, 16, 37, 70).array(int[].class).ofMinSize(2).ofMaxSize(4).map(Shape::of)
            .filter(shape -> shape.numel() <= 50_000).withoutEdgeCases();
    }

    @Provide
    Arbitrary<Shape> small() { return Shapes.any().filter(shape -> shape.numel() <= 300); }

    @Provide
    Arbitrary<Op> ops() { return Arbitraries.of(Ops.ALL); }
}
