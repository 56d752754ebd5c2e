package dev.lanewise.kernel.code;

import dev.lanewise.formula.Comparison;
import dev.lanewise.kernel.expr.Expr;
import dev.lanewise.kernel.expr.Fold;
import dev.lanewise.kernel.expr.Functions;
import java.util.ArrayList;

/// Writes what attention makes of the scores of a block of keys: of each row x of 64 and of m, the largest of the blocks before,
///
///     m' = max(m, max x)    x = e^(x - m')    sum x
///
/// in one pass. In `y` stand the rows' m, from `ldy` on their m', from 2 `ldy` on their sums. A score is never above m'; if that
/// is -infinity, 0 is taken for it. The maximum may pass over NaN, which the sum does not; so its order is free.
final class AttentionEmitter {

    private static final Expr.F32 X = Expr.slot(0);
    private static final Straight POWER = Straight.of(Functions.expOfNonPositive(X.sub(Expr.slot(1))));
    private static final Straight SHIFT =
        Straight.of(Expr.select(Comparison.EQ, X, Expr.constant(Float.NEGATIVE_INFINITY), Expr.constant(0f), X));

    private AttentionEmitter() {}

    static Loop.Rows powers(int lanes) {
        return Emitter.define(Emitter.Kind.ROWS, Loop.Rows.class, "attention_powers", a -> {
            var rows = a.integer();
            a.integer();
            var x = a.place();
            var xStride = a.integer();
            var y = a.place();
            var yStride = a.integer();
            var from = a.local(x.offset());
            var vector = a.vectors(lanes);
            a.loop(rows, 1, row -> {
                var scores = new Place(x.array(), from);
                var values = new ArrayList<Value>();
                for (int at = 0; at < Fold.LANES; at += lanes) values.add(vector.load(scores.at(at)));
                var before = y.at(row);
                var largest = vector.of(SoftmaxEmitter.LARGER, vector.broadcast(before),
                    vector.fold(SoftmaxEmitter.LARGER, values));
                var shift = vector.of(SHIFT, largest);
                var powers = new ArrayList<Value>();
                for (int i = 0; i < values.size(); i++) {
                    powers.add(vector.of(POWER, values.get(i), shift));
                    vector.save(powers.getLast(), scores.at(i * lanes));
                }
                vector.saveFirst(largest, before.at(yStride));
                vector.saveFirst(vector.fold(Straight.ADD, powers), before.at(yStride.times(2)));
                a.set(from, from.plus(xStride));
            });
        });
    }
}
