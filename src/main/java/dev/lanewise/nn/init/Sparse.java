package dev.lanewise.nn.init;

import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.Shape;
import java.util.Optional;

/// Normal numbers, and the same number of zeros in each column.
final class Sparse extends StructuredInitializer {

    private final double sparsity;
    private final Distribution.Normal rest;

    Sparse(double sparsity, double std) {
        super("sparse", sparsity, std);
        if (!(sparsity >= 0 && sparsity <= 1)) throw new IllegalArgumentException(
            "sparse: a share of " + sparsity + " zeros; it must be of [0, 1]");
        this.sparsity = sparsity;
        this.rest = new Distribution.Normal(0, std);
    }

    @Override
    Optional<String> objection(Fan fan, Shape block) {
        return block.rank() == 2 ? Optional.empty() : Optional.of("two dimensions, [rows, columns]");
    }

    /// As many as the share asks for, or one more.
    private int zeros(Shape block) { return (int) Math.ceil(sparsity * block.size(0)); }

    @Override
    Distribution lawOf(Fan fan, Shape block) { return new WithZeros((double) zeros(block) / Math.max(1, block.size(0)), rest); }

    @Override
    Structure structureOf(Fan fan, Shape block) { return new Structure.ZerosPerColumn(zeros(block), rest); }

    @Override
    void write(float[] data, int offset, Fan fan, Shape block, RandomSource source) {
        rest.sample(data, offset, block.numel(), source);
        int columns = block.size(1);
        for (int column = 0; column < columns; column++) {
            var rows = source.permutation(block.size(0));
            for (int i = 0; i < zeros(block); i++) data[offset + rows[i] * columns + column] = 0;
        }
    }
}
