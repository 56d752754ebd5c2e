package dev.lanewise.docs;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// Tables of figures, each of which has a command or a program that gives it: in its section, or in the text of one
/// that this lies in.
final class Figures {

    private static final String UNIT = "( ?(%|×|x|s|ms|µs|ns|MB|KB|GB|GFLOP/s))?";
    private static final Pattern FIGURE = Pattern.compile(
        "[*×÷~<>≤≥+-]*\\d[\\d,]*(\\.\\d+)?(e[+-]?\\d+)?( ?± ?[\\d.]+)?" + UNIT + "[*]*(?:(; | / )\\S+)*");

    private Figures() {}

    /// Whether half of a column or more is numbers with a fraction, or with what makes them measured ones.
    static boolean isOfFigures(Page.Table table) {
        var rows = table.rows().subList(1, table.rows().size());
        return IntStream.range(1, table.rows().getFirst().size()).anyMatch(column -> 2 * rows.stream()
            .filter(row -> column < row.size() && isFigure(row.get(column))).count() > rows.size());
    }

    private static boolean isFigure(String cell) { return cell.contains(".") && FIGURE.matcher(cell).matches(); }

    static List<String> faults(Page page) {
        var given = new ArrayList<Integer>();
        Commands.of(page).stream().filter(Commands::runs).map(Commands.Line::line).forEach(given::add);
        page.blocks(Page.Code.class).filter(code -> code.language().equals("java")).map(Page.Code::line).forEach(given::add);
        return page.blocks(Page.Table.class).filter(Figures::isOfFigures)
            .filter(table -> sections(page, table.line()).stream().noneMatch(section -> given.stream().anyMatch(section::has)))
            .map(table -> page.at(table.line()) + ": figures, and no command that gives them, in this section"
                + " or in the text of those that it lies in").toList();
    }

    /// A section's own text, up to the next heading of any level.
    private record Section(int from, int to) {

        boolean has(int line) { return line >= from && line < to; }
    }

    /// The one in which a line lies, and those around it, from the inside out; the last is what stands before all headings.
    private static List<Section> sections(Page page, int line) {
        var headings = page.blocks(Page.Heading.class).toList();
        var sections = new ArrayList<Section>();
        int level = Integer.MAX_VALUE;
        for (int i = headings.size() - 1; i >= 0; i--) {
            var heading = headings.get(i);
            if (heading.line() > line || heading.level() >= level) continue;
            level = heading.level();
            sections.add(new Section(heading.line(), i + 1 < headings.size() ? headings.get(i + 1).line() : Integer.MAX_VALUE));
        }
        sections.add(new Section(0, headings.isEmpty() ? Integer.MAX_VALUE : headings.getFirst().line()));
        return sections;
    }
}
