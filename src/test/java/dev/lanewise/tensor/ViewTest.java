package dev.lanewise.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ViewTest {

    @Property
    void viewsOfViewsShowTheRightElements(@ForAll("evenEmpty") Shape shape, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var view = Nested.Pair.draw(shape, random).viewed(random);
        assertArrayEquals(view.oracle().sizes(), view.tensor().shape().toArray());
        assertArrayEquals(view.oracle().values(), view.tensor().toArray());
        var copy = view.tensor().contiguous();
        assertTrue(copy.isContiguous());
        assertEquals(view.tensor().shape(), copy.shape());
        assertArrayEquals(view.oracle().values(), copy.toArray());
    }

    @Property
    void anElementIsFoundByItsIndex(@ForAll("any") Shape shape, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var view = Nested.Pair.draw(shape, random).viewed(random);
        var sizes = view.oracle().sizes();
        var index = new int[sizes.length];
        for (int dim = 0; dim < index.length; dim++) index[dim] = random.nextInt(sizes[dim]);
        assertEquals(view.oracle().at(index), view.tensor().get(index));
    }

    @Property
    void oneSizeFollowsFromTheOthers(@ForAll("any") Shape shape, @ForAll long seed) {
        if (shape.rank() == 0) return;
        var open = shape.toArray();
        open[new SplittableRandom(seed).nextInt(open.length)] = -1;
        assertEquals(shape, Tensor.zeros(shape.numel()).reshape(open).shape());
    }

    @Property
    void nothingIsCopiedWhereStridesCanSayIt(@ForAll("any") Shape shape, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var x = Domain.ANY.draw(shape, random);
        assertSame(x.storage, x.permute(Op.order(shape.rank(), random)).storage);
        assertSame(x.storage, x.reshape(-1).storage);
        assertSame(x.storage, x.detach().storage);
        assertSame(x, x.contiguous());
        assertSame(x, x.reshape(shape.toArray()));
        var row = Tensor.ones(1, shape.numel());
        assertSame(row.storage, row.t().reshape(-1).storage, "where a dimension of 1 stands does not matter");
    }

    @Example
    void emptyTensorsHaveViewsToo() {
        var empty = Tensor.zeros(2, 0, 3);
        assertEquals(0, empty.numel());
        assertTrue(empty.isContiguous());
        assertEquals(Shape.of(3, 0, 2), empty.permute(2, 1, 0).shape());
        assertEquals(Shape.of(0), empty.reshape(-1).shape());
        assertEquals(Shape.of(4, 2, 0, 3), empty.expand(4, 2, 0, 3).shape());
        assertEquals(Shape.of(5, 0), Tensor.zeros(1, 0).expand(5, 0).shape());
        assertEquals(0, empty.toArray().length);
    }

    @Example
    void anArrayIsTheCallersOwn() {
        var data = new float[] {1, 2};
        var x = Tensor.of(data);
        data[0] = 9;
        x.toArray()[1] = 9;
        assertArrayEquals(new float[] {1, 2}, x.toArray());
        assertNotSame(x.toArray(), x.toArray());
        var shape = new int[] {1, 2};
        var y = x.reshape(shape);
        shape[0] = 7;
        y.shape().toArray()[1] = 7;
        assertEquals(Shape.of(1, 2), y.shape());
    }

    @Example
    void aMatrixIsMadeOfRows() {
        var x = Tensor.of(new float[][] {{1, 2, 3}, {4, 5, 6}});
        assertEquals(Shape.of(2, 3), x.shape());
        assertEquals(6f, x.t().get(2, 1));
        assertEquals(Shape.of(0, 0), Tensor.of(new float[0][]).shape());
    }

    @Provide
    Arbitrary<Shape> any() { return Shapes.any(); }

    @Provide
    Arbitrary<Shape> evenEmpty() { return Shapes.evenEmpty(); }

    /// Empty views lie anywhere; nothing may be read there.
    @Example
    void emptyViewsOfViewsWork() {
        var behind = Tensor.arange(10).slice(0, 0, 10, 3).slice(0, 4, 4);
        assertEquals(0, behind.toArray().length);
        var empty = Tensor.zeros(3, 4).slice(1, 0, 4, 2).slice(1, 0, 0);
        assertArrayEquals(new float[6], empty.matmul(Tensor.zeros(0, 2)).toArray());
        assertArrayEquals(new float[0], Tensor.zeros(2, 4).t().slice(0, 0, 0).matmul(Tensor.zeros(2, 3)).toArray());
    }

    /// Rows too short for a loop of their own are written out first: the same numbers.
    @Example
    void shortRowsBroadcast() {
        var x = Tensor.arange(600).reshape(60, 10);
        var row = x.slice(0, 3, 4);
        var column = x.slice(1, 2, 3);
        for (int i : new int[] {0, 7, 59})
            for (int j : new int[] {0, 9}) {
                assertEquals(x.get(i, j) + row.get(0, j), x.add(row).get(i, j));
                assertEquals(x.get(i, j) - column.get(i, 0), x.sub(column).get(i, j));
            }
    }

    @Example
    void anExpansionLeavesASizeAsItIs() {
        var x = Tensor.arange(3).reshape(3, 1);
        assertEquals(Shape.of(3, 4), x.expand(-1, 4).shape());
        assertArrayEquals(new float[] {0, 1, 2, 0, 1, 2}, x.expand(2, -1, -1).toArray());
        Rejected.argument(() -> x.expand(-1, 3, 4), "[-1, 3, 4]", "size -1 is negative");
        Rejected.argument(() -> x.expand(-1), "expand", "[3, 1]", "[1]");
    }
}
