package dev.lanewise.examples.initializer;

import dev.lanewise.nn.init.Distribution;
import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Gain;
import dev.lanewise.nn.init.Initializer;
import dev.lanewise.tensor.Shape;

/// Weights of variance gain² / in, as Kaiming's, by a triangular law. How to draw follows from the law; the layer says its fan.
///
/// @param gain of the activation behind the layer
public record TriangularInitializer(Gain gain) implements Initializer {

    @Override
    public Distribution distribution(Fan fan, Shape shape) { return new Triangular(Math.sqrt(6 / fan.in()) * gain.value()); }
}
