package dev.lanewise.kernel.code;

import dev.lanewise.formula.Comparison;
import dev.lanewise.kernel.expr.Expr;
import dev.lanewise.kernel.expr.Fold;
import dev.lanewise.kernel.expr.Functions;
import dev.lanewise.kernel.expr.RowFormula;
import java.util.ArrayList;
import java.util.List;

/// Writes the vector loops of a softmax. A row of up to four vectors is read once, stays in registers, and is written
/// once; a longer one takes three passes over what is by then in the first-level cache, each a method that C1 can compile.
///
/// Lanes beyond the row's end hold -infinity, and so e^x = 0, which changes no sum. The maximum passes over NaN, which
/// the sum does not; the sign of a zero maximum changes nothing either. So its order is free, unlike the sum's.
final class SoftmaxEmitter {

    /// Vectors that a row in registers takes at the most, and in which the maximum of a long one is looked for.
    static final int VECTORS = 4;

    private static final Expr.F32 X = Expr.slot(0);
    private static final Expr.F32 Y = Expr.slot(1);
    /// The larger of two; the first where the second is NaN.
    static final Straight LARGER = Straight.of(Expr.select(Comparison.LT, X, Y, Y, X));
    private static final Straight POWER = Straight.of(Functions.expOrZero(X.sub(Y)));
    private static final Straight QUOTIENT = Straight.of(X.div(Y));
    private static final Straight LOGARITHM = Straight.of(Functions.log(X));
    private static final Straight LOG_QUOTIENT = Straight.of(X.sub(Y).sub(Expr.slot(2)));

    private SoftmaxEmitter() {}

    /// Softmax of rows of up to four vectors.
    ///
    /// @param cut whether the last vector reaches beyond the row's end
    /// @param log whether its logarithm is wanted
    static Loop.Rows rows(int vectors, boolean cut, boolean log, int lanes) {
        var name = (log ? "log_softmax_" : "softmax_") + vectors + (cut ? "_cut" : "");
        return Emitter.define(Emitter.Kind.ROWS, Loop.Rows.class, name, a -> {
            var rows = a.integer();
            var columns = a.integer();
            var x = a.place();
            var xStride = a.integer();
            var y = a.place();
            var yStride = a.integer();
            var from = a.local(x.offset());
            var to = a.local(y.offset());
            var vector = a.vectors(lanes);
            a.loop(rows, 1, _ -> {
                var mask = cut ? vector.firstLanes(columns.minus((vectors - 1) * lanes)) : null;
                row(vector, vectors, mask, log, new Place(x.array(), from), new Place(y.array(), to));
                a.set(from, from.plus(xStride));
                a.set(to, to.plus(yStride));
            });
        });
    }

    /// The powers of rows of up to four vectors in slot 0, which go to slot 3; of each row the maximum and the powers' sum are
    /// kept.
    static Loop.Rowwise powersOfRows(int vectors, boolean cut, int lanes) {
        var name = "row_powers_" + vectors + (cut ? "_cut" : "");
        return Emitter.define(Emitter.Kind.ROWWISE, Loop.Rowwise.class, name, a -> {
            var rows = a.integer();
            var columns = a.integer();
            var places = new ArrayList<Place>();
            var strides = new ArrayList<Int>();
            for (int slot = 0; slot < RowFormula.SLOTS; slot++) {
                places.add(a.place());
                strides.add(a.integer());
            }
            a.array();
            a.array();
            var kept = a.place();
            var plane = a.integer();
            var x = places.getFirst();
            var y = places.get(3);
            var from = a.local(x.offset());
            var to = a.local(y.offset());
            var vector = a.vectors(lanes);
            a.loop(rows, 1, row -> {
                var mask = cut ? vector.firstLanes(columns.minus((vectors - 1) * lanes)) : null;
                var values = values(vector, vectors, mask, new Place(x.array(), from));
                var shift = vector.fold(LARGER, values);
                var powers = values.stream().map(value -> vector.of(POWER, value, shift)).toList();
                save(vector, powers, mask, new Place(y.array(), to));
                vector.saveFirst(shift, kept.at(row));
                vector.saveFirst(vector.fold(Straight.ADD, powers), kept.at(plane).at(row));
                a.set(from, from.plus(strides.getFirst()));
                a.set(to, to.plus(strides.get(3)));
            });
        });
    }

    /// @param mask of the last vector; null if it is whole
    private static void row(VectorCode vector, int vectors, VectorCode.Mask mask, boolean log, Place x, Place y) {
        var values = values(vector, vectors, mask, x);
        var shift = vector.fold(LARGER, values);
        var powers = values.stream().map(value -> vector.of(POWER, value, shift)).toList();
        var sum = vector.fold(Straight.ADD, powers);
        var logarithm = log ? vector.of(LOGARITHM, sum) : null;
        var results = new ArrayList<Value>();
        for (int v = 0; v < vectors; v++)
            results.add(log ? vector.of(LOG_QUOTIENT, values.get(v), shift, logarithm) : vector.of(QUOTIENT, powers.get(v), sum));
        save(vector, results, mask, y);
    }

    private static List<Value> values(VectorCode vector, int vectors, VectorCode.Mask mask, Place x) {
        var values = new ArrayList<Value>();
        for (int v = 0; v < vectors; v++) {
            var place = x.at(v * vector.lanes());
            values.add(mask != null && v == vectors - 1 ? vector.load(place, mask, Float.NEGATIVE_INFINITY) : vector.load(place));
        }
        return values;
    }

    private static void save(VectorCode vector, List<Value> results, VectorCode.Mask mask, Place y) {
        for (int v = 0; v < results.size(); v++) {
            var place = y.at(v * vector.lanes());
            if (mask != null && v == results.size() - 1) vector.save(results.get(v), place, mask);
            else vector.save(results.get(v), place);
        }
    }

    /// Puts the maximum of slot 0, five vectors or more, into `lanes[0]`.
    static Loop.Pass largest(int lanes) {
        return Emitter.define(Emitter.Kind.PASS, Loop.Pass.class, "softmax_largest", a -> {
            var x = a.places(3).getFirst();
            var out = a.array();
            a.array();
            var n = a.integer();
            var vector = a.vectors(lanes);
            var best = new ArrayList<Value>();
            for (int v = 0; v < VECTORS; v++) best.add(vector.constant(Float.NEGATIVE_INFINITY));
            int block = VECTORS * lanes;
            var whole = a.local(n.minus(block - 1));
            a.loop(whole, block, index -> raise(vector, best, x.at(index)));
            // the last vectors of the row, some of which may have been seen
            raise(vector, best, x.at(n.minus(block)));
            vector.save(vector.fold(LARGER, best), out);
        });
    }

    private static void raise(VectorCode vector, List<Value> best, Place x) {
        for (int v = 0; v < best.size(); v++) vector.set(best.get(v), LARGER, best.get(v), vector.load(x.at(v * vector.lanes())));
    }

    /// Puts the powers of slot 0, shifted by `scalars[0]`, into slot 1, and their sum into `lanes[0]`.
    ///
    /// @param divides whether slot 2, the row before, is divided by `scalars[1]` in the same loop: what the divider is
    ///                slow at goes on beside what keeps the multipliers busy
    static Loop.Pass powers(boolean divides, int lanes) {
        var name = divides ? "softmax_powers_quotients" : "softmax_powers";
        return Emitter.define(Emitter.Kind.PASS, Loop.Pass.class, name, a -> {
            var slots = a.places(3);
            var sums = a.array();
            var scalars = a.array();
            var n = a.integer();
            var index = a.local(0);
            var whole = a.local(n.wholes(lanes));
            var vector = a.vectors(lanes);
            var step = new Powers(vector, slots, sums, a.number(scalars), divides ? a.number(scalars.at(1)) : null, index);
            for (int at = 0; at < Fold.LANES; at += lanes) vector.save(vector.constant(0), sums.at(at));
            a.loop(index, whole, lanes, () -> step.emit(null));
            a.ifLess(index, n, () -> step.emit(vector.firstLanes(n.minus(whole))));
            var all = new ArrayList<Value>();
            for (int at = 0; at < Fold.LANES; at += lanes) all.add(vector.load(sums.at(at)));
            vector.save(vector.fold(Straight.ADD, all), sums);
        });
    }

    /// One vector's powers, which enter the lanes of the sum that their positions have modulo 64.
    private record Powers(VectorCode vector, List<Place> slots, Place sums, Value shift, Value divisor, Int index) {

        /// @param mask null for a whole vector
        void emit(VectorCode.Mask mask) {
            var powers = vector.of(POWER, load(0, mask), vector.broadcast(shift));
            save(powers, 1, mask);
            var lane = sums.at(index.within(Fold.LANES));
            vector.save(vector.of(Straight.ADD, vector.load(lane), powers), lane);
            if (divisor != null) save(vector.of(QUOTIENT, load(2, mask), vector.broadcast(divisor)), 2, mask);
        }

        private Value load(int slot, VectorCode.Mask mask) {
            var place = slots.get(slot).at(index);
            return mask == null ? vector.load(place) : vector.load(place, mask, Float.NEGATIVE_INFINITY);
        }

        private void save(Value value, int slot, VectorCode.Mask mask) {
            var place = slots.get(slot).at(index);
            if (mask == null) vector.save(value, place);
            else vector.save(value, place, mask);
        }
    }
}
