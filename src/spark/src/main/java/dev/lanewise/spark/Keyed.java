package dev.lanewise.spark;

import java.util.Iterator;
import scala.Tuple2;

/// Examples with their keys, looked at on the way.
final class Keyed {

    private Keyed() {}

    /// @param partition that they are of, for messages
    static <E> Iterator<Tuple2<ContentKey, E>> of(Program<E, ?> program, int partition, Iterator<E> examples) {
        return NamedRows.of(partition, examples, example -> {
            if (example == null) throw new IllegalArgumentException("there is no example");
            program.check(example);
            return new Tuple2<>(ContentKey.of(program.content(example)), example);
        });
    }
}
