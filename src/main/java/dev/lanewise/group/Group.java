package dev.lanewise.group;

import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;

/// Some processes that do the same steps at the same time: those of one machine, or of a cluster's. Each has a rank. Used by one
/// thread of each.
///
/// What they compute must not depend on how many they are: see [dev.lanewise.train.Trainer#shards(int, Group)].
public interface Group {

    /// This process's own number, from 0 to [#size()] - 1.
    int rank();

    /// How many processes there are, 1 or more.
    int size();

    /// Gives each process a message of its own, and takes what each has for this one. All call it the same number of times; it
    /// returns when the messages of all are there.
    ///
    /// @param messages by rank, one for each, this process's own included; their bytes from position to limit, which stay as they
    ///     are
    /// @return by rank, what each gave this process, this process's own included: ready to be read, little-endian, and valid
    ///     until the next call
    /// @throws UncheckedIOException     if a process is gone or can't be reached; the group is of no use then
    /// @throws IllegalArgumentException if there isn't one message for each
    List<ByteBuffer> exchange(List<ByteBuffer> messages);

    /// One process that is alone.
    static Group alone() { return Alone.GROUP; }
}
