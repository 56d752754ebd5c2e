package dev.lanewise.data;

import dev.lanewise.random.RandomSource;

/// Which examples an epoch shows, and in which order: a function of the epoch alone, so that any epoch can be had again, out of
/// turn, and from its middle on. Write one of your own as `epoch -> rows`.
///
/// Each draws from `source.stream(epoch)`: with a keyed source the order depends on the key and the epoch, whatever was drawn
/// before. The numbers are the same on every machine.
///
/// ```java
/// var balanced = new DataLoader<>(train, 100).sampler(Sampler.balanced(Dataset.labels(train), new Threefry(42).stream("draw")));
/// ```
@FunctionalInterface
public interface Sampler {

    /// The rows of an epoch in their order; a row may come more than once, or not at all. Neither the sampler nor its user
    /// changes the array afterwards.
    int[] rows(int epoch);

    /// How many rows an epoch has, each as many: schedules, progress and runs that are resumed count on it. That of epoch 0,
    /// which is drawn for it where a sampler knows no better way.
    default int size() {
        return rows(0).length;
    }

    /// The rows 0 to `size - 1` in this order, in each epoch.
    ///
    /// @throws IllegalArgumentException if there are none
    static Sampler sequential(int size) {
        return new Samplers.Sequential(size);
    }

    /// The rows 0 to `size - 1` in an order of its own for each epoch.
    ///
    /// @throws IllegalArgumentException if there are none
    static Sampler shuffled(int size, RandomSource source) {
        return new Samplers.Shuffled(size, source);
    }

    /// `draws` rows, each drawn from all of them: row i with probability `weights[i]` over the sum of the weights. So a class
    /// that is rare is shown as often as one that isn't, if its examples weigh more.
    ///
    /// @param weights one for each row, 0 or more and finite; any scale
    /// @param draws   rows in an epoch, usually as many as there are
    /// @throws IllegalArgumentException if a weight is negative, NaN or infinite, all are 0, or there are no draws
    static Sampler weighted(double[] weights, int draws, RandomSource source) {
        return new WeightedSampler(weights, draws, source);
    }

    /// As many rows as there are, drawn so that every label is as likely as any other, and every row of a label as any other of
    /// it: see [#weighted].
    ///
    /// @param labels the label of each row: any numbers
    /// @throws IllegalArgumentException if there are none
    static Sampler balanced(int[] labels, RandomSource source) {
        Samplers.requireRows("Sampler.balanced", labels.length);
        var weights = new double[labels.length];
        for (int[] rows : StratifiedSampler.strata(labels)) for (int row : rows) weights[row] = 1.0 / rows.length;
        return new WeightedSampler(weights, labels.length, source);
    }

    /// `draws` different rows, drawn one after the other from those that are left, with probabilities in proportion to their
    /// weights; and then shuffled, so that the heavy ones don't come first. A row of weight 0 never comes.
    ///
    /// Source: P. Efraimidis and P. Spirakis, "Weighted random sampling with a reservoir", 2006.
    ///
    /// @throws IllegalArgumentException as [#weighted]; or if there are more draws than rows whose weight is above 0
    static Sampler weightedWithoutReplacement(double[] weights, int draws, RandomSource source) {
        return new WeightedSampler.WithoutReplacement(weights, draws, source);
    }

    /// All rows, so mixed that every part of an epoch is like the whole: among the first m rows, for each m, the number of those
    /// with a label differs by less than 1 from m times its share of all rows. So it does by less than 2 in a batch, of any size.
    /// Which row of a label comes is random.
    ///
    /// Source: earliest deadline first, S. Baruah and others, "Proportionate progress", 1996.
    ///
    /// @param labels the label of each row: any numbers
    /// @throws IllegalArgumentException if there are none
    static Sampler stratified(int[] labels, RandomSource source) {
        return new StratifiedSampler(labels, source);
    }

    /// Some rows in this order, in each epoch.
    ///
    /// @throws IllegalArgumentException if there are none
    static Sampler subset(int... rows) {
        return sequential(rows.length).of(rows);
    }

    /// This sampler of a part of the data set: its row i stands for `rows[i]`. `Sampler.shuffled(rows.length, source).of(rows)`
    /// shuffles some rows.
    default Sampler of(int... rows) {
        return new Samplers.Part(this, rows.clone());
    }
}
