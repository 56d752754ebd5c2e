package dev.lanewise.nn.attention;

import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.Tensor;

/// What a query must not see, and how scores become weights; all that is given holds together. Begin with [Attention#options()].
///
/// @param isCausal  whether query i sees keys 0 to i alone
/// @param padding   not 0 where a key is padding, which no query sees; null for none
/// @param allowed   0 where a query must not see a key; null if all may be seen
/// @param bias      what is added to scores; null for nothing
/// @param scale     what products of queries and keys are multiplied by; NaN for 1 / sqrt(width)
/// @param dropout   the probability with which a weight is set to 0, while the others grow as much
/// @param source    which weights are dropped; null if none is
public record AttentionOptions(boolean isCausal, Tensor padding, Tensor allowed, Tensor bias, double scale, double dropout,
                               RandomSource source) {

    /// Refuses a probability beyond [0, 1), and dropout without random numbers.
    public AttentionOptions {
        if (!(dropout >= 0 && dropout < 1)) throw new IllegalArgumentException("attention: dropout " + dropout
            + "; it must be of [0, 1)");
        if (dropout > 0 && source == null) throw new IllegalArgumentException("attention: dropout " + dropout
            + " without random numbers; give a source");
    }

    static final AttentionOptions NONE = new AttentionOptions(false, null, null, null, Double.NaN, 0, null);

    /// Query i sees keys 0 to i alone: the future is skipped, whatever it holds.
    public AttentionOptions causal() { return causal(true); }

    /// As [#causal()], or not.
    public AttentionOptions causal(boolean causal) {
        return new AttentionOptions(causal, padding, allowed, bias, scale, dropout, source);
    }

    /// Keys that no query sees, whatever they hold: as [Attention#padding(int\[\], int)] makes them of lengths.
    ///
    /// @param padding not 0 for those, `[batch, keys]`, or `[keys]` for all: first sizes are those of the first leading
    ///     dimensions
    public AttentionOptions padding(Tensor padding) {
        return new AttentionOptions(isCausal, padding, allowed, bias, scale, dropout, source);
    }

    /// What each query may see; the rest counts for nothing, whatever it holds.
    ///
    /// @param allowed 0 where it may not, broadcast to `[…, queries, keys]`
    public AttentionOptions allowed(Tensor allowed) {
        return new AttentionOptions(isCausal, padding, allowed, bias, scale, dropout, source);
    }

    /// What is added to scores, -infinity where a key counts for nothing, unless it holds NaN or infinities, which only
    /// [#allowed] hides; it gets a gradient.
    ///
    /// @param bias broadcast to `[…, queries, keys]`
    public AttentionOptions bias(Tensor bias) {
        return new AttentionOptions(isCausal, padding, allowed, bias, scale, dropout, source);
    }

    /// What products are multiplied by, in place of 1 / sqrt(width).
    public AttentionOptions scale(double scale) {
        if (!Double.isFinite(scale)) throw new IllegalArgumentException("attention: scale " + scale + "; it must be finite");
        return new AttentionOptions(isCausal, padding, allowed, bias, scale, dropout, source);
    }

    /// Sets each weight to 0 with a probability, and multiplies the others by 1 / (1 - p). Which ones is a function of the
    /// source's key, if it has one, and the weight's place.
    ///
    /// @param p of [0, 1)
    public AttentionOptions dropout(double p, RandomSource source) {
        return new AttentionOptions(isCausal, padding, allowed, bias, scale, p, source);
    }
}
