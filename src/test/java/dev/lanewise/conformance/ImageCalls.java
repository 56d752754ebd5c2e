package dev.lanewise.conformance;

import static dev.lanewise.conformance.Call.op;

import dev.lanewise.nn.Conv1d;
import dev.lanewise.nn.Conv2d;
import dev.lanewise.nn.ConvOptions;
import dev.lanewise.nn.ConvTranspose2d;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.PixelShuffle;
import dev.lanewise.nn.PixelUnshuffle;
import dev.lanewise.nn.Upsample;
import dev.lanewise.nn.UpsampleOptions;
import dev.lanewise.nn.UpsampleOptions.Mode;
import dev.lanewise.tensor.Tensor;
import java.util.Map;

/// Lines and images, a line each: parameters are the inputs after the first.
final class ImageCalls {

    static final Map<String, Call> ALL = Map.ofEntries(
        op("Conv1d", ImageCalls::conv1d),
        op("Conv2d", ImageCalls::conv2d),
        op("ConvTranspose2d", ImageCalls::convTranspose2d),
        op("Upsample", ImageCalls::upsample),
        op("PixelShuffle", c -> new PixelShuffle(c.integer("factor")).call(c.x())),
        op("PixelUnshuffle", c -> new PixelUnshuffle(c.integer("factor")).call(c.x())));

    private ImageCalls() {}

    private static Tensor forward(Case c, Layer layer, Parameter weight, Parameter bias) {
        c.load(1, weight);
        if (bias != null) c.load(2, bias);
        return layer.call(c.x());
    }

    private static Tensor conv1d(Case c) {
        var options = ConvOptions.kernel(c.x(1).size(2)).stride(c.integer("stride")).padding(c.integer("padding"))
            .dilation(c.integer("dilation")).groups(c.integer("groups")).bias(c.inputCount() > 2);
        var layer = new Conv1d(c.x().size(-2), c.x(1).size(0), options);
        return forward(c, layer, layer.weight(), layer.bias());
    }

    private static ConvOptions options(Case c) {
        return ConvOptions.kernel(c.x(1).size(2), c.x(1).size(3)).stride(c.ints("stride")[0], c.ints("stride")[1])
            .padding(c.ints("padding")[0], c.ints("padding")[1]).groups(c.integer("groups"));
    }

    private static Tensor conv2d(Case c) {
        var layer = new Conv2d(c.x().size(-3), c.x(1).size(0), options(c));
        return forward(c, layer, layer.weight(), layer.bias());
    }

    private static Tensor convTranspose2d(Case c) {
        var layer = new ConvTranspose2d(c.x().size(-3), c.x(1).size(1) * c.integer("groups"), options(c));
        return forward(c, layer, layer.weight(), layer.bias());
    }

    private static Tensor upsample(Case c) {
        int[] size = c.ints("size");
        var options = size.length > 0 ? UpsampleOptions.size(size[0], size[1])
            : UpsampleOptions.scale(c.numbers("scale")[0], c.numbers("scale")[1]);
        return new Upsample(c.word("mode").equals("nearest") ? options : options.mode(Mode.LINEAR).alignCorners(c.flag("align")))
            .call(c.x());
    }
}
