package dev.lanewise.tensor;

import java.util.Objects;

/// A way in which calls are run on a thread, as [Autograd#noGrad()] is one, for packages above this one: a value that holds on
/// the thread that opens it, until it is closed. No other thread sees it.
///
/// All modes of a thread nest, whatever their kind: see [Autograd.Mode].
///
/// @param <T> the type of the value; it should be immutable
public final class CallMode<T> {

    private final T usual;

    /// @param usual the value where none is open
    public CallMode(T usual) { this.usual = usual; }

    /// Lets a value hold on this thread until the mode is closed.
    ///
    /// @param name the call that the user makes, for messages: "evaluating()"
    public Autograd.Mode open(String name, T value) {
        return Context.mode(Objects.requireNonNull(name), this, Objects.requireNonNull(value));
    }

    /// The value that was opened last on this thread, and is not closed.
    @SuppressWarnings("unchecked") // nothing else is put under this mode
    public T get() {
        var value = (T) Context.value(this);
        return value == null ? usual : value;
    }
}
