package dev.lanewise.nn.init;

import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.InPlace;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Objects;

/// Weights in the maximal update parametrization: a layer starts as it did at the width where its learning rate was found,
/// and where both of its sides grew, its weights are divided by the root of how much its inputs did. At the base width
/// nothing changes.
///
/// | sides that grew | deviation, against that of the base |
/// |---|---|
/// | both, a hidden layer | 1/√(in / base in) |
/// | the outputs, an input layer or embedding | the same |
/// | the inputs, the layer that reads out | the same; the layer's output is divided by in / base in while it runs |
/// | none | the same |
///
/// So Kaiming's law by the fan in stays as it is in hidden layers, and others change. Learning rates change as well: that is
/// the optimizer's part. An initializer whose law follows from the weight's shape, as an orthogonal one's, follows the width
/// by itself: leave it as it is. Sources: Yang and Hu, "Tensor programs IV: feature learning in infinite-width neural
/// networks", 2021; Yang and others, "Tensor programs V", 2022, with the rules of the package `mup`.
///
/// @param base what is scaled
/// @param fan  of the layer at the width that `base` suits
record MaximalUpdate(Initializer base, Fan fan) implements Initializer {

    MaximalUpdate {
        Objects.requireNonNull(base, "maximal update: no base to go from");
        if (!(fan.in() > 0 && fan.out() > 0)) throw new IllegalArgumentException(
            "muP: the base's fan is in " + fan.in() + ", out " + fan.out() + "; both sides must be positive");
    }

    @Override
    public Distribution distribution(Fan fan, Shape shape) {
        return Scaled.of(base.distribution(this.fan, shape), factor(fan));
    }

    @Override
    public Structure structure(Fan fan, Shape shape) { return scaled(base.structure(this.fan, shape), factor(fan)); }

    private static Structure scaled(Structure structure, double factor) {
        return switch (structure) {
            case Structure.Independent it -> it;
            case Structure.Fixed(var values) -> new Structure.Fixed(values.mul(Tensor.scalar((float) factor)));
            case Structure.Given(var values, var rest) ->
                new Structure.Given(values.mul(Tensor.scalar((float) factor)), scaled(rest, factor));
            case Structure.Orthogonal(double gain) -> new Structure.Orthogonal(factor * gain);
            case Structure.OrthogonalAt(double gain, int place) -> new Structure.OrthogonalAt(factor * gain, place);
            case Structure.ZerosPerColumn(int zeros, var rest) -> new Structure.ZerosPerColumn(zeros, Scaled.of(rest, factor));
            case Structure.Repeated(int times, var each) -> new Structure.Repeated(times, scaled(each, factor));
            case Structure.Stacked(int blocks, var each) -> new Structure.Stacked(blocks, scaled(each, factor));
            case Structure.Parted(var blocks) -> new Structure.Parted(blocks.stream().map(block ->
                new Structure.Parted.Block(Scaled.of(block.law(), factor), scaled(block.structure(), factor))).toList());
        };
    }

    @Override
    public boolean fits(Fan fan, Shape shape) { return base.fits(this.fan, shape); }

    @Override
    public void fill(Tensor tensor, Fan fan, RandomSource source) {
        base.fill(tensor, this.fan, source);
        double factor = factor(fan);
        if (factor == 1 || tensor.numel() == 0) return;
        // an end of the law, times the factor, may be rounded to what lies beyond the product's
        boolean drawn = structure(fan, tensor.shape()) instanceof Structure.Independent;
        var law = drawn ? distribution(fan, tensor.shape()) : null;
        float low = drawn ? (float) law.lower() : Float.NEGATIVE_INFINITY;
        float high = drawn ? (float) law.upper() : Float.POSITIVE_INFINITY;
        InPlace.fill(tensor, (data, offset, length) -> {
            for (int i = offset; i < offset + length; i++) data[i] = Math.clamp(data[i] * (float) factor, low, high);
        });
    }

    private double factor(Fan fan) {
        boolean both = fan.in() != this.fan.in() && fan.out() != this.fan.out();
        return both ? 1 / Math.sqrt(Math.max(1, fan.in()) / this.fan.in()) : 1;
    }
}
