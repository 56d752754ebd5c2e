package dev.lanewise.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

/// The pages as javadoc has them beside the API: what the pom's profile "release" makes of their links leads somewhere.
@Tag("machines")
class JavadocPagesTest {

    private static final Pattern LINK = Pattern.compile("(?:href|src)=\"([^\"]+)\"");

    /// What is replaced in a page on its way to javadoc.
    private record Replacement(String pattern, String by) {}

    @TempDir
    Path folder;

    private static List<Replacement> replacements() throws Exception {
        var pom = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(Page.HOME.resolve("pom.xml").toFile());
        var found = pom.getElementsByTagName("replaceregex");
        var replacements = new ArrayList<Replacement>();
        for (int i = 0; i < found.getLength(); i++) {
            var each = (Element) found.item(i);
            assertEquals("g", each.getAttribute("flags"));
            // Ant's groups are \1
            replacements.add(new Replacement(each.getAttribute("pattern"), each.getAttribute("replace").replace('\\', '$')));
        }
        assertTrue(replacements.size() > 3);
        return replacements;
    }

    @Test
    void linksOfPagesBesideTheApiLeadSomewhere() throws Exception {
        var source = Files.createDirectories(folder.resolve("source/p"));
        Files.writeString(source.resolve("A.java"), "package p;\npublic class A {}\n");
        Files.writeString(folder.resolve("source/module-info.java"), "module m { exports p; }\n");
        var replacements = replacements();
        for (var page : Page.all()) if (page.file().startsWith(Page.DOCS)) {
            var text = Files.readString(page.file());
            for (var each : replacements) text = text.replaceAll(each.pattern, each.by);
            var file = folder.resolve("source/doc-files").resolve(Page.DOCS.relativize(page.file()));
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        }
        Files.createDirectories(folder.resolve("source/doc-files/images"));
        try (var pictures = Files.list(Pictures.FOLDER)) {
            for (var each : pictures.toList()) Files.copy(each, folder.resolve("source/doc-files/images")
                .resolve(each.getFileName()));
        }
        javadoc();
        var made = folder.resolve("out/m/doc-files");
        var wrong = new ArrayList<String>();
        try (var files = Files.walk(made)) {
            var pages = files.filter(file -> file.toString().endsWith(".html")).toList();
            assertEquals(Page.all().size() - 1, pages.size());
            for (var page : pages) for (var link : LINK.matcher(Files.readString(page)).results()
                .map(found -> found.group(1)).toList())
                if (!link.contains(":") && !leads(made, page, URI.create(link))) wrong.add(made.relativize(page) + ": " + link);
        }
        assertEquals(List.of(), wrong);
    }

    private static boolean leads(Path made, Path page, URI link) throws IOException {
        var file = link.getPath().isEmpty() ? page : page.resolveSibling(link.getPath()).normalize();
        var api = made.resolveSibling("dev");
        if (file.startsWith(api)) return Files.exists(Page.HOME.resolve("src/main/java/dev")
            .resolve(api.relativize(file).toString().replaceAll("html$", "java")));
        return Files.exists(file) && (link.getFragment() == null || Files.readString(file)
            .contains("id=\"" + link.getFragment() + "\""));
    }

    private void javadoc() {
        var said = new StringWriter();
        int status = ToolProvider.findFirst("javadoc").orElseThrow().run(new PrintWriter(said), new PrintWriter(said), "-quiet",
            "-docfilessubdirs", "-Xdoclint:none", "-d", folder.resolve("out").toString(), "--module-source-path",
            "m=" + folder.resolve("source"), "--module", "m");
        assertEquals(0, status, said::toString);
    }
}
