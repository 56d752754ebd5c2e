package dev.lanewise.lab.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.lab.compare.Ranking.Entry;
import dev.lanewise.lab.compare.Ranking.Standing;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/// What is said of starts that were compared.
class RankingTest {

    private static final int CLASSES = 10;

    /// Classifiers whose errors are their own, on labels that all classes share alike.
    private static List<Entry> entries(long seed, int images, int seeds, double... shares) {
        var random = new SplittableRandom(seed);
        var constant = IntStream.range(0, seeds).mapToObj(k -> {
            var right = new boolean[images];
            for (int i = 0; i < images; i += CLASSES) right[i] = true;
            return right;
        }).toList();
        return IntStream.range(0, shares.length).mapToObj(i ->
            new Entry("start-" + (char) ('a' + i), ContrastTest.draws(random, images, seeds, shares[i]), constant)).toList();
    }

    private static List<Standing> standings(Ranking ranking) {
        return IntStream.range(0, ranking.entries().size()).mapToObj(ranking::standing).toList();
    }

    @Property(tries = 100)
    void theOrderMakesNoDifference(@ForAll @Size(min = 1, max = 7) List<@DoubleRange(min = 0.05, max = 1) Double> shares,
                                   @ForAll @IntRange(min = 1, max = 300) int images,
                                       @ForAll @IntRange(min = 1, max = 3) int seeds,
                                   @ForAll long seed) {
        var entries = entries(seed, images, seeds, shares.stream().mapToDouble(share -> share).toArray());
        var mixed = new ArrayList<>(entries);
        Collections.shuffle(mixed, new Random(seed));
        var one = new Ranking(entries);
        var other = new Ranking(mixed);
        assertEquals(one.words(), other.words());
        for (int i = 0; i < entries.size(); i++) assertEquals(one.standing(i), other.standing(mixed.indexOf(entries.get(i))));
    }

    /// What is called ahead is ahead of every other beyond chance; what is called behind is so of one in front; what doesn't
    /// learn is never in front of anything.
    @Property(tries = 100)
    void nothingIsSaidThatTheNumbersDontSay(@ForAll @Size(min = 2, max = 6) List<@DoubleRange(min = 0.05, max = 1) Double> shares,
                                           @ForAll @IntRange(min = 1, max = 400) int images,
                                               @ForAll @IntRange(min = 1, max = 3) int seeds,
                                           @ForAll long seed) {
        var ranking = new Ranking(entries(seed, images, seeds, shares.stream().mapToDouble(share -> share).toArray()));
        var entries = ranking.entries();
        double level = 0.05 / (entries.size() * (entries.size() - 1) / 2.0);
        var learners = IntStream.range(0, entries.size()).filter(i -> ranking.timesLearned(entries.get(i)) == seeds).toArray();
        for (int i = 0; i < entries.size(); i++) {
            var entry = entries.get(i);
            switch (ranking.standing(i)) {
                case AHEAD -> {
                    for (int j : learners) if (j != i) {
                        var contrast = Contrast.of(entry.right(), entries.get(j).right());
                        assertTrue(contrast.difference() > 0 && contrast.p() < level, contrast.toString());
                        assertEquals(Standing.BEHIND, ranking.standing(j));
                    }
                }
                case BEHIND -> assertTrue(IntStream.range(0, entries.size()).filter(j -> List.of(Standing.AHEAD, Standing.FRONT)
                    .contains(ranking.standing(j))).anyMatch(j -> Contrast.of(entries.get(j).right(), entry.right()).p() < level
                    && entries.get(j).accuracy() > entry.accuracy()));
                case FRONT -> assertEquals(seeds, ranking.timesLearned(entry));
                case SOMETIMES -> assertTrue(ranking.timesLearned(entry) > 0 && ranking.timesLearned(entry) < seeds);
                case NOT -> assertEquals(0, ranking.timesLearned(entry));
            }
        }
        assertFalse(ranking.words().toLowerCase().contains("best"), ranking.words());
        assertTrue(ranking.words().contains("ahead") == standings(ranking).contains(Standing.AHEAD), ranking.words());
        assertFalse(ranking.words().contains("NaN"), ranking.words());
    }

    /// Equals are called unequal no more often than the level says: over all eleven together.
    @Test
    void amongEqualsNoneIsAhead() {
        var shares = new double[11];
        java.util.Arrays.fill(shares, 0.87);
        int wrong = 0;
        for (int i = 0; i < 40; i++) {
            var ranking = new Ranking(entries(new SplittableRandom().nextLong(), 2000, 1, shares));
            if (!standings(ranking).stream().allMatch(Standing.FRONT::equals)) wrong++;
        }
        // of 40 at 5 %, more than 12 have a probability below 1e-6
        assertTrue(wrong <= 12, wrong + " of 40");
    }

    @Test
    void theSentencesAreThoseOfTheCase() {
        says("Four of six initializations learn; start-a and start-b don't: they have", 1, 0.1, 0.08, 0.48, 0.87, 0.87, 0.87)
            .contains("The three in front are alike within chance, ").contains(": start-d, start-e and start-f.")
            .contains("Behind them: start-c 4").contains("--seeds").contains("4,000 held-out images");
        says("All two initializations learn. Those that learn are alike within chance, ", 1, 0.87, 0.87);
        says("All two initializations learn. start-a is ahead of the others by more than chance explains: start-a ",
            1, 0.95, 0.6);
        says("None of the three initializations learns: they have ", 1, 0.1, 0.1, 0.1).lacks("front").lacks("Behind")
            .lacks("ahead");
        says("start-a doesn't learn: ", 1, 0.1).contains("always giving the most frequent answer has 10.00 %");
        says("start-a learns: ", 1, 0.9).lacks("ahead").lacks("front");
        says("One of two initializations learns, start-b 9", 1, 0.1, 0.9).contains("; start-a doesn't: it has ").lacks("front");
        says("All three initializations learn. Those that learn are alike", 5, 0.87, 0.87, 0.87).contains("Means over 5 seeds")
            .lacks("--seeds");
    }

    private record Said(String words) {
        Said contains(String part) {
            assertTrue(words.contains(part), words);
            return this;
        }

        Said lacks(String part) {
            assertFalse(words.contains(part), words);
            return this;
        }
    }

    private static Said says(String start, int seeds, double... shares) {
        var words = new Ranking(entries(7, 4000, seeds, shares)).words();
        assertTrue(words.startsWith(start), words);
        return new Said(words);
    }

    @Test
    void whatLearnsFromSomeSeedsOnlyIsSaidSo() {
        var good = entries(1, 1000, 2, 0.9, 0.1);
        var half = new Entry("half", List.of(good.get(0).right().get(0), good.get(1).right().get(1)), good.get(0).constant());
        assertTrue(new Ranking(List.of(half)).words().startsWith("half learns from 1 of 2 seeds: "),
            new Ranking(List.of(half)).words());
        var both = new Ranking(List.of(half, good.get(0)));
        assertEquals(List.of(Standing.SOMETIMES, Standing.FRONT), standings(both));
        assertTrue(both.words().startsWith("One of two initializations learns, start-a "), both.words());
        assertTrue(both.words().contains("; half learns from 1 of 2 seeds. "), both.words());
    }

    @Test
    void tiesAndTinySetsClaimNothing() {
        for (int images = 1; images <= 3; images++) {
            var words = new Ranking(entries(3, images, 1, 1, 0, 1)).words();
            assertTrue(words.startsWith("None of the three"), words);
        }
        var right = entries(3, 500, 1, 0.9).getFirst();
        var tie = new Ranking(List.of(right, new Entry("twin", right.right(), right.constant())));
        assertEquals(List.of(Standing.FRONT, Standing.FRONT), standings(tie));
    }

    @Test
    void anErrorIsNeverNone() {
        var all = new Entry("all", List.of(new boolean[] {true, true, true}), List.of(new boolean[3]));
        assertEquals(Math.sqrt(0.2 * 0.8 / 3), all.standardError(), 1e-12);
        var some = entries(1, 12_000, 1, 0.87).getFirst();
        assertEquals(Math.sqrt(some.accuracy() * (1 - some.accuracy()) / 12_000), some.standardError(), 1e-12);
        var seeds = new Entry("seeds",
            List.of(ContrastTest.pair(10, 4, 0, 2).get(0), ContrastTest.pair(10, 8, 0, 0).get(0)), List.of());
        assertEquals(0.7, seeds.accuracy(), 1e-12);
        assertEquals(0.1, seeds.standardError(), 1e-12);
    }
}
