package dev.lanewise.lab.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.data.DataLoader;
import dev.lanewise.data.Rows;
import dev.lanewise.nn.Dropout;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.nn.init.Scheme;
import dev.lanewise.train.Metrics;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CourseValidationTest {

    /// The input names its class; where dropout hides it, all outputs are 0, and class 0 is said, which is never right. So a
    /// share of 1 - p is right, within sqrt(32 / (2 n)) but for a probability of 2 e^-32 (Hoeffding).
    @Test
    void dropoutCostsWhatItDrops() {
        int n = 20_000;
        double p = 0.3;
        long seed = new Random().nextLong();
        var inputs = new float[3 * n];
        var labels = new int[n];
        for (int i = 0; i < n; i++) {
            labels[i] = 1 + i % 2;
            inputs[3 * i + labels[i]] = 1;
        }
        var eye = new Scheme("eye", "", Initializers.eye(), Initializers.zeros());
        var model = new Sequential(new Dropout(p), new Linear(3, 3, eye.weight(), eye.bias())).initialize(seed);
        var data = new DataLoader<>(Rows.classification(inputs, 3, labels, List.of("a", "b", "c")), 300);
        var steps = model.stepDict();
        double first = CourseValidation.accuracy(model, data);
        assertEquals(1 - p, first, Math.sqrt(32.0 / (2 * n)), "seed " + seed);
        assertEquals(steps, model.stepDict());
        assertEquals(first, CourseValidation.accuracy(model, data), "the same masks again");
        assertEquals(1, Metrics.accuracy(model, data));
        assertTrue(model.isTraining());
    }
}
