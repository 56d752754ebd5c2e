package dev.lanewise.nn.init;

import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.InPlace;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// An initializer whose elements depend on each other, so that the shape counts. Where blocks are stacked along the first
/// dimension, each is filled as a layer of its own, one after the other.
abstract class StructuredInitializer implements Initializer {

    private final String name;
    private final List<Object> arguments;

    /// @param name      in errors
    /// @param arguments that it was made with, for whoever prints it
    StructuredInitializer(String name, Object... arguments) {
        this.name = name;
        this.arguments = Arrays.asList(arguments);
    }

    /// As it is written in a program.
    @Override
    public final String toString() { return Initializers.words(name, arguments); }

    /// What a block's shape would have to be, if this isn't it.
    abstract Optional<String> objection(Fan fan, Shape block);

    /// The law of an element of a block.
    abstract Distribution lawOf(Fan fan, Shape block);

    /// What holds within a block.
    abstract Structure structureOf(Fan fan, Shape block);

    /// Writes a block, all of it.
    abstract void write(float[] data, int offset, Fan fan, Shape block, RandomSource source);

    @Override
    public final boolean fits(Fan fan, Shape shape) { return complaint(fan, shape).isEmpty(); }

    private Optional<String> complaint(Fan fan, Shape shape) {
        int blocks = fan.blocks();
        if (blocks > 1 && (shape.rank() == 0 || shape.size(0) % blocks != 0))
            return Optional.of("a first dimension that " + blocks + " blocks divide");
        return objection(fan, block(fan, shape));
    }

    /// @throws IllegalArgumentException if the shape doesn't fit
    private Shape checked(Fan fan, Shape shape) {
        complaint(fan, shape).ifPresent(expected -> {
            throw new IllegalArgumentException(name + ": shape " + shape + (fan.blocks() > 1
                ? " of " + fan.blocks() + " blocks" : "")
                + " doesn't fit; it takes " + expected);
        });
        return block(fan, shape);
    }

    /// A block's shape.
    static Shape block(Fan fan, Shape shape) {
        if (fan.blocks() == 1) return shape;
        var sizes = shape.toArray();
        sizes[0] /= fan.blocks();
        return Shape.of(sizes);
    }

    /// @throws IllegalArgumentException if the shape doesn't fit
    @Override
    public final Distribution distribution(Fan fan, Shape shape) { return lawOf(fan, checked(fan, shape)); }

    /// @throws IllegalArgumentException if the shape doesn't fit
    @Override
    public final Structure structure(Fan fan, Shape shape) {
        var each = structureOf(fan, checked(fan, shape));
        return fan.blocks() == 1 ? each : new Structure.Stacked(fan.blocks(), each);
    }

    /// @throws IllegalArgumentException if the shape doesn't fit
    @Override
    public final void fill(Tensor tensor, Fan fan, RandomSource source) {
        if (tensor.numel() == 0) return;
        var block = checked(fan, tensor.shape());
        InPlace.fill(tensor, (data, offset, length) -> {
            for (int at = offset; at < offset + length; at += block.numel()) write(data, at, fan, block, source);
        });
    }

    /// Elements of a slice along the first dimension.
    static int columns(Shape shape) {
        int columns = 1;
        for (int dim = 1; dim < shape.rank(); dim++) columns *= shape.size(dim);
        return columns;
    }

    /// Whether it is a convolution's: [out, in, kernel…], of one, two or three dimensions.
    static boolean isKernel(Shape shape) { return shape.rank() >= 3 && shape.rank() <= 5; }

    /// Where a convolution that keeps the size has its middle: at k / 2 along each of the kernel's dimensions, rounded down.
    static int centre(Shape kernel) {
        int place = 0;
        for (int dim = 2; dim < kernel.rank(); dim++) place = place * kernel.size(dim) + kernel.size(dim) / 2;
        return place;
    }

    /// The kernel's places.
    static int places(Shape kernel) {
        int places = 1;
        for (int dim = 2; dim < kernel.rank(); dim++) places *= kernel.size(dim);
        return places;
    }
}
