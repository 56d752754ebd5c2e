package dev.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The width of sources: two of them fit side by side on a screen.
class LinesTest {

    private static final int WIDEST = 130;
    private static final Path HOME = Path.of(System.getProperty("user.dir"));
    private static final List<String> SOURCES =
        List.of("src/main/java", "src/test/java", "src/build", "src/text/src", "src/examples", "src/spark/src", "jmh/src");
    /// Rooms whose older lines are still to be broken, and some tens that they are at most: there are to be fewer.
    private static final Map<String, Integer> WIDER = Map.ofEntries(
        Map.entry("src/main/java/dev/lanewise/data", 140),
        Map.entry("src/main/java/dev/lanewise/group", 70),
        Map.entry("src/main/java/dev/lanewise/kernel", 380),
        Map.entry("src/main/java/dev/lanewise/lab", 520),
        Map.entry("src/main/java/dev/lanewise/nn", 580),
        Map.entry("src/main/java/dev/lanewise/report", 90),
        Map.entry("src/main/java/dev/lanewise/train", 180),
        Map.entry("src/test/java/dev/lanewise/data", 150),
        Map.entry("src/test/java/dev/lanewise/group", 60),
        Map.entry("src/test/java/dev/lanewise/kernel", 160),
        Map.entry("src/test/java/dev/lanewise/lab", 260),
        Map.entry("src/test/java/dev/lanewise/nn", 400),
        Map.entry("src/test/java/dev/lanewise/report", 120),
        Map.entry("src/test/java/dev/lanewise/train", 180));

    @Test
    void linesAreOfTheWidthThatIsRead() throws IOException {
        var found = new TreeMap<String, List<String>>();
        for (var root : SOURCES) try (var files = Files.walk(HOME.resolve(root))) {
            for (var file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
                var wide = wide(Files.readAllLines(file));
                if (!wide.isEmpty()) found.computeIfAbsent(room(HOME.relativize(file)), _ -> new ArrayList<>())
                    .addAll(wide.stream().map(line -> HOME.relativize(file) + ":" + line).toList());
            }
        }
        var wrong = new ArrayList<String>();
        found.forEach((room, lines) -> {
            int most = WIDER.getOrDefault(room, 0);
            if (lines.size() > most) wrong.add(lines.size() + " lines of " + room + " have more than " + WIDEST
                + " columns, and at most " + most + " should" + (most == 0 ? ": " + String.join(", ", lines) : ""));
        });
        assertEquals(List.of(), wrong);
    }

    @Test
    void aLineThatIsTooWideIsFound() {
        var wide = "x".repeat(WIDEST + 1);
        assertEquals(List.of(1, 3, 8), wide(List.of(wide, wide.substring(1), "/// a " + wide, "var text = \"\"\"", wide,
            "\"\"\";", "/// | " + wide + " |", "}" + wide, "/// `" + wide + "`")));
    }

    private static String room(Path file) {
        return file.startsWith("src/main") || file.startsWith("src/test")
            ? file.subpath(0, Math.min(6, file.getNameCount() - 1)).toString().replace('\\', '/') : file.getParent().toString();
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
