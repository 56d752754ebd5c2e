package dev.lanewise.spark;

import java.util.Iterator;
import scala.Tuple2;

/// Examples with their keys, looked at on the way.
final class Keyed {

    private Keyed() {}

    /// @param partition that they are of, for messages
    static <E> Iterator<Tuple2<ContentKey, E>> of(Program<E, ?> program, int partition, Iterator<E> examples) {
        return new Iterator<>() {
            private long row;

            @Override
            public boolean hasNext() { return examples.hasNext(); }

            @Override
            public Tuple2<ContentKey, E> next() {
                var example = examples.next();
                try {
                    if (example == null) throw new IllegalArgumentException("there is no example");
                    program.check(example);
                } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException("fit: row " + row + " of partition " + partition + ": " + e.getMessage(), e);
                }
                row++;
                return new Tuple2<>(ContentKey.of(program.content(example)), example);
            }
        };
    }
}
