package dev.lanewise.spark;

import dev.lanewise.data.Batch;
import dev.lanewise.nn.Dropout;
import dev.lanewise.nn.GELU;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.SiLU;
import dev.lanewise.nn.Sigmoid;
import dev.lanewise.nn.Tanh;
import dev.lanewise.optim.Adam;
import dev.lanewise.optim.Optimizer;
import dev.lanewise.optim.SGD;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.train.Trainer;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/// A network over tables, and how it is trained.
///
/// @param hidden     units of the layers between features and outputs
/// @param outputs    classes, or 1
/// @param activation between layers
/// @param optimizer  "adam" or "sgd"
record Network(Scaling scaling, int[] hidden, int outputs, String activation, double dropout, String optimizer, double stepSize,
        long seed) implements Serializable {

    static final List<String> ACTIVATIONS = List.of("relu", "gelu", "silu", "tanh", "sigmoid");
    static final List<String> OPTIMIZERS = List.of("adam", "sgd");

    Sequential model() {
        var layers = new ArrayList<Layer>();
        int in = scaling.features();
        for (int units : hidden) {
            layers.add(new Linear(in, units));
            layers.add(between());
            if (dropout > 0) layers.add(new Dropout(dropout));
            in = units;
        }
        layers.add(new Linear(in, outputs));
        return new Sequential(layers.toArray(Layer[]::new));
    }

    private Layer between() {
        return switch (activation) {
            case "relu" -> new ReLU();
            case "gelu" -> new GELU();
            case "silu" -> new SiLU();
            case "tanh" -> new Tanh();
            case "sigmoid" -> new Sigmoid();
            default -> throw new IllegalArgumentException("activation " + activation + "; it must be one of " + ACTIVATIONS);
        };
    }

    private Sequential started() {
        var model = model();
        model.initialize(seed);
        return model;
    }

    private Optimizer optimizer(Layer model) {
        return optimizer.equals("adam") ? new Adam(model.parameters(), stepSize) : new SGD(model.parameters(), stepSize);
    }

    private Tensor features(List<Instance> rows) {
        var x = new float[rows.size() * scaling.features()];
        for (int i = 0; i < rows.size(); i++) scaling.scale(rows.get(i).x(), x, i * scaling.features());
        return Tensor.wrap(x, rows.size(), scaling.features());
    }

    /// Of classes, by cross-entropy.
    record Classes(Network network) implements CompactProgram<Instance, Batch<int[]>> {

        @Override
        public Trainer<Batch<int[]>> trainer() {
            var model = network.started();
            return Trainer.classifier(model, network.optimizer(model));
        }

        @Override
        public Batch<int[]> collate(List<Instance> rows) {
            return new Batch<>(network.features(rows), rows.stream().mapToInt(row -> (int) row.y()).toArray());
        }

        @Override
        public byte[] content(Instance row) { return row.content(); }

        @Override
        public Instance restore(byte[] content) { return Instance.of(content); }

        @Override
        public void check(Instance row) {
            row.check(network.scaling.features());
            boolean isClass = row.y() >= 0 && row.y() < network.outputs && row.y() == (int) row.y();
            if (!isClass) throw new IllegalArgumentException("the label is " + row.y() + "; with " + network.outputs
                + " classes it must be a whole number from 0 to " + (network.outputs - 1) + "; StringIndexer makes such");
        }
    }

    /// Of a number, by the mean squared difference.
    record Number(Network network) implements CompactProgram<Instance, Batch<Tensor>> {

        @Override
        public Trainer<Batch<Tensor>> trainer() {
            var model = network.started();
            return Trainer.regressor(model, network.optimizer(model));
        }

        @Override
        public Batch<Tensor> collate(List<Instance> rows) {
            var targets = new float[rows.size()];
            for (int i = 0; i < targets.length; i++) targets[i] = network.scaling.target(rows.get(i).y());
            return new Batch<>(network.features(rows), Tensor.wrap(targets, targets.length, 1));
        }

        @Override
        public byte[] content(Instance row) { return row.content(); }

        @Override
        public Instance restore(byte[] content) { return Instance.of(content); }

        @Override
        public void check(Instance row) { row.check(network.scaling.features()); }
    }
}
