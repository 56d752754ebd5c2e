package dev.lanewise.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.nn.ConvOptions;
import dev.lanewise.nn.Functional;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Viewable.Padding;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// Elements in other places: what [dev.lanewise.conformance] doesn't say of them.
class RearrangeTest {

    private final Tensor x = Tensor.of(new float[][] {{1, 2, 3}, {4, 5, 6}});

    /// A copy of its own, which lies row by row.
    @Example
    void copiesAreValues() {
        for (var copy : new Tensor[] {x.flip(1), x.roll(0), x.roll(1, 0), x.repeat(1, 1), x.pad(new int[0], 0),
            x.pad(new int[] {0, 0}, Padding.REFLECT), x.tril(5), x.t().flip(0)}) {
            assertTrue(copy.isContiguous());
            assertTrue(copy.storage != x.storage);
            assertArrayEquals(copy.toArray(), copy.add(0f).toArray());
        }
    }

    @Property(tries = 100)
    void rollingBackAndFlippingTwiceGivesWhatWas(@ForAll int shift, @ForAll @IntRange(min = -2, max = 1) int dim) {
        assertArrayEquals(x.toArray(), x.roll(shift, dim).roll(-(shift % 6), dim).toArray());
        assertArrayEquals(x.toArray(), x.roll(shift).roll(-(shift % 6)).toArray());
        assertArrayEquals(x.roll(shift, 0).roll(shift / 2, 1).toArray(), x.roll(new int[] {shift / 2, shift}, -1, 0).toArray());
        assertArrayEquals(x.toArray(), x.flip(dim).flip(dim).toArray());
        assertArrayEquals(x.flip().toArray(), x.flip(0, 1).toArray());
    }

    /// What lies on the wrong side of the diagonal is 0, a NaN too.
    @Example
    void trianglesSelect() {
        var nan = Tensor.full(Float.NaN, 2, 2);
        assertArrayEquals(new float[] {Float.NaN, 0, Float.NaN, Float.NaN}, nan.tril(0).toArray());
        assertArrayEquals(new float[4], nan.triu(2).toArray());
        assertArrayEquals(new float[4], nan.tril(Integer.MIN_VALUE).toArray());
        assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, x.tril(Integer.MAX_VALUE).toArray());
    }

    @Example
    void refuses() {
        Rejected.argument(() -> x.flip(0, -2), "flip", "[0, -2]", "named twice");
        Rejected.argument(() -> x.roll(1, 2), "roll", "dimension 2");
        Rejected.argument(() -> x.roll(new int[] {1, 2}, 0), "roll", "[1, 2]", "[0]", "[2, 3]");
        Rejected.argument(() -> x.roll(new int[0]), "roll", "at least one");
        Rejected.argument(() -> x.repeat(2), "repeat", "[2]", "[2, 3]");
        Rejected.argument(() -> x.repeat(2, -1), "repeat", "negative");
        Rejected.argument(() -> x.repeat(1 << 20, 1 << 20), "repeat", "2^31 - 1");
        Rejected.argument(() -> x.repeat(0, Integer.MAX_VALUE), "repeat", "2^31 - 1");
        Rejected.argument(() -> x.select(0, 0).tril(0), "tril", "[3]");
        Rejected.argument(() -> x.pad(new int[] {1}, 0), "pad", "[1]", "[2, 3]");
        Rejected.argument(() -> x.pad(new int[6], 0), "pad", "[2, 3]");
        Rejected.argument(() -> x.pad(new int[] {-2, -2}, 0), "pad", "cuts more off", "dimension 1");
        Rejected.argument(() -> x.pad(new int[] {Integer.MIN_VALUE, Integer.MAX_VALUE}, 0), "pad", "cuts more off");
        Rejected.argument(() -> x.pad(new int[] {Integer.MAX_VALUE, Integer.MAX_VALUE}, 0), "pad", "2^31 - 1");
        Rejected.argument(() -> x.pad(new int[] {3, 0}, Padding.REFLECT), "pad", "3 and 0", "at most 2", "replicate");
        Rejected.argument(() -> Tensor.zeros(2, 0).pad(new int[] {1, 0}, Padding.REPLICATE), "pad", "[2, 0]");
        Rejected.argument(() -> x.outer(x), "outer", "[2, 3]", "vectors");
        Rejected.argument(() -> Tensor.zeros(1 << 16).outer(Tensor.zeros(1 << 16)), "outer", "2^31 - 1");
        Rejected.argument(() -> Tensor.oneHot(new int[] {0, 3}, 3), "oneHot", "label 3", "index 1", "0 to 2");
        Rejected.argument(() -> Tensor.oneHot(new int[2], Integer.MAX_VALUE), "oneHot", "2^31 - 1");
        Rejected.argument(() -> x.scatterAdd(1, new int[] {0, 3}, Tensor.ones(2, 1)), "scatterAdd", "index 3", "[2, 3]");
        Rejected.argument(() -> x.scatterAdd(1, new int[] {0}, Tensor.ones(2, 1)), "scatterAdd", "1 indices", "[2, 1]");
        Rejected.argument(() -> x.scatterAdd(1, new int[3], Tensor.ones(3, 1)), "scatterAdd", "[3, 1]", "dimension 0");
        Rejected.argument(() -> x.maskedFill(Tensor.ones(2), 0), "maskedFill", "[2, 3]", "[2]");
    }

    @Example
    void windowsRefuse() {
        var window = ConvOptions.kernel(2);
        Rejected.argument(() -> Functional.unfold(x, window), "unfold", "[2, 3]");
        Rejected.argument(() -> Functional.unfold(x.unsqueeze(0), window.groups(2)), "unfold", "2 groups");
        Rejected.argument(() -> Functional.fold(Tensor.ones(1, 4, 5), 3, 3, window), "fold", "[1, 4, 5]");
        Rejected.argument(() -> Functional.fold(Tensor.ones(1, 4, 5), -3, 3, window), "fold", "-3");
    }

    // ---- scattering

    /// Summed in double, whether a sum is kept for each element or for those alone that get something.
    @Property(tries = 100)
    void scatteredSumsAreMadeInDouble(@ForAll @IntRange(min = 1, max = 400) int n, @ForAll @IntRange(max = 60) int count,
        @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var to = Domain.ANY.draw(Shape.of(n), random).mul(1e9f);
        var index = random.ints(count, 0, n).toArray();
        var source = Domain.ANY.draw(Shape.of(count), random).mul(1e7f).add(1e-3f);
        var sums = new double[n];
        for (int i = 0; i < n; i++) sums[i] = to.get(i);
        for (int i = 0; i < count; i++) sums[index[i]] += source.get(i);
        var result = to.scatterAdd(0, index, source).toArray();
        for (int i = 0; i < n; i++) assertEquals((float) sums[i], result[i]);
    }

    // ---- Einstein's notation

    /// The same bits: the work is a matrix product's.
    @Example
    void productsAreThoseOfMatrices() {
        var a = Tensor.randn(new Threefry(1), 3, 7, 50);
        var b = Tensor.randn(new Threefry(2), 3, 50, 9);
        assertArrayEquals(a.matmul(b).toArray(), Tensor.einsum("bij,bjk->bik", a, b).toArray());
        assertArrayEquals(a.matmul(b).transpose(1, 2).toArray(), Tensor.einsum("bij, bjk -> bki", a, b).toArray());
        // a row is what it is alone
        assertArrayEquals(Tensor.einsum("ij,jk->ik", a.select(0, 1), b.select(0, 1)).select(0, 4).toArray(),
            Tensor.einsum("j,jk->k", a.select(0, 1).select(0, 4), b.select(0, 1)).toArray());
    }

    @Example
    void equationsRefuse() {
        var a = Tensor.ones(2, 3);
        Rejected.argument(() -> Tensor.einsum("ij,jk->ik", a), "einsum", "2 operands, but there are 1");
        Rejected.argument(() -> Tensor.einsum("ij,jk,kl", a, a, a), "einsum", "3 operands", "steps");
        Rejected.argument(() -> Tensor.einsum("ij"), "einsum", "0 operands");
        Rejected.argument(() -> Tensor.einsum("ijk->i", a), "einsum", "\"ijk\" names 3 dimensions", "[2, 3]");
        Rejected.argument(() -> Tensor.einsum("i->i", a), "einsum", "names 1 dimensions", "...");
        Rejected.argument(() -> Tensor.einsum("...ijk->i", a), "einsum", "[2, 3]");
        Rejected.argument(() -> Tensor.einsum("...i...->i", a), "einsum", "two ellipses");
        Rejected.argument(() -> Tensor.einsum("i1->i", a), "einsum", "'1' is no label");
        Rejected.argument(() -> Tensor.einsum("ij->ik", a), "einsum", "'k'", "in no operand");
        Rejected.argument(() -> Tensor.einsum("ij->ii", a), "einsum", "'i'", "twice");
        Rejected.argument(() -> Tensor.einsum("ii->i", a), "einsum", "'i'", "size 2", "size 3");
        Rejected.argument(() -> Tensor.einsum("ij,ij->i", a, a.t()), "einsum", "'i'", "operand 1", "[3, 2]");
        Rejected.argument(() -> Tensor.einsum("i->j->k", a), "einsum", "more than one result");
        var long1 = Tensor.zeros(1 << 16);
        Rejected.argument(() -> Tensor.einsum("i,j->ij", long1, long1), "einsum", "2^31 - 1");
    }
}
