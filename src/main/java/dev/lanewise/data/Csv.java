package dev.lanewise.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;

/// How a text of comma-separated values is to be read, by RFC 4180: a field may stand in double quotes, and then hold
/// separators, line breaks and doubled quotes. The text is UTF-8, with or without a byte order mark; lines end in LF, CRLF or
/// CR. Empty lines are passed over.
///
/// ```java
/// var abalone = Csv.withoutHeader("sex", "length", "diameter", …, "rings").read(file);
/// var data = abalone.encode().categorical("sex").regression("rings");
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
        requireDistinct("Csv.withoutHeader", List.of(names));
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

    /// Reads a whole file.
    ///
    /// @throws IllegalArgumentException if it is malformed, holds no row, or a row is of another width; the message names the line
    /// @throws UncheckedIOException if the file is missing or can't be read
    public CsvTable read(Path file) {
        try {
            return parse(file.toString(), Files.readString(file));
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("Csv: " + file + " is not UTF-8; convert it, for example with iconv", e);
        } catch (NoSuchFileException e) {
            throw new UncheckedIOException("Csv: " + file + " does not exist; check the path", e);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Csv: " + file + " can't be read (" + e.getMessage() + "); it must be a file that this user may read", e);
        }
    }

    /// Reads a text.
    ///
    /// @throws IllegalArgumentException as [#read(Path)]
    public CsvTable parse(String text) {
        return parse("the text", text);
    }

    private CsvTable parse(String origin, String text) {
        var records = new CsvParser(origin, text, separator).records();
        var columns = header && !records.isEmpty() ? records.removeFirst().fields() : names;
        if (records.isEmpty()) throw new IllegalArgumentException("Csv: " + origin + " holds no row; give it at least one");
        if (columns.isEmpty())
            columns = IntStream.rangeClosed(1, records.getFirst().fields().size()).mapToObj(Integer::toString).toList();
        requireDistinct("Csv: " + origin, columns);
        return new CsvTable(origin, columns, checked(origin, columns, records));
    }

    private static List<CsvTable.Row> checked(String origin, List<String> columns, List<CsvTable.Row> records) {
        for (int row = 0; row < records.size(); row++) {
            int width = records.get(row).fields().size();
            if (width != columns.size()) throw new IllegalArgumentException("Csv: " + origin + ": row " + (row + 1)
                + ", on line " + records.get(row).line() + ", has " + width + (width == 1 ? " field" : " fields") + ", but "
                + columns.size() + " are expected: " + String.join(", ", columns)
                + "; correct the row, or the separator if all are wrong");
        }
        return new ArrayList<>(records);
    }

    private static void requireDistinct(String who, List<String> names) {
        var seen = new HashSet<String>();
        for (var name : names)
            if (!seen.add(name)) throw new IllegalArgumentException(who + ": two columns are named \"" + name
                + "\"; give each a name of its own");
    }
}
