package dev.lanewise.nn;

import dev.lanewise.file.Quote;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// Modules by names of the caller's, for a module of yours that chooses among them: as its children they are initialized, trained
/// and saved with it, in the order in which they were added.
///
/// @param <M> what they have in common
public final class ModuleDict<M extends Module> extends Module {

    private final Map<String, M> modules = new LinkedHashMap<>();

    /// None yet.
    public ModuleDict() {}

    /// Modules by the map's names.
    ///
    /// @param modules in the order of the map, which should be one that keeps it
    public ModuleDict(Map<String, ? extends M> modules) { modules.forEach(this::put); }

    /// One more; for constructors. Returns this.
    ///
    /// @throws IllegalArgumentException if the name is taken, is empty or holds a dot
    public ModuleDict<M> put(String name, M module) {
        modules.put(name, register(name, module));
        return this;
    }

    /// The one of a name.
    ///
    /// @throws IllegalArgumentException if there is none
    public M get(String name) {
        var module = modules.get(name);
        if (module == null) throw new IllegalArgumentException("module dict: there is no " + Quote.of(name) + " among "
            + Quote.set(modules.keySet()));
        return module;
    }

    /// Whether there is one of a name.
    public boolean contains(String name) { return modules.containsKey(name); }

    /// How many modules there are.
    public int size() { return modules.size(); }

    /// By name, in their order; it can't be changed.
    public Map<String, M> modules() { return Collections.unmodifiableMap(modules); }
}
