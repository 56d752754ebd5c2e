package dev.lanewise.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class QuoteTest {

    @Test
    void plainTextStaysAsItIs() {
        assertEquals("\"conv1.weight, größe 日本 🙂\"", Quote.of("conv1.weight, größe 日本 🙂"));
        assertEquals("/tmp/a b/c.npz", Quote.of(Path.of("/tmp/a b/c.npz")).replace('\\', '/'));
        assertEquals("null", Quote.bare(null));
    }

    @Test
    void whatATerminalObeysIsEscaped() {
        assertEquals("\"\\u001b[31m\\n\\r\\t\\u0000\\u009b\\u007f\"", Quote.of("\033[31m\n\r\t\0\u009b\u007f"));
        assertEquals("\"a\\u202eb\\u2066\\u200f\\u2028\"", Quote.of("a\u202eb\u2066\u200f\u2028"));
        assertEquals("\"\\ud83d x \\ude42\"", Quote.of("\ud83d x \ude42"));
        assertEquals("\"\\\"\\\\\"", Quote.of("\"\\"));
    }

    @Test
    void lengthIsBoundedAndTold() {
        assertEquals("\"" + "a".repeat(80) + "…\" (5000000 characters)", Quote.of("a".repeat(5_000_000)));
        assertTrue(Quote.of("🙂".repeat(100)).startsWith("\"" + "🙂".repeat(80) + "…"));
        assertEquals("a, b", Quote.names(List.of("a", "b")));
        assertTrue(Quote.names(Collections.nCopies(1000, "\n".repeat(1000))).endsWith("… and 990 more"));
    }

    @Property
    void anyTextIsFitForAMessage(@ForAll @StringLength(max = 300) @Chars({'\n', 27, 0x202e, 0xd83d, 0xde42}) @CharRange(from = 0,
        to = 0xffff) String text) {
        var quoted = Quote.of(text);
        assertTrue(quoted.length() <= 80 * 6 + 40 + 80 * 6, quoted);
        quoted.codePoints().forEach(c -> assertTrue(!Character.isISOControl(c) && Character.getType(c) != Character.FORMAT
            && Character.getType(c) != Character.SURROGATE, () -> "U+" + Integer.toHexString(c)));
    }
}
