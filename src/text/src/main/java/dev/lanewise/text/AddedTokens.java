package dev.lanewise.text;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/// Finds added tokens in a text: from left to right, of those that begin at one place the longest.
final class AddedTokens {

    /// What stands between two tokens, and a token.
    interface Parts {
        void text(String text);

        void token(int id);
    }

    /// A character of a word, as the patterns of Hugging Face's tokenizers have it.
    private static final Pattern WORD = Pattern.compile("\\w", Pattern.UNICODE_CHARACTER_CLASS);

    private final List<AddedToken> tokens;
    private final Trie contents = new Trie(0);

    /// @param form in which a token's content is looked for
    AddedTokens(List<AddedToken> tokens, UnaryOperator<String> form) {
        this.tokens = tokens;
        for (int i = 0; i < tokens.size(); i++) {
            var content = form.apply(tokens.get(i).content());
            // of two with one form the first is found
            if (Trie.end(contents.longest(0, content, 0, content.length())) != content.length()) contents.put(0, content, i);
        }
    }

    void split(String text, Parts parts) {
        int from = 0;
        for (int at = 0; at < text.length() && !tokens.isEmpty();) {
            long found = contents.longest(0, text, at, text.length());
            if (found == Trie.NOTHING) {
                at += Character.charCount(text.codePointAt(at));
                continue;
            }
            var token = tokens.get(Trie.value(found));
            int start = at;
            int end = at = Trie.end(found);
            if (token.singleWord() && (isWord(text, start, -1) || isWord(text, end, 1))) continue;
            if (token.lstrip()) while (start > from && UnicodeClasses.isWhiteSpace(text.charAt(start - 1))) start--;
            if (token.rstrip()) while (end < text.length() && UnicodeClasses.isWhiteSpace(text.charAt(end))) end++;
            if (from < start) parts.text(text.substring(from, start));
            parts.token(token.id());
            from = end;
        }
        if (from < text.length()) parts.text(text.substring(from));
    }

    /// Whether the character before or behind a place belongs to a word.
    private static boolean isWord(String text, int at, int side) {
        if (side < 0 ? at == 0 : at == text.length()) return false;
        int c = side < 0 ? text.codePointBefore(at) : text.codePointAt(at);
        return WORD.matcher(Character.toString(c)).matches();
    }
}
