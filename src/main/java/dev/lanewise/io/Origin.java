package dev.lanewise.io;

import dev.lanewise.data.MalformedFileException;
import dev.lanewise.file.RegularFile;
import java.nio.file.Path;

/// Where what is read comes from, for errors.
///
/// @param operation the reader
/// @param part      of the file, with a colon and a space; or empty
/// @param start     the byte of the file at which the part begins; negative if that can't be told
record Origin(String operation, Path file, String part, long start) {

    Origin(String operation, Path file) { this(operation, file, "", 0); }

    /// A part whose place in the file isn't known, as of an archive.
    Origin entry(String name) { return new Origin(operation, file, part + name + ": ", -1); }

    /// A part of the file that is told apart by a name.
    Origin part(String name) { return new Origin(operation, file, part + name + ": ", start); }

    MalformedFileException malformed(String fault) { return new MalformedFileException(operation, file, part + fault); }

    /// @param offset from the beginning of what is read
    MalformedFileException malformed(long offset, String fault) {
        return start < 0 ? malformed(fault) : MalformedFileException.atByte(operation, file, start + offset, part + fault);
    }

    /// For what is wrong with the caller's arguments, not with the file.
    IllegalArgumentException refused(String what) { return new IllegalArgumentException(this + what); }

    /// What messages begin with.
    @Override
    public String toString() { return RegularFile.origin(operation, file) + part; }
}
