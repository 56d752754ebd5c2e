package dev.lanewise.nn;

import dev.lanewise.tensor.Autograd;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/// What a thread changes in some modules for itself.
///
/// @param outer  the one within which it was opened; null if there is none
/// @param owners the modules, with their parameters and buffers
/// @param values what was set
record Rehearsal(Rehearsal outer, Set<Object> owners, Map<ModuleValue<?>, Object> values) {

    /// On all threads: where there is none, nobody asks the thread.
    private static final AtomicInteger OPEN = new AtomicInteger();

    static Autograd.Mode open(Set<Object> owners) {
        var running = Running.MODE.get();
        var mode = Running.MODE.open("rehearsing()",
            new Running(running.evaluating(), new Rehearsal(running.rehearsal(), owners, new IdentityHashMap<>()),
                running.row()));
        OPEN.incrementAndGet();
        return new Autograd.Mode() {
            private boolean closed;

            @Override
            public void close() {
                mode.close();
                if (!closed) OPEN.decrementAndGet();
                closed = true;
            }
        };
    }

    /// The innermost one on this thread; null if there is none.
    static Rehearsal current() { return OPEN.get() == 0 ? null : Running.MODE.get().rehearsal(); }

    /// The innermost one on this thread that has to do with a module, a parameter or a buffer; null if there is none.
    static Rehearsal of(Object owner) {
        var rehearsal = current();
        while (rehearsal != null && !rehearsal.owners.contains(owner)) rehearsal = rehearsal.outer;
        return rehearsal;
    }
}
