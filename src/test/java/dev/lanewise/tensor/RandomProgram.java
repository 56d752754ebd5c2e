package dev.lanewise.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Operations of [Ops], each of which takes leaves or results of earlier ones: as they are, views of them, or parts. A seed
/// always draws the same program, and a program has the same bits each time it is run.
///
/// @param leaves what it starts from
/// @param calls  what it does; the result of call i is value `leaves.size() + i`
record RandomProgram(List<Tensor> leaves, List<Call> calls) {

    /// An operation and the values that it takes.
    record Call(String name, Function<List<Tensor>, Tensor> operation, List<Integer> operands) {

        Tensor on(List<Tensor> values) { return operation.apply(operands.stream().map(values::get).toList()); }

        @Override
        public String toString() { return name + operands; }
    }

    /// Of any operations.
    static RandomProgram any(long seed) { return new Draft(Ops.ALL, 14, 8f, seed).program(); }

    /// Short, of smooth operations on numbers about 1: for finite differences.
    static RandomProgram smooth(long seed) {
        return new Draft(Ops.ALL.stream().filter(Op::smooth).toList(), 5, 2f, seed).program();
    }

    /// All values: these leaves, and the results of the calls, each of which is handed over at once.
    List<Tensor> run(List<Tensor> leaves, Consumer<Tensor> results) {
        var values = new ArrayList<>(leaves);
        for (var call : calls) {
            values.add(call.on(values));
            results.accept(values.getLast());
        }
        return values;
    }

    /// Of all values, those that no call takes.
    List<Tensor> ends(List<Tensor> values) {
        var taken = calls.stream().flatMap(call -> call.operands.stream()).collect(Collectors.toSet());
        return IntStream.range(0, values.size()).filter(i -> !taken.contains(i)).mapToObj(values::get).toList();
    }

    @Override
    public String toString() { return leaves.stream().map(Tensor::shape).toList() + " " + calls; }

    /// A program that grows. It runs as it does: calls whose results or slopes are large, infinite or NaN are left out, since
    /// these would hide everything behind them.
    private static final class Draft {

        private static final int[] SIZES = {1, 2, 3, 4, 8};
        private static final Domain[] DOMAINS = {Domain.ANY, Domain.POSITIVE, Domain.NONZERO};
        private static final int LEAVES = 5;
        /// Of a result; the first leaf has as many, so that a part of it fits wherever nothing else does.
        private static final int MOST_ELEMENTS = 400;
        private static final int MOST_DIMENSIONS = 4;
        private static final float STEEPEST = 64;

        private final float largest;
        private final SplittableRandom random;
        private final List<Tensor> values = new ArrayList<>();
        private final List<Call> calls = new ArrayList<>();

        /// @param operations how many of `ops` there are to be; views come on top
        Draft(List<Op> ops, int operations, float largest, long seed) {
            this.largest = largest;
            this.random = new SplittableRandom(seed);
            values.add(Domain.ANY.draw(Shape.of(20, 20), random));
            while (values.size() < LEAVES) values.add(DOMAINS[random.nextInt(DOMAINS.length)].draw(shape(), random));
            for (int made = 0; made < operations; ) if (extend(ops.get(random.nextInt(ops.size())))) made++;
        }

        RandomProgram program() { return new RandomProgram(List.copyOf(values.subList(0, LEAVES)), List.copyOf(calls)); }

        private Shape shape() {
            return Shape.of(IntStream.generate(() -> SIZES[random.nextInt(SIZES.length)]).limit(random.nextInt(1, 4)).toArray());
        }

        /// Calls an operation on values of some earlier one's shape and whatever goes with it, if it is tame.
        private boolean extend(Op op) {
            int before = calls.size();
            var problem = op.problem(values.get(random.nextInt(values.size())).shape(), random);
            var operands = problem.inputs().stream().map(x -> fitting(x.shape())).toList();
            var call = new Call(op.name(), inputs -> problem.function().of(inputs).getFirst(), operands);
            boolean tame = operands.stream().allMatch(at -> at >= 0) && isTame(call);
            if (tame) add(call, call.on(values));
            else {
                // the views that were made for it
                calls.subList(before, calls.size()).clear();
                values.subList(LEAVES + before, values.size()).clear();
            }
            return tame;
        }

        /// A value of this shape, which may have to be made of another; -1 if there is none.
        private int fitting(Shape shape) {
            if (shape.numel() > MOST_ELEMENTS) return -1;
            var order = Op.order(values.size(), random);
            if (random.nextInt(3) > 0) for (int i : order) if (values.get(i).shape().equals(shape)) return i;
            var sizes = shape.toArray();
            for (int i : order) {
                var x = values.get(i);
                if (x.shape().rank() == 2 && x.t().shape().equals(shape)) return view("t", Tensor::t, i);
                if (x.numel() == shape.numel()) return view("reshape", each -> each.unsqueeze(0).reshape(sizes), i);
                if (x.layout.expand(shape) != null) return view("expand", each -> each.expand(sizes), i);
                if (x.numel() > shape.numel()) return part(i, shape);
            }
            return -1;
        }

        /// Neighbouring elements of a larger one, or every other.
        private int part(int from, Shape shape) {
            int n = shape.numel();
            int flat = view("flatten", x -> x.flatten(0, -1), from);
            int room = values.get(flat).numel();
            int step = room >= 2 * n && random.nextBoolean() ? 2 : 1;
            int start = random.nextInt(room - step * n + 1);
            int slice = view("slice", x -> x.slice(0, start, start + step * n, step), flat);
            return view("reshape", x -> x.reshape(shape), slice);
        }

        private int view(String name, UnaryOperator<Tensor> view, int of) {
            return add(new Call(name, inputs -> view.apply(inputs.getFirst()), List.of(of)), view.apply(values.get(of)));
        }

        private boolean isTame(Call call) {
            var inputs = values.stream().map(x -> x.detach().requiresGrad(true)).toList();
            var y = call.on(inputs);
            if (y.numel() > MOST_ELEMENTS || y.shape().rank() > MOST_DIMENSIONS || !isWithin(largest, y)) return false;
            y.sum().backward();
            return inputs.stream().allMatch(x -> x.grad() == null || isWithin(STEEPEST, x.grad()));
        }

        /// The number of the result.
        private int add(Call call, Tensor result) {
            calls.add(call);
            values.add(result);
            return values.size() - 1;
        }

        private static boolean isWithin(float bound, Tensor x) {
            for (float each : x.toArray()) if (!(Math.abs(each) <= bound)) return false;
            return true;
        }
    }
}
