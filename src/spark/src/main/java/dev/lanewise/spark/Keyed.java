package dev.lanewise.spark;

import java.util.Iterator;

/// Examples with their keys, looked at on the way.
final class Keyed {

    private Keyed() {}

    /// @param partition that they are of, for messages
    static <E> Iterator<Numbered<E>> of(Program<E, ?> program, int partition, Iterator<E> examples) {
        return NamedRows.of(partition, examples, example -> new Numbered<>(ContentKey.of(content(program, example)), example));
    }

    /// As bytes.
    static <E> Iterator<Numbered<byte[]>> packed(CompactProgram<E, ?> program, int partition, Iterator<E> examples) {
        return NamedRows.of(partition, examples, example -> {
            var content = content(program, example);
            return new Numbered<>(ContentKey.of(content), content);
        });
    }

    private static <E> byte[] content(Program<E, ?> program, E example) {
        if (example == null) throw new IllegalArgumentException("there is no example");
        program.check(example);
        return program.content(example);
    }
}
