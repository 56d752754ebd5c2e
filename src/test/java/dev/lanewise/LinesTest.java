package dev.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The width of sources: two of them fit side by side on a screen.
class LinesTest {

    private static final int WIDEST = 130;
    private static final Path HOME = Path.of(System.getProperty("user.dir"));
    private static final List<String> SOURCES =
        List.of("src/main/java", "src/test/java", "src/build", "src/text/src", "src/examples", "src/spark/src", "jmh/src");

    @Test
    void linesAreOfTheWidthThatIsRead() throws IOException {
        var found = new ArrayList<String>();
        for (var root : SOURCES) try (var files = Files.walk(HOME.resolve(root))) {
            for (var file : files.filter(each -> each.toString().endsWith(".java")).toList())
                wide(Files.readAllLines(file)).forEach(line -> found.add(HOME.relativize(file) + ":" + line));
        }
        assertEquals(List.of(), found, "lines of more than " + WIDEST + " columns");
    }

    @Test
    void aLineThatIsTooWideIsFound() {
        var wide = "x".repeat(WIDEST + 1);
        assertEquals(List.of(1, 3, 8), wide(List.of(wide, wide.substring(1), "/// a " + wide, "var text = \"\"\"", wide,
            "\"\"\";", "/// | " + wide + " |", "}" + wide, "/// `" + wide + "`")));
    }

    /// Their numbers, from 1. Texts, rows of tables and what has no place to break it at are as wide as they are.
    private static List<Integer> wide(List<String> lines) {
        var wide = new ArrayList<Integer>();
        boolean isText = false;
        for (int i = 0; i < lines.size(); i++) {
            var line = lines.get(i);
            boolean begins = isText;
            if (line.split("\"\"\"", -1).length % 2 == 0) isText = !isText;
            boolean isWhole = Stream.of("/// |", "/// `", "/// [").anyMatch(line.strip()::startsWith);
            if (line.length() > WIDEST && !begins && !isWhole) wide.add(i + 1);
        }
        return wide;
    }
}
