package dev.lanewise.kernel.code;

import java.util.ArrayList;

/// Writes fused multiply-adds from register to register, in chains that don't wait for each other.
final class PeakEmitter {

    private PeakEmitter() {}

    /// `for (; n > 0; n--)` each chain: x = x / 2 + 1. They begin with different numbers, lest the compiler finds them
    /// equal, and are stored, lest it finds them useless.
    static Loop.Pass peak(int chains, Target target) {
        return Emitter.define(Emitter.Kind.PASS, Loop.Pass.class, "peak", a -> {
            a.places(3);
            var out = a.array();
            a.array();
            var n = a.integer();
            var lane = a.lanes(target);
            var x = new ArrayList<Value>();
            for (int i = 0; i < chains; i++) x.add(lane.constant(i));
            var half = lane.constant(0.5f);
            var one = lane.constant(1);
            a.loop(n, 1, _ -> x.forEach(chain -> lane.set(chain, Straight.FMA, half, chain, one)));
            for (int i = 0; i < chains; i++) lane.save(x.get(i), out.at(i * lane.lanes()));
        });
    }
}
