package dev.lanewise.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// The Python that LANEWISE_PYTHON names, or else `python3`. What needs packages that it lacks is skipped.
final class Python {

    private static final String PYTHON = Objects.requireNonNullElse(System.getenv("LANEWISE_PYTHON"), "python3");

    private Python() {}

    static void assumePackages(String names) throws Exception {
        assumeTrue(status(new ProcessBuilder(PYTHON, "-c", "import " + names)) == 0, "no " + names + " for " + PYTHON
            + "; name a Python that has them by LANEWISE_PYTHON");
    }

    private static int status(ProcessBuilder command) throws InterruptedException {
        try {
            return command.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
        } catch (IOException e) {
            return -1;
        }
    }

    /// The lines that a script of `src/test/python` writes, given these on its standard input.
    static List<String> lines(Path scratch, List<String> input, String script, String... arguments) throws Exception {
        var in = Files.write(Files.createTempFile(scratch, "in", ".txt"), input);
        var out = Files.createTempFile(scratch, "out", ".txt");
        var err = Files.createTempFile(scratch, "err", ".txt");
        var command = new ArrayList<>(List.of(PYTHON, "src/test/python/" + script));
        command.addAll(List.of(arguments));
        int status = new ProcessBuilder(command).redirectInput(in.toFile()).redirectOutput(out.toFile())
            .redirectError(err.toFile()).start().waitFor();
        assertEquals(0, status, () -> {
            try {
                return Files.readString(err);
            } catch (IOException e) {
                return e.getMessage();
            }
        });
        return Files.readAllLines(out);
    }
}
