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

    private double now;

    private Progress progress(String title, int jobs, Screen screen) {
        return new Progress(out(), title, jobs, screen, () -> now);
    }

    private void show(Progress progress, double seconds) {
        now = seconds;
        progress.show();
    }

    @Test
    void aTerminalHasOneLineWhichIsGoneInTheEnd() {
        try (var progress = progress("", 12, new Screen(true, 20))) {
            show(progress, 1);
            assertEquals("", text(), "what is over soon says nothing");
            show(progress, 3);
            progress.done(0);
            show(progress, 10);
        }
        var lines = text().split("\r", -1);
        assertEquals(List.of("", "  0 of 12 done afte", "  1 of 12 done, abo", " ".repeat(19), ""), List.of(lines),
            "no longer than the terminal is wide");
    }

    @Test
    void elsewhereALineComesNowAndThen() {
        try (var progress = progress("", 4, new Screen(false, 80))) {
            show(progress, 14);
            progress.done(3);
            show(progress, 20);
            show(progress, 30);
            show(progress, 36);
        }
        assertEquals("  1 of 4 done, about 60 s left\n  1 of 4 done, about 2 min left\n", text().replace("\r\n", "\n"));
    }

    @Test
    void ofOneJobItIsSaidWhatItIsAt() {
        try (var progress = progress("lecun-normal", 1, new Screen(false, 80))) {
            var job = progress.of(0);
            now = 10;
            job.at("measuring", 0, 0);
            show(progress, 16);
            job.at("theory", 0, 200);
            show(progress, 31);
            now = 36;
            job.at("theory", 50, 200);
            show(progress, 46);
            job.at("products", 0, 0);
            job.at("products", 7, 0);
            show(progress, 66);
        }
        assertEquals(List.of("  lecun-normal: measuring, for 6 s", "  lecun-normal: theory, 0 of 200, for 15 s",
            "  lecun-normal: theory, 50 of 200, about 90 s of that left", "  lecun-normal: products, 7, for 20 s"),
                text().lines().toList());
    }

    @Test
    void ofSeveralJobsTheFirstThatRunsSaysWhatItIsAt() {
        try (var progress = progress("", 3, new Screen(false, 80))) {
            progress.of(1).at("theory", 5, 9);
            show(progress, 15);
            progress.of(0).at("theory", 3, 9);
            show(progress, 30);
            progress.done(0);
            show(progress, 45);
            progress.done(1);
            show(progress, 60);
        }
        assertEquals(List.of("  0 of 3 done after 15 s; theory, 5 of 9", "  0 of 3 done after 30 s; theory, 3 of 9",
            "  1 of 3 done, about 90 s left; theory, 5 of 9", "  2 of 3 done, about 30 s left"), text().lines().toList());
    }

    @Test
    void whatIsDoneMeanwhileIsGivenBack() {
        assertEquals("made", Progress.during(out(), "title", () -> "made"));
        assertEquals("", text(), "over soon");
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
