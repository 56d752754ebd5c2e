package dev.lanewise.nn;

import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// Layers one after the other, named "0", "1" … or by the caller.
public final class Sequential extends Layer implements Chain {

    private final Layer[] layers;
    /// With the one behind; null where there is nothing for both.
    private final List<UnaryOperator<Tensor>> fused = new ArrayList<>();

    /// Named by their place, from "0" on.
    public Sequential(Layer... layers) {
        this.layers = layers.clone();
        for (int i = 0; i < layers.length; i++) register(Integer.toString(i), layers[i]);
        fuse();
    }

    /// Layers under names of one's own.
    ///
    /// @param layers in the order of the map, which should be one that keeps it
    public Sequential(Map<String, ? extends Layer> layers) {
        this.layers = layers.values().toArray(Layer[]::new);
        layers.forEach(this::register);
        fuse();
    }

    private void fuse() {
        for (int i = 0; i < layers.length; i++) fused.add(i + 1 < layers.length ? layers[i].fusedWith(layers[i + 1]) : null);
    }

    @Override
    public List<Layer> layers() { return List.of(layers); }

    @Override
    public Tensor forward(Tensor x) {
        var y = x;
        for (int i = 0; i < layers.length; i++) {
            // one operation for two layers, where nobody looks in between
            if (fused.get(i) != null && !layers[i].hasHooks() && !layers[i + 1].hasHooks()) {
                y = fused.get(i).apply(y);
                i++;
            } else {
                y = layers[i].call(y);
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
