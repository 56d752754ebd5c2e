package dev.lanewise.nn;

import dev.lanewise.tensor.InPlace;
import dev.lanewise.tensor.Tensor;
import java.util.Objects;
import java.util.function.UnaryOperator;

/// A value that a module has and changes as it runs. All threads see it; but what is set in a rehearsal of the module is seen
/// there alone: see [Module#rehearsing()].
///
/// @param <T> the type of the value; a value itself is not changed
public final class ModuleValue<T> {

    private final Object owner;
    private volatile T value;

    /// A value of a module, which checkpoints keep and rehearsals leave alone.
    ///
    /// @param owner the module, which goes by `this` in its constructor
    public ModuleValue(Module owner, T value) { this((Object) owner, value); }

    ModuleValue(Object owner, T value) {
        this.owner = owner;
        this.value = value;
    }

    Object owner() { return owner; }

    /// What was set last, in the rehearsal if there is one.
    @SuppressWarnings("unchecked") // what a rehearsal has under this, set put there
    public T get() {
        for (var rehearsal = Rehearsal.current(); rehearsal != null; rehearsal = rehearsal.outer()) {
            var own = rehearsal.values().get(this);
            if (own != null) return (T) own;
        }
        return value;
    }

    /// Sets the value, for all threads, or within a rehearsal for it alone.
    ///
    /// @param value not null
    public void set(T value) {
        Objects.requireNonNull(value, "module value: no value");
        var rehearsal = Rehearsal.of(owner);
        if (rehearsal == null) this.value = value;
        else rehearsal.values().put(this, value);
    }

    /// Takes over what it was in a rehearsal. A tensor that others may hold, as of a parameter, stays that tensor.
    @SuppressWarnings("unchecked") // what a rehearsal has under this, set put there
    void adopt(Object rehearsed) {
        if (owner instanceof State.Slot && rehearsed instanceof Tensor values && get() instanceof Tensor own && !isBorrowed()) {
            InPlace.copy(values, own);
            own.zeroGrad();
        } else set((T) rehearsed);
    }

    /// Sets it to what follows from the value that there is; safe from several threads.
    synchronized void update(UnaryOperator<T> change) { set(change.apply(get())); }

    /// Whether this thread rehearses with the owner.
    boolean isRehearsed() { return Rehearsal.of(owner) != null; }

    /// Whether what this thread sees is what others see, though it rehearses.
    boolean isBorrowed() {
        var rehearsal = Rehearsal.of(owner);
        return rehearsal != null && !rehearsal.values().containsKey(this);
    }
}
