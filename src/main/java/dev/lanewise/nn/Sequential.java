package dev.lanewise.nn;

import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import java.util.Map;

/// Layers one after the other, named "0", "1" … or by the caller.
public final class Sequential extends Layer {

    private final Layer[] layers;

    /// Named by their place, from "0" on.
    public Sequential(Layer... layers) {
        this.layers = layers.clone();
        for (int i = 0; i < layers.length; i++) register(Integer.toString(i), layers[i]);
    }

    /// @param layers in the order of the map, which should be one that keeps it
    public Sequential(Map<String, ? extends Layer> layers) {
        this.layers = layers.values().toArray(Layer[]::new);
        layers.forEach(this::register);
    }

    /// In the order in which they run.
    public List<Layer> layers() { return List.of(layers); }

    @Override
    public Tensor forward(Tensor x) {
        var y = x;
        for (int i = 0; i < layers.length; i++) {
            // one operation for two layers, where nobody looks in between
            if (layers[i] instanceof Linear linear && i + 1 < layers.length && layers[i + 1] instanceof ReLU relu
                && !linear.hasHooks() && !relu.hasHooks()) {
                y = linear.forwardRelu(y);
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
