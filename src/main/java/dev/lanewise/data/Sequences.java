package dev.lanewise.data;

import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Sequences of different lengths, each with a class. Batches are filled up to their longest; [LengthBuckets] of [#lengths] makes
/// batches of which little is filled up.
///
/// ```java
/// var buckets = new LengthBuckets(sequences.lengths(), 32).shuffle(new Threefry(42).stream("shuffle"));
/// var loader = new DataLoader<>(sequences, buckets);
/// ```
public final class Sequences implements Dataset<SequenceBatch> {

    private final List<Tensor> sequences;
    private final int[] labels;
    private final List<String> classNames;

    /// A data set of these sequences, in their order.
    ///
    /// @param sequences each `[length, features]` of one number of features; values are shared, and not to be changed
    /// @param labels    one for each, of `[0, classNames.size())`
    /// @throws IllegalArgumentException if there are no sequences, their shapes or numbers don't fit, or a label has no name
    public Sequences(List<Tensor> sequences, int[] labels, List<String> classNames) {
        if (sequences.isEmpty() || sequences.size() != labels.length) throw new IllegalArgumentException("Sequences: "
            + sequences.size() + " sequences and " + labels.length + " labels; there must be as many, at least one");
        for (int i = 0; i < labels.length; i++) {
            var shape = sequences.get(i).shape();
            if (shape.rank() != 2 || shape.size(0) == 0 || shape.size(1) != sequences.getFirst()
                .size(1)) throw new IllegalArgumentException(
                "Sequences: sequence " + i + " has shape " + shape
                    + "; each must be [length, features], of length 1 or more and of as many"
                    + " features as the first, whose shape is " + sequences.getFirst().shape());
        }
        Checks.labels("Sequences", labels, classNames);
        this.sequences = List.copyOf(sequences);
        this.labels = labels.clone();
        this.classNames = List.copyOf(classNames);
    }

    /// Of each sequence.
    public int[] lengths() {
        return sequences.stream().mapToInt(each -> each.size(0)).toArray();
    }

    /// Of each step.
    public int features() {
        return sequences.getFirst().size(1);
    }

    @Override
    public int size() {
        return labels.length;
    }

    @Override
    public SequenceBatch batch(int... rows) {
        Checks.rows("Sequences.batch", rows, size());
        var some = new ArrayList<Tensor>(rows.length);
        for (int row : rows) some.add(sequences.get(row));
        var padded = Collate.pad(some, each -> each);
        return new SequenceBatch(padded.values(), padded.lengths(), Arrays.stream(rows).map(row -> labels[row]).toArray());
    }

    @Override
    public List<String> classNames() {
        return classNames;
    }
}
