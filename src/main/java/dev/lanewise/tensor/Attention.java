package dev.lanewise.tensor;

import dev.lanewise.bridge.TensorBridge;
import dev.lanewise.kernel.Attention.Gradients;
import dev.lanewise.kernel.Attention.Operand;
import dev.lanewise.kernel.Attention.Rows;
import dev.lanewise.kernel.Spares;
import dev.lanewise.tensor.AttentionTiles.Tile;
import java.lang.ref.SoftReference;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/// softmax(Q Kᵀ + bias) V, in blocks of keys: Milakov and Gimelshein, "Online normalizer calculation for softmax", 2018; Rabe and
/// Staats, "Self-attention does not need O(n²) memory", 2021; Dao et al., "FlashAttention", 2022.
///
/// What the result is, and its gradients, [dev.lanewise.kernel.Attention] says. No matrix of queries and keys is kept: what is
/// differentiated twice, and the gradient of what is added to scores, is made tile by tile in operations, of the saved m and l.
final class Attention implements TensorBridge.Attended {

    private static final String NAME = "attention";

    private static final ElementwiseOperation POWERS = Operation.elementwise(NAME, (s, m) -> s.sub(m).exp());
    private static final ElementwiseOperation MASKED_POWERS =
        Operation.elementwise(NAME, (s, m, allowed) -> allowed.ne(0).select(s.sub(m).exp(), 0));
    private static final ElementwiseOperation MASKED_QUOTIENTS =
        Operation.elementwise(NAME, (p, l, allowed) -> allowed.ne(0).select(p.div(l), 0));

    private static final Spares<Workspace> WORKSPACES = new Spares<>(Workspace::new);

    /// What a tile's intermediate results lie in, so that those of the next one of its size do, too, whatever scope is open
    /// around it.
    private static final class Workspace extends Spares.Loan {
        /// More sizes than the tiles of two calls have.
        private static final int MOST = 12;

        private SoftReference<Map<Long, Scope>> scopes = new SoftReference<>(null);

        Scope open(Tile tile) {
            var kept = scopes.get();
            if (kept == null) scopes = new SoftReference<>(kept = new LinkedHashMap<>(MOST, 0.75f, true));
            long size = (long) (tile.to() - tile.from()) << Integer.SIZE | tile.last() - tile.first();
            var scope = kept.computeIfAbsent(size, _ -> new Scope());
            // the one that wasn't used for longest
            if (kept.size() > MOST) kept.remove(kept.keySet().iterator().next());
            return scope.open();
        }
    }

    /// What is differentiated by. Null where there is no bias, and before backward no gradient.
    ///
    /// @param gradient of the result
    /// @param offset   the sum of gradient times result, for each query
    /// @param sum      l
    private record Operands(Tensor q, Tensor k, Tensor v, Tensor bias, Tensor gradient, Tensor offset, Tensor sum) {

        Tensor[] all() { return new Tensor[] {q, k, v, bias, gradient, offset, sum}; }

        static Operands of(Tensor[] all) { return new Operands(all[0], all[1], all[2], all[3], all[4], all[5], all[6]); }

        boolean[] wanted() {
            var wanted = new boolean[7];
            for (int i = 0; i < 7; i++) wanted[i] = all()[i] != null && all()[i].requiresGrad();
            return wanted;
        }

        /// Where a tile is in the layout of an operand.
        static Layout part(int i, Layout whole, Tile tile) {
            int rank = whole.shape().rank();
            return switch (i) {
                case 1, 2 -> whole.slice(rank - 2, tile.first(), tile.last(), 1);
                case 3 -> {
                    var rows = whole.shape().size(rank - 2) == 1 ? whole : whole.slice(rank - 2, tile.from(), tile.to(), 1);
                    yield whole.shape().size(rank - 1) == 1 ? rows : rows.slice(rank - 1, tile.first(), tile.last(), 1);
                }
                default -> whole.slice(rank - 2, tile.from(), tile.to(), 1);
            };
        }

        /// In a tile.
        Operands part(Tile tile) {
            var parts = all();
            for (int i = 0; i < parts.length; i++) {
                int operand = i;
                if (parts[i] != null) parts[i] = View.seen(NAME, parts[i], whole -> part(operand, whole, tile));
            }
            return of(parts);
        }
    }

    private final AttentionTiles tiles;
    private final Tensor q;
    private final Tensor k;
    private final Tensor bias;
    /// What is subtracted from each query's scores: a constant, as no result depends on it.
    private final Tensor largest;
    private final Tensor output;
    /// l, for each query.
    private final Tensor sums;

    /// @param q    `[…, queries, n]`, scaled
    /// @param k    `[…, keys, n]`
    /// @param v    `[…, keys, m]`
    /// @param bias added to the scores, of as many dimensions and broadcast to them; null for none
    Attention(Tensor q, Tensor k, Tensor v, Tensor bias, AttentionTiles tiles) {
        this.tiles = tiles;
        this.q = q;
        this.k = k;
        this.bias = bias;
        var rowShape = q.shape().with(q.shape().rank() - 1, 1);
        var outputShape = q.shape().with(q.shape().rank() - 1, v.size(-1));
        this.largest = Tensor.empty(rowShape);
        int n = outputShape.numel();
        var both = Autograd.unrecorded(() -> {
            var result = Tensor.empty(Shape.of(sum(n, rowShape.numel())));
            int from = result.layout.offset();
            tiles.kernel(q, k, v, bias).forward(1, new Operand(result.data(), from, v.size(-1), q.size(-2) * v.size(-1)),
                rows(result.data(), from + n));
            return result;
        });
        var recorded = recorded(both, q, k, v, bias, outputShape, rowShape);
        this.output = recorded.slice(0, 0, n).reshape(outputShape);
        this.sums = recorded.slice(0, n, both.numel()).reshape(rowShape);
    }

    @Override
    public Tensor output() { return output; }

    @Override
    public Tensor weights() {
        var whole = tiles.whole();
        var weights = weights(q, k, bias, largest, sums, tiles.allowed(whole));
        var factors = tiles.factors(whole);
        return factors == null ? weights : weights.mul(factors);
    }

    private Rows rows(float[] sums, int offset) { return new Rows(largest.data(), largest.layout.offset(), sums, offset); }

    // ---- a tile in operations

    private static Tensor scores(Tensor q, Tensor k, Tensor bias, Tensor allowed) {
        var products = MaskedProduct.scores(q, k, allowed);
        return bias == null ? products : products.add(bias);
    }

    private static Tensor powers(Tensor scores, Tensor largest, Tensor allowed) {
        return allowed == null ? POWERS.apply(scores, largest) : MASKED_POWERS.apply(scores, largest, allowed);
    }

    private static Tensor weights(Tensor q, Tensor k, Tensor bias, Tensor largest, Tensor sum, Tensor allowed) {
        var powers = powers(scores(q, k, bias, allowed), largest, allowed);
        return allowed == null ? powers.div(sum) : MASKED_QUOTIENTS.apply(powers, sum, allowed);
    }

    /// Into memory that nothing has been made of yet.
    private static void put(Tensor from, Tensor to) { StridedLoop.copy(from, to.data(), to.layout); }

    // ---- backward

    private Tensor recorded(Tensor both, Tensor q, Tensor k, Tensor v, Tensor bias, Shape outputShape, Shape rowShape) {
        var operands = new Operands(q, k, v, bias, null, null, null);
        var wanted = operands.wanted();
        var joint = joint(operands.all());
        if (!Autograd.records(joint)) return both;
        var saved = saved(operands);
        var result = new SavedTensor(NAME, both);
        int n = outputShape.numel();
        return Autograd.record(both, NAME, Edge.to(joint, g -> {
            var x = operands(saved);
            var output = result.get().slice(0, 0, n).reshape(outputShape);
            var sum = result.get().slice(0, n, both.numel()).reshape(rowShape);
            var gradient = g.slice(0, 0, n).reshape(outputShape);
            // by l, too, of which other derivatives are made
            var offset = gradient.mul(output).sum(true, -1).sub(g.slice(0, n, g.numel()).reshape(rowShape).mul(sum));
            return backward(new Operands(x.q, x.k, x.v, x.bias, gradient, offset, sum), wanted);
        }));
    }

    /// The gradients of the first four that are wanted, one after the other.
    private Tensor backward(Operands x, boolean[] wanted) {
        var result = Autograd.unrecorded(() -> {
            var sums = Tensor.blank(Shape.of(length(x.all(), wanted, 4)));
            if (wanted[3]) addGradients(x, wanted, places(sums, x.all(), wanted, 4));
            else {
                var l = View.gathered(x.sum);
                tiles.kernel(x.q, x.k, x.v, x.bias).backward(rows(l.data(), l.layout.offset()), tiles.operand(x.gradient),
                    tiles.operand(View.gathered(x.offset)), places(sums, x, wanted));
            }
            return sums;
        });
        var by = x.wanted();
        var joint = joint(x.all());
        if (!Autograd.records(joint)) return result;
        var saved = saved(x);
        return Autograd.record(result, NAME + " backward", Edge.to(joint, g -> secondBackward(operands(saved), wanted, by, g)));
    }

    private static Gradients places(Tensor sums, Operands x, boolean[] wanted) {
        var all = x.all();
        var at = new int[3];
        int next = sums.layout.offset();
        for (int i = 0; i < 3; i++) {
            at[i] = wanted[i] ? next : -1;
            if (wanted[i]) next += all[i].numel();
        }
        return new Gradients(sums.data(), at[0], at[1], at[2]);
    }

    /// In operations, tile by tile.
    private void addGradients(Operands x, boolean[] wanted, Tensor[] places) {
        try (var workspace = WORKSPACES.borrow()) {
            for (var tile : tiles.tiles()) try (var _ = workspace.open(tile)) {
                var parts = gradients(x.part(tile), tile, View.seen(NAME, largest, all -> Operands.part(6, all, tile)), wanted);
                for (int i = 0; i < 4; i++) if (wanted[i]) {
                    int operand = i;
                    var place = View.seen(NAME, places[i], whole -> Operands.part(operand, whole, tile));
                    put(place.add(parts[i]), place);
                }
            }
        }
    }

    /// Of one tile, in operations that have derivatives.
    private Tensor[] gradients(Operands x, Tile tile, Tensor largest, boolean[] wanted) {
        var allowed = tiles.allowed(tile);
        var columns = allowed == null ? null : allowed.transpose(-1, -2);
        var factors = tiles.factors(tile);
        var weights = weights(x.q, x.k, x.bias, largest, x.sum, allowed);
        var parts = new Tensor[4];
        if (wanted[2]) {
            var kept = factors == null ? weights : weights.mul(factors);
            parts[2] = MaskedProduct.product(kept.transpose(-1, -2), x.gradient, columns);
        }
        if (!wanted[0] && !wanted[1] && !wanted[3]) return parts;
        var byWeights = MaskedProduct.scores(x.gradient, x.v, allowed);
        if (factors != null) byWeights = byWeights.mul(factors);
        var slope = MaskedProduct.masked(weights.mul(byWeights.sub(x.offset)), allowed);
        if (wanted[0]) parts[0] = MaskedProduct.product(slope, x.k, allowed);
        if (wanted[1]) parts[1] = MaskedProduct.product(slope.transpose(-1, -2), x.q, columns);
        if (wanted[3]) parts[3] = Reduce.sumTo(slope, x.bias.shape());
        return parts;
    }

    /// What [#backward] gives, differentiated by all that it takes, tile by tile.
    ///
    /// @param by what needs a gradient
    private Tensor secondBackward(Operands x, boolean[] wanted, boolean[] by, Tensor g) {
        boolean recording = Autograd.isRecording();
        boolean byScores = wanted[0] || wanted[1] || wanted[3];
        // values and offsets have a part in the gradients of scores alone
        var met = IntStream.range(0, by.length).filter(i -> by[i] && (byScores || i != 2 && i != 5)).toArray();
        var all = x.all();
        var directions = places(g, all, wanted, 4);
        var sums = new Tensor[all.length];
        // a tile's record is not kept, nor does a scope keep its memory
        try (var _ = Scope.outside(); var _ = Autograd.enableGrad()) {
            for (var tile : tiles.tiles()) {
                var parts = x.part(tile).all();
                if (!recording) for (int i = 0; i < parts.length; i++) if (parts[i] != null) parts[i] = parts[i].detach()
                    .requiresGrad(by[i]);
                var gradients = gradients(Operands.of(parts), tile,
                    View.seen(NAME, largest, whole -> Operands.part(6, whole, tile)), wanted);
                Tensor total = null;
                for (int i = 0; i < 4; i++) if (wanted[i]) {
                    int operand = i;
                    var direction = View.seen(NAME, directions[i], whole -> Operands.part(operand, whole, tile));
                    var product = gradients[i].mul(recording ? direction : direction.detach()).sum();
                    total = total == null ? product : total.add(product);
                }
                add(sums, total, parts, met, tile, all, recording);
            }
        }
        var flat = IntStream.range(0, all.length).filter(i -> by[i])
            .mapToObj(i -> (sums[i] == null ? Tensor.zeros(all[i].shape().toArray()) : sums[i]).reshape(-1))
            .toArray(Tensor[]::new);
        return Tensor.cat(0, flat);
    }

    private static void add(Tensor[] sums, Tensor total, Tensor[] parts, int[] met, Tile tile, Tensor[] all, boolean recording) {
        var found = Autograd.grad(total, Arrays.stream(met).mapToObj(i -> parts[i]).toList(), recording);
        try (var _ = recording ? Autograd.enableGrad() : Autograd.noGrad()) {
            for (int j = 0; j < met.length; j++) {
                int i = met[j];
                var placed = View.embed(NAME, found.get(j), all[i].shape(), whole -> Operands.part(i, whole, tile));
                sums[i] = sums[i] == null ? placed : sums[i].add(placed);
            }
        }
    }

    // ---- several as one

    /// Stands for all that need a gradient, as one operand whose gradient is theirs, one after the other; takes no memory.
    private static Tensor joint(Tensor... operands) {
        var edges = new Edge[operands.length];
        int length = 0;
        for (int i = 0; i < operands.length; i++) {
            var operand = operands[i];
            if (operand == null || !operand.requiresGrad()) {
                edges[i] = Edge.NONE;
                continue;
            }
            int from = length;
            int to = length = sum(length, operand.numel());
            var shape = operand.shape();
            edges[i] = Edge.free(operand, g -> g.slice(0, from, to).reshape(shape));
        }
        return Autograd.record(Tensor.scalar(0).seenAs(Tensor.scalar(0).layout.expand(Shape.of(length))), NAME, edges);
    }

    private static int sum(int length, int more) {
        if (length > Integer.MAX_VALUE - more) throw new IllegalArgumentException("attention: operands of "
            + ((long) length + more) + " elements together; there must be fewer than 2^31, so take fewer examples at a time");
        return length + more;
    }

    private static int length(Tensor[] operands, boolean[] wanted, int count) {
        int length = 0;
        for (int i = 0; i < count; i++) if (wanted[i]) length = sum(length, operands[i].numel());
        return length;
    }

    /// The parts of what [#joint] stands for; null for those that aren't wanted.
    private static Tensor[] places(Tensor flat, Tensor[] operands, boolean[] wanted, int count) {
        var places = new Tensor[count];
        for (int i = 0, from = 0; i < count; i++) if (wanted[i]) {
            places[i] = flat.slice(0, from, from + operands[i].numel()).reshape(operands[i].shape());
            from += operands[i].numel();
        }
        return places;
    }

    private static SavedTensor[] saved(Operands x) {
        return Arrays.stream(x.all()).map(each -> each == null ? null : new SavedTensor(NAME, each)).toArray(SavedTensor[]::new);
    }

    private static Operands operands(SavedTensor[] saved) {
        return Operands.of(Arrays.stream(saved).map(each -> each == null ? null : each.get()).toArray(Tensor[]::new));
    }
}
