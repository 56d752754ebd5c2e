package dev.lanewise.random;

/// The random numbers that PyTorch draws after `torch.manual_seed(seed)` on an x86 CPU with AVX2, bit for bit: so a
/// model that is initialized from this source starts from the weights that a tutorial's does.
///
/// It is a sequential source: what is drawn depends on all that was drawn before, and its streams are itself. So layers
/// must be initialized in the order in which PyTorch's constructors run. Here the numbers are the same on every machine;
/// PyTorch's own are others on CPUs without AVX2, and on GPUs.
///
/// How many numbers are drawn at once matters, as in PyTorch: 16 normal numbers or more come from blocks of 16 floats,
/// fewer one by one from doubles, in pairs of which the second waits for the next such draw.
///
/// Checked against PyTorch 2.13 on an AMD CPU. On Intel's it may draw Bernoulli numbers with Intel's math library, which
/// are others (its issue 121595).
public final class TorchRandom implements RandomSource {

    /// Where PyTorch goes over to 64 bits for a whole number.
    private static final long WIDE_RANGE = 1L << 28;
    /// Where PyTorch's permutations go over to another algorithm.
    private static final long LONG_PERMUTATION = (1L << 32) / 20;

    private long seed;
    private MersenneTwister twister;
    /// The second of a pair of normal numbers, waiting; NaN if there is none.
    private double waiting = Double.NaN;

    /// As after `torch.manual_seed(seed)`.
    ///
    /// @param seed as given to `torch.manual_seed`, which uses its lower 32 bits
    public TorchRandom(long seed) {
        this.seed = seed;
        this.twister = new MersenneTwister((int) seed);
    }

    /// Where this source stands: the 5,056 bytes of `torch.get_rng_state()`.
    public byte[] state() { return new TorchState(seed, twister, waiting).bytes(); }

    /// Goes on from there, as after `torch.set_rng_state(state)`.
    ///
    /// @throws IllegalArgumentException if that is no state of PyTorch's generator for CPUs; this source stays where it was
    public void state(byte[] state) {
        var found = TorchState.of(state);
        seed = found.seed();
        twister = found.twister();
        waiting = found.waiting();
    }

    /// As `tensor.uniform_()` and `torch.rand`: the lower 24 bits of a word times 2^-24.
    @Override
    public void uniform(float[] out, int offset, int length) {
        java.util.Objects.checkFromIndexSize(offset, length, out.length);
        for (int i = offset; i < offset + length; i++) out[i] = (twister.next() & 0xffffff) * 0x1p-24f;
    }

    /// As `tensor.uniform_(low, high)`.
    @Override
    public void uniform(double low, double high, float[] out, int offset, int length) {
        uniform(out, offset, length);
        float from = (float) low;
        float to = (float) high;
        Scaling.uniform(from, to, to - from, out, offset, length);
    }

    /// As `tensor.uniform_(low, high)` of a tensor of doubles.
    public void uniform(double low, double high, double[] out) {
        for (int i = 0; i < out.length; i++) {
            double value = Math.fma(nextDouble(), high - low, low);
            out[i] = value == high ? low : value;
        }
    }

    /// As `nn.init.trunc_normal_`.
    ///
    /// @throws IllegalArgumentException also if PyTorch would not come to an end
    @Override
    public void truncatedNormal(double mean, double std, double low, double high, float[] out, int offset, int length) {
        var law = new TruncatedNormal(mean, std, low, high);
        if (!law.isTorchs()) throw new IllegalArgumentException("truncatedNormal: mean " + mean + ", standard deviation " + std
            + ", from "
            + low + " to " + high + "; of PyTorch's uniform candidates fewer than one number in 100,000 would be kept; move"
            + " the bounds" + " together or towards the mean, or draw from Threefry, which takes any");
        law.fillAsTorch(out, offset, length, this);
    }

    /// As `tensor.normal_()` and `torch.randn`.
    @Override
    public void normal(float[] out, int offset, int length) { normal(0, 1, out, offset, length); }

    /// As `tensor.normal_(mean, std)`.
    @Override
    public void normal(double mean, double std, float[] out, int offset, int length) {
        java.util.Objects.checkFromIndexSize(offset, length, out.length);
        if (length < BoxMuller.BLOCK) {
            for (int i = offset; i < offset + length; i++) out[i] = (float) Math.fma(nextNormal(), std, mean);
            return;
        }
        uniform(out, offset, length);
        int whole = length - length % BoxMuller.BLOCK;
        BoxMuller.transform((float) mean, (float) std, out, offset, whole);
        if (whole == length) return;
        // the last 16 are drawn anew, though some of them are there already
        int last = offset + length - BoxMuller.BLOCK;
        uniform(out, last, BoxMuller.BLOCK);
        BoxMuller.transform((float) mean, (float) std, out, last, BoxMuller.BLOCK);
    }

    /// As `tensor.normal_(mean, std)` of a tensor of doubles, but for the last bits of some: PyTorch takes sine and cosine from
    /// the C library, whose bits are no standard. Against glibc 2.36, one number in 35 differs, by three ulps at most.
    public void normal(double mean, double std, double[] out) {
        if (out.length < BoxMuller.BLOCK) {
            for (int i = 0; i < out.length; i++) out[i] = Math.fma(nextNormal(), std, mean);
            return;
        }
        for (int i = 0; i < out.length; i++) out[i] = nextDouble();
        int rest = out.length % BoxMuller.BLOCK;
        for (int i = 0; i < out.length - rest; i += BoxMuller.BLOCK) BoxMuller.transform(mean, std, out, i);
        if (rest == 0) return;
        int last = out.length - BoxMuller.BLOCK;
        for (int i = last; i < out.length; i++) out[i] = nextDouble();
        BoxMuller.transform(mean, std, out, last);
    }

    /// One normal number, by Box and Muller.
    private double nextNormal() {
        double found = waiting;
        waiting = Double.NaN;
        if (!Double.isNaN(found)) return found;
        double turn = nextDouble();
        double radius = Math.sqrt(-2 * StrictMath.log1p(-nextDouble()));
        double angle = 2 * Math.PI * turn;
        waiting = radius * StrictMath.sin(angle);
        return radius * StrictMath.cos(angle);
    }

    /// As `tensor.bernoulli_(p)`; the mask of dropout is that with probability 1 - p. Takes two words a number.
    @Override
    public void bernoulli(double p, float[] out, int offset, int length) {
        java.util.Objects.checkFromIndexSize(offset, length, out.length);
        if (!(p >= 0 && p <= 1)) throw new IllegalArgumentException("bernoulli: probability " + p + "; it must be of [0, 1]");
        for (int i = offset; i < offset + length; i++) out[i] = nextDouble() < p ? 1f : 0f;
    }

    /// As `torch.bernoulli(probabilities)`: an element with each probability, at one word a number.
    ///
    /// @return 1 where the event happens, else 0
    /// @throws IllegalArgumentException if a probability is not of [0, 1]
    public float[] bernoulli(float[] probabilities) {
        for (float p : probabilities) if (!(p >= 0 && p <= 1))
            throw new IllegalArgumentException("bernoulli: probability " + p + "; each must be of [0, 1]");
        var out = new float[probabilities.length];
        uniform(out, 0, out.length);
        for (int i = 0; i < out.length; i++) out[i] = out[i] < probabilities[i] ? 1f : 0f;
        return out;
    }

    /// As `torch.randint(low, high, [n])`: whole numbers of [low, high).
    ///
    /// @throws IllegalArgumentException if low isn't less than high, or n is negative
    public int[] randint(int low, int high, int n) {
        if (low >= high || n < 0) throw new IllegalArgumentException("randint: " + n + " numbers from " + low + " to below "
            + high + "; the first bound must be less than the second, and their number not negative");
        long range = (long) high - low;
        var out = new int[n];
        for (int i = 0; i < n; i++) {
            long word = range < WIDE_RANGE ? Integer.toUnsignedLong(twister.next()) : next64();
            out[i] = (int) (low + Long.remainderUnsigned(word, range));
        }
        return out;
    }

    /// As `torch.randperm(n)`.
    ///
    /// @throws IllegalArgumentException if n is negative, or so large (2^32 / 20) that PyTorch takes another way
    @Override
    public int[] permutation(int n) {
        if (n < 0 || n > LONG_PERMUTATION) throw new IllegalArgumentException("permutation: length " + n
            + "; it must be 0 to " + LONG_PERMUTATION + ", beyond which PyTorch has another algorithm; take a Threefry for it");
        var order = new int[n];
        for (int i = 0; i < n; i++) order[i] = i;
        for (int i = 0; i < n - 1; i++) {
            int j = i + Integer.remainderUnsigned(twister.next(), n - i);
            int moved = order[i];
            order[i] = order[j];
            order[j] = moved;
        }
        return order;
    }

    private long next64() { return (long) twister.next() << 32 | Integer.toUnsignedLong(twister.next()); }

    private double nextDouble() { return (next64() & (1L << 53) - 1) * 0x1p-53; }

    /// This source itself: PyTorch has one sequence.
    @Override
    public TorchRandom stream(String name) { return this; }

    /// This source itself.
    @Override
    public TorchRandom stream(long index) { return this; }
}
