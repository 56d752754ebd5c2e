package dev.lanewise.lab.compare;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.figures.Statistics;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContrastTest {

    /// Of `images`, the first so many only the one gets right, the next so many only the other, the next so many both.
    static List<boolean[]> pair(int images, int one, int other, int both) {
        var first = new boolean[images];
        var second = new boolean[images];
        Arrays.fill(first, 0, one, true);
        Arrays.fill(second, one, one + other, true);
        Arrays.fill(first, one + other, one + other + both, true);
        Arrays.fill(second, one + other, one + other + both, true);
        return List.of(first, second);
    }

    /// Closed forms: twice the sum of binomials over a power of two.
    @ParameterizedTest
    @CsvSource({"0,0,1", "1,0,1", "5,0,0.0625", "0,10,0.001953125", "3,7,0.34375", "7,3,0.34375", "50,50,1"})
    void theSignTestIsExact(long heads, long tails, double p) { assertEquals(p, Contrast.signTest(heads, tails), 1e-14 * p); }

    @Test
    void theSignTestHoldsAtManyImages() {
        // the normal law with a correction for continuity is right to a per cent there
        assertEquals(0.0461, Contrast.signTest(100_316, 99_424), 1e-3);
        assertEquals(0, Contrast.signTest(1_000_000, 0));
        assertTrue(Contrast.signTest(0, 1000) > 0 && Contrast.signTest(0, 1000) < 1e-300);
    }

    /// From tables of Student's t: two-sided 5 % and 0.1 % points.
    @ParameterizedTest
    @CsvSource({"12.706,1,0.05", "636.62,1,0.001", "4.3027,2,0.05", "31.599,2,0.001", "3.1824,3,0.05", "2.7764,4,0.05",
        "8.6103,4,0.001", "2.2281,10,0.05", "2.0452,29,0.05", "1.9840,100,0.05", "0,7,1"})
    void studentsLawIsThatOfTheTables(double t, int freedom, double p) {
        assertEquals(p, Contrast.beyondT(t, freedom), 1e-4 * p + 1e-15);
        assertEquals(p, Contrast.beyondT(-t, freedom), 1e-4 * p + 1e-15);
    }

    @Property(tries = 200)
    void exchangingTheTwoTurnsTheDifferenceAround(@ForAll @IntRange(min = 1, max = 50) int images,
                                                 @ForAll @IntRange(min = 1, max = 4) int seeds, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var one = draws(random, images, seeds, 0.7);
        var other = draws(random, images, seeds, 0.5);
        var there = Contrast.of(one, other);
        var back = Contrast.of(other, one);
        assertEquals(there.difference(), 0 - back.difference());
        assertEquals(there.pairedError(), back.pairedError());
        assertEquals(there.p(), back.p());
        assertTrue(there.p() >= 0 && there.p() <= 1 && there.pairedError() >= 0, there.toString());
        double expected = IntStream.range(0, seeds)
            .mapToDouble(k -> Statistics.share(one.get(k)) - Statistics.share(other.get(k))).average().orElseThrow();
        assertEquals(expected, there.difference(), 1e-12);
        assertEquals(1, Contrast.of(one, one).p());
    }

    static List<boolean[]> draws(SplittableRandom random, int images, int seeds, double share) {
        return IntStream.range(0, seeds).mapToObj(k -> {
            var right = new boolean[images];
            for (int i = 0; i < images; i++) right[i] = random.nextDouble() < share;
            return right;
        }).toList();
    }

    /// Two that are equally good are told apart no more often than the level says; with few seeds and few images, too.
    @Test
    void equalsAreSeldomToldApart() {
        var random = new SplittableRandom(new SplittableRandom().nextLong());
        for (int seeds : new int[] {1, 2, 3, 6}) for (int images : new int[] {5, 40, 400}) for (double share : new double[] {0.1,
            0.5, 0.9}) {
            int apart = 0;
            for (int i = 0; i < 1000; i++)
                if (Contrast.of(draws(random, images, seeds, share), draws(random, images, seeds, share)).p() < 0.05) apart++;
            // a binomial of 1000 and 0.05 exceeds 95 with a probability below 1e-8; rounding of the t law by discreteness is
            // within that
            assertTrue(apart <= 95, apart + " of 1000 at " + seeds + " seeds, " + images + " images, " + share);
        }
    }

    /// Nor if seeds differ by as much luck as images do.
    @Test
    void equalsOfUnequalSeedsAreSeldomToldApart() {
        var random = new SplittableRandom(new SplittableRandom().nextLong());
        int images = 400;
        double share = 0.8;
        double luck = Math.sqrt(share * (1 - share) / images);
        for (int seeds : new int[] {2, 3, 6}) {
            int apart = 0;
            for (int i = 0; i < 1000; i++)
                if (Contrast.of(lucky(random, images, seeds, share, luck), lucky(random, images, seeds, share, luck))
                    .p() < 0.05) apart++;
            assertTrue(apart <= 95, apart + " of 1000 at " + seeds + " seeds");
        }
    }

    private static List<boolean[]> lucky(SplittableRandom random, int images, int seeds, double share, double luck) {
        return IntStream.range(0, seeds)
            .mapToObj(_ -> draws(random, images, 1, share + luck * random.nextGaussian()).getFirst()).toList();
    }

    /// A difference of all images from one seed of five images is no proof; nor are two seeds that agree exactly.
    @Test
    void fewImagesProveNothing() {
        var pair = pair(5, 5, 0, 0);
        assertTrue(Contrast.of(List.of(pair.get(0)), List.of(pair.get(1))).p() > 0.05);
        assertTrue(Contrast.of(List.of(pair(5, 1, 0, 4).get(0), pair(5, 1, 0, 4).get(0)),
            List.of(pair(5, 1, 0, 4).get(1), pair(5, 1, 0, 4).get(1))).p() > 0.05);
    }

    /// A t of two or three seeds sees nothing beside a hundred other pairs; but what is plain on their images is plain.
    @Test
    void fewSeedsSeeWhatTheirImagesShow() {
        var random = new SplittableRandom(1);
        var contrast = Contrast.of(draws(random, 3000, 2, 0.86), draws(random, 3000, 2, 0.58));
        assertTrue(contrast.p() < 1e-9 && contrast.difference() > 0.2, contrast.toString());
        var three = Contrast.of(draws(random, 3000, 3, 0.80), draws(random, 3000, 3, 0.755));
        assertTrue(three.p() < 1e-4, "no single seed shows it so plainly: " + three);
        var turned = Contrast.of(List.of(pair(100, 90, 0, 0).get(0), pair(100, 90, 0, 0).get(1)),
            List.of(pair(100, 90, 0, 0).get(1), pair(100, 90, 0, 0).get(0)));
        assertEquals(1, turned.p(), "each seed says the opposite of the other");
    }

    @Test
    void theErrorOfADifferenceIsMcNemars() {
        var pair = pair(1000, 30, 20, 800);
        var contrast = Contrast.of(List.of(pair.get(0)), List.of(pair.get(1)));
        assertEquals(0.01, contrast.difference(), 1e-12);
        assertEquals(Math.sqrt(50) / 1000, contrast.pairedError(), 1e-12);
        assertArrayEquals(new double[] {0.83, 0.82},
            new double[] {Statistics.share(pair.get(0)), Statistics.share(pair.get(1))}, 1e-12);
    }
}
