package dev.lanewise.kernel.code;

/// What loops are emitted for.
///
/// @param lanes     floats in a vector: 4, 8 or 16; 1 for scalar loops
/// @param registers for vectors, 16 or 32, by which the sizes of register tiles are chosen. Any will do: more than the machine
///                  has make code that is slower, not wrong
/// @param fastFma   whether the CPU fuses multiply-adds in hardware; without, [SoftFma] gives the same bits
public record Target(int lanes, int registers, boolean fastFma) {

    /// Whether there are no vectors.
    public boolean isScalar() { return lanes == 1; }

    /// The same machine without vectors.
    public Target scalar() { return new Target(1, registers, fastFma); }
}
