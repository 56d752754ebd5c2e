package dev.lanewise.tensor;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.DoubleBinaryOperator;
import java.util.function.ToDoubleFunction;

/// The oracle: numbers by index, every view a copy, every index taken apart anew. Slow, and nothing like strides.
record Nested(int[] sizes, float[] values) {

    /// An element by its index.
    private static Nested make(int[] sizes, ToDoubleFunction<int[]> element) {
        var values = new float[count(sizes)];
        for (int i = 0; i < values.length; i++) values[i] = (float) element.applyAsDouble(index(i, sizes));
        return new Nested(sizes, values);
    }

    private static int count(int[] sizes) { return Arrays.stream(sizes).reduce(1, (a, b) -> a * b); }

    /// The index of the `i`-th element in row-major order.
    private static int[] index(int i, int[] sizes) {
        var index = new int[sizes.length];
        for (int dim = sizes.length - 1; dim >= 0; dim--) {
            index[dim] = i % sizes[dim];
            i /= sizes[dim];
        }
        return index;
    }

    /// The element at an index of a shape that this one broadcasts to.
    float at(int... index) {
        int position = 0;
        for (int dim = 0; dim < sizes.length; dim++) {
            int i = index[index.length - sizes.length + dim];
            position = position * sizes[dim] + (sizes[dim] == 1 ? 0 : i);
        }
        return values[position];
    }

    Nested reshape(int... target) { return new Nested(target, values); }

    Nested expand(int... target) { return make(target, this::at); }

    Nested permute(int... dims) {
        return make(Arrays.stream(dims).map(dim -> sizes[dim]).toArray(), index -> {
            var original = new int[sizes.length];
            for (int i = 0; i < dims.length; i++) original[dims[i]] = index[i];
            return at(original);
        });
    }

    /// Element by element over the shape that both broadcast to.
    Nested with(Nested other, DoubleBinaryOperator operation) {
        var both = new int[Math.max(sizes.length, other.sizes.length)];
        for (int fromRight = 1; fromRight <= both.length; fromRight++) {
            int mine = fromRight <= sizes.length ? sizes[sizes.length - fromRight] : 1;
            int its = fromRight <= other.sizes.length ? other.sizes[other.sizes.length - fromRight] : 1;
            both[both.length - fromRight] = mine == 1 ? its : mine;
        }
        return make(both, index -> operation.applyAsDouble(at(index), other.at(index)));
    }

    /// For each index, with 0 in the reduced dimensions, what `operation` makes of its elements, from `start` on.
    double[] reduce(boolean[] reduced, double start, DoubleBinaryOperator operation) {
        var kept = new int[sizes.length];
        for (int dim = 0; dim < kept.length; dim++) kept[dim] = reduced[dim] ? 1 : sizes[dim];
        var results = new double[count(kept)];
        Arrays.fill(results, start);
        for (int i = 0; i < values.length; i++) {
            int[] index = index(i, sizes);
            int position = 0;
            for (int dim = 0; dim < kept.length; dim++) position = position * kept[dim] + (reduced[dim] ? 0 : index[dim]);
            results[position] = operation.applyAsDouble(results[position], values[i]);
        }
        return results;
    }

    /// A tensor beside its oracle.
    record Pair(Tensor tensor, Nested oracle) {

        /// Of this shape, with elements from -2 to 2.
        static Pair draw(Shape shape, SplittableRandom random) {
            var tensor = Domain.ANY.draw(shape, random);
            return new Pair(tensor, new Nested(shape.toArray(), tensor.toArray()));
        }

        /// A view of a view of a view.
        Pair viewed(SplittableRandom random) {
            var view = this;
            for (int steps = random.nextInt(4); steps > 0; steps--)
                view = switch (random.nextInt(3)) {
                    case 0 -> view.permute(Op.order(view.oracle.sizes.length, random));
                    case 1 -> view.expand(random);
                    default -> view.reshape(random);
                };
            return view;
        }

        Pair permute(int... order) { return new Pair(tensor.permute(order), oracle.permute(order)); }

        /// Repeats dimensions of size 1, and a new one.
        private Pair expand(SplittableRandom random) {
            int added = oracle.sizes.length < 4 ? random.nextInt(2) : 0;
            var target = new int[oracle.sizes.length + added];
            for (int dim = 0; dim < target.length; dim++) {
                int size = dim < added ? 1 : oracle.sizes[dim - added];
                target[dim] = size == 1 ? 1 + random.nextInt(3) : size;
            }
            return new Pair(tensor.expand(target), oracle.expand(target));
        }

        /// Splits a dimension, or merges two.
        private Pair reshape(SplittableRandom random) {
            int rank = oracle.sizes.length;
            if (rank < 2) return reshape(1, oracle.values.length);
            int merged = random.nextInt(rank - 1);
            var target = new int[rank - 1];
            for (int dim = 0; dim < target.length; dim++) target[dim] = oracle.sizes[dim < merged ? dim : dim + 1];
            target[merged] = oracle.sizes[merged] * oracle.sizes[merged + 1];
            return reshape(target);
        }

        Pair reshape(int... target) { return new Pair(tensor.reshape(target), oracle.reshape(target)); }
    }
}
