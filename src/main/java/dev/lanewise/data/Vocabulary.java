package dev.lanewise.data;

import dev.lanewise.file.Quote;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// What a text is made of, and the index of each: the characters that a training text has, or bytes. What is decoded is what was
/// encoded; a model of one vocabulary belongs to it as to its weights, hence [#toText].
///
/// ```java
/// var vocabulary = Vocabulary.characters(text);
/// var windows = new TokenWindows(vocabulary.encode(text), 64);
/// ```
///
/// Immutable, and a value: two are equal if they do the same.
public sealed interface Vocabulary permits CharacterVocabulary, ByteVocabulary {

    /// The characters of a text, in the order of their code points; others are refused.
    ///
    /// @throws IllegalArgumentException if it has none
    static Vocabulary characters(String text) {
        return CharacterVocabulary.of(text, false);
    }

    /// As [#characters], with an index behind the last for any other character; it is decoded as U+FFFD.
    static Vocabulary charactersAndOther(String text) {
        return CharacterVocabulary.of(text, true);
    }

    /// The 256 bytes, for the UTF-8 of any text.
    static Vocabulary bytes() {
        return new ByteVocabulary();
    }

    /// How many indices there are: an `Embedding`'s size.
    int size();

    /// The indices of a text, one for each of its characters or bytes.
    ///
    /// @throws IllegalArgumentException for a character that it doesn't know, with its place
    int[] encode(String text);

    /// The text of indices. Bytes that are no UTF-8, as a model may say them, are decoded as U+FFFD.
    ///
    /// @throws IllegalArgumentException if an index is outside `[0, size())`
    String decode(int... indices);

    /// All of it as a line of printable text, the same for the same value.
    String toText();

    /// What [#toText] wrote.
    ///
    /// @throws MalformedFileException if the text is anything else
    static Vocabulary fromText(String text) {
        var reader = new FittedText.Reader("Vocabulary.fromText", "vocabulary", text);
        var kind = reader.word();
        Vocabulary vocabulary = switch (kind) {
            case ByteVocabulary.KIND -> new ByteVocabulary();
            case CharacterVocabulary.KIND, CharacterVocabulary.KIND_OTHER -> {
                int[] points = reader.quoted().codePoints().toArray();
                for (int i = 0; i < points.length; i++) if (i > 0 && points[i] <= points[i - 1]) throw reader.damaged(
                    "its characters are not in the order of their code points, each once");
                if (points.length == 0) throw reader.damaged("it has no character");
                yield new CharacterVocabulary(points, kind.equals(CharacterVocabulary.KIND_OTHER));
            }
            default -> throw reader.damaged("its kind is " + Quote.of(kind)
                + "; there are characters, characters-and-other and bytes");
        };
        reader.endLine();
        if (!reader.word().equals("end")) throw reader.damaged("it doesn't end where it should");
        reader.end();
        return vocabulary;
    }

    /// Refuses indices that a vocabulary of so many doesn't have, for those that decode.
    ///
    /// @throws IllegalArgumentException if one is outside
    static void check(int[] indices, int size) {
        for (int i = 0; i < indices.length; i++) if (indices[i] < 0 || indices[i] >= size) throw new IllegalArgumentException(
            "Vocabulary.decode: index " + indices[i] + " at " + i + "; there are 0 to " + (size - 1));
    }
}

/// @param points in their order
record CharacterVocabulary(int[] points, boolean other) implements Vocabulary {

    static final String KIND = "characters";
    static final String KIND_OTHER = "characters-and-other";
    private static final int REPLACEMENT = 0xfffd;

    static CharacterVocabulary of(String text, boolean other) {
        if (text.isEmpty()) throw new IllegalArgumentException("Vocabulary.characters: the text is empty; give the"
            + " training text");
        return new CharacterVocabulary(text.codePoints().sorted().distinct().toArray(), other);
    }

    @Override
    public int size() {
        return points.length + (other ? 1 : 0);
    }

    @Override
    public int[] encode(String text) {
        int[] all = text.codePoints().toArray();
        var indices = new int[all.length];
        for (int i = 0; i < all.length; i++) {
            int index = Arrays.binarySearch(points, all[i]);
            if (index < 0 && !other) throw new IllegalArgumentException("Vocabulary.encode: the character "
                + Quote.of(Character.toString(all[i])) + String.format(" (U+%04X)", all[i]) + " at " + i + " is none of the "
                + points.length + " that the vocabulary was fitted to; leave it out, fit on a text that has it, or take"
                + " charactersAndOther");
            indices[i] = index < 0 ? points.length : index;
        }
        return indices;
    }

    @Override
    public String decode(int... indices) {
        Vocabulary.check(indices, size());
        var text = new StringBuilder();
        for (int index : indices) text.appendCodePoint(index == points.length ? REPLACEMENT : points[index]);
        return text.toString();
    }

    @Override
    public String toText() {
        var writer = new FittedText.Writer("vocabulary").word(other ? KIND_OTHER : KIND)
            .quoted(new String(points, 0, points.length));
        return writer.line().end();
    }

    @Override
    public boolean equals(Object object) {
        return object instanceof CharacterVocabulary that && other == that.other && Arrays.equals(points, that.points);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(points) + (other ? 1 : 0);
    }

    @Override
    public String toString() {
        return "Vocabulary[" + points.length + " characters" + (other ? " and other]" : "]");
    }
}

/// Bytes of UTF-8.
record ByteVocabulary() implements Vocabulary {

    static final String KIND = "bytes";
    private static final int BYTES = 256;

    @Override
    public int size() {
        return BYTES;
    }

    @Override
    public int[] encode(String text) {
        ByteBuffer bytes;
        try {
            bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("Vocabulary.encode: the text has half of a surrogate pair, which UTF-8 can't"
                + " say; leave it out, or take characters", e);
        }
        var indices = new int[bytes.remaining()];
        for (int i = 0; i < indices.length; i++) indices[i] = Byte.toUnsignedInt(bytes.get());
        return indices;
    }

    @Override
    public String decode(int... indices) {
        Vocabulary.check(indices, BYTES);
        var bytes = new byte[indices.length];
        for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) indices[i];
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public String toText() {
        return new FittedText.Writer("vocabulary").word(KIND).line().end();
    }

    @Override
    public String toString() {
        return "Vocabulary[bytes]";
    }
}
