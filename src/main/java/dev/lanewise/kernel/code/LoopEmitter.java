package dev.lanewise.kernel.code;

import dev.lanewise.kernel.expr.Fold;
import dev.lanewise.kernel.expr.Formula;
import java.util.ArrayList;
import java.util.List;

/// Writes the three loops that carry a formula: element by element, folded to one number, filled from a counter.
final class LoopEmitter {

    private LoopEmitter() {}

    /// A loop over whole vectors, then the same formula element by element for the rest.
    static Loop.Map map(Formula formula, int broadcast, Target target) {
        var name = formula.name() + (broadcast == 0 ? "" : "_b" + Integer.toBinaryString(broadcast));
        return Emitter.define(Emitter.Kind.MAP, Loop.Map.class, name, a -> {
            var slots = a.places(Formula.SLOTS);
            var scalars = a.array();
            var n = a.integer();
            var index = a.local(0);
            var frame = LaneCode.Frame.of(index, slots, broadcast, scalars);
            if (!target.isScalar()) {
                var whole = a.local(n.wholes(target.lanes()));
                a.vectors(target.lanes()).on(frame).map(formula, index, whole);
            }
            a.scalars(target).on(frame).map(formula, index, n);
        });
    }

    /// Vectors of a row side by side.
    private static final int ABREAST = 4;

    /// The same row by row.
    ///
    /// @param whole whether rows are of [Loops#MATRIX_COLUMNS] elements: no more than some vectors, written one after the other
    static Loop.Matrix matrix(Formula formula, int broadcast, boolean whole, Target target) {
        var name = formula.name() + (broadcast == 0 ? "" : "_b" + Integer.toBinaryString(broadcast)) + (whole ? "_whole" : "");
        return Emitter.define(Emitter.Kind.MATRIX, Loop.Matrix.class, name, a -> {
            var rows = a.integer();
            var columns = a.integer();
            var slots = new ArrayList<Place>();
            var starts = new ArrayList<Int.Local>();
            var strides = new ArrayList<Int>();
            for (int slot = 0; slot < Formula.SLOTS; slot++) {
                var place = a.place();
                starts.add(a.local(place.offset()));
                slots.add(new Place(place.array(), starts.getLast()));
                strides.add(a.integer());
            }
            a.loop(rows, 1, _ -> {
                var index = a.local(0);
                if (whole && !target.isScalar()) wholeRow(a, formula, index, slots, broadcast, target.lanes());
                else {
                    var frame = LaneCode.Frame.of(index, slots, broadcast, null);
                    if (!target.isScalar())
                        a.vectors(target.lanes()).on(frame).map(formula, index, a.local(columns.wholes(target.lanes())));
                    a.scalars(target).on(frame).map(formula, index, columns);
                }
                for (int slot = 0; slot < Formula.SLOTS; slot++)
                    if (formula.uses(slot)) a.set(starts.get(slot), starts.get(slot).plus(strides.get(slot)));
            });
        });
    }

    private static void wholeRow(Assembler a, Formula formula, Int.Local index, List<Place> slots, int broadcast, int lanes) {
        var nodes = formula.nodes();
        int abreast = Math.min(ABREAST, Loops.MATRIX_COLUMNS / lanes);
        boolean all = abreast * lanes == Loops.MATRIX_COLUMNS;
        Runnable vectors = () -> {
            for (int v = 0; v < abreast; v++) {
                var at = all ? Int.of(v * lanes) : index.plus(v * lanes);
                a.block(() -> a.vectors(lanes).on(LaneCode.Frame.of(at, slots, broadcast, null)).write(formula, nodes));
            }
        };
        if (all) vectors.run();
        else a.loop(index, Int.of(Loops.MATRIX_COLUMNS), abreast * lanes, vectors);
    }

    /// Whole blocks of 64 values into 64 accumulators in registers, the rest in memory, where single lanes then fold in halves,
    /// too.
    ///
    /// Several streams are folds of as many neighbouring pieces side by side, of whole blocks and on vectors only: memory
    /// gives one thread more when it reads from several places (a sum of 4 million: one stream 0.060 ns, four 0.052).
    static Loop.Fold fold(Fold fold, int streams, Target target) {
        var name = fold.name() + (streams == 1 ? "" : "_" + streams + "_streams");
        return Emitter.define(Emitter.Kind.FOLD, Loop.Fold.class, name, a -> new FoldEmitter(a, fold, target).emit(streams));
    }

    private static final class FoldEmitter {
        private final Assembler a;
        private final Fold fold;
        private final Formula step;
        private final Target target;
        private final List<Place> x;
        private final Place lanes;
        private final Place scalars;
        private final Int n;
        private final Place out;
        private final Int.Local index;

        FoldEmitter(Assembler a, Fold fold, Target target) {
            this.a = a;
            this.fold = fold;
            this.step = fold.step();
            this.target = target;
            this.x = a.places(Fold.LANE_SLOT);
            this.lanes = a.array();
            this.scalars = a.array();
            this.n = a.integer();
            this.out = a.place();
            this.index = a.local(0);
        }

        void emit(int streams) {
            var single = a.scalars(target);
            if (target.isScalar()) {
                a.fill(lanes, fold.combine().neutral());
                rest();
                foldLanes();
                single.save(single.load(lanes), out);
                return;
            }
            var vector = a.vectors(target.lanes());
            var accumulators = blocks(vector, streams);
            if (streams == 1) {
                for (int i = 0; i < accumulators.getFirst().size(); i++)
                    vector.save(accumulators.getFirst().get(i), lanes.at(i * vector.lanes()));
                rest();
                // lanes that no value reached hold what changes no bit
                var all = new ArrayList<Value>();
                for (int at = 0; at < Fold.LANES; at += vector.lanes()) all.add(vector.load(lanes.at(at)));
                vector.save(vector.fold(Straight.of(fold.combine()), all), lanes);
                single.save(single.load(lanes), out);
            } else for (int stream = 0; stream < streams; stream++) {
                vector.save(vector.fold(Straight.of(fold.combine()), accumulators.get(stream)), lanes);
                single.save(single.load(lanes), out.at(stream));
            }
        }

        /// Returns the accumulators: of each stream, the lanes' vectors in order.
        private List<List<Value>> blocks(VectorCode vector, int streams) {
            int count = Fold.LANES / vector.lanes();
            var whole = a.local(n.wholes(Fold.LANES));
            var starts = new ArrayList<Int>();
            var accumulators = new ArrayList<List<Value>>();
            for (int stream = 0; stream < streams; stream++) {
                starts.add(stream == 0 ? Int.of(0) : a.local(n.times(stream)));
                var lanes = new ArrayList<Value>();
                for (int i = 0; i < count; i++) lanes.add(vector.constant(fold.combine().neutral()));
                accumulators.add(lanes);
            }
            var nodes = step.nodes();
            var previous = nodes.stream().filter(Fold::isLane).findFirst().orElseThrow();
            var next = step.outputs().getFirst().value();
            a.loop(index, whole, Fold.LANES, () -> {
                for (int stream = 0; stream < streams; stream++)
                    for (int i = 0; i < count; i++) {
                        var position = index.plus(starts.get(stream)).plus(i * vector.lanes());
                        vector.on(LaneCode.Frame.of(position, x, 0, scalars))
                            .accumulate(accumulators.get(stream).get(i), previous, next, nodes);
                    }
            });
            return accumulators;
        }

        /// Blocks of up to 64 elements, whose lanes are reached through an offset of minus their start.
        private void rest() {
            a.loopWhile(index, n, () -> {
                var start = a.local(Int.of(0).minus(index));
                var bound = a.local(index.plus(Fold.LANES).min(n));
                var slots = new ArrayList<>(x);
                slots.add(lanes.at(start));
                a.scalars(target).on(LaneCode.Frame.of(index, slots, 0, scalars)).map(step, index, bound);
            });
        }

        /// The fold's tree in memory, over the lanes that a value reached, one by one.
        private void foldLanes() {
            var used = a.local(n.min(Fold.LANES));
            for (int all = Fold.LANES, next; all > 1; all = next) {
                int half = next = Fold.half(all);
                a.block(() -> {
                    var from = a.local(0);
                    var bound = a.local(used.minus(half));
                    a.scalars(target).on(LaneCode.Frame.of(from, List.of(lanes, lanes.at(half)))).map(fold.pair(), from, bound);
                });
                a.set(used, used.min(half));
            }
        }
    }

    /// For counter `t` of 16 to a group: its first word goes to element l = t % 16 of group t / 16, its second to l + 16.
    static Loop.Fill fill(Formula formula, Target target) {
        return Emitter.define(Emitter.Kind.FILL, Loop.Fill.class, formula.name(), a -> {
            var out = a.place();
            var key0 = a.integer();
            var key1 = a.integer();
            var counter = a.integer();
            var counterHigh = a.integer();
            var bound = a.local(a.integer().times(Loop.Fill.GROUP / 2));
            var index = a.local(0);
            // position t lies at 32 (t / 16) + t % 16 = t + (t & -16)
            var group = a.local(0);
            var first = out.at(group);
            var lane = a.lanes(target).on(new LaneCode.Frame(index, List.of(first, first.at(Loop.Fill.GROUP / 2)), 0, null, null,
                List.of(key0, key1, counterHigh), counter));
            var nodes = formula.nodes();
            lane.hoist(nodes);
            C2.rotatedLoop(a, index, bound, lane.lanes(), () -> {
                a.set(group, index.wholes(Loop.Fill.GROUP / 2));
                lane.write(formula, nodes);
            });
        });
    }
}
