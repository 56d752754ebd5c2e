package dev.lanewise.data;

import dev.lanewise.file.Quote;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Cuts a text into rows of fields, for [Csv].
final class CsvParser {
    private static final char BYTE_ORDER_MARK = '\ufeff';

    private final Path file; // null for a text that is in none
    private final String text;
    private final char separator;
    private int at;
    private int line = 1;

    CsvParser(Path file, String text, char separator) {
        this.file = file;
        this.text = text;
        this.separator = separator;
    }

    /// All rows that are not empty lines.
    ///
    /// @param first the number of the first
    List<CsvTable.Row> records(int first) {
        at = !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? 1 : 0;
        var records = new ArrayList<CsvTable.Row>();
        while (at < text.length()) {
            if (isLineBreak()) skipLineBreak();
            else records.add(record(first + records.size()));
        }
        return records;
    }

    private CsvTable.Row record(int number) {
        int first = line;
        var fields = new ArrayList<String>();
        fields.add(field());
        while (at < text.length() && text.charAt(at) == separator) {
            at++;
            fields.add(field());
        }
        if (at < text.length()) skipLineBreak();
        return new CsvTable.Row(number, first, List.copyOf(fields));
    }

    private String field() {
        return at < text.length() && text.charAt(at) == '"' ? quoted() : plain();
    }

    private String plain() {
        int start = at;
        for (; at < text.length() && text.charAt(at) != separator && !isLineBreak(); at++)
            if (text.charAt(at) == '"') throw malformed(line,
                "a quote stands within a field that does not begin with one; quote the whole field and double the quotes in it");
        return text.substring(start, at);
    }

    private String quoted() {
        int first = line;
        var field = new StringBuilder();
        for (at++; at < text.length(); ) {
            if (isLineBreak()) {
                int start = at;
                skipLineBreak();
                field.append(text, start, at); // as it stands
            } else if (text.charAt(at) != '"') {
                field.append(text.charAt(at++));
            } else if (at + 1 < text.length() && text.charAt(at + 1) == '"') {
                field.append('"');
                at += 2;
            } else {
                at++;
                if (at < text.length() && text.charAt(at) != separator && !isLineBreak()) throw malformed(line,
                    show(text.charAt(at)) + " follows a closing quote, where " + show(separator)
                    + " or the end of the line must; double the quotes within a field");
                return field.toString();
            }
        }
        throw malformed(first, "a quote is opened and never closed; close it, or double it if it is part of the field");
    }

    private boolean isLineBreak() {
        return text.charAt(at) == '\n' || text.charAt(at) == '\r';
    }

    private void skipLineBreak() {
        at += text.startsWith("\r\n", at) ? 2 : 1;
        line++;
    }

    private MalformedFileException malformed(int where, String what) {
        return MalformedFileException.inLine("Csv", file, where, what);
    }

    /// A character for a message.
    static String show(char c) {
        return switch (c) {
            case '\n' -> "a line feed";
            case '\r' -> "a carriage return";
            case '\t' -> "a tab";
            default -> "'" + Quote.bare(String.valueOf(c)) + "'";
        };
    }
}
