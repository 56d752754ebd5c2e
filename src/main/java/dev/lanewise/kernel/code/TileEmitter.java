package dev.lanewise.kernel.code;

import dev.lanewise.kernel.code.Loop.Tile.Layout;
import dev.lanewise.kernel.code.Loop.Tile.Shape;
import dev.lanewise.kernel.expr.Epilogue;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Writes the register tile of a matrix product: `rows` rows of `vectors` vectors, every accumulator a local variable
/// and every step of k straight-line code.
///
/// Per step it reads `vectors` vectors of the right operand and broadcasts `rows` floats of the left one. The epilogue follows
/// the last step, while the sums are still in registers.
final class TileEmitter {

    private final Assembler a;
    private final VectorCode vector;
    private final Shape shape;
    private final Int k;
    private final Place left;
    private final Int leftStride;
    private final Place right;
    /// From step to step; null if each has a place of its own.
    private final Int rightStride;
    private final Int.Element rightStarts;
    private final Place out;
    private final Int outStride;
    private final Int accumulate;
    private final Place bias;
    /// Vectors of a row.
    private final int vectors;
    private final List<Value> sums = new ArrayList<>();

    private TileEmitter(Assembler a, Shape shape, boolean gathered, int lanes) {
        this.a = a;
        this.vector = a.vectors(shape.layout() == Layout.TURNED ? Math.min(Layout.SQUARE, lanes) : lanes);
        this.shape = shape;
        this.vectors = shape.vectors() * lanes / vector.lanes();
        this.k = a.integer();
        this.left = a.place();
        this.leftStride = a.integer();
        this.right = a.place();
        this.rightStride = gathered ? null : a.integer();
        this.rightStarts = gathered ? a.element() : null;
        this.out = a.place();
        this.outStride = a.integer();
        this.accumulate = a.flag();
        this.bias = a.place();
    }

    static Loop.Tile tile(Shape shape, int lanes) {
        return Emitter.define(Emitter.Kind.TILE, Loop.Tile.class, shape.name(),
            a -> new TileEmitter(a, shape, false, lanes).emit());
    }

    static Loop.GatheredTile gathered(Shape shape, int lanes) {
        return Emitter.define(Emitter.Kind.GATHERED_TILE, Loop.GatheredTile.class, shape.name(),
            a -> new TileEmitter(a, shape, true, lanes).emit());
    }

    private void emit() {
        for (int i = 0; i < shape.rows() * vectors; i++) sums.add(vector.constant(0));
        if (shape.layout() == Layout.TURNED) emitTurnedSteps();
        else emitSteps();
        a.ifTrue(accumulate, () -> forEach((row, v) -> a.block(() -> {
            // the sum so far, then this block's
            var before = vector.load(result(row, v));
            vector.set(sum(row, v), Straight.ADD, before, sum(row, v));
        })));
        boolean isEnded = shape.ending() != Epilogue.Form.NONE;
        boolean isEndedAtOnce = isEnded && sums.size() <= C2.MOST_SUMS_ENDED_AT_ONCE;
        if (isEndedAtOnce) emitEnding();
        forEach((row, v) -> vector.save(sum(row, v), result(row, v)));
        if (isEnded && !isEndedAtOnce) emitEndingRowByRow();
    }

    private interface RowAndVector {
        void accept(int row, int v);
    }

    private void forEach(RowAndVector body) {
        for (int row = 0; row < shape.rows(); row++)
            for (int v = 0; v < vectors; v++) body.accept(row, v);
    }

    private Value sum(int row, int v) { return sums.get(row * vectors + v); }

    private Place result(int row, int v) { return out.at(outStride.times(row)).at(v * vector.lanes()); }

    /// `sum = f(sum, bias)`
    private void emitEnding() {
        var ending = Straight.of(shape.ending().value());
        var kind = shape.ending().bias();
        var columns = kind == Epilogue.Bias.COLUMNS ? vectors(bias) : null;
        for (int row = 0; row < shape.rows(); row++) {
            int i = row;
            a.block(() -> {
                var one = kind == Epilogue.Bias.ROWS ? vector.broadcast(bias.at(i)) : null;
                for (int v = 0; v < vectors; v++)
                    vector.set(sum(i, v), ending, sum(i, v), columns == null ? one : columns.get(v));
            });
        }
    }

    /// `out = f(out, bias)`, in a loop over the rows that were just written.
    private void emitEndingRowByRow() {
        var ending = Straight.of(shape.ending().value());
        var kind = shape.ending().bias();
        a.loop(Int.of(shape.rows()), 1, row -> {
            for (int v = 0; v < vectors; v++) {
                int column = v * vector.lanes();
                a.block(() -> {
                    var at = new Place(out.array(), outStride.times(row).plus(out.offset()).plus(column));
                    var sum = vector.load(at);
                    var term = switch (kind) {
                        case NONE -> null;
                        case ROWS -> vector.broadcast(new Place(bias.array(), bias.offset().plus(row)));
                        case COLUMNS -> vector.load(bias.at(column));
                    };
                    vector.set(sum, ending, sum, term);
                    vector.save(sum, at);
                });
            }
        });
    }

    /// As many as the tile is wide, side by side.
    private List<Value> vectors(Place first) {
        return IntStream.range(0, vectors).mapToObj(v -> vector.load(first.at(v * vector.lanes()))).toList();
    }

    /// `for (k = 0; k < K; k++)`, with the places in the operands beside it.
    private void emitSteps() {
        boolean byRows = shape.layout() == Layout.ROWS;
        boolean isPacked = shape.layout() == Layout.PACKED;
        int group = byRows ? 1 : isPacked ? C2.TILE_GROUP : shape.rows();
        // where each row begins; or where the step's floats begin, all of them or each group
        var starts = new ArrayList<Int.Local>();
        for (int row = 0; row < shape.rows(); row += group)
            starts.add(a.local(left.offset().plus(byRows ? leftStride.times(row) : Int.of(row))));
        var from = a.local(right.offset());
        a.loop(k, 1, step -> {
            if (rightStarts != null) a.set(from, rightStarts.at(step).plus(right.offset()));
            else if (isPacked) a.set(from, step.times(vectors * vector.lanes()).plus(right.offset()));
            var columns = vectors(new Place(right.array(), from));
            for (int row = 0; row < shape.rows(); row++) {
                var start = starts.get(row / group);
                emitRow(row, new Place(left.array(), byRows ? start.plus(step) : start.plus(row % group)), columns);
            }
            if (rightStarts == null && !isPacked) a.set(from, from.plus(rightStride));
            if (!byRows) for (var start : starts) a.set(start, start.plus(leftStride));
        });
    }

    /// As many steps at a time as a vector has lanes, one vector of columns after the other. Each sum is added up in the same
    /// order.
    private void emitTurnedSteps() {
        var starts = new ArrayList<Place>();
        for (int column = 0; column < vectors * vector.lanes(); column++)
            starts.add(new Place(right.array(), a.local(right.offset().plus(rightStride.times(column)))));
        var rows = new ArrayList<Place>();
        for (int row = 0; row < shape.rows(); row++) rows.add(new Place(left.array(),
            a.local(left.offset().plus(leftStride.times(row)))));
        a.loop(k, vector.lanes(), step -> {
            for (int v = 0; v < vectors; v++) emitSquare(v, starts.subList(v * vector.lanes(), (v + 1) * vector.lanes()),
                rows, step);
        });
    }

    private void emitSquare(int v, List<Place> starts, List<Place> rows, Int step) {
        a.block(() -> {
            var steps = new ArrayList<Value>();
            for (var start : starts) steps.add(vector.load(start.at(step)));
            TransposeEmitter.turn(vector, steps);
            for (int i = 0; i < steps.size(); i++) {
                var column = steps.get(i);
                for (int row = 0; row < rows.size(); row++) {
                    var sum = sum(row, v);
                    var factor = rows.get(row).at(step.plus(i));
                    a.block(() -> vector.set(sum, Straight.FMA, vector.broadcast(factor), column, sum));
                }
            }
        });
    }

    /// One step of one row.
    private void emitRow(int row, Place factor, List<Value> columns) {
        a.block(() -> {
            var all = vector.broadcast(factor);
            for (int v = 0; v < vectors; v++) vector.set(sum(row, v), Straight.FMA, all, columns.get(v), sum(row, v));
        });
    }
}
