package dev.lanewise.tensor;

import static dev.lanewise.tensor.Domain.ANY;
import static dev.lanewise.tensor.Domain.DISTINCT;
import static dev.lanewise.tensor.Op.along;
import static dev.lanewise.tensor.Op.unary;

import dev.lanewise.nn.ConvOptions;
import dev.lanewise.nn.Functional;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// Operations that choose elements, put them elsewhere or in order: a part of [Ops].
final class Rearrangements {

    private static final ConvOptions WINDOW = ConvOptions.kernel(2, 3).stride(1, 2).padding(1, 2).dilation(2, 1);

    static final List<Op> ALL = List.of(
        new Op("pick", Rearrangements::pick).straight(),
        along("indexSelect", ANY, (x, dim) -> x.indexSelect(dim, 0, x.size(dim) - 1, 0)).straight(),
        along("gather", ANY, (x, dim) -> x.gather(dim, new int[x.numel()], x.shape().toArray())).straight(),
        new Op("gather of some", Rearrangements::gather).straight(),
        new Op("scatterAdd", Rearrangements::scatterAdd).straight(),
        new Op("maskedFill", Rearrangements::maskedFill).straight(),
        along("sort", DISTINCT, (x, dim) -> x.sort(dim).values()).rough(),
        along("sort from the largest on", DISTINCT, (x, dim) -> x.sort(dim, true).values()).rough(),
        along("topk", DISTINCT, (x, dim) -> x.topk(Math.ceilDiv(x.size(dim), 2), dim).values()).rough(),
        along("topk of the smallest", DISTINCT, (x, dim) -> x.topk(1, dim, false).values()).rough(),
        along("flip", ANY, (x, dim) -> x.flip(dim)).straight(),
        unary("flip of all", ANY, Tensor::flip).straight(),
        unary("roll", ANY, x -> x.roll(-5)).straight(),
        along("roll along a dimension", ANY, (x, dim) -> x.roll(2, dim)).straight(),
        new Op("repeat", Rearrangements::repeat).straight(),
        new Op("tril", (shape, random) -> triangle(shape, random, true)).straight(),
        new Op("triu", (shape, random) -> triangle(shape, random, false)).straight(),
        new Op("pad", Rearrangements::pad).straight(),
        new Op("pad, reflecting", (shape, random) -> pad(shape, random, Viewable.Padding.REFLECT)).straight(),
        new Op("pad, replicating", (shape, random) -> pad(shape, random, Viewable.Padding.REPLICATE)).straight(),
        new Op("unfold", Rearrangements::unfold).straight(),
        new Op("fold", Rearrangements::fold).straight());

    private Rearrangements() {}

    private static Op.Problem pick(Shape shape, SplittableRandom random) {
        var size = Op.sizes(shape, 2);
        var index = random.ints(size[0], 0, size[1]).toArray();
        return Op.Problem.of(x -> x.pick(index), ANY.draw(Shape.of(size), random));
    }

    private static Shape ranked(Shape shape) { return shape.rank() == 0 ? Shape.of(1) : shape; }

    /// A shape that is no larger but along `dim`.
    private static Shape beside(Shape shape, int dim, SplittableRandom random) {
        var sizes = shape.toArray();
        for (int d = 0; d < sizes.length; d++) sizes[d] = d == dim ? random.nextInt(1, 5) : random.nextInt(1, sizes[d] + 1);
        return Shape.of(sizes);
    }

    private static Op.Problem gather(Shape shape, SplittableRandom random) {
        var from = ranked(shape);
        int dim = random.nextInt(from.rank());
        var taken = beside(from, dim, random);
        var index = random.ints(taken.numel(), 0, from.size(dim)).toArray();
        return Op.Problem.of(x -> x.gather(dim, index, taken.toArray()), ANY.draw(from, random));
    }

    private static Op.Problem scatterAdd(Shape shape, SplittableRandom random) {
        var to = ranked(shape);
        int dim = random.nextInt(to.rank());
        var added = beside(to, dim, random);
        var index = random.ints(added.numel(), 0, to.size(dim)).toArray();
        return Op.Problem.of((x, source) -> x.scatterAdd(dim, index, source), ANY.draw(to, random), ANY.draw(added, random));
    }

    private static Op.Problem maskedFill(Shape shape, SplittableRandom random) {
        var mask = ANY.draw(Op.narrowed(shape, random), random).gt(0);
        return Op.Problem.of(x -> x.maskedFill(mask, 1.5f), ANY.draw(shape, random));
    }

    private static Op.Problem repeat(Shape shape, SplittableRandom random) {
        var times = random.ints(shape.rank() + random.nextInt(2), 1, 3).toArray();
        return Op.Problem.of(x -> x.repeat(times), ANY.draw(shape, random));
    }

    private static Op.Problem triangle(Shape shape, SplittableRandom random, boolean lower) {
        int diagonal = random.nextInt(-2, 3);
        var matrices = shape.rank() < 2 ? Shape.of(Op.sizes(shape, 2)) : shape;
        return Op.Problem.of(x -> lower ? x.tril(diagonal) : x.triu(diagonal), ANY.draw(matrices, random));
    }

    /// From one dimension cut off to two more, at either end.
    private static int[] amounts(Shape shape, SplittableRandom random, boolean reflected) {
        var amounts = new int[2 * random.nextInt(shape.rank() + 1)];
        for (int i = 0; i < amounts.length; i++) {
            int size = shape.size(shape.rank() - 1 - i / 2);
            amounts[i] = random.nextInt(size > 2 ? -1 : 0, reflected ? Math.min(3, size) : 3);
        }
        return amounts;
    }

    private static Op.Problem pad(Shape shape, SplittableRandom random) {
        var amounts = amounts(shape, random, false);
        return Op.Problem.of(x -> x.pad(amounts, 1.5f), ANY.draw(shape, random));
    }

    private static Op.Problem pad(Shape shape, SplittableRandom random, Viewable.Padding padding) {
        var amounts = amounts(shape, random, padding == Viewable.Padding.REFLECT);
        return Op.Problem.of(x -> x.pad(amounts, padding), ANY.draw(shape, random));
    }

    private static Shape images(Shape shape) {
        var size = Op.sizes(shape, 3);
        return Shape.of(size[0], 2, size[1], size[2]);
    }

    private static Op.Problem unfold(Shape shape, SplittableRandom random) {
        return Op.Problem.of(x -> Functional.unfold(x, WINDOW), ANY.draw(images(shape), random));
    }

    private static Op.Problem fold(Shape shape, SplittableRandom random) {
        var images = images(shape);
        var columns = Functional.unfold(Tensor.zeros(images.toArray()), WINDOW).shape();
        return Op.Problem.of(x -> Functional.fold(x, images.size(2), images.size(3), WINDOW), ANY.draw(columns, random));
    }
}
