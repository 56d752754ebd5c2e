package dev.lanewise.tensor;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/// Shapes to try operations on.
final class Shapes {

    private Shapes() {}

    /// Up to four dimensions, of 1, or around the lengths of vectors; not too large in all.
    static Arbitrary<Shape> any() {
        return Arbitraries.of(1, 2, 3, 5, 8, 17, 33).array(int[].class).ofMaxSize(4).map(Shape::of)
            .filter(shape -> shape.numel() <= 5000).withoutEdgeCases();
    }

    /// As [#any()], with an empty dimension now and then.
    static Arbitrary<Shape> evenEmpty() {
        return Arbitraries.of(0, 1, 2, 3, 17).array(int[].class).ofMaxSize(4).map(Shape::of)
            .filter(shape -> shape.numel() <= 5000).withoutEdgeCases();
    }
}
