package dev.lanewise.random;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The state of PyTorch's generator for CPUs, as the bytes that PyTorch makes of it on a machine of 64 bits: its seed; the
/// twister's words, each in 8 bytes, and its place among them; and the normal number that waits. Some fields are of
/// generators before it, and always 0.
///
/// @param waiting NaN if none does
record TorchState(long seed, MersenneTwister twister, double waiting) {

    private static final int SEED = 0;
    private static final int LEFT = 8;
    private static final int SEEDED = 12;
    private static final int NEXT = 16;
    private static final int WORDS = 24;
    private static final int WAITING = 5024;
    private static final int WAITS = 5040;
    private static final int BYTES = 5056;

    /// @throws IllegalArgumentException if it is of another length, or a place among the words that there isn't
    static TorchState of(byte[] state) {
        if (state.length != BYTES) throw new IllegalArgumentException("TorchRandom: a state of " + state.length
            + " bytes; torch.get_rng_state() gives " + BYTES);
        var bytes = ByteBuffer.wrap(state).order(ByteOrder.LITTLE_ENDIAN);
        int left = bytes.getInt(LEFT);
        long next = bytes.getLong(NEXT);
        // before the first twist there are no words to go through
        boolean fresh = left == 1 && next == 0;
        boolean amid = left >= 1 && left <= MersenneTwister.SIZE && next + left == MersenneTwister.SIZE + 1;
        if (bytes.getInt(SEEDED) != 1 || !fresh && !amid)
            throw new IllegalArgumentException("TorchRandom: word " + next + " comes next in the state, " + left
                + " before the next twist; take the bytes of torch.get_rng_state() as they are, of a CPU's generator");
        var words = new int[MersenneTwister.SIZE];
        for (int i = 0; i < words.length; i++) words[i] = (int) bytes.getLong(WORDS + Long.BYTES * i);
        double waiting = bytes.getInt(WAITS) == 0 ? Double.NaN : bytes.getDouble(WAITING);
        return new TorchState(bytes.getLong(SEED), new MersenneTwister(words, (int) next, left), waiting);
    }

    byte[] bytes() {
        var bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN)
            .putLong(SEED, seed).putInt(LEFT, twister.left()).putInt(SEEDED, 1).putLong(NEXT, twister.position());
        var words = twister.words();
        for (int i = 0; i < words.length; i++) bytes.putLong(WORDS + Long.BYTES * i, Integer.toUnsignedLong(words[i]));
        if (!Double.isNaN(waiting)) bytes.putDouble(WAITING, waiting).putInt(WAITS, 1);
        return bytes.array();
    }
}
