package dev.lanewise.spark;

import java.util.Iterator;
import java.util.function.Function;

/// Rows that are looked at on the way: what is wrong with one is told with its partition and its number there, from 0.
final class NamedRows {

    private NamedRows() {}

    /// @param partition that they are of
    static <R, T> Iterator<T> of(int partition, Iterator<R> rows, Function<R, T> look) {
        return new Iterator<>() {
            private long row;

            @Override
            public boolean hasNext() { return rows.hasNext(); }

            @Override
            public T next() {
                var next = rows.next();
                try {
                    return look.apply(next);
                } catch (RuntimeException e) {
                    throw new IllegalArgumentException("fit: row " + row + " of partition " + partition + ": "
                        + (e instanceof IllegalArgumentException ? e.getMessage() : e), e);
                } finally {
                    row++;
                }
            }
        };
    }
}
