package dev.lanewise.nn.init;

import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.InPlace;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Objects;

/// What another initializer draws, times a factor: see [Initializers#scaled].
record Rescaled(Initializer base, double factor) implements Initializer {

    Rescaled {
        Objects.requireNonNull(base, "scaled: no initializer to scale");
        if (!(factor > 0 && factor < Double.POSITIVE_INFINITY)) throw new IllegalArgumentException(
            "scaled: factor " + factor + "; it must be positive and finite, and zeros() is what starts at 0");
    }

    @Override
    public Distribution distribution(Fan fan, Shape shape) { return Scaled.of(base.distribution(fan, shape), factor); }

    @Override
    public Structure structure(Fan fan, Shape shape) { return scaled(base.structure(fan, shape), factor); }

    private static Structure scaled(Structure structure, double factor) {
        return switch (structure) {
            case Structure.Independent it -> it;
            case Structure.Fixed(var values) -> new Structure.Fixed(values.mul(Tensor.scalar((float) factor)));
            case Structure.Given(var values, var rest) ->
                new Structure.Given(values.mul(Tensor.scalar((float) factor)), scaled(rest, factor));
            case Structure.Orthogonal(double gain) -> new Structure.Orthogonal(factor * gain);
            case Structure.Directions(double length) -> new Structure.Directions(factor * length);
            case Structure.Opposite(var law, var each) -> new Structure.Opposite(Scaled.of(law, factor), scaled(each, factor));
            case Structure.OrthogonalAt(double gain, int place) -> new Structure.OrthogonalAt(factor * gain, place);
            case Structure.ZerosPerColumn(int zeros, var rest) -> new Structure.ZerosPerColumn(zeros, Scaled.of(rest, factor));
            case Structure.Repeated(int times, var each) -> new Structure.Repeated(times, scaled(each, factor));
            case Structure.Stacked(int blocks, var each) -> new Structure.Stacked(blocks, scaled(each, factor));
            case Structure.Parted(var blocks) -> new Structure.Parted(blocks.stream().map(block ->
                new Structure.Parted.Block(Scaled.of(block.law(), factor), scaled(block.structure(), factor))).toList());
        };
    }

    @Override
    public boolean fits(Fan fan, Shape shape) { return base.fits(fan, shape); }

    @Override
    public void fill(Tensor tensor, Fan fan, RandomSource source) {
        base.fill(tensor, fan, source);
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
}
