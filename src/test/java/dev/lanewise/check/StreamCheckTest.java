package dev.lanewise.check;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.random.RandomSource;
import dev.lanewise.random.Threefry;
import dev.lanewise.random.TorchRandom;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;

/// What streams can share, and what finds it.
class StreamCheckTest {

    private interface Keys {
        RandomSource stream(Threefry source, String path);
    }

    /// Nothing is drawn from the source itself.
    private record Keyed(Threefry source, Keys keys) implements RandomSource {
        @Override
        public RandomSource stream(String path) { return keys.stream(source, path); }

        @Override
        public RandomSource stream(long index) { throw new AssertionError(index); }

        @Override
        public void uniform(float[] out, int offset, int length) { throw new AssertionError(); }

        @Override
        public void normal(float[] out, int offset, int length) { throw new AssertionError(); }

        @Override
        public void bernoulli(double p, float[] out, int offset, int length) { throw new AssertionError(); }

        @Override
        public int[] permutation(int n) { throw new AssertionError(); }
    }

    private static Layer model(int width) { return new Sequential(new Linear(60, width), new ReLU(), new Linear(width, 90)); }

    private static List<String> failed(int width, long seed, Keys keys) {
        return StreamCheck.of(model(width), key -> new Keyed(new Threefry(key), keys), seed).failed().stream()
            .map(Finding::check).toList();
    }

    @Property(tries = 20, shrinking = ShrinkingMode.OFF)
    void streamsOfTheirOwnPass(@ForAll long seed, @ForAll @IntRange(min = 1, max = 100) int width) {
        assertEquals(List.of(), failed(width, seed, Threefry::stream));
    }

    /// A bias that is the beginning of its weight, however short.
    @Property(tries = 20, shrinking = ShrinkingMode.OFF)
    void aBiasFromItsWeightsStreamIsADuplicate(@ForAll long seed, @ForAll @IntRange(min = 8, max = 60) int width) {
        assertEquals(List.of("duplicates"), failed(width, seed,
            (source, path) -> source.stream(path.startsWith("0.") ? "0" : path)));
    }

    /// Of 64 values or more, wherever it lies in the longer one.
    @Property(tries = 20, shrinking = ShrinkingMode.OFF)
    void aBiasFromTheMidstOfItsWeightIsAnOverlap(@ForAll long seed, @ForAll @IntRange(min = 64, max = 100) int width,
                                                 @ForAll @IntRange(min = 1, max = 40) int groups) {
        assertEquals(List.of("sign window"), failed(width, seed, (source, path) -> {
            var stream = source.stream(path.replace("0.bias", "0.weight"));
            // a fill begins with a new group of 32
            if (path.equals("0.bias")) stream.uniform(new float[32 * groups], 0, 32 * groups);
            return stream;
        }));
    }

    /// Of the next seed, as where a layer's number is added to the seed.
    @Property(tries = 20, shrinking = ShrinkingMode.OFF)
    void theNextSeedsStreamsAreLookedAtToo(@ForAll long seed) {
        var model = new Sequential(new Linear(60, 60), new Linear(60, 60));
        // the modules have streams, too
        var report = StreamCheck.of(model, key -> new Keyed(new Threefry(key), (source, path) -> path.length() < 2 ? source
            : new Threefry(key + path.charAt(0)).stream(path.substring(2))), seed);
        assertEquals(List.of("duplicates", "cross signs", "sign window"), report.failed().stream().map(Finding::check).toList());
    }

    @Property(tries = 20, shrinking = ShrinkingMode.OFF)
    void aSequentialSourceDependsOnTheOrder(@ForAll long seed) {
        assertEquals(List.of("parameter alone"), StreamCheck.of(model(70), TorchRandom::new, seed).failed().stream()
            .map(Finding::check).toList());
    }

    /// The parameters are those of the seed afterwards.
    @Property(tries = 5)
    void theModelIsInitializedAfterwards(@ForAll long seed) {
        var model = model(8);
        StreamCheck.of(model, seed);
        var expected = model(8).initialize(seed).namedParameters();
        model.namedParameters().forEach((path, parameter) -> assertEquals(
            Arrays.toString(expected.get(path).tensor().toArray()), Arrays.toString(parameter.tensor().toArray())));
    }
}
