package dev.lanewise.lab.cnn;

import dev.lanewise.data.Batch;
import dev.lanewise.data.DataLoader;
import dev.lanewise.nn.Layer;
import java.util.ArrayList;
import java.util.List;

/// What a network takes images for.
///
/// @param counts   `[class][taken for]`
/// @param mistakes in the order of the images
record Confusion(int[][] counts, List<Mistake> mistakes) {

    record Mistake(int row, int label, int taken) {}

    static Confusion of(Layer model, DataLoader<Batch<int[]>> data, int classes) {
        var counts = new int[classes][classes];
        var mistakes = new ArrayList<Mistake>();
        var next = new int[1];
        data.forEach(0, batch -> {
            int[] taken = model.predict(batch.inputs()).argmax();
            for (int i = 0; i < taken.length; i++, next[0]++) {
                int label = batch.targets()[i];
                counts[label][taken[i]]++;
                if (taken[i] != label) mistakes.add(new Mistake(next[0], label, taken[i]));
            }
        });
        return new Confusion(counts, List.copyOf(mistakes));
    }

    int images() {
        int images = 0;
        for (var row : counts) for (int count : row) images += count;
        return images;
    }

    double accuracy() { return 1 - mistakes.size() / (double) images(); }

    /// Of a class's images, the share that is taken for it; NaN if there is none.
    double recall(int label) {
        int all = 0;
        for (int count : counts[label]) all += count;
        return counts[label][label] / (double) all;
    }
}
