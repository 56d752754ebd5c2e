package dev.lanewise.report;

import dev.lanewise.file.WholeFile;
import java.io.UncheckedIOException;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Writes whole text files.
final class TextFiles {

    private TextFiles() {}

    /// Writes `text` as UTF-8, as [WholeFile#writeOrSend] does.
    ///
    /// @param operation the caller, for messages
    /// @throws IllegalArgumentException if `target` is a folder
    /// @throws UncheckedIOException     if it cannot be written; what was there is unchanged
    static void write(String operation, Path target, String text) {
        WholeFile.writeOrSend(operation, target, out -> {
            var bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            out.write(bytes.array(), 0, bytes.limit());
        });
    }
}
