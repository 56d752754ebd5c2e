package dev.lanewise.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class VocabularyTest {

    @Property(tries = 300)
    void whatIsEncodedIsDecoded(@ForAll String text) {
        var encodable = text.chars().noneMatch(c -> Character.isSurrogate((char) c));
        for (var vocabulary : List.of(Vocabulary.bytes(), Vocabulary.characters("x" + text),
            Vocabulary.charactersAndOther("x" + text))) {
            assertEquals(vocabulary, Vocabulary.fromText(vocabulary.toText()));
            if (vocabulary.equals(Vocabulary.bytes()) && !encodable) continue;
            assertEquals(text, vocabulary.decode(vocabulary.encode(text)));
            for (int index : vocabulary.encode(text)) assertTrue(index >= 0 && index < vocabulary.size());
        }
    }

    @Test
    void charactersAreInTheOrderOfTheirCodePoints() {
        var vocabulary = Vocabulary.characters("b😀aéa");
        assertEquals(4, vocabulary.size());
        assertArrayEquals(new int[] {0, 1, 2, 3}, vocabulary.encode("abé😀"));
        assertEquals("Vocabulary[4 characters]", vocabulary.toString());
    }

    @Test
    void whatIsUnknownIsSaidOrIsOther() {
        var thrown = assertThrows(IllegalArgumentException.class, () -> Vocabulary.characters("abc").encode("cabXb"));
        assertTrue(thrown.getMessage().contains("\"X\" (U+0058) at 3 is none of the 3"), thrown.getMessage());
        var other = Vocabulary.charactersAndOther("abc");
        assertArrayEquals(new int[] {2, 3, 0}, other.encode("cXa"));
        assertEquals("c\ufffda", other.decode(2, 3, 0));
        assertNotEquals(other, Vocabulary.characters("abc"));
        assertThrows(IllegalArgumentException.class, () -> other.decode(4));
        assertThrows(IllegalArgumentException.class, () -> Vocabulary.bytes().decode(-1));
        assertThrows(IllegalArgumentException.class, () -> Vocabulary.bytes().encode("\ud800"));
        assertThrows(IllegalArgumentException.class, () -> Vocabulary.characters(""));
        assertEquals("", Vocabulary.bytes().decode());
        assertEquals("a\ufffd", Vocabulary.bytes().decode('a', 0xc3));
    }

    @Test
    void damagedTextsAreRefused() {
        var text = Vocabulary.charactersAndOther("ab\n\"").toText();
        for (int length = 0; length < text.length(); length++) {
            var cut = text.substring(0, length);
            assertThrows(MalformedFileException.class, () -> Vocabulary.fromText(cut), cut);
        }
        for (var bad : List.of(text.replace("ab", "ba"), text.replace("ab", "aab"), text.replace("characters", "letters"),
            text + "x"))
            assertThrows(MalformedFileException.class, () -> Vocabulary.fromText(bad), bad);
    }
}
