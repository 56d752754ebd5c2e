package dev.lanewise.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Rows of text under headers, for a page or for a terminal.
///
/// ```java
/// var table = new Table(Column.text("init"), Column.number("accuracy"))
///         .row("zeros", "10.0 %")
///         .row("kaimingUniform", "85.4 %");
/// System.out.print(table.text());
/// ```
public final class Table implements Block {
    private static final String GAP = "  ";
    /// A page shows more columns than that closer together, and longer rows.
    private static final int SPACIOUS = 7;
    private static final int LONG = 100;
    /// Longer text is broken into lines in its cell, and the first column's on a phone, where it stays beside those that scroll.
    private static final int SENTENCE = 48;
    private static final int NAME = 20;
    /// Of a cell on a phone, in pixels.
    private static final double PHONE_LETTER = 16;
    private static final double PHONE_PADDING = 10;
    /// Not a number's.
    private static final Pattern PATHS_DOT = Pattern.compile("(?<!(?:^|[\\s(/±−-])\\d{1,9})\\.(?=\\S)|\\.(?=[^\\s\\d])");

    private final List<Column> columns;
    private final List<List<String>> rows = new ArrayList<>();

    /// A table without rows, which [#row] adds.
    ///
    /// @throws IllegalArgumentException if there is no column
    public Table(Column... columns) {
        if (columns.length == 0) throw new IllegalArgumentException("table: no columns; give at least one");
        this.columns = List.of(columns);
    }

    /// Adds a row and returns this table.
    ///
    /// @throws IllegalArgumentException if there is not one cell for each column
    public Table row(String... cells) {
        if (cells.length != columns.size()) throw new IllegalArgumentException(
            "table: %s cells for %s columns: %s; give one for each".formatted(cells.length, columns.size(),
                Arrays.toString(cells)));
        rows.add(List.of(cells));
        return this;
    }

    /// {@return the table as lines of plain text, columns aligned with spaces} A character is taken to be one place wide.
    public String text() {
        var headers = columns.stream().map(Column::header).toList();
        var widths = widths();
        var text = new StringBuilder(line(headers, widths));
        text.append(Arrays.stream(widths).mapToObj("─"::repeat).collect(Collectors.joining(GAP))).append('\n');
        rows.forEach(row -> text.append(line(row, widths)));
        return text.toString();
    }

    /// Characters of the longest cell of each column, its header included.
    private int[] widths() {
        return IntStream.range(0, columns.size()).map(i -> Math.max(width(columns.get(i).header()),
            rows.stream().mapToInt(row -> width(row.get(i))).max().orElse(0))).toArray();
    }

    private String line(List<String> cells, int[] widths) {
        return IntStream.range(0, widths.length)
                .mapToObj(i -> pad(cells.get(i), widths[i], columns.get(i).align()))
                .collect(Collectors.joining(GAP))
                .stripTrailing() + "\n";
    }

    private static String pad(String cell, int width, Column.Align align) {
        var space = " ".repeat(width - width(cell));
        var safe = new StringBuilder(cell.length());
        cell.codePoints().forEach(c -> safe.appendCodePoint(harmless(c)));
        return switch (align) {
            case LEFT -> safe.append(space).toString();
            case RIGHT -> space + safe;
        };
    }

    /// A line break, an escape sequence or a turn of the reading direction in a cell must not reach the terminal.
    private static int harmless(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.LINE_SEPARATOR,
                Character.PARAGRAPH_SEPARATOR -> ' ';
            default -> c;
        };
    }

    private static int width(String cell) {
        return cell.codePointCount(0, cell.length());
    }

    @Override
    public String html() {
        var widths = widths();
        var dense = columns.size() > SPACIOUS || Arrays.stream(widths).sum() > LONG;
        var markup = new Markup().open("div", "class", "scroll")
                .open("table", "class", (dense ? "dense" : "plain") + (fitsAPhone() ? "" : " cards")).open("thead").open("tr");
        columns.forEach(column -> markup.element("th", column.header(), "scope", "col", "class", style(column)));
        markup.close().close().open("tbody");
        for (var row : rows) {
            markup.open("tr");
            for (var i = 0; i < row.size(); i++) cell(markup, row.get(i), style(columns.get(i), widths[i],
                i == 0 ? NAME : SENTENCE), columns.get(i).header());
            markup.close();
        }
        return markup.close().close().close().toString();
    }

    /// Whether all columns find room there, headers and sentences broken between words; where they don't, each row is shown as a
    /// card, whose cells say what they are.
    private boolean fitsAPhone() {
        double sum = 0;
        for (var i = 0; i < columns.size(); i++) {
            var column = i;
            var isBroken = columns.get(i).align() == Column.Align.LEFT;
            var cells = rows.stream().map(row -> row.get(column)).mapToInt(cell -> isBroken
                ? Math.max(longestWord(cell), Math.min(width(cell), NAME))
                : width(cell)).max().orElse(0);
            sum += PHONE_PADDING + PHONE_LETTER * Numbers.width("0") * Math.max(longestWord(columns.get(i).header()), cells);
        }
        return sum <= Format.PHONE.width();
    }

    private static int longestWord(String text) {
        return Arrays.stream(text.split(" ")).mapToInt(Table::width).max().orElse(0);
    }

    /// A path is broken behind its dots, a number isn't.
    private static void cell(Markup markup, String text, String style, String header) {
        markup.open("td", "class", style, "data-of", header);
        var end = 0;
        if (style.endsWith(" name")) for (var dot = PATHS_DOT.matcher(text); dot.find(); end = dot.end())
            markup.cell(text.substring(end, dot.end())).raw("<wbr/>");
        markup.cell(text.substring(end)).close();
    }

    private static String style(Column column, int width, int most) {
        return style(column) + (column.align() != Column.Align.LEFT || width <= most ? "" : most == NAME ? " name" : " long");
    }

    private static String style(Column column) {
        return switch (column.align()) {
            case LEFT -> "text";
            case RIGHT -> "number";
        };
    }
}
