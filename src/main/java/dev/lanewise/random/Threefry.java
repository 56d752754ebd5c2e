package dev.lanewise.random;

import dev.lanewise.formula.Comparison;
import dev.lanewise.kernel.Elementwise;
import dev.lanewise.kernel.Fill;
import dev.lanewise.kernel.expr.Expr;
import dev.lanewise.kernel.expr.Formula;
import dev.lanewise.kernel.expr.Functions;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The library's own random numbers: Threefry 2x32 with 20 rounds, keyed and counted.
///
/// Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", 2011. It needs additions,
/// rotations and exclusive ors alone, so it runs on vectors of any width with the same bits.
///
/// What the numbers are is part of the API:
/// - The key of `new Threefry(seed)` is the seed: word 0 its low half, word 1 its high half.
/// - Block c encrypts the counter c, low half first, into two words. Elements come in groups of 32: block 16 g + l
///   gives element l of group g from its first word, and element l + 16 from its second. Each fill begins with a new
///   group.
/// - A uniform number is the word's upper 24 bits times 2^-24; an event of probability p is a uniform number below p. A
///   pair of normal numbers is Box and Muller's: the radius from the first word, as (w / 2 + 1/2) 2^-31 of (0, 1], the
///   angle from the second, as w 2^-32 of a turn.
/// - A stream's key is this key changed by one encryption for each 8 bytes of the name (UTF-8, little-endian, filled
///   with zeros) and one more for the length: `key = encrypt(key ^ STREAM, word)`. The stream of a number takes the
///   number for the name, and -1 for the length.
public final class Threefry implements RandomSource {

    private static final int PARITY = 0x1BD11BDA;
    private static final int[] ROTATIONS = {13, 15, 26, 6, 17, 29, 16, 24};
    private static final int ROUNDS = 20;
    /// Keeps the keys of streams apart from the blocks of numbers.
    private static final long STREAM = 0x6c616e6577697365L;

    private final long key;
    private long counter;

    /// A source whose numbers are those of this seed, on every machine.
    public Threefry(long seed) { this.key = seed; }

    @Override
    public void uniform(float[] out, int offset, int length) { fill(Kernels.UNIFORM, out, offset, length); }

    @Override
    public void normal(float[] out, int offset, int length) { fill(Kernels.NORMAL, out, offset, length); }

    @Override
    public void bernoulli(double p, float[] out, int offset, int length) {
        if (!(p >= 0 && p <= 1)) throw new IllegalArgumentException("bernoulli: probability " + p + "; it must be of [0, 1]");
        uniform(out, offset, length);
        // uniform numbers are multiples of 2^-24: exact in float, and so is this comparison
        float[] bound = {(float) Math.ceil(p * 0x1p24) * 0x1p-24f};
        Kernels.BELOW.run(0, out, offset, null, 0, null, 0, null, 0, null, 0, null, 0, bound, length);
    }

    /// Leaves out the numbers of a fill of so many.
    ///
    /// @throws IllegalArgumentException if it is negative, or there are no so many
    public void skip(long elements) {
        if (elements < 0 || elements > Long.MAX_VALUE / 2) throw new IllegalArgumentException("skip: " + elements
            + " elements; it must be 0 to 2^62");
        counter += Fill.blocks(elements);
    }

    private void fill(Fill kernel, float[] out, int offset, int length) {
        java.util.Objects.checkFromIndexSize(offset, length, out.length);
        kernel.run(out, offset, length, key, counter);
        counter += Fill.blocks(length);
    }

    @Override
    public int[] permutation(int n) {
        if (n < 0) throw new IllegalArgumentException("permutation: length " + n + "; it must not be negative");
        var order = new int[n];
        // Fisher and Yates, from the inside out; 64 bits a choice leave a bias below 2^-32
        for (int i = 0; i < n; i++) {
            int j = (int) Math.unsignedMultiplyHigh(encrypt(key, counter++), i + 1L);
            order[i] = order[j];
            order[j] = i;
        }
        counter = Math.ceilDiv(counter, 16L) * 16;
        return order;
    }

    @Override
    public Threefry stream(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        long derived = key;
        for (int i = 0; i < bytes.length; i += 8) {
            long word = 0;
            for (int j = i; j < Math.min(i + 8, bytes.length); j++) word |= (bytes[j] & 0xffL) << 8 * (j - i);
            derived = encrypt(derived ^ STREAM, word);
        }
        return new Threefry(encrypt(derived ^ STREAM, bytes.length));
    }

    @Override
    public Threefry stream(long index) {
        return new Threefry(encrypt(encrypt(key ^ STREAM, index) ^ STREAM, -1));
    }

    /// One block: the counter encrypted under the key, both with their word 0 in the low half.
    static long encrypt(long key, long counter) {
        int now = (int) key;
        int next = (int) (key >>> 32);
        int last = PARITY ^ now ^ next;
        int x0 = (int) counter + now;
        int x1 = (int) (counter >>> 32) + next;
        for (int round = 0; round < ROUNDS; round++) {
            x0 += x1;
            x1 = Integer.rotateLeft(x1, ROTATIONS[round % 8]) ^ x0;
            if (round % 4 == 3) {
                int before = now;
                now = next;
                next = last;
                last = before;
                x0 += now;
                x1 += next + round / 4 + 1;
            }
        }
        return (x0 & 0xffffffffL) | (long) x1 << 32;
    }

    /// The loops, emitted when the first numbers are drawn.
    private static final class Kernels {
        static final Fill UNIFORM;
        static final Fill NORMAL;
        /// 1 below a number, else 0.
        static final Elementwise BELOW = new Elementwise(new Formula("below", List.of(new Formula.Output(0,
            Expr.select(Comparison.LT, Expr.slot(0), Expr.scalar(0), Expr.constant(1f), Expr.constant(0f))))));

        static {
            var block = block();
            UNIFORM = new Fill("uniform", uniform(block[0]), uniform(block[1]));
            // Box and Muller
            var u = Expr.slot(0).bits().shiftRightUnsigned(1).toFloat().fma(0x1p-31f, 0x1p-32f);
            var radius = Functions.minusTwiceLog(u).sqrt();
            var angle = Functions.Circle.ofTurn(Expr.slot(1).bits());
            NORMAL = new Fill("words", block[0].asFloat(), block[1].asFloat())
                .then("normal", radius.mul(angle.cosine()), radius.mul(angle.sine()));
        }

        private static Expr.F32 uniform(Expr.I32 word) {
            return word.shiftRightUnsigned(8).toFloat().mul(0x1p-24f);
        }

        /// [#encrypt] as an expression of the counter: its two words.
        private static Expr.I32[] block() {
            Expr.I32[] keys = {Expr.key(0), Expr.key(1), Expr.key(0).xor(Expr.key(1)).xor(PARITY)};
            var x0 = Expr.counter(0).add(keys[0]);
            var x1 = Expr.counter(1).add(keys[1]);
            for (int round = 0; round < ROUNDS; round++) {
                x0 = x0.add(x1);
                x1 = x1.rotateLeft(ROTATIONS[round % 8]).xor(x0);
                if (round % 4 == 3) {
                    int injection = round / 4 + 1;
                    x0 = x0.add(keys[injection % 3]);
                    x1 = x1.add(keys[(injection + 1) % 3].add(injection));
                }
            }
            return new Expr.I32[] {x0, x1};
        }
    }
}
