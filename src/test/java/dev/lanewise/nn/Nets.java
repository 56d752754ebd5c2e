package dev.lanewise.nn;

import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SplittableRandom;

/// Networks to try things on.
final class Nets {

    private Nets() {}

    /// A module with a parameter of this name and nothing else.
    static Layer declaring(String parameter) {
        return new Layer() {
            { register(new Parameter(parameter, Shape.of(2), Fan.linear(2, 2), Initializers.normalRule())); }

            @Override
            public Tensor forward(Tensor x) { return x; }
        };
    }

    /// Children under these names, each a small network whose parameters are all random.
    static Sequential named(List<String> names) {
        var children = new LinkedHashMap<String, Layer>();
        for (var name : names) children.put(name, new Sequential(new Linear(16, 16), new ReLU(), new Linear(16, 16)));
        return new Sequential(children);
    }

    /// Different names of small letters, at least `least` of them.
    static List<String> names(int least, SplittableRandom random) {
        var names = new LinkedHashMap<String, Integer>();
        while (names.size() < least) names.put(Integer.toString(random.nextInt(36 * 36), 36), 0);
        return new ArrayList<>(names.keySet());
    }

    /// The bits of all parameters, one after the other: NaNs and signs of zeros count.
    static int[] bits(Layer module) {
        return module.parameters().stream().map(parameter -> parameter.tensor().toArray())
            .flatMapToInt(values -> Arrays.stream(bits(values))).toArray();
    }

    static int[] bits(float[] values) {
        var bits = new int[values.length];
        for (int i = 0; i < bits.length; i++) bits[i] = Float.floatToRawIntBits(values[i]);
        return bits;
    }
}
