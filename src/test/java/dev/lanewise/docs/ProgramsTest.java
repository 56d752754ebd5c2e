package dev.lanewise.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.docs.Programs.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Every program of the pages is compiled as it stands there, and run, each in a class loader of its own; it prints what the page
/// shows, and draws what the page has.
class ProgramsTest {

    private static final Duration LONG = Duration.ofMinutes(5);
    /// Where tests that pages show are run.
    private static final List<String> TESTS = List.of("src/test/java", "src/examples");

    @TempDir
    static Path folder;

    private static List<Program> programs;

    @BeforeAll
    static void compile() throws IOException {
        programs = Page.all().stream().flatMap(page -> Programs.of(page).stream()).toList();
        assertTrue(programs.size() > 50, "" + programs.size());
        Programs.compile(folder, programs);
    }

    @TestFactory
    Stream<DynamicTest> programsPrintWhatIsShown() { return tests(program -> !program.isSlow(), false); }

    @TestFactory
    @Tag("machines")
    Stream<DynamicTest> slowProgramsPrintWhatIsShown() { return tests(Program::isSlow, false); }

    @TestFactory
    @Tag("machines")
    Stream<DynamicTest> picturesAreTheProgramsOwn() { return tests(program -> program.code().text().contains(".svg\""), true); }

    private static Stream<DynamicTest> tests(Predicate<Program> which, boolean exactly) {
        return programs.stream().filter(Program::runs).filter(which).map(program -> DynamicTest.dynamicTest(program.at(), () -> {
            var before = here();
            try {
                Programs.assertPrints(program, assertTimeoutPreemptively(LONG, () -> Programs.run(folder, program)));
            } finally {
                Programs.removeTemporary(program);
            }
            for (var drawn : here().stream().filter(file -> !before.contains(file) && Pictures.is(file)).toList()) {
                var taken = Pictures.take(drawn);
                Pictures.assertStandsAlone(taken);
                Pictures.assertKept(taken, exactly);
            }
            assertEquals(before, here(), program.at() + ": what it writes, but for pictures, belongs into a temporary folder");
        }));
    }

    private static Set<Path> here() throws IOException {
        try (var files = Files.list(Page.HOME)) {
            return files.collect(Collectors.toCollection(TreeSet::new));
        }
    }

    @Test
    void picturesStandAlone() throws IOException {
        try (var files = Files.list(Pictures.FOLDER)) {
            for (var file : files.toList()) {
                Pictures.assertStandsAlone(file);
                var name = "\"" + file.getFileName() + "\"";
                assertTrue(programs.stream().anyMatch(program -> program.code().text().contains(name)),
                    file + ": no program draws it");
            }
        }
    }

    /// One without a `main` is a class of tests: it is one of ours, or an example's, word for word.
    @Test
    void testsOnPagesAreRun() throws IOException {
        for (var program : programs.stream().filter(each -> !each.runs()).toList()) {
            var name = program.type().substring(program.type().lastIndexOf('.') + 1) + ".java";
            var file = find(name);
            assertTrue(file != null, () -> program.at() + ": without a main it would have to be a test, but there is no " + name
                + " in " + TESTS);
            assertEquals(Files.readString(file).replaceAll("\\Apackage .*;\n\n", ""), program.code().text(),
                program.at() + " and " + file);
        }
    }

    private static Path find(String name) throws IOException {
        for (var root : TESTS) try (var files = Files.walk(Page.HOME.resolve(root))) {
            var found = files.filter(file -> file.getFileName().toString().equals(name)).findFirst();
            if (found.isPresent()) return found.get();
        }
        return null;
    }
}
