package dev.lanewise.tensor;

import dev.lanewise.check.GradCheck;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// A differentiable operation, and how to draw a problem for it: what its inputs are, given a shape.
///
/// @param name   that of the public method, where it is one
/// @param smooth whether it has no kink and no pole, which a chain of others might come close to
/// @param affine whether it is a linear function of each of its inputs, and a constant, while the others stay
public record Op(String name, Draw draw, boolean smooth, boolean affine) {

    public Op(String name, Draw draw) { this(name, draw, true, false); }

    /// The same, with a kink or a pole.
    Op rough() { return new Op(name, draw, false, affine); }

    /// The same, affine.
    Op straight() { return new Op(name, draw, smooth, true); }

    @FunctionalInterface
    public interface Draw {
        Problem from(Shape shape, SplittableRandom random);
    }

    /// A function and a point to differentiate it at.
    public record Problem(GradCheck.Function function, List<Tensor> inputs) {

        public static Problem of(UnaryOperator<Tensor> function, Tensor x) {
            return new Problem(inputs -> List.of(function.apply(inputs.getFirst())), List.of(x));
        }

        public static Problem of(BinaryOperator<Tensor> function, Tensor a, Tensor b) {
            return new Problem(inputs -> List.of(function.apply(inputs.get(0), inputs.get(1))), List.of(a, b));
        }

        /// The same problem, its inputs lying in memory with their dimensions in another order.
        public Problem permuted(SplittableRandom random) {
            var orders = inputs.stream().map(x -> order(x.shape().rank(), random)).toList();
            var stored = new ArrayList<Tensor>();
            for (int i = 0; i < orders.size(); i++) stored.add(inputs.get(i).permute(orders.get(i)).contiguous());
            return new Problem(values -> {
                var views = new ArrayList<Tensor>();
                for (int i = 0; i < orders.size(); i++) views.add(values.get(i).permute(inverse(orders.get(i))));
                return function.of(views);
            }, stored);
        }
    }

    /// A problem of this operation; half of them are of views whose elements don't lie row by row.
    public Problem problem(Shape shape, SplittableRandom random) {
        var problem = draw.from(shape, random);
        return random.nextBoolean() ? problem : problem.permuted(random);
    }

    static Op unary(String name, Domain domain, UnaryOperator<Tensor> function) {
        return new Op(name, (shape, random) -> Problem.of(function, domain.draw(shape, random)));
    }

    /// Of two shapes that broadcast.
    static Op binary(String name, Domain left, Domain right, BinaryOperator<Tensor> function) {
        return new Op(name, (shape, random) -> Problem.of(function,
            left.draw(narrowed(shape, random), random), right.draw(narrowed(shape, random), random)));
    }

    interface Reduction {
        Tensor of(Tensor x, boolean keepDim, int... dims);
    }

    /// Over any dimensions, which are kept or not.
    static Op reduction(String name, Domain domain, Reduction function) {
        return new Op(name, (shape, random) -> {
            boolean keepDim = random.nextBoolean();
            var dims = someDims(shape.rank(), random);
            return Problem.of(x -> function.of(x, keepDim, dims), domain.draw(shape, random));
        });
    }

    interface Along {
        Tensor of(Tensor x, int dim);
    }

    /// Along one dimension.
    static Op along(String name, Domain domain, Along function) {
        return new Op(name, (shape, random) -> {
            var ranked = shape.rank() == 0 ? Shape.of(1) : shape;
            int dim = random.nextInt(-ranked.rank(), ranked.rank());
            return Problem.of(x -> function.of(x, dim), domain.draw(ranked, random));
        });
    }

    /// [m, k] and [k, n].
    static Op product(String name, Domain domain, BinaryOperator<Tensor> function) {
        return new Op(name, (shape, random) -> {
            var size = sizes(shape, 3);
            return Problem.of(function, domain.draw(Shape.of(size[0], size[1]), random),
                domain.draw(Shape.of(size[1], size[2]), random));
        });
    }

    /// The first sizes of a shape, as many as asked for; 2 where it has no more.
    public static int[] sizes(Shape shape, int count) {
        return IntStream.range(0, count).map(dim -> dim < shape.rank() ? shape.size(dim) : 2).toArray();
    }

    /// A shape that broadcasts to `shape`: here and there 1, dimensions on the left missing.
    static Shape narrowed(Shape shape, SplittableRandom random) {
        int from = random.nextBoolean() ? 0 : random.nextInt(shape.rank() + 1);
        return Shape.of(IntStream.range(from, shape.rank())
            .map(dim -> random.nextInt(3) == 0 ? 1 : shape.size(dim)).toArray());
    }

    /// Some different dimensions in any order, counted from either end; none stand for all.
    static int[] someDims(int rank, SplittableRandom random) {
        return Arrays.stream(order(rank, random)).limit(random.nextInt(rank + 1))
            .map(dim -> random.nextBoolean() ? dim : dim - rank).toArray();
    }

    /// The numbers below `n` in random order.
    static int[] order(int n, SplittableRandom random) {
        var order = new int[n];
        for (int i = 0; i < n; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    private static int[] inverse(int[] order) {
        var inverse = new int[order.length];
        for (int i = 0; i < order.length; i++) inverse[order[i]] = i;
        return inverse;
    }

    @Override
    public String toString() { return name; }
}
