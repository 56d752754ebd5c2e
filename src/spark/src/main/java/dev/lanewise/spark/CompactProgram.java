package dev.lanewise.spark;

/// A program whose examples can be made again of their content. Executors keep them as bytes in a file, then, not as objects in
/// memory: what they need of the heap for each is eight bytes, and some thirty while they are sorted.
///
/// @param <E> an example, which Spark need not be able to send
/// @param <B> what a batch is
public interface CompactProgram<E, B> extends Program<E, B> {

    /// Makes an example that is as good as the one of which [#content] has made this.
    E restore(byte[] content);
}
