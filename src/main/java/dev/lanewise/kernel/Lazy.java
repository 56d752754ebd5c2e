package dev.lanewise.kernel;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.IntFunction;

/// Loops that are defined when first needed, by number: most programs use few of a kernel's.
///
/// Two threads may define the same one: its class is then collected.
class Lazy<L> {

    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(Object[].class);

    private final Object[] made;
    private final IntFunction<L> maker;

    /// @param count how many there are
    Lazy(int count, IntFunction<L> maker) {
        this.made = new Object[count];
        this.maker = maker;
    }

    final int count() { return made.length; }

    @SuppressWarnings("unchecked")
    final L get(int number) {
        var loop = (L) ELEMENT.getAcquire(made, number);
        return loop != null ? loop : make(number);
    }

    private L make(int number) {
        var loop = define(number);
        set(number, loop);
        return loop;
    }

    /// Whether one may run.
    boolean has(int number) { return isMade(number); }

    /// Whether one is there.
    final boolean isMade(int number) { return ELEMENT.getAcquire(made, number) != null; }

    /// A new one, of which nobody else knows.
    final L define(int number) { return maker.apply(number); }

    final void set(int number, L loop) { ELEMENT.setRelease(made, number, loop); }
}
