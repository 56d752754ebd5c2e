package dev.lanewise.data;

import java.util.List;

/// A view of some rows of another data set.
final class Subset<B> implements Dataset<B> {
    private final Dataset<B> source;
    private final int[] rows;

    Subset(Dataset<B> source, int[] rows) {
        Checks.rows("subset", rows, source.size());
        this.source = source;
        this.rows = rows.clone();
    }

    @Override
    public int size() {
        return rows.length;
    }

    @Override
    public B batch(int... chosen) {
        return source.batch(toSource("batch", chosen));
    }

    @Override
    public List<String> classNames() {
        return source.classNames();
    }

    @Override
    public Dataset<B> epoch(int epoch) {
        var now = source.epoch(epoch);
        return now == source ? this : new Subset<>(now, rows);
    }

    /// Views the source itself, so that subsets of subsets cost no more than one.
    @Override
    public Dataset<B> subset(int... chosen) {
        return new Subset<>(source, toSource("subset", chosen));
    }

    private int[] toSource(String operation, int[] chosen) {
        Checks.rows(operation, chosen, rows.length);
        var mapped = new int[chosen.length];
        for (int i = 0; i < chosen.length; i++) mapped[i] = rows[chosen[i]];
        return mapped;
    }
}
