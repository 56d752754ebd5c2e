package dev.lanewise.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.lab.Ran;
import dev.lanewise.testing.Exported;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// PyTorch's names and the differences from it stand on their pages, and ours are there.
class NamesTest {

    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final String MISSING = "not here";

    /// What PyTorch calls something, what we do, and a remark.
    private record Row(String module, String name, String here, String remark) {

        List<String> ours() { return CODE.matcher(here).results().map(found -> found.group(1)).toList(); }
    }

    private static List<Row> rows() throws IOException {
        var rows = new ArrayList<Row>();
        var module = "";
        for (var line : Files.readAllLines(Page.DOCS.resolve("pytorch-names.md"))) {
            if (line.startsWith("## ")) module = line.substring(line.lastIndexOf("torch.") + "torch.".length());
            if (!line.startsWith("| `")) continue;
            var cells = line.split("\\|", -1);
            assertEquals(5, cells.length, line);
            rows.add(new Row(module, cells[1].strip().replace("`", ""), cells[2].strip(), cells[3].strip()));
        }
        return rows;
    }

    @Test
    void everyNameOfPyTorchStandsOnThePage() throws IOException {
        try (var in = NamesTest.class.getResourceAsStream("/dev/lanewise/pytorch-names.txt")) {
            var listed = new String(in.readAllBytes()).lines().toList();
            assertTrue(listed.size() > 300, "" + listed.size());
            assertEquals(listed, rows().stream().map(row -> row.module + " " + row.name).toList());
        }
    }

    @Test
    void everyNameOfOursOnThePageExists() throws IOException {
        var ours = ours();
        for (var row : rows()) {
            assertEquals(row.here.equals(MISSING), row.ours().isEmpty(), row::toString);
            for (var name : row.ours()) assertTrue(ours.contains(name), () -> name + ", which is said to be " + row);
        }
    }

    /// A layer, an optimizer or a schedule that has PyTorch's name is PyTorch's.
    @Test
    void whatIsSaidNotToBeHereIsNot() throws IOException {
        var ours = ours();
        for (var row : rows()) if (!row.module.contains("functional") && !row.module.contains("init"))
            assertFalse(row.here.equals(MISSING) && ours.contains(row.name), () -> "src/docs/pytorch-names.md: " + row.name
                + " is here; name it in its row");
    }

    /// Exported classes by their names within packages, and their methods behind a dot.
    private static Set<String> ours() {
        var names = new HashSet<String>();
        for (var type : Exported.classes()) {
            var name = type.getName().substring(type.getPackageName().length() + 1).replace('$', '.');
            names.add(name);
            Arrays.stream(type.getMethods()).filter(method -> method.getDeclaringClass() != Object.class)
                .forEach(method -> names.add(name + "." + method.getName()));
        }
        return names;
    }

    /// In the house's list; experiments and jobs have one row.
    @Test
    void everyPackageHasARow() throws IOException {
        var rows = Page.read(Page.DOCS.resolve("house.md")).blocks(Page.Table.class).flatMap(table -> table.rows().stream())
            .flatMap(row -> CODE.matcher(row.getFirst()).results().map(found -> found.group(1))).collect(Collectors.toSet());
        var sources = Page.HOME.resolve("src/main/java/dev/lanewise");
        var others = Stream.concat(Ran.SMALL.stream().map(Ran.Small::name), Ran.JOBS.stream().map(Ran.SmallJob::name))
            .map(name -> "lab." + name).collect(Collectors.toSet());
        try (var files = Files.walk(sources)) {
            var missing = files.filter(file -> file.toString().endsWith(".java"))
                .map(file -> sources.relativize(file.getParent()).toString())
                .map(name -> name.isEmpty() ? "dev.lanewise" : name.replace('/', '.')).distinct()
                .filter(name -> !rows.contains(name) && !others.contains(name)).toList();
            assertEquals(List.of(), missing);
        }
    }

    @Test
    void aDifferenceIsALineWithItsReason() throws IOException {
        var rows = Files.readAllLines(Page.DOCS.resolve("differences.md")).stream().filter(line -> line.startsWith("|")).toList();
        assertTrue(rows.size() > 30);
        for (var row : rows) {
            var cells = row.split("\\|", -1);
            assertEquals(5, cells.length, row);
            for (int i = 1; i <= 3; i++) assertFalse(cells[i].isBlank(), row);
        }
        for (var page : Page.all()) assertTrue(page.file().endsWith("differences.md") || page.blocks(Page.Table.class)
            .noneMatch(table -> table.rows().getFirst().equals(List.of("what", "here", "why"))),
            page.name() + ": they stand on one page");
    }
}
