package dev.lanewise.testing;

import dev.lanewise.random.RandomSource;

/// Another source, of which subclasses change a part.
public class Delegate implements RandomSource {
    private final RandomSource source;

    protected Delegate(RandomSource source) { this.source = source; }

    @Override
    public void uniform(float[] out, int offset, int length) { source.uniform(out, offset, length); }

    @Override
    public void normal(float[] out, int offset, int length) { source.normal(out, offset, length); }

    @Override
    public void bernoulli(double p, float[] out, int offset, int length) { source.bernoulli(p, out, offset, length); }

    @Override
    public int[] permutation(int n) { return source.permutation(n); }

    @Override
    public RandomSource stream(String name) { return source.stream(name); }

    @Override
    public RandomSource stream(long index) { return source.stream(index); }
}
