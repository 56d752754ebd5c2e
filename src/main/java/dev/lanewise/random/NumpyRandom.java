package dev.lanewise.random;

/// The random numbers that NumPy's legacy functions draw after `np.random.seed(seed)`.
///
/// What `rand`, `uniform`, `randint`, `shuffle` and `permutation` give is NumPy's to the bit, everywhere. `randn` and
/// `normal` take a logarithm: here, on every machine, that of glibc 2.28 and later on x86-64 with fused multiply-adds, and so
/// NumPy's numbers there to the bit (a million of each of three seeds are tested, drawn with glibc 2.36). Where NumPy has
/// another C library's logarithm, one number of some thousands may differ by an ulp or two.
///
/// It is a sequential source, as [TorchRandom] is: its streams are itself. Filling floats gives NumPy's numbers
/// `.astype(np.float32)`; where that rounds a uniform number up to the excluded bound, the least number takes its place.
public final class NumpyRandom implements RandomSource {

    private static final long LARGEST_SEED = 0xffffffffL;

    private final MersenneTwister twister;
    /// The second of a pair of normal numbers, waiting; NaN if there is none.
    private double waiting = Double.NaN;

    /// As after `np.random.seed(seed)`.
    ///
    /// @throws IllegalArgumentException if the seed is not of [0, 2^32), as for NumPy
    public NumpyRandom(long seed) {
        if (seed < 0 || seed > LARGEST_SEED) throw new IllegalArgumentException(
            "NumpyRandom: seed " + seed + "; it must be 0 to " + LARGEST_SEED + ", as for np.random.seed");
        this.twister = new MersenneTwister((int) seed);
    }

    /// As `np.random.rand()`: a multiple of 2^-53 of [0, 1).
    public double rand() {
        long high = twister.next() >>> 5;
        long low = twister.next() >>> 6;
        return ((high << 26) + low) * 0x1p-53;
    }

    /// As `np.random.rand(n)`.
    public double[] rand(int n) { return filled("rand", n, this::rand); }

    /// As `np.random.randn()`: a standard normal number, by Marsaglia's polar method.
    public double randn() {
        double found = waiting;
        waiting = Double.NaN;
        if (!Double.isNaN(found)) return found;
        while (true) {
            double x = 2 * rand() - 1;
            double y = 2 * rand() - 1;
            double square = x * x + y * y;
            if (square >= 1 || square == 0) continue;
            double factor = Math.sqrt(-2 * GlibcLogarithm.of(square) / square);
            waiting = factor * x;
            return factor * y;
        }
    }

    /// As `np.random.randn(n)`.
    public double[] randn(int n) { return filled("randn", n, this::randn); }

    /// As `np.random.uniform(low, high, n)`.
    public double[] uniform(double low, double high, int n) {
        double width = high - low;
        return filled("uniform", n, () -> low + width * rand());
    }

    /// As `np.random.normal(mean, std, n)`.
    public double[] normal(double mean, double std, int n) { return filled("normal", n, () -> mean + std * randn()); }

    private static double[] filled(String operation, int n, java.util.function.DoubleSupplier next) {
        checkLength(operation, n);
        var out = new double[n];
        for (int i = 0; i < n; i++) out[i] = next.getAsDouble();
        return out;
    }

    /// As `np.random.randint(low, high, n)`: whole numbers of [low, high).
    ///
    /// @throws IllegalArgumentException if low isn't less than high, or n is negative
    public int[] randint(int low, int high, int n) {
        checkLength("randint", n);
        if (low >= high) throw new IllegalArgumentException(
            "randint: from " + low + " to below " + high + "; the first bound must be less than the second");
        var out = new int[n];
        for (int i = 0; i < n; i++) out[i] = low + upTo(high - 1 - low);
        return out;
    }

    /// A whole number of [0, max], max being unsigned: bits are drawn until they are no more than that.
    private int upTo(int max) {
        if (max == 0) return 0;
        int mask = -1 >>> Integer.numberOfLeadingZeros(max);
        while (true) {
            int value = twister.next() & mask;
            if (Integer.compareUnsigned(value, max) <= 0) return value;
        }
    }

    /// As `np.random.shuffle`, in place.
    public void shuffle(int[] values) {
        for (int i = values.length - 1; i > 0; i--) {
            int j = upTo(i);
            int moved = values[i];
            values[i] = values[j];
            values[j] = moved;
        }
    }

    /// As `np.random.shuffle`, in place.
    public void shuffle(double[] values) {
        var order = permutation(values.length);
        var before = values.clone();
        for (int i = 0; i < values.length; i++) values[i] = before[order[i]];
    }

    /// As `np.random.permutation(n)`.
    @Override
    public int[] permutation(int n) {
        checkLength("permutation", n);
        var order = new int[n];
        for (int i = 0; i < n; i++) order[i] = i;
        shuffle(order);
        return order;
    }

    @Override
    public void uniform(float[] out, int offset, int length) { uniform(0, 1, out, offset, length); }

    @Override
    public void uniform(double low, double high, float[] out, int offset, int length) {
        java.util.Objects.checkFromIndexSize(offset, length, out.length);
        for (int i = offset; i < offset + length; i++) {
            float value = (float) (low + (high - low) * rand());
            out[i] = value < (float) high ? value : (float) low;
        }
    }

    @Override
    public void normal(float[] out, int offset, int length) { normal(0, 1, out, offset, length); }

    @Override
    public void normal(double mean, double std, float[] out, int offset, int length) {
        java.util.Objects.checkFromIndexSize(offset, length, out.length);
        for (int i = offset; i < offset + length; i++) out[i] = (float) (mean + std * randn());
    }

    /// As `np.random.rand(n) < p`.
    @Override
    public void bernoulli(double p, float[] out, int offset, int length) {
        java.util.Objects.checkFromIndexSize(offset, length, out.length);
        if (!(p >= 0 && p <= 1)) throw new IllegalArgumentException("bernoulli: probability " + p + "; it must be of [0, 1]");
        for (int i = offset; i < offset + length; i++) out[i] = rand() < p ? 1f : 0f;
    }

    private static void checkLength(String operation, int n) {
        if (n < 0) throw new IllegalArgumentException(operation + ": length " + n + "; it must not be negative");
    }

    /// This source itself: NumPy's legacy functions have one sequence.
    @Override
    public NumpyRandom stream(String name) { return this; }

    /// This source itself.
    @Override
    public NumpyRandom stream(long index) { return this; }
}
