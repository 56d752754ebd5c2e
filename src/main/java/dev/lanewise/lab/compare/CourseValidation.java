package dev.lanewise.lab.compare;

import dev.lanewise.data.Batch;
import dev.lanewise.data.DataLoader;
import dev.lanewise.nn.Layer;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.train.Metrics;

/// Accuracy as a well-known course measures it: without evaluation mode, so that dropout goes on dropping.
final class CourseValidation {

    private CourseValidation() {}

    /// The share of a data set that the model gets right in the mode it is in, which is training after training. Nothing in
    /// it changes.
    static double accuracy(Layer model, DataLoader<Batch<int[]>> data) {
        try (var _ = Autograd.noGrad(); var _ = model.rehearsing()) {
            double right = 0;
            for (var batch : data.epoch(0)) right += Metrics.accuracy(model.call(batch.inputs()), batch.targets()) * batch.size();
            return right / data.dataset().size();
        }
    }
}
