package dev.lanewise.spark;

import dev.lanewise.data.Source;
import dev.lanewise.io.Safetensors;
import dev.lanewise.nn.Sequential;
import dev.lanewise.tensor.Tensor;
import org.apache.spark.ml.linalg.Vector;

/// A model that predicts, row by row. Threads may share it.
final class Predictor {

    private final Network network;
    private final Sequential model;

    Predictor(Network network, byte[] weights) {
        this.network = network;
        this.model = model(network, weights);
    }

    static Sequential model(Network network, byte[] weights) {
        var model = network.model();
        model.loadStateDict(Safetensors.read(Source.of(weights)).tensors());
        return model;
    }

    float[] outputs(Vector features) {
        int width = network.scaling().features();
        if (features.size() != width) throw new IllegalArgumentException("transform: a row of " + features.size() + " features, but the model was fitted"
            + " on " + width);
        var x = new float[width];
        network.scaling().scale(NetworkParams.floats(features), x, 0);
        return model.predict(Tensor.wrap(x, 1, width)).toArray();
    }
}
