package dev.lanewise.jmh;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.initializer.ConstantInitializer;
import ai.djl.training.initializer.Initializer;
import ai.djl.training.initializer.NormalInitializer;
import ai.djl.training.initializer.TruncatedNormalInitializer;
import ai.djl.training.initializer.UniformInitializer;
import ai.djl.training.initializer.XavierInitializer;
import ai.djl.training.initializer.XavierInitializer.FactorType;
import ai.djl.training.initializer.XavierInitializer.RandomType;
import dev.lanewise.nn.init.Distribution;
import java.util.Arrays;
import java.util.List;

/// DJL's initializers, on PyTorch.
final class DjlPromises {

    private static final String JAVADOC = "its Javadoc";
    private static final String GLOROT = "Glorot and Bengio 2010, which its Javadoc names";

    private DjlPromises() {}

    static List<Promise> all() {
        return List.of(
            of("Initializer.ZEROS", Initializer.ZEROS, "0", JAVADOC, Laws.constant(0)),
            of("Initializer.ONES", Initializer.ONES, "1", JAVADOC, Laws.constant(1)),
            of("ConstantInitializer(0.3f)", new ConstantInitializer(0.3f), "0.3", JAVADOC, Laws.constant(0.3f)),
            of("UniformInitializer()", new UniformInitializer(), "U(±0.07)", JAVADOC, Laws.uniform(_ -> 0.07)),
            of("UniformInitializer(0.5f)", new UniformInitializer(0.5f), "U(±0.5)", JAVADOC, Laws.uniform(_ -> 0.5)),
            of("NormalInitializer()", new NormalInitializer(), "N(0, 0.01²)", JAVADOC, Laws.normal(_ -> 1e-4)),
            of("NormalInitializer(0.5f)", new NormalInitializer(0.5f), "N(0, 0.5²)", JAVADOC, Laws.normal(_ -> 0.25)),
            of("TruncatedNormalInitializer(0.5f)", new TruncatedNormalInitializer(0.5f), "N(0, 0.5²) without what lies beyond ±1",
                "Javadoc of the class", Laws.truncated(_ -> 0.5)),
            of("TruncatedNormalInitializer(0.5f)", new TruncatedNormalInitializer(0.5f),
                "truncated at ±1, standard deviation 0.5", "Javadoc of the parameter", truncatedTo(0.5)),
            of("XavierInitializer()", new XavierInitializer(), "U(±√(3/((in + out)/2)))",
                JAVADOC + "; so have Glorot and Bengio 2010", Laws.uniform(fan -> Math.sqrt(3 / fan.average()))),
            xavier(RandomType.UNIFORM, FactorType.AVG, 3, "U(±√(3/((in + out)/2)))", JAVADOC,
                Laws.uniform(fan -> Math.sqrt(3 / fan.average()))),
            xavier(RandomType.UNIFORM, FactorType.IN, 3, "U(±√(3/in))", JAVADOC, Laws.uniform(fan -> Math.sqrt(3 / fan.in()))),
            xavier(RandomType.UNIFORM, FactorType.OUT, 3, "U(±√(3/out))", JAVADOC, Laws.uniform(fan -> Math.sqrt(3 / fan.out()))),
            xavier(RandomType.GAUSSIAN, FactorType.AVG, 3, "N(0, 3/((in + out)/2))", JAVADOC,
                Laws.normal(fan -> 3 / fan.average())),
            xavier(RandomType.GAUSSIAN, FactorType.AVG, 3, "N(0, 2/(in + out))", GLOROT, Laws.normal(fan -> 1 / fan.average())),
            xavier(RandomType.GAUSSIAN, FactorType.IN, 2, "N(0, 2/in)", JAVADOC + ", after He et al. 2015",
                Laws.normal(fan -> 2 / fan.in())),
            xavier(RandomType.GAUSSIAN, FactorType.OUT, 2, "a normal law", JAVADOC, null),
            xavier(RandomType.UNIFORM, FactorType.IN, 2, "a scale of 2", JAVADOC, null));
    }

    /// That has this standard deviation once it is cut at two of them, which takes a wider one.
    private static Promise.Judge truncatedTo(double std) {
        double low = std;
        double high = 4 * std;
        while (true) {
            double scale = (low + high) / 2;
            var law = new Distribution.TruncatedNormal(0, scale, -2 * std, 2 * std);
            if (high - low < 1e-12) return Laws.of(law);
            if (law.variance() < std * std) low = scale;
            else high = scale;
        }
    }

    private static Promise xavier(RandomType law, FactorType mode, int magnitude, String words, String source,
                                  Promise.Judge judge) {
        return of("XavierInitializer(" + law + ", " + mode + ", " + magnitude + ")", new XavierInitializer(law, mode, magnitude),
            words, source, judge);
    }

    private static Promise of(String name, Initializer initializer, String words, String source, Promise.Judge judge) {
        return new Promise("DJL", name, words, source, Promise.BOTH, (shape, seed) -> {
            Engine.getInstance().setRandomSeed((int) seed);
            try (var manager = NDManager.newBaseManager()) {
                return initializer.initialize(manager, new Shape(Arrays.stream(shape).asLongStream().toArray()), DataType.FLOAT32)
                    .toFloatArray();
            }
        }, judge);
    }
}
