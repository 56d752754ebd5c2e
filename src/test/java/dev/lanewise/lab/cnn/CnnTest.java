package dev.lanewise.lab.cnn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.lab.Ran;
import dev.lanewise.nn.Parameter;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CnnTest {

    @TempDir
    Path folder;

    @Test
    void networksTakeImagesOfAnySize() {
        for (var network : Network.values()) {
            assertEquals(Shape.of(2, 7), network.make(16, 21, 7).initialize(1).predict(Tensor.ones(2, 1, 16, 21)).shape(), network.word());
            assertEquals(network, Network.named(network.word()));
        }
        assertEquals(61_706, Network.LENET.make(28, 28, 10).parameters().stream().mapToInt(CnnTest::numel).sum());
        assertEquals(77_754, Network.RESIDUAL.make(28, 28, 10).parameters().stream().mapToInt(CnnTest::numel).sum());
        assertThrows(IllegalArgumentException.class, () -> Network.named("resnet"));
    }

    private static int numel(Parameter parameter) { return parameter.shape().numel(); }

    /// From some hundred drawings of ten things.
    @Test
    void itLearns() {
        var outcome = (CnnOutcome) Ran.result(new Cnn(), "--net", "lenet", "--data", "builtin", "--images", "720", "--batch", "20", "--epochs", "4",
            "--checkpoint", folder.resolve("kept.safetensors").toString()).outcome();
        assertTrue(outcome.testAccuracy() > 0.4, () -> "test accuracy " + outcome.testAccuracy());
        assertTrue(outcome.valAccuracy() > 0.4, () -> "held-out accuracy " + outcome.valAccuracy());
        assertEquals(10, outcome.recall().size());
    }
}
