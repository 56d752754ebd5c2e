package dev.lanewise.kernel;

/// What loops are emitted for.
///
/// @param lanes   floats in a vector: 4, 8 or 16; 1 for scalar loops
/// @param fastFma whether the CPU fuses multiply-adds in hardware; without, [SoftFma] gives the same bits
record Target(int lanes, boolean fastFma) {
    boolean isScalar() { return lanes == 1; }
}
