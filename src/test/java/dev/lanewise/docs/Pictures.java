package dev.lanewise.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.xml.sax.SAXException;

/// The pictures of pages, each drawn by a program on one of them, which writes a file of the same name.
final class Pictures {

    static final Path FOLDER = Page.DOCS.resolve("images");
    private static final Path DRAWN = Page.HOME.resolve("target/images");

    private Pictures() {}

    /// Whether a program may have written it beside itself.
    static boolean is(Path file) { return file.toString().endsWith(".svg"); }

    /// Takes what a program has drawn from where it lies to where it can be looked at.
    static Path take(Path drawn) throws IOException {
        Files.createDirectories(DRAWN);
        return Files.move(drawn, DRAWN.resolve(drawn.getFileName()), StandardCopyOption.REPLACE_EXISTING);
    }

    /// That the project has the same picture; to the byte where `exactly`, else by its name and what it is of.
    static void assertKept(Path drawn, boolean exactly) throws IOException {
        var kept = FOLDER.resolve(drawn.getFileName());
        var remedy = "; look at " + drawn + " and copy it there";
        assertTrue(Files.exists(kept), () -> kept + " isn't there" + remedy);
        assertEquals(title(drawn), title(kept), () -> kept + " is of something else" + remedy);
        if (exactly) assertEquals(Files.readString(drawn), Files.readString(kept),
            () -> kept + " isn't what the program draws" + remedy);
    }

    /// That it stands by itself, and runs and loads nothing.
    static void assertStandsAlone(Path file) throws IOException {
        var picture = parse(file).getDocumentElement();
        assertEquals("http://www.w3.org/2000/svg", picture.getAttribute("xmlns"), "" + file);
        assertFalse(picture.getAttribute("viewBox").isBlank() || title(file).isBlank(), "" + file);
        for (var tag : new String[] {"script", "foreignObject", "image", "use"})
            assertEquals(0, picture.getElementsByTagName(tag).getLength(), file + ": " + tag);
        var text = Files.readString(file);
        assertFalse(text.contains("href=") || text.contains("url(") || text.contains("@import"), "" + file);
    }

    private static String title(Path file) throws IOException {
        return parse(file).getElementsByTagName("title").item(0).getTextContent();
    }

    private static Document parse(Path file) throws IOException {
        try {
            return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
        } catch (ParserConfigurationException | SAXException e) {
            throw new AssertionError(file + " is no picture: " + e.getMessage(), e);
        }
    }
}
