package dev.lanewise.nn.init;

import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.Shape;
import java.util.Optional;

/// Rows of one length, in random directions: see [Initializers#nguyenWidrow()].
final class NguyenWidrow extends StructuredInitializer {

    private static final double SHARE = 0.7;

    NguyenWidrow() { super("nguyenWidrow"); }

    /// Of the weights of a unit.
    ///
    /// @param units  of the layer
    /// @param inputs of each
    static double length(int units, double inputs) { return SHARE * StrictMath.pow(Math.max(1, units), 1 / Math.max(1, inputs)); }

    private static double length(Shape block) { return length(block.size(0), columns(block)); }

    @Override
    Optional<String> objection(Fan fan, Shape block) {
        return block.rank() >= 2 ? Optional.empty() : Optional.of("two dimensions or more");
    }

    @Override
    Distribution lawOf(Fan fan, Shape block) { return new HaarEntry(Math.max(1, columns(block)), length(block)); }

    @Override
    Structure structureOf(Fan fan, Shape block) { return new Structure.Directions(length(block)); }

    @Override
    void write(float[] data, int offset, Fan fan, Shape block, RandomSource source) {
        int columns = columns(block);
        double length = length(block);
        source.normal(data, offset, block.numel());
        for (int row = offset; row < offset + block.numel(); row += columns) {
            double square = 0;
            for (int i = row; i < row + columns; i++) square += (double) data[i] * data[i];
            // once in so many that nobody has seen it
            if (square == 0) data[row] = 1;
            double factor = length / Math.sqrt(square == 0 ? 1 : square);
            for (int i = row; i < row + columns; i++) data[i] = (float) (factor * data[i]);
        }
    }
}
