package dev.lanewise.data;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The pieces of an epoch's steps, as if each were a batch. Looked at from the first to the last, a step at a time.
final class ShardedPlan implements Plan {

    private final Plan plan;
    private final int first;
    private final Sharding sharding;
    private final int pieces;
    /// Of the step at hand, and the number of those before it.
    private List<Sharding.Piece> step = List.of();
    private int before;
    private int nextBatch;

    /// @param first batch to begin with
    ShardedPlan(Plan plan, int first, Sharding sharding) {
        this.plan = plan;
        this.first = first;
        this.sharding = sharding;
        this.nextBatch = first;
        int count = 0;
        for (int batch = first; batch < plan.batches(); batch++) for (int shard = sharding.from(); shard < sharding.to(); shard++)
            if (rows(batch, shard) > 0) count = Math.incrementExact(count);
        this.pieces = count;
    }

    private int rows(int batch, int shard) {
        int size = plan.size(batch);
        return sharding.first(size, shard + 1) - sharding.first(size, shard);
    }

    /// The batches of the step that begins with one: so many, or what is left.
    int behind(int batch) { return (int) Math.min(plan.batches(), (long) batch + sharding.batches()); }

    /// The pieces of the step that begins with a batch: a list for each shard that has any.
    List<List<Sharding.Piece>> step(int batch) {
        var shards = new ArrayList<List<Sharding.Piece>>();
        for (int shard = sharding.from(); shard < sharding.to(); shard++) {
            var pieces = new ArrayList<Sharding.Piece>();
            int before = 0;
            for (int each = batch; each < behind(batch); each++) {
                int rows = rows(each, shard);
                if (rows > 0) pieces.add(new Sharding.Piece(shard, each,
                    Math.addExact(before, sharding.first(plan.size(each), shard)), rows));
                before = Math.addExact(before, plan.size(each));
            }
            if (!pieces.isEmpty()) shards.add(pieces);
        }
        return shards;
    }

    /// The examples of the step that begins with a batch, all shards together.
    int examples(int batch) {
        int examples = 0;
        for (int each = batch; each < behind(batch); each++) examples = Math.addExact(examples, plan.size(each));
        return examples;
    }

    private Sharding.Piece piece(int number) {
        if (number < before) {
            step = List.of();
            before = 0;
            nextBatch = first;
        }
        while (number - before >= step.size()) {
            before += step.size();
            step = step(nextBatch).stream().flatMap(List::stream).toList();
            nextBatch = behind(nextBatch);
        }
        return step.get(number - before);
    }

    @Override
    public int batches() { return pieces; }

    @Override
    public Stream<int[]> all() { return plan.all(); }

    @Override
    public int size(int number) { return piece(number).rows(); }

    @Override
    public void copy(int number, int from, int[] to) {
        var piece = piece(number);
        plan.copy(piece.batch(), sharding.first(plan.size(piece.batch()), piece.index()) + from, to);
    }
}
