package dev.lanewise.kernel.code;

import dev.lanewise.kernel.expr.Expr;
import dev.lanewise.kernel.expr.Fold;
import dev.lanewise.kernel.expr.Formula;
import dev.lanewise.kernel.expr.RowFormula;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Writes the vector loop of a [RowFormula]: phase after phase over some rows, which are read from memory once, and again for
/// each phase while they are near. A phase ends with a fold across lanes and numbers computed of it, a hundred cycles in which
/// one thing waits for another: the next row of the same phase doesn't wait for them, the next phase of the same row would.
///
/// A fold's whole blocks of 64 stay in registers, what is left goes into its lanes in memory.
final class RowEmitter {

    /// Of a block's accumulators, all together: beyond it they are in memory, for C1 gives up on longer methods.
    private static final int MOST_NODES = 70;
    private static final int MOST_VECTORS = 8;
    /// The slot that is a sum's lanes.
    private static final int LANES = RowFormula.SLOTS;

    private final Assembler a;
    private final RowFormula formula;
    private final VectorCode vector;
    private final ScalarCode single;
    private Int.Local n;
    private Place lanes;
    /// Of a row, where whole blocks end, and whole vectors.
    private Int.Local blocks;
    private Int.Local wholes;
    /// The row's numbers; null for one that isn't used.
    private final Value[] numbers = new Value[RowFormula.NUMBERS];
    /// Where the row begins in each slot; null for one that isn't used.
    private final Place[] slots = new Place[RowFormula.SLOTS];

    private RowEmitter(Assembler a, RowFormula formula, Target target) {
        this.a = a;
        this.formula = formula;
        this.vector = a.vectors(target.lanes());
        this.single = a.scalars(target);
    }

    static Loop.Rowwise rowwise(RowFormula formula, Target target) {
        return Emitter.define(Emitter.Kind.ROWWISE, Loop.Rowwise.class, formula.name(),
            a -> new RowEmitter(a, formula, target).emit());
    }

    private void emit() {
        var rows = a.integer();
        this.n = a.integer();
        var places = new ArrayList<Place>();
        var strides = new ArrayList<Int>();
        for (int slot = 0; slot < RowFormula.SLOTS; slot++) {
            places.add(a.place());
            strides.add(a.integer());
        }
        var given = a.array();
        this.lanes = a.array();
        var kept = a.place();
        var plane = a.integer();
        this.blocks = a.local(n.wholes(Fold.LANES));
        this.wholes = a.local(n.wholes(vector.lanes()));
        for (int number : formula.numbers()) numbers[number] = single.load(given.at(number));
        var phases = formula.phases();
        for (int i = 0; i < phases.size(); i++) {
            int phase = i;
            a.loop(rows, 1, row -> {
                for (int slot : phases.get(phase).slots()) {
                    var place = places.get(slot);
                    slots[slot] = new Place(place.array(), a.local(place.offset().plus(row.times(strides.get(slot)))));
                }
                begin(phases, phase, row, given, kept, plane);
                for (var step : phases.get(phase).steps()) run(step);
                end(phases, phase, row, kept, plane);
            });
        }
    }

    /// Fetches the row's numbers that a phase reads and that aren't the same for all rows.
    private void begin(List<RowFormula> phases, int phase, Int row, Place given, Place kept, Int plane) {
        for (int number : phases.get(phase).numbers()) {
            if (isWritten(phases.subList(0, phase), number)) single.load(numbers[number], known(row, number));
            else if (number < formula.given()) single.load(numbers[number], kept.at(plane.times(number)).at(row));
            else if (isWritten(phases, number)) single.load(numbers[number], given.at(number));
        }
    }

    /// Puts away what a phase has found out.
    private void end(List<RowFormula> phases, int phase, Int row, Place kept, Int plane) {
        var later = phases.subList(phase + 1, phases.size());
        for (int number : formula.numbers()) {
            boolean written = phases.get(phase).written().contains(number);
            if (written) single.save(numbers[number], known(row, number));
            boolean isLast = isWritten(phases, number) ? written && !isWritten(later, number)
                : later.isEmpty() && number >= formula.given();
            if (isLast && number < formula.kept()) single.save(numbers[number], kept.at(plane.times(number)).at(row));
        }
    }

    private static boolean isWritten(List<RowFormula> phases, int number) {
        return phases.stream().anyMatch(phase -> phase.written().contains(number));
    }

    /// Where a number of a row is between phases: behind the lanes.
    private Place known(Int row, int number) { return lanes.at(Fold.LANES + number).at(row.times(RowFormula.NUMBERS)); }

    private void run(RowFormula.Step step) {
        switch (step) {
            case RowFormula.Sum(int number, var fold, var beside) -> sum(number, fold, beside);
            case RowFormula.Numbers(var computed) -> compute(computed);
            case RowFormula.Result(var result) ->
                a.block(() -> rest(result.outputs(), result.nodes(), a.local(0), Arrays.asList(slots)));
        }
    }

    private LaneCode.Frame frame(Int index, List<Place> slots) { return LaneCode.Frame.of(index, slots, numbers); }

    private void sum(int number, Fold fold, List<Formula.Output> beside) {
        var lane = Expr.slot(LANES);
        var next = fold.combine().of(lane, fold.value());
        var outputs = new ArrayList<>(List.of(new Formula.Output(LANES, next)));
        outputs.addAll(beside);
        var nodes = Expr.inOrder(outputs.stream().map(Formula.Output::value).toList());
        a.block(() -> {
            var sums = new ArrayList<Value>();
            for (int at = 0; at < Fold.LANES; at += vector.lanes()) sums.add(vector.constant(fold.combine().neutral()));
            var index = a.local(0);
            if (!fits(sums.size(), nodes.size())) {
                save(sums, lanes);
                rest(outputs, nodes, index, operands(inTurn(lanes, index)));
                load(sums, lanes);
            } else {
                var operands = operands(lanes);
                a.loop(index, blocks, Fold.LANES, () -> {
                    for (int i = 0; i < sums.size(); i++)
                        vector.on(frame(index.plus(i * vector.lanes()), operands))
                        .accumulate(sums.get(i), lane, next, beside, nodes);
                });
                a.ifLess(index, n, () -> {
                    save(sums, lanes);
                    rest(outputs, nodes, index, operands(inTurn(lanes, index)));
                    load(sums, lanes);
                });
            }
            vector.first(numbers[number], vector.fold(Straight.of(fold.combine()), sums));
        });
    }

    private void save(List<Value> values, Place lanes) {
        for (int i = 0; i < values.size(); i++) vector.save(values.get(i), lanes.at(i * vector.lanes()));
    }

    private void load(List<Value> values, Place lanes) {
        for (int i = 0; i < values.size(); i++) vector.load(values.get(i), lanes.at(i * vector.lanes()));
    }

    private static boolean fits(int vectors, int nodes) { return vectors <= MOST_VECTORS && vectors * nodes <= MOST_NODES; }

    /// As a slot: at each index its own lane.
    private static Place inTurn(Place lanes, Int index) { return lanes.at(index.within(Fold.LANES).minus(index)); }

    /// The row's slots, and the lanes behind them.
    private List<Place> operands(Place lanes) {
        var operands = new ArrayList<>(Arrays.asList(slots));
        operands.add(lanes);
        return operands;
    }

    /// From the index on, vector by vector, and the last ones by themselves: masks are beyond C1.
    private void rest(List<Formula.Output> outputs, List<Expr> nodes, Int.Local index, List<Place> slots) {
        a.loop(index, wholes, vector.lanes(), () -> vector.on(frame(index, slots)).write(outputs, nodes));
        a.loop(index, n, 1, () -> single.on(frame(index, slots)).write(outputs, nodes));
    }

    private void compute(List<RowFormula.Number> computed) {
        a.block(() -> {
            var code = single.on(frame(null, List.of()));
            var values = computed.stream().map(each -> code.of(each.value())).toList();
            for (int i = 0; i < values.size(); i++) single.copy(numbers[computed.get(i).index()], values.get(i));
        });
    }

    // ---- sums that go on from run to run

    /// @param formula adds to slots from [Loops#RUNNING] on, the lanes of sums
    static Loop.Pass running(Formula formula, Target target) {
        return Emitter.define(Emitter.Kind.PASS, Loop.Pass.class, formula.name() + "_running", a -> {
            var slots = a.places(3);
            a.array();
            var scalars = a.array();
            var n = a.integer();
            var vector = a.vectors(target.lanes());
            var state = slots.getLast();
            int count = Fold.LANES / vector.lanes();
            int sums = formula.outputs().size();
            var nodes = formula.nodes();
            var index = a.local(0);
            if (fits(count, nodes.size())) a.block(() -> {
                var lanes = new ArrayList<Value>();
                for (int i = 0; i < count; i++)
                    for (int sum = 0; sum < sums; sum++) lanes.add(vector.load(state.at(sum * Loops.RUNNING_STATE
                        + i * vector.lanes())));
                a.loop(index, n.wholes(Fold.LANES), Fold.LANES, () -> {
                    for (int i = 0; i < count; i++)
                        vector.on(LaneCode.Frame.of(index.plus(i * vector.lanes()), slots, 0, scalars))
                            .accumulate(lanes.subList(i * sums, (i + 1) * sums), Loops.RUNNING, formula, nodes);
                });
                for (int i = 0; i < count; i++)
                    for (int sum = 0; sum < sums; sum++)
                        vector.save(lanes.get(i * sums + sum), state.at(sum * Loops.RUNNING_STATE + i * vector.lanes()));
            });
            var all = new ArrayList<>(slots);
            for (int sum = 0; sum < sums; sum++) all.add(inTurn(state.at(sum * Loops.RUNNING_STATE), index));
            var frame = LaneCode.Frame.of(index, all, 0, scalars);
            a.loop(index, n.wholes(vector.lanes()), vector.lanes(), () -> vector.on(frame).write(formula, nodes));
            a.loop(index, n, 1, () -> a.scalars(target).on(frame).write(formula, nodes));
            a.ifLess(Int.of(0), n.within(Fold.LANES), () -> {
                for (int sum = 0; sum < sums; sum++) turn(a, vector, state.at(sum * Loops.RUNNING_STATE), n.within(Fold.LANES));
            });
        });
    }

    /// Makes the lane so many further on the first one.
    private static void turn(Assembler a, VectorCode vector, Place lanes, Int by) {
        a.loop(Int.of(Fold.LANES), vector.lanes(), at -> vector.save(vector.load(lanes.at(at)), lanes.at(Fold.LANES).at(at)));
        // what is written lies before what is still to be read
        a.loop(Int.of(Fold.LANES), vector.lanes(), at -> vector.save(vector.load(lanes.at(by).at(at)), lanes.at(at)));
    }
}
