package dev.lanewise.random;

/// Where random numbers come from. Not safe for use by two threads at once; [#stream(String)] gives each its own.
public interface RandomSource {

    /// Fills with uniform numbers of [0, 1), multiples of 2^-24.
    void uniform(float[] out, int offset, int length);

    /// Fills with standard normal numbers.
    void normal(float[] out, int offset, int length);

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
