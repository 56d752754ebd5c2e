package dev.lanewise.lab.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// One word of the command line, or two.
public interface Command {

    String name();

    /// One line: what it does.
    String summary();

    default List<Option<?>> options() { return List.of(); }

    /// What stands behind it without a name, such as files; most commands take none. See [Option#operands].
    default Optional<Option<List<Path>>> operands() { return Optional.empty(); }

    /// The commands of which a second word picks one; their names begin with this one's. Most have none.
    default List<Command> parts() { return List.of(); }

    /// The files that it will write: checked before it runs.
    default List<Outputs.Output> outputs(Options options) { return List.of(); }

    /// @throws IllegalArgumentException if what the options ask for can't be done; the message says why and what can
    void run(Options options, PrintStream out);

    default String help() {
        var text = new StringBuilder(Terminal.hanging("", summary())).append("\n\n");
        for (var part : parts()) text.append(Terminal.hanging(String.format("  %-18s ", part.name()), part.summary()))
            .append('\n');
        operands().ifPresent(files -> text.append(files.line()).append('\n'));
        for (var option : options()) text.append(option.line()).append('\n');
        return text.append(Options.HELP.line()).append('\n').toString();
    }
}
