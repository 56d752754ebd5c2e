package dev.lanewise.nn.init;

/// How many terms meet in a layer: what an initializer scales by. The layer makes it; a bare shape can't tell.
///
/// Fractions are allowed: a convolution with a stride has a fractional average.
///
/// @param in      terms in the sum that makes one output
/// @param out     outputs that one input takes part in
/// @param torchIn what PyTorch takes for `in`: the same, but for transposed convolutions
/// @param blocks  equal parts that the parameter is stacked from along its first dimension, each a layer of its own with
///     this fan: the gates of an LSTM, the queries, keys and values of attention
public record Fan(double in, double out, double torchIn, int blocks) {

    public Fan {
        if (!(in >= 0 && out >= 0 && torchIn >= 0 && blocks >= 1)) throw new IllegalArgumentException("fan: in " + in + ", out " + out
            + (torchIn == in ? "" : ", PyTorch's in " + torchIn) + ", " + blocks
            + " blocks; the first must be 0 or more, and the blocks 1 or more");
    }

    public Fan(double in, double out) { this(in, out, in); }

    public Fan(double in, double out, double torchIn) { this(in, out, torchIn, 1); }

    /// Of a layer that joins each of `in` inputs with each of `out` outputs.
    public static Fan linear(int in, int out) { return new Fan(in, out); }

    /// Of a number of linear layers whose weights are stacked: [blocks · out, in].
    public static Fan stacked(int blocks, int in, int out) { return new Fan(in, out, in, blocks); }

    /// Of a convolution, far from the border. An input meets one position of the kernel in `stride` along each dimension.
    ///
    /// @param in     input channels of a group
    /// @param out    output channels of a group; PyTorch counts those of all groups (its issue 23854)
    /// @param places positions in the kernel
    /// @param stride the product of the strides
    public static Fan conv(int in, int out, int places, int stride) {
        return new Fan((double) in * places, (double) out * places / stride);
    }

    /// Of a transposed convolution: as [#conv], the stride thinning out the inputs.
    ///
    /// PyTorch reads the weight's shape, [in, out, …], as a convolution's, [out, in, …] (its issue 7865): its `in` is
    /// `out * places`.
    public static Fan convTranspose(int in, int out, int places, int stride) {
        return new Fan((double) in * places / stride, (double) out * places, (double) out * places);
    }

    /// The mean of both, Glorot's compromise.
    public double average() { return (in + out) / 2; }
}
