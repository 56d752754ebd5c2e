package dev.lanewise.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.data.FashionMnist.Places;
import dev.lanewise.tensor.Rejected;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FashionMnistTest {
    @TempDir
    Path root;

    private Path named;
    private Path system;
    private Path home;
    private Path cache;

    @BeforeEach
    void folders() {
        named = root.resolve("named");
        system = root.resolve("system");
        home = root.resolve("home");
        cache = home.resolve(".cache/lanewise/fashion-mnist");
    }

    @Test
    void looksInTheVariableThenTheSystemThenTheCache() throws IOException {
        var unset = places(Map.of());
        assertEquals(Optional.empty(), FashionMnist.find(unset));
        IdxFiles.fashionMnist(cache, 3, 2, true);
        assertEquals(cache, FashionMnist.find(unset).orElseThrow().folder());
        IdxFiles.fashionMnist(system, 3, 2, true);
        assertEquals(system, FashionMnist.find(unset).orElseThrow().folder());
        IdxFiles.fashionMnist(named, 3, 2, true);
        var found = FashionMnist.find(places(Map.of("LANEWISE_DATA", named.toString()))).orElseThrow();
        assertEquals("Images in " + named + " (the variable LANEWISE_DATA)", found.toString());

        Files.delete(system.resolve("t10k-labels-idx1-ubyte.gz"));
        assertEquals(cache, FashionMnist.find(unset).orElseThrow().folder(), "an incomplete folder is passed over");
    }

    @Test
    void aFolderThatWasAskedForMustHoldTheFiles() throws IOException {
        IdxFiles.fashionMnist(system, 3, 2, true); // must not be taken instead
        IdxFiles.fashionMnist(named, 3, 2, false);
        Files.delete(named.resolve("t10k-labels-idx1-ubyte"));
        var complaint = " lacks t10k-labels-idx1-ubyte (plain or .gz)";
        assertRejected(named + " (the folder given)" + complaint, () -> FashionMnist.in(named));
        assertRejected(named + " (the folder given)" + complaint, () -> FashionMnist.read(named));
        assertRejected(named + " (the variable LANEWISE_DATA)" + complaint,
                () -> FashionMnist.find(places(Map.of("LANEWISE_DATA", named.toString()))));
    }

    @Test
    void anEmptyVariableIsNone() {
        assertEquals(Optional.empty(), FashionMnist.find(places(Map.of("LANEWISE_DATA", ""))));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void readsTheFourFiles(boolean gzip) {
        IdxFiles.fashionMnist(named, 12, 5, gzip);
        var data = FashionMnist.in(named).read();
        assertEquals(12, data.train().size());
        assertEquals(5, data.test().size());
        assertEquals(4, data.train().features());
        assertEquals(1, data.train().label(11));
        assertEquals("Ankle boot", data.train().classNames().get(9));
        assertEquals(12, FashionMnist.in(named).readTrain().size());
    }

    @Test
    void trainingAndTestImagesMustBeOfOneSize() throws IOException {
        IdxFiles.fashionMnist(named, 3, 2, false);
        var images = named.resolve("t10k-images-idx3-ubyte");
        Files.write(images, IdxFiles.encode(new byte[12], 2, 3, 2));
        Rejected.malformed(() -> FashionMnist.read(named), images + ": training images are 2x2, test images 3x2");
        Files.write(images, IdxFiles.encode(new byte[12], 2, 2, 3));
        Rejected.malformed(() -> FashionMnist.read(named), images + ": training images are 2x2, test images 2x3");
    }

    @Test
    void aLabelThatIsNoneIsTheFilesFault() throws IOException {
        IdxFiles.fashionMnist(named, 3, 2, false);
        var labels = named.resolve("t10k-labels-idx1-ubyte");
        Files.write(labels, IdxFiles.encode(new byte[] {9, 10}, 2));
        Rejected.malformed(() -> FashionMnist.read(named), labels + ": ", "row 1 has label 10");
        Files.write(labels, IdxFiles.encode(new byte[3], 3));
        Rejected.malformed(() -> FashionMnist.read(named), labels + ": ", "3 labels");
    }

    @ParameterizedTest
    @CsvSource({"Linux, XDG_CACHE_HOME, xdg, xdg", "Linux, , , home/.cache", "Mac OS X, XDG_CACHE_HOME, xdg, home/Library/Caches",
            "Windows 11, LOCALAPPDATA, local, local", "Windows 11, , , home/AppData/Local"})
    void theCacheIsWhereTheSystemHasIt(String osName, String variable, String value, String expected) {
        Map<String, String> environment = variable == null ? Map.of() : Map.of(variable, root.resolve(value).toString());
        assertEquals(root.resolve(expected).resolve("lanewise/fashion-mnist"),
                new Places(environment, home, osName, system).cache());
    }

    @Test
    void aRelativeCacheFolderIsIgnored() {
        assertEquals(cache, places(Map.of("XDG_CACHE_HOME", "relative")).cache());
    }

    private Places places(Map<String, String> environment) {
        return new Places(environment, home, "Linux", system);
    }

    private static void assertRejected(String complaint, Runnable action) {
        var error = assertThrows(IllegalArgumentException.class, action::run);
        assertTrue(error.getMessage().contains(complaint), error.getMessage());
    }
}
