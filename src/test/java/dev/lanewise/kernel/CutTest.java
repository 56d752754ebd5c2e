package dev.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class CutTest {

    @Property
    void partsAreInOrderAndEvenWhateverTheSizes(@ForAll @IntRange(min = 0, max = Integer.MAX_VALUE) int size,
                                                @ForAll @IntRange(min = 1, max = Integer.MAX_VALUE) int parts,
                                                @ForAll @IntRange(min = 0, max = Integer.MAX_VALUE) int any) {
        int part = any % parts;
        int from = Cut.at(size, parts, part);
        int n = Cut.at(size, parts, part + 1) - from;
        assertEquals(BigInteger.valueOf(size).multiply(BigInteger.valueOf(part)).divide(BigInteger.valueOf(parts))
            .intValueExact(), from);
        assertTrue(n == size / parts || n == Math.ceilDiv(size, parts), () -> n + " of " + size + " in " + parts);
        assertEquals(0, Cut.at(size, parts, 0));
        assertEquals(size, Cut.at(size, parts, parts));
    }
}
