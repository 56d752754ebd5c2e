package dev.lanewise.io;

import dev.lanewise.file.Quote;

/// What all files of tensors refuse alike.
final class TensorParts {

    private TensorParts() {}

    /// The error for a name that isn't there.
    static IllegalArgumentException none(String operation, String name, TensorFile file) {
        return new IllegalArgumentException(operation + ": there is no tensor " + Quote.of(name) + "; there are "
            + Quote.names(file.tensors().keySet()));
    }

    /// @throws IndexOutOfBoundsException if a tensor hasn't so many elements
    static void requireWithin(String operation, String name, long numel, long from, int count) {
        if (from < 0 || count < 0 || from > numel - count) throw new IndexOutOfBoundsException(operation + ": " + count
            + " elements from " + from + " on of the " + numel + " of " + Quote.of(name));
    }
}
