package dev.lanewise.train;

import java.util.Arrays;

/// The scores of examples of two classes, which are kept until they are ranked. What they give is the same in any order of the
/// examples.
final class Ranked {

    private double[] positives = new double[64];
    private double[] negatives = new double[64];
    private int positive;
    private int negative;

    void add(double score, boolean isPositive) {
        // the zeros are one
        if (isPositive) {
            if (positive == positives.length) positives = grown(positives);
            positives[positive++] = score + 0.0;
        } else {
            if (negative == negatives.length) negatives = grown(negatives);
            negatives[negative++] = score + 0.0;
        }
    }

    private static double[] grown(double[] scores) {
        if (scores.length >= Integer.MAX_VALUE - 8) throw new IllegalStateException("ranking: " + scores.length
            + " scores of one class, as many as an array holds; rank a sample of the data");
        return Arrays.copyOf(scores, (int) Math.min(2L * scores.length, Integer.MAX_VALUE - 8));
    }

    /// Sorted; NaN, which has no rank, comes last.
    private boolean sort() {
        Arrays.sort(positives, 0, positive);
        Arrays.sort(negatives, 0, negative);
        return !(positive > 0 && Double.isNaN(positives[positive - 1]) || negative > 0 && Double.isNaN(negatives[negative - 1]));
    }

    /// The share of pairs of a positive and a negative in which the positive has the higher score, equal ones counted half.
    double rocAuc() {
        if (positive == 0 || negative == 0 || !sort()) return Double.NaN;
        double pairs = 0;
        int below = 0;
        int upTo = 0;
        for (int i = 0; i < positive; i++) {
            while (below < negative && negatives[below] < positives[i]) below++;
            while (upTo < negative && negatives[upTo] <= positives[i]) upTo++;
            pairs += ((double) below + upTo) * 0.5;
        }
        return pairs / positive / negative;
    }

    /// The mean, over the positives, of the precision among all that have at least their score.
    double averagePrecision() {
        if (positive == 0 || !sort()) return Double.NaN;
        double sum = 0;
        int above = 0;
        for (int i = positive - 1; i >= 0;) {
            double score = positives[i];
            int before = i;
            while (i >= 0 && positives[i] == score) i--;
            while (above < negative && negatives[negative - 1 - above] >= score) above++;
            double found = positive - 1 - i;
            sum += (before - i) * (found / (found + above));
        }
        return sum / positive;
    }
}
