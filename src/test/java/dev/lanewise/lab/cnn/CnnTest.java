package dev.lanewise.lab.cnn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.data.FashionMnist;
import dev.lanewise.io.Safetensors;
import dev.lanewise.lab.Ran;
import dev.lanewise.lab.train.ImageSets;
import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.loss.Losses;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CnnTest {

    @TempDir
    Path folder;

    @Test
    void networksTakeImagesOfAnySize() {
        for (var network : Network.values()) {
            assertEquals(Shape.of(2, 7), network.make(16, 21, 7).initialize(1).predict(Tensor.ones(2, 1, 16, 21)).shape(),
                network.word());
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
        var outcome = (CnnOutcome) Ran.result(new Cnn(), "--net", "lenet", "--data", "builtin", "--images", "720", "--batch",
            "20", "--epochs", "4", "--checkpoint", folder.resolve("kept.safetensors").toString()).outcome();
        assertTrue(outcome.testAccuracy() > 0.4, () -> "test accuracy " + outcome.testAccuracy());
        assertTrue(outcome.valAccuracy() > 0.4, () -> "held-out accuracy " + outcome.valAccuracy());
        assertEquals(10, outcome.recall().size());
    }

    /// Whoever reads it starts from the same weights, and meets the same pictures in the same order, turned as they were.
    @Test
    void whatIsExportedIsWhatWasDone() {
        var file = folder.resolve("export.safetensors");
        Ran.result(new Cnn(), "--data", "builtin", "--images", "60", "--batch", "16", "--epochs", "2", "--export",
            file.toString(), "--checkpoint", folder.resolve("kept.safetensors").toString());
        var export = Safetensors.read(file);
        var all = export.tensors();
        var images = ImageSets.choose(Optional.of(Path.of("builtin")), FashionMnist.Places.ofThisMachine()).train();
        int[] training = whole(all.get("training"));
        int[] rows = IntStream.concat(Arrays.stream(training), Arrays.stream(whole(all.get("validation")))).sorted().toArray();
        assertArrayEquals(IntStream.range(0, 60).toArray(), rows);
        int[] first = Arrays.copyOf(whole(all.get("order").select(0, 0)), 16);
        var turned = all.get("turned");
        assertFalse(Arrays.equals(turned.select(0, 0).toArray(), turned.select(0, 1).toArray()));
        var batch = images.batch(Arrays.stream(first).map(row -> training[row]).toArray());
        var pictures = Tensor.stack(0, IntStream.range(0, 16).mapToObj(i -> {
            var picture = batch.inputs().select(0, i).reshape(1, images.height(), images.width());
            return turned.get(0, first[i]) == 1 ? picture.flip(2) : picture;
        }).toArray(Tensor[]::new));
        var metadata = export.metadata();
        double mean = Double.parseDouble(metadata.get("mean"));
        double deviation = Double.parseDouble(metadata.get("deviation"));
        var model = Network.RESIDUAL.make(images.height(), images.width(), 10);
        model.loadStateDict(all.entrySet().stream().filter(each -> each.getKey().startsWith("start."))
            .collect(Collectors.toMap(each -> each.getKey().substring("start.".length()), Map.Entry::getValue)));
        var normal = pictures.toArray();
        for (int i = 0; i < normal.length; i++) normal[i] = (float) ((normal[i] - mean) / deviation);
        var logits = model.call(Tensor.wrap(normal, pictures.shape().toArray()));
        assertEquals(Losses.crossEntropy(logits, batch.targets()).item(), all.get("losses").get(0));
        assertEquals(2 * Math.ceilDiv(training.length, 16), all.get("losses").numel());
    }

    private static int[] whole(Tensor x) {
        var values = x.toArray();
        return IntStream.range(0, values.length).map(i -> (int) values[i]).toArray();
    }
}
