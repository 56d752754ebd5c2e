package dev.lanewise.nn.init;

import dev.lanewise.tensor.Shape;

/// What a try of the contract is about.
///
/// @param fan     what the weights scale by
/// @param rows    of the weights that are filled, whatever the fan
/// @param scale   of variance scaling
record Draw(Fan fan, int rows, int columns, double gain, double slope, double scale,
            Candidate.Conv conv, long seed) {

    Shape shape() { return Shape.of(rows, columns); }

    /// Large enough to see the mistakes that one array can show.
    static Draw typical(long seed) {
        return new Draw(Fan.linear(256, 64), 64, 256, 1.7, 0.01, 1.3,
            new Candidate.Conv(false, 12, 20, 3, 2, 4), seed);
    }
}
