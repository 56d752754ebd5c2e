package dev.lanewise.kernel;

import dev.lanewise.kernel.code.Loop;
import dev.lanewise.kernel.code.Loops;
import dev.lanewise.kernel.code.Target;

/// What this machine can do at the most: fused multiply-adds from register to register, with nothing to wait for. The
/// yardstick for matrix products.
public final class Peak {

    private static final int STEPS = 200;

    private final Target target;
    private final int chains;
    private final Loop.Pass loop;

    /// @throws UnsupportedOperationException where this JVM can't define classes at run time
    public Peak() {
        this.target = Provider.current().target();
        // a result is awaited for up to five cycles, in two units: ten chains keep them busy; more must fit into registers
        this.chains = target.registers() * 3 / 4;
        this.loop = Loops.peak(chains, target);
    }

    /// Lets all threads of the pool compute for `rounds` rounds of a microsecond or so, and returns how many
    /// operations that were: two for each fused multiply-add.
    public long run(int rounds) {
        int threads = Pool.threads();
        Pool.forEach(threads, _ -> {
            var out = new float[chains * target.lanes()];
            for (int i = 0; i < rounds; i++) loop.run(null, 0, null, 0, null, 0, out, null, STEPS);
        });
        return 2L * threads * rounds * STEPS * chains * target.lanes();
    }
}
