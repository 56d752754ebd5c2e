package dev.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.nn.init.Scheme;
import dev.lanewise.random.Threefry;
import dev.lanewise.testing.TailBounds;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/// The values of a parameter depend on (seed, path) alone, and no two of a model share a stream.
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
    void aParameterAloneGetsTheSameValuesFromItsStream(@ForAll long seed) {
        var net = Nets.named(List.of("a", "b")).initialize(seed);
        var expected = Nets.bits(net);
        net.namedParameters().forEach((path, parameter) -> parameter.initialize(new Threefry(seed).stream(path)));
        assertArrayEquals(expected, Nets.bits(net));
    }

    @Property(tries = 50)
    void theSameSeedGivesTheSameBits(@ForAll long seed) {
        var net = Nets.named(List.of("a", "b")).initialize(seed);
        var first = Nets.bits(net);
        assertFalse(Arrays.equals(first, Nets.bits(net.initialize(seed + 1))), "another seed");
        assertArrayEquals(first, Nets.bits(net.initialize(seed)));
        assertArrayEquals(first, Nets.bits(Nets.named(List.of("a", "b")).initialize(new Threefry(seed))));
    }

    /// Whatever is drawn from a stream, its signs are fair and independent: 64 of them in a row occur twice among 14,000
    /// windows with a probability of 5e-12. Streams that overlap anywhere are seen, whatever the weights' scale.
    @Property(tries = 20, shrinking = ShrinkingMode.OFF)
    void noTwoParametersShareAStream(@ForAll long seed) {
        for (var scheme : List.of("torch-default", "xavier-normal")) {
            var found = new HashMap<Long, String>();
            parameters(scheme, seed).forEach((path, values) -> {
                long window = 0;
                for (int i = 0; i < values.length; i++) {
                    window = window << 1 | (values[i] < 0 ? 1 : 0);
                    if (i >= 63) assertNull(found.put(window, path), () -> path + " repeats a part of another");
                }
            });
            assertTrue(found.size() > 10_000);
        }
    }

    /// Signs at equal places; the six pairs of four weights raise a false alarm in 20 tries with a probability of 3e-12.
    @Property(tries = 20, shrinking = ShrinkingMode.OFF)
    void parametersAreNotCorrelated(@ForAll long seed) {
        var all = parameters("xavier-uniform", seed).entrySet().stream()
            .filter(entry -> entry.getKey().endsWith("weight")).toList();
        for (var a : all) {
            for (var b : all.subList(0, all.indexOf(a))) {
                int n = Math.min(a.getValue().length, b.getValue().length);
                double sum = 0;
                for (int i = 0; i < n; i++) sum += Math.signum(a.getValue()[i]) * Math.signum(b.getValue()[i]);
                assertEquals(0, sum / n, TailBounds.ofSigns(n), a.getKey() + " and " + b.getKey());
            }
        }
    }

    private static HashMap<String, float[]> parameters(String scheme, long seed) {
        var start = Scheme.named(scheme);
        var net = new Sequential(new Linear(40, 70, true, start), new Linear(70, 70, true, start),
            new Sequential(new Linear(40, 70, true, start)), new Linear(70, 40, true, start)).initialize(seed);
        var values = new HashMap<String, float[]>();
        net.namedParameters().forEach((path, parameter) -> {
            if (parameter.name().equals("weight") || scheme.equals("torch-default"))
                values.put(path, parameter.tensor().toArray());
        });
        return values;
    }
}
