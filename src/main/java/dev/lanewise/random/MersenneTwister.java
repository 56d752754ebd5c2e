package dev.lanewise.random;

/// The twister that PyTorch and NumPy draw from: MT19937, seeded by one word.
///
/// Source: Matsumoto and Nishimura, "Mersenne twister: a 623-dimensionally equidistributed uniform pseudo-random number
/// generator", 1998; the seeding is that of their revision of 2002.
final class MersenneTwister {

    static final int SIZE = 624;
    private static final int MIDDLE = 397;
    private static final int MATRIX = 0x9908b0df;
    private static final int SEEDING = 1812433253;

    private final int[] state;
    /// The word that comes next, and how many come before the next twist, that one's own included.
    private int next;
    private int left;

    MersenneTwister(int seed) {
        this(new int[SIZE], 0, 1);
        state[0] = seed;
        for (int i = 1; i < SIZE; i++) state[i] = SEEDING * (state[i - 1] ^ state[i - 1] >>> 30) + i;
    }

    /// Goes on from a state; it is taken over.
    MersenneTwister(int[] state, int next, int left) {
        this.state = state;
        this.next = next;
        this.left = left;
    }

    int[] words() { return state.clone(); }

    int position() { return next; }

    int left() { return left; }

    /// The next 32 bits.
    int next() {
        if (--left == 0) twist();
        int y = state[next++];
        y ^= y >>> 11;
        y ^= y << 7 & 0x9d2c5680;
        y ^= y << 15 & 0xefc60000;
        return y ^ y >>> 18;
    }

    private void twist() {
        for (int i = 0; i < SIZE; i++) {
            int joined = state[i] & 0x80000000 | state[(i + 1) % SIZE] & 0x7fffffff;
            state[i] = state[(i + MIDDLE) % SIZE] ^ joined >>> 1 ^ -(joined & 1) & MATRIX;
        }
        next = 0;
        left = SIZE;
    }
}
