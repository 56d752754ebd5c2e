package dev.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NoticeTest {

    private final List<String> heard = new ArrayList<>();
    private final Notice notice = new Notice("line", line -> heard.add("log: " + line));

    private void hear(String name) { notice.tell(line -> heard.add(name + ": " + line)); }

    @Test
    void theLogHearsItOnce() {
        for (int i = 0; i < 3; i++) notice.say();
        assertEquals(List.of("log: line"), heard);
    }

    @Test
    void aListenerHearsItInPlaceOfTheLogAndOfTheOneBefore() {
        hear("a");
        hear("b");
        assertEquals(List.of(), heard);
        for (int i = 0; i < 3; i++) notice.say();
        assertEquals(List.of("b: line"), heard);
    }

    @Test
    void whoComesLateHearsItAtOnce() {
        notice.say();
        hear("a");
        hear("b");
        notice.say();
        assertEquals(List.of("log: line", "a: line", "b: line"), heard);
    }

    @Test
    void aListenerThatFailsHasHeardIt() {
        notice.tell(_ -> { throw new IllegalStateException("mine"); });
        assertThrows(IllegalStateException.class, notice::say);
        notice.say();
        assertEquals(List.of(), heard);
    }

    @Test
    void withoutALineNobodyHearsAnything() {
        var silent = new Notice(null, heard::add);
        silent.tell(heard::add);
        silent.say();
        silent.tell(heard::add);
        assertEquals(List.of(), heard);
    }

    @Test
    void onlyScalarLoopsThatNobodyWishedForAreWorthALine() {
        assertNull(Provider.line(null));
        assertNull(Provider.line(Provider.choose("off")));
        assertNull(Provider.line(new Provider(8, true, "so")));
        assertEquals("Lanewise computes without SIMD: so {0}; do this", Provider.line(new Provider(1, true, "so {0}; do this")));
    }
}
