package dev.lanewise.nn.init;

/// How many terms meet in a layer: what an initializer scales by. The layer makes it; a bare shape can't tell.
///
/// Fractions are allowed: a convolution with a stride has a fractional average.
///
/// @param in  terms in the sum that makes one output
/// @param out outputs that one input takes part in
public record Fan(double in, double out) {

    public Fan {
        if (!(in >= 0 && out >= 0)) throw new IllegalArgumentException("fan: in " + in + ", out " + out + "; both must be 0 or more");
    }

    /// Of a layer that joins each of `in` inputs with each of `out` outputs.
    public static Fan linear(int in, int out) { return new Fan(in, out); }

    /// The mean of both, Glorot's compromise.
    public double average() { return (in + out) / 2; }
}
