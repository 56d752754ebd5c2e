package dev.lanewise.random;

/// Where random numbers come from. Not safe for use by two threads at once; [#stream(String)] gives each its own, where
/// the source is a keyed one.
public interface RandomSource {

    /// Fills with uniform numbers of [0, 1).
    void uniform(float[] out, int offset, int length);

    /// Fills with standard normal numbers.
    void normal(float[] out, int offset, int length);

    /// Fills with uniform numbers of [low, high), the bounds being rounded to floats.
    default void uniform(double low, double high, float[] out, int offset, int length) {
        uniform(out, offset, length);
        Scaling.uniform((float) low, (float) high, (float) (high - low), out, offset, length);
    }

    /// Fills with normal numbers of this mean and standard deviation.
    default void normal(double mean, double std, float[] out, int offset, int length) {
        normal(out, offset, length);
        Scaling.normal((float) mean, (float) std, out, offset, length);
    }

    /// Fills with normal numbers that are kept within [low, high], both included, by drawing again what lies outside: mean
    /// and standard deviation are those before that. See [TruncatedNormal].
    ///
    /// Bounds may be infinite, and lie as far from the mean as they like.
    ///
    /// @throws IllegalArgumentException if std isn't positive, or low isn't less than high, as floats
    default void truncatedNormal(double mean, double std, double low, double high, float[] out, int offset, int length) {
        new TruncatedNormal(mean, std, low, high).fill(out, offset, length, this);
    }

    /// Fills with 1 where an event of probability `p` happens, else 0.
    ///
    /// @throws IllegalArgumentException if p is not of [0, 1]
    void bernoulli(double p, float[] out, int offset, int length);

    /// The numbers 0 … n - 1 in random order, each order as likely as the other.
    int[] permutation(int n);

    /// The source that belongs to a name. A keyed source gives one whose numbers depend on its own key and the name
    /// alone; a sequential one, which imitates another library's, gives itself.
    RandomSource stream(String name);

    /// The source that belongs to a number, an epoch's or a step's: as [#stream(String)].
    RandomSource stream(long index);
}
