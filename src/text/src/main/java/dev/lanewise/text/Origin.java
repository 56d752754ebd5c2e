package dev.lanewise.text;

import dev.lanewise.data.MalformedFileException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Where something is read from, for messages.
///
/// @param operation the public method that reads
/// @param file      null where there is none
/// @param entry     of an archive; empty for a file by itself
record Origin(String operation, Path file, String entry) {

    MalformedFileException malformed(String fault) {
        return new MalformedFileException(operation, file, within(fault));
    }

    /// @param offset in the file, or unpacked in the entry
    MalformedFileException malformedAt(long offset, String fault) {
        return MalformedFileException.atByte(operation, file, offset, within(fault));
    }

    private String within(String fault) {
        return entry.isEmpty() ? fault : entry + ": " + fault;
    }

    /// The text that these bytes are in UTF-8.
    CharBuffer text(byte[] bytes) {
        var in = ByteBuffer.wrap(bytes);
        try {
            return StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT).decode(in);
        } catch (CharacterCodingException e) {
            throw malformedAt(in.position(), "it is no text in UTF-8");
        }
    }
}
