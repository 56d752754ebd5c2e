package dev.lanewise.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.Map;

/// Compares tensors bit for bit: NaNs and signs of zeros count.
final class Bits {

    /// Quiet and signalling NaNs of both signs, -0, the least positive number, -infinity.
    static final Tensor AWKWARD = ofBits(0x7fc00000, 0xffc00001, 0x7f800001, 0x7fbfffff, 0x80000000, 1, 0xff800000);

    private Bits() {}

    static Tensor ofBits(int... bits) {
        var values = new float[bits.length];
        for (int i = 0; i < bits.length; i++) values[i] = Float.intBitsToFloat(bits[i]);
        return Tensor.wrap(values, values.length);
    }

    static int[] of(Tensor tensor) {
        var values = tensor.toArray();
        var bits = new int[values.length];
        for (int i = 0; i < bits.length; i++) bits[i] = Float.floatToRawIntBits(values[i]);
        return bits;
    }

    static void assertSame(Tensor expected, Tensor actual) {
        assertEquals(expected.shape(), actual.shape());
        assertArrayEquals(of(expected), of(actual));
    }

    /// In the same order, too.
    static void assertSame(Map<String, Tensor> expected, Map<String, Tensor> actual) {
        assertEquals(new ArrayList<>(expected.keySet()), new ArrayList<>(actual.keySet()));
        expected.forEach((name, tensor) -> assertSame(tensor, actual.get(name)));
    }

    /// 0, 1, 2 … in this shape.
    static Tensor counting(int... shape) { return Tensor.arange(Shape.of(shape).numel()).reshape(shape); }
}
