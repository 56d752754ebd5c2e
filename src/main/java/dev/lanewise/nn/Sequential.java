package dev.lanewise.nn;

import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.Tensor;
import java.util.Map;

/// Modules one after the other, named "0", "1" … or by the caller.
public final class Sequential extends Module {

    private final Module[] modules;

    /// Named by their place, from "0" on.
    public Sequential(Module... modules) {
        this.modules = modules.clone();
        for (int i = 0; i < modules.length; i++) register(Integer.toString(i), modules[i]);
    }

    /// @param modules in the order of the map, which should be one that keeps it
    public Sequential(Map<String, Module> modules) {
        this.modules = modules.values().toArray(Module[]::new);
        modules.forEach(this::register);
    }

    @Override
    public Tensor forward(Tensor x) {
        var y = x;
        for (int i = 0; i < modules.length; i++) {
            // one operation for two modules, where nobody looks in between
            if (modules[i] instanceof Linear linear && i + 1 < modules.length && modules[i + 1] instanceof ReLU relu
                && !linear.hasHooks() && !relu.hasHooks()) {
                y = linear.forwardRelu(y);
                i++;
            } else {
                y = modules[i].call(y);
            }
        }
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
