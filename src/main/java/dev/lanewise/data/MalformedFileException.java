package dev.lanewise.data;

import dev.lanewise.file.Quote;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/// What a file holds is not what its reader takes: it is damaged, cut off, of another format, or of a kind that isn't read. No
/// argument of the caller would help, only another file.
///
/// A file that is missing or can't be read is a [java.io.UncheckedIOException], and a good file that doesn't fit what it is read
/// for, such as another model's weights, an [IllegalArgumentException]. All readers of this library throw it, and yours may.
///
/// The message is "operation: file: byte or line: fault".
public final class MalformedFileException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final long NOWHERE = -1;

    private final transient Path file;

    /// Of the fault in the file, from 0; -1 if it isn't at a byte.
    private final long offset;

    /// Of the fault, from 1; -1 if it isn't in a line.
    private final long line;

    /// What is wrong, without file and place.
    private final String fault;

    /// Somewhere in a file.
    ///
    /// @param operation the reader, such as "Csv.read"
    /// @param file      null for a text that is in no file
    /// @param fault     what is wrong, and what to do
    public MalformedFileException(String operation, Path file, String fault) {
        this(operation, file, NOWHERE, NOWHERE, fault);
    }

    private MalformedFileException(String operation, Path file, long offset, long line, String fault) {
        this(operation, file == null ? "the text" : Quote.of(file), file, offset, line, fault);
    }

    private MalformedFileException(String operation, String name, Path file, long offset, long line, String fault) {
        super(operation + ": " + name + ": " + (offset == NOWHERE ? "" : "byte " + offset + ": ")
            + (line == NOWHERE ? "" : "line " + line + ": ") + fault);
        this.file = file;
        this.offset = offset;
        this.line = line;
        this.fault = fault;
    }

    /// Somewhere in a source.
    public static MalformedFileException in(String operation, Source source, String fault) {
        return new MalformedFileException(operation, source.name(), source.file().orElse(null), NOWHERE, NOWHERE, fault);
    }

    /// At a byte of a source.
    ///
    /// @param offset counted from 0
    public static MalformedFileException atByte(String operation, Source source, long offset, String fault) {
        return new MalformedFileException(operation, source.name(), source.file().orElse(null), offset, NOWHERE, fault);
    }

    /// In a line of a source of text.
    ///
    /// @param line counted from 1
    public static MalformedFileException inLine(String operation, Source source, long line, String fault) {
        return new MalformedFileException(operation, source.name(), source.file().orElse(null), NOWHERE, line, fault);
    }

    /// At a byte of a file.
    ///
    /// @param offset counted from 0
    public static MalformedFileException atByte(String operation, Path file, long offset, String fault) {
        return new MalformedFileException(operation, file, offset, NOWHERE, fault);
    }

    /// In a line of a text file, or of a text.
    ///
    /// @param file null for a text that is in no file
    /// @param line counted from 1
    public static MalformedFileException inLine(String operation, Path file, long line, String fault) {
        return new MalformedFileException(operation, file, NOWHERE, line, fault);
    }

    /// This exception, with what led to it.
    public MalformedFileException because(Throwable cause) {
        initCause(cause);
        return this;
    }

    /// Empty for what is in no file.
    public Optional<Path> file() {
        return Optional.ofNullable(file);
    }

    /// The byte at which the fault was met, from 0, where that is known. It counts what was compressed unpacked.
    public OptionalLong offset() {
        return offset == NOWHERE ? OptionalLong.empty() : OptionalLong.of(offset);
    }

    /// The line of the fault, from 1, in files of text.
    public OptionalLong line() {
        return line == NOWHERE ? OptionalLong.empty() : OptionalLong.of(line);
    }

    /// What is wrong, and what to do: the message without operation, file and place.
    public String fault() {
        return fault;
    }
}
