package dev.lanewise.nn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/// Modules in a row, named "0", "1" …, for a module of yours that runs them in its own way: as its children they are initialized,
/// trained and saved with it.
///
/// ```java
/// private final ModuleList<Linear> layers = register("layers", new ModuleList<>(new Linear(8, 8), new Linear(8, 8)));
///
/// public Tensor forward(Tensor x) {
///     for (var layer : layers) x = layer.call(x).tanh();
///     return x;
/// }
/// ```
///
/// @param <M> what they have in common
public final class ModuleList<M extends Module> extends Module implements Iterable<M> {

    private final List<M> modules = new ArrayList<>();

    /// These modules, in this order.
    @SafeVarargs
    @SuppressWarnings("varargs") // the array is only read
    public ModuleList(M... modules) { this(List.of(modules)); }

    /// The list's modules, in its order; the list itself isn't kept.
    public ModuleList(List<? extends M> modules) { modules.forEach(this::append); }

    /// One more at the end; for constructors. Returns this list.
    public ModuleList<M> append(M module) {
        modules.add(register(Integer.toString(modules.size()), module));
        return this;
    }

    /// Counted from 0.
    ///
    /// @throws IllegalArgumentException if there are fewer
    public M get(int index) {
        if (index < 0 || index >= modules.size()) throw new IllegalArgumentException("module list: index " + index + " of "
            + modules.size() + " modules; they are counted from 0");
        return modules.get(index);
    }

    /// How many modules there are.
    public int size() { return modules.size(); }

    /// In their order; it can't be changed.
    public List<M> modules() { return Collections.unmodifiableList(modules); }

    @Override
    public Iterator<M> iterator() { return modules().iterator(); }
}
