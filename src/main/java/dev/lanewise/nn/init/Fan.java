package dev.lanewise.nn.init;

import dev.lanewise.tensor.Shape;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

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

    /// Refuses negative counts, and less than one block.
    public Fan {
        if (!(in >= 0 && out >= 0 && torchIn >= 0 && blocks >= 1)) throw new IllegalArgumentException("fan: in " + in
            + ", out " + out + (torchIn == in ? "" : ", PyTorch's in " + torchIn) + ", " + blocks
            + " blocks; the first must be 0 or more, and the blocks 1 or more");
    }

    /// Of a layer in one block, of which PyTorch counts the same.
    public Fan(double in, double out) { this(in, out, in); }

    /// Of a layer in one block.
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
    public static Fan conv(int in, int out, int places, long stride) {
        return new Fan((double) in * places, (double) out * places / stride);
    }

    /// Of a transposed convolution: as [#conv], the stride thinning out the inputs.
    ///
    /// PyTorch reads the weight's shape, [in, out, …], as a convolution's, [out, in, …] (its issue 7865): its `in` is
    /// `out * places`.
    public static Fan convTranspose(int in, int out, int places, long stride) {
        return new Fan((double) in * places / stride, (double) out * places, (double) out * places);
    }

    /// Of a table of vectors: a row that is picked is a sum of one term, and sets `dim` outputs, however many rows there are.
    ///
    /// PyTorch reads the weight's shape, [rows, dim], as a linear layer's: its `in` is `dim`.
    public static Fan embedding(int dim) { return new Fan(1, dim, dim); }

    /// What PyTorch's initializers take from a weight's shape alone, for weights that have to be the same: in = size 1 times
    /// the kernel's places, out = size 0 times the kernel's places.
    ///
    /// That is right for linear layers and for convolutions of one group and stride 1. It is wrong for
    /// - convolutions with groups: `out` counts the outputs of all groups (its issue 23854);
    /// - transposed convolutions, whose weight is [in, out, …]: the two are swapped (its issue 7865), and groups are counted
    ///   in `out`, too;
    /// - strides, by which the average input of a convolution takes part in fewer outputs;
    /// - stacked weights, [blocks · out, in]: `out` counts those of all blocks, so that Xavier's variance is too small;
    /// - embeddings, [rows, dim]: no sum has `dim` terms, and no input takes part in as many outputs as there are rows.
    ///
    /// [#unlike] says which it is.
    ///
    /// @throws IllegalArgumentException if the shape has fewer than 2 dimensions, where PyTorch raises an error, too
    public static Fan likePyTorch(Shape weight) {
        if (weight.rank() < 2) throw new IllegalArgumentException("likePyTorch: shape " + weight
            + " has fewer than the 2 dimensions that a fan is read from; say what the layer's is, as Fan.linear(in, out)");
        double places = IntStream.range(2, weight.rank()).mapToDouble(weight::size).reduce(1, (a, b) -> a * b);
        return new Fan(weight.size(1) * places, weight.size(0) * places);
    }

    /// A sentence on how another count of the same layer, [#likePyTorch]'s, differs from this true one, and what it does to
    /// the variance of weights; empty if both sides are the same.
    public Optional<String> unlike(Fan other) {
        if (other.in == in && other.out == out) return Optional.empty();
        return Optional.of(String.format(Locale.ROOT, "in %s, out %s is counted for in %s, out %s: %s; variances by the fan in"
            + " become %.4g, by the fan out %.4g, by their average %.4g of what they should be", number(other.in),
            number(other.out), number(in), number(out), mistake(other), in / other.in, out / other.out,
            average() / other.average()));
    }

    private String mistake(Fan other) {
        if (blocks > 1 && other.in == in && other.out == blocks * out)
            return "the " + blocks + " stacked blocks are taken for one layer";
        if (other.in == in) return "the outputs of all groups, or those that a stride skips, are counted for one input";
        if (in == 1 && torchIn == out && other.in == out) return "a row of an embedding is picked, and not a sum over"
            + " its elements";
        if (other.in == out) return "the sides are swapped, as for a transposed convolution"
            + (other.out == in ? "" : ", and groups or strides aren't taken into account");
        return "the layers aren't the same, or the count is of neither";
    }

    private static String number(double terms) { return terms == Math.rint(terms) ? "" + (long) terms : "" + terms; }

    /// The mean of both, Glorot's compromise.
    public double average() { return (in + out) / 2; }

    /// The geometric mean of both.
    public double geometric() { return Math.sqrt(in * out); }
}
