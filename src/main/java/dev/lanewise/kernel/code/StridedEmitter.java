package dev.lanewise.kernel.code;

/// Writes a copy of rows of which every second element counts to rows of elements side by side: of 28 elements in two thirds of
/// the time that a loop of single ones takes. The way back, half of whose vectors must be read before they are written, was no
/// faster than that.
///
/// A row has more elements than a vector has lanes. Its last vector overlaps the one before and has what counts on its odd lanes,
/// so that nothing is read before a row's first element or behind its last one.
final class StridedEmitter {

    private StridedEmitter() {}

    /// `out[i] = x[2 i]`
    static Loop.Copy gather(int lanes) {
        return Emitter.define(Emitter.Kind.COPY, Loop.Copy.class, "gather_x" + lanes, a -> {
            var rows = a.integer();
            var columns = a.integer();
            var x = a.place();
            var stride = a.integer();
            var out = a.place();
            var outStride = a.integer();
            var from = a.local(x.offset());
            var to = a.local(out.offset());
            var last = a.local(columns.minus(lanes));
            var vector = a.vectors(lanes);
            a.loop(rows, 1, _ -> {
                var source = new Place(x.array(), from);
                var target = new Place(out.array(), to);
                a.loop(last, lanes, at -> emit(vector, source.at(at.times(2)), target.at(at), false));
                a.block(() -> emit(vector, source.at(last.times(2).minus(1)), target.at(last), true));
                a.set(from, from.plus(stride));
                a.set(to, to.plus(outStride));
            });
        });
    }

    /// One vector.
    ///
    /// @param odd whether what counts is on the odd lanes of the two vectors that have it
    private static void emit(VectorCode vector, Place from, Place to, boolean odd) {
        var low = vector.everySecond(vector.load(from), odd);
        var high = vector.everySecond(vector.load(from.at(vector.lanes())), odd);
        vector.save(vector.blendUpper(low, high, vector.lanes() / 2), to);
    }
}
