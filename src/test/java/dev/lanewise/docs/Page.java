package dev.lanewise.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A page of Markdown, taken apart.
record Page(Path file, List<Block> blocks) {

    static final Path HOME = Path.of(System.getProperty("user.dir"));
    static final Path DOCS = HOME.resolve("src/docs");

    private static final Pattern FENCE = Pattern.compile("^( {0,3})(```+|~~~+)\\s*(.*)$");
    private static final Pattern HEADING = Pattern.compile("^(#{1,6}) +(.*?) *#*$");
    private static final Pattern LIST = Pattern.compile("^ *([-*+]|\\d+[.)]) .*");

    /// A part of a page; lines count from 1.
    sealed interface Block {

        int line();
    }

    record Heading(int level, String text, int line) implements Block {

        /// In small letters, without links.
        String words() { return text.replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1").toLowerCase(Locale.ROOT); }

        /// What javadoc calls the first heading of this text on a page, but for the "-heading1" behind it.
        String javadocs() { return words().replaceAll("[^a-z0-9_]+", "-"); }
    }

    /// @param info what stands behind the fence; empty where code is indented
    record Code(String info, String text, int line) implements Block {

        String language() { return info.split(" ")[0]; }
    }

    /// @param rows their cells, without the line of dashes; the first one has the names
    record Table(List<List<String>> rows, int line) implements Block {}

    record Prose(String text, int line) implements Block {}

    /// Those that are wholly tested: the README and all of `src/docs`.
    static List<Page> all() { return Stream.concat(Stream.of(HOME.resolve("README.md")), below(DOCS)).map(Page::read).toList(); }

    /// With those of the projects on top, whose programs are theirs to test.
    static List<Page> withOthers() {
        var others = Stream.of("src/text/README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "jmh/peers.md")
            .map(HOME::resolve).filter(Files::exists);
        return Stream.concat(all().stream(), Stream.concat(others, below(HOME.resolve("src/examples"))).map(Page::read)).toList();
    }

    private static Stream<Path> below(Path folder) {
        try (var files = Files.walk(folder)) {
            return files.map(Path::toString).filter(file -> file.endsWith(".md") && !file.contains("/target/")).sorted()
                .map(Path::of).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Page read(Path file) {
        try {
            return of(file, Files.readAllLines(file));
        } catch (IOException e) {
            throw new UncheckedIOException("" + file, e);
        }
    }

    static Page of(Path file, List<String> lines) { return new Page(file, List.copyOf(new Parser(lines).parse())); }

    /// From the root of the project.
    String name() { return HOME.relativize(file).toString(); }

    String at(int line) { return name() + ":" + line; }

    /// Of a kind.
    <T extends Block> Stream<T> blocks(Class<T> kind) { return blocks.stream().filter(kind::isInstance).map(kind::cast); }

    /// The headings, by what a link can name behind `#`: as GitHub makes it of them.
    Map<String, Heading> anchors() {
        var anchors = new LinkedHashMap<String, Heading>();
        Map<String, Integer> seen = new HashMap<>();
        blocks(Heading.class).forEach(heading -> {
            var slug = heading.words().replaceAll("[^\\p{L}\\p{N}\\p{M} _-]", "").replace(' ', '-');
            int before = seen.merge(slug, 1, Integer::sum) - 1;
            anchors.put(before == 0 ? slug : slug + "-" + before, heading);
        });
        return anchors;
    }

    private static final class Parser {

        private final List<String> lines;
        private final List<Block> blocks = new ArrayList<>();
        private int at;

        Parser(List<String> lines) { this.lines = lines; }

        List<Block> parse() {
            boolean inList = false;
            while (at < lines.size()) {
                var line = lines.get(at);
                if (line.isBlank()) {
                    at++;
                } else if (FENCE.matcher(line).matches()) {
                    fenced();
                } else if (line.startsWith("    ") && !inList) {
                    indented();
                } else if (HEADING.matcher(line).matches()) {
                    var found = HEADING.matcher(line);
                    found.matches();
                    blocks.add(new Heading(found.group(1).length(), found.group(2), ++at));
                    inList = false;
                } else if (line.startsWith("|")) {
                    table();
                    inList = false;
                } else {
                    inList = LIST.matcher(line).matches() || inList && line.startsWith(" ");
                    prose();
                }
            }
            return blocks;
        }

        private void fenced() {
            var open = FENCE.matcher(lines.get(at));
            open.matches();
            int first = ++at;
            var text = new StringBuilder();
            while (!lines.get(at).strip().equals(open.group(2))) text.append(lines.get(at++)).append('\n');
            at++;
            blocks.add(new Code(open.group(3).strip(), text.toString(), first + 1));
        }

        private void indented() {
            int first = at;
            var text = new StringBuilder();
            while (at < lines.size() && (lines.get(at).startsWith("    ") || lines.get(at).isBlank())) {
                text.append(lines.get(at).isBlank() ? "" : lines.get(at).substring(4)).append('\n');
                at++;
            }
            blocks.add(new Code("", text.toString(), first + 1));
        }

        private void table() {
            int first = at;
            var rows = new ArrayList<List<String>>();
            for (; at < lines.size() && lines.get(at).startsWith("|"); at++) {
                var row = lines.get(at).strip();
                if (row.matches("\\|[-:| ]+\\|")) continue;
                var cells = row.substring(1).replaceAll("\\|$", "").split("(?<!\\\\)\\|", -1);
                rows.add(Stream.of(cells).map(String::strip).toList());
            }
            blocks.add(new Table(rows, first + 1));
        }

        private void prose() {
            int first = at;
            var text = new StringBuilder();
            do text.append(lines.get(at++)).append('\n');
            while (at < lines.size() && !lines.get(at).isBlank() && !lines.get(at).startsWith("|")
                && !FENCE.matcher(lines.get(at)).matches() && !HEADING.matcher(lines.get(at)).matches());
            blocks.add(new Prose(text.toString(), first + 1));
        }
    }
}
