package dev.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.kernel.code.Target;
import java.util.Arrays;
import java.util.HashSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class PlanTest {

    /// Blocks, panels, tiles and what is cut cover C without a gap, each tile within what the machine has tiles for.
    @Property
    void tilesCoverAllOfTheResult(@ForAll @IntRange(max = 3000) int m, @ForAll @IntRange(max = 3000) int n,
                                  @ForAll @IntRange(max = 600) int k, @ForAll boolean transposeA, @ForAll boolean transposeB,
                                  @ForAll @IntRange(min = 2, max = 4) int laneBits, @ForAll boolean many) {
        var tiling = Tiling.of(new Target(1 << laneBits, many ? 32 : 16, true));
        var plan = new Plan(tiling, m, n, k, n, transposeA, transposeB);
        if (plan.isThin) return;
        int lanes = tiling.lanes();
        assertTrue((plan.whole + plan.cut) * lanes >= n && (plan.whole + plan.cut - 1) * lanes < n, "vectors for the columns");
        assertEquals(n % lanes == 0, plan.cut == 0);
        int row = 0;
        for (int block = 0; block < plan.blocks; block++) {
            int rows = plan.blockEnd(block) - row;
            int from = 0;
            for (int p = 0; p < plan.panels; p++) {
                check(plan.grid(rows, plan.panelEnd(p) - from), rows, plan.panelEnd(p) - from, tiling);
                from = plan.panelEnd(p);
            }
            if (!plan.isPacked) assertEquals(plan.whole, from);
            if (plan.cut > 0) check(plan.grid(rows, plan.cut), rows, plan.cut, tiling);
            row += rows;
        }
        assertEquals(m, row);
    }

    private static void check(Plan.Grid grid, int rows, int vectors, Tiling tiling) {
        assertTrue(largestStep(grid.rows(), rows) <= tiling.mostRows());
        assertTrue(largestStep(grid.vectors(), vectors) <= tiling.vectors(rows));
    }

    /// From 0 up to the end.
    private static int largestStep(int[] cuts, int end) {
        assertEquals(0, cuts[0]);
        assertEquals(end, cuts[cuts.length - 1]);
        int largest = 0;
        for (int i = 1; i < cuts.length; i++) {
            assertTrue(cuts[i] > cuts[i - 1], () -> "nothing is empty: " + Arrays.toString(cuts));
            largest = Math.max(largest, cuts[i] - cuts[i - 1]);
        }
        return largest;
    }

    /// One that is asked for again is there, and it is the right one however many there are.
    @Property
    void aShapeHasOnePlan(@ForAll @IntRange(min = 1, max = 40) int m, @ForAll @IntRange(min = 1, max = 40) int n,
                          @ForAll @IntRange(min = 1, max = 40) int k) {
        var plans = new Plan.Table(Tiling.of(new Target(8, 16, true)));
        var others = new HashSet<Plan>();
        for (int other = 1; other <= 100; other++) {
            assertTrue(others.add(plans.of(m, n, k, n + other, false, true)));
            assertTrue(others.add(plans.of(m + other, n, k, n, false, true)));
            assertTrue(others.add(plans.of(m, n + other, k, n, false, true)));
            assertTrue(others.add(plans.of(m, n, k + other, n, false, true)));
        }
        var plan = plans.of(m, n, k, n, false, false);
        assertSame(plan, plans.of(m, n, k, n, false, false));
        assertNotSame(plan, plans.of(m, n, k, n, true, false));
        assertNotSame(plan, plans.of(m, n, k, n, false, true));
        assertNotSame(plan, plans.of(m, n, k, n + 1, false, false));
        assertNotSame(plan, plans.of(m, n, k + 1, n, false, false));
        assertSame(plan, plans.of(m, n, k, n, false, false));
    }
}
