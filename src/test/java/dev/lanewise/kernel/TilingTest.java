package dev.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.kernel.code.Loop.Tile.Layout;
import dev.lanewise.kernel.code.Samples;
import dev.lanewise.kernel.code.Target;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TilingTest {

    static Stream<Target> vectors() { return Samples.targets().stream().filter(target -> !target.isScalar()); }

    /// A tile's sums, a step's vectors of B, unless a single row takes them from memory, and one of A: else sums go to memory and
    /// back.
    @ParameterizedTest
    @MethodSource("vectors")
    void everyTileFitsIntoTheRegisters(Target target) {
        var tiling = Tiling.of(target);
        for (int width = 1; width <= tiling.mostVectors(); width++)
            for (var layout : Layout.values()) {
                int rows = tiling.rows(width, layout);
                int needed = rows * width + (rows == 1 ? 0 : width) + 1;
                assertTrue(needed <= target.registers(), rows + "x" + width + " needs " + needed + " with " + target);
            }
    }

    /// They are so many, however long the vectors are.
    @ParameterizedTest
    @MethodSource("vectors")
    void tilesFollowFromTheRegisters(Target target) {
        var tiling = Tiling.of(target);
        var narrow = Tiling.of(new Target(4, target.registers(), true));
        assertEquals(narrow.byRows(), tiling.byRows());
        assertEquals(target.registers() == 32 ? 4 : 2, tiling.vectors());
        assertEquals(target.registers() == 16, tiling.isPacked(1000, 1000, 1000),
            "16 registers make tiles too narrow to read A in place");
    }
}
