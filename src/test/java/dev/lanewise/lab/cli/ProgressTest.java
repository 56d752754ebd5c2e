package dev.lanewise.lab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.figures.Screen;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProgressTest {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private PrintStream out() { return Terminal.of(new PrintStream(bytes, true, StandardCharsets.UTF_8)); }

    private String text() { return bytes.toString(StandardCharsets.UTF_8); }

    @Test
    void aTerminalHasOneLineWhichIsGoneInTheEnd() {
        try (var progress = new Progress(out(), 12, new Screen(true, 20))) {
            progress.show(1);
            assertEquals("", text(), "what is over soon says nothing");
            progress.show(3);
            progress.done();
            progress.show(10);
        }
        var lines = text().split("\r", -1);
        assertEquals(List.of("", "  0 of 12 done afte", "  1 of 12 done, abo", " ".repeat(19), ""), List.of(lines), "no longer than the terminal is wide");
    }

    @Test
    void elsewhereALineComesNowAndThen() {
        try (var progress = new Progress(out(), 4, new Screen(false, 80))) {
            progress.show(14);
            progress.done();
            progress.show(20);
            progress.show(30);
            progress.show(36);
        }
        assertEquals("  1 of 4 done, about 60 s left\n  1 of 4 done, about 2 min left\n", text().replace("\r\n", "\n"));
    }

    @Test
    void theRestIsEstimatedByWhatIsDone() {
        assertEquals("0 of 3 done after 7 s", Progress.words(0, 3, 7));
        assertEquals("2 of 3 done, about 5 s left", Progress.words(2, 3, 10));
        assertEquals("1 of 100 done, about 17 min left", Progress.words(1, 100, 10));
        assertEquals("1 of 1001 done, about 2.8 h left", Progress.words(1, 1001, 10));
    }

    @Test
    void whatWasMeantIsNear() {
        var known = List.of("compare", "explain", "lab", "--epochs", "xavier-normal");
        assertEquals(Optional.of("explain"), Nearest.to("explian", known));
        assertEquals(Optional.of("--epochs"), Nearest.to("--epoch", known));
        assertEquals(Optional.of("compare"), Nearest.to("comp", known), "its beginning");
        assertEquals(Optional.empty(), Nearest.to("frobnicate", known));
        assertEquals(Optional.empty(), Nearest.to("", known));
        assertEquals(Optional.empty(), Nearest.to("x".repeat(100_000), known));
        assertEquals(1, Nearest.distance("ab", "ba"));
        assertEquals(3, Nearest.distance("", "abc"));
        assertEquals("; there is --help", Nearest.among("--seed", List.of("--help")));
        assertTrue(Nearest.among("lav", known).startsWith("; did you mean lab? There are compare, "));
    }
}
