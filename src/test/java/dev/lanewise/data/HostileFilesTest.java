package dev.lanewise.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.data.FashionMnist.Places;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.testing.Allocated;
import dev.lanewise.testing.Fuzz;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What readers of data meet where files come from strangers, and where the machine isn't what one expects.
class HostileFilesTest {
    private static final List<Function<Path, Object>> READERS = List.of(file -> Idx.read(file, 1), file -> Idx.read(file, 3),
        Csv.withHeader()::read, Abalone::read, file -> Images.read(file, file, List.of("a")));

    @TempDir
    Path folder;

    @Test
    void onlyRegularFilesAreRead() throws Exception {
        var pipe = folder.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        for (var path : List.of(pipe, Path.of("/dev/zero"), folder))
            for (var reader : READERS) assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
                var error = assertThrows(UncheckedIOException.class, () -> reader.apply(path));
                assertTrue(error.getMessage().contains(path.toString()), error.getMessage());
            });
    }

    @Test
    void filesOfAnyFileSystemAreRead() throws IOException {
        try (var zip = FileSystems.newFileSystem(folder.resolve("data.zip"), Map.of("create", "true"))) {
            var csv = Files.writeString(zip.getPath("/a.csv"), "x,y\n1,2\n");
            assertEquals("2", Csv.withHeader().read(csv).get(0, "y"));
            IdxFiles.fashionMnist(zip.getPath("/plain"), 3, 2, false);
            IdxFiles.fashionMnist(zip.getPath("/zipped"), 3, 2, true);
            for (var name : List.of("/plain", "/zipped")) assertEquals(3, FashionMnist.in(zip.getPath(name)).read()
                .train().size());
            var missing = zip.getPath("/b.csv");
            var error = assertThrows(UncheckedIOException.class, () -> Csv.withHeader().read(missing));
            assertEquals("Csv: /b.csv does not exist; check the path", error.getMessage());
        }
    }

    /// A header and a trailer that claim 200 MB, over some noise or over nothing.
    @Test
    void noPromiseOfAFileIsAllocated() throws IOException {
        var noise = new byte[300_000];
        new Random(1).nextBytes(noise);
        var gzip = IdxFiles.gzip(IdxFiles.encode(noise, 250_000, 28, 28));
        ByteBuffer.wrap(gzip).order(ByteOrder.LITTLE_ENDIAN).putInt(gzip.length - 4, 250_000 * 28 * 28);
        var plain = IdxFiles.encode(noise, 250_000, 28, 28);
        for (var bytes : List.of(gzip, plain)) {
            var file = Files.write(folder.resolve("noise"), bytes);
            assertThrows(MalformedFileException.class, () -> Idx.read(file, 3)); // classes are loaded
            long allocated = Allocated.by(() -> assertThrows(MalformedFileException.class, () -> Idx.read(file, 3)));
            assertTrue(allocated < 10_000_000, allocated + " bytes");
        }
    }

    /// Of zeros alone, which deflate packs a thousand times: read whole, in pieces.
    @Test
    void whatIsPackedTightlyIsReadWhole() {
        for (int size : new int[] {1, 65_535, 65_536, 65_537, 1 << 20, 5_000_001}) {
            var bytes = new byte[size];
            bytes[size - 1] = 7;
            IdxFiles.with(IdxFiles.gzip(IdxFiles.encode(bytes, size)), file ->
                assertArrayEquals(bytes, Idx.read(file, 1).bytes()));
        }
    }

    @Test
    void messagesNameTheFile() throws IOException {
        var labels = Files.write(folder.resolve("labels"), IdxFiles.encode(new byte[2], 2));
        for (int[] sizes : List.of(new int[] {2, 0, 3}, new int[] {2, 3, 0})) {
            var images = Files.write(folder.resolve("images"), IdxFiles.encode(new byte[0], sizes));
            Rejected.malformed(() -> Images.read(images, labels, List.of("a")), images.toString(), sizes[1] + "x" + sizes[2]);
        }
        var one = Files.write(folder.resolve("images"), IdxFiles.encode(new byte[1], 1, 1, 1));
        Rejected.argument(() -> Images.read(one, labels, List.of("a")), one.toString(), labels.toString());
        var empty = Files.write(folder.resolve("empty"), IdxFiles.encode(new byte[0], 0));
        var large = Files.write(folder.resolve("large"), IdxFiles.encode(new byte[0], 0, 65_536, 32_767));
        assertEquals(0, Images.read(large, empty, List.of("a")).size());
        var tooLarge = Files.write(folder.resolve("large"),
            IdxFiles.encode(new byte[0], 0, Integer.MAX_VALUE, Integer.MAX_VALUE));
        Rejected.malformed(() -> Images.read(tooLarge, empty, List.of("a")), tooLarge.toString());
    }

    /// Whatever stands in a table, what is said of it is short and on one line, and no terminal obeys it.
    @Property(tries = 60)
    void messagesAreFitForATerminal(@ForAll @StringLength(min = 1, max = 50) String text, @ForAll boolean longer) {
        var hostile = "\u001b[2J\u202e" + (longer ? text.repeat(1000) : text);
        var quoted = '"' + hostile.replace("\"", "\"\"") + '"';
        var named = Csv.withHeader().parse(quoted + ",x\n1," + quoted + "\n2,3");
        var plain = Csv.withHeader().parse("c,x\na,1\nb,2");
        var fitted = new Columns().oneHot("c").numeric("x").fit(plain);
        var text1 = fitted.toText();
        List<Runnable> wrong = List.of(() -> named.column("y"), () -> named.column(hostile + "?"),
            () -> new Columns().numeric("x").fit(named), () -> new Columns().numeric(hostile).numeric(hostile),
            () -> new Columns().oneHot("x", List.of(hostile)).fit(plain), () -> fitted.inputs(Map.of("c", hostile, "x", "1")),
            () -> fitted.inputs(Map.of("c", "a", "x", hostile)), () -> fitted.indices(plain, hostile),
            () -> new Columns().oneHot(hostile).fit(Csv.withHeader().parse(quoted + ",x\n,1")));
        List<Runnable> malformed = List.of(() -> Csv.withHeader().parse(quoted + "," + quoted + "\n1,2"),
            () -> Csv.withHeader().parse(quoted + ",x\n1"), () -> Csv.withoutHeader().parse("\"a\"" + hostile),
            () -> Preprocessing.fromText(text1 + hostile), () -> Preprocessing.fromText(hostile),
            () -> Preprocessing.fromText(text1.replace("preprocessing 1", "preprocessing " + hostile)),
            () -> Preprocessing.fromText(text1.replace("number", hostile)));
        for (var action : wrong) assertFit(assertThrows(IllegalArgumentException.class, action::run));
        for (var action : malformed) assertFit(assertThrows(MalformedFileException.class, action::run));
    }

    private static void assertFit(Exception e) {
        var message = e.getMessage();
        assertTrue(message.length() < 2000, () -> message.length() + " characters");
        assertFalse(message.chars().anyMatch(c -> Character.isISOControl(c) || c == '\u202e'), message);
    }

    /// Text and bytes of all kinds: a table, or an error that names the file and is no other.
    @Property(tries = 300)
    void whateverStandsInATextItIsReadOrMalformed(@ForAll long seed) {
        var random = new Random(seed);
        var bytes = new byte[random.nextInt(60)];
        for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) (random.nextInt(40) == 0 ? random.nextInt()
            : ",,;\"\n\r0123ab-.MFI".charAt(random.nextInt(17)));
        IdxFiles.with(bytes, file -> {
            for (Function<Path, Object> reader : List.<Function<Path, Object>>of(Csv.withHeader()::read,
                Csv.withoutHeader()::read, Abalone::read, path -> Idx.read(path, 1))) {
                try {
                    reader.apply(file);
                } catch (MalformedFileException e) {
                    assertEquals(file, e.file().orElseThrow());
                    assertFit(e);
                }
            }
        });
    }

    private enum Format {
        IDX(Idx::tensorRounded, IdxFiles.encode(0x0b, new byte[48], 2, 3, 4), IdxFiles.encode(0x08, new byte[300], 300),
            IdxFiles.encode(0x0e, new byte[16], 2)),
        IDX_GZ(Idx::tensorRounded, IdxFiles.gzip(IdxFiles.encode(new Random(1).ints(3000, 0, 9)
            .collect(ByteArrayOutputStream::new, ByteArrayOutputStream::write,
            (_, _) -> {}).toByteArray(), 3000))),
        PACKED_IDX(source -> Idx.tensorRounded(Source.of(IdxFiles.gzip(source.bytes("fuzz"))).named(source.name())),
            IdxFiles.encode(0x0c, new byte[64], 4, 4)),
        CSV(Csv.withHeader().separator(';').decimalComma()::read,
            "a;b;\"c\"\n1;2,5;\"x\"\"y\"\n-1.234,5;é;\"\n\"\r\n".getBytes(StandardCharsets.UTF_8),
            "\ufeffa;b\n1;2".getBytes(StandardCharsets.UTF_16LE)),
        CSV_ROWS(source -> Csv.withoutHeader().forEach(source, row -> row.toMap()),
            "1,2,3\n4,\"5\",6\n".getBytes(StandardCharsets.UTF_8),
            IdxFiles.gzip("1,2,3\n4,5,6\n".repeat(50).getBytes(StandardCharsets.UTF_8)));

        final Fuzz.Reader reader;
        final byte[][] examples;

        Format(Fuzz.Reader reader, byte[]... examples) {
            this.reader = reader;
            this.examples = examples;
        }

        /// What is packed may be a thousand times as long.
        Fuzz fuzz() { return Fuzz.of(reader, examples).memory(1 << 20, this == IDX_GZ || this == CSV_ROWS ? 30_000 : 400); }
    }

    @ParameterizedTest
    @EnumSource
    void damagedFilesAreReadOrRefused(Format format) { format.fuzz().run(5_000); }

    @ParameterizedTest
    @EnumSource
    @Tag("exhaustive")
    void manyDamagedFilesAreReadOrRefused(Format format) { format.fuzz().run(1_000_000, System.nanoTime()); }

    /// What is kept in files' metadata; what is read is written as the same again.
    private enum Text {
        PREPROCESSING(text -> Preprocessing.fromText(text).toText(), new Columns().standardized("length").numeric("plain")
            .index("site")
            .oneHot("sex", List.of("F", "I", "M")).other("site").missing("NA", "").fillMissing(2.5, "plain")
            .targetNumbers("rings")
            .fit(Csv.withHeader().parse("length,plain,site,sex,rings\n0.5,1,a,F,7\n0.7,,b,M,8\n")).toText(),
            new Columns().numeric("x").targetClass("\\\u001b\ud83d\ude42\ud83d").fit(Csv.withHeader()
                .parse("x,\\\u001b\ud83d\ude42\ud83d\n1,a\n2,b\n")).toText()),
        STANDARDIZE(text -> Standardize.fromText(text).toText(),
            Standardize.fit(Rows.classification(new float[] {1, 2, 3, 5}, 2, new int[2], List.of("a"))).toText()),
        VOCABULARY(text -> Vocabulary.fromText(text).toText(), Vocabulary.bytes().toText(),
            Vocabulary.characters("abc äöü \ud83d\ude42").toText(), Vocabulary.charactersAndOther("xyz").toText());

        final UnaryOperator<String> again;
        final String[] examples;

        Text(UnaryOperator<String> again, String... examples) {
            this.again = again;
            this.examples = examples;
        }

        Fuzz fuzz() {
            return Fuzz.ofText(text -> {
                var written = again.apply(text);
                assertEquals(written, again.apply(written));
            }, examples).memory(1 << 20, 400);
        }
    }

    @ParameterizedTest
    @EnumSource
    void damagedTextsAreReadOrRefused(Text text) { text.fuzz().run(5_000); }

    @ParameterizedTest
    @EnumSource
    @Tag("exhaustive")
    void manyDamagedTextsAreReadOrRefused(Text text) { text.fuzz().run(1_000_000, System.nanoTime()); }

    /// As in a container whose user has no entry in the system's list.
    @Test
    void aHomeThatIsNoneIsNotWrittenTo() {
        var nowhere = new Places(Map.of(), Path.of("?"), "Linux", folder.resolve("system"));
        assertEquals(Optional.empty(), FashionMnist.find(nowhere));
        assertEquals(Optional.empty(), Abalone.find(nowhere));
        for (Runnable action : List.<Runnable>of(nowhere::cache, () -> Abalone.download(nowhere, _ -> {}))) {
            var message = assertThrows(IllegalArgumentException.class, action::run).getMessage();
            for (var part : List.of("user.home is \"?\"", "XDG_CACHE_HOME", "LANEWISE_DATA")) assertTrue(message.contains(part),
                message);
        }
        var before = System.getProperty("user.home");
        try {
            for (var unknown : List.of("?", "", "relative")) {
                System.setProperty("user.home", unknown);
                var here = new Places(Map.of(), Places.ofThisMachine().home(), "Linux", folder);
                assertThrows(IllegalArgumentException.class, here::cache);
            }
        } finally {
            System.setProperty("user.home", before);
        }
        assertFalse(Files.exists(Path.of("?")));
        var home = folder.resolve("home").toString();
        assertEquals(folder.resolve("home/.cache/lanewise/fashion-mnist"), new Places(Map.of("HOME", home), Path.of("?"), "Linux",
            folder).cache());
        assertEquals(folder.resolve("x/lanewise/fashion-mnist"), new Places(Map.of("HOME", home, "XDG_CACHE_HOME",
            folder.resolve("x").toString()), Path.of("?"), "Linux", folder).cache());
        var mac = assertThrows(IllegalArgumentException.class, () -> new Places(Map.of(), Path.of("?"), "Mac OS X",
            folder).cache());
        assertTrue(mac.getMessage().contains("HOME"), mac.getMessage());
    }

    /// As where the locale is C and a name has an umlaut: no path can be made of it.
    @Test
    void aHomeThatTheLocaleCantSpellIsNone() {
        var unspeakable = "/home/j\ud800rgen";
        var before = System.getProperty("user.home");
        try {
            System.setProperty("user.home", unspeakable);
            var home = Places.ofThisMachine().home();
            for (var variable : List.of("HOME", "XDG_CACHE_HOME")) {
                var here = new Places(Map.of(variable, unspeakable), home, "Linux", folder);
                assertEquals(Optional.empty(), FashionMnist.find(here));
                assertEquals(Optional.empty(), Abalone.find(here));
                var message = assertThrows(IllegalArgumentException.class, here::cache).getMessage();
                for (var part : List.of("user.home", "locale", "LC_ALL", "XDG_CACHE_HOME")) assertTrue(message.contains(part),
                    message);
            }
            var named = new Places(Map.of("LANEWISE_DATA", unspeakable), home, "Linux", folder);
            for (Runnable find : List.<Runnable>of(() -> FashionMnist.find(named), () -> Abalone.find(named))) {
                var message = assertThrows(IllegalArgumentException.class, find::run).getMessage();
                for (var part : List.of("LANEWISE_DATA", "\\ud800", "LC_ALL")) assertTrue(message.contains(part), message);
            }
        } finally {
            System.setProperty("user.home", before);
        }
    }
}
