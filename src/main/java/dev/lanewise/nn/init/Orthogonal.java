package dev.lanewise.nn.init;

import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.Shape;
import java.util.Optional;

/// Random orthogonal matrices of normal numbers: as the whole parameter, or at the centre of a convolution's kernel.
final class Orthogonal extends StructuredInitializer {

    private final double gain;
    private final boolean delta;

    Orthogonal(Gain gain, boolean delta) {
        super(delta ? "deltaOrthogonal" : "orthogonal", gain.value());
        this.gain = gain.value();
        this.delta = delta;
    }

    @Override
    Optional<String> objection(Fan fan, Shape block) {
        if (!delta) return block.rank() >= 2 ? Optional.empty() : Optional.of("two dimensions or more");
        return isKernel(block) && block.size(0) >= block.size(1) ? Optional.empty() : Optional.of(
            "[out, in, kernel…] with one to three kernel dimensions, and at least as many outputs as inputs, or lengths"
            + " aren't kept");
    }

    private static HaarEntry entry(int rows, int columns, double gain) {
        return new HaarEntry(Math.max(1, Math.max(rows, columns)), gain);
    }

    @Override
    Distribution lawOf(Fan fan, Shape block) {
        if (!delta) return entry(block.size(0), columns(block), gain);
        return new WithZeros(1 - 1.0 / Math.max(1, places(block)), entry(block.size(0), block.size(1), gain));
    }

    @Override
    Structure structureOf(Fan fan, Shape block) {
        return delta ? new Structure.OrthogonalAt(gain, centre(block)) : new Structure.Orthogonal(gain);
    }

    @Override
    void write(float[] data, int offset, Fan fan, Shape block, RandomSource source) {
        if (delta) {
            writeCentre(data, offset, block, source);
            return;
        }
        source.normal(data, offset, block.numel());
        Householder.orthogonalize(data, offset, block.size(0), columns(block), gain);
    }

    private void writeCentre(float[] data, int offset, Shape block, RandomSource source) {
        var matrix = new float[block.size(0) * block.size(1)];
        source.normal(matrix, 0, matrix.length);
        Householder.orthogonalize(matrix, 0, block.size(0), block.size(1), gain);
        Patterns.atCentre(matrix, data, offset, block);
    }
}
