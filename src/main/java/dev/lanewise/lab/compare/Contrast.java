package dev.lanewise.lab.compare;

import dev.lanewise.figures.Statistics;
import dev.lanewise.nn.init.Distribution;
import java.util.List;
import java.util.stream.IntStream;

/// How far the accuracies of two classifiers lie apart on the same images, and how easily chance alone explains that.
///
/// From one seed only the luck of the images is known. McNemar's exact test ("Note on the sampling error of the difference
/// between correlated proportions or percentages", 1947) is about that: of the images that one gets right and the other wrong,
/// each is as likely to be the one's as the other's between equals. The luck of weights and order isn't in it, and is about as
/// large (Bouthillier et al., "Accounting for variance in machine learning benchmarks", 2021); so the difference has to be beyond
/// chance, too, where each is taken to have been judged on images of its own, which is twice the luck or more.
///
/// From several seeds it is a t test of the seeds' differences, which knows of all these kinds of luck; their spread is taken to
/// be no less than the images make it. Of few seeds that test sees little, so that the test of one seed counts, too, on the
/// images of all of them, where they agree on who is better and their spread is no larger than it allows for; for the choice
/// between the two, twice the lesser probability is taken.
///
/// @param difference  the first's accuracy less the second's
/// @param pairedError standard error of the difference: from one seed, that of the images alone
/// @param p           the probability of a difference at least as large, either way, between equals
record Contrast(double difference, double pairedError, double p) {

    private static final Distribution NORMAL = new Distribution.Normal(0, 1);

    /// @param first  whether it is right, image by image, for each seed
    /// @param second of the same seeds and images
    static Contrast of(List<boolean[]> first, List<boolean[]> second) {
        int seeds = first.size();
        var each = IntStream.range(0, seeds).mapToObj(seed -> of(first.get(seed), second.get(seed))).toList();
        if (seeds == 1) return each.getFirst();
        double difference = each.stream().mapToDouble(Contrast::difference).sum() / seeds;
        double byImages = Math.sqrt(each.stream().mapToDouble(one -> one.pairedError * one.pairedError).sum()) / seeds;
        double error = Math.max(byImages,
            Statistics.sampleDeviation(each.stream().mapToDouble(Contrast::difference).toArray()) / Math.sqrt(seeds));
        double together = difference == 0 ? 1 : beyondT(difference / error, seeds - 1);
        boolean oneWay = each.stream().allMatch(one -> one.difference * difference > 0);
        return new Contrast(difference, error, Math.min(1, 2 * Math.min(together, oneWay ? onAll(first, second, error) : 1)));
    }

    /// The test of one seed on the images of all, with no smaller error than the seeds' spread makes it.
    private static double onAll(List<boolean[]> first, List<boolean[]> second, double error) {
        var one = joined(first);
        var other = joined(second);
        double seen = 2 * NORMAL.cdf(-Math.abs(Statistics.share(one) - Statistics.share(other)) / error);
        return Math.max(of(one, other).p, seen);
    }

    private static boolean[] joined(List<boolean[]> seeds) {
        int images = seeds.getFirst().length;
        var all = new boolean[seeds.size() * images];
        for (int seed = 0; seed < seeds.size(); seed++) System.arraycopy(seeds.get(seed), 0, all, seed * images, images);
        return all;
    }

    private static Contrast of(boolean[] first, boolean[] second) {
        double images = first.length;
        long ahead = count(first, second);
        long behind = count(second, first);
        return new Contrast((ahead - behind) / images, Math.sqrt(ahead + behind) / images,
            Math.max(signTest(ahead, behind), apart(Statistics.share(first), Statistics.share(second), first.length)));
    }

    /// Between one network and a rule that needs no luck: McNemar's test alone.
    static double againstRule(boolean[] network, boolean[] rule) { return signTest(count(network, rule), count(rule, network)); }

    /// The probability of shares so far apart, or farther, on two sets of so many images.
    private static double apart(double one, double other, int images) {
        double mean = (one + other) / 2;
        double error = Math.sqrt(2 * mean * (1 - mean) / images);
        return one == other ? 1 : Math.min(1, 2 * NORMAL.cdf(-Math.abs(one - other) / error));
    }

    /// Images that the one gets right and the other doesn't.
    private static long count(boolean[] one, boolean[] other) {
        long count = 0;
        for (int i = 0; i < one.length; i++) if (one[i] && !other[i]) count++;
        return count;
    }

    /// The probability that a fair coin falls at least as unevenly.
    static double signTest(long heads, long tails) {
        long tosses = heads + tails;
        long fewer = Math.min(heads, tails);
        double log = -tosses * Math.log(2);
        for (long i = 0; i < fewer; i++) log += Math.log((double) (tosses - i) / (i + 1));
        double sum = 0;
        double term = 1;
        for (long i = fewer; i >= 0 && term > 1e-18 * sum; i--) {
            sum += term;
            term *= (double) i / (tosses - i + 1);
        }
        return Math.min(1, 2 * Math.exp(log) * sum);
    }

    /// The probability that Student's t lies beyond ±`t`: Abramowitz and Stegun, 26.7.3 and 26.7.4.
    static double beyondT(double t, int freedom) {
        double angle = Math.atan(Math.abs(t) / Math.sqrt(freedom));
        double cosine = Math.cos(angle);
        double sum = 0;
        double term = freedom % 2 == 1 ? cosine : 1;
        for (int power = freedom % 2; power <= freedom - 2; power += 2) {
            sum += term;
            term *= cosine * cosine * (power + 1) / (power + 2);
        }
        double within = freedom % 2 == 1 ? 2 / Math.PI * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
        return Math.clamp(1 - within, 0, 1);
    }
}
