package dev.lanewise.data;

/// Some rows of a table for a network that has embeddings, with what to predict: see [Preprocessing#separatedClassification].
///
/// @param targets an `int[]` of class labels, or a tensor `[size, outputs]`
/// @param <T>     the type of the targets
public record TableBatch<T>(TableInputs inputs, T targets) implements Targeted<T> {

    /// The number of rows.
    public int size() {
        return inputs.size();
    }
}
