package dev.lanewise.lab;

import java.io.PrintStream;
import java.util.List;

/// One word of the command line.
interface Command {

    String name();

    /// One line: what it does.
    String summary();

    List<Options.Option> options();

    /// @throws IllegalArgumentException if what the options ask for can't be done; the message says why and what can
    void run(Options options, PrintStream out);

    default String help() {
        var text = new StringBuilder(summary()).append("\n\n");
        for (var option : options()) text.append(option.help()).append('\n');
        return text.append(Options.HELP.help()).append('\n').toString();
    }
}
