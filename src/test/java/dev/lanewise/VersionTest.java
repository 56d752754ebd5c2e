package dev.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// One version, wherever it is said.
class VersionTest {

    private static final Path HOME = Path.of(System.getProperty("user.dir"));
    /// A project's own, which stands behind its name, and that of the library where something depends on it.
    private static final Pattern IN_POM =
        Pattern.compile("<groupId>dev\\.lanewise</groupId>\\s*<artifactId>[^<]+</artifactId>\\s*<version>([^<]+)<");
    /// Of a jar, and of an artifact.
    private static final Pattern IN_TEXT =
        Pattern.compile("\\blanewise(?:-\\w+)*[-:](\\d+\\.\\d+(?:\\.\\d+)?(?:-\\w+)?)(?=[^\\w.]|\\.jar|\\.?$)",
        Pattern.MULTILINE);

    @Test
    void everyPomAndPageHasIt() throws IOException {
        var said = new ArrayList<String>();
        int poms = 0;
        for (var file : files()) {
            var text = Files.readString(file);
            var others = new ArrayList<String>();
            for (var pattern : List.of(IN_POM, IN_TEXT)) pattern.matcher(text).results().map(found -> found.group(1))
                .filter(version -> !version.equals(Compute.version()) && !version.equals("${project.version}"))
                .forEach(others::add);
            if (!others.isEmpty()) said.add(HOME.relativize(file) + ": " + others);
            if (file.endsWith("pom.xml") && IN_POM.matcher(text).find()) poms++;
        }
        assertTrue(poms >= 8, "looked in the wrong place: " + poms);
        assertEquals(List.of(), said, "the version is " + Compute.version());
    }

    @Test
    void anotherVersionIsFound() {
        assertEquals(List.of("0.1.0", "0.3.0-SNAPSHOT", "0.1"),
            IN_TEXT.matcher("target/lanewise-0.1.0.jar dev.lanewise:lanewise-text:0.3.0-SNAPSHOT, lanewise:0.1")
            .results().map(found -> found.group(1)).toList());
    }

    /// Poms and pages, not what builds leave.
    private static List<Path> files() throws IOException {
        var found = new ArrayList<Path>();
        for (var root : List.of(HOME.resolve("src"), HOME.resolve("jmh"))) {
            try (var walk = Files.walk(root)) {
                walk.filter(file -> !file.toString().contains("target")).forEach(found::add);
            }
        }
        try (var list = Files.list(HOME)) {
            list.forEach(found::add);
        }
        return found.stream().filter(file -> file.endsWith("pom.xml") || file.toString().endsWith(".md")
            && !file.endsWith("CHANGELOG.md"))
            .filter(Files::isRegularFile).toList();
    }
}
