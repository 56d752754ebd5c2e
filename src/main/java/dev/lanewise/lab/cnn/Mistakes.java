package dev.lanewise.lab.cnn;

import dev.lanewise.data.Batch;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.train.Metric;
import java.util.ArrayList;
import java.util.List;

/// The first images that are taken for another class than theirs.
final class Mistakes implements Metric.Tally<Batch<int[]>> {

    /// @param row of the data
    record Mistake(int row, int label, int taken) {}

    private final int most;
    private final List<Mistake> first = new ArrayList<>();
    private int rows;

    /// @param most that are kept
    Mistakes(int most) { this.most = most; }

    @Override
    public void add(Tensor outputs, Batch<int[]> batch) {
        int[] taken = outputs.argmax();
        for (int i = 0; i < taken.length && first.size() < most; i++)
            if (taken[i] != batch.targets()[i]) first.add(new Mistake(rows + i, batch.targets()[i], taken[i]));
        rows += taken.length;
    }

    List<Mistake> first() { return List.copyOf(first); }

    /// How many there are, of those that are kept.
    @Override
    public double value() { return first.size(); }
}
