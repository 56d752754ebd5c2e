package dev.lanewise.tensor;

import dev.lanewise.random.Threefry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// How a matrix of attention weights, `[…, queries, keys]`, is cut: into blocks of [#KEYS] keys, which are part of the definition, and of
/// as many queries as are worth a call. What is allowed and what is dropped in each tile.
///
/// @param leading the sizes before queries and keys
/// @param causal  whether query i sees keys 0 to i alone: tiles of nothing but the future aren't there
/// @param allowed 0 where a query must not see a key, else 1; of as many dimensions as the matrix, and broadcast to it. Null if it may
///                see all
/// @param dropped the probability with which a weight counts as 0, while the others grow as much
/// @param keys    whose streams draw which; null if none is dropped
record AttentionTiles(Shape leading, int queries, int keyCount, boolean causal, Tensor allowed, double dropped, Threefry keys) {

    /// Keys in one step of the recurrence.
    static final int KEYS = 64;
    /// Queries in a tile, a multiple: no result depends on it.
    private static final int QUERIES = 4 * KEYS;

    private static final Tensor TRIANGLE = triangle(KEYS, KEYS);

    /// Queries `from` to `to`, excluded, and keys `first` to `last`, excluded.
    ///
    /// @param diagonal whether some of its keys are in the future of some of its queries; then both begin at the same number
    record Tile(int from, int to, int first, int last, boolean diagonal) {}

    /// Each query meets its keys in order.
    List<Tile> tiles() {
        var tiles = new ArrayList<Tile>();
        for (int from = 0; from < queries; from += QUERIES) {
            int to = Math.min(queries, from + QUERIES);
            for (int first = 0; first < (causal ? Math.min(to, keyCount) : keyCount); first += KEYS) {
                int last = Math.min(keyCount, first + KEYS);
                int below = from;
                if (causal && first >= from) {
                    below = Math.min(to, first + KEYS);
                    tiles.add(new Tile(first, below, first, last, true));
                }
                if (below < to) tiles.add(new Tile(below, to, first, last, false));
            }
        }
        return tiles;
    }

    /// All in one.
    Tile whole() { return new Tile(0, queries, 0, keyCount, causal); }

    /// 0 where a key must not be seen; null if all may be.
    Tensor allowed(Tile tile) {
        var triangle = !tile.diagonal ? null : tile.to - tile.from <= KEYS && tile.last - tile.first <= KEYS
            ? TRIANGLE.slice(0, 0, tile.to - tile.from).slice(1, 0, tile.last - tile.first)
            : triangle(tile.to - tile.from, tile.last - tile.first);
        if (allowed == null) return triangle;
        var part = part(allowed, tile);
        return triangle == null ? part : part.mul(triangle);
    }

    /// In memory of its own: one of them is kept.
    private static Tensor triangle(int rows, int columns) {
        var data = new float[Shape.of(rows, columns).numel()];
        for (int i = 0; i < rows; i++) Arrays.fill(data, i * columns, i * columns + Math.min(columns, i + 1), 1f);
        return Tensor.wrap(data, rows, columns);
    }

    /// Of what is broadcast to the matrix and has as many dimensions.
    static Tensor part(Tensor x, Tile tile) {
        var rows = x.size(-2) == 1 ? x : x.slice(-2, tile.from, tile.to);
        return x.size(-1) == 1 ? rows : rows.slice(-1, tile.first, tile.last);
    }

    /// What weights are multiplied by; null if nothing is dropped. Of each element it is a function of the keys and of the element's
    /// place alone.
    Tensor factors(Tile tile) {
        if (dropped == 0) return null;
        var columns = new ArrayList<Tensor>();
        for (int first = tile.first; first < tile.last; first += KEYS) {
            var rows = new ArrayList<Tensor>();
            for (int from = tile.from; from < tile.to; from += KEYS)
                rows.add(cell(from / KEYS, first / KEYS).slice(-2, 0, tile.to - from).slice(-1, 0, tile.last - first));
            columns.add(Tensor.cat(-2, rows.toArray(Tensor[]::new)));
        }
        return Tensor.cat(-1, columns.toArray(Tensor[]::new));
    }

    private Tensor cell(int row, int column) {
        var sizes = Arrays.copyOf(leading.toArray(), leading.rank() + 2);
        sizes[leading.rank()] = KEYS;
        sizes[leading.rank() + 1] = KEYS;
        float scale = 1 / (float) (1 - dropped);
        return Tensor.generate((data, offset, length) -> keys.stream(row).stream(column).bernoulli(1 - dropped, data, offset, length),
            Shape.of(sizes)).mul(scale);
    }
}
