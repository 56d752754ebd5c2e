package dev.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import org.junit.jupiter.api.Test;

/// Layers that look at the last dimensions, or make few of many.
class LeadingDimensionsTest {

    @Test
    void linearTakesAnyLeadingDimensions() {
        var layer = new Linear(3, 4);
        layer.initialize(1);
        var x = Tensor.randn(new Threefry(1), 2, 5, 3);
        var rows = layer.forward(x.reshape(10, 3));
        assertArrayEquals(rows.toArray(), layer.forward(x).toArray());
        assertEquals(Shape.of(2, 5, 4), layer.forward(x).shape());
        assertArrayEquals(rows.select(0, 0).toArray(), layer.forward(x.select(0, 0).select(0, 0)).toArray());
        Rejected.argument(() -> layer.forward(Tensor.ones(3, 2)), "linear", "[3, 2]", "3 in the last dimension");
        Rejected.argument(() -> layer.forward(Tensor.scalar(3)), "linear", "[]");
    }

    @Test
    void flattenKeepsTheBatch() {
        assertEquals(Shape.of(2, 60), new Flatten().call(Tensor.ones(2, 3, 4, 5)).shape());
        assertEquals(Shape.of(2, 12, 5), new Flatten(1, -2).call(Tensor.ones(2, 3, 4, 5)).shape());
        Rejected.argument(() -> new Flatten(2, 1).call(Tensor.ones(2, 3, 4)), "flatten", "from dimension 2 to 1");
        assertEquals("Flatten(1, -1)", new Flatten().toString());
    }

    @Test
    void unflattenUndoesIt() {
        var x = Tensor.arange(2 * 60).reshape(2, 60, 1);
        assertEquals(Shape.of(2, 3, 4, 5, 1), new Unflatten(1, 3, -1, 5).call(x).shape());
        assertEquals(Shape.of(2, 60, 1, 1), new Unflatten(-1, 1, 1).call(x).shape());
        assertEquals(Shape.of(2, 0, 3, 1), new Unflatten(1, -1, 3).call(Tensor.zeros(2, 0, 1)).shape());
        assertArrayEquals(x.toArray(), new Flatten(1, 3).call(new Unflatten(1, 3, 4, 5).call(x)).toArray());
        Rejected.argument(() -> new Unflatten(1, 7, -1).call(x), "unflatten", "60 is not [7, -1]");
        Rejected.argument(() -> new Unflatten(1, 60, 2).call(x), "unflatten", "60 is not [60, 2]");
        Rejected.argument(() -> new Unflatten(1, 65536, 65536, 65536).call(x), "unflatten", "60 is not");
        Rejected.argument(() -> new Unflatten(3, 1, 1).call(x), "dimension", "3");
        Rejected.argument(() -> new Unflatten(1), "Unflatten", "[]");
        Rejected.argument(() -> new Unflatten(1, -1, -1), "Unflatten", "[-1, -1]");
        Rejected.argument(() -> new Unflatten(1, 0), "Unflatten", "[0]");
        assertEquals("Unflatten(1, [3, -1, 5])", new Unflatten(1, 3, -1, 5).toString());
    }

    @Test
    void dropoutGoesOnFromAStep() {
        var dropout = new Dropout(0.5);
        dropout.initialize(1);
        var x = Tensor.ones(100);
        dropout.call(x);
        var second = dropout.call(x).toArray();
        assertEquals(2, dropout.step());
        dropout.step(1);
        assertArrayEquals(second, dropout.call(x).toArray());
        Rejected.argument(() -> dropout.step(-1), "dropout", "step -1");
    }
}
