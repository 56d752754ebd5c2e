package dev.lanewise.data;

/// Pieces of a row of indices, with what comes next: `embedding.call(batch.inputs(), batch.size(), batch.length())` is
/// `[size, length, dim]`, and the cross-entropy of `logits.reshape(size * length, classes)` takes `batch.targets()`.
///
/// @param inputs  row by row, `size * length`
/// @param targets likewise: the index behind each
/// @param length  of a piece
public record TokenBatch(int[] inputs, int[] targets, int length) implements Targeted<int[]> {

    /// The number of pieces.
    public int size() {
        return inputs.length / length;
    }
}
