package dev.lanewise.text;

import dev.lanewise.report.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// The small network that `tiny_model.py` wrote, and the tokenizer of `tokenizer_fixture.py`.
final class TinyModel {

    private TinyModel() {}

    static byte[] resource(String name) {
        try (var in = TinyModel.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] onnx() { return resource("tiny.onnx"); }

    /// The tokenizer's file.
    static byte[] tokenizer() {
        var base = JsonParser.parse(new Origin("test", null, ""), resource("tokenizers.json")).need("base");
        Map<String, Object> file = new LinkedHashMap<>();
        base.fields().forEach((name, value) -> file.put(name, value.value()));
        return Json.text(file).getBytes(StandardCharsets.UTF_8);
    }

    static Path folder(Path in) throws IOException {
        var folder = Files.createDirectories(in.resolve("model"));
        Files.write(folder.resolve("model.onnx"), onnx());
        Files.write(folder.resolve("tokenizer.json"), tokenizer());
        return folder;
    }

    /// @param entries names of files in the archive, by their contents
    static Path archive(Path file, Map<String, byte[]> entries) throws IOException {
        try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (var entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
            }
        }
        return file;
    }
}
