package dev.lanewise.kernel.code;

import java.util.ArrayList;

/// Writes a copy of short rows, a few vectors each: a call of `System.arraycopy` for each would cost more than the copy.
final class CopyEmitter {

    private CopyEmitter() {}

    /// @param strips into which rows are cut, 1 for none
    /// @param vectors in a row of a strip
    /// @param cut whether the last vector is written in part
    static Loop.Copy copy(int strips, int vectors, boolean cut, int lanes) {
        var name = (strips == 1 ? "" : strips + "_strips_") + "x" + vectors + (cut ? "_cut" : "");
        return Emitter.define(Emitter.Kind.COPY, Loop.Copy.class, name, a -> {
            var rows = a.integer();
            var columns = a.integer();
            var x = a.place();
            var stride = a.integer();
            var out = a.place();
            var outStride = a.integer();
            var from = a.local(x.offset());
            var to = new ArrayList<Int.Local>();
            for (int strip = 0; strip < strips;
                strip++) to.add(a.local(out.offset().plus(rows.times(outStride).plus(Loop.Copy.GAP).times(strip))));
            var vector = a.vectors(lanes);
            a.loop(rows, 1, _ -> {
                for (int v = 0; v < strips * vectors; v++) {
                    var source = new Place(x.array(), from).at(v * lanes);
                    var target = new Place(out.array(), to.get(v / vectors)).at(v % vectors * lanes);
                    boolean isCut = cut && v == vectors - 1;
                    int before = v * lanes;
                    a.block(() -> {
                        var value = vector.load(source);
                        if (isCut) vector.save(value, target, vector.firstLanes(columns.minus(before)));
                        else vector.save(value, target);
                    });
                }
                a.set(from, from.plus(stride));
                for (var strip : to) a.set(strip, strip.plus(outStride));
            });
        });
    }
}
