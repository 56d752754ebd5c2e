package dev.lanewise.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// Chains of views of random shapes, one in two with a dimension of size 0, against lists of element numbers: what each shows,
/// what can be computed of it, and where its gradient goes.
class ViewChainTest {

    /// What a tensor should show: the numbers of its elements, row by row.
    private record Model(int[] sizes, int[] elements) {

        static Model of(int... sizes) { return new Model(sizes, IntStream.range(0, numel(sizes)).toArray()); }

        static int numel(int[] sizes) { return Arrays.stream(sizes).reduce(1, (a, b) -> a * b); }

        /// The model whose index along dimension d is `at` of this one's, where the sizes are those given.
        Model picked(int[] sizes, int[] order, IntUnaryOperator[] at) {
            var picked = new int[numel(sizes)];
            for (int i = 0; i < picked.length; i++) {
                var index = new int[this.sizes.length];
                int rest = i;
                for (int dim = sizes.length - 1; dim >= 0; dim--) {
                    if (order[dim] >= 0) index[order[dim]] = rest % sizes[dim];
                    rest /= sizes[dim];
                }
                int flat = 0;
                for (int dim = 0; dim < index.length; dim++) flat = flat * this.sizes[dim] + at[dim].applyAsInt(index[dim]);
                picked[i] = elements[flat];
            }
            return new Model(sizes, picked);
        }

        private IntUnaryOperator[] same() {
            var at = new IntUnaryOperator[sizes.length];
            Arrays.fill(at, IntUnaryOperator.identity());
            return at;
        }

        private static int[] identity(int rank) { return IntStream.range(0, rank).toArray(); }

        Model slice(int dim, int start, int end, int step) {
            var at = same();
            at[dim] = i -> start + i * step;
            var fewer = sizes.clone();
            fewer[dim] = Math.ceilDiv(end - start, step);
            return picked(fewer, identity(sizes.length), at);
        }

        Model select(int dim, int index) { return slice(dim, index, index + 1, 1).without(dim); }

        Model without(int dim) {
            return new Model(IntStream.range(0, sizes.length).filter(d -> d != dim).map(d -> sizes[d]).toArray(), elements);
        }

        Model unsqueeze(int dim) {
            var more = new int[sizes.length + 1];
            for (int d = 0; d < more.length; d++) more[d] = d == dim ? 1 : sizes[d < dim ? d : d - 1];
            return new Model(more, elements);
        }

        Model permute(int[] order) { return picked(Arrays.stream(order).map(d -> sizes[d]).toArray(), order, same()); }

        /// With a new dimension on the left, and one of size 1 repeated.
        Model expand(int added, int dim, int size) {
            var larger = new int[sizes.length + 1];
            larger[0] = added;
            System.arraycopy(sizes, 0, larger, 1, sizes.length);
            var order = IntStream.range(-1, sizes.length).toArray();
            if (dim >= 0) {
                larger[dim + 1] = size;
                order[dim + 1] = -1;
            }
            return picked(larger, order, same());
        }
    }

    private record Pair(Tensor tensor, Model model) {}

    private static int[] sizes(SplittableRandom random) {
        boolean empty = random.nextBoolean();
        return random.ints(random.nextInt(5), empty ? 0 : 1, 4).toArray();
    }

    private static Pair step(Pair x, SplittableRandom random) {
        var model = x.model;
        int rank = model.sizes.length;
        int dim = rank == 0 ? 0 : random.nextInt(rank);
        int named = random.nextBoolean() ? dim : dim - rank;
        int kind = random.nextInt(9);
        if (rank > 5 || rank == 0 && kind < 4) kind = rank > 5 ? 1 : 4;
        switch (kind) {
            case 0 -> {
                int size = model.sizes[dim];
                int start = random.nextInt(size + 1);
                int end = random.nextInt(start, size + 1);
                int step = random.nextInt(4) == 0 ? Integer.MAX_VALUE - random.nextInt(3) : random.nextInt(1, 4);
                // beyond the end is cut
                int said = end == size && random.nextBoolean() ? Integer.MAX_VALUE : end;
                return new Pair(x.tensor.slice(named, start, said, step), model.slice(dim, start, end, step));
            }
            case 1 -> {
                if (model.sizes[dim] == 0) return x;
                int index = random.nextInt(model.sizes[dim]);
                return new Pair(x.tensor.select(named, random.nextBoolean() ? index : index - model.sizes[dim]),
                    model.select(dim, index));
            }
            case 2 -> {
                if (model.sizes[dim] != 1) return x;
                return new Pair(x.tensor.squeeze(named), model.without(dim));
            }
            case 3 -> {
                int last = random.nextInt(dim, rank);
                var flat = new int[rank - (last - dim)];
                for (int d = 0; d < flat.length; d++) flat[d] = model.sizes[d <= dim ? d : d + last - dim];
                flat[dim] = Model.numel(Arrays.copyOfRange(model.sizes, dim, last + 1));
                return new Pair(x.tensor.flatten(named, last), new Model(flat, model.elements));
            }
            case 4 -> {
                int at = random.nextInt(rank + 1);
                return new Pair(x.tensor.unsqueeze(random.nextBoolean() ? at : at - rank - 1), model.unsqueeze(at));
            }
            case 5 -> {
                var order = IntStream.range(0, rank).toArray();
                for (int i = rank - 1; i > 0; i--) {
                    int j = random.nextInt(i + 1);
                    int swapped = order[i];
                    order[i] = order[j];
                    order[j] = swapped;
                }
                return new Pair(x.tensor.permute(order), model.permute(order));
            }
            case 6 -> {
                int added = random.nextInt(3);
                int one = rank > 0 && model.sizes[dim] == 1 ? dim : -1;
                int size = random.nextInt(4);
                if (Model.numel(model.sizes) * added * Math.max(1, size) > 500) return x;
                var target = model.expand(added, one, size);
                var said = target.sizes.clone();
                for (int d = 1; d < said.length; d++) if (d - 1 != one && random.nextBoolean()) said[d] = -1;
                return new Pair(x.tensor.expand(said), target);
            }
            case 7 -> {
                var other = new int[] {1, 1, 1};
                // the product of some sizes in one place, of the rest in another
                for (int size : model.sizes) other[random.nextInt(3)] *= size;
                return new Pair(x.tensor.reshape(other), new Model(other, model.elements));
            }
            default -> {
                return new Pair(random.nextBoolean() ? x.tensor.contiguous() : x.tensor.clone(), model);
            }
        }
    }

    @Property(tries = 1500)
    void aChainShowsItsElements(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        var sizes = sizes(random);
        int n = Model.numel(sizes);
        var leaf = Tensor.of(range(n), sizes).requiresGrad(true);
        var x = new Pair(leaf, Model.of(sizes));
        for (int i = random.nextInt(1, 8); i > 0; i--) {
            x = step(x, random);
            assertShows(x.model, x.tensor);
        }
        assertComputes(x.tensor);
        // as often as an element is shown
        x.tensor.sum().backward();
        var expected = new float[n];
        for (int element : x.model.elements) expected[element]++;
        assertArrayEquals(expected, leaf.grad().toArray());
        assertEquals(leaf.shape(), leaf.grad().shape());
    }

    private static float[] range(int n) {
        var range = new float[n];
        for (int i = 0; i < n; i++) range[i] = i;
        return range;
    }

    private static void assertShows(Model model, Tensor x) {
        assertEquals(Shape.of(model.sizes), x.shape());
        var expected = new float[model.elements.length];
        for (int i = 0; i < expected.length; i++) expected[i] = model.elements[i];
        assertArrayEquals(expected, x.toArray());
    }

    /// What is computed of a view is what is computed of a copy.
    private static void assertComputes(Tensor x) {
        var view = x.detach();
        var copy = Tensor.of(x.toArray(), x.shape().toArray());
        assertEquals(copy.toString(), view.toString());
        assertSame(copy.exp(), view.exp());
        assertSame(copy.add(Tensor.ones(1)), view.add(Tensor.ones(1)));
        assertSame(copy.sum(), view.sum());
        assertSame(copy.mean(), view.mean());
        assertSame(Tensor.stack(0, copy, copy), Tensor.stack(0, view, view));
        for (int dim = 0; dim < x.shape().rank(); dim++) {
            assertSame(copy.sum(dim), view.sum(dim));
            assertSame(copy.softmax(dim), view.softmax(dim));
            assertSame(copy.logsumexp(dim), view.logsumexp(dim));
            assertSame(copy.norm(dim), view.norm(dim));
            assertSame(Tensor.cat(dim, copy, copy), Tensor.cat(dim, view, view));
            if (x.size(dim) > 0) assertSame(copy.indexSelect(dim, 0, x.size(dim) - 1), view.indexSelect(dim, 0, x.size(dim) - 1));
            if (x.size(dim) > 0) assertSame(copy.amax(dim), view.amax(dim));
        }
        if (x.shape().rank() >= 2) assertSame(copy.transpose(-1, -2).matmul(copy), view.transpose(-1, -2).matmul(view));
        var leaf = Tensor.zeros(x.shape().toArray()).requiresGrad(true);
        Tensor.cat(0, Tensor.stack(0, leaf, leaf).select(0, 1).unsqueeze(0), leaf.unsqueeze(0)).sum().backward();
        assertEquals(x.shape(), leaf.grad().shape());
        if (view.layout.isDense()) InPlace.fill(view, (_, _, _) -> {});
    }

    private static void assertSame(Tensor expected, Tensor actual) {
        assertEquals(expected.shape(), actual.shape());
        assertArrayEquals(expected.toArray(), actual.toArray());
    }

    /// Sizes may be large beside an empty one.
    @Property(tries = 200)
    void largeSizesBesideAnEmptyOne(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        var large = new int[] {1 << 16, 1 << 16, Integer.MAX_VALUE, 3};
        var sizes = random.ints(4, 0, 4).map(i -> large[i]).toArray();
        sizes[random.nextInt(4)] = 0;
        var x = Tensor.zeros(sizes);
        for (int i = 0; i < 5 && x.shape().rank() > 0; i++) {
            int dim = random.nextInt(x.shape().rank());
            int size = x.size(dim);
            x = switch (random.nextInt(4)) {
                case 0 -> x.slice(dim, size / 3, size, 1 + random.nextInt(3));
                case 1 -> size == 0 || x.shape().rank() == 1 || x.select(dim, size - 1).numel() > 0 ? x : x.select(dim, size - 1);
                case 2 -> x.transpose(0, dim);
                default -> x.unsqueeze(dim);
            };
            if (x.numel() > 0) return;
            assertArrayEquals(new float[0], x.toArray());
            assertEquals(x.shape(), x.exp().shape());
            assertEquals(0, x.contiguous().clone().numel());
        }
        Rejected.argument(() -> Tensor.zeros(65536, 65536, 0).flatten(0, 1), "flatten", "[65536, 65536, 0]", "2^31 - 1");
        assertEquals(List.of(0), Arrays.stream(Tensor.zeros(65536, 65536, 0).flatten(0, 2).shape().toArray()).boxed().toList());
        Rejected.argument(() -> Tensor.scalar(1).flatten(0, 1), "flatten", "dimension 1");
    }

    /// As PyTorch's: nothing to add, of whatever shape.
    @Property(tries = 100)
    void aVectorWithoutElementsIsNoPart(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        int dim = random.nextInt(2);
        var none = Tensor.zeros(0).requiresGrad(true);
        var x = Tensor.of(range(6), 2, 3).requiresGrad(true);
        var joined = random.nextBoolean() ? Tensor.cat(dim, none, x, none, x) : Tensor.cat(dim, x, none, x);
        assertSame(Tensor.cat(dim, x, x), joined);
        joined.sum().backward();
        assertArrayEquals(new float[] {2, 2, 2, 2, 2, 2}, x.grad().toArray());
        assertEquals(Shape.of(0), none.grad().shape());
        assertEquals(Shape.of(0), Tensor.cat(0, none, none).shape());
        Rejected.argument(() -> Tensor.cat(0, none, x, Tensor.zeros(0, 2)), "cat", "[0, 2]", "must be equal");
    }
}
