package dev.lanewise.diagnose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.lab.networks.NamedNetwork;
import dev.lanewise.nn.ConvOptions;
import dev.lanewise.nn.ConvTranspose2d;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Places;
import dev.lanewise.nn.Signal;
import dev.lanewise.nn.Upsample;
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
        return Explanation.averaged(model.initialize(1), Tensor.randn(new Threefry(11), 4, 3, side, side),
            LongStream.range(0, seeds).toArray());
    }

    private static void assertNear(double predicted, double measured, double share, LayerExplanation layer) {
        assertEquals(1, measured == predicted ? 1 : measured / predicted, share, layer.toString());
    }

    /// Within its bands, as theory stops nowhere.
    private static void assertWithin(LayerExplanation layer) {
        assertTrue(layer.asPredicted() && layer.isGradientAsPredicted() && layer.isCorrelationAsPredicted(), layer.toString());
    }

    /// Of layers that are wide: of ten outputs the mean of the logarithm is lower.
    private static void assertNear(LayerExplanation layer, boolean gradient) {
        assertEquals("", layer.gap());
        if (layer.width() < 256) return;
        assertNear(layer.square().predicted(), layer.square().measured(), 0.1, layer);
        if (gradient) assertNear(layer.gradient().predicted(), layer.gradient().measured(), 0.1, layer);
        assertEquals(layer.correlation().predicted(), layer.correlation().measured(), 0.1, layer.toString());
    }

    /// Without the border's zeros each convolution's second moment is predicted to be a fifth more.
    @Test
    void theBorderCounts() {
        var explanation = explain(NamedNetwork.NO_NORM, 48, 1, 6, 6);
        var first = explanation.layers().getFirst();
        for (var layer : explanation.layers()) assertWithin(layer);
        assertNear(2 * Math.pow(1 - 1 / 9.0, 2), first.square().predicted(), 0.1, first);
        assertNear(first.square().predicted(), first.square().measured(), 0.05, first);
    }

    /// What grows beyond the positions that are looked at one by one goes on as if they were alike: there are as many numbers as
    /// pairs.
    @Test
    void imagesThatGrowArentLookedAtPositionByPosition() {
        var options = ConvOptions.kernel(4).stride(2).padding(1);
        assertNotNull(new ConvTranspose2d(2, 2, options).taps(8, 8));
        assertNull(new ConvTranspose2d(2, 2, options).taps(16, 16));
        var places = Places.of(Tensor.randn(new Threefry(1), 2, 3, 8, 8).toArray(), 2, 3, 8, 8);
        var signal = places.signal(3, new Signal.Extent(3, 64, 2));
        assertNotNull(new Upsample(2).propagate(signal).out().places());
        var out = new Upsample(1 << 10).propagate(signal).out();
        assertNull(out.places());
        assertEquals(signal.square(), out.square(), 1e-9);
    }

    @Tag("exhaustive")
    @ParameterizedTest
    @CsvSource({"PREACTIVATION, 4", "NO_NORM, 4", "FIXUP, 4", "REZERO, 4", "UNET, 1"})
    void networksOfImagesAreWhatTheySay(NamedNetwork network, int layers) {
        for (var layer : explain(network, 256, layers, 8, 40).layers()) {
            assertNear(layer, true);
            assertWithin(layer);
        }
    }

    /// Sums of rectified signals aren't normal; a norm right behind the first convolution returns more, as three channels'
    /// patches are few.
    @Tag("exhaustive")
    @Test
    void rectifiedSumsAreWhatTheySay() {
        for (var layer : explain(NamedNetwork.RESNET, 256, 4, 8, 40).layers()) {
            boolean isStem = layer.path().equals("0");
            assertNear(layer, !isStem);
            assertEquals(layer.correlation().predicted(), layer.correlation().measured(), 0.03, layer.toString());
            if (isStem) assertNear(layer.gradient().predicted(), layer.gradient().measured(), 0.2, layer);
            assertWithin(layer);
        }
    }
}
