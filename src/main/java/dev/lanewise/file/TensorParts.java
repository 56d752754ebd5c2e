package dev.lanewise.file;

import java.util.Collection;

/// What all files of tensors refuse alike.
public final class TensorParts {

    private TensorParts() {}

    /// The error for a name that isn't there.
    ///
    /// @param names that are
    public static IllegalArgumentException none(String operation, String name, Collection<String> names) {
        return new IllegalArgumentException(operation + ": there is no tensor " + Quote.of(name) + "; there are "
            + Quote.names(names));
    }

    /// @throws IndexOutOfBoundsException if a tensor hasn't so many elements
    public static void requireWithin(String operation, String name, long numel, long from, int count) {
        if (from < 0 || count < 0 || from > numel - count) throw new IndexOutOfBoundsException(operation + ": " + count
            + " elements from " + from + " on of the " + numel + " of " + Quote.of(name));
    }
}
