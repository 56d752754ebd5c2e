package dev.lanewise.data;

import dev.lanewise.file.Quote;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Cuts a text into rows of fields, for [Csv], one after the other: memory holds a row.
final class CsvParser {
    private static final char BYTE_ORDER_MARK = '\ufeff';
    private static final int END = -1;
    /// Digits, perhaps in groups of three with points between, and behind a comma more digits and an exponent.
    private static final Pattern WITH_COMMA =
        Pattern.compile("[+-]?+(\\d++|\\d{1,3}(\\.\\d{3})++|(?=,\\d)),\\d*+([eE][+-]?+\\d++)?+");
    private static final Pattern GROUPED = Pattern.compile("[+-]?+\\d{1,3}(\\.\\d{3})++");

    private final Source source; // null for a text that is in none
    private final Reader reader;
    private final char separator;
    private final boolean decimalComma;
    private final char[] buffer = new char[1 << 13];
    private final StringBuilder text = new StringBuilder(); // of the field that is read
    private int at;
    private int held;
    private int line = 1;
    private int number;

    /// @param number of the first row
    CsvParser(Source source, Reader reader, char separator, boolean decimalComma, int number) throws IOException {
        this.source = source;
        this.reader = reader;
        this.separator = separator;
        this.decimalComma = decimalComma;
        this.number = number;
        if (peek() == BYTE_ORDER_MARK) at++;
    }

    /// The next row that is no empty line; null at the end.
    CsvTable.Row next() throws IOException {
        while (peek() != END) {
            if (!isLineBreak(peek())) return record(number++);
            skipLineBreak(null);
        }
        return null;
    }

    /// Where the parser is, from 1.
    int line() { return line; }

    private CsvTable.Row record(int number) throws IOException {
        int first = line;
        var fields = new ArrayList<String>();
        fields.add(field());
        while (peek() == separator) {
            at++;
            fields.add(field());
        }
        if (peek() != END) skipLineBreak(null);
        return new CsvTable.Row(number, first, List.copyOf(fields));
    }

    private String field() throws IOException {
        var field = peek() == '"' ? quoted() : plain();
        return decimalComma ? withPoint(field) : field;
    }

    /// A number that is written with a decimal comma, as others are; any other text as it is.
    private static String withPoint(String field) {
        var text = field.strip();
        if (WITH_COMMA.matcher(text).matches()) return text.replace(".", "").replace(',', '.');
        return GROUPED.matcher(text).matches() ? text.replace(".", "") : field;
    }

    private String plain() throws IOException {
        text.setLength(0);
        while (peek() != END) {
            int start = at;
            while (at < held && buffer[at] != separator
                && !isLineBreak(buffer[at])) if (buffer[at++] == '"') throw malformed(line,
                "a quote stands within a field that does not begin with one; quote the whole field and double the quotes in it");
            text.append(buffer, start, at - start);
            if (at < held) break;
        }
        return text.isEmpty() ? "" : text.toString();
    }

    private String quoted() throws IOException {
        int first = line;
        text.setLength(0);
        at++;
        while (true) {
            int c = peek();
            if (c == END) throw malformed(first,
                "a quote is opened and never closed; close it, or double it if it is part of the field");
            if (isLineBreak(c)) skipLineBreak(text); // as it stands
            else if (c != '"') {
                int start = at;
                while (at < held && buffer[at] != '"' && !isLineBreak(buffer[at])) at++;
                text.append(buffer, start, at - start);
            } else {
                at++;
                int next = peek();
                if (next == '"') {
                    text.append('"');
                    at++;
                } else if (next == END || next == separator || isLineBreak(next)) return text.toString();
                else throw malformed(line, show((char) next) + " follows a closing quote, where " + show(separator)
                    + " or the end of the line must; double the quotes within a field");
            }
        }
    }

    private static boolean isLineBreak(int c) { return c == '\n' || c == '\r'; }

    /// @param into what it is appended to; null for nothing
    private void skipLineBreak(StringBuilder into) throws IOException {
        int c = peek();
        at++;
        if (into != null) into.append((char) c);
        if (c == '\r' && peek() == '\n') {
            at++;
            if (into != null) into.append('\n');
        }
        line++;
    }

    private int peek() throws IOException {
        while (at == held) {
            held = Math.max(0, reader.read(buffer));
            at = 0;
            if (held == 0) return END;
        }
        return buffer[at];
    }

    private MalformedFileException malformed(int where, String what) { return malformed(source, where, what); }

    static MalformedFileException malformed(Source source, int line, String what) {
        return source == null ? MalformedFileException.inLine("Csv", (Path) null, line, what)
            : MalformedFileException.inLine("Csv", source, line, what);
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
