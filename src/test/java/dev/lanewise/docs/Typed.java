package dev.lanewise.docs;

import dev.lanewise.lab.Ran;
import dev.lanewise.testing.ForkedJvm;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// What a page has its reader type at the library's command line, in blocks of their own.
///
/// @param words  behind the program's name
/// @param prints what it is said to print, where that is said: a block's last command prints the `text` behind the block
record Typed(Page page, int line, List<String> words, Optional<Page.Code> prints) {

    private static final String NEXT = ";";
    private static final String END = "\u0001";
    /// What goes by the clock.
    private static final Pattern PROGRESS = Pattern.compile("(?m)^ *\\d+ of \\d+ done, about .* left\n");

    /// @param status with which the command line ended
    /// @param out    what stood on the standard output, without what only tells how far it is
    record Answer(int status, String out) {}

    String at() { return page.at(line) + ": " + String.join(" ", words); }

    static List<Typed> of(Page page) {
        var all = new ArrayList<Typed>();
        var variables = new HashMap<String, String>();
        var blocks = page.blocks();
        for (int i = 0; i < blocks.size(); i++) {
            if (!(blocks.get(i) instanceof Page.Code code)) continue;
            var lines = Commands.of(code, variables);
            var shown = Shown.behind(blocks, i);
            for (var line : lines) {
                var prints = shown.filter(_ -> line == lines.getLast());
                Commands.handed(line.words()).ifPresent(words -> all.add(new Typed(page, line.line(), words, prints)));
            }
        }
        return all;
    }

    /// Runs all, one after another, in one JVM whose working directory is `folder`.
    static List<Answer> run(Path folder, List<Typed> all) {
        var arguments = new ArrayList<String>();
        for (var each : all) {
            arguments.addAll(each.words);
            arguments.add(NEXT);
        }
        var out = new ForkedJvm(Typed.class, ForkedJvm.VECTORS).in(folder).with(arguments.toArray(String[]::new)).run()
            .orFail().out();
        return Arrays.stream(out.split(END + "\n")).map(each -> {
            int end = each.indexOf(END);
            return new Answer(Integer.parseInt(each.substring(end + 1)), PROGRESS.matcher(each.substring(0, end)).replaceAll(""));
        }).toList();
    }

    /// In that JVM.
    public static void main(String[] arguments) {
        var words = new ArrayList<String>();
        for (var word : arguments) {
            if (!word.equals(NEXT)) {
                words.add(word);
                continue;
            }
            var out = new ByteArrayOutputStream();
            int status = Ran.main(new PrintStream(out, true, StandardCharsets.UTF_8), System.err, words.toArray(String[]::new));
            System.out.print(out.toString(StandardCharsets.UTF_8) + END + status + END + "\n");
            words.clear();
        }
    }
}
