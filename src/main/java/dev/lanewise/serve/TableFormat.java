package dev.lanewise.serve;

import dev.lanewise.data.Csv;
import dev.lanewise.data.CsvTable;
import dev.lanewise.data.MalformedFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// How tables of one kind are written and read.
///
/// @param names     of the columns, where the file doesn't name them; else empty
/// @param separator between fields
public record TableFormat(List<String> names, char separator) {

    /// Refuses what couldn't be read again.
    ///
    /// @throws IllegalArgumentException if the separator is a quote or a line break
    public TableFormat {
        names = List.copyOf(names);
        Csv.withHeader().separator(separator);
    }

    /// The table in a file.
    ///
    /// @throws MalformedFileException as [Csv#read]
    public CsvTable read(Path file) { return csv(names).read(file); }

    /// New rows of the same kind: with a line of names, whether the first file had one or not; or without, and then also without
    /// the column that is to be predicted.
    ///
    /// @param needed columns, of which a line of names has all
    /// @param target the column that is to be predicted
    /// @throws MalformedFileException as [Csv#read]
    public CsvTable readNew(Path file, List<String> needed, String target) {
        if (names.isEmpty()) return read(file);
        var plain = csv(List.of()).read(file);
        var first = plain.columns().stream().map(column -> plain.get(0, column)).toList();
        if (new HashSet<>(first).containsAll(needed)) return Csv.withHeader().separator(separator).read(file);
        var inputs = names.stream().filter(name -> !name.equals(target)).toList();
        return (first.size() == inputs.size() ? Csv.withoutHeader(inputs.toArray(String[]::new)).separator(separator)
            : csv(names)).read(file);
    }

    /// Without names the columns' numbers are theirs, where these aren't read from the file.
    private Csv csv(List<String> columns) {
        boolean header = columns.isEmpty() && names.isEmpty();
        return (header ? Csv.withHeader() : Csv.withoutHeader(columns.toArray(String[]::new))).separator(separator);
    }

    // ---- lists of names, and rows, as text

    /// Fields of one line, as of a CSV file.
    ///
    /// @throws IllegalArgumentException if it is no line of comma-separated values
    public static List<String> list(String line) {
        if (line.isBlank()) return List.of();
        try {
            var row = Csv.withoutHeader().parse(line);
            if (row.size() == 1) return row.columns().stream().map(column -> row.get(0, column).strip()).toList();
        } catch (MalformedFileException e) {
            // said below
        }
        throw new IllegalArgumentException("the list of names is no line of comma-separated values; put a name that holds a"
            + " comma into" + " double quotes");
    }

    /// One line of these fields, quoted where that is needed.
    public String line(List<String> fields) {
        return fields.stream().map(this::field).collect(Collectors.joining("" + separator));
    }

    private String field(String text) {
        boolean plain = text.chars().noneMatch(c -> c == separator || c == '"' || c == '\n' || c == '\r')
            && text.equals(text.strip()) && !text.isEmpty();
        return plain || text.isEmpty() ? text : '"' + text.replace("\"", "\"\"") + '"';
    }

    /// Some columns of a table, with columns more behind them, below a line of names.
    ///
    /// @param more by row
    public String lines(CsvTable table, List<String> kept, List<String> moreNames, List<List<String>> more) {
        var text = new StringBuilder(line(both(kept, moreNames))).append('\n');
        var columns = kept.stream().map(table::column).toList();
        IntStream.range(0, table.size()).forEach(row -> text.append(
            line(both(columns.stream().map(column -> column.get(row)).toList(), more.get(row)))).append('\n'));
        return text.toString();
    }

    private static List<String> both(List<String> one, List<String> other) {
        return Stream.concat(one.stream(), other.stream()).toList();
    }
}
