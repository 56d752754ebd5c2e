package dev.lanewise.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class DecimalTest {
    private static final Pattern SYNTAX = Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?");

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.strings().withChars("019+-.eEx ").ofMaxLength(8);
    }

    @Property(tries = 20_000)
    void isTheSyntax(@ForAll("texts") String text) {
        assertEquals(SYNTAX.matcher(text).matches(), Decimal.is(text), text);
    }

    @Test
    void longTextsTakeOneWalk() {
        var digits = "1".repeat(3_000_000);
        assertTimeoutPreemptively(Duration.ofSeconds(5), () -> {
            assertTrue(Decimal.is(digits));
            for (var end : new String[] {"x", ".x", "e", "e+", "." + digits + "x",
                "e" + digits + "x"}) assertFalse(Decimal.is(digits + end));
        });
    }
}
