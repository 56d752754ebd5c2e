package dev.lanewise.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.data.MalformedFileException;
import dev.lanewise.data.Source;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Sequential;
import dev.lanewise.testing.Allocated;
import dev.lanewise.testing.Fuzz;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Files that were damaged, made up, or are none. Whatever they are: an array, or an error that names the file in a message that
/// can be shown; in little time and memory.
class HostileFilesTest {

    @TempDir
    Path folder;

    private enum Format {
        NPY(Npy::readRounded), NPZ(Npz::readRounded), SAFETENSORS(Safetensors::readRounded),
            SAFETENSORS_BY_NAME(HostileFilesTest::readByName),
        CHECKPOINT(file -> Checkpoint.of(model()).load(file));

        final Consumer<Path> read;

        Format(Consumer<Path> read) { this.read = read; }

        byte[] example(Path file) throws IOException {
            switch (this) {
                case NPY -> Npy.write(file, Bits.counting(20, 30));
                case NPZ -> PythonFiles.in(file.getParent(), "deflated.npz");
                case SAFETENSORS, SAFETENSORS_BY_NAME -> PythonFiles.in(file.getParent(), "torch_state.safetensors");
                case CHECKPOINT -> Checkpoint.of(model().initialize(1)).save(file, new Checkpoint.Progress(1, 2));
            }
            return switch (this) {
                case NPZ -> PythonFiles.bytes("deflated.npz");
                case SAFETENSORS, SAFETENSORS_BY_NAME -> PythonFiles.bytes("torch_state.safetensors");
                default -> Files.readAllBytes(file);
            };
        }
    }

    private static Sequential model() { return new Sequential(new Linear(3, 4)); }

    private void assertReadOrRefused(Format format, Path file) {
        try {
            format.read.accept(file);
        } catch (MalformedFileException | UncheckedIOException | IllegalArgumentException e) {
            // a checkpoint may also look like another model's
            assertTrue(!(e instanceof IllegalArgumentException) || format == Format.CHECKPOINT
                && e.getMessage().contains("of another run"),
                () -> format + ": " + e);
            assertTrue(e.getMessage().contains(file.toString()) && e.getMessage().length() < 3000
                && e.getMessage().chars().noneMatch(Character::isISOControl), () -> format + ": " + e.getMessage());
        }
    }

    /// By name, from memory and in one go, there is the same.
    private static void readByName(Source source) {
        var file = SafetensorsFile.open(source);
        file.tensors().forEach((name, info) -> {
            if (info.numel() < 1 << 20) file.readRounded(name);
        });
    }

    private static void readByName(Path file) { readByName(Source.of(file)); }

    /// Mutations of good files of all formats; what other formats need is what [Fuzz] takes.
    private Fuzz fuzz(Format format) throws IOException {
        var example = format.example(folder.resolve("example"));
        return switch (format) {
            case SAFETENSORS -> Fuzz.of(Safetensors::readRounded, example, PythonFiles.bytes("tensors.safetensors"),
                PythonFiles.bytes("half.safetensors"));
            case SAFETENSORS_BY_NAME -> Fuzz.of(HostileFilesTest::readByName, example, PythonFiles.bytes("tensors.safetensors"));
            case NPY -> Fuzz.of(Npy::readRounded, example, npy("{'descr': '>f8', 'fortran_order': True, 'shape': (2, 3), }", 48),
                npy("{'descr': '|b1', 'fortran_order': False, 'shape': (5,), }", 5));
            case NPZ -> Fuzz.of(Npz::readRounded, example);
            case CHECKPOINT -> Fuzz.ofFiles(format.read, example).refusing(e -> e instanceof IllegalArgumentException
                && e.getMessage().contains("of another run"));
        };
    }

    @Test
    void aCheckpointOfOtherNumbersIsMalformed() throws IOException {
        var bytes = new String(Format.CHECKPOINT.example(folder.resolve("example")), StandardCharsets.ISO_8859_1);
        var file = Files.write(folder.resolve("changed"), bytes.replace("\"F32\"", "\"I32\"")
            .getBytes(StandardCharsets.ISO_8859_1));
        var refused = assertThrows(MalformedFileException.class, () -> Format.CHECKPOINT.read.accept(file));
        assertTrue(refused.getMessage().contains("F32"), refused::getMessage);
    }

    @ParameterizedTest
    @EnumSource
    void damagedFilesAreReadOrRefused(Format format) throws IOException { fuzz(format).run(5_000); }

    @ParameterizedTest
    @EnumSource
    @Tag("exhaustive")
    void manyDamagedFilesAreReadOrRefused(Format format) throws IOException { fuzz(format).run(1_000_000, System.nanoTime()); }

    @ParameterizedTest
    @EnumSource
    void whatIsNoFileIsRefusedAtOnce(Format format) throws Exception {
        for (var path : List.of(folder, Path.of("/dev/zero"), Path.of("/dev/null"), pipe())) {
            Assumptions.assumeTrue(Files.exists(path));
            assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
                var e = assertThrows(UncheckedIOException.class, () -> format.read.accept(path));
                assertTrue(e.getMessage().contains(path + ": it is a "), e.getMessage());
            });
        }
    }

    private Path pipe() throws Exception {
        var pipe = folder.resolve("pipe");
        if (!Files.exists(pipe)) Assumptions.assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0);
        return pipe;
    }

    /// A writer that cuts and fills the file all the time.
    @ParameterizedTest
    @EnumSource
    void aFileThatIsCutWhileItIsReadIsReadOrRefused(Format format) throws Exception {
        var file = folder.resolve("t");
        var good = format.example(file);
        var end = new AtomicBoolean();
        var writer = Thread.ofPlatform().start(() -> {
            while (!end.get()) try (var channel = Files.newByteChannel(file, StandardOpenOption.WRITE,
                StandardOpenOption.CREATE)) {
                channel.truncate(good.length / 3);
                channel.write(ByteBuffer.wrap(good));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        try {
            long until = System.nanoTime() + Duration.ofMillis(400).toNanos();
            while (System.nanoTime() < until) assertReadOrRefused(format, file);
        } finally {
            end.set(true);
            writer.join();
        }
    }

    private static byte[] npy(String header, int bytes) {
        var text = header.getBytes(StandardCharsets.ISO_8859_1);
        var file = Arrays.copyOf(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0, (byte) text.length,
            (byte) (text.length >> 8), (byte) (text.length >> 16), 0}, 12 + text.length + bytes);
        System.arraycopy(text, 0, file, 12, text.length);
        return file;
    }

    @Test
    void headersOfAnyLengthTakeLinearTimeAndNoStack() throws Exception {
        var file = folder.resolve("t");
        for (var order : List.of("False", "True")) {
            Files.write(file, npy("{'descr': '<f4', 'fortran_order': " + order + ", 'shape': (" + "1, ".repeat(1000) + ")}", 4));
            var e = new Throwable[1];
            var thread = new Thread(null, () -> assertEquals(1000, Npy.read(file).shape().rank()), "small", 160 << 10);
            thread.setUncaughtExceptionHandler((_, thrown) -> e[0] = thrown);
            thread.start();
            thread.join();
            assertEquals(null, e[0]);
        }
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            for (var part : List.of("1, ", "1", " ", "((", "[(", "'", "\\'", "\"", "1L", "9", "{", "'descr':",
                "\t'shape': (1,),", "True", "\033[31m")) for (var around : List.of("%s", "{'shape': (%s", "{'descr': '%s",
                "{'descr': [%s", "{%s}", "{'%s': 1}"))
                assertReadOrRefused(Format.NPY,
                    Files.write(file, npy(around.formatted(part.repeat(1_000_000 / part.length())), 0)));
        });
    }

    @Test
    void anyByteButZeroIsTrue() throws IOException {
        var bytes = npy("{'descr': '|b1', 'fortran_order': False, 'shape': (256,)}", 256);
        for (int i = 0; i < 256; i++) bytes[bytes.length - 256 + i] = (byte) i;
        var expected = new float[256];
        Arrays.fill(expected, 1, 256, 1);
        assertArrayEquals(expected, Npy.read(Files.write(folder.resolve("t"), bytes)).toArray());
    }

    /// Gigabytes that are promised cost nothing before they come.
    @Test
    void promisesAreNotAllocated() throws IOException {
        var file = folder.resolve("t");
        for (var type : List.of("<f4", "<f8", "|u1", "<i8")) {
            Files.write(file, npy("{'descr': '" + type + "', 'fortran_order': False, 'shape': (2147483647,)}", 100_000));
            long allocated = Allocated.by(() -> assertReadOrRefused(Format.NPY, file));
            assertTrue(allocated < 4 << 20, type + ": " + allocated);
        }
    }

    @Test
    void hostileNamesMakeShortMessages() throws IOException {
        var file = folder.resolve("t");
        for (var name : List.of("x".repeat(2_000_000), "\\u001b[2J\\u202e", "\\n".repeat(100), "\u009b31m"))
            for (var rest : List.of("{}", "{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}",
                "{\"dtype\":\"" + name + "\",\"shape\":[1],\"data_offsets\":[0,4]}",
                "{\"dtype\":\"F32\",\"shape\":[" + "1,".repeat(100_000) + "2],\"data_offsets\":[0,4]}", "{\"" + name + "\":1}",
                "{\"dtype\":\"F32\",\"dtype\":\"F32\"}")) {
                var header = ("{\"" + name + "\":" + rest + "}").getBytes(StandardCharsets.UTF_8);
                var bytes = Arrays.copyOf(new byte[8], 8 + header.length + 4);
                for (int i = 0; i < 4; i++) bytes[i] = (byte) (header.length >> 8 * i);
                System.arraycopy(header, 0, bytes, 8, header.length);
                assertReadOrRefused(Format.SAFETENSORS, Files.write(file, bytes));
                assertThrows(MalformedFileException.class, () -> Safetensors.read(file));
            }
    }
}
