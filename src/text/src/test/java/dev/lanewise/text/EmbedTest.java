package dev.lanewise.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The command, as a shell sees it.
class EmbedTest {

    @TempDir
    private Path folder;
    private String model;

    @BeforeEach
    void write() throws IOException { model = TinyModel.folder(folder).toString(); }

    private record Result(int status, String out, String err) {}

    private static Result run(String input, String... args) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int status = Main.run(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, false, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8), args);
        return new Result(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private void assertVectors(List<String> texts, Result result) {
        assertEquals("", result.err());
        assertEquals(0, result.status());
        var lines = result.out().lines().toList();
        assertEquals(texts.size(), lines.size());
        var encoder = SentenceEncoder.read(Path.of(model));
        for (int i = 0; i < lines.size(); i++) {
            var line = JsonParser.parse(new Origin("test", null, ""), lines.get(i).getBytes(StandardCharsets.UTF_8));
            assertEquals(texts.get(i), line.need("text").text());
            var vector = encoder.encode(texts.get(i));
            var written = line.need("vector").elements();
            assertEquals(vector.length, written.size());
            for (int j = 0; j < vector.length; j++) assertEquals(vector[j], ((Number) written.get(j).value()).floatValue());
        }
    }

    @Test
    void aLineOfJsonForEachText() {
        var odd = "a \"quoted\"\ttext\\";
        assertVectors(List.of(odd, "Ünïcode 🙂", ""), run("", "embed", "--model", model, odd, "Ünïcode 🙂", ""));
        assertVectors(List.of("--model"), run("", "embed", "--model=" + model, "--", "--model"));
    }

    @Test
    void linesOfTheStandardInput() {
        var lines = IntStream.range(0, 600).mapToObj(i -> "line " + i + " é").toList();
        assertVectors(lines, run(String.join("\n", lines), "embed", "--model", model));
        assertVectors(List.of("a", "", "b"), run("a\r\n\nb\n", "embed", "--model", model));
        assertVectors(List.of(), run("", "embed", "--model", model));
    }

    @Test
    void aTableOfHowAlikeTheyAre() {
        var encoder = SentenceEncoder.read(Path.of(model)).maxTokens(5);
        var result = run("", "embed", "--similarity", "--max-tokens", "5", "--model", model, "the train left", "x".repeat(99));
        assertEquals(0, result.status(), result.err());
        var lines = result.out().lines().toList();
        assertEquals("   1  1.000 %6.3f  \"the train left\"".formatted(encoder.similarity("the train left", "x".repeat(99))),
            lines.getFirst());
        assertEquals(2, lines.size());
        assertTrue(lines.getLast().endsWith("  1.000  \"" + "x".repeat(40) + "\""), lines.getLast());
        assertEquals(2, run("a\n".repeat(1001), "embed", "--similarity", "--model", model).status());
    }

    @Test
    void helpSaysWhatItTakes() {
        for (var words : List.of("", "help", "--help", "embed --help", "embed help")) {
            var result = run("", words.isEmpty() ? new String[0] : words.split(" "));
            assertEquals(0, result.status());
            for (var option : List.of("--model", "--max-tokens", "--similarity")) assertTrue(result.out().contains(option));
        }
    }

    private static void assertRefused(String why, String... args) {
        assertEquals(new Result(2, "", "lanewise-text: " + why + System.lineSeparator()), run("", args));
    }

    @Test
    void whatCantBeDoneIsSaidInOneSentence() {
        assertRefused("there is no command \"train\"; there is embed", "train");
        assertRefused("embed: --model is missing; it names a file or a folder", "embed", "a");
        assertRefused("embed: --model needs a value", "embed", "--model");
        assertRefused("embed: --similarity takes no value", "embed", "--similarity=yes");
        assertRefused("embed: there is no option \"--modell\"; there are --model, --max-tokens, --similarity; texts that begin so"
            + " stand behind --", "embed", "--modell", "a");
        for (var number : List.of("0", "-1", "many", "99999999999", "")) {
            assertRefused("embed: --max-tokens \"" + number + "\"; it must be a whole number, and more than 0", "embed",
                "--max-tokens", number);
        }
        assertRefused("maxTokens: 2; special tokens alone are 3, so give 4 at least", "embed", "--model", model, "--max-tokens",
            "2", "a");
        assertRefused("SentenceEncoder.read: none is not there; name a folder, a .jar, .zip or .onnx file", "embed", "--model",
            "none", "a");
    }

    @Test
    void aClosedPipeIsNoFailure() {
        var gone = new PrintStream(new OutputStream() {
            @Override
            public void write(int b) throws IOException { throw new IOException("closed"); }
        });
        var err = new ByteArrayOutputStream();
        var texts = IntStream.range(0, 3000).mapToObj(i -> "text " + i).collect(Collectors.joining("\n"));
        assertEquals(141, Main.run(new ByteArrayInputStream(texts.getBytes(StandardCharsets.UTF_8)), gone,
            new PrintStream(err, true, StandardCharsets.UTF_8), "embed", "--model", model));
        assertArrayEquals(new byte[0], err.toByteArray());
    }
}
