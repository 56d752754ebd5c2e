package dev.lanewise.lab;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.Compute;
import dev.lanewise.io.Receipt;
import dev.lanewise.io.ReceiptEntry;
import dev.lanewise.io.ReceiptReader;
import dev.lanewise.io.ReceiptWriter;
import dev.lanewise.lab.job.Job;
import dev.lanewise.testing.ForkedJvm;
import dev.lanewise.testing.JsonReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
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

/// Every job of `train`, from the command line: its page and its JSON, and that a run which is ended goes on to the bit.
class JobsTest {

    private static final int EPOCHS = 2;

    @TempDir
    Path folder;

    private final int threads = Compute.threads();

    @AfterEach
    void putThreadsBack() { Compute.setThreads(threads); }

    static List<Ran.SmallJob> small() { return Ran.JOBS; }

    @Test
    void everyJobIsHere() {
        assertEquals(Jobs.ALL.stream().map(Job::name).toList(), Ran.JOBS.stream().map(Ran.SmallJob::name).toList());
        for (var job : Jobs.ALL) assertEquals("dev.lanewise.lab." + job.name(), job.getClass().getPackageName());
    }

    @Test
    void trainAloneAndHelpNameThem() {
        for (var words : List.of(List.of("train"), List.of("train", "help"), List.of("help", "train"),
            List.of("train", "--help"))) {
            var out = new ByteArrayOutputStream();
            assertEquals(0, Ran.main(new PrintStream(out), System.err, words.toArray(String[]::new)));
            var said = out.toString().replaceAll("\\s+", " ");
            for (var job : Jobs.ALL) assertTrue(said.contains(job.name() + " ") && said.contains(job.summary()), said);
        }
    }

    /// The thread is interrupted before its first step, which is what Ctrl-C comes to.
    @ParameterizedTest
    @MethodSource("small")
    void aRunThatIsEndedGoesOnToTheBit(Ran.SmallJob small) throws Exception {
        var whole = run(small, "whole", 0, EPOCHS, "--threads", "1");
        Thread.currentThread().interrupt();
        var ended = run(small, "parts", 130, EPOCHS);
        assertTrue(Thread.interrupted());
        assertTrue(ended.out.contains("Ended after step 1, ") && ended.out.contains(" --resume\"\n"), ended.out);
        assertEquals("", ended.json + ended.html, "nothing is said of what isn't done");
        var rest = run(small, "parts", 0, EPOCHS, "--threads", "2", "--resume");
        assertEquals(numbers(whole.json), numbers(rest.json));
        assertWhole(small, whole);
        assertFalse(rest.html.contains("resume") || rest.html.contains("checkpoint"), "how many sittings it took");
        assertVerified(small);
    }

    /// One receipt, on any number of threads, in any number of sittings; and the run is proved by it, and another isn't.
    private void assertVerified(Ran.SmallJob small) throws Exception {
        var receipt = folder.resolve("whole/receipt");
        assertArrayEquals(Files.readAllBytes(receipt), Files.readAllBytes(folder.resolve("parts/receipt")));
        var read = Receipt.read(receipt);
        assertEquals(List.of(small.name(), "5"), List.of(read.facts().get("note.command"), read.facts().get("seed")));
        assertTrue(read.complete() && read.facts().keySet().stream()
            .noneMatch(name -> name.matches(".*(report|checkpoint|threads|epochs)")),
            read::toString);
        var json = folder.resolve("verified.json");
        assertTrue(verify(0, receipt, "--threads", "2", "--json", json.toString())
            .contains("ll " + read.steps() + " steps are the same"));
        assertEquals(true, ((Map<?, ?>) JsonReader.read(Files.readString(json))).get("same"));
        // a receipt of another run that says it is this one's
        var forged = folder.resolve("forged");
        try (var lines = new ReceiptReader(receipt); var writer = ReceiptWriter.begin(forged)) {
            for (ReceiptEntry entry; (entry = lines.next()) != null;)
                writer.add(entry instanceof ReceiptEntry.Fact fact && fact.name().equals("note.option.--seed")
                    ? new ReceiptEntry.Fact(fact.name(), "6")
                    : entry);
        }
        assertTrue(verify(1, forged).contains("he setting seed is another one: the receipt has \"5\", this run \"6\""));
    }

    private String verify(int status, Path receipt, String... more) throws Exception {
        var before = left();
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var words = Stream.concat(Stream.of("verify", receipt.toString()), Stream.of(more)).toArray(String[]::new);
        assertEquals(status, Ran.main(new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8), words), () -> out + "\n" + err);
        if (more.length == 0) assertEquals(before, left(), "it writes nothing");
        return (out + "\n" + err).replaceAll("\\s+", " ");
    }

    private List<String> left() throws Exception {
        try (var files = Files.walk(folder)) {
            return files.map(Path::toString).sorted().toList();
        }
    }

    /// A receipt may be anybody's: it makes nobody write, download or read what he didn't mean to.
    @Test
    void aReceiptThatAsksForMoreIsRefused() throws Exception {
        var receipt = folder.resolve("receipt");
        for (var fact : List.of("command cnn|option.--download |decides nothing",
            "command cnn|option.--export " + folder.resolve("x") + "|decides nothing",
            "command text|option.--checkpoint " + folder.resolve("x") + "|decides nothing",
            "command text|option.--no-such 1|decides nothing", "command text|option.--epochs 100000|decides nothing",
            "command lab|option.--seed 1|which is no job", "command text|option.--seed one|whole number",
            "command text|option.--layers 100000000|--layers")) {
            var parts = fact.split("\\|");
            try (var writer = ReceiptWriter.begin(receipt)) {
                for (var each : List.of(parts[0], parts[1])) {
                    var words = each.split(" ", 2);
                    writer.add(new ReceiptEntry.Fact("note." + words[0], words.length > 1 ? words[1] : ""));
                }
            }
            assertTrue(verify(2, receipt).contains(parts[2]), fact);
        }
        assertTrue(verify(2, folder.resolve("none")).contains("does not exist"));
        Files.writeString(receipt, "x\n");
        assertTrue(verify(2, receipt).contains("line 1"));
        Ran.assertRefused("verify", "there is no receipt");
        Ran.assertRefused("verify a b", "there are 2 receipts");
    }

    /// As a shell does it, by the signal.
    @Test
    void controlCEndsTheProcessAfterItsStepAndTheNextGoesOn() throws Exception {
        var small = Ran.JOBS.getFirst();
        var started = new ForkedJvm(Main.class, ForkedJvm.VECTORS).with(small.words(folder.resolve("parts"), 1_000_000)).patient()
            .startForSignals();
        var said = new StringBuilder();
        try (var reader = started.inputReader()) {
            for (String line; (line = reader.readLine()) != null; ) {
                said.append(line).append('\n');
                if (line.contains(" epoch 1/")) new ProcessBuilder("kill", "-INT", "" + started.pid()).start().waitFor();
            }
        } finally {
            started.destroyForcibly();
        }
        assertEquals(130, started.waitFor(), said::toString);
        assertTrue(said.toString().contains("Ending after this step") && said.toString().contains(" --resume\"\n"),
            said::toString);
        var done = Pattern.compile("with ([0-9]+) of 1000000 epochs done").matcher(said);
        assertTrue(done.find(), said::toString);
        int epochs = Integer.parseInt(done.group(1)) + 2;
        assertEquals(numbers(run(small, "whole", 0, epochs).json), numbers(run(small, "parts", 0, epochs, "--resume").json));
    }

    /// What came out of a run; files that it didn't write are empty.
    private record Outcome(String out, String json, String html) {}

    private Outcome run(Ran.SmallJob small, String where, int status, int epochs, String... more) throws Exception {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int ended = Ran.main(new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8), small.words(folder.resolve(where), epochs, more));
        assertEquals(status, ended, out + "\n" + err);
        return new Outcome(out.toString(StandardCharsets.UTF_8), read(where, "json"), read(where, "report"));
    }

    private String read(String where, String name) throws Exception {
        var file = folder.resolve(where).resolve(name);
        return Files.exists(file) ? Files.readString(file) : "";
    }

    /// The lines of its JSON, but for times and threads.
    private static List<String> numbers(String json) {
        assertFalse(json.isEmpty());
        return json.lines().filter(line -> !line.matches(" *\"(\\w*[sS]econds|threads)\".*")).toList();
    }

    private static void assertWhole(Ran.SmallJob small, Outcome outcome) throws Exception {
        var json = (Map<?, ?>) JsonReader.read(outcome.json);
        assertEquals(small.name(), json.get("experiment"));
        assertEquals("5", ((JsonReader.Num) json.get("seed")).text());
        var document = DocumentBuilderFactory.newInstance().newDocumentBuilder()
            .parse(new InputSource(new StringReader(outcome.html)));
        var pictures = document.getElementsByTagName("svg");
        assertEquals(small.pictures(), IntStream.range(0, pictures.getLength())
            .filter(i -> ((Element) pictures.item(i)).hasAttribute("role")
                && !((Element) pictures.item(i).getParentNode()).getAttribute("class").contains("phone")).count());
        assertTrue(outcome.html.contains("train " + small.name() + " " + small.line()), "the command that made it");
        assertFalse(outcome.html.contains("src=") || outcome.html.contains("href=") || outcome.html.contains("<script"));
        assertTrue(outcome.out.contains(small.word()) && outcome.out.contains(json.get("conclusion").toString().substring(0, 30)),
            outcome.out);
    }
}
