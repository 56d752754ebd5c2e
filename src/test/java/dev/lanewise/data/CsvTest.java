package dev.lanewise.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.tensor.Rejected;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
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
        var bytes = encoded(lastBreak ? text + lineBreak : text, rows.hashCode());
        var csv = Csv.withoutHeader().separator(separator);
        assertEquals(rows, rows(csv.read(Source.of(bytes))));
        var shown = new ArrayList<List<String>>();
        csv.forEach(Source.of(new ByteArrayInputStream(bytes)), row -> {
            shown.add(row.fields());
            assertEquals(shown.size(), row.number());
            assertEquals(row.fields().getFirst(), row.get("1"));
        });
        assertEquals(rows, shown);
    }

    /// In all ways in which a file may be encoded and packed.
    private static byte[] encoded(String text, int way) {
        var charset = List.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)
            .get(Math.floorMod(way, 3));
        var bytes = ("\ufeff" + text).getBytes(charset);
        return way % 2 == 0 ? bytes : IdxFiles.gzip(bytes);
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
        Rejected.malformed(() -> Csv.withoutHeader("x").parse("1,2\n3"), "row 1", "line 1", "has 2 fields",
            "1 are expected: \"x\"");
        Rejected.malformed(() -> Csv.withHeader().parse("x\n1,2\n3,4"), "row 1", "line 2", "has 2 fields",
            "1 are expected: \"x\"");
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

    @Test
    void decimalCommasBecomePoints() {
        var csv = Csv.withHeader().separator(';').decimalComma();
        var table = csv.parse("a;b\n1,5;\"-1.234,5\"\n,5;1.234\n 7,"
            + " ;12.345.678,9e-3\n+0,1E2;x,y\n1,2,3;1.5\n1.23,4;1.2345\n,;10.20.30\n\n");
        assertEquals(List.of("1.5", ".5", "7.", "+0.1E2", "1,2,3", "1.23,4", ","), table.column("a"));
        assertEquals(List.of("-1234.5", "1234", "12345678.9e-3", "x,y", "1.5", "1.2345", "10.20.30"), table.column("b"));
        assertEquals("1,5", Csv.withHeader().separator(';').parse("a\n1,5").get(0, "a"));
        var fitted = new Columns().numeric("a").fit(csv.parse("a\n1,5\n-2,25"));
        assertEquals("[1.5, -2.25]", Arrays.toString(fitted.inputs(csv.parse("a\n1,5\n-2,25")).toArray()));
    }

    /// A million of them while memory holds one; what isn't looked at is no more than the pieces that are read.
    @Test
    void rowsAreShownInConstantMemory() throws IOException {
        var line = "1,some text,\"quoted, \"\"text\"\"\",2.5\n".getBytes(StandardCharsets.UTF_8);
        var rows = 1_000_000;
        var endless = new InputStream() {
            private long at;
            private final long end = (long) rows * line.length;

            @Override
            public int read() { return at == end ? -1 : line[(int) (at++ % line.length)]; }

            @Override
            public int read(byte[] to, int offset, int length) {
                if (at == end) return -1;
                int count = (int) Math.min(length, end - at);
                for (int i = 0; i < count; i++) to[offset + i] = line[(int) ((at + i) % line.length)];
                at += count;
                return count;
            }
        };
        long[] seen = new long[2];
        long before = used();
        Csv.withoutHeader().forEach(Source.of(endless), row -> {
            seen[0] += row.fields().get(2).equals("quoted, \"text\"") ? 1 : 0;
            if (row.number() == rows / 2) seen[1] = used() - before;
        });
        assertEquals(rows, seen[0]);
        assertTrue(seen[1] < 4 << 20, seen[1] + " bytes");
    }

    private static long used() {
        for (int i = 0; i < 3; i++) System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    void rowsBeforeAFaultAreShown() {
        var shown = new ArrayList<CsvRow>();
        Rejected.malformed(() -> Csv.withHeader().forEach(Source.of("a,b\n1,2\n\n3\n".getBytes(StandardCharsets.UTF_8)),
            shown::add), "Csv: the bytes: line 4: row 2 has 1 field, but 2 are expected");
        assertEquals(List.of("{a=1, b=2}"), shown.stream().map(CsvRow::toString).toList());
        assertEquals(2, shown.getFirst().line());
        Rejected.argument(() -> shown.getFirst().get("c"), "there is no column \"c\"; there are \"a\", \"b\"");
        Rejected.argument(() -> Csv.withoutHeader("a").forEach(Source.of("1,2".getBytes(StandardCharsets.UTF_8)), shown::add),
            "was given 1 names");
        for (var text : List.of("", "a,b", "a,a\n1,2", "\n\n"))
            Rejected.malformed(() -> Csv.withHeader().forEach(Source.of(text.getBytes(StandardCharsets.UTF_8)), shown::add),
                "Csv: the bytes: ");
        var damaged = IdxFiles.gzip("a,b\n1,2\n".getBytes(StandardCharsets.UTF_8));
        damaged[damaged.length - 6] ^= 1;
        Rejected.malformed(() -> Csv.withHeader().forEach(Source.of(damaged), shown::add), "gzip data is damaged");
    }

    /// Wherever buffers end, and however little a stream gives at a time.
    @Property(tries = 60)
    void allMembersOfGzipDataAreReadOrRefused(@ForAll @IntRange(min = 1, max = 400) int members,
        @ForAll @IntRange(min = 1, max = 70_000) int atATime,
            @ForAll @IntRange(min = 1, max = 20) int extra, @ForAll long seed) throws IOException {
        var random = new Random(seed);
        var packed = new ByteArrayOutputStream();
        var rows = new ArrayList<List<String>>();
        for (int i = 0; i < members; i++) {
            var text = new StringBuilder();
            for (int row = random.nextInt(60); row >= 0; row--) {
                rows.add(List.of("" + random.nextInt()));
                text.append(rows.getLast().getFirst()).append('\n');
            }
            packed.write(IdxFiles.gzip(text.toString().getBytes(StandardCharsets.UTF_8)));
        }
        var bytes = packed.toByteArray();
        var slow = new FilterInputStream(new ByteArrayInputStream(bytes)) {
            @Override
            public int read(byte[] to, int offset, int length) throws IOException {
                return super.read(to, offset, Math.min(length, atATime));
            }

            @Override
            public int available() { return 0; }
        };
        assertEquals(rows, rows(Csv.withoutHeader().read(Source.of(slow))));
        // a member's beginning, or noise
        var more = Arrays.copyOf(bytes, bytes.length + extra);
        var tail = IdxFiles.gzip("1\n".getBytes(StandardCharsets.UTF_8));
        if (random.nextBoolean()) random.nextBytes(tail);
        System.arraycopy(tail, 0, more, bytes.length, extra);
        Rejected.malformed(() -> Csv.withoutHeader().read(Source.of(more)), "gzip data is damaged or cut off (");
    }
}
