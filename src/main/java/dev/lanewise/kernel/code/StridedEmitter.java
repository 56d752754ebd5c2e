package dev.lanewise.kernel.code;

/// Writes copies of rows of which every second element counts, to rows of elements side by side, and back: of 28 elements in two thirds of the
/// time that a loop of single ones takes.
///
/// A row has more elements than a vector has lanes. Its last vector overlaps the one before and has what counts on its odd lanes, so that
/// nothing is read or written before a row's first element or behind its last one.
final class StridedEmitter {

    private StridedEmitter() {}

    /// `out[i] = x[2 i]`
    static Loop.Copy gather(int lanes) {
        return Emitter.define(Emitter.Kind.COPY, Loop.Copy.class, "gather_x" + lanes, a -> {
            var vector = a.vectors(lanes);
            rows(a, lanes, (x, out, at, odd) -> {
                var from = x.at(at.times(2).minus(odd ? 1 : 0));
                var low = vector.everySecond(vector.load(from), odd);
                var high = vector.everySecond(vector.load(from.at(lanes)), odd);
                vector.save(vector.blendUpper(low, high, lanes / 2), out.at(at));
            });
        });
    }

    /// `out[2 i] = x[i]`; what lies between is read and written again.
    static Loop.Copy scatter(int lanes) {
        return Emitter.define(Emitter.Kind.COPY, Loop.Copy.class, "scatter_x" + lanes, a -> {
            var vector = a.vectors(lanes);
            rows(a, lanes, (x, out, at, odd) -> {
                var values = vector.load(x.at(at));
                for (int half = 0; half < 2; half++) {
                    var to = out.at(at.times(2).minus(odd ? 1 : 0)).at(half * lanes);
                    var between = vector.load(to);
                    var spread = vector.twice(values, half == 1);
                    vector.save(odd ? vector.blendUpper(between, spread, 1) : vector.blendUpper(spread, between, 1), to);
                }
            });
        });
    }

    private interface Step {

        /// One vector of elements that count, from `at` on.
        ///
        /// @param odd whether they are on the odd lanes of the two vectors that have them
        void emit(Place x, Place out, Int at, boolean odd);
    }

    private static void rows(Assembler a, int lanes, Step step) {
        var rows = a.integer();
        var columns = a.integer();
        var x = a.place();
        var stride = a.integer();
        var out = a.place();
        var outStride = a.integer();
        var from = a.local(x.offset());
        var to = a.local(out.offset());
        var last = a.local(columns.minus(lanes));
        a.loop(rows, 1, _ -> {
            var source = new Place(x.array(), from);
            var target = new Place(out.array(), to);
            a.loop(last, lanes, at -> step.emit(source, target, at, false));
            a.block(() -> step.emit(source, target, last, true));
            a.set(from, from.plus(stride));
            a.set(to, to.plus(outStride));
        });
    }
}
