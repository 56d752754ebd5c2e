package dev.lanewise.nn.init;

import java.util.function.ToDoubleFunction;

/// The named initializers. All that scale with the fan are one call of [#varianceScaling].
public final class Initializers {

    private Initializers() {}

    /// Which side of a layer the variance is divided by.
    public enum Mode {
        /// Keeps the variance of the signal on its way forward.
        FAN_IN(Fan::in),
        /// Keeps the variance of the gradient on its way back.
        FAN_OUT(Fan::out),
        FAN_AVERAGE(Fan::average),
        /// As [#FAN_IN], with PyTorch's count for transposed convolutions.
        TORCH_FAN_IN(Fan::torchIn);

        private final ToDoubleFunction<Fan> terms;

        Mode(ToDoubleFunction<Fan> terms) { this.terms = terms; }
    }

    public enum Law { UNIFORM, NORMAL }

    /// Mean 0 and variance `scale / n`, n being the fan that `mode` names; at least 1, so that an empty side is no error.
    ///
    /// @throws IllegalArgumentException if the scale isn't positive and finite
    public static Initializer varianceScaling(double scale, Mode mode, Law law) {
        if (!(scale > 0 && scale < Double.POSITIVE_INFINITY))
            throw new IllegalArgumentException("varianceScaling: scale " + scale + "; it must be positive and finite");
        return (fan, _) -> {
            double variance = scale / Math.max(1, mode.terms.applyAsDouble(fan));
            return switch (law) {
                // a uniform law on [-a, a) has variance a^2 / 3
                case UNIFORM -> new Distribution.Uniform(-Math.sqrt(3 * variance), Math.sqrt(3 * variance));
                case NORMAL -> new Distribution.Normal(0, Math.sqrt(variance));
            };
        };
    }

    public static Initializer constant(double value) { return (_, _) -> new Distribution.Constant(value); }

    public static Initializer zeros() { return constant(0); }

    public static Initializer ones() { return constant(1); }

    /// Uniform from `low`, included, to `high`, excluded, whatever the fan.
    public static Initializer uniform(double low, double high) { return (_, _) -> new Distribution.Uniform(low, high); }

    /// Normal, whatever the fan.
    public static Initializer normal(double mean, double std) { return (_, _) -> new Distribution.Normal(mean, std); }

    /// Normal and kept within [low, high], whatever the fan. As PyTorch's `trunc_normal_`, it doesn't make up for the standard
    /// deviation that this takes: between -2 and 2, a standard deviation of 1 becomes 0.8796.
    public static Initializer truncatedNormal(double mean, double std, double low, double high) {
        return (_, _) -> new Distribution.TruncatedNormal(mean, std, low, high);
    }

    /// Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010:
    /// variance 2 gain^2 / (in + out).
    public static Initializer xavierUniform(Gain gain) {
        return varianceScaling(square(gain), Mode.FAN_AVERAGE, Law.UNIFORM);
    }

    public static Initializer xavierUniform() { return xavierUniform(Gain.LINEAR); }

    /// As [#xavierUniform(Gain)], normal.
    public static Initializer xavierNormal(Gain gain) { return varianceScaling(square(gain), Mode.FAN_AVERAGE, Law.NORMAL); }

    public static Initializer xavierNormal() { return xavierNormal(Gain.LINEAR); }

    /// He, Zhang, Ren and Sun, "Delving deep into rectifiers", 2015: variance gain^2 / in.
    public static Initializer kaimingUniform(Gain gain) { return varianceScaling(square(gain), Mode.FAN_IN, Law.UNIFORM); }

    public static Initializer kaimingUniform() { return kaimingUniform(Gain.RELU); }

    /// As [#kaimingUniform(Gain)], normal.
    public static Initializer kaimingNormal(Gain gain) { return varianceScaling(square(gain), Mode.FAN_IN, Law.NORMAL); }

    public static Initializer kaimingNormal() { return kaimingNormal(Gain.RELU); }

    /// The courses' rule: uniform on ±1/sqrt(in), which is variance 1 / (3 in).
    public static Initializer uniformRule() { return varianceScaling(1.0 / 3, Mode.FAN_IN, Law.UNIFORM); }

    /// What PyTorch's linear and convolutional layers draw weights and bias from, by way of a Kaiming call with slope
    /// sqrt(5): [#uniformRule], but for transposed convolutions, where its `in` isn't the true one; see [Fan#torchIn].
    public static Initializer torchDefault() { return varianceScaling(1.0 / 3, Mode.TORCH_FAN_IN, Law.UNIFORM); }

    /// The courses' rule: normal with standard deviation 1/sqrt(in), LeCun's.
    public static Initializer normalRule() { return varianceScaling(1, Mode.FAN_IN, Law.NORMAL); }

    /// A random orthogonal matrix, as likely as each other one of its size (Haar's measure), times the gain: N x M, with N
    /// rows and all other dimensions flattened to M. Its columns are orthogonal and of length `gain`, or its rows, if they are
    /// fewer. Blocks that are stacked are one each. Saxe, McClelland and Ganguli, "Exact solutions to the nonlinear dynamics of
    /// learning in deep linear neural networks", 2014.
    ///
    /// From PyTorch's random numbers it makes PyTorch's matrices, but for rounding (below 5e-6). For a convolution, this keeps no
    /// lengths; [#deltaOrthogonal(Gain)] does.
    ///
    /// The work is that of a QR decomposition in double.
    public static Initializer orthogonal(Gain gain) { return new Orthogonal(gain, false); }

    public static Initializer orthogonal() { return orthogonal(Gain.LINEAR); }

    /// A convolution that keeps lengths, times the gain: a random orthogonal matrix of outputs and inputs at the centre of the
    /// kernel, [#dirac]'s, and 0 elsewhere. For one to three dimensions, and at least as many outputs as inputs. Xiao, Bahri,
    /// Sohl-Dickstein, Schoenholz and Pennington, "Dynamical isometry and a mean field theory of CNNs", 2018.
    public static Initializer deltaOrthogonal(Gain gain) { return new Orthogonal(gain, true); }

    public static Initializer deltaOrthogonal() { return deltaOrthogonal(Gain.LINEAR); }

    /// The identity, of a matrix: 1 where row and column are the same, else 0. PyTorch's `eye_`.
    public static Initializer eye() { return Patterns.eye(); }

    /// The identity, of a convolution of one to three dimensions: each group's first outputs are its inputs, as many as there
    /// are of both; all else is 0. PyTorch's `dirac_`, whose centre is at k / 2, rounded down: padding by as much keeps the
    /// image in its place.
    ///
    /// @param groups the convolution's
    public static Initializer dirac(int groups) { return Patterns.dirac(groups); }

    /// A matrix of normal numbers, of which the same number is 0 in each column: ceil(sparsity · rows), in random places.
    /// Columns belong to inputs, in a weight of [out, in]. PyTorch's `sparse_`; but all is drawn from the one source. Martens,
    /// "Deep learning via Hessian-free optimization", 2010.
    ///
    /// @param sparsity the share of zeros, of [0, 1]
    /// @param std      the standard deviation of the rest
    public static Initializer sparse(double sparsity, double std) { return new Sparse(sparsity, std); }

    /// Bilinear upsampling, by a transposed convolution with a kernel of k x k and a stride of f = ceil(k / 2): each channel for
    /// itself, [channels, 1, k, k] with as many groups, or without groups [channels, channels, k, k], of which all but the
    /// pairs of equal ones is 0. A constant image stays constant, but for the border. Rows and columns may differ.
    ///
    /// Along a side, place i has weight 1 - |i - (k - 1) / 2| / f. Caffe's filler has its middle at f - (1 + f mod 2) / 2 instead,
    /// which is the same for k = 2f - f mod 2 alone: for 1, 4, 5, 8, 9 …; for the others, 2, 3, 6, 7 …, its image is shifted and
    /// uneven.
    public static Initializer bilinear() { return Patterns.bilinear(); }

    /// For a convolution before a pixel shuffle, [out, in, rows, columns]: `upscale`² outputs in a row, which the shuffle puts
    /// side by side, start alike, so that the image is one of squares without a pattern in them. Aitken, Ledig, Theis,
    /// Caballero, Wang and Shi, "Checkerboard artifact free sub-pixel convolution", 2017.
    ///
    /// @param base fills the outputs that differ, whose fan out is `upscale`² times less
    public static Initializer icnr(int upscale, Initializer base) { return new Icnr(upscale, base); }

    /// No random numbers: the identity, and, where there are more outputs than inputs, columns of Hadamard's matrix of 2^m rows
    /// times 2^(-(m - 1) / 2), m being the least for which they suffice. For linear layers, and at the centre of a
    /// convolution's kernel. Zhao, Schäfer and Anandkumar, "ZerO initialization: initializing neural networks with only zeros and
    /// ones", 2022, algorithms 1 and 2.
    ///
    /// With 2^m outputs the columns have length √2.
    public static Initializer zerO() { return Patterns.zerO(); }

    private static double square(Gain gain) { return gain.value() * gain.value(); }
}
