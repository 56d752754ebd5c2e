package dev.lanewise.lab.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// What was meant by a word that isn't known.
public final class Nearest {

    private Nearest() {}

    /// The rest of a sentence about such a word: what is nearest to it, where something is near, and what there is.
    ///
    /// @param known at least one
    public static String among(String word, Collection<String> known) {
        return to(word, known).map(near -> "; did you mean " + near + "? There ")
            .orElse("; there ") + (known.size() == 1 ? "is " : "are ")
            + String.join(", ", known);
    }

    /// The known word that takes the fewest letters added, left out, changed or swapped with the next; empty where that is more
    /// than a third of the word. What one begins with the other counts as near.
    static Optional<String> to(String word, Collection<String> known) {
        if (word.length() > LONGEST) return Optional.empty();
        int most = Math.max(1, word.length() / 3);
        return known.stream().filter(each -> distance(word, each) <= most || word.length() > 2 && each.startsWith(word))
            .min(Comparator.comparingInt(each -> distance(word, each)));
    }

    private static final int LONGEST = 60;

    /// Of Damerau and Levenshtein, each pair of neighbours swapped at most once.
    static int distance(String one, String other) {
        var rows = new int[one.length() + 1][other.length() + 1];
        for (int i = 0; i <= one.length(); i++) for (int j = 0; j <= other.length(); j++) {
            if (i == 0 || j == 0) {
                rows[i][j] = i + j;
                continue;
            }
            int changed = rows[i - 1][j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
            rows[i][j] = Math.min(changed, 1 + Math.min(rows[i - 1][j], rows[i][j - 1]));
            if (i > 1 && j > 1 && one.charAt(i - 1) == other.charAt(j - 2) && one.charAt(i - 2) == other.charAt(j - 1))
                rows[i][j] = Math.min(rows[i][j], 1 + rows[i - 2][j - 2]);
        }
        return rows[one.length()][other.length()];
    }
}
