package dev.lanewise.lab.networks;

import dev.lanewise.lab.networks.NamedNetwork.Size;
import dev.lanewise.nn.Conv2d;
import dev.lanewise.nn.ConvOptions;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.MaxPool2d;
import dev.lanewise.nn.ModuleList;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.Upsample;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;

/// Ronneberger, Fischer and Brox, "U-Net: convolutional networks for biomedical image segmentation", 2015: each level down has
/// half the side and twice the channels, each level up gets what the level of its size made beside what came from below,
/// upsampled by copies.
final class UNet extends Layer {

    private static final int LOWEST_SIDE = 2;
    private static final int CLASSES = 2;
    private static final int MOST_LEVELS = 6;
    private static final int WIDEST = 4096;

    private final ModuleList<Layer> down;
    private final ModuleList<Layer> up;
    private final Layer pool = register("pool", new MaxPool2d(2));
    private final Layer upsample = register("upsample", new Upsample(2));
    private final Layer head;

    UNet(Size size) {
        int width = size.width();
        if (size.layers() > MOST_LEVELS || (long) width << size.layers() > WIDEST) throw new IllegalArgumentException("unet: "
            + size.layers() + " levels from width " + width + " on, which each level doubles; give at most " + MOST_LEVELS
            + ", and at most " + WIDEST + " channels in the lowest");
        var descent = new ArrayList<Layer>();
        for (int level = 0; level <= size.layers(); level++) descent.add(twice(level == 0 ? 3 : width << level - 1,
            width << level));
        var ascent = new ArrayList<Layer>();
        for (int level = size.layers() - 1; level >= 0; level--) ascent.add(twice(3 * (width << level), width << level));
        down = register("down", new ModuleList<>(descent));
        up = register("up", new ModuleList<>(ascent));
        head = register("head", new Conv2d(width, CLASSES, ConvOptions.kernel(1)));
    }

    /// Of an image that is 2 pixels high and wide at the lowest level.
    static int side(Size size) { return LOWEST_SIDE << size.layers(); }

    private static Layer twice(int in, int out) {
        var start = Initializers.kaimingNormal();
        return new Sequential(ResidualNetworks.convolution(in, out, start), new ReLU(),
            ResidualNetworks.convolution(out, out, start), new ReLU());
    }

    @Override
    public Tensor forward(Tensor x) {
        var kept = new ArrayList<Tensor>();
        var y = x;
        for (int level = 0; level < down.size(); level++) {
            if (level > 0) y = pool.call(y);
            y = down.get(level).call(y);
            kept.add(y);
        }
        for (int level = 0; level < up.size(); level++)
            y = up.get(level).call(Tensor.cat(1, kept.get(up.size() - 1 - level), upsample.call(y)));
        return head.call(y);
    }
}
