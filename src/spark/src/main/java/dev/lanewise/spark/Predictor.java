package dev.lanewise.spark;

import dev.lanewise.data.Source;
import dev.lanewise.io.Safetensors;
import dev.lanewise.nn.Sequential;
import dev.lanewise.tensor.Tensor;
import java.io.Serializable;
import java.util.Arrays;
import org.apache.spark.ml.linalg.Vector;

/// A network with its weights, which predicts row by row. Threads may share it.
final class Predictor implements Serializable {

    private static final long serialVersionUID = 1;

    private final Network network;
    private final byte[] weights;
    /// Made where it is asked for first.
    private transient volatile Sequential model;

    Predictor(Network network, byte[] weights) {
        this.network = network;
        this.weights = weights;
    }

    Network network() { return network; }

    byte[] weights() { return weights; }

    /// A new one.
    Sequential model() {
        var made = network.model();
        made.loadStateDict(Safetensors.read(Source.of(weights)).tensors());
        return made;
    }

    /// The one that predicts.
    Sequential shared() {
        var now = model;
        return now != null ? now : (model = model());
    }

    /// @param handled as [InvalidRows]' parameter has it
    float[] outputs(Vector features, String handled) {
        int width = network.scaling().features();
        if (InvalidRows.isUnknown(features, handled)) {
            var unknown = new float[network.outputs()];
            Arrays.fill(unknown, Float.NaN);
            return unknown;
        }
        if (features.size() != width) throw new IllegalArgumentException("transform: a row of " + features.size()
            + " features, but the model was fitted on " + width);
        var x = new float[width];
        network.scaling().scale(NetworkParams.floats(features), x, 0);
        return shared().predict(Tensor.wrap(x, 1, width)).toArray();
    }

    @Override
    public String toString() { return network.scaling().features() + " features, " + network.outputs() + " outputs"; }
}
