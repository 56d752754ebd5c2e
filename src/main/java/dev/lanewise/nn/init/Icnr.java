package dev.lanewise.nn.init;

import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Optional;

/// A convolution before a pixel shuffle, whose outputs that become neighbours start alike.
final class Icnr extends StructuredInitializer {

    private final int times;
    private final Initializer base;

    Icnr(int upscale, Initializer base) {
        super("icnr", upscale, base);
        if (upscale < 1 || upscale > 1 << 15) throw new IllegalArgumentException(
            "icnr: upscaling by " + upscale + "; it must be 1 or more, and its square an int");
        this.times = upscale * upscale;
        this.base = base;
    }

    @Override
    Optional<String> objection(Fan fan, Shape block) {
        if (block.rank() != 4 || block.size(0) % times != 0)
            return Optional.of("[out, in, rows, columns], and outputs that " + times + ", the square of the upscaling, divides");
        return base.fits(fanOf(fan), once(block)) ? Optional.empty()
            : Optional.of("what its base initializer takes, " + times + " times");
    }

    /// Of the convolution that makes each group of outputs once.
    private Fan fanOf(Fan fan) { return new Fan(fan.in(), fan.out() / times, fan.torchIn()); }

    private Shape once(Shape block) {
        return Shape.of(block.size(0) / times, block.size(1), block.size(2), block.size(3));
    }

    @Override
    Distribution lawOf(Fan fan, Shape block) { return base.distribution(fanOf(fan), once(block)); }

    @Override
    Structure structureOf(Fan fan, Shape block) {
        return new Structure.Repeated(times, base.structure(fanOf(fan), once(block)));
    }

    @Override
    void write(float[] data, int offset, Fan fan, Shape block, RandomSource source) {
        var weight = Tensor.zeros(once(block).toArray());
        base.fill(weight, fanOf(fan), source);
        var values = weight.toArray();
        int length = columns(block);
        for (int out = 0; out < block.size(0); out++)
            System.arraycopy(values, out / times * length, data, offset + out * length, length);
    }
}
