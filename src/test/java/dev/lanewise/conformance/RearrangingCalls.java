package dev.lanewise.conformance;

import static dev.lanewise.conformance.Call.op;

import dev.lanewise.nn.ConvOptions;
import dev.lanewise.nn.Functional;
import dev.lanewise.tensor.Viewable;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// Elements in other places.
final class RearrangingCalls {

    static final Map<String, Call> ALL = new TreeMap<>(Map.ofEntries(
        op("flip", c -> c.x().flip(c.ints("dims"))),
        op("roll", c -> c.x().roll(c.integer("shift"))),
        op("rollAlong", c -> c.x().roll(c.integer("shift"), c.integer("dim"))),
        op("rollOver", c -> c.x().roll(c.ints("shifts"), c.ints("dims"))),
        op("repeat", c -> c.x().repeat(c.ints("times"))),
        op("repeatTransposed", c -> c.x().transpose(0, -1).repeat(c.ints("times"))),
        op("tril", c -> c.x().tril(c.integer("diagonal"))),
        op("triu", c -> c.x().triu(c.integer("diagonal"))),
        op("trilTransposed", c -> c.x().transpose(-1, -2).tril(c.integer("diagonal"))),
        op("triuTransposed", c -> c.x().transpose(-1, -2).triu(c.integer("diagonal"))),
        op("pad", c -> c.x().pad(c.ints("amounts"), (float) c.number("value"))),
        op("padWith", c -> c.x().pad(c.ints("amounts"), Viewable.Padding.valueOf(c.word("mode").toUpperCase(Locale.ROOT)))),
        op("unfold", c -> Functional.unfold(c.x(), window(c))),
        op("fold", c -> Functional.fold(c.x(), c.ints("size")[0], c.ints("size")[1], window(c)))));

    private RearrangingCalls() {}

    private static ConvOptions window(Case c) {
        var kernel = c.ints("kernel");
        var stride = c.ints("stride");
        var padding = c.ints("padding");
        var dilation = c.ints("dilation");
        return ConvOptions.kernel(kernel[0], kernel[1]).stride(stride[0], stride[1]).padding(padding[0], padding[1])
            .dilation(dilation[0], dilation[1]);
    }
}
