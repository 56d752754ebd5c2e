package dev.lanewise.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.lab.cli.Terminal;
import dev.lanewise.lab.compare.Compare;
import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Scheme;
import dev.lanewise.tensor.Shape;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the command line says, and that it says no before it works.
class MainTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    Path folder;

    private int run(String... args) {
        return CommandLine.run(new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8), args);
    }

    @Test
    void helpNamesTheCommandsAndTheirOptions() {
        assertEquals(0, run());
        assertTrue(out.toString(StandardCharsets.UTF_8).contains("compare")
            && out.toString(StandardCharsets.UTF_8).contains("info"));
        assertTrue(out.toString(StandardCharsets.UTF_8).contains("explain"));
        out.reset();
        assertEquals(0, run("compare", "--help"));
        for (var option : new Compare().options()) assertTrue(out.toString(StandardCharsets.UTF_8).contains(option.name()),
            option.name());
        assertEquals("", err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void anUnknownInitializationListsTheKnownOnes() {
        assertEquals(2, run("compare", "--init", "zeros,kaimingnormal"));
        var message = err.toString(StandardCharsets.UTF_8);
        assertTrue(message.contains("\"kaimingnormal\""), message);
        for (var scheme : Scheme.ALL) assertTrue(message.contains(scheme.name()), scheme.name());
    }

    @Test
    void anInitializationForOtherLayersIsRefused() {
        assertEquals(2, run("compare", "--init", "zeros,dirac"));
        var message = err.toString(StandardCharsets.UTF_8);
        assertTrue(message.contains("--init: \"dirac\"") && message.contains("not for linear layers"), message);
        assertTrue(message.contains("orthogonal") && !message.contains("delta-orthogonal")
            && message.lines().count() == 1, message);
    }

    @Test
    void helpListsEveryInitializationThatIsTaken() {
        assertEquals(0, run("compare", "--help"));
        var words = out.toString(StandardCharsets.UTF_8).split("[\\s,.;]+");
        for (var scheme : Scheme.ALL) {
            boolean listed = Arrays.stream(words).anyMatch(word -> word.split(":")[0].equals(scheme.name()));
            assertEquals(scheme.fits(Fan.linear(256, 128), Shape.of(128, 256)), listed, scheme.name());
        }
        for (var form : List.of("kaiming-normal:gain", "forward(activation)", "normal:mean:std", "fixup:branches:layers in each"))
            assertTrue(out.toString(StandardCharsets.UTF_8).contains(form), form);
    }

    @Test
    void anUnknownOptionListsTheKnownOnes() {
        assertEquals(2, run("compare", "--epoch", "3"));
        var message = err.toString(StandardCharsets.UTF_8);
        assertTrue(message.contains("\"--epoch\""), message);
        for (var option : new Compare().options()) assertTrue(message.contains(option.name()), option.name());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "frobnicate | there is no command \"frobnicate\"",
        "version | did you mean --version? There are compare",
        "--halp | did you mean --help?",
        "convert one | there is 1 file, and it takes one to read and one to write",
        "compare --epochs | --epochs needs a value",
        "compare --epochs 0 | whole number from 1",
        "compare --epochs two | whole number from 1",
        "compare --batch -5 | whole number from 1",
        "compare --threads 0 | whole number from 1",
        "compare --seed 1.5 | whole number",
        "compare --seed 1 --seed 2 | given twice",
        "compare --help=yes | takes no value",
        "compare --data no/such/folder | no/such/folder",
        "explain --layers 784 | from two to",
        "explain --layers 784-x-10 | from two to",
        "explain --layers 784--10 | from two to",
        "explain --layers 784-10 --depth 5 | no hidden layer to repeat",
        "explain --depth 0 | whole number from 1",
        "explain --activation rleu | did you mean relu? There are relu, leaky_relu",
        "explian | did you mean explain? There are compare",
        "lab dephts | did you mean depth? There are list",
        "train tab | did you mean table?",
        "compare --epoch 3 | did you mean --epochs? There are",
        "explain --network reznet | did you mean resnet?",
        "explain --init he | initialization \"he\" is not known",
        "explain --init , | names no initialization",
        "explain --seeds 0 | whole number from 1",
        "info --verbose | option \"--verbose\" is not known",
    })
    void whatCannotBeDoneIsOneSentence(String line, String expected) { Ran.assertRefused(line, expected); }

    @Test
    void theVersionIsOneLine() {
        assertEquals(0, run("--version"));
        var said = out.toString(StandardCharsets.UTF_8);
        assertTrue(said.matches("lanewise \\d+\\.\\d+\\S* \\(Java .*\\)\\R"), said);
    }

    @Test
    void helpFitsATerminal() {
        var lines = new java.util.ArrayList<String>();
        var commands = CommandLine.COMMANDS.stream()
            .flatMap(command -> java.util.stream.Stream.concat(java.util.stream.Stream.of(command),
            command.parts().stream())).toList();
        for (var command : commands) lines.addAll(command.help().lines().toList());
        assertEquals(0, run("--help"));
        lines.addAll(out.toString(StandardCharsets.UTF_8).lines().toList());
        out.reset();
        assertEquals(0, run("lab", "list"));
        lines.addAll(out.toString(StandardCharsets.UTF_8).lines().toList());
        assertTrue(lines.size() > 200, "" + lines.size());
        for (var line : lines) assertTrue(line.length() <= 80, line);
        for (var status : List.of("0", "1", "2", "130", "141")) assertTrue(lines.stream()
            .anyMatch(line -> line.startsWith("  " + status + " ")), status);
    }

    @Test
    void aReportThatCannotBeWrittenIsRefusedBeforeTraining() throws Exception {
        var file = Files.writeString(folder.resolve("file"), "");
        assertEquals(2, run("compare", "--data", "builtin", "--report", folder.toString()));
        assertEquals(2, run("compare", "--data", "builtin", "--json", file.resolve("below.json").toString()));
        var message = err.toString(StandardCharsets.UTF_8);
        assertTrue(message.contains("is a folder") && message.contains("can't be written"), message);
        assertEquals("", out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void aPlainTerminalGetsPlainCharacters() {
        var ascii = new PrintStream(out, true, StandardCharsets.US_ASCII);
        Terminal.of(ascii).println("±1/√n ── 2 × 100 …");
        var text = out.toString(StandardCharsets.US_ASCII);
        assertFalse(text.contains("?"), text);
        assertTrue(text.startsWith("+-1/sqrt n -- 2 x 100 ..."), text);
    }
}
