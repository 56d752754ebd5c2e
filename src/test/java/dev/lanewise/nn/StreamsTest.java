package dev.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.lanewise.random.Threefry;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// The values of a parameter depend on (seed, path) alone. That no two of a model share a stream is part of the
/// initializers' contract, in [dev.lanewise.nn.init].
class StreamsTest {

    @Property(tries = 50)
    void aChildThatIsAddedLeavesTheOthersAsTheyWere(@ForAll long seed) {
        var names = Nets.names(4, new SplittableRandom(seed));
        var before = Nets.named(names.subList(0, 3)).initialize(seed);
        var more = List.of(names.get(0), names.get(3), names.get(2), names.get(1));
        var after = Nets.named(more).initialize(seed).namedParameters();
        before.namedParameters().forEach((path, parameter) -> assertArrayEquals(
            Nets.bits(parameter.tensor().toArray()), Nets.bits(after.get(path).tensor().toArray()), path));
    }

    @Property(tries = 50)
    void theSameSeedGivesTheSameBits(@ForAll long seed) {
        var net = Nets.named(List.of("a", "b")).initialize(seed);
        var first = Nets.bits(net);
        assertFalse(Arrays.equals(first, Nets.bits(net.initialize(seed + 1))), "another seed");
        assertArrayEquals(first, Nets.bits(net.initialize(seed)));
        assertArrayEquals(first, Nets.bits(Nets.named(List.of("a", "b")).initialize(new Threefry(seed))));
    }
}
