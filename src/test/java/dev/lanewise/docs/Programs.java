package dev.lanewise.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.Compute;
import dev.lanewise.testing.TemporaryFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;

/// The Java of pages: compiled all at once, which takes little longer than one, and run in this JVM, which has compiled already
/// what they share.
final class Programs {

    /// What may stand behind `java` in the line that opens a block.
    static final String SLOW = "slow";
    static final String THEIRS = "theirs";

    private static final Pattern TOP_TYPE =
        Pattern.compile("(?m)^(?:public |final |abstract |sealed )*(?:class|record|interface|enum) (\\w+)");
    private static final Pattern MAIN = Pattern.compile("\\bvoid main\\(");
    private static final Pattern MAIN_ALONE = Pattern.compile("(?m)^(public |static )*void main\\(");
    private static final Pattern TEMPORARY =
        Pattern.compile("Files\\.createTemp(?:File|Directory)\\(\"(\\w+)\"(?:, \"([.\\w]+)\")?\\)");

    /// @param type   its class
    /// @param prints what it is said to print, where that is said
    record Program(Page page, Page.Code code, String type, Optional<Page.Code> prints) {

        /// One without is a class of tests.
        boolean runs() { return MAIN.matcher(code.text()).find(); }

        boolean isSlow() { return code.info().endsWith(SLOW); }

        String at() { return page.at(code.line()); }

        String source() {
            // javac's lines are the page's; a class that names itself gets a package of its own
            var folder = isCompact(code.text()) ? "" : "package " + type.substring(0, type.lastIndexOf('.')) + ";";
            return folder + "\n".repeat(code.line() - 1) + code.text();
        }

        Path file(Path folder) { return folder.resolve(type.replace('.', '/') + ".java"); }
    }

    private Programs() {}

    /// Whether its `main` stands outside any class.
    private static boolean isCompact(String text) { return MAIN_ALONE.matcher(text).find(); }

    /// All that a page has, but for other libraries'.
    static List<Program> of(Page page) {
        var programs = new ArrayList<Program>();
        var blocks = page.blocks();
        for (int i = 0; i < blocks.size(); i++) {
            if (!(blocks.get(i) instanceof Page.Code code) || !code.language().equals("java")) continue;
            if (code.info().equals("java " + THEIRS)) continue;
            assertTrue(code.info().equals("java") || code.info().equals("java " + SLOW), () -> page.at(code.line())
                + ": behind java may stand " + SLOW + " or " + THEIRS + ", not " + code.info());
            var name = page.name().replaceAll("\\W", "_") + "_" + code.line();
            var top = TOP_TYPE.matcher(code.text());
            var type = isCompact(code.text()) ? name : name + "." + (top.find() ? top.group(1) : "Unnamed");
            programs.add(new Program(page, code, type, Shown.behind(blocks, i)));
        }
        return programs;
    }

    static void compile(Path folder, List<Program> programs) throws IOException {
        var command = new ArrayList<>(List.of("-d", folder.toString(), "-cp", System.getProperty("java.class.path"), "-proc:none",
            "--add-modules", "jdk.incubator.vector", "-Xlint:-incubating", "-Xmaxerrs", "1000"));
        for (var program : programs) {
            Files.createDirectories(program.file(folder).getParent());
            command.add(Files.writeString(program.file(folder), program.source()).toString());
        }
        var errors = new StringWriter();
        int status = ToolProvider.findFirst("javac").orElseThrow()
            .run(new PrintWriter(errors), new PrintWriter(errors), command.toArray(String[]::new));
        assertEquals(0, status, () -> "files are named by page and line, and lines are the page's:\n" + errors);
    }

    /// What it prints.
    static String run(Path folder, Program program) {
        int threads = Compute.threads();
        var locale = Locale.getDefault();
        var out = System.out;
        var printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        // pages show points in numbers, wherever they are tested
        Locale.setDefault(Locale.ROOT);
        try (var loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
            start(loader.loadClass(program.type()));
        } catch (InvocationTargetException e) {
            throw new AssertionError(program.at() + " failed, having printed " + printed.toString(StandardCharsets.UTF_8),
                e.getCause());
        } catch (IOException | ReflectiveOperationException e) {
            throw new AssertionError(program.at(), e);
        } finally {
            System.setOut(out);
            Locale.setDefault(locale);
            Compute.setThreads(threads);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }

    /// A page's program leaves its temporary files, for who reads it to look at.
    static void removeTemporary(Program program) throws IOException {
        var made = TEMPORARY.matcher(program.code().text());
        while (made.find()) {
            var name = Pattern.compile(Pattern.quote(made.group(1)) + "\\d+"
                + (made.group(2) == null ? "" : Pattern.quote(made.group(2))));
            TemporaryFiles.deleteNamed(name.asMatchPredicate());
        }
    }

    /// As `java` does.
    private static void start(Class<?> program) throws ReflectiveOperationException {
        var main = Arrays.stream(program.getDeclaredMethods()).filter(method -> method.getName().equals("main")).findFirst()
            .orElseThrow();
        main.setAccessible(true);
        Object self = null;
        if (!Modifier.isStatic(main.getModifiers())) {
            var constructor = program.getDeclaredConstructor();
            constructor.setAccessible(true);
            self = constructor.newInstance();
        }
        main.invoke(self, main.getParameterCount() == 0 ? new Object[0] : new Object[] {new String[0]});
    }

    static void assertPrints(Program program, String printed) {
        program.prints().ifPresent(shown -> Shown.assertIs(program.page(), shown, program.at(), printed));
    }
}
