package dev.lanewise.data;

import dev.lanewise.file.Quote;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.zip.ZipException;

/// How a text of comma-separated values is to be read, by RFC 4180: a field may stand in double quotes, and then hold
/// separators, line breaks and doubled quotes. The text is UTF-8, with or without a byte order mark, or UTF-16 with one, and may
/// be packed by gzip; its first bytes tell which. Lines end in LF, CRLF or CR. Empty lines are passed over.
///
/// ```java
/// var abalone = Csv.withoutHeader("sex", "length", "diameter", …, "rings").read(file);
/// var parts = abalone.split(new Threefry(42).stream("split"), 0.8, 0.2);
/// var preprocessing = new Columns().oneHot("sex").standardized("length",
/// "diameter").targetNumbers("rings").fit(parts.getFirst());
/// ```
public final class Csv {
    private static final int PIECE = 1 << 16;

    private final boolean header;
    private final List<String> names; // of the columns, where there is no header; empty for numbers
    private final char separator;
    private final boolean decimalComma;

    private Csv(boolean header, List<String> names, char separator, boolean decimalComma) {
        this.header = header;
        this.names = names;
        this.separator = separator;
        this.decimalComma = decimalComma;
    }

    /// For a text whose first line names the columns.
    public static Csv withHeader() {
        return new Csv(true, List.of(), ',', false);
    }

    /// For a text that begins with the first row.
    ///
    /// @param names the columns' names; if there are none, "1", "2" and so on
    /// @throws IllegalArgumentException if two are the same
    public static Csv withoutHeader(String... names) {
        twice(List.of(names)).ifPresent(name -> {
            throw new IllegalArgumentException("Csv.withoutHeader: " + doubled(name));
        });
        return new Csv(false, List.of(names), ',', false);
    }

    /// With another character between fields: `';'`, `'\t'`.
    ///
    /// @throws IllegalArgumentException for a quote or a line break
    public Csv separator(char separator) {
        if (separator == '"' || separator == '\n' || separator == '\r') throw new IllegalArgumentException("Csv.separator: "
            + CsvParser.show(separator) + " has a meaning of its own; take another character");
        return new Csv(header, names, separator, decimalComma);
    }

    /// For numbers with a decimal comma, as spreadsheets of much of Europe write them, mostly with `separator(';')`: a field that
    /// is such a number is given as others are, "1.234,5" as "1234.5", and "1.234" is a thousand and more. Other fields stay as
    /// they are.
    public Csv decimalComma() { return new Csv(header, names, separator, true); }

    /// Reads a whole file, of any file system.
    ///
    /// @throws MalformedFileException if it is malformed, holds no row, or a row is of another width than the first
    /// @throws IllegalArgumentException if all rows have as many fields as the first, but [#withoutHeader] was given other names
    /// @throws UncheckedIOException if the file is missing, no regular file, or can't be read
    public CsvTable read(Path file) { return read(Source.of(file)); }

    /// As [#read(Path)], from anywhere.
    public CsvTable read(Source source) { return open(source, reader -> table(source, reader)); }

    /// Reads a text.
    ///
    /// @throws MalformedFileException as [#read(Path)]
    /// @throws IllegalArgumentException as [#read(Path)]
    public CsvTable parse(String text) {
        try {
            return table(null, new StringReader(text));
        } catch (IOException e) {
            throw new AssertionError("a text is there", e);
        }
    }

    /// Shows the rows of a file, from top to bottom, while memory holds one: for files of any size.
    ///
    /// @throws MalformedFileException as [#read(Path)], but that rows before the fault were shown
    /// @throws IllegalArgumentException if the first row has other than as many fields as [#withoutHeader] was given names
    /// @throws UncheckedIOException as [#read(Path)]
    public void forEach(Path file, Consumer<CsvRow> action) { forEach(Source.of(file), action); }

    /// As [#forEach(Path, Consumer)], from anywhere.
    public void forEach(Source source, Consumer<CsvRow> action) {
        Objects.requireNonNull(action, "Csv.forEach: no action");
        open(source, reader -> {
            var parser = new CsvParser(source, reader, separator, decimalComma, header ? 0 : 1);
            var row = parser.next();
            var columns = header && row != null ? row.fields() : names;
            if (header) row = parser.next();
            if (row == null) throw empty(source);
            columns = named(source, columns, row.fields().size());
            if (!header) requireAsNamed(name(source), columns, row.fields().size());
            var indices = new LinkedHashMap<String, Integer>();
            for (var column : columns) indices.put(column, indices.size());
            for (; row != null; row = parser.next()) {
                requireWidth(source, columns, row);
                action.accept(new CsvRow(indices, row));
            }
            return null;
        });
    }

    // ---- how it is packed

    @FunctionalInterface
    private interface Use<T> {
        T of(Reader reader) throws IOException;
    }

    private static <T> T open(Source source, Use<T> use) {
        return source.read("Csv", (in, _) -> {
            var plain = new BufferedInputStream(in, PIECE);
            if (!begins(plain, 0x1f, 0x8b)) return decoded(source, plain, use);
            try {
                return decoded(source, new BufferedInputStream(new WholeGzip(plain, PIECE), PIECE), use);
            } catch (ZipException | EOFException e) {
                throw MalformedFileException.in("Csv", source, "its gzip data is damaged or cut off (" + WholeGzip.reason(e)
                    + "); get the file again").because(e);
            }
        });
    }

    private static <T> T decoded(Source source, InputStream in, Use<T> use) throws IOException {
        // not those that take the mark away: what follows it may be another
        var charset = begins(in, 0xfe, 0xff) ? StandardCharsets.UTF_16BE : begins(in, 0xff, 0xfe) ? StandardCharsets.UTF_16LE
            : StandardCharsets.UTF_8;
        try {
            return use.of(new InputStreamReader(in, charset.newDecoder()));
        } catch (CharacterCodingException e) {
            throw MalformedFileException.in("Csv", source, "it is not " + charset + "; convert it, for example with iconv")
                .because(e);
        }
    }

    private static boolean begins(InputStream in, int first, int second) throws IOException {
        in.mark(2);
        boolean begins = in.read() == first && in.read() == second;
        in.reset();
        return begins;
    }

    // ---- rows

    private CsvTable table(Source source, Reader reader) throws IOException {
        var parser = new CsvParser(source, reader, separator, decimalComma, header ? 0 : 1);
        var records = new ArrayList<CsvTable.Row>();
        for (var row = parser.next(); row != null; row = parser.next()) records.add(row);
        var given = header && !records.isEmpty() ? records.removeFirst().fields() : names;
        if (records.isEmpty()) throw empty(source);
        int width = records.getFirst().fields().size();
        var columns = named(source, given, width);
        boolean even = records.stream().allMatch(row -> row.fields().size() == width);
        if (!header && even) requireAsNamed(name(source), columns, width);
        for (var row : records) requireWidth(source, columns, row);
        return new CsvTable(name(source), columns, records, header
            ? "; if its first line is no header, read it by Csv.withoutHeader" : "; name columns to Csv.withoutHeader");
    }

    private static String name(Source source) { return source == null ? "the text" : source.name(); }

    private static MalformedFileException empty(Source source) {
        var fault = "it holds no row; give it at least one";
        return source == null ? new MalformedFileException("Csv", null, fault) : MalformedFileException.in("Csv", source, fault);
    }

    private static List<String> named(Source source, List<String> given, int width) {
        var columns = given.isEmpty() ? IntStream.rangeClosed(1, width).mapToObj(Integer::toString).toList() : given;
        twice(columns).ifPresent(name -> {
            throw CsvParser.malformed(source, 1, doubled(name));
        });
        return columns;
    }

    private static void requireAsNamed(String origin, List<String> columns, int width) {
        if (width != columns.size()) throw new IllegalArgumentException("Csv: " + origin
            + ": its rows have " + fields(width) + ", but Csv.withoutHeader was given " + columns.size() + " names: "
            + Quote.list(columns) + "; name each column, or correct the separator");
    }

    private static void requireWidth(Source source, List<String> columns, CsvTable.Row row) {
        if (row.fields().size() != columns.size()) throw CsvParser.malformed(source, row.line(), "row "
            + row.number() + " has " + fields(row.fields().size()) + ", but " + columns.size() + " are expected: "
            + Quote.list(columns) + "; correct the row, or the separator if all are wrong");
    }

    private static String fields(int count) {
        return count + (count == 1 ? " field" : " fields");
    }

    private static Optional<String> twice(List<String> names) {
        var seen = new HashSet<String>();
        return names.stream().filter(name -> !seen.add(name)).findFirst();
    }

    private static String doubled(String name) {
        return "two columns are named " + Quote.of(name) + "; give each a name of its own";
    }
}
