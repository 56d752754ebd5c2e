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

    @SuppressWarnings("unchecked")
    final L get(int number) {
        var loop = (L) ELEMENT.getAcquire(made, number);
        return loop != null ? loop : make(number);
    }

    private L make(int number) {
        var loop = maker.apply(number);
        ELEMENT.setRelease(made, number, loop);
        return loop;
    }
}
