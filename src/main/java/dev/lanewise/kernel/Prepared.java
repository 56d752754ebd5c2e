package dev.lanewise.kernel;

import dev.lanewise.kernel.code.Loop;
import java.util.function.IntFunction;

/// Vector loops that are prepared by the [Warmer] when they are due, by number. One that is asked for before is defined at once.
class Prepared<L extends Loop> extends Lazy<L> {

    private final double[] spent;
    private final boolean[] asked;

    Prepared(int count, IntFunction<L> maker) {
        super(count, maker);
        this.spent = new double[count];
        this.asked = new boolean[count];
    }

    /// Counts what other loops take in place of one, by estimate.
    final void count(int number, double nanos) {
        spent[number] += nanos;
        if (!asked[number] && ColdStart.isDue(spent[number])) ask(number);
    }

    @Override
    boolean has(int number) { return isMade(number) && !ColdStart.isForGood(); }

    private void ask(int number) {
        synchronized (this) {
            if (asked[number]) return;
            asked[number] = true;
        }
        Warmer.prepare(this, number, spent[number]);
    }
}
