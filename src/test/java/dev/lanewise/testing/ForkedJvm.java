package dev.lanewise.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Runs a program in a JVM of its own: for what is decided once for a JVM, by a flag, a system property or the compiler.
///
/// @param home      the JDK's
/// @param start     what stands behind `java` up to the program's name
/// @param arguments the program's own
/// @param folder    where it works
public record ForkedJvm(Path home, List<String> start, List<String> arguments, Path folder) {

    /// Makes the Vector API visible to code on the class path.
    public static final String VECTORS = "--add-modules=jdk.incubator.vector";

    private static final Path THIS_HOME = Path.of(System.getProperty("java.home"));
    private static final Path HERE = Path.of("").toAbsolutePath();
    private static final int TIMEOUT_SECONDS = 480;
    private static final int SIGINT = 2;

    /// What a JVM left behind.
    public record Result(int exit, String out, String err) {

        /// This result, if the JVM ended with 0.
        public Result orFail() {
            assertEquals(0, exit, () -> "exit code; it wrote:\n" + out + err);
            return this;
        }
    }

    /// A main class of the tests, on this JVM's class path, with vectors as wide as here, which run at once, unless a flag says
    /// otherwise: [VectorsAtOnce].
    public ForkedJvm(Class<?> main, String... flags) {
        this(THIS_HOME, onThisClassPath(main.getName(), flags), List.of(), HERE);
    }

    /// `java` with a command line of the test's own.
    public static ForkedJvm java(String... command) { return new ForkedJvm(THIS_HOME, List.of(command), List.of(), HERE); }

    public ForkedJvm with(String... arguments) { return new ForkedJvm(home, start, List.of(arguments), folder); }

    /// The same with another working directory.
    public ForkedJvm in(Path folder) { return new ForkedJvm(home, start, arguments, folder); }

    /// The same on another JDK.
    public ForkedJvm on(Path home) { return new ForkedJvm(home, start, arguments, folder); }

    /// With the flags by which the build has C2 wait in the tests' JVMs: where nobody looks at what is compiled.
    public ForkedJvm patient() {
        var flags = new ArrayList<>(ManagementFactory.getRuntimeMXBean().getInputArguments());
        flags.removeIf(flag -> !flag.startsWith("-XX:Tier4") && !flag.startsWith("-XX:CompileCommand="));
        flags.addAll(start);
        return new ForkedJvm(home, flags, arguments, folder);
    }

    private static List<String> onThisClassPath(String program, String... flags) {
        var classes = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(each -> HERE.resolve(each).toString()).collect(Collectors.joining(File.pathSeparator));
        var start = new ArrayList<>(List.of("-cp", classes));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(flag -> flag.startsWith("-XX:UseAVX=")).forEach(start::add);
        start.add(VectorsAtOnce.FLAG);
        start.addAll(List.of(flags));
        start.add(program);
        return List.copyOf(start);
    }

    /// Starts the JVM and waits for its end.
    ///
    /// @throws AssertionError if that takes more than eight minutes
    public Result run() {
        try {
            var folder = Files.createTempDirectory("lanewise-fork");
            try {
                return run(folder.resolve("out"), folder.resolve("err"));
            } finally {
                Files.deleteIfExists(folder.resolve("out"));
                Files.deleteIfExists(folder.resolve("err"));
                Files.deleteIfExists(folder);
            }
        } catch (IOException e) {
            throw new AssertionError("can't run " + this, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + this, e);
        }
    }

    /// Through files rather than pipes: nothing has to read along lest the JVM waits.
    private Result run(Path out, Path err) throws IOException, InterruptedException {
        var process = builder(command()).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        try {
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS))
                throw new AssertionError("still running after " + TIMEOUT_SECONDS + " s: " + this);
            return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private ProcessBuilder builder(List<String> command) {
        var builder = new ProcessBuilder(command).directory(folder.toFile());
        // each of them adds options and a line of output
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
        return builder;
    }

    /// Starts the JVM, both its streams as one, so that SIGINT reaches it: a shell's background jobs ignore that, and so do all
    /// whom they start.
    public Process startForSignals() throws IOException {
        var command = command();
        if (isInterruptIgnored()) command.addAll(0, List.of("env", "--default-signal=INT"));
        return builder(command).redirectErrorStream(true).start();
    }

    /// As Linux says.
    private static boolean isInterruptIgnored() throws IOException {
        var status = Path.of("/proc/self/status");
        if (!Files.exists(status)) return false;
        try (var lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("SigIgn:"))
                .anyMatch(line -> (Long.parseUnsignedLong(line.substring(line.indexOf(':') + 1).strip(),
                    16) & 1 << SIGINT - 1) != 0);
        }
    }

    private List<String> command() {
        var command = new ArrayList<>(List.of(home.resolve("bin").resolve("java").toString(), TemporaryFiles.flag()));
        command.addAll(start);
        command.addAll(arguments);
        return command;
    }
}
