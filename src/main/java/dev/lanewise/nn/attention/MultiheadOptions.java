package dev.lanewise.nn.attention;

/// How a [MultiheadAttention] is made, by steps: `MultiheadAttention.options().batchFirst(true).dropout(0.1)`.
///
/// @param bias        whether something is added to what is projected
/// @param keyWidth    the size of the keys' last dimension; 0 for that of the queries
/// @param valueWidth  the size of the values' last dimension; 0 for that of the queries
/// @param batchFirst  whether inputs and outputs are `[batch, tokens, width]` rather than `[tokens, batch, width]`
/// @param dropout     of weights, while training
/// @param rotary      turns queries and keys by their positions; null for none
public record MultiheadOptions(boolean bias, int keyWidth, int valueWidth, boolean batchFirst, double dropout,
    RotaryPositions rotary) {

    /// Refuses negative widths, and a probability beyond [0, 1).
    public MultiheadOptions {
        if (keyWidth < 0 || valueWidth < 0) throw new IllegalArgumentException("multihead attention: keys of width " + keyWidth
            + ", values of width " + valueWidth + "; they must be at least 1");
        if (!(dropout >= 0 && dropout < 1)) throw new IllegalArgumentException("multihead attention: dropout " + dropout
            + "; it must be of [0, 1)");
    }

    /// Whether the four projections add a bias.
    public MultiheadOptions bias(boolean has) {
        return new MultiheadOptions(has, keyWidth, valueWidth, batchFirst, dropout, rotary);
    }

    /// Keys of another width than the queries'.
    public MultiheadOptions keyWidth(int width) {
        return new MultiheadOptions(bias, width, valueWidth, batchFirst, dropout, rotary);
    }

    /// Values of another width than the queries'.
    public MultiheadOptions valueWidth(int width) {
        return new MultiheadOptions(bias, keyWidth, width, batchFirst, dropout, rotary);
    }

    /// Whether inputs and result are `[batch, tokens, width]`, and not `[tokens, batch, width]`.
    public MultiheadOptions batchFirst(boolean first) {
        return new MultiheadOptions(bias, keyWidth, valueWidth, first, dropout, rotary);
    }

    /// Sets weights of attention to 0 at random while training.
    ///
    /// @param p the probability with which a weight is 0, of [0, 1)
    public MultiheadOptions dropout(double p) { return new MultiheadOptions(bias, keyWidth, valueWidth, batchFirst, p, rotary); }

    /// Turns queries and keys by their positions.
    ///
    /// @param rotary of the width of a head
    public MultiheadOptions rotary(RotaryPositions rotary) {
        return new MultiheadOptions(bias, keyWidth, valueWidth, batchFirst, dropout, rotary);
    }
}
