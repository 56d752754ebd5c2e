package dev.lanewise.figures;

import java.io.Console;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// What a program writes to: whether lines can be drawn over themselves there, and how long they may be. Colours are never used.
///
/// @param isDrawn whether it is a terminal that knows how to go back in a line
/// @param columns of it; 80 where it doesn't say
public record Screen(boolean isDrawn, int columns) {

    private static final int USUAL = 80;
    private static final int NARROWEST = 10;
    private static final long PATIENCE_MILLIS = 500;

    /// The terminal as it is now.
    public static Screen now() {
        Console console = System.console();
        boolean terminal = console != null && console.isTerminal();
        return of(terminal, System.getenv(), terminal ? Screen::asked : () -> 0);
    }

    /// Where nobody looks at what is written, or on what can't draw (`TERM=dumb`), there is nothing to draw.
    ///
    /// @param asked what the terminal says of its columns, where the environment doesn't; 0 for nothing
    static Screen of(boolean terminal, Map<String, String> environment, java.util.function.IntSupplier asked) {
        boolean drawn = terminal && !"dumb".equals(environment.get("TERM"));
        int columns = number(environment.getOrDefault("COLUMNS", ""));
        if (columns < 1 && drawn) columns = asked.getAsInt();
        return new Screen(drawn, columns < 1 ? USUAL : Math.max(NARROWEST, columns));
    }

    private static int number(String text) { return text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0; }

    /// By `stty size`: Java itself doesn't know. 0 where there is no such program.
    private static int asked() {
        var terminal = new File("/dev/tty");
        if (!terminal.exists()) return 0;
        try {
            var process = new ProcessBuilder("stty", "size").redirectInput(terminal)
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
            if (!process.waitFor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                return 0;
            }
            var words = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip().split(" ");
            return words.length == 2 ? number(words[1]) : 0;
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }
}
