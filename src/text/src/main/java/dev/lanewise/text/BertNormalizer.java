package dev.lanewise.text;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// What BERT's tokenizers do to a text before they look for words: controls taken out, white space made spaces, spaces around
/// Chinese characters, accents stripped, lower case; in this order.
///
/// Each step but one takes each code point by itself, so what becomes of one is worked out when it is first met, and kept. The
/// one is the canonical order of combining characters, which matters for the few that are no accents.
final class BertNormalizer {

    private static final int PAGE = 256;
    /// Stands in a page for what isn't replaced by itself alone.
    @SuppressWarnings("StringOperationCanBeSimplified")
    private static final String ORDERED = new String("ordered");

    private final boolean cleanText;
    private final boolean chineseCharacters;
    private final boolean stripAccents;
    private final boolean lowercase;
    /// Filled as code points are met; that two threads may fill a place with the same is no harm.
    private final String[][] pages = new String[(Character.MAX_CODE_POINT + 1) / PAGE][];

    BertNormalizer(boolean cleanText, boolean chineseCharacters, boolean stripAccents, boolean lowercase) {
        this.cleanText = cleanText;
        this.chineseCharacters = chineseCharacters;
        this.stripAccents = stripAccents;
        this.lowercase = lowercase;
    }

    /// Half of a surrogate pair by itself counts as U+FFFD, as in what it would be encoded to.
    String normalize(String text) {
        var out = new StringBuilder(text.length() + 16);
        for (int at = 0, c; at < text.length(); at += Character.charCount(c)) {
            c = text.codePointAt(at);
            var becomes = becomes(c);
            if (becomes == ORDERED) return normalizedInOrder(text);
            out.append(becomes);
        }
        return out.toString();
    }

    private String becomes(int c) {
        var page = pages[c / PAGE];
        if (page == null) page = pages[c / PAGE] = new String[PAGE];
        var becomes = page[c % PAGE];
        if (becomes == null) page[c % PAGE] = becomes = workedOut(c);
        return becomes;
    }

    private String workedOut(int c) {
        var points = decomposed(Character.toString(c));
        return points.stream().anyMatch(each -> UnicodeClasses.combiningClass(each) != 0) ? ORDERED : finished(points);
    }

    private String normalizedInOrder(String text) {
        var points = decomposed(text);
        if (stripAccents) {
            // an accent that is moved across goes anyhow; one that isn't is a border
            points.removeIf(c -> UnicodeClasses.MARKS.get(c) && !UnicodeClasses.STARTERS.get(c));
            for (int from = 0; from < points.size(); from++) {
                int to = from;
                while (to < points.size() && UnicodeClasses.combiningClass(points.get(to)) != 0) to++;
                points.subList(from, to).sort(Comparator.comparing(UnicodeClasses::combiningClass));
                from = to;
            }
        }
        return finished(points);
    }

    /// The first two steps, and if accents are to be stripped each code point's decomposition.
    private List<Integer> decomposed(String text) {
        var points = new ArrayList<Integer>();
        text.codePoints().map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xfffd : c).forEach(c -> {
            if (cleanText && UnicodeClasses.REMOVED.get(c)) return;
            boolean apart = chineseCharacters && UnicodeClasses.isChinese(c);
            if (apart) points.add((int) ' ');
            if (cleanText && UnicodeClasses.isWhiteSpace(c)) points.add((int) ' ');
            else if (!stripAccents || UnicodeClasses.WHOLE.get(c)) points.add(c);
            else Normalizer.normalize(Character.toString(c), Normalizer.Form.NFD).codePoints().forEach(points::add);
            if (apart) points.add((int) ' ');
        });
        return points;
    }

    private String finished(List<Integer> points) {
        var out = new StringBuilder();
        for (int c : points) {
            if (stripAccents && UnicodeClasses.MARKS.get(c)) continue;
            if (lowercase) out.append(UnicodeClasses.lower(c));
            else out.appendCodePoint(c);
        }
        return out.toString();
    }

    @Override
    public String toString() {
        return "BertNormalizer" + Arrays.asList(cleanText, chineseCharacters, stripAccents, lowercase);
    }
}
