package dev.lanewise.data;

import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.Scope;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.function.Consumer;

/// Cuts a data set into batches, epoch by epoch. Immutable: [#shuffle], [#sampler], [#dropLast] and [#prefetch] return a new
/// loader, and any epoch can be had at any time, again, out of turn or from its middle on, which is what resuming from a
/// checkpoint needs.
///
/// @param <B> what a batch is
public final class DataLoader<B> {
    private final Dataset<B> dataset;
    private final BatchSampler batches; // null where a sampler's rows are cut
    private final Sampler sampler;
    private final int batchSize;
    private final boolean dropLast;
    private final int prefetch; // batches; 0 for none

    /// Batches in the order of the data set, the last one shorter where the sizes don't divide.
    ///
    /// @throws IllegalArgumentException if the data set is empty or `batchSize` is below 1
    public DataLoader(Dataset<B> dataset, int batchSize) {
        this(nonEmpty(dataset), null, Sampler.sequential(dataset.size()), batchSize, false, 0);
        if (batchSize < 1) throw new IllegalArgumentException("DataLoader: batch size " + batchSize
            + "; it must be at least 1");
    }

    /// Batches that are chosen one by one, as by [LengthBuckets].
    ///
    /// @throws IllegalArgumentException if the data set is empty
    public DataLoader(Dataset<B> dataset, BatchSampler batches) {
        this(nonEmpty(dataset), Objects.requireNonNull(batches, "data loader: no batches"), null, 0, false, 0);
    }

    private DataLoader(Dataset<B> dataset, BatchSampler batches, Sampler sampler, int batchSize, boolean dropLast,
            int prefetch) {
        this.dataset = dataset;
        this.batches = batches;
        this.sampler = sampler;
        this.batchSize = batchSize;
        this.dropLast = dropLast;
        this.prefetch = prefetch;
    }

    private static <B> Dataset<B> nonEmpty(Dataset<B> dataset) {
        if (dataset.size() == 0) throw new IllegalArgumentException(
            "DataLoader: the data set is empty; give it at least one example");
        return dataset;
    }

    /// This loader with a new order for every epoch: epoch `e` is in the order `source.stream(e).permutation(size)`. So with a
    /// keyed source the order depends on the key and the epoch alone, whatever was drawn before.
    ///
    /// @throws IllegalStateException if the batches are chosen one by one: their sampler shuffles
    public DataLoader<B> shuffle(RandomSource source) {
        requireCut("shuffle", "let the batch sampler shuffle, as LengthBuckets.shuffle does");
        return sampler(Sampler.shuffled(dataset.size(), source));
    }

    /// This loader with the rows, and their order, that a sampler chooses for each epoch.
    ///
    /// @throws IllegalStateException if the batches are chosen one by one
    public DataLoader<B> sampler(Sampler sampler) {
        requireCut("sampler", "make a loader with a batch size");
        return new DataLoader<>(dataset, null, Objects.requireNonNull(sampler, "data loader: no sampler"), batchSize, dropLast,
            prefetch).checked();
    }

    /// This loader with a short last batch left out (true) or kept (false, the default).
    ///
    /// @throws IllegalArgumentException if that leaves no batch at all
    /// @throws IllegalStateException    if the batches are chosen one by one
    public DataLoader<B> dropLast(boolean drop) {
        requireCut("dropLast", "let the batch sampler leave out what it is to leave out");
        return new DataLoader<>(dataset, null, sampler, batchSize, drop, prefetch).checked();
    }

    /// This loader with batches made ahead, in their order, on a thread of its own: while one is learned from, the next is read,
    /// cut or augmented. The batches are the same to the bit. What the data set throws comes where its batch would have come. The
    /// thread ends with the epoch, when [#forEach] or [#forEachWhile] returns, and a second after nobody takes batches of an
    /// [#epoch] any more.
    ///
    /// The modes of the calling thread ([dev.lanewise.nn.Module#evaluating()], `noGrad()`) don't hold on the other one.
    ///
    /// @param batches held in memory, made and not yet taken; 0 for none, the default
    /// @throws IllegalArgumentException if it is negative
    public DataLoader<B> prefetch(int batches) {
        if (batches < 0) throw new IllegalArgumentException("DataLoader.prefetch: " + batches
            + " batches; it must be 0, for none, or more");
        return new DataLoader<>(dataset, this.batches, sampler, batchSize, dropLast, batches);
    }

    private DataLoader<B> checked() {
        if (dropLast && sampler.size() < batchSize) throw new IllegalArgumentException(
            "DataLoader: dropLast leaves no batch, since an epoch has " + sampler.size() + " examples and a batch " + batchSize
                + "; keep the last batch or make batches smaller");
        return this;
    }

    private void requireCut(String operation, String remedy) {
        if (batches != null) throw new IllegalStateException("DataLoader." + operation
            + ": this loader's batches are chosen one by one, by a batch sampler; " + remedy);
    }

    /// The data set that the batches come from.
    public Dataset<B> dataset() {
        return dataset;
    }

    /// The size of every batch but perhaps the last; 0 if the batches are chosen one by one, and may be of any size.
    public int batchSize() {
        return batchSize;
    }

    /// The number of batches in an epoch.
    public int batches() {
        return batches != null ? batches.size() : batches(sampler.size());
    }

    private int batches(int rows) {
        return dropLast ? rows / batchSize : Math.ceilDiv(rows, batchSize);
    }

    /// The batches of one epoch. Each is made when it is asked for, and every iteration starts from the first again.
    ///
    /// @throws IllegalArgumentException if `epoch` is negative
    public Iterable<B> epoch(int epoch) {
        return epoch(epoch, 0);
    }

    /// The batches of one epoch from the batch `first` on, as for a run that goes on in the middle. Those before it aren't made.
    ///
    /// @throws IllegalArgumentException if `epoch` is negative, or `first` is outside `[0, batches()]`
    public Iterable<B> epoch(int epoch, int first) {
        var plan = plan(epoch, first);
        return () -> batches(epoch, plan, first, false);
    }

    /// Shows each batch of an epoch to `action`, one after the other in the same memory: the batch, and what is computed from it
    /// on this thread, is recycled when `action` returns. See [Scope].
    ///
    /// @throws IllegalArgumentException if `epoch` is negative
    public void forEach(int epoch, Consumer<B> action) {
        forEachWhile(epoch, 0, (batch, _) -> {
            action.accept(batch);
            return true;
        });
    }

    /// Takes a batch and says whether it wants the next one.
    ///
    /// @param <B> what a batch is
    @FunctionalInterface
    public interface Visitor<B> {

        /// Takes the next batch.
        ///
        /// @param examples the number of examples in the batch
        /// @return whether to go on
        boolean visit(B batch, int examples);
    }

    /// As [#forEach], from the batch `first` on, until `visitor` says false. The batches before `first` aren't made.
    ///
    /// @return whether the last batch was shown, or there was none left
    /// @throws IllegalArgumentException if `epoch` is negative, or `first` is outside `[0, batches()]`
    public boolean forEachWhile(int epoch, int first, Visitor<? super B> visitor) {
        var scope = new Scope();
        try (var batches = batches(epoch, plan(epoch, first), first, true)) {
            boolean goesOn = true;
            while (goesOn && batches.hasNext()) try (var _ = scope.open()) {
                var batch = batches.next();
                goesOn = visitor.visit(batch, batches.examples());
            }
            return !batches.hasNext();
        }
    }

    /// Shows an epoch's steps as logical shards, from the batch `first` on, until `visitor` says false: each piece in the memory
    /// of the one before it, as [#forEach]. A step's rows are those of [Sharding#batches] batches.
    ///
    /// @param first batch, at which a step begins
    /// @return whether the last step was shown, or there was none left
    /// @throws IllegalArgumentException if `epoch` is negative, or `first` is outside `[0, batches()]`
    public boolean forEachShard(int epoch, int first, Sharding sharding, Sharding.Visitor<? super B> visitor) {
        var plan = plan(epoch, first);
        var steps = new ShardedPlan(plan, first, sharding); // for this thread, the other for the one that makes ahead
        var scope = new Scope();
        int batch = first;
        boolean goesOn = true;
        try (var pieces = batches(epoch, new ShardedPlan(plan, first, sharding), 0, true)) {
            while (goesOn && batch < plan.batches()) {
                for (var shard : steps.step(batch)) visitor.shard(shard.getFirst().index(), () -> {
                    for (var piece : shard) try (var _ = scope.open()) {
                        visitor.piece(piece, pieces.next());
                    }
                });
                goesOn = visitor.step(steps.behind(batch), steps.examples(batch));
                batch = steps.behind(batch);
            }
        }
        return batch == plan.batches();
    }

    private Batches<B> batches(int epoch, Plan plan, int first, boolean again) {
        var made = new Making(dataset.epoch(epoch), plan, first, again);
        return prefetch == 0 ? made : new Prefetch<>(made, prefetch);
    }

    /// Which rows make which batch of an epoch, checked.
    private Plan plan(int epoch, int first) {
        if (epoch < 0) throw new IllegalArgumentException("DataLoader.epoch: epoch " + epoch + "; epochs count from 0");
        var plan = batches != null ? new Plan.Listed(chosen(epoch, batches.batches(epoch)))
            : cut(chosen(epoch, sampler.rows(epoch)));
        if (plan.batches() == 0) throw new IllegalArgumentException("DataLoader.epoch: the sampler chose no batch for epoch "
            + epoch + "; an epoch needs at least one");
        if (plan.batches() != batches()) throw new IllegalArgumentException("DataLoader.epoch: the sampler chose "
            + plan.batches() + " batches for epoch " + epoch + ", but its size says " + batches()
            + "; it must be the same in each epoch, since schedules and runs that are resumed count on it");
        if (first < 0 || first > plan.batches()) throw new IllegalArgumentException("DataLoader.epoch: to begin at batch " + first
            + " of " + plan.batches() + "; begin at one of them");
        plan.all().forEach(some -> {
            if (chosen(epoch, some).length == 0) throw new IllegalArgumentException(
                "DataLoader.epoch: the sampler chose a batch without rows for epoch " + epoch + "; leave it out");
            for (int row : some) if (row < 0 || row >= dataset.size()) throw new IllegalArgumentException(
                "DataLoader.epoch: the sampler chose row " + row + " for epoch " + epoch + "; the data set's rows are 0 to "
                + (dataset.size() - 1));
        });
        return plan;
    }

    private static <T> T chosen(int epoch, T rows) {
        return Objects.requireNonNull(rows, () -> "DataLoader.epoch: the sampler chose null for epoch " + epoch
            + "; it must be rows");
    }

    private Plan cut(int[] order) {
        return new Plan.Cut(order, batchSize, batches(order.length));
    }

    private final class Making implements Batches<B> {
        private final Dataset<B> data; // as it is in the epoch
        private final Plan plan;
        private final boolean again; // whether the array of a batch's rows is used for the next one
        private int[] chosen = {};
        private int next;
        private int examples;

        Making(Dataset<B> data, Plan plan, int first, boolean again) {
            this.data = data;
            this.plan = plan;
            this.next = first;
            this.again = again;
        }

        @Override
        public int examples() {
            return examples;
        }

        @Override
        public boolean hasNext() {
            return next < plan.batches();
        }

        @Override
        public B next() {
            if (!hasNext()) throw new NoSuchElementException("DataLoader: the epoch's " + plan.batches()
                + " batches are all used up");
            examples = plan.size(next);
            if (!again || chosen.length != examples) chosen = new int[examples];
            plan.copy(next++, 0, chosen);
            return Objects.requireNonNull(data.batch(chosen),
                "DataLoader: the data set made null of its rows, in place of a batch; mend its"
                + " batch(…), or what it collates by");
        }
    }
}
