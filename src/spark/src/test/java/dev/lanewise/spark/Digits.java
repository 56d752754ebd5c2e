package dev.lanewise.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.data.Batch;
import dev.lanewise.nn.BatchNorm1d;
import dev.lanewise.nn.Dropout;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.optim.Adam;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.train.Trainer;
import java.nio.ByteBuffer;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// A small task: points about four centres.
record Digits() implements Program<Digits.Point, Batch<int[]>> {

    static final int FEATURES = 5;
    static final int CLASSES = 4;

    record Point(float[] x, int label) implements Serializable {}

    static List<Point> points(int count) {
        var random = new SplittableRandom(4);
        var points = new ArrayList<Point>();
        for (int i = 0; i < count; i++) {
            int label = random.nextInt(CLASSES);
            var x = new float[FEATURES];
            for (int j = 0; j < FEATURES; j++) x[j] = (float) (random.nextGaussian() + (j == label ? 2 : 0));
            points.add(new Point(x, label));
        }
        return points;
    }

    static Sequential model() {
        return new Sequential(new Linear(FEATURES, 16), new BatchNorm1d(16), new ReLU(), new Dropout(0.2),
            new Linear(16, CLASSES));
    }

    static void assertSame(Fitted expected, Fitted actual) {
        assertArrayEquals(expected.stepLosses(), actual.stepLosses());
        assertArrayEquals(expected.epochLosses(), actual.epochLosses());
        assertEquals(expected.data(), actual.data());
        assertArrayEquals(expected.weights(), actual.weights());
    }

    @Override
    public Trainer<Batch<int[]>> trainer() {
        var model = model();
        model.initialize(42);
        return Trainer.classifier(model, new Adam(model.parameters(), 0.01));
    }

    @Override
    public Batch<int[]> collate(List<Point> points) {
        var x = new float[points.size() * FEATURES];
        var labels = new int[points.size()];
        for (int i = 0; i < labels.length; i++) {
            System.arraycopy(points.get(i).x, 0, x, i * FEATURES, FEATURES);
            labels[i] = points.get(i).label;
        }
        return new Batch<>(Tensor.wrap(x, labels.length, FEATURES), labels);
    }

    @Override
    public byte[] content(Point point) {
        var content = ByteBuffer.allocate((FEATURES + 1) * 4).putInt(point.label);
        for (float each : point.x) content.putFloat(each);
        return content.array();
    }

    @Override
    public void check(Point point) {
        for (float each : point.x) if (!Float.isFinite(each)) throw new IllegalArgumentException("a feature is " + each);
    }
}
