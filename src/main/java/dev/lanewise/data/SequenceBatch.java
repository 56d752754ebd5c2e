package dev.lanewise.data;

import dev.lanewise.tensor.Tensor;

/// Some sequences, filled up with zeros to the longest, with their classes.
///
/// @param inputs  `[size, longest, features]`
/// @param lengths of the sequences
/// @param targets class labels
public record SequenceBatch(Tensor inputs, int[] lengths, int[] targets) implements Targeted<int[]> {

    /// The number of sequences.
    public int size() {
        return lengths.length;
    }
}
