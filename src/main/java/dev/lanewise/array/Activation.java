package dev.lanewise.array;

import dev.lanewise.kernel.Maps;
import dev.lanewise.kernel.TermKernel;

/// What [Blas#gemm(boolean, boolean, int, int, int, float\[\], int, int, float\[\], int, int, float\[\], int, int, float\[\],
/// int, Activation)] takes each element through: the function of [ArrayMath] of that name, with its bits.
public enum Activation {
    /// None: the sum as it is.
    IDENTITY(null),
    /// [ArrayMath#relu], which takes no pass of its own.
    RELU(null),
    /// [ArrayMath#gelu].
    GELU(Maps.GELU),
    /// [ArrayMath#geluTanh].
    GELU_TANH(Maps.GELU_TANH),
    /// [ArrayMath#silu].
    SILU(Maps.SILU),
    /// [ArrayMath#mish].
    MISH(Maps.MISH),
    /// [ArrayMath#sigmoid].
    SIGMOID(Maps.SIGMOID),
    /// [ArrayMath#tanh].
    TANH(Maps.TANH);

    private final TermKernel pass;

    Activation(TermKernel pass) { this.pass = pass; }

    /// Over the rows of a matrix, in place; nothing where the product has done it.
    void run(int rows, int columns, float[] x, int offset, int ld) {
        if (pass == null) return;
        // rows that lie end to end are one
        if (columns == ld) pass.run(x, offset, x, offset, rows * columns);
        else for (int row = 0; row < rows; row++) pass.run(x, offset + row * ld, x, offset + row * ld, columns);
    }
}
