package dev.lanewise.tensor;

import dev.lanewise.bridge.TensorBridge.CallMode;
import java.util.Objects;

/// A mode of the calling thread for packages above this one.
final class ThreadMode<T> implements CallMode<T> {

    private final T usual;

    ThreadMode(T usual) { this.usual = usual; }

    @Override
    public Autograd.Mode open(String name, T value) {
        return Context.mode(Objects.requireNonNull(name, "mode: no name"), this, Objects.requireNonNull(value, "mode: no value"));
    }

    @Override
    @SuppressWarnings("unchecked") // nothing else is put under this mode
    public T get() {
        var value = (T) Context.value(this);
        return value == null ? usual : value;
    }
}
