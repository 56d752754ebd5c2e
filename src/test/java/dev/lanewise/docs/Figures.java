package dev.lanewise.docs;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// Tables of figures, each of which has a command or a program that gives it: in its section, or in the text of one that this lies in.
final class Figures {

    private static final Pattern FIGURE = Pattern.compile("[*×÷~<>≤≥+-]*\\d[\\d,]*(\\.\\d+)?(e[+-]?\\d+)?( ?± ?[\\d.]+)?( ?(%|×|x|s|ms|µs|ns|MB|KB|GB|GFLOP/s|ns/el))?[*]*(?:(; | / )\\S+)*");

    private Figures() {}

    /// Whether half of a column or more is numbers with a fraction, or with what makes them measured ones.
    static boolean isOfFigures(Page.Table table) {
        var rows = table.rows().subList(1, table.rows().size());
        return IntStream.range(1, table.rows().getFirst().size()).anyMatch(column -> 2 * rows.stream()
            .filter(row -> column < row.size() && FIGURE.matcher(row.get(column)).matches() && row.get(column).contains(".")).count() > rows.size());
    }

    static List<String> faults(Page page) {
        var faults = new ArrayList<String>();
        var commands = Commands.of(page).stream().filter(Commands::runs).map(Commands.Line::line).toList();
        var programs = page.blocks(Page.Code.class).filter(code -> code.language().equals("java")).map(Page.Code::line).toList();
        var headings = page.blocks(Page.Heading.class).toList();
        for (var table : page.blocks(Page.Table.class).filter(Figures::isOfFigures).toList()) {
            boolean given = false;
            int level = Integer.MAX_VALUE;
            for (int i = headings.size() - 1; i >= -1 && !given; i--) {
                int from = i < 0 ? 0 : headings.get(i).line();
                if (from > table.line() || i >= 0 && headings.get(i).level() >= level) continue;
                level = i < 0 ? 0 : headings.get(i).level();
                int to = i + 1 < headings.size() ? headings.get(i + 1).line() : Integer.MAX_VALUE;
                given = commands.stream().anyMatch(line -> line >= from && line < to) || programs.stream().anyMatch(line -> line >= from && line < to);
            }
            if (!given) faults.add(page.at(table.line()) + ": figures, and no command that gives them, in this section or in the text of those it lies in");
        }
        return faults;
    }
}
