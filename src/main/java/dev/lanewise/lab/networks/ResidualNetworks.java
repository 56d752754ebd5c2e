package dev.lanewise.lab.networks;

import dev.lanewise.lab.networks.NamedNetwork.Size;
import dev.lanewise.nn.AdaptiveAvgPool2d;
import dev.lanewise.nn.BatchNorm2d;
import dev.lanewise.nn.Conv2d;
import dev.lanewise.nn.ConvOptions;
import dev.lanewise.nn.Flatten;
import dev.lanewise.nn.Identity;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.MaxPool2d;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Residual;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.init.Initializer;
import dev.lanewise.nn.init.Initializers;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// Of convolutions: He et al., "Deep residual learning for image recognition", 2016, and "Identity mappings in deep residual
/// networks", 2016, at one resolution and one number of channels; and a chain.
final class ResidualNetworks {

    static final int SIDE = 8;
    private static final int CLASSES = 10;
    private static final int LAST_SIDE = 2;

    private ResidualNetworks() {}

    static Layer convolution(int in, int out, Initializer weight) {
        return new Conv2d(in, out, ConvOptions.kernel(3).padding(1).initializers(weight, null));
    }

    /// @param before whether norm and rectifier stand before each convolution
    static Layer normed(Size size, boolean before) {
        int width = size.width();
        var start = Initializers.kaimingNormal();
        return before ? network(size, List.of(convolution(3, width, start)),
            () -> List.of(new Residual(new Sequential(new BatchNorm2d(width), new ReLU(), convolution(width, width, start),
                new BatchNorm2d(width), new ReLU(), convolution(width, width, start)))),
            List.of(new BatchNorm2d(width), new ReLU()), Initializers.torchDefault())
            : network(size, List.of(convolution(3, width, start), new BatchNorm2d(width), new ReLU()),
                () -> List.of(new Residual(new Sequential(
                convolution(width, width, start), new BatchNorm2d(width), new ReLU(), convolution(width, width, start),
                new BatchNorm2d(width))), new ReLU()), List.of(), Initializers.torchDefault());
    }

    static Layer plain(Size size) {
        return unnormed(size, Initializers.kaimingNormal(), Initializers.kaimingNormal(), null, Initializers.torchDefault());
    }

    /// Its last layer starts at 0, too.
    static Layer fixup(Size size) {
        return unnormed(size, Initializers.fixup(size.layers(), 2), Initializers.zeros(), null, Initializers.zeros());
    }

    static Layer rezero(Size size) {
        return unnormed(size, Initializers.kaimingNormal(), Initializers.kaimingNormal(), Initializers.zeros(),
            Initializers.torchDefault());
    }

    private static Layer unnormed(Size size, Initializer first, Initializer second, Initializer scale, Initializer head) {
        int width = size.width();
        return network(size, List.of(convolution(3, width, Initializers.kaimingNormal())),
            () -> List.of(new Residual(new Sequential(new ReLU(), convolution(width, width, first), new ReLU(),
                convolution(width, width, second)), new Identity(), scale)), List.of(new ReLU()), head);
    }

    private static Layer network(Size size, List<Layer> stem, Supplier<List<Layer>> block, List<Layer> end, Initializer head) {
        var layers = new ArrayList<>(stem);
        for (int i = 0; i < size.layers(); i++) layers.addAll(block.get());
        layers.addAll(end);
        layers.addAll(List.of(new AdaptiveAvgPool2d(1), new Flatten(),
            new Linear(size.width(), CLASSES, head, Initializers.zeros())));
        return new Sequential(layers.toArray(Layer[]::new));
    }

    /// Of an image that is 2 pixels high and wide in the end.
    static int side(Size size) { return LAST_SIDE << Math.min(size.layers() / 2, 3); }

    static Layer chain(Size size) {
        var layers = new ArrayList<Layer>();
        int side = side(size);
        for (int i = 0; i < size.layers(); i++) {
            layers.add(convolution(i == 0 ? 3 : size.width(), size.width(), Initializers.kaimingNormal()));
            layers.add(new ReLU());
            if (i % 2 == 0 || side == LAST_SIDE) continue;
            layers.add(new MaxPool2d(2));
            side /= 2;
        }
        layers.addAll(List.of(new Flatten(), new Linear(size.width() * side * side, CLASSES)));
        return new Sequential(layers.toArray(Layer[]::new));
    }
}
