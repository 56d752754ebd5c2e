package dev.lanewise.jmh;

import static dev.lanewise.jmh.Laws.normal;
import static dev.lanewise.jmh.Laws.uniform;

import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.factory.Nd4j;

/// DL4J's initializers, which get their fans from the layer. Its Javadoc speaks of them in `WeightInit` and, in part, in their
/// own classes.
final class Dl4jPromises {

    private static final String JAVADOC = "Javadoc of `WeightInit`";
    private static final String LECUN = "variance 1/in: LeCun, Bottou, Orr and Müller 1998";
    private static final String TRUNCATED = "the name of the operation that it runs, `TruncatedNormalDistribution`";
    private static final String KERAS = "variance scaling, as Keras has it";

    private Dl4jPromises() {}

    static List<Promise> all() {
        return List.of(
            of(WeightInit.ZERO, "0", JAVADOC, Laws.constant(0)),
            of(WeightInit.ONES, "1", JAVADOC, Laws.constant(1)),
            new Promise("DL4J", "IDENTITY", "the identity", JAVADOC, List.of(new int[] {300, 300}), draw(WeightInit.IDENTITY),
                Laws.identity()),
            of(WeightInit.XAVIER, "N(0, 2/(in + out))", JAVADOC, normal(fan -> 1 / fan.average())),
            of(WeightInit.XAVIER_UNIFORM, "U(±√(6/(in + out)))", JAVADOC, uniform(fan -> Math.sqrt(3 / fan.average()))),
            of(WeightInit.XAVIER_FAN_IN, "N(0, 1/in)", JAVADOC, normal(fan -> 1 / fan.in())),
            of(WeightInit.XAVIER_LEGACY, "that of its release 0.6.0", JAVADOC, null),
            of(WeightInit.RELU, "N(0, 2/in)", JAVADOC, normal(fan -> 2 / fan.in())),
            of(WeightInit.RELU_UNIFORM, "U(±√(6/in))", JAVADOC, uniform(fan -> Math.sqrt(6 / fan.in()))),
            of(WeightInit.SIGMOID_UNIFORM, "U(±4√(6/(in + out)))", JAVADOC, uniform(fan -> 4 * Math.sqrt(3 / fan.average()))),
            of(WeightInit.UNIFORM, "U(±1/√in)", JAVADOC, uniform(fan -> 1 / Math.sqrt(fan.in()))),
            of(WeightInit.NORMAL, "N(0, 1/in)", JAVADOC, normal(fan -> 1 / fan.in())),
            of(WeightInit.LECUN_NORMAL, "N(0, 1/in)", JAVADOC, normal(fan -> 1 / fan.in())),
            of(WeightInit.LECUN_UNIFORM, "U(±3/√in)", JAVADOC, uniform(fan -> 3 / Math.sqrt(fan.in()))),
            of(WeightInit.LECUN_UNIFORM, "U(±√(3/in))", LECUN, uniform(fan -> Math.sqrt(3 / fan.in()))),
            of(WeightInit.VAR_SCALING_NORMAL_FAN_IN, "N(0, 1/in)", JAVADOC, normal(fan -> 1 / fan.in())),
            of(WeightInit.VAR_SCALING_NORMAL_FAN_IN, "N(0, 1/in) without what lies beyond two deviations", TRUNCATED,
                Laws.truncated(fan -> 1 / Math.sqrt(fan.in()))),
            of(WeightInit.VAR_SCALING_NORMAL_FAN_OUT, "N(0, 1/out)", JAVADOC, normal(fan -> 1 / fan.out())),
            of(WeightInit.VAR_SCALING_NORMAL_FAN_AVG, "N(0, 2/(in + out))", JAVADOC, normal(fan -> 1 / fan.average())),
            of(WeightInit.VAR_SCALING_UNIFORM_FAN_IN, "U(±3/in)", JAVADOC, uniform(fan -> 3 / fan.in())),
            of(WeightInit.VAR_SCALING_UNIFORM_FAN_OUT, "U(±3/out)", JAVADOC, uniform(fan -> 3 / fan.out())),
            of(WeightInit.VAR_SCALING_UNIFORM_FAN_AVG, "U(±6/(in + out))", JAVADOC, uniform(fan -> 3 / fan.average())),
            of(WeightInit.VAR_SCALING_UNIFORM_FAN_IN, "U(±√(3/in))", KERAS, uniform(fan -> Math.sqrt(3 / fan.in()))),
            of(WeightInit.VAR_SCALING_UNIFORM_FAN_OUT, "U(±√(3/out))", KERAS, uniform(fan -> Math.sqrt(3 / fan.out()))),
            of(WeightInit.VAR_SCALING_UNIFORM_FAN_AVG, "U(±√(6/(in + out)))", KERAS,
                uniform(fan -> Math.sqrt(3 / fan.average()))));
    }

    private static Promise of(WeightInit scheme, String words, String source, Promise.Judge judge) {
        return new Promise("DL4J", scheme.name(), words, source, Promise.BOTH, draw(scheme), judge);
    }

    private static Promise.Draw draw(WeightInit scheme) {
        return (shape, seed) -> {
            int size = Promise.size(shape);
            int places = size / shape[0] / shape[1];
            Nd4j.getRandom().setSeed(seed);
            var weights = Nd4j.create(size);
            scheme.getWeightInitFunction().init((double) places * shape[1], (double) places * shape[0],
                Arrays.stream(shape).asLongStream().toArray(), 'c', weights);
            return weights.data().asFloat();
        };
    }
}
