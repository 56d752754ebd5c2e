package dev.lanewise.lab.train;

import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.init.Scheme;
import java.util.ArrayList;
import java.util.function.Supplier;

/// A stack of equal hidden layers with an activation after each, and one output.
public record Stack(String name, Supplier<Layer> activation, int in, int hidden, int width) {

    public Sequential model(Scheme scheme) { return model(scheme, scheme); }

    /// @param scheme of the hidden layers
    public Sequential model(Scheme scheme, Scheme output) {
        var layers = new ArrayList<Layer>();
        for (int i = 0; i < hidden; i++) {
            layers.add(Schemes.linear(i == 0 ? in : width, width, scheme));
            layers.add(activation.get());
        }
        layers.add(Schemes.linear(width, 1, output));
        return new Sequential(layers.toArray(Layer[]::new));
    }
}
