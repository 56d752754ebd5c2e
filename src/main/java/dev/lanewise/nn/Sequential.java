package dev.lanewise.nn;

import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.Tensor;
import java.util.Map;

/// Modules one after the other, named "0", "1" … or by the caller.
public final class Sequential extends Module {

    /// Named by their place, from "0" on.
    public Sequential(Module... modules) {
        for (int i = 0; i < modules.length; i++) register(Integer.toString(i), modules[i]);
    }

    /// @param modules in the order of the map, which should be one that keeps it
    public Sequential(Map<String, Module> modules) { modules.forEach(this::register); }

    @Override
    public Tensor forward(Tensor x) {
        var y = x;
        for (var module : children().values()) y = module.call(y);
        return y;
    }

    @Override
    public Sequential initialize(long seed) {
        super.initialize(seed);
        return this;
    }

    @Override
    public Sequential initialize(RandomSource source) {
        super.initialize(source);
        return this;
    }
}
