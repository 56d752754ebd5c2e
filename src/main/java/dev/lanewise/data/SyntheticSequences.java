package dev.lanewise.data;

import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/// Sequences and texts that [Synthetic] makes.
final class SyntheticSequences {
    private static final List<String> ORDERS = List.of("AA", "AB", "BA", "BB");

    private static final List<String> ARTICLES = List.of("the", "a", "every", "that");
    private static final List<String> ADJECTIVES = List.of("old", "quick", "silent", "green", "hungry", "clever",
        "small", "tired");
    private static final List<String> NOUNS = List.of("miller", "fox", "river", "child", "teacher", "wolf", "garden", "sailor",
        "king", "baker");
    private static final List<String> VERBS = List.of("sees", "follows", "finds", "loves", "hears", "crosses",
        "remembers", "paints");
    private static final List<String> PLACES = List.of("in the forest", "by the sea", "at night", "before dawn",
        "in the old town", "after the rain");
    private static final int DRAWS = 20;

    private SyntheticSequences() {}

    static Sequences temporalOrder(int n, int shortest, int longest, double noise, RandomSource source) {
        if (n < 1) throw new IllegalArgumentException("temporalOrder: " + n + " sequences; ask for 1 or more");
        if (shortest < 2 || longest < shortest) throw new IllegalArgumentException("temporalOrder: lengths from " + shortest
            + " to " + longest + "; the shortest must be 2 or more, for two signals, and no longer than the longest");
        if (longest > Integer.MAX_VALUE / 2) throw new IllegalArgumentException("temporalOrder: lengths to " + longest
            + "; a step has two numbers, and an array holds " + Integer.MAX_VALUE + " at most: ask for " + Integer.MAX_VALUE / 2
            + " or fewer");
        if (!(noise >= 0 && noise < Double.POSITIVE_INFINITY)) throw new IllegalArgumentException(
            "temporalOrder: noise of standard deviation " + noise + "; it must be 0 or more, and finite");
        var sequences = new ArrayList<Tensor>(n);
        var labels = new int[n];
        var place = new float[3];
        for (int row = 0; row < n; row++) {
            source.stream("places").stream(row).uniform(place, 0, place.length);
            int length = shortest + (int) (place[0] * (longest - shortest + 1));
            int first = (int) (place[1] * (length - 1));
            int second = first + 1 + (int) (place[2] * (length - 1 - first));
            labels[row] = row % ORDERS.size();
            var values = new float[2 * length];
            source.stream("noise").stream(row).normal(0, noise, values, 0, values.length);
            values[2 * first + labels[row] / 2] += 1;
            values[2 * second + labels[row] % 2] += 1;
            sequences.add(Tensor.wrap(values, length, 2));
        }
        return new Sequences(sequences, labels, ORDERS);
    }

    static String text(int characters, RandomSource source) {
        if (characters < 1) throw new IllegalArgumentException("text: " + characters + " characters; ask for 1 or more");
        // what no memory holds is refused at once
        var text = new StringBuilder(characters);
        var draws = new float[DRAWS];
        for (int sentence = 0; text.length() < characters; sentence++) {
            source.stream(sentence).uniform(draws, 0, DRAWS);
            int next = 0;
            var words = new ArrayList<String>();
            next = noun(words, draws, next);
            words.add(pick(VERBS, draws[next++]));
            next = noun(words, draws, next);
            if (draws[next++] < 0.4) words.add(pick(PLACES, draws[next++]));
            if (draws[next++] < 0.3) {
                words.add("and");
                words.add(pick(VERBS, draws[next++]));
                noun(words, draws, next);
            }
            var line = String.join(" ", words);
            text.append(Character.toUpperCase(line.charAt(0))).append(line, 1, line.length())
                .append(sentence % 5 == 4 ? ".\n" : ". ");
        }
        return text.substring(0, characters);
    }

    private static int noun(List<String> words, float[] draws, int next) {
        int at = next;
        var article = pick(ARTICLES, draws[at++]);
        var adjective = draws[at++] < 0.5 ? pick(ADJECTIVES, draws[at++]) : null;
        var noun = pick(NOUNS, draws[at++]);
        var head = adjective == null ? noun : adjective;
        words.add(article.equals("a") && "aeiou".indexOf(head.charAt(0)) >= 0 ? "an" : article);
        if (adjective != null) words.add(adjective);
        words.add(noun);
        return at;
    }

    private static String pick(List<String> words, float share) {
        return words.get((int) (share * words.size()));
    }
}
