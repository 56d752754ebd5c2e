package dev.lanewise.lab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintStream;
import java.net.MalformedURLException;
import java.net.URI;
import java.nio.file.Path;
import java.security.CodeSource;
import java.security.cert.Certificate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {

    private static final Option<Integer> COUNT = Option.count("--count", 3, 1, 10, "How many");
    private static final Option<Optional<Integer>> LIMIT = Option.count("--limit", 1, 5, "At the most");
    private static final Option<Long> SEED = Option.whole("--seed", 42, Long.MIN_VALUE, Long.MAX_VALUE, "Decides all");
    private static final Option<Boolean> LOUD = Option.flag("--loud", "Says more");
    private static final Option<String> NAME = Option.text("--name", "NAME", "x", "What it is called", String::strip);
    private static final Option<Optional<Path>> DATA = Option.input("--data", "DIR", "What is read");
    private static final Option<Path> REPORT = Option.output("--report", "FILE", Path.of("page.html"), "What is written");

    /// Takes them all.
    private record Words(String name, List<Option<?>> options) implements Command {

        Words(Option<?>... options) { this("test", List.of(options)); }

        @Override
        public String summary() { return "Tests."; }

        @Override
        public void run(Options options, PrintStream out) {}
    }

    private static Options parse(String... args) {
        return Options.parse(new Words(COUNT, LIMIT, SEED, LOUD, NAME, DATA, REPORT), args);
    }

    @Test
    void whatIsNotGivenHasItsDefault() {
        var options = parse();
        assertEquals(3, options.get(COUNT));
        assertEquals(Optional.empty(), options.get(LIMIT));
        assertEquals(42, options.get(SEED));
        assertEquals(false, options.get(LOUD));
        assertEquals("x", options.get(NAME));
        assertEquals(Path.of("page.html"), options.get(REPORT));
        assertEquals(List.of(), options.inputs());
        assertEquals(List.of(3, 42L, false, "x", "page.html"), Stream.of(COUNT, SEED, LOUD, NAME, REPORT)
            .map(options::setting).toList());
        assertEquals(null, options.setting(DATA));
    }

    @Test
    void whatIsGivenIsReadBothWays() {
        var options = parse("--count=7", "--name=a=b", "--limit", "5", "--loud", "--data", "in", "--seed",
            "-9223372036854775808");
        assertEquals(7, options.get(COUNT));
        assertEquals(Optional.of(5), options.get(LIMIT));
        assertEquals(Long.MIN_VALUE, options.get(SEED));
        assertEquals(true, options.get(LOUD));
        assertEquals("a=b", options.get(NAME));
        assertEquals("--x", parse("--name=--x").get(NAME));
        assertEquals(List.of(new Outputs.Output("--data", Path.of("in"))), options.inputs());
        assertEquals(List.of(7, 5, true, "a=b", "in"), Stream.of(COUNT, LIMIT, LOUD, NAME, DATA).map(options::setting).toList());
    }

    @Test
    void theCommandOfAPageCanBeTypedAgain() {
        assertEquals("mvn -q compile exec:exec -Dargs=\"test --data 'my images' --loud\"",
            parse("--data", "my images", "--loud", "--report", "x.html").shell());
    }

    /// Who has the jar has no checkout: there it is the name that help and pages have for the program.
    @ParameterizedTest
    @CsvSource({"file:/home/a/target/classes/, mvn -q compile exec:exec -Dargs=\"info -v\"",
        "file:/home/a/lanewise-0.2.0.jar, lanewise info -v", "jrt:/dev.lanewise, lanewise info -v"})
    void theCommandIsOneForWhereItWasStartedFrom(String place, String command) throws MalformedURLException {
        assertEquals(command, Options.started(new CodeSource(URI.create(place).toURL(), (Certificate[]) null), "info -v"));
    }

    @Test
    void anOptionThatIsNotDeclaredIsNotRead() {
        var options = Options.parse(new Words(COUNT), "--count", "2");
        var error = assertThrows(IllegalStateException.class, () -> options.get(LOUD));
        assertEquals("test reads --loud, which it doesn't declare", error.getMessage());
        assertEquals(2, options.of(new Words(COUNT, LOUD)).get(COUNT));
        assertEquals(false, options.of(new Words(COUNT, LOUD)).get(LOUD));
    }

    @Test
    void rangesEndWhereTheySay() {
        for (int edge : new int[] {1, 10}) assertEquals(edge, parse("--count", "" + edge).get(COUNT));
        for (var beyond : List.of("0", "11", "4294967297", "", "1e1")) {
            var error = assertThrows(IllegalArgumentException.class, () -> parse("--count=" + beyond));
            assertTrue(error.getMessage().contains(beyond.isEmpty() ? "needs a value" : "whole number from 1 to 10"),
                error.getMessage());
        }
        assertTrue(new Words(COUNT, LIMIT, SEED).help().contains("  --count N          How many (1 to 10; 3 by default).\n"
            + "  --limit N          At the most (1 to 5).\n  --seed N           Decides all (42 by default).\n"));
    }

    @Test
    void aDashIsNoFile() {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> parse("--report", "-")).getMessage()
            .startsWith("--report: \"-\" is no name for what is printed"));
        assertEquals(Path.of("./-"), parse("--report", "./-").get(REPORT));
    }
}
