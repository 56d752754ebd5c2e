package dev.lanewise.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The files that `tensor_files.py` made with Python's safetensors and NumPy, `torch_modules.py` with PyTorch,
/// `keras_layers.py` with Keras, and `torch_state.py` with Python alone.
final class PythonFiles {

    private static final Map<String, byte[]> ALL = load();

    private PythonFiles() {}

    private static Map<String, byte[]> load() {
        var all = new TreeMap<String, byte[]>();
        for (var resource : List.of("files.txt", "torch_state.txt", "torch_modules.txt", "keras_layers.txt"))
            try (var stream = PythonFiles.class.getResourceAsStream(resource)) {
                new String(stream.readAllBytes(), StandardCharsets.US_ASCII).lines().map(line -> line.split(" "))
                    .forEach(parts -> all.put(parts[0], Base64.getDecoder().decode(parts[1])));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        return all;
    }

    static byte[] bytes(String name) { return ALL.get(name).clone(); }

    /// The file itself, written into a folder.
    static Path in(Path folder, String name) { return write(folder.resolve(name), bytes(name)); }

    static Path write(Path file, byte[] bytes) {
        try {
            return Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
