package dev.lanewise.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.nn.BatchNorm1d;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Sequential;
import dev.lanewise.optim.Adam;
import dev.lanewise.optim.ReduceLROnPlateau;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Archives and the places where files lie.
class ArchiveTest {

    @TempDir
    Path folder;

    private Path zip(Map<String, byte[]> entries) throws IOException {
        var file = folder.resolve("t.npz");
        try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (var entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
            }
        }
        return file;
    }

    @Test
    void arraysOfTextDoNotHideTheOthers() throws IOException {
        var entries = new LinkedHashMap<String, byte[]>();
        for (var name : List.of("text", "matrix", "records", "complex", "tenth"))
            entries.put(name + ".npy", PythonFiles.bytes(name + ".npy"));
        var file = zip(entries);
        assertEquals(List.of("text", "matrix", "records", "complex", "tenth"), Npz.names(file));
        assertEquals(List.of("matrix", "complex", "tenth"), List.copyOf(Npz.readRounded(file).keySet()));
        Rejected.argument(() -> Npz.read(file), "tenth.npy: element 1 is 0.1");
        Bits.assertSame(Bits.counting(2, 3), Npz.read(file, "matrix"));
        Bits.assertSame(Tensor.of(0.5f, 0.1f, Float.POSITIVE_INFINITY), Npz.readRounded(file, "tenth"));
        Rejected.malformed(() -> Npz.read(file, "text"), "text.npy: its elements are of type <U2");
        Rejected.malformed(() -> Npz.read(file, "records"), "records.npy: ", "arrays of records");
        Rejected.argument(() -> Npz.read(file, "none"), file + ": there is no array \"none\"");
        entries.put("text.npy", "damaged".getBytes(StandardCharsets.US_ASCII));
        Rejected.malformed(() -> Npz.readRounded(zip(entries)), "text.npy: it doesn't begin with");
    }

    @Test
    void everyFileIsReadAndWrittenInsideAnArchiveInterruptedOrNot() throws IOException {
        var tensors = Map.of("a", Bits.counting(20, 1000));
        var model = new Sequential(new Linear(3, 4)).initialize(1);
        try (var jar = FileSystems.newFileSystem(folder.resolve("t.jar"), Map.of("create", "true"))) {
            for (var place : List.of(folder.resolve("below"),
                jar.getPath("/below"))) for (boolean interrupted : new boolean[] {false, true}) {
                if (interrupted) Thread.currentThread().interrupt();
                Npz.write(place.resolve("a.npz"), tensors);
                Npy.write(place.resolve("a.npy"), tensors.get("a"));
                Safetensors.write(place.resolve("a.safetensors"), tensors);
                Checkpoint.of(model).save(place.resolve("a.checkpoint"), new Checkpoint.Progress(1, 2));
                Bits.assertSame(tensors, Npz.read(place.resolve("a.npz")));
                Bits.assertSame(tensors.get("a"), Npy.read(place.resolve("a.npy")));
                Bits.assertSame(tensors, Safetensors.read(place.resolve("a.safetensors")).tensors());
                assertEquals(2, Checkpoint.of(model).load(place.resolve("a.checkpoint")).step());
                assertEquals(interrupted, Thread.interrupted());
            }
        }
        for (var suffix : List.of("npz", "npy", "safetensors", "checkpoint")) try (var jar =
            FileSystems.newFileSystem(folder.resolve("t.jar"))) {
            assertArrayEquals(Files.readAllBytes(folder.resolve("below/a." + suffix)),
                Files.readAllBytes(jar.getPath("/below/a." + suffix)));
        }
    }

    /// Zones of all kinds, and locales with other digits, commas and letters.
    @Test
    void bytesDependOnNoZoneAndNoLocale() throws IOException {
        var zone = TimeZone.getDefault();
        var locale = Locale.getDefault();
        var all = new ArrayList<List<byte[]>>();
        try {
            for (var id : List.of("UTC", "America/Los_Angeles", "Asia/Kathmandu", "Pacific/Kiritimati", "Africa/Monrovia"))
                for (var tag : List.of("en", "de", "tr", "ar-EG-u-nu-arab", "hi-u-nu-deva", "th-TH-u-ca-buddhist")) {
                    TimeZone.setDefault(TimeZone.getTimeZone(id));
                    Locale.setDefault(Locale.forLanguageTag(tag));
                    all.add(written());
                }
        } finally {
            TimeZone.setDefault(zone);
            Locale.setDefault(locale);
        }
        for (var each : all) for (int i = 0; i < each.size(); i++) assertArrayEquals(all.getFirst().get(i), each.get(i));
    }

    private List<byte[]> written() throws IOException {
        var tensors = new LinkedHashMap<>(Map.of("I\u0001", Bits.counting(12, 1234)));
        Npz.write(folder.resolve("a"), tensors);
        Npy.write(folder.resolve("b"), Bits.counting(12, 1234));
        Safetensors.write(folder.resolve("c"), tensors, Map.of("i\u0007\u001f", "I"));
        var model = new Sequential(new Linear(3, 4), new BatchNorm1d(4)).initialize(1);
        var adam = new Adam(model.parameters(), 0.1234);
        Checkpoint.of(model).optimizer(adam).schedule(new ReduceLROnPlateau(adam)).save(folder.resolve("d"),
            new Checkpoint.Progress(1234, 1234567, Map.of("one", "1", "two", "2", "three", "3")));
        var bytes = new ArrayList<byte[]>();
        for (var name : List.of("a", "b", "c", "d")) bytes.add(Files.readAllBytes(folder.resolve(name)));
        return bytes;
    }

    @Test
    void namesThatAnArchiveCannotHoldAreRefusedByFileAndName() throws IOException {
        var file = folder.resolve("t.npz");
        Npz.write(file, Map.of("a", Tensor.scalar(1)));
        var before = Files.readAllBytes(file);
        for (var name : List.of("\ud800", "x\udc00y", "x".repeat(65_001), "\033[2J" + "é".repeat(40_000))) {
            var e = assertThrows(IllegalArgumentException.class, () -> Npz.write(file, Map.of(name, Tensor.scalar(1))));
            assertTrue(e.getMessage().startsWith("Npz.write: " + file + ": the name \"") && e.getMessage().length() < 400
                && e.getMessage().indexOf('\033') < 0, e.getMessage());
        }
        for (var name : List.of("\ud800", "x\udc00y")) {
            Rejected.argument(() -> Safetensors.write(file, Map.of(name, Tensor.scalar(1))),
                "Safetensors.write: " + file + ": ", "\\ud");
            Rejected.argument(() -> Safetensors.write(file, Map.of(), Map.of("a", name)),
                "Safetensors.write: " + file + ": ", "\\ud");
        }
        assertArrayEquals(before, Files.readAllBytes(file));
        Npz.write(file, Map.of("x".repeat(65_000), Tensor.scalar(1)));
        assertEquals(1, Npz.read(file).size());
    }
}
