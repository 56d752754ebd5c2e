package dev.lanewise.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/// The pages' links, commands and tables of figures.
class PagesTest {

    private static void assertRight(List<Page> pages, Function<Page, List<String>> faults) {
        var found = pages.stream().flatMap(page -> faults.apply(page).stream()).toList();
        assertTrue(found.isEmpty(), () -> "\n" + String.join("\n", found));
    }

    @Test
    void linksLeadSomewhere() { assertRight(Page.withOthers(), Links::faults); }

    @Test
    void commandsAreKnown() { assertRight(Page.withOthers(), Commands::faults); }

    @Test
    void figuresHaveTheirCommand() { assertRight(Page.all(), Figures::faults); }

    /// From the README, by links.
    @Test
    void everyPageIsFound() {
        var found = new LinkedHashSet<Path>();
        var open = new ArrayDeque<>(List.of(Page.HOME.resolve("README.md")));
        while (!open.isEmpty()) {
            var file = open.remove();
            if (!found.add(file)) continue;
            var page = Page.read(file);
            Links.of(page).stream().filter(link -> !link.isExternal()).map(link -> Links.file(page, link))
                .filter(each -> each.toString().endsWith(".md")).forEach(open::add);
        }
        assertEquals(List.of(), Page.all().stream().map(Page::file).filter(file -> !found.contains(file)).toList(),
            "pages to which no link leads: src/docs/README.md is their index");
    }

    /// What the tests above find is found.
    @Test
    void faultsAreSeen() {
        for (var wrong : List.of("[a](no-such.md)", "[a](performance.md#no-such)", "[a]()", "[a][b]", "![a](images/no-such.svg)", "| [a](x.md) |"))
            assertEquals(1, Links.faults(page(wrong)).size(), wrong);
        for (var right : List.of("[a](performance.md#two-threads)", "[`a`](theory.md)", "`[a](b)`", "[a](https://example.org/x)", "    [a](no-such.md)"))
            assertEquals(List.of(), Links.faults(page(right)), right);
        for (var wrong : List.of("    mvn -q compile exec:exec -Dargs=\"lab deep\"", "`mvn -Pno-such package`", "    mvn pack", "`lab depth --unit 3`",
            "    java -p target/lanewise-0.0.1.jar -m dev.lanewise info", "    java -cp lanewise.jar dev.lanewise.lab.Min", "`java -Dlanewise.simt=off A.java`",
            "    java -XX:UseAvx=2 A.java", "    x=\"java -jar lanewise.jar explain --deep 3\"\n    python a.py \"$x\"", "    python jmh/no-such.py",
            "`mvn -Dtest=NoSuchTest test`", "    echo a | java --add-modules jdk.incubator.vectors A", "    compare --init xaver", "    mvn -f no/pom.xml test",
            "    lab depth \\\n      --deep 3"))
            assertEquals(1, Commands.faults(page(wrong)).size(), wrong);
        for (var right : List.of("    mvn -q compile exec:exec -Dargs=\"lab depth --depth 30\"", "`lab NAME --help`", "    compare --init xavier-normal,zeros > a.txt",
            "    lanewise --version", "`audit FILE … --contract gpt2`", "    a=1 taskset -c 0 java --add-modules jdk.incubator.vector -cp lanewise.jar Main.java a"))
            assertEquals(List.of(), Commands.faults(page(right)), right);
        var table = "| a | b |\n|---|---:|\n| c | 1.5 ms |\n| d | 2.5 ± 0.1 % |\n";
        for (var wrong : List.of(table, "# a\n\n## b\n\n    mvn verify\n\n## c\n\n" + table, "# a\n\n" + table + "\n## b\n\n    mvn verify\n"))
            assertEquals(1, Figures.faults(page(wrong)).size(), wrong);
        for (var right : List.of(table + "\n    mvn verify\n", "# a\n\n`mvn verify`\n\n## b\n\n" + table, "```java\nvoid main() {}\n```\n" + table,
            "| a | b |\n|---|---|\n| c | 2 layers |\n"))
            assertEquals(List.of(), Figures.faults(page(right)), right);
    }

    @Test
    void anchorsAreGitHubs() {
        assertEquals(java.util.Set.of("a-b-c_d", "what-it-isnt", "java-25-arrays", "x", "x-1"),
            page("# A, b `c_d`\n\n## What it isn't\n\n## Java 25: [arrays](x.md)\n\n# X\n\n# x\n").anchors());
    }

    private static Page page(String text) { return Page.of(Page.DOCS.resolve("page.md"), text.lines().toList()); }
}
