package dev.lanewise.kernel.code;

/// What loops are emitted for.
///
/// @param lanes   floats in a vector: 4, 8 or 16; 1 for scalar loops
/// @param fastFma whether the CPU fuses multiply-adds in hardware; without, [SoftFma] gives the same bits
public record Target(int lanes, boolean fastFma) {

    /// Whether there are no vectors.
    public boolean isScalar() { return lanes == 1; }

    /// The same machine without vectors.
    public Target scalar() { return new Target(1, fastFma); }

    /// Whether there are 32 vector registers: on AArch64 always, on x64 with AVX-512 alone. Else there are 16.
    public boolean hasManyRegisters() { return lanes == 16 || System.getProperty("os.arch", "").equals("aarch64"); }
}
