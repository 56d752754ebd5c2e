package dev.lanewise.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.random.Threefry;
import java.util.ArrayList;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// Products by parts of one weight, as a stacked projection's are, in turn.
class PackedViewsTest {

    private static int copies(Tensor weight) {
        int copies = 0;
        for (var each = weight.storage.packed; each != null; each = each.others()) if (each.copy() != null) copies++;
        return copies;
    }

    private static int known(Tensor weight) {
        int known = 0;
        for (var each = weight.storage.packed; each != null; each = each.others()) known++;
        return known;
    }

    /// Each of them is copied at its second product, though others come between, and whether views are kept or taken anew.
    @Property(tries = 20)
    void viewsInTurnAreCopied(@ForAll long seed, @ForAll @IntRange(min = 1, max = 8) int parts, @ForAll boolean anew) {
        var weight = Tensor.randn(new Threefry(seed), 64 * parts, 80);
        var x = Tensor.randn(new Threefry(seed + 1), 64, 80);
        var kept = new ArrayList<Tensor>();
        for (int part = 0; part < parts; part++) kept.add(weight.slice(0, 64 * part, 64 * part + 64));
        for (int change = 0; change < 2; change++) {
            var expected = new ArrayList<float[]>();
            for (var view : kept) expected.add(x.matmul(view.t()).toArray());
            for (int call = 0; call < 3; call++) for (int part = 0; part < parts; part++) {
                var view = anew ? weight.slice(0, 64 * part, 64 * part + 64) : kept.get(part);
                assertArrayEquals(expected.get(part), Affine.linear(x, view, null).toArray());
                assertEquals(call == 0 ? 0 : call == 1 ? part + 1 : parts, copies(weight));
            }
            InPlace.copy(Tensor.randn(new Threefry(seed + 2), 64 * parts, 80), weight);
        }
    }

    /// Many parts, each of which is used once, leave no more than some names.
    @Example
    void manyViewsAreForgotten() {
        var weight = Tensor.randn(new Threefry(1), 100 * 64, 80);
        var x = Tensor.randn(new Threefry(2), 64, 80);
        for (int part = 0; part < 100; part++) Affine.linear(x, weight.slice(0, 64 * part, 64 * part + 64), null);
        assertEquals(8, known(weight));
        assertEquals(0, copies(weight));
    }
}
