package dev.lanewise.nn.init;

import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.Shape;
import java.util.Optional;

/// A random orthogonal matrix for each head: see [Initializers#orthogonalHeads].
final class OrthogonalHeads extends StructuredInitializer {

    private final int heads;
    private final double gain;

    OrthogonalHeads(int heads, Gain gain) {
        super("orthogonalHeads", heads, gain.value());
        if (heads < 1) throw new IllegalArgumentException("orthogonalHeads: " + heads + " heads; there must be at least one");
        this.heads = heads;
        this.gain = gain.value();
    }

    private int rows(Shape block) { return block.size(0) / heads; }

    @Override
    Optional<String> objection(Fan fan, Shape block) {
        return block.rank() >= 2 && block.size(0) % heads == 0 ? Optional.empty()
            : Optional.of("two dimensions or more, and a first one that " + heads + " heads divide");
    }

    @Override
    Distribution lawOf(Fan fan, Shape block) { return new HaarEntry(Math.max(1, Math.max(rows(block), columns(block))), gain); }

    @Override
    Structure structureOf(Fan fan, Shape block) {
        return heads == 1 ? new Structure.Orthogonal(gain) : new Structure.Stacked(heads, new Structure.Orthogonal(gain));
    }

    @Override
    void write(float[] data, int offset, Fan fan, Shape block, RandomSource source) {
        source.normal(data, offset, block.numel());
        int size = rows(block) * columns(block);
        for (int head = 0; head < heads; head++) Householder.orthogonalize(data, offset + head * size, rows(block),
            columns(block), gain);
    }
}
