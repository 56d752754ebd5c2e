package dev.lanewise.io;

import dev.lanewise.data.MalformedFileException;
import dev.lanewise.data.Source;
import dev.lanewise.file.Quote;
import java.nio.file.Path;

/// Where what is read comes from, for errors.
///
/// @param operation the reader
/// @param part      of the file, with what separates it from what is said of it; or empty
/// @param start     the byte of the file at which the part begins; negative if that can't be told
record Origin(String operation, Source source, String part, long start) {

    Origin(String operation, Source source) { this(operation, source, "", 0); }

    Origin(String operation, Path file) { this(operation, Source.of(file)); }

    /// A part whose place in the file isn't known, as of an archive.
    Origin entry(String name) { return new Origin(operation, source, part + name + ": ", -1); }

    /// A part of the file that is told apart by a name.
    Origin part(String name) { return new Origin(operation, source, part + name + ": ", start); }

    /// What is said of one tensor.
    Origin tensor(String name) { return new Origin(operation, source, part + "tensor " + Quote.of(name) + " ", start); }

    MalformedFileException malformed(String fault) { return MalformedFileException.in(operation, source, part + fault); }

    /// @param offset from the beginning of what is read
    MalformedFileException malformed(long offset, String fault) {
        return start < 0 ? malformed(fault) : MalformedFileException.atByte(operation, source, start + offset, part + fault);
    }

    /// For what is wrong with the caller's arguments, not with the file.
    IllegalArgumentException refused(String what) { return new IllegalArgumentException(this + what); }

    /// What messages begin with.
    @Override
    public String toString() { return operation + ": " + source.name() + ": " + part; }
}
