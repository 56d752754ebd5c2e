package dev.lanewise.kernel.code;

import java.util.ArrayList;
import java.util.List;

/// Writes the transposition of a square of `lanes` x `lanes` floats in registers, block after block along the rows.
///
/// A butterfly: in stage s, rows r and r + s exchange the halves of each group of 2 s lanes. One permutation and three
/// blends a pair of rows, 0.10 to 0.15 ns an element; with two of each, 0.20 to 0.26 where there are 16 registers. 16 lanes
/// were no faster than 8 on a CPU whose 512-bit shuffles take two turns (element by element 0.31).
final class TransposeEmitter {

    private TransposeEmitter() {}

    /// @param lanes 4 or 8
    static Loop.Transpose transpose(int lanes) {
        return Emitter.define(Emitter.Kind.TRANSPOSE, Loop.Transpose.class, "x" + lanes, a -> {
            var steps = a.integer();
            var x = a.place();
            var stride = a.integer();
            var rows = a.integer();
            var out = a.place();
            var width = a.integer();
            var starts = new ArrayList<Place>();
            // a row that isn't there is read as the last one
            for (int row = 0; row < lanes; row++)
                starts.add(new Place(x.array(), a.local(x.offset().plus(Int.of(row).min(rows.minus(1)).times(stride)))));
            var vector = a.vectors(lanes);
            a.loop(steps, lanes, step -> {
                var values = new ArrayList<Value>();
                for (var start : starts) values.add(vector.load(start.at(step)));
                turn(vector, values);
                for (int row = 0; row < lanes; row++) vector.save(values.get(row), out.at(step.plus(row).times(width)));
            });
        });
    }

    /// Rows become columns: as many vectors as one has lanes.
    static void turn(VectorCode vector, List<Value> rows) {
        for (int stage = 1; stage < rows.size(); stage *= 2)
            for (int row = 0; row < rows.size(); row++)
                if ((row & stage) == 0) exchange(vector, rows, row, row + stage, stage);
    }

    /// The upper halves of one row's groups against the lower halves of the other's.
    private static void exchange(VectorCode vector, List<Value> values, int low, int high, int stage) {
        var x = values.get(low);
        var y = values.get(high);
        // what each gives to the other
        var given = vector.swapHalves(vector.blendUpper(y, x, stage), stage);
        values.set(low, vector.blendUpper(x, given, stage));
        values.set(high, vector.blendUpper(given, y, stage));
    }
}
