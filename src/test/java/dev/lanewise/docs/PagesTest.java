package dev.lanewise.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    /// In what the reader copies into a project of his own.
    @Test
    void theVersionIsThisOne() {
        var named = Pattern.compile("<artifactId>lanewise</artifactId>\\s*<version>([^<]+)|dev\\.lanewise:lanewise:([\\w.-]+)");
        for (var page : Page.withOthers()) if (!page.name().equals("CHANGELOG.md"))
            for (var block : page.blocks()) named.matcher(block.toString()).results().forEach(found ->
                assertEquals(Commands.VERSION, found.group(1) == null ? found.group(2) : found.group(1), page.at(block.line())));
    }

    /// What the tests above find is found.
    @ParameterizedTest
    @ValueSource(strings = {"[a](no-such.md)", "[a](performance.md#no-such)", "[a]()", "[a][b]", "![a](images/no-such.svg)",
        "| [a](x.md) |", "[a](http://example.org)", "[a](../../../x)", "[a](#bs-c)\n\n## B's c"})
    void linksThatLeadNowhereAreSeen(String text) { assertEquals(1, Links.faults(page(text)).size()); }

    @ParameterizedTest
    @ValueSource(strings = {"[a](performance.md#two-threads)", "[`a`](theory.md)", "`[a](b)`", "[a](https://example.org/x)",
        "    [a](no-such.md)", "[a](#b)\n\n## B"})
    void linksThatLeadSomewherePass(String text) { assertEquals(List.of(), Links.faults(page(text))); }

    @ParameterizedTest
    @ValueSource(strings = {"    mvn -q compile exec:exec -Dargs=\"lab deep\"", "`mvn -Pno-such package`", "    mvn pack",
        "`lab depth --unit 3`", "    java -p target/lanewise-0.0.1.jar -m dev.lanewise info",
            "    java -cp lanewise.jar dev.lanewise.lab.Min",
        "`java -Dlanewise.simt=off A.java`", "    x=\"java -jar lanewise.jar explain --deep 3\"\n    python a.py \"$x\"",
        "    python jmh/no-such.py", "`mvn -Dtest=NoSuchTest test`", "    echo a | java --add-modules jdk.incubator.vectors A",
        "    compare --init xaver", "    mvn -f no/pom.xml test", "    lab depth \\\n      --deep 3"})
    void commandsThatAreNotKnownAreSeen(String text) { assertEquals(1, Commands.faults(page(text)).size()); }

    @ParameterizedTest
    @ValueSource(strings = {"    mvn -q compile exec:exec -Dargs=\"lab depth --depth 30\"", "`lab NAME --help`",
        "    compare --init xavier-normal,zeros > a.txt", "`audit FILE … --contract gpt2`", "`explain --network`",
        "    a=1 taskset -c 0 java --add-modules jdk.incubator.vector -cp lanewise.jar Main.java a"})
    void commandsThatAreKnownPass(String text) { assertEquals(List.of(), Commands.faults(page(text))); }

    @Test
    void figuresOfWhichNobodyKnowsWhereTheyAreFromAreSeen() {
        var table = "| a | b |\n|---|---:|\n| c | 1.5 ms |\n| d | 2.5 ± 0.1 % |\n";
        for (var wrong : List.of(table, "# a\n\n## b\n\n    mvn verify\n\n## c\n\n" + table,
            "# a\n\n" + table + "\n## b\n\n    mvn verify\n"))
            assertEquals(1, Figures.faults(page(wrong)).size(), wrong);
        for (var right : List.of(table + "\n    mvn verify\n", "# a\n\n`mvn verify`\n\n## b\n\n" + table,
            "```java\nvoid main() {}\n```\n" + table, "| a | b |\n|---|---|\n| c | 2 layers |\n"))
            assertEquals(List.of(), Figures.faults(page(right)), right);
    }

    @Test
    void anchorsAreGitHubs() {
        assertEquals(Set.of("a-b-c_d", "what-it-isnt", "java-25-arrays", "x", "x-1"),
            page("# A, b `c_d`\n\n## What it isn't\n\n## Java 25: [arrays](x.md)\n\n# X\n\n# x\n").anchors().keySet());
    }

    private static Page page(String text) { return Page.of(Page.DOCS.resolve("page.md"), text.lines().toList()); }
}
