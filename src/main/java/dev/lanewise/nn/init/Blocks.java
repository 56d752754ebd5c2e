package dev.lanewise.nn.init;

import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.InPlace;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Blocks that are stacked in one parameter and don't start alike, each with the fan of one: see [Initializers#blocks].
///
/// @param each block's own, in their order
record Blocks(List<Initializer> each) implements Initializer {

    Blocks {
        for (var one : each) Objects.requireNonNull(one,
            "blocks: an initializer is null; give one for each, Initializers.zeros() for none");
        each = List.copyOf(each);
        if (each.isEmpty()) throw new IllegalArgumentException("blocks: there are none; give an initializer for each");
    }

    private static Fan one(Fan fan) { return new Fan(fan.in(), fan.out(), fan.torchIn()); }

    @Override
    public boolean fits(Fan fan, Shape shape) {
        return fan.blocks() == each.size() && shape.rank() > 0 && shape.size(0) % each.size() == 0
            && each.stream().allMatch(block -> block.fits(one(fan), StructuredInitializer.block(fan, shape)));
    }

    /// @throws IllegalArgumentException if the layer doesn't stack as many
    private Shape checked(Fan fan, Shape shape) {
        if (fan.blocks() != each.size() || shape.rank() == 0 || shape.size(0) % each.size() != 0)
            throw new IllegalArgumentException("blocks: " + each.size() + " initializers for a parameter of shape " + shape
                + " that is stacked from " + fan.blocks() + "; give one for each block, which divide the first dimension");
        return StructuredInitializer.block(fan, shape);
    }

    /// @throws IllegalArgumentException if the layer doesn't stack as many, or a block's initializer isn't for its shape
    @Override
    public Distribution distribution(Fan fan, Shape shape) {
        var block = checked(fan, shape);
        return Mixture.of(each.stream().map(it -> it.distribution(one(fan), block)).toList());
    }

    /// @throws IllegalArgumentException as [#distribution]
    @Override
    public Structure structure(Fan fan, Shape shape) {
        var block = checked(fan, shape);
        return new Structure.Parted(each.stream().map(it ->
            new Structure.Parted.Block(it.distribution(one(fan), block), it.structure(one(fan), block))).toList());
    }

    /// @throws IllegalArgumentException as [#distribution]
    @Override
    public void fill(Tensor tensor, Fan fan, RandomSource source) {
        if (tensor.numel() == 0) return;
        var block = checked(fan, tensor.shape());
        var drawn = new ArrayList<float[]>();
        for (var initializer : each) {
            var values = Tensor.zeros(block.toArray());
            initializer.fill(values, one(fan), source);
            drawn.add(values.toArray());
        }
        InPlace.fill(tensor, (data, offset, length) -> {
            Objects.checkFromIndexSize(offset, length, data.length);
            for (int i = 0; i < drawn.size(); i++)
                System.arraycopy(drawn.get(i), 0, data, offset + i * block.numel(), block.numel());
        });
    }
}
