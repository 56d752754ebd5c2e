package dev.lanewise.docs;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What a page shows of what something prints: a block of `text`.
final class Shown {

    private Shown() {}

    /// The next block of code behind one, if it is text that no heading parts from it.
    static Optional<Page.Code> behind(List<Page.Block> blocks, int at) {
        for (var block : blocks.subList(at + 1, blocks.size())) {
            if (block instanceof Page.Heading) break;
            if (block instanceof Page.Code code) return Optional.of(code).filter(text -> text.info().equals("text"));
        }
        return Optional.empty();
    }

    /// That what is printed is what the page shows, in which `…` stands for anything within a line, and for any lines where it
    /// stands alone.
    ///
    /// @param at where that stands which printed it
    static void assertIs(Page page, Page.Code shown, String at, String printed) {
        var pattern = new StringBuilder();
        for (var line : shown.text().stripTrailing().split("\n", -1)) {
            if (line.strip().equals("…")) pattern.append("(?:.*\n)*?");
            else pattern.append(Pattern.quote(line.stripTrailing()).replace("…", "\\E.*\\Q")).append("\\s*?\n");
        }
        var all = printed.lines().map(String::stripTrailing).collect(Collectors.joining("\n")).stripTrailing() + "\n";
        assertTrue(Pattern.compile(pattern.toString()).matcher(all).matches(),
            () -> at + " printed, other than " + page.at(shown.line()) + " shows:\n" + printed);
    }
}
