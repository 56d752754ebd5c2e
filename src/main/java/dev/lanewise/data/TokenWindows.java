package dev.lanewise.data;

import dev.lanewise.random.RandomSource;
import java.util.Objects;

/// Pieces of one long row of indices, as of a text, each with what comes next at each of its places: what a model of language
/// learns from. Row r begins at index r, so that every piece is to be had; [#tiles] is the sampler that shows each index about
/// once an epoch.
///
/// ```java
/// var windows = new TokenWindows(vocabulary.encode(text), 64);
/// var loader = new DataLoader<>(windows, 32).sampler(windows.tiles(new Threefry(42).stream("starts")));
/// ```
public final class TokenWindows implements Dataset<TokenBatch> {

    private final int[] tokens;
    private final int length;

    /// One window at each place at which one fits, its target a token further.
    ///
    /// @param tokens one more than `length`, or more; not copied, and not to be changed
    /// @param length of a piece, 1 or more
    /// @throws IllegalArgumentException if there are too few tokens, or `length` is below 1
    public TokenWindows(int[] tokens, int length) {
        if (length < 1) throw new IllegalArgumentException("TokenWindows: length " + length + "; it must be 1 or more");
        if (tokens.length <= length) throw new IllegalArgumentException("TokenWindows: " + tokens.length
            + " tokens for pieces of " + length + " and what comes next; give more, or shorten the pieces");
        this.tokens = tokens;
        this.length = length;
    }

    /// The number of places where a piece may begin.
    @Override
    public int size() {
        return tokens.length - length;
    }

    /// Of a piece.
    public int length() {
        return length;
    }

    @Override
    public TokenBatch batch(int... rows) {
        Checks.rows("TokenWindows.batch", rows, size());
        int elements = Checks.elements("TokenWindows.batch", rows.length, length);
        var inputs = new int[elements];
        var targets = new int[elements];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(tokens, rows[i], inputs, i * length, length);
            System.arraycopy(tokens, rows[i] + 1, targets, i * length, length);
        }
        return new TokenBatch(inputs, targets, length);
    }

    /// Pieces that lie side by side, in random order; where the first begins is another place in each epoch, so that no index is
    /// always the first of its piece. Both are drawn from `source.stream(epoch)`.
    public Sampler tiles(RandomSource source) {
        return new Tiles(tokens.length, length, Objects.requireNonNull(source, "token windows: no source of random numbers"));
    }

    /// Pieces that lie side by side, from the first on: for validation.
    public Sampler tiles() {
        return new Tiles(tokens.length, length, null);
    }

    /// @param source null for the pieces from the first on, in their order
    private record Tiles(int tokens, int length, RandomSource source) implements Sampler {

        /// The last index is only ever what comes next.
        private int room() {
            return tokens - 1;
        }

        /// As many wherever the first begins.
        @Override
        public int size() {
            return source == null ? room() / length : Math.max(1, (room() - length + 1) / length);
        }

        @Override
        public int[] rows(int epoch) {
            var random = source == null ? null : source.stream(epoch);
            int starts = Math.min(length, room() - size() * length + 1);
            int first = random == null ? 0 : random.permutation(starts)[0];
            var rows = random == null ? null : random.permutation(size());
            var all = new int[size()];
            for (int i = 0; i < all.length; i++) all[i] = first + length * (rows == null ? i : rows[i]);
            return all;
        }
    }
}
