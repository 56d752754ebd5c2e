package dev.lanewise.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.Compute;
import dev.lanewise.io.Npz;
import dev.lanewise.io.Safetensors;
import dev.lanewise.lab.cli.Command;
import dev.lanewise.lab.cli.Options;
import dev.lanewise.lab.cli.Outputs;
import dev.lanewise.lab.cli.Terminal;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Arguments that were typed wrong, or made up: what was asked for is done, or refused with one sentence, and nothing is written
/// but what the arguments name.
class HostileArgumentsTest {

    /// What a file's name begins with that may be written.
    private static final String TARGET = "target";
    private static final Path HERE = Path.of("").toAbsolutePath();
    /// Without what leads to other folders.
    private static final String CHARACTERS =
        "\0\1\t\n\r \"'\\{}[]():;,+-=eE0123456789abLTFNxyz_*?~#%&|<>!\u007f\u0085ä€\u202e\ud83d\ude42";
    private static final List<String> VALUES = List.of("", " ", "-", "--", "-1", "0", "1", "2147483648", "9223372036854775808",
        "1e9", "0.5", "NaN", "1e400", "Infinity", "0x10", "builtin", "relu", "784-10", "1-1-1", "all", "a=1,b=2", "=", "f32",
        "=,=", "-h", "--help", "help", "\0", "x".repeat(5000));

    private final int threads = Compute.threads();
    private final List<String> files = new ArrayList<>();
    private Set<String> here;
    private Set<String> kept;

    @TempDir
    Path folder;

    @BeforeEach
    void write() throws IOException {
        var weights = Map.of("0.weight", Tensor.randn(new Threefry(1), 3, 2), "0.bias", Tensor.zeros(3));
        Safetensors.write(folder.resolve("a.safetensors"), weights);
        Npz.write(folder.resolve("b.npz"), weights);
        Files.writeString(folder.resolve("c.contract"), "else *: any\n");
        Files.writeString(folder.resolve("d.json"), "{\"weight_map\":{\"0.bias\":\"a.safetensors\"}}");
        Files.writeString(folder.resolve("e.receipt"), "nothing");
        for (var name : names(folder)) files.add(folder.resolve(name).toString());
        kept = names(folder);
        here = names(HERE);
    }

    @AfterEach
    void putThreadsBack() { Compute.setThreads(threads); }

    private static Set<String> names(Path folder) {
        return new TreeSet<>(List.of(folder.toFile().list()));
    }

    // ---- arguments

    private String value(SplittableRandom random) {
        return switch (random.nextInt(4)) {
            case 0 -> files.get(random.nextInt(files.size()));
            case 1 -> folder.resolve(TARGET + List.of(".npz", ".npy", ".safetensors", ".html", "").get(random.nextInt(5)))
                .toString();
            default -> VALUES.get(random.nextInt(VALUES.size()));
        };
    }

    /// Of a command as it might be typed.
    private List<String> arguments(SplittableRandom random, Command command) {
        var words = new ArrayList<String>();
        if (command.operands().isPresent()) for (int i = random.nextInt(4); i > 0; i--) words.add(value(random));
        var options = command.options();
        for (int i = random.nextInt(4); i > 0 && !options.isEmpty(); i--) {
            var option = options.get(random.nextInt(options.size()));
            var value = random.nextInt(3) == 0 ? option.standard() : value(random);
            if (option.isSwitch() && random.nextInt(8) > 0) words.add(option.name());
            else if (random.nextBoolean()) words.add(option.name() + "=" + value);
            else words.addAll(List.of(option.name(), value));
        }
        for (int i = random.nextInt(3); i > 0 && !words.isEmpty(); i--) change(random, words);
        return words;
    }

    private void change(SplittableRandom random, List<String> words) {
        int at = random.nextInt(words.size());
        var word = words.get(at);
        // what names a place keeps it
        int from = word.lastIndexOf('/') + 1;
        int place = from + random.nextInt(word.length() - from + 1);
        var one = "" + CHARACTERS.charAt(random.nextInt(CHARACTERS.length()));
        switch (random.nextInt(6)) {
            case 0 -> words.remove(at);
            case 1 -> words.add(at, words.get(random.nextInt(words.size())));
            case 2 -> words.add(at, value(random));
            case 3 -> words.set(at, word.substring(0, place) + one + word.substring(place));
            case 4 -> words.set(at, word.substring(0, place));
            default -> words.set(at, word.substring(0, place) + one + word.substring(Math.min(word.length(), place + 1)));
        }
    }

    // ---- what must hold

    /// Paths are said as they were typed, however long; escaped, a character takes six.
    private static void assertSentence(String said, List<String> words) {
        int typed = words.stream().mapToInt(String::length).sum();
        assertTrue(said != null && !said.isBlank() && said.length() < 3000 + 6 * typed
            && said.chars().noneMatch(c -> Character.isISOControl(c)
            || Character.getType(c) == Character.FORMAT), () -> words + ": " + said);
    }

    private void assertNothingElse(List<String> words) throws IOException {
        for (var name : names(HERE)) if (!here.contains(name)) {
            assertTrue(words.stream().anyMatch(word -> word.contains(name)), () -> words + ": " + name);
            Files.delete(HERE.resolve(name));
        }
        assertEquals(here, names(HERE), words::toString);
        for (var name : names(folder)) if (!kept.contains(name)) {
            assertTrue(name.startsWith(TARGET) || words.stream().anyMatch(word -> word.contains(name)),
                () -> words + ": " + name);
            Files.delete(folder.resolve(name));
        }
        assertTrue(names(folder).containsAll(kept), words::toString);
    }

    /// All commands, whose arguments are read and whose outputs are tried, but which do not run.
    private void parse(int tries, long seed) throws IOException {
        var random = new SplittableRandom(seed);
        var commands = CommandLineTest.commands();
        for (int i = 0; i < tries; i++) {
            var command = commands.get(random.nextInt(commands.size()));
            var words = arguments(random, command);
            try {
                var options = Options.parse(command, words.toArray(String[]::new));
                command.options().forEach(options::get);
                command.options().forEach(options::setting);
                assertTrue(options.shell().contains(command.name()));
                options.given();
                Outputs.check(command.outputs(options), options.inputs());
            } catch (IllegalArgumentException e) {
                // a terminal gets it on one line
                assertSentence(Terminal.oneLine(e.getMessage()), words);
            } catch (RuntimeException e) {
                throw new AssertionError(words + ": " + e, e);
            }
            if (i % 64 == 0) assertNothingElse(words);
        }
        assertNothingElse(List.of());
    }

    /// Commands that take no time.
    private void run(int tries, long seed) throws IOException {
        var random = new SplittableRandom(seed);
        var quick = CommandLineTest.commands().stream()
            .filter(command -> Set.of("inspect", "convert", "audit", "verify").contains(command.name())).toList();
        for (int i = 0; i < tries; i++) {
            var command = quick.get(random.nextInt(quick.size()));
            var words = new ArrayList<>(arguments(random, command));
            // where the page goes that is written by default
            if (command.name().equals("audit")) words.addFirst("--report=" + folder.resolve(TARGET + ".html"));
            words.addFirst(random.nextInt(30) > 0 ? command.name() : value(random));
            var out = new ByteArrayOutputStream();
            var err = new ByteArrayOutputStream();
            int exit;
            try {
                exit = CommandLine.run(new PrintStream(out, true, StandardCharsets.UTF_8),
                    new PrintStream(err, true, StandardCharsets.UTF_8), words.toArray(String[]::new));
            } catch (RuntimeException e) {
                throw new AssertionError(words + ": " + e, e);
            }
            var said = err.toString(StandardCharsets.UTF_8);
            assertTrue(Set.of(0, 1, 2).contains(exit), words::toString);
            if (exit == 2) {
                assertTrue(said.startsWith("lanewise: ") && said.endsWith("\n"), () -> words + ": " + said);
                assertSentence(said.stripTrailing(), words);
            } else assertEquals("", said, words::toString);
            assertNothingElse(words);
        }
    }

    @Test
    void argumentsAreTakenOrRefused() throws IOException { parse(5_000, 1); }

    @Test
    void commandsRunOrSayInOneSentenceWhyNot() throws IOException { run(1_000, 2); }

    @Test
    @Tag("exhaustive")
    void manyArgumentsAreTakenOrRefused() throws IOException {
        parse(1_000_000, System.nanoTime());
        run(100_000, System.nanoTime());
    }
}
