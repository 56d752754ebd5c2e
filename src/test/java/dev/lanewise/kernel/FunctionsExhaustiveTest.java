package dev.lanewise.kernel;

import dev.lanewise.kernel.expr.Functions;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every float there is, in some ten minutes, so the build leaves it out: it runs with
/// `-Dgroups=exhaustive -DexcludedGroups=none`.
@Tag("exhaustive")
class FunctionsExhaustiveTest {

    private static final int PARTS = 1 << 10;
    /// Where a function is its own reference, a sample will do.
    private static final int FAR_STRIDE = 61;

    @ParameterizedTest
    @MethodSource("functions")
    void everyFunction(Accuracy function) {
        long size = function.end() / PARTS;
        var worst = IntStream.range(0, PARTS).parallel()
            .mapToObj(part -> function.sweep(part * size, stride(function, part * size), (part + 1) * size))
            .reduce(Accuracy.Worst::or).orElseThrow();
        System.out.println(function + ": " + worst);
        function.assertWithin(worst);
    }

    static List<Accuracy> functions() { return Accuracy.SWEPT; }

    /// Far angles are left to `StrictMath`, which takes a hundred times as long as a formula.
    private static int stride(Accuracy function, long bits) {
        boolean angle = Set.of("sin", "cos").contains(function.toString());
        return angle && bits >= Float.floatToIntBits(Functions.NEAR) ? FAR_STRIDE : 1;
    }

    @Test
    void sineAndCosine() {
        var errors = IntStream.range(0, 1 << 6).parallel().mapToObj(start -> Turns.errors(start, 6))
            .reduce(Turns.Errors::or).orElseThrow();
        System.out.println("sine and cosine: " + errors);
        errors.assertSmall();
    }
}
