package dev.lanewise.data;

import dev.lanewise.file.Quote;
import dev.lanewise.file.RegularFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// How a text of comma-separated values is to be read, by RFC 4180: a field may stand in double quotes, and then hold
/// separators, line breaks and doubled quotes. The text is UTF-8, with or without a byte order mark; lines end in LF, CRLF or
/// CR. Empty lines are passed over.
///
/// ```java
/// var abalone = Csv.withoutHeader("sex", "length", "diameter", …, "rings").read(file);
/// var parts = abalone.split(new Threefry(42).stream("split"), 0.8, 0.2);
/// var preprocessing = new Columns().oneHot("sex").standardized("length", "diameter").targetNumbers("rings").fit(parts.getFirst());
/// ```
public final class Csv {
    private final boolean header;
    private final List<String> names; // of the columns, where there is no header; empty for numbers
    private final char separator;

    private Csv(boolean header, List<String> names, char separator) {
        this.header = header;
        this.names = names;
        this.separator = separator;
    }

    /// For a text whose first line names the columns.
    public static Csv withHeader() {
        return new Csv(true, List.of(), ',');
    }

    /// For a text that begins with the first row.
    ///
    /// @param names the columns' names; if there are none, "1", "2" and so on
    /// @throws IllegalArgumentException if two are the same
    public static Csv withoutHeader(String... names) {
        twice(List.of(names)).ifPresent(name -> {
            throw new IllegalArgumentException("Csv.withoutHeader: " + doubled(name));
        });
        return new Csv(false, List.of(names), ',');
    }

    /// With another character between fields: `';'`, `'\t'`.
    ///
    /// @throws IllegalArgumentException for a quote or a line break
    public Csv separator(char separator) {
        if (separator == '"' || separator == '\n' || separator == '\r') throw new IllegalArgumentException("Csv.separator: "
            + CsvParser.show(separator) + " has a meaning of its own; take another character");
        return new Csv(header, names, separator);
    }

    /// Reads a whole file, of any file system.
    ///
    /// @throws MalformedFileException if it is malformed, holds no row, or a row is of another width than the first
    /// @throws IllegalArgumentException if all rows have as many fields as the first, but [#withoutHeader] was given other names
    /// @throws UncheckedIOException if the file is missing, no regular file, or can't be read
    public CsvTable read(Path file) {
        var bytes = RegularFile.bytes("Csv", file, Integer.MAX_VALUE);
        try {
            return parse(file, StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException e) {
            throw new MalformedFileException("Csv", file, "it is not UTF-8; convert it, for example with iconv").because(e);
        }
    }

    /// Reads a text.
    ///
    /// @throws MalformedFileException as [#read(Path)]
    /// @throws IllegalArgumentException as [#read(Path)]
    public CsvTable parse(String text) {
        return parse(null, text);
    }

    private CsvTable parse(Path file, String text) {
        var records = new CsvParser(file, text, separator).records(header ? 0 : 1);
        var columns = header && !records.isEmpty() ? records.removeFirst().fields() : names;
        if (records.isEmpty()) throw new MalformedFileException("Csv", file, "it holds no row; give it at least one");
        int width = records.getFirst().fields().size();
        if (columns.isEmpty()) columns = IntStream.rangeClosed(1, width).mapToObj(Integer::toString).toList();
        twice(columns).ifPresent(name -> {
            throw MalformedFileException.inLine("Csv", file, 1, doubled(name));
        });
        var origin = file == null ? "the text" : Quote.of(file);
        boolean even = records.stream().allMatch(row -> row.fields().size() == width);
        if (!header && even && width != columns.size()) throw new IllegalArgumentException("Csv: " + origin
            + ": its rows have " + fields(width) + ", but Csv.withoutHeader was given " + columns.size() + " names: "
            + Quote.list(columns) + "; name each column, or correct the separator");
        for (var row : records)
            if (row.fields().size() != columns.size()) throw MalformedFileException.inLine("Csv", file, row.line(), "row "
                + row.number() + " has " + fields(row.fields().size()) + ", but " + columns.size() + " are expected: "
                + Quote.list(columns) + "; correct the row, or the separator if all are wrong");
        return new CsvTable(origin, columns, records, header
            ? "; if its first line is no header, read it by Csv.withoutHeader" : "; name columns to Csv.withoutHeader");
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
