package dev.lanewise.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lanewise.tensor.Rejected;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvTest {
    @TempDir
    Path folder;

    /// Rows of one width, of texts that need every rule of the format.
    @Provide
    Arbitrary<List<List<String>>> tables() {
        var field = Arbitraries.strings().withChars("ab \",;\t\n\rü\u20ac\ufeff").ofMaxLength(6);
        return Arbitraries.integers().between(1, 5).flatMap(width -> field.list().ofSize(width).list().ofMinSize(1).ofMaxSize(8));
    }

    @Property(tries = 2000)
    void whatIsWrittenIsRead(@ForAll("tables") List<List<String>> rows, @ForAll("separators") char separator,
            @ForAll("lineBreaks") String lineBreak, @ForAll boolean quoteAll, @ForAll boolean mark, @ForAll boolean lastBreak) {
        var text = rows.stream().map(row -> row.stream().map(field -> write(field, separator, quoteAll, row.size() == 1))
                .collect(Collectors.joining(String.valueOf(separator)))).collect(Collectors.joining(lineBreak));
        // a mark at the very beginning is one of byte order
        var marked = mark || text.startsWith("\ufeff") ? "\ufeff" + text : text;
        var table = Csv.withoutHeader().separator(separator).parse(lastBreak ? marked + lineBreak : marked);
        assertEquals(rows, rows(table));
    }

    @Provide
    Arbitrary<Character> separators() {
        return Arbitraries.of(',', ';', '\t');
    }

    @Provide
    Arbitrary<String> lineBreaks() {
        return Arbitraries.of("\n", "\r\n", "\r");
    }

    /// An empty field that is alone in its row must be quoted, or it would be an empty line.
    private static String write(String field, char separator, boolean quote, boolean alone) {
        boolean must = field.chars().anyMatch(c -> c == separator || c == '"' || c == '\n' || c == '\r')
                || alone && field.isEmpty();
        return quote || must ? '"' + field.replace("\"", "\"\"") + '"' : field;
    }

    private static List<List<String>> rows(CsvTable table) {
        var rows = new ArrayList<List<String>>();
        for (int row = 0; row < table.size(); row++) {
            var fields = new ArrayList<String>();
            for (var column : table.columns()) {
                fields.add(table.get(row, column));
            }
            rows.add(fields);
        }
        return rows;
    }

    @Test
    void theHeaderNamesTheColumns() throws IOException {
        var file = Files.write(folder.resolve("a.csv"),
                "\ufeffname,\"weight, g\"\r\n\r\nMüller,3\r\n\"say \"\"hi\"\"\",4".getBytes(StandardCharsets.UTF_8));
        var table = Csv.withHeader().read(file);
        assertEquals(List.of("name", "weight, g"), table.columns());
        assertEquals(List.of("Müller", "say \"hi\""), table.column("name"));
        assertEquals("4", table.get(1, "weight, g"));
        assertEquals(2, table.size());
    }

    @Test
    void columnsWithoutNamesAreNumbered() {
        assertEquals(List.of("1", "2"), Csv.withoutHeader().parse("a,b").columns());
        assertEquals(List.of("x", "y"), Csv.withoutHeader("x", "y").parse("a,b").columns());
    }

    @Test
    void aRowOfAnotherWidthIsNamed() {
        Rejected.malformed(() -> Csv.withHeader().parse("a,b\n1,\"2\n3\"\n\n4\n"), "the text", "row 2", "line 5", "has 1 field,",
                "2 are expected: \"a\", \"b\"");
        Rejected.malformed(() -> Csv.withoutHeader().parse("1,2\n1,2,3"), "row 2", "line 2", "has 3 fields", "2 are expected");
        Rejected.malformed(() -> Csv.withoutHeader("x").parse("1,2\n3"), "row 1", "line 1", "has 2 fields", "1 are expected: \"x\"");
        Rejected.malformed(() -> Csv.withHeader().parse("x\n1,2\n3,4"), "row 1", "line 2", "has 2 fields", "1 are expected: \"x\"");
        Rejected.argument(() -> Csv.withoutHeader("x").parse("1,2\n3,4"), "rows have 2 fields", "was given 1 names: \"x\"");
    }

    @Test
    void quotesThatDoNotMatchAreNamedByLine() {
        Rejected.malformed(() -> Csv.withoutHeader().parse("a\n\"b\nc"), "line 2", "never closed");
        Rejected.malformed(() -> Csv.withoutHeader().parse("a\r\nb\"c"), "line 2", "does not begin with one");
        Rejected.malformed(() -> Csv.withoutHeader().parse("\"a\"b,c"), "line 1", "'b' follows a closing quote", "','");
    }

    @Test
    void whatIsNoTableIsRefused() throws IOException {
        Rejected.malformed(() -> Csv.withHeader().parse("a,b\n"), "holds no row");
        Rejected.malformed(() -> Csv.withoutHeader().parse("\ufeff\n\n"), "holds no row");
        Rejected.malformed(() -> Csv.withHeader().parse("a,b,a\n1,2,3"), "two columns", "\"a\"");
        Rejected.argument(() -> Csv.withoutHeader("x", "x"), "two columns", "\"x\"");
        Rejected.argument(() -> Csv.withHeader().separator('"'), "separator", "'\"'");
        Rejected.argument(() -> Csv.withHeader().separator('\n'), "separator", "line feed");
        var table = Csv.withHeader().parse("a\n1");
        Rejected.argument(() -> table.column("b"), "no column \"b\"", "there are \"a\"");
        Rejected.argument(() -> table.get(1, "a"), "row 1");
        var latin = Files.write(folder.resolve("latin.csv"), new byte[] {'a', '\n', (byte) 0xfc});
        Rejected.malformed(() -> Csv.withHeader().read(latin), latin.toString(), "not UTF-8");
        var missing = folder.resolve("missing.csv");
        var error = assertThrows(UncheckedIOException.class, () -> Csv.withHeader().read(missing));
        assertEquals("Csv: " + missing + " does not exist; check the path", error.getMessage());
    }
}
