package dev.lanewise.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.io.Safetensors;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.testing.JsonReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The command that holds files to contracts: what it says, writes and ends with.
class AuditCommandTest {

    private static final String RIGHT = "*.weight: torch-default\n*.bias: torch-default like $1.weight";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    Path folder;

    @BeforeEach
    void makeModels() {
        long seed = Ran.seed();
        for (int i = 0; i < 2; i++) Safetensors.write(folder.resolve("m" + i + ".safetensors"),
            new Sequential(new Linear(100, 60), new ReLU(), new Linear(60, 50)).initialize(seed + i).stateDict());
    }

    private int audit(String contract, String... more) throws Exception {
        Files.writeString(folder.resolve("my.contract"), contract);
        return run(contract, more);
    }

    private int run(String contract, String... more) {
        out.reset();
        err.reset();
        var words = new ArrayList<>(List.of("audit", folder.resolve("m0.safetensors").toString(), "--contract",
            contract.isEmpty() ? "gpt2" : folder.resolve("my.contract").toString(), "--report",
            folder.resolve("page.html").toString(), "--json", folder.resolve("page.json").toString()));
        words.addAll(Arrays.asList(more));
        return CommandLine.run(new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8), words.toArray(String[]::new));
    }

    private String said() { return out.toString(StandardCharsets.UTF_8); }

    private Map<?, ?> json() throws Exception {
        return (Map<?, ?>) JsonReader.read(Files.readString(folder.resolve("page.json")));
    }

    @Test
    void aRightModelEndsWithZero() throws Exception {
        assertEquals(0, audit(RIGHT, folder.resolve("m1.safetensors").toString()), () -> said() + err);
        assertTrue(said().contains("Nothing is found wrong: 4 parameters, 4 as the contract says."), said());
        assertEquals(true, json().get("passed"));
        assertEquals(4, ((List<?>) json().get("parameters")).size());
        assertEquals(2, ((List<?>) json().get("files")).size());
        var page = Files.readString(folder.resolve("page.html"));
        assertTrue(page.contains("0.weight") && page.contains("m1.safetensors --contract"), page);
    }

    @Test
    void aWrongOneEndsWithOneAndSaysWhy() throws Exception {
        assertEquals(1, audit("*.weight: kaiming-uniform\nelse *: any"));
        assertTrue(said().contains("0.weight: std is 0.4") && said().contains("times what it should be"), said());
        assertEquals("", err.toString(StandardCharsets.UTF_8));
        assertEquals(false, json().get("passed"));
        assertEquals(1, audit("*.weight: torch-default"));
        assertTrue(said().contains("\"0.bias\" and 1 other of such names are named by no rule; add one, or \"*.bias: any\""),
            said());
        assertTrue(said().contains("doesn't fit the model"), said());
    }

    @Test
    void variablesAreSetFromOutside() throws Exception {
        var contract = "let top = 0.5\n*.weight: uniform -top/sqrt(fan_in) top/sqrt(fan_in)\nelse *: any";
        assertEquals(1, audit(contract));
        assertEquals(0, audit(contract, "--set", "top=1"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"--set|top|give names and numbers", "--set|top=x|give names and numbers",
        "--contract|gpt9|there are gpt2, bert"})
    void whatCannotBeDoneIsOneSentence(String option, String value, String said) {
        out.reset();
        var words = List.of("audit", folder.resolve("m0.safetensors").toString(), option, value);
        assertEquals(2, CommandLine.run(new PrintStream(out, true), new PrintStream(err, true), words.toArray(String[]::new)));
        assertTrue(err.toString(StandardCharsets.UTF_8).contains(said) && err.toString(StandardCharsets.UTF_8).lines()
            .count() == 1, err::toString);
        assertFalse(Files.exists(Path.of("lanewise-audit.html")));
    }

    @Test
    void badFilesAreOneSentenceAndWriteNothing() throws Exception {
        var file = folder.resolve("m0.safetensors");
        var bytes = Files.readAllBytes(file);
        for (int length : new int[] {0, 7, 100, bytes.length - 1}) {
            Files.write(file, Arrays.copyOf(bytes, length));
            assertEquals(2, audit(RIGHT), "" + length);
            assertTrue(err.toString(StandardCharsets.UTF_8).contains("cut off"), err::toString);
        }
        Files.delete(file);
        assertEquals(2, audit(RIGHT));
        assertTrue(err.toString(StandardCharsets.UTF_8).contains("does not exist"), err::toString);
        assertFalse(Files.exists(folder.resolve("page.html")));
    }

    @Test
    void withoutAFileOrAContractItSaysWhatToName() {
        assertEquals(2, CommandLine.run(new PrintStream(out), new PrintStream(err), "audit", "--contract", "gpt2"));
        assertEquals(2, CommandLine.run(new PrintStream(out), new PrintStream(err), "audit", "x.safetensors"));
        var said = err.toString(StandardCharsets.UTF_8);
        assertTrue(said.contains("there is no file")
            && said.contains("there is no contract; name one by --contract: gpt2"), said);
    }

    @Test
    void whatIsGuessedIsPrintedAndWritesNoPage() throws Exception {
        var json = folder.resolve("guess.json");
        assertEquals(0, CommandLine.run(new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err), "audit",
            folder.resolve("m0.safetensors").toString(), "--guess", "--json", json.toString()), err::toString);
        assertTrue(said().contains("torch-default"), said());
        var parameters = (List<?>) ((Map<?, ?>) JsonReader.read(Files.readString(json))).get("parameters");
        assertTrue(((Map<?, ?>) parameters.getFirst()).get("laws").toString().contains("torch-default")
            && parameters.size() == 4);
        assertFalse(Files.exists(Path.of("lanewise-audit.html")));
    }

    @Test
    void whatIsGuessedHasAPageWhereOneIsNamed() throws Exception {
        Safetensors.write(folder.resolve("m0.safetensors"), Map.of("none", Tensor.zeros(0, 2), "w", Tensor.zeros(3)));
        assertEquals(0, CommandLine.run(new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err), "audit",
            folder.resolve("m0.safetensors").toString(), "--guess", "--report", folder.resolve("page.html").toString()),
                err::toString);
        var page = Files.readString(folder.resolve("page.html"));
        assertTrue(Pattern.compile("<td class=\"text\"[^>]*>zeros</td>").matcher(page).find()
            && page.contains("it has no elements") && said().contains("it has no elements"), page);
        assertEquals(2, CommandLine.run(new PrintStream(out), new PrintStream(err), "audit",
            folder.resolve("m0.safetensors").toString(), "--guess", "--set", "a=1"));
        assertTrue(err.toString(StandardCharsets.UTF_8).contains("there is no contract"), err::toString);
    }

    @Test
    void nothingIsGuessedBesideAContractThatThereIsNot() {
        assertEquals(2, CommandLine.run(new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err), "audit",
            folder.resolve("m0.safetensors").toString(), "--guess", "--contract", "gpt0"));
        assertEquals("", said());
    }

    @Test
    void aReportWouldNotReplaceAModel() throws Exception {
        assertEquals(2, audit(RIGHT, "--set", "a=1", folder.resolve("page.html").toString()));
        assertTrue(err.toString(StandardCharsets.UTF_8).contains("would replace"), err::toString);
    }
}
