package dev.lanewise.text;

/// A text as a network takes it: one number for each token, special ones included. The arrays are the caller's.
///
/// @param ids     places in the vocabulary
/// @param typeIds of the same length: which text a token belongs to, as the tokenizer numbers them (0 and 1)
public record Encoding(int[] ids, int[] typeIds) {

    /// How many tokens there are.
    public int length() { return ids.length; }
}
