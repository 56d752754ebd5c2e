package dev.lanewise.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.Compute;
import dev.lanewise.lab.audit.AuditFiles;
import dev.lanewise.lab.cli.Command;
import dev.lanewise.lab.cli.Option;
import dev.lanewise.lab.cli.Trial;
import dev.lanewise.lab.compare.Compare;
import dev.lanewise.lab.explain.Explain;
import dev.lanewise.lab.info.Info;
import dev.lanewise.lab.weights.Convert;
import dev.lanewise.lab.weights.Inspect;
import dev.lanewise.testing.ForkedJvm;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What holds for every command and every option of it.
class CommandLineTest {

    /// Any command with any of its options.
    record Case(Command command, Option<?> option) {

        List<String> words(String... more) {
            return Stream.concat(Stream.of(command.name().split(" ")), Arrays.stream(more)).toList();
        }

        @Override
        public String toString() { return command.name() + " " + option.name(); }
    }

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final int threads = Compute.threads();

    @TempDir
    Path folder;

    @AfterEach
    void putThreadsBack() { Compute.setThreads(threads); }

    static List<Command> commands() {
        var lab = new Lab();
        var train = new Train();
        return Stream.of(Stream.of(new Trial("compare", new Compare()), new Explain(), lab, train, new AuditFiles(), new Verify(),
            new Inspect(), new Convert(), new Info()), lab.parts().stream(),
            train.parts().stream()).<Command>flatMap(each -> each).toList();
    }

    static List<Case> everyOption() {
        return commands().stream().flatMap(command -> command.options().stream().map(option -> new Case(command, option)))
            .toList();
    }

    static List<Case> withValue() { return everyOption().stream().filter(each -> !each.option().isSwitch()).toList(); }

    static List<Case> numbers() {
        return withValue().stream().filter(each -> each.option().usage().matches("--\\S+ [NK]")).toList();
    }

    static List<Case> files() {
        return withValue().stream().filter(each -> List.of("--report", "--json", "--checkpoint", "--model", "--receipt")
            .contains(each.option().name())).toList();
    }

    private int run(List<String> words) { return run(new PrintStream(out, true, StandardCharsets.UTF_8), words); }

    private int run(PrintStream to, List<String> words) {
        out.reset();
        err.reset();
        return CommandLine.run(to, new PrintStream(err, true, StandardCharsets.UTF_8), words.toArray(String[]::new));
    }

    private String err() { return err.toString(StandardCharsets.UTF_8); }

    /// Refused with one sentence, before anything was done or written.
    private String refused(List<String> words) throws IOException {
        assertEquals(2, run(words), words + ": " + out);
        assertEquals(1, err().lines().count(), err());
        assertTrue(err().startsWith("lanewise: "), err());
        assertEquals("", out.toString(StandardCharsets.UTF_8), "said before it was refused");
        try (var files = Files.list(folder)) {
            assertEquals(0, files.filter(file -> !file.getFileName().toString().startsWith("kept")).count(),
                "left something behind");
        }
        return err();
    }

    @ParameterizedTest
    @MethodSource("everyOption")
    void helpWinsWhereverItStands(Case each) {
        var helps = new ArrayList<>(List.of(each.words("--help"), each.words(each.option().name(), "--help"),
            each.words(each.option().name(), "-h"), each.words("--no-such", "--help", each.option().name())));
        helps.add(each.words("--help", each.option().name()));
        helps.add(Stream.concat(Stream.of("help"), each.words().stream()).toList());
        for (var words : helps) {
            assertEquals(0, run(words), words + ": " + err());
            assertTrue(out.toString(StandardCharsets.UTF_8).contains(each.option().name() + " "), words + ": " + out);
            assertEquals("", err());
        }
    }

    @ParameterizedTest
    @MethodSource("withValue")
    void theNextOptionIsNoValue(Case each) throws Exception {
        for (var next : List.of("--seed", "--course", "--no-such", "--")) assertTrue(
            refused(each.words(each.option().name(), next))
            .contains(each.option().name() + " needs a value: " + each.option().name()), err());
        for (var words : List.of(each.words(each.option().name()), each.words(each.option().name(), ""),
            each.words(each.option().name() + "="), each.words(each.option().name(), " "))) assertTrue(refused(words)
                .contains(each.option().name() + " needs a value"), err());
    }

    @ParameterizedTest
    @MethodSource("withValue")
    void anOptionIsGivenOnce(Case each) throws Exception {
        assertTrue(refused(each.words(each.option().name(), "1", each.option().name() + "=2")).contains(each.option().name()
            + " is given twice"), err());
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void whatIsNoNumberIsRefused(Case each) throws Exception {
        var page = (each.command().options().stream().anyMatch(option -> option.name().equals("--report")) ? "--report="
            : "--json=")
            + folder.resolve("page");
        for (var value : List.of("NaN", "1e3", "0x10", "1.5", "ten", "9223372036854775808", "-9223372036854775809", "∞", "1_000"))
            assertTrue(refused(each.words(each.option().name(), value, page))
                .contains(each.option().name() + ": \"" + value + "\""), err());
        if (!each.option().name().endsWith("seed")) for (var value : List.of("-1", "0", "9223372036854775807"))
            assertTrue(refused(each.words(each.option().name(), value, page)).contains("whole number from"), err());
    }

    private static String tight(String text) { return text.replace(" ", ""); }

    /// What holds where nothing is given is allowed, and help says it.
    @ParameterizedTest
    @MethodSource("withValue")
    void whatHoldsByDefaultIsAllowedAndSaid(Case each) {
        var option = each.option();
        run(each.words("--help"));
        var line = out.toString(StandardCharsets.UTF_8).replaceAll("\\R {10,}", " ").lines()
            .filter(text -> text.startsWith("  " + option.usage() + " ")).findFirst().orElseThrow();
        // lists are broken where their commas are
        assertEquals(!option.standard().isEmpty(), tight(line).endsWith(tight(option.standard() + " by default)."))
            && tight(line).contains(tight(option.allowed())), line);
        // said in words
        if (option.standard().isEmpty() || Set.of("--threads", "--images").contains(option.name())) return;
        assertTrue(Objects.deepEquals(option.absent().get(), option.read().apply(option.standard())), option.standard());
    }

    @ParameterizedTest
    @MethodSource("files")
    void whatCannotBeWrittenIsRefusedBeforeTheWork(Case each) throws Exception {
        var file = Files.writeString(folder.resolve("kept"), "data");
        var locked = Files.writeString(folder.resolve("kept.html"), "mine", StandardCharsets.UTF_8);
        Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("r--r--r--"));
        var sink = Files.createDirectory(folder.resolve("kept.d"));
        var option = each.option().name();
        assertTrue(refused(each.words(option, file.resolve("below").toString())).contains("can't be written"), err());
        assertTrue(refused(each.words(option, folder.resolve("new/" + "x".repeat(300)).toString()))
            .contains("can't be written"), err());
        boolean toFolder = each.option().word().equals("DIR");
        if (toFolder) {
            Files.copy(locked, sink.resolve("gain.html"));
            Files.setPosixFilePermissions(sink.resolve("gain.html"), PosixFilePermissions.fromString("r--r--r--"));
            assertTrue(refused(each.words(option, sink.toString())).contains("write-protected"), err());
        } else {
            assertTrue(refused(each.words(option, locked.toString())).contains("write-protected"), err());
            assertTrue(refused(each.words(option, sink.toString())).contains("is a folder"), err());
        }
        assertEquals("mine", Files.readString(locked));
        assertEquals("data", Files.readString(file));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void twoOutputsDontMeet(Command command) throws Exception {
        if (!command.options().stream().map(Option::name).toList().containsAll(List.of("--json", "--report"))) return;
        var each = new Case(command, null);
        var real = Files.createDirectory(folder.resolve("kept"));
        var link = Files.createSymbolicLink(folder.resolve("kept.link"), real);
        boolean toFolder = command.name().equals("lab all");
        for (var place : List.of(real, link, real.resolve("../kept/."))) {
            var report = toFolder ? place : place.resolve("index.html");
            assertTrue(refused(each.words("--report", report.toString(), "--json", real.resolve("index.html").toString()))
                .contains("give each a file of its own"), err());
        }
        assertTrue(refused(each.words("--report", folder.resolve("a").toString(), "--json",
            folder.resolve("a/index.html/b").toString()))
            .contains("at once") || toFolder, err());
        if (command.options().stream().anyMatch(option -> option.name().equals("--data"))) {
            var data = Files.writeString(real.resolve("train-images-idx3-ubyte"), "images");
            assertTrue(refused(each.words("--data", real.toString(), "--json", data.toString()))
                .contains("would replace the data"), err());
            assertTrue(refused(each.words("--data", data.toString(), "--json", data.toString()))
                .contains("would replace the data"), err());
            assertEquals("images", Files.readString(data));
        }
    }

    @Test
    void whatWillBeMadeIsNotLeftWhereTheRunFails() throws Exception {
        var words = List.of("lab", "histograms", "--data", folder.resolve("none").toString(), "--report",
            folder.resolve("a/b/page.html").toString(), "--json", folder.resolve("a/c/x.json").toString());
        assertEquals(2, run(words));
        assertFalse(Files.exists(folder.resolve("a")), "folders that were tried");
        var kept = Files.writeString(folder.resolve("kept.html"), "earlier");
        assertEquals(2, run(List.of("compare", "--data", folder.resolve("none").toString(), "--report", kept.toString())));
        assertEquals("earlier", Files.readString(kept));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "explain --layers 46340-46340 --init zeros",
        "explain --layers 784-2147483647-2147483647-10",
        "explain --layers 2147483647-2147483647-10 --depth 1000",
        "explain --layers 784-20000-10 --depth 1000 --batch 100000",
        "lab depth --units 4096 --depth 1000 --batch 10000",
        "lab moons --epochs 100000 --points 1000000 --batch 1",
        "compare --data builtin --epochs 10000 --batch 1 --seeds 1000",
    })
    void whatMemoryCannotHoldIsRefusedBeforeItIsTaken(String line) throws Exception {
        var report = folder.resolve("page.html").toString();
        var message = refused(Stream.concat(Arrays.stream(line.split(" ")), Stream.of("--report", report)).toList());
        assertTrue(message.matches("(?s).* needs [0-9,.]+ GB of memory at the least, and Java may take .*; give .*"
            + " --.*-Xmx[0-9]+g\n"),
            message);
    }

    @Test
    void memoryThatRunsOutIsOneSentence() {
        var result = new ForkedJvm(Main.class, ForkedJvm.VECTORS, "-Xmx40m")
            .with("explain", "--layers", "2800-2800-10", "--init", "ones",
            "--report", folder.resolve("page.html").toString()).run();
        assertEquals(2, result.exit(), result.out() + result.err());
        var said = result.err().lines().filter(line -> !line.startsWith("WARNING")).toList();
        assertEquals(1, said.size(), result.err());
        assertTrue(said.getFirst().startsWith("lanewise: ") && said.getFirst().contains("-Xmx"), result.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "lab list", "lab gain --normals 100", "explain --layers 4-4-2"})
    void aReaderThatHasSeenEnoughEndsIt(String line) {
        var report = folder.resolve("page.html");
        for (int lines = 0; lines < 3; lines++) {
            var words = new ArrayList<>(List.of(line.split(" ")));
            if (line.contains("gain") || line.contains("explain")) words.addAll(List.of("--report", report.toString()));
            int most = lines;
            var pipe = new OutputStream() {
                private int seen;

                @Override
                public void write(int b) throws IOException {
                    if (seen >= most) throw new IOException("Broken pipe");
                    if (b == '\n') seen++;
                }
            };
            assertEquals(141, run(new PrintStream(pipe, true, StandardCharsets.UTF_8), words), line);
            assertEquals("", err());
        }
    }

    @Test
    void nothingThatATerminalObeysComesFromArgumentsAndFiles() throws Exception {
        var evil = "x\u001b[2J\u0007\u009b31m\r\n\u202e\u200fy\u007f";
        var page = folder.resolve("kept" + evil + ".html");
        for (var words : List.of(List.of(evil), List.of("lab", evil), List.of("compare", evil),
            List.of("compare", "--" + evil, "1"), List.of("compare", "--seed", evil), List.of("compare", "--init", evil),
            List.of("compare", "--data", evil), List.of("explain", "--layers", evil), List.of("explain", "--activation", evil),
            List.of("lab", "histograms", "--data", evil),
            List.of("compare", "--report", page.resolve("x").resolve(evil).toString(), "--json", page + "/x"),
            List.of("lab", "gain", "--normals", "50", "--report", page.toString()))) {
            run(words);
            for (var text : List.of(out.toString(StandardCharsets.UTF_8), err())) assertTrue(text.chars().noneMatch(c -> c != '\n'
                && (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT)), words + ": " + text);
            assertTrue(err().lines().count() <= 1, err());
        }
        assertTrue(out.toString(StandardCharsets.UTF_8).contains("Report    " + folder + "/keptx\\u001b[2J\\u0007"),
            out.toString());
    }
}
