package dev.lanewise.jmh;

import dev.lanewise.random.Threefry;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.weightinit.impl.XavierInitScheme;

/// The requests `mlp_step` and `mlp_infer` by ND4J's graphs, as SameDiff's documentation writes them. Dropout is left out, to its
/// advantage.
final class Nd4jNetworks {

    private static final double ADAM_RATE = 1e-3;
    private static final double SGD_RATE = 1e-2;
    private static final int BATCHES = 20;

    private Nd4jNetworks() {}

    static Workload of(Arguments words) {
        return switch (words.name()) {
            case "mlp_step" -> step(words);
            case "mlp_infer" -> infer(words);
            default -> throw words.wrong("is not what ND4J does here; it does gemm, mlp_step and mlp_infer");
        };
    }

    private static Workload step(Arguments words) {
        int batch = words.size(1);
        var sizes = words.sizes(2);
        var updater = switch (words.word(3)) {
            case "adam" -> new Adam(ADAM_RATE);
            case "sgd" -> (IUpdater) new Sgd(SGD_RATE);
            default -> throw words.wrong("\"" + words.word(3) + "\" is not known; use sgd or adam");
        };
        int classes = sizes[sizes.length - 1];
        var graph = SameDiff.create();
        var label = graph.placeHolder("label", DataType.FLOAT, -1, classes);
        graph.loss.softmaxCrossEntropy("loss", label, logits(graph, sizes), null);
        graph.setLossVariables("loss");
        graph.setTrainingConfig(TrainingConfig.builder().updater(updater).dataSetFeatureMapping("input")
            .dataSetLabelMapping("label").build());
        var drawn = Drawn.integers(BATCHES, batch, classes);
        var batches = new DataSet[BATCHES];
        for (int i = 0; i < BATCHES; i++) {
            var labels = new float[batch * classes];
            for (int row = 0; row < batch; row++) labels[row * classes + drawn[i][row]] = 1;
            batches[i] = new DataSet(uniform(i, batch, sizes[0]), Nd4j.create(labels, new long[] {batch, classes}, 'c'));
        }
        var turn = new int[1];
        return Workload.perStep(() -> graph.fit(batches[turn[0] = (turn[0] + 1) % BATCHES]));
    }

    private static Workload infer(Arguments words) {
        var sizes = words.sizes(2);
        var graph = SameDiff.create();
        var name = logits(graph, sizes).name();
        var inputs = Map.of("input", uniform(0, words.size(1), sizes[0]));
        return Workload.perCall(() -> graph.output(inputs, name));
    }

    private static SDVariable logits(SameDiff graph, int[] sizes) {
        var at = graph.placeHolder("input", DataType.FLOAT, -1, sizes[0]);
        for (int i = 1; i < sizes.length; i++) {
            var weights = graph.var("w" + i, new XavierInitScheme('c', sizes[i - 1], sizes[i]), DataType.FLOAT,
                sizes[i - 1], sizes[i]);
            at = graph.nn.linear(at, weights, graph.var("b" + i, Nd4j.zeros(DataType.FLOAT, sizes[i])));
            if (i + 1 < sizes.length) at = graph.nn.relu(at, 0);
        }
        return at;
    }

    private static INDArray uniform(int stream, int rows, int columns) {
        var values = new float[Math.multiplyExact(rows, columns)];
        new Threefry(stream).uniform(values, 0, values.length);
        return Nd4j.create(values, new long[] {rows, columns}, 'c');
    }
}
