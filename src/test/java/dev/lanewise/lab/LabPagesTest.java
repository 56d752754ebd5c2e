package dev.lanewise.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.kernel.Pool;
import dev.lanewise.testing.JsonReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xml.sax.InputSource;

/// The pages of the experiments that train or compare, each at its smallest.
class LabPagesTest {

    @TempDir
    Path folder;

    private final int threads = Pool.threads();

    @AfterEach
    void putThreadsBack() { Pool.setThreads(threads); }

    /// @param pictures that its page has
    @ParameterizedTest
    @CsvSource({
        "glorot --epochs 2, 16, xavier",
        "seeds --seeds 3 --epochs 2, 2, 420",
        "finetune --epochs 1 --data builtin, 3, frozen",
        "upsample --epochs 1 --data builtin, 9, least squares",
        "autograd --rounds 2, 1, autograd",
        "losses, 2, crossEntropy",
        "compare --course --epochs 1 --data builtin --init zeros, 3, with dropout"})
    void aPageIsWellFormedAndComplete(String line, int pictures, String word) throws Exception {
        var page = folder.resolve("page.html");
        var json = folder.resolve("page.json");
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int status = Main.run(new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true,
            StandardCharsets.UTF_8),
            ("lab " + line + " --seed 5 --report " + page + " --json " + json).split(" "));
        assertEquals(0, status, err.toString(StandardCharsets.UTF_8));
        var html = Files.readString(page);
        var document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(html)));
        var images = document.getElementsByTagName("svg");
        int labelled = 0;
        for (int i = 0; i < images.getLength(); i++)
            if (images.item(i).getAttributes().getNamedItem("role") != null) labelled++;
        assertEquals(pictures, labelled);
        assertTrue(html.contains("lab " + line + " --seed 5"), "the command that made it");
        assertFalse(html.contains("src=") || html.contains("href=") || html.contains("<script"), "nothing from elsewhere");
        assertTrue(out.toString(StandardCharsets.UTF_8).contains(word), out.toString(StandardCharsets.UTF_8));
        var results = (Map<?, ?>) JsonReader.read(Files.readString(json));
        assertEquals("5", ((JsonReader.Num) results.get("seed")).text());
    }
}
