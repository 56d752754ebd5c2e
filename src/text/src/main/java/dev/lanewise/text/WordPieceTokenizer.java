package dev.lanewise.text;

import dev.lanewise.data.MalformedFileException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

/// The tokenizer of BERT and of the sentence encoders that descend from it: a text becomes the ids that Hugging Face's fast
/// tokenizer gives it, whatever is in it.
///
/// ```java
/// var tokenizer = WordPieceTokenizer.read(Path.of("tokenizer.json"));
/// int[] ids = tokenizer.encode("hello world").ids();                    // 101, 7592, 2088, 102
/// ```
///
/// Padding, which a file may ask for, is left to whoever makes batches. Half of a surrogate pair by itself counts as U+FFFD. It
/// may be used from many threads.
public final class WordPieceTokenizer {

    private final Vocabulary vocabulary;
    private final BertNormalizer normalizer;
    private final AddedTokens asWritten;
    private final AddedTokens asNormalized;
    private final WordPieces pieces;
    private final Template single;
    private final Template pair;
    private final Truncation truncation;

    WordPieceTokenizer(Vocabulary vocabulary, BertNormalizer normalizer, List<AddedToken> added, WordPieces pieces,
                       Template single, Template pair, Truncation truncation) {
        var asWritten = added.stream().filter(token -> !token.normalized()).toList();
        var asNormalized = added.stream().filter(AddedToken::normalized).toList();
        this(vocabulary, normalizer, new AddedTokens(asWritten, content -> content),
            new AddedTokens(asNormalized, normalizer::normalize), pieces, single, pair, truncation);
    }

    private WordPieceTokenizer(Vocabulary vocabulary, BertNormalizer normalizer, AddedTokens asWritten, AddedTokens asNormalized,
                               WordPieces pieces, Template single, Template pair, Truncation truncation) {
        this.vocabulary = vocabulary;
        this.normalizer = normalizer;
        this.asWritten = asWritten;
        this.asNormalized = asNormalized;
        this.pieces = pieces;
        this.single = single;
        this.pair = pair;
        this.truncation = truncation;
    }

    /// Reads a `tokenizer.json`, as Hugging Face's tokenizers write it, or a `vocab.txt` of one token a line, as BERT came with.
    /// What a `vocab.txt` doesn't say is read from a `tokenizer_config.json` beside it, if there is one; otherwise texts are
    /// cleaned and lowercased, accents stripped, and none is too long.
    ///
    /// @throws MalformedFileException if the file is damaged, or a tokenizer of another kind
    /// @throws UncheckedIOException   if it can't be read
    public static WordPieceTokenizer read(Path file) { return TokenizerFile.read("WordPieceTokenizer.read", file); }

    /// The ids of a text, special tokens with it, cut to [#maxTokens].
    public Encoding encode(String text) { return single.filled(truncation.cut(single.added(), tokenized(text))); }

    /// The ids of two texts that belong together, as question and answer.
    ///
    /// @throws IllegalArgumentException if the tokenizer cuts one of the two alone, and that isn't long enough
    public Encoding encode(String first, String second) {
        return pair.filled(truncation.cut(pair.added(), tokenized(first), tokenized(second)));
    }

    private int[] tokenized(String text) {
        Objects.requireNonNull(text, "WordPieceTokenizer: no text");
        var ids = new Ids();
        var words = new Words(ids);
        asWritten.split(text, new AddedTokens.Parts() {
            @Override
            public void text(String written) {
                if (!words.enough()) asNormalized.split(normalizer.normalize(written), words);
            }

            @Override
            public void token(int id) { words.token(id); }
        });
        return truncation.fromLeft() ? Arrays.copyOfRange(ids.toArray(), words.firstNeeded(), ids.size()) : ids.toArray();
    }

    /// Takes words apart as long as there aren't enough tokens; those of whole words, since which of two texts is the longer one,
    /// and is cut, goes by them.
    private final class Words implements AddedTokens.Parts {
        private final Ids ids;
        /// Where each word's tokens begin, if they are counted from the end.
        private final Ids starts = new Ids();

        Words(Ids ids) { this.ids = ids; }

        boolean enough() { return !truncation.fromLeft() && ids.size() >= truncation.most(); }

        /// Of the last words that are enough.
        int firstNeeded() {
            var all = starts.toArray();
            int word = all.length;
            while (word > 0 && ids.size() - (word == all.length ? ids.size() : all[word]) < truncation.most()) word--;
            return word == all.length ? ids.size() : all[word];
        }

        /// White space sets words apart; a punctuation mark is a word by itself.
        @Override
        public void text(String text) {
            int from = 0;
            for (int at = 0, c; at < text.length() && !enough(); at += Character.charCount(c)) {
                c = text.codePointAt(at);
                boolean mark = UnicodeClasses.PUNCTUATION.get(c);
                if (!mark && !UnicodeClasses.isWhiteSpace(c)) continue;
                word(text, from, at);
                from = at + Character.charCount(c);
                if (mark) word(text, at, from);
            }
            word(text, from, text.length());
        }

        private void word(String text, int from, int to) {
            if (from == to || enough()) return;
            if (truncation.fromLeft()) starts.add(ids.size());
            pieces.split(text, from, to, ids);
        }

        @Override
        public void token(int id) {
            if (enough()) return;
            if (truncation.fromLeft()) starts.add(ids.size());
            ids.add(id);
        }
    }

    /// The tokens of these ids, as they stand in the vocabulary.
    ///
    /// @throws IllegalArgumentException if there is no such id
    public List<String> tokens(int... ids) {
        Objects.requireNonNull(ids, "WordPieceTokenizer: no ids");
        return Arrays.stream(ids).mapToObj(vocabulary::token).toList();
    }

    /// The id of a token; empty if the vocabulary doesn't have it.
    public OptionalInt id(String token) { return vocabulary.id(token); }

    /// How many tokens there are, added ones too.
    public int size() { return vocabulary.size(); }

    /// How many tokens a text is cut to, special ones included; the largest `int` if it isn't cut.
    public int maxTokens() { return truncation.most(); }

    /// This tokenizer, with texts cut to so many tokens, special ones included.
    ///
    /// @throws IllegalArgumentException if the special tokens of two texts leave no room
    public WordPieceTokenizer maxTokens(int most) {
        int least = Math.max(single.added(), pair.added()) + 1;
        if (most < least) throw new IllegalArgumentException("maxTokens: " + most + "; special tokens alone are " + (least - 1)
            + ", so give " + least + " at least");
        return new WordPieceTokenizer(vocabulary, normalizer, asWritten, asNormalized, pieces, single, pair, truncation.to(most));
    }
}
