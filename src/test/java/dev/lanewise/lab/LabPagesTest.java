package dev.lanewise.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.Compute;
import dev.lanewise.lab.cli.Experiment;
import dev.lanewise.lab.cli.Trial;
import dev.lanewise.report.Json;
import dev.lanewise.testing.JsonReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

/// The page of each experiment at its smallest.
class LabPagesTest {

    @TempDir
    Path folder;

    private final int threads = Compute.threads();

    @AfterEach
    void putThreadsBack() { Compute.setThreads(threads); }

    static List<Ran.Small> small() { return Ran.SMALL; }

    @Test
    void everyExperimentIsHere() {
        assertEquals(Experiments.ALL.stream().map(Experiment::name).toList(), Ran.SMALL.stream().map(Ran.Small::name).toList());
    }

    /// One run from the command line and two more: of another number of threads, and of another library's weights.
    @ParameterizedTest
    @MethodSource("small")
    void itsPageIsWholeThreadsChangeNothingAndOtherSeedsGiveOtherWeights(Ran.Small small) throws Exception {
        var page = folder.resolve("page.html");
        var json = folder.resolve("page.json");
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var line = ("lab " + small.name() + " " + small.line()).strip() + " --seed 5 --torch-seed 7 --threads 1";
        int status = CommandLine.run(new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true,
            StandardCharsets.UTF_8), (line + " --report " + page + " --json " + json).split(" "));
        assertEquals(0, status, err.toString(StandardCharsets.UTF_8));
        assertTrue(out.toString(StandardCharsets.UTF_8).contains(small.word()), out.toString(StandardCharsets.UTF_8));
        assertWhole(Files.readString(page), small, line);
        var text = Files.readString(json);
        assertSaysHowItWasMade((Map<?, ?>) JsonReader.read(text), small);

        var torch = numbers(text);
        assertEquals(torch, numbers(Json.text(done(small, "--torch-seed", "7", "--threads", "3").written())));
        var numpy = Json.text(done(small, "--numpy-seed", "7", "--threads", "2").written());
        assertTrue(numpy.contains("\n  \"weights\": \"NumPy's, np.random.seed(7)\""), numpy);
        // losses has no weights, and of those of autograd only differences are said, which are 0
        assertEquals(List.of("losses", "autograd").contains(small.name()), torch.equals(numbers(numpy)));
    }

    private static void assertWhole(String html, Ran.Small small, String line) throws Exception {
        var document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(html)));
        var labelled = all(document.getDocumentElement(), "svg").filter(image -> image.hasAttribute("role")
            && !((Element) image.getParentNode()).getAttribute("class").contains("phone"));
        assertEquals(small.pictures(), labelled.count());
        for (var figure : all(document.getDocumentElement(), "figure").toList())
            assertEquals(withClass(figure, "series"), withClass(figure, "entry"), "every series in the legend");
        assertTrue(html.contains(line + "&quot;"), "the command that made it");
        assertFalse(html.contains("src=") || html.contains("href=") || html.contains("<script"), "nothing from elsewhere");
    }

    private static void assertSaysHowItWasMade(Map<?, ?> results, Ran.Small small) {
        assertEquals(small.name(), results.get("experiment"));
        assertEquals("5", ((JsonReader.Num) results.get("seed")).text());
        assertEquals("PyTorch's, torch.manual_seed(7)", results.get("weights"));
        var settings = (Map<?, ?>) results.get("settings");
        assertEquals(small.experiment().options().stream().map(option -> option.name().substring(2)).toList(),
            List.copyOf(settings.keySet()));
        var given = small.args();
        for (int i = 0; i + 1 < given.length; i++) if (given[i].startsWith("--") && !given[i + 1].startsWith("--")) {
            var value = settings.get(given[i].substring(2));
            assertEquals(given[i + 1], value instanceof JsonReader.Num number ? number.text() : value, given[i]);
        }
    }

    private static Trial.Done done(Ran.Small small, String... more) {
        return Ran.done(small.experiment(), Stream.of(small.args(), new String[] {"--seed", "5"}, more).flatMap(Stream::of)
            .toArray(String[]::new));
    }

    /// The lines of its JSON, but for times and for what it was run with.
    private static List<String> numbers(String json) {
        return json.lines().filter(line ->
            !line.matches(" *\"(s|handMicros|autogradMicros)econds\".*|  \"(weights|threads|conclusion)\".*")).toList();
    }

    private static Stream<Element> all(Element in, String name) {
        var found = in.getElementsByTagName(name);
        return IntStream.range(0, found.getLength()).mapToObj(i -> (Element) found.item(i));
    }

    /// The other class, which says which series it is, of all groups that have this one.
    private static Set<String> withClass(Element figure, String name) {
        return all(figure, "g").map(group -> group.getAttribute("class")).filter(each -> each.startsWith(name + " "))
            .map(each -> each.substring(name.length() + 1)).collect(Collectors.toSet());
    }
}
