package dev.lanewise.text;

import java.util.Map;

/// WordPiece: a word becomes the longest token that it begins with, then the longest that continues it, and so on; a word that
/// can't be split so, or is too long, is unknown as a whole (Wu et al. 2016, "Google's neural machine translation system",
/// section 4.1).
final class WordPieces {

    private final Trie tokens;
    private final int continuing;
    private final int unknown;
    private final int longestWord;

    /// @param vocabulary  ids by token
    /// @param prefix      of tokens that continue a word
    /// @param longestWord in code points
    WordPieces(Map<String, Integer> vocabulary, String prefix, int unknown, int longestWord) {
        this.tokens = new Trie(vocabulary.size());
        this.continuing = tokens.newRoot();
        this.unknown = unknown;
        this.longestWord = longestWord;
        vocabulary.forEach((token, id) -> {
            tokens.put(0, token, id);
            if (token.startsWith(prefix)) tokens.put(continuing, token.substring(prefix.length()), id);
        });
    }

    /// Adds the tokens of the word that stands from `from` to `to`.
    void split(CharSequence text, int from, int to, Ids ids) {
        if (to - from > longestWord && Character.codePointCount(text, from, to) > longestWord) {
            ids.add(unknown);
            return;
        }
        int before = ids.size();
        for (int at = from; at < to;) {
            long found = tokens.longest(at == from ? 0 : continuing, text, at, to);
            if (found == Trie.NOTHING) {
                ids.truncate(before);
                ids.add(unknown);
                return;
            }
            ids.add(Trie.value(found));
            at = Trie.end(found);
        }
    }
}
