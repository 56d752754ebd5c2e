package dev.lanewise.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.Compute;
import dev.lanewise.lab.cli.Experiment;
import dev.lanewise.lab.cli.Terminal;
import dev.lanewise.lab.gain.Gains;
import dev.lanewise.report.Json;
import dev.lanewise.report.Links;
import dev.lanewise.testing.JsonReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What all experiments have in common.
class LabTest {

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final int threads = Compute.threads();

    @AfterEach
    void putThreadsBack() { Compute.setThreads(threads); }

    private int run(String... args) {
        return CommandLine.run(new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8), args);
    }

    private String out() { return out.toString(StandardCharsets.UTF_8); }

    @Test
    void theListNamesEveryExperimentOnALineOfItsOwn() {
        for (var args : List.of(new String[] {"lab"}, new String[] {"lab", "list"})) {
            out.reset();
            assertEquals(0, run(args));
            var lines = " " + out().replaceAll("\\s+", " ");
            for (var experiment : Experiments.ALL)
                assertEquals(2, lines.split(Pattern.quote(" " + experiment.name() + " " + experiment.summary()), -1).length,
                    experiment.name());
        }
        assertEquals(Experiments.ALL.size(), Experiments.ALL.stream().map(Experiment::name).distinct().count());
    }

    /// What runs, what came out, its page: by one rule, each in a package of its own.
    @Test
    void theNamesSayWhatIsWhere() throws Exception {
        for (var experiment : Experiments.ALL) {
            var type = experiment.getClass();
            assertEquals("dev.lanewise.lab." + experiment.name(), type.getPackageName());
            for (var part : List.of("Outcome", "Page")) assertTrue(Class.forName(type.getName() + part).isRecord(), type + part);
        }
    }

    @Test
    void thePageHasEveryExperimentWithItsOptions() throws Exception {
        var page = Files.readString(Path.of(System.getProperty("user.dir"), "src/docs/experiments.md"));
        for (var experiment : Experiments.ALL) {
            var options = experiment.options().stream().map(option -> "`" + option.example() + "`")
                .collect(Collectors.joining(" "));
            assertTrue(page.lines().anyMatch(line -> line.startsWith("| `" + experiment.name() + "` | ")
                && line.endsWith((" | " + options).stripTrailing()
                + " |")), experiment.name() + ": " + options);
        }
    }

    @Test
    void anUnknownExperimentListsTheKnownOnes() {
        assertEquals(2, run("lab", "dept"));
        var message = err.toString(StandardCharsets.UTF_8);
        assertTrue(message.contains("\"dept\"") && message.contains("list, all, "), message);
        for (var experiment : Experiments.ALL) assertTrue(message.contains(experiment.name()), experiment.name());
        assertEquals(1, message.lines().count(), message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "lab gain --torch-seed 1 --numpy-seed 1 | give one of them",
        "lab gain --numpy-seed 4294967296 | whole number from 0 to 4294967295",
        "lab gain --torch-seed x | whole number",
        "lab gain --normals 0 | whole number from 10",
        "lab gain --depth 3 | option \"--depth\" is not known; there are --normals, --seed, --torch-seed",
        "lab depth --units 0 | whole number from 1",
        "lab list --seed 3 | option \"--seed\" is not known; there is --help",
        "lab --seed 3 | option \"--seed\" is not known",
        "lab histograms --data x --download | give one of them",
        "lab histograms --data no/such/file | no/such/file",
    })
    void whatCannotBeDoneIsOneSentence(String line, String expected) { Ran.assertRefused(line, expected); }

    @Test
    void allRefusesAPlaceThatIsNoFolder() throws Exception {
        var file = Files.writeString(folder.resolve("file"), "");
        assertEquals(2, run("lab", "all", "--report", file.toString()));
        assertTrue(err.toString(StandardCharsets.UTF_8).contains("can't be written"), err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void tableAndPageAndJsonSayTheSameAndHowTheyWereMade() throws Exception {
        var page = folder.resolve("gain.html");
        var json = folder.resolve("gain.json");
        assertEquals(0, run("lab", "gain", "--normals", "500", "--seed", "7", "--report", page.toString(), "--json",
            json.toString()), err.toString(StandardCharsets.UTF_8));
        var html = Files.readString(page);
        var result = (Map<?, ?>) JsonReader.read(Files.readString(json));
        assertEquals("gain", result.get("experiment"));
        assertEquals("7", ((JsonReader.Num) result.get("seed")).text());
        var conclusion = result.get("conclusion").toString();
        assertTrue(out().replace('\n', ' ').contains(conclusion), out());
        assertTrue(html.contains(conclusion.substring(0, 40)), html);
        assertTrue(html.contains("lab gain --normals 500 --seed 7&quot;") && !html.contains(folder.toString()), "the command,"
            + " and no more");
        assertTrue(!html.contains("<script") && !html.contains("src=") && !html.contains("href="), "nothing from elsewhere");
        assertTrue(out().contains("Report    " + page), out());
    }

    @Test
    void aPageThatIsMadeAnewKeepsItsWayToTheOthers() throws Exception {
        var page = folder.resolve("gain.html");
        var index = folder.resolve("index.html");
        String[] again = {"lab", "gain", "--normals", "100", "--report", page.toString()};
        Lab.index(List.of(new Links.Link("depth.html", "D", ""), new Links.Link("gain.html", "G", ""),
            new Links.Link("moons.html", "M", ""))).write(index);
        Files.writeString(folder.resolve("moons.html"), "");
        assertEquals(0, run(again), err.toString(StandardCharsets.UTF_8));
        var html = Files.readString(page);
        assertTrue(html.contains("<a href=\"index.html\">") && html.contains("<a href=\"moons.html\">"), html);
        assertTrue(!html.contains("depth.html") && !html.contains("histograms.html"), "no way to what isn't there");
        Files.writeString(index, "<p>of something else</p>");
        assertEquals(0, run(again), err.toString(StandardCharsets.UTF_8));
        assertTrue(!Files.readString(page).contains("<a "), "an index that doesn't lead to it isn't its own");
    }

    /// The figures are what the two libraries themselves say of their first 10,000 normal numbers: `1 / (tanh(x)**2).mean()**.5`
    /// for `torch.manual_seed(7); x = torch.randn(10000)` and `np.random.seed(7); x = np.random.randn(10000)`.
    @Test
    void seedsOfOtherLibrariesGiveTheirNumbers() {
        assertEquals(1.5947285756757716, tanh("--torch-seed", "7"), 1e-6);
        assertEquals(1.6024603813710991, tanh("--numpy-seed", "7"), 1e-6);
        assertNotEquals(tanh("--seed", "7"), tanh("--seed", "8"));
        assertEquals(tanh("--torch-seed", "7"), tanh("--seed", "8", "--torch-seed", "7"), "the seed has no say in the weights"
            + " then");
    }

    private static double tanh(String... args) {
        var json = (Map<?, ?>) JsonReader.read(Json.text(Ran.done(new Gains(), args).written()));
        var tanh = ((List<?>) json.get("activations")).stream().map(each -> (Map<?, ?>) each)
            .filter(each -> each.get("activation").equals("tanh")).findFirst().orElseThrow();
        return Double.parseDouble(((JsonReader.Num) tanh.get("measured")).text());
    }

    @Test
    void aJobThatFailsSaysWhy() {
        var setting = Ran.setting(new Gains());
        var thrown = assertThrows(IllegalArgumentException.class, () -> setting.each(3, i -> {
            if (i == 1) throw new IllegalArgumentException("this one");
            return i;
        }));
        assertEquals("this one", thrown.getMessage());
        assertEquals(List.of(0, 1, 4), setting.each(3, i -> i * i));
    }

    @Test
    void linesAreBrokenBetweenWords() {
        assertEquals("one two\nthree\nfour", Terminal.wrapped("one two three four", 7));
        assertEquals("one\ntwo\nthree", Terminal.wrapped("one two three", 6));
        assertEquals("unbreakable\nx", Terminal.wrapped("unbreakable x", 4));
    }
}
