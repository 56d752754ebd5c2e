package dev.lanewise.lab.cnn;

import dev.lanewise.data.Augmentation;
import dev.lanewise.data.Batch;
import dev.lanewise.data.Dataset;
import dev.lanewise.data.TensorDataset;
import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// All but the images that another library needs to do what [Cnn] does: the starting weights, and which image is met when, and
/// how.
///
/// @param start  the network's state before
/// @param images of the training set, those held out included
/// @param source of all but the weights
record CnnExport(Network network, Map<String, Tensor> start, int images, RandomSource source) {

    /// `start.` and the state's names; the rows of `training` and `validation` among the images; for each epoch the `order` in
    /// which rows of `training` are taken and, where images are turned round, which rows of it are `turned`; the `losses` of all
    /// steps, the `validation.accuracies` of all epochs and the `test.accuracy`.
    Map<String, Tensor> tensors(CnnOutcome outcome) {
        var all = new LinkedHashMap<String, Tensor>();
        start.forEach((name, values) -> all.put("start." + name, values));
        var rows = new float[images];
        for (int row = 0; row < images; row++) rows[row] = row;
        var split = Cnn.split(pictures(Tensor.wrap(rows, images, 1)), source);
        all.put("training", firstPoints(split.train(), 0));
        all.put("validation", firstPoints(split.validation(), 0));
        int training = split.train().size();
        int epochs = outcome.epochLosses().length;
        var order = Cnn.order(training, source);
        all.put("order", Tensor.generate((to, offset, _) -> {
            for (int epoch = 0, next = offset; epoch < epochs; epoch++) for (int row : order.rows(epoch)) to[next++] = row;
        }, epochs, training));
        if (network.flips()) {
            var turned = IntStream.range(0, epochs).mapToObj(epoch -> turned(epoch, training));
            all.put("turned", Tensor.stack(0, turned.toArray(Tensor[]::new)));
        }
        all.put("losses", Tensor.of(outcome.stepLosses()));
        all.put("validation.accuracies", Tensor.generate((to, offset, _) -> {
            for (int epoch = 0; epoch < epochs; epoch++) to[offset + epoch] = (float) outcome.valAccuracies()[epoch];
        }, epochs));
        all.put("test.accuracy", Tensor.scalar((float) outcome.testAccuracy()));
        return all;
    }

    /// What becomes of a picture depends on its row, not on what it shows: these are of two points, of which the first is 0, the
    /// second 1.
    private Tensor turned(int epoch, int training) {
        var points = pictures(Tensor.arange(2).expand(training, 2));
        return firstPoints(Cnn.augmentation(network, 1, 2).of(points, source.stream(Cnn.AUGMENTATION)), epoch);
    }

    private static Dataset<Batch<int[]>> pictures(Tensor pictures) {
        return TensorDataset.of(pictures, new int[pictures.size(0)], List.of("picture"));
    }

    private static Tensor firstPoints(Dataset<Batch<int[]>> pictures, int epoch) {
        var inputs = pictures.epoch(epoch).batch(IntStream.range(0, pictures.size()).toArray()).inputs();
        return inputs.reshape(pictures.size(), -1).select(1, 0);
    }
}
