package dev.lanewise.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Locale;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class FormatTest {

    @Example
    void aNumber() { assertEquals("tensor[] 1.5000", Tensor.scalar(1.5f).toString()); }

    @Example
    void aVector() { assertEquals("tensor[3] [1.0000, -2.5000, 0.0000]", Tensor.of(1f, -2.5f, 0f).toString()); }

    @Example
    void aMatrix() {
        assertEquals("""
            tensor[2, 2] [[1.0000, 2.0000],
             [3.0000, 4.0000]]""", Tensor.of(new float[][] {{1, 2}, {3, 4}}).toString());
    }

    @Example
    void aViewShowsItsOwnElements() {
        assertEquals("""
            tensor[2, 2] [[1.0000, 3.0000],
             [2.0000, 4.0000]]""", Tensor.of(new float[][] {{1, 2}, {3, 4}}).t().toString());
    }

    @Example
    void longDimensionsAreCutInTheMiddle() {
        var data = new float[1000];
        for (int i = 0; i < data.length; i++) data[i] = i;
        assertEquals("tensor[1000] [0.0000, 1.0000, 2.0000, …, 997.0000, 998.0000, 999.0000]", Tensor.of(data).toString());
        var lines = Tensor.wrap(data, 100, 10).toString().lines().toList();
        assertEquals(7, lines.size());
        assertEquals(" …", lines.get(3));
        assertEquals(" [970.0000, 971.0000, 972.0000, …, 977.0000, 978.0000, 979.0000],", lines.get(4));
        // six are not many
        assertEquals("tensor[6] [0.0000, 1.0000, 2.0000, 3.0000, 4.0000, 5.0000]",
            Tensor.of(0f, 1f, 2f, 3f, 4f, 5f).toString());
    }

    @Example
    void smallLargeAndSpecialNumbers() {
        assertEquals("tensor[6] [1.0000e-05, 1.2346e+05, NaN, Infinity, -Infinity, -1.0000e-03]",
            Tensor.of(1e-5f, 123456f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, -9.99999e-4f).toString());
    }

    @Example
    void theRecord() {
        var x = Tensor.of(1f).requiresGrad(true);
        assertEquals("tensor[1] [1.0000] requiresGrad", x.toString());
        assertTrue(x.exp().toString().endsWith(" from exp"));
    }

    @Example
    void theCountryDoesNotMatter() {
        var before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.GERMANY);
            assertEquals("tensor[] 1.5000", Tensor.scalar(1.5f).toString());
        } finally {
            Locale.setDefault(before);
        }
    }

    @Property(tries = 200)
    void isShortAndBalanced(@ForAll("evenEmpty") Shape shape) {
        var text = Tensor.ones(shape.toArray()).toString();
        assertTrue(text.startsWith("tensor" + shape));
        assertEquals(text.chars().filter(c -> c == '[').count(), text.chars().filter(c -> c == ']').count());
        assertTrue(text.length() < 40 * Math.pow(8, shape.rank()), text);
    }

    @Example
    void whatIsTooDeepOrTooMuchStandsInOneRow() {
        var sizes = new int[200_000];
        Arrays.fill(sizes, 1);
        sizes[7] = 2;
        var deep = Tensor.of(1f, 2f).reshape(sizes);
        assertTrue(deep.toString().endsWith(" dimensions [1.0000, 2.0000]"), deep.toString());
        assertTrue(deep.toString().length() < 500, deep.toString());
        var message = assertThrows(IllegalArgumentException.class, () -> deep.reshape(3)).getMessage();
        assertTrue(message.length() < 2000, () -> message.length() + " characters");
        var wide = new int[21];
        Arrays.fill(wide, 2);
        var text = Tensor.ones(wide).toString();
        assertTrue(text.endsWith(" [1.0000, 1.0000, 1.0000, …, 1.0000, 1.0000, 1.0000]"), () -> text.length() + " characters");
    }

    @Provide
    Arbitrary<Shape> evenEmpty() { return Shapes.evenEmpty(); }
}
