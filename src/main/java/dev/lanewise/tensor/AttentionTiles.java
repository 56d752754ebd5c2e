package dev.lanewise.tensor;

import dev.lanewise.kernel.Attention;
import dev.lanewise.kernel.Attention.Operand;
import dev.lanewise.random.Threefry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// How a matrix of attention weights, `[…, queries, keys]`, is cut into tiles: as [Attention] does it. What is allowed and what
/// is dropped in each, and what the kernel takes.
///
/// @param leading the sizes before queries and keys
/// @param causal  whether query i sees keys 0 to i alone: tiles of nothing but the future aren't there
/// @param allowed 0 where a query must not see a key, else 1; of as many dimensions as the matrix, and broadcast to it. Null if
///                it may see all
/// @param dropped the probability with which a weight counts as 0, while the others grow as much
/// @param keys    whose streams draw which; null if none is dropped
record AttentionTiles(Shape leading, int queries, int keyCount, boolean causal, Tensor allowed, double dropped, Threefry keys) {

    private static final int KEYS = Attention.KEYS;

    private static final Tensor TRIANGLE = triangle(KEYS, KEYS);

    /// Queries `from` to `to`, excluded, and keys `first` to `last`, excluded.
    ///
    /// @param diagonal whether some of its keys are in the future of some of its queries; then both begin at the same number
    record Tile(int from, int to, int first, int last, boolean diagonal) {}

    /// Each query meets its keys in order.
    List<Tile> tiles() {
        var tiles = new ArrayList<Tile>();
        for (int from = 0; from < queries; from += Attention.QUERIES) {
            int to = Math.min(queries, from + Attention.QUERIES);
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

    /// What weights are multiplied by; null if nothing is dropped. Of each element it is a function of the keys and of the
    /// element's place alone.
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
        return Tensor.generate((data, offset, length) -> keys.stream(row).stream(column)
            .bernoulli(1 - dropped, data, offset, length),
            Shape.of(sizes)).mul(scale);
    }

    /// Without a record.
    ///
    /// @param q as scaled
    Attention kernel(Tensor q, Tensor k, Tensor v, Tensor bias) {
        return new Attention(leading.numel(), queries, keyCount, q.size(-1), v.size(-1), causal, operand(q),
            operand(k), operand(v), bias == null ? null : operand(bias), allowed == null ? null : operand(allowed), dropped == 0
            ? null : this::fill);
    }

    /// As it lies in memory, where a row does so in one piece or is a single number.
    Operand operand(Tensor x) {
        int rank = leading.rank();
        var there = x.layout.strides()[rank + 1] == 1 || x.size(-1) == 1 ? x : View.gathered(x);
        var strides = new int[rank + 2];
        for (int dim = 0; dim < strides.length; dim++) strides[dim] = x.size(dim) == 1 ? 0 : there.layout.strides()[dim];
        return new Operand(there.data(), there.layout.offset(), strides[rank], strides[rank + 1], leading.toArray(), strides);
    }

    /// The factors of one matrix: [#cell]'s.
    private void fill(int matrix, int row, int column, float[] data, int offset) {
        int length = KEYS * KEYS;
        var source = keys.stream(row).stream(column);
        source.skip((long) matrix * length);
        source.bernoulli(1 - dropped, data, offset, length);
        float scale = 1 / (float) (1 - dropped);
        for (int i = 0; i < length; i++) data[offset + i] *= scale;
    }
}
