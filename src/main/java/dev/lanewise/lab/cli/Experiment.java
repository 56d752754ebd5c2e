package dev.lanewise.lab.cli;

import dev.lanewise.report.Page;
import dev.lanewise.report.Pictured;
import java.util.List;

/// One of the field's classic experiments: `lab NAME`. [Trial] makes a command of it.
public interface Experiment {

    String name();

    /// Of its page, where that is one of several that lead to each other.
    default String title() { return name(); }

    /// One line: what it shows.
    String summary();

    /// Its own, beside [Setting#OPTIONS].
    default List<Option<?>> options() { return List.of(); }

    /// The files that it writes beside page and JSON.
    default List<Outputs.Output> outputs(Options options) { return List.of(); }

    /// Runs it, having said through [Setting#say] what it is run with.
    ///
    /// @throws IllegalArgumentException if what the options ask for can't be done; the message says why and what can
    Result run(Setting setting);

    /// @param outcome    what came out, as [dev.lanewise.report.Json] writes it; without what all have in common, which is put
    ///     around it
    /// @param text       the tables for the terminal, as [dev.lanewise.report.Table#text()] gives them
    /// @param conclusion a few sentences: what is to be seen, and whether theory agrees
    /// @param page       without the settings that all have in common, which are put below it; where its lead is shorter than the
    ///                   conclusion, that is put below it, too
    /// @param picture    the page's chart by which it is told from others; null for none
    record Result(Record outcome, String text, String conclusion, Page page, Pictured picture) {

        /// Without a picture.
        public Result(Record outcome, String text, String conclusion, Page page) { this(outcome, text, conclusion, page, null); }
    }
}
