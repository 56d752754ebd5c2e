package dev.lanewise.tensor;

/// A hook that is in place until it is removed.
@FunctionalInterface
public interface Hook {

    /// Removes the hook; a second time does nothing.
    void remove();
}
