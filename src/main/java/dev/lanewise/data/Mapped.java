package dev.lanewise.data;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/// A view of a data set with other batches.
record Mapped<A, B>(Dataset<A> source, Function<? super A, ? extends B> function) implements Dataset<B> {

    Mapped {
        Objects.requireNonNull(function, "map: no function");
    }

    @Override
    public int size() {
        return source.size();
    }

    @Override
    public B batch(int... rows) {
        return function.apply(source.batch(rows));
    }

    @Override
    public List<String> classNames() {
        return source.classNames();
    }

    @Override
    public Dataset<B> epoch(int epoch) {
        var now = source.epoch(epoch);
        return now == source ? this : new Mapped<>(now, function);
    }
}
