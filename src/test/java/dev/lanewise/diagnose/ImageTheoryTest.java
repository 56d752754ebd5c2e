package dev.lanewise.diagnose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.lab.networks.NamedNetwork;
import dev.lanewise.nn.Layer;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Tensor;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Networks of images, predicted position by position, beside what a batch shows over several seeds.
class ImageTheoryTest {

    private static Explanation explain(NamedNetwork network, int width, int layers, int side, int seeds) {
        Layer model = network.of(new NamedNetwork.Size(width, layers));
        return Explanation.averaged(model.initialize(1), Tensor.randn(new Threefry(11), 4, 3, side, side), LongStream.range(0, seeds).toArray());
    }

    private static void assertNear(double predicted, double measured, double share, LayerExplanation layer) {
        assertEquals(1, measured == predicted ? 1 : measured / predicted, share, layer.toString());
    }

    private static void assertPredicted(Explanation explanation, double share) {
        for (var layer : explanation.layers()) {
            assertEquals("", layer.gap());
            assertTrue(layer.asPredicted(), layer.toString());
            assertNear(layer.square().predicted(), layer.square().measured(), share, layer);
            assertNear(layer.gradient().predicted(), layer.gradient().measured(), share, layer);
            assertEquals(layer.correlation().predicted(), layer.correlation().measured(), share, layer.toString());
        }
    }

    /// Without the border's zeros each convolution's second moment is predicted to be a fifth more.
    @Test
    void theBorderCounts() {
        var explanation = explain(NamedNetwork.NO_NORM, 48, 1, 6, 6);
        var first = explanation.layers().getFirst();
        assertPredicted(explanation, 0.3);
        assertNear(2 * Math.pow(1 - 1 / 9.0, 2), first.square().predicted(), 0.1, first);
        assertNear(first.square().predicted(), first.square().measured(), 0.05, first);
    }

    @Tag("exhaustive")
    @ParameterizedTest
    @CsvSource({"RESNET, 4", "PREACTIVATION, 4", "NO_NORM, 4", "FIXUP, 4", "REZERO, 4", "UNET, 1"})
    void networksOfImagesAreWhatTheySay(NamedNetwork network, int layers) { assertPredicted(explain(network, 256, layers, 8, 40), 0.1); }
}
