package dev.lanewise.nn.init;

import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/// The named initializers. All that scale with the fan are one call of [#varianceScaling].
public final class Initializers {

    private Initializers() {}

    /// Which side of a layer the variance is divided by.
    public enum Mode {
        /// Keeps the variance of the signal on its way forward.
        FAN_IN(Fan::in),
        /// Keeps the variance of the gradient on its way back.
        FAN_OUT(Fan::out),
        /// Half of both: a compromise between signal and gradient.
        FAN_AVERAGE(Fan::average),
        /// The geometric mean of both: nearer to the smaller side.
        FAN_GEOMETRIC(Fan::geometric),
        /// As [#FAN_IN], with PyTorch's count for transposed convolutions.
        TORCH_FAN_IN(Fan::torchIn);

        private final ToDoubleFunction<Fan> terms;

        Mode(ToDoubleFunction<Fan> terms) { this.terms = terms; }
    }

    /// The form of the law that weights are drawn from.
    public enum Law {
        /// As likely everywhere within bounds.
        UNIFORM,
        /// The bell curve.
        NORMAL,
        /// Normal, cut off at 2 of the standard deviations that there were before; those are widened so that the variance is
        /// what is asked for.
        TRUNCATED_NORMAL
    }

    /// Where [Law#TRUNCATED_NORMAL] is cut off.
    private static final double CUT = 2;
    /// The standard deviation that cutting leaves of 1: 0.8796.
    private static final double KEPT = Math.sqrt(new Distribution.TruncatedNormal(0, 1, -CUT, CUT).variance());

    /// Mean 0 and variance `scale / n`, n being the fan that `mode` names; at least 1, so that an empty side is no error.
    ///
    /// @throws IllegalArgumentException if the scale isn't positive and finite
    public static Initializer varianceScaling(double scale, Mode mode, Law law) {
        if (!(scale > 0 && scale < Double.POSITIVE_INFINITY))
            throw new IllegalArgumentException("varianceScaling: scale " + scale + "; it must be positive and finite");
        Objects.requireNonNull(mode, "varianceScaling: no mode; Mode.FAN_IN keeps the signal's variance");
        Objects.requireNonNull(law, "varianceScaling: no law; Law.NORMAL is one");
        return new Named(words("varianceScaling", List.of(scale, mode, law)), (fan, _) -> {
            double variance = scale / Math.max(1, mode.terms.applyAsDouble(fan));
            return switch (law) {
                // a uniform law on [-a, a) has variance a^2 / 3
                case UNIFORM -> new Distribution.Uniform(-Math.sqrt(3 * variance), Math.sqrt(3 * variance));
                case NORMAL -> new Distribution.Normal(0, Math.sqrt(variance));
                case TRUNCATED_NORMAL -> truncated(Math.sqrt(variance) / KEPT);
            };
        });
    }

    /// As it is written in a program.
    static String words(String name, List<?> arguments) {
        return arguments.stream().map(String::valueOf).collect(Collectors.joining(", ", name + "(", ")"));
    }

    /// One by a law of fan and shape, which prints as what it is.
    private record Named(String words, BiFunction<Fan, Shape, Distribution> law) implements Initializer {

        @Override
        public Distribution distribution(Fan fan, Shape shape) { return law.apply(fan, shape); }

        @Override
        public String toString() { return words; }
    }

    private static Distribution truncated(double scale) {
        return new Distribution.TruncatedNormal(0, scale, -CUT * scale, CUT * scale);
    }

    /// The same number everywhere, whatever the fan.
    public static Initializer constant(double value) { return always(new Distribution.Constant(value)); }

    /// What is wrong with a law is said at once.
    private static Initializer always(Distribution law) { return new Named(law.toString(), (_, _) -> law); }

    /// 0 everywhere, as [#constant(double)].
    public static Initializer zeros() { return constant(0); }

    /// 1 everywhere, as [#constant(double)].
    public static Initializer ones() { return constant(1); }

    /// Uniform from `low`, included, to `high`, excluded, whatever the fan.
    public static Initializer uniform(double low, double high) { return always(new Distribution.Uniform(low, high)); }

    /// Normal, whatever the fan.
    public static Initializer normal(double mean, double std) { return always(new Distribution.Normal(mean, std)); }

    /// Normal and kept within [low, high], whatever the fan. As PyTorch's `trunc_normal_`, it doesn't make up for the standard
    /// deviation that this takes: between -2 and 2, a standard deviation of 1 becomes 0.8796.
    public static Initializer truncatedNormal(double mean, double std, double low, double high) {
        return always(new Distribution.TruncatedNormal(mean, std, low, high));
    }

    /// Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010:
    /// variance 2 gain^2 / (in + out).
    public static Initializer xavierUniform(Gain gain) {
        return varianceScaling(square(gain), Mode.FAN_AVERAGE, Law.UNIFORM);
    }

    /// As [#xavierUniform(Gain)], with the gain of no activation, 1: uniform on ±sqrt(6 / (in + out)).
    public static Initializer xavierUniform() { return xavierUniform(Gain.LINEAR); }

    /// As [#xavierUniform(Gain)], normal.
    public static Initializer xavierNormal(Gain gain) { return varianceScaling(square(gain), Mode.FAN_AVERAGE, Law.NORMAL); }

    /// As [#xavierNormal(Gain)], with the gain of no activation, 1: variance 2 / (in + out).
    public static Initializer xavierNormal() { return xavierNormal(Gain.LINEAR); }

    /// As [#xavierUniform(Gain)], [normal and cut off][Law#TRUNCATED_NORMAL]: what Keras means by its `glorot_normal`.
    public static Initializer xavierTruncatedNormal(Gain gain) {
        return varianceScaling(square(gain), Mode.FAN_AVERAGE, Law.TRUNCATED_NORMAL);
    }

    /// As [#xavierTruncatedNormal(Gain)], with the gain of no activation, 1: variance 2 / (in + out).
    public static Initializer xavierTruncatedNormal() { return xavierTruncatedNormal(Gain.LINEAR); }

    /// He, Zhang, Ren and Sun, "Delving deep into rectifiers", 2015: variance gain^2 / n, n being the fan that `mode` names.
    ///
    /// PyTorch's `kaiming_uniform_(a, mode, nonlinearity)` in other words: its `a` is the slope of [Gain#leakyRelu(double)],
    /// and for any other `nonlinearity` there is a [Gain] that takes no notice of it. Its fans are [Fan#likePyTorch]'s.
    public static Initializer kaimingUniform(Gain gain, Mode mode) { return varianceScaling(square(gain), mode, Law.UNIFORM); }

    /// As [#kaimingUniform(Gain, Mode)], by the fan in: variance gain^2 / in.
    public static Initializer kaimingUniform(Gain gain) { return kaimingUniform(gain, Mode.FAN_IN); }

    /// As [#kaimingUniform(Gain, Mode)], for ReLU, by the fan in: uniform on ±sqrt(6 / in). PyTorch's `kaiming_uniform_` without
    /// arguments.
    public static Initializer kaimingUniform() { return kaimingUniform(Gain.RELU); }

    /// As [#kaimingUniform(Gain, Mode)], normal.
    public static Initializer kaimingNormal(Gain gain, Mode mode) { return varianceScaling(square(gain), mode, Law.NORMAL); }

    /// As [#kaimingNormal(Gain, Mode)], by the fan in: variance gain^2 / in.
    public static Initializer kaimingNormal(Gain gain) { return kaimingNormal(gain, Mode.FAN_IN); }

    /// As [#kaimingNormal(Gain, Mode)], for ReLU, by the fan in: variance 2 / in. PyTorch's `kaiming_normal_` without arguments.
    public static Initializer kaimingNormal() { return kaimingNormal(Gain.RELU); }

    /// As [#kaimingUniform(Gain, Mode)], [normal and cut off][Law#TRUNCATED_NORMAL]: what Keras means by its `he_normal`.
    public static Initializer kaimingTruncatedNormal(Gain gain, Mode mode) {
        return varianceScaling(square(gain), mode, Law.TRUNCATED_NORMAL);
    }

    /// As [#kaimingTruncatedNormal(Gain, Mode)], by the fan in: variance gain^2 / in.
    public static Initializer kaimingTruncatedNormal(Gain gain) { return kaimingTruncatedNormal(gain, Mode.FAN_IN); }

    /// As [#kaimingTruncatedNormal(Gain, Mode)], for ReLU, by the fan in: variance 2 / in.
    public static Initializer kaimingTruncatedNormal() { return kaimingTruncatedNormal(Gain.RELU); }

    /// LeCun, Bottou, Orr and Müller, "Efficient BackProp", 1998: variance 1 / in. At another gain it is Kaiming's.
    public static Initializer lecunUniform() { return kaimingUniform(Gain.LINEAR); }

    /// As [#lecunUniform()], normal.
    public static Initializer lecunNormal() { return kaimingNormal(Gain.LINEAR); }

    /// As [#lecunUniform()], [normal and cut off][Law#TRUNCATED_NORMAL]: Flax's default, and Keras' `lecun_normal`.
    public static Initializer lecunTruncatedNormal() { return kaimingTruncatedNormal(Gain.LINEAR); }

    /// The courses' rule: uniform on ±1/sqrt(in), which is variance 1 / (3 in).
    public static Initializer uniformRule() { return varianceScaling(1.0 / 3, Mode.FAN_IN, Law.UNIFORM); }

    /// What PyTorch's linear and convolutional layers draw weights and bias from, by way of a Kaiming call with slope
    /// sqrt(5): [#uniformRule], but for transposed convolutions, where its `in` isn't the true one; see [Fan#torchIn].
    public static Initializer torchDefault() { return varianceScaling(1.0 / 3, Mode.TORCH_FAN_IN, Law.UNIFORM); }

    /// The courses' rule: normal with standard deviation 1/sqrt(in), which is [#lecunNormal()].
    public static Initializer normalRule() { return lecunNormal(); }

    /// For layers followed by y = sin(omega0 x), but for the first: uniform on ±sqrt(6 / in) / omega0, which is variance
    /// 2 / (in omega0^2), so that a unit's sine has an argument of variance 1 if the inputs are sines themselves. Source:
    /// Sitzmann, Martel, Bergman, Lindell and Wetzstein, "Implicit neural representations with periodic activation
    /// functions", 2020; they take 30. Biases must not be 0, or the network is odd: theirs are as [#uniformRule()].
    ///
    /// @throws IllegalArgumentException if omega0 isn't positive and finite
    public static Initializer siren(double omega0) {
        if (!(omega0 > 0 && omega0 < Double.POSITIVE_INFINITY))
            throw new IllegalArgumentException("siren: omega0 " + omega0
                + "; it must be positive and finite, as the authors' 30");
        return varianceScaling(2 / (omega0 * omega0), Mode.FAN_IN, Law.UNIFORM);
    }

    /// As [#siren(double)], with the authors' frequency of 30.
    public static Initializer siren() { return siren(30); }

    /// For the first of such layers: uniform on ±1 / in, whatever the frequency, which then is that of the first layer's sines
    /// over inputs of [-1, 1]. Source: as [#siren(double)].
    public static Initializer sirenFirst() {
        return new Named("sirenFirst()",
            (fan, _) -> new Distribution.Uniform(-1 / Math.max(1, fan.in()), 1 / Math.max(1, fan.in())));
    }

    /// For all layers but the last of a residual branch, in networks without normalization: Kaiming's normal law by the fan
    /// out, times branches^(-1 / (2 layersInBranch - 2)). A branch's last layer and the classifier start at [#zeros()]: so
    /// every block starts as the identity, and the network says 0. Source: Zhang, Dauphin and Ma, "Fixup initialization:
    /// residual learning without normalization", 2019. Their code counts the fan out without the stride, as
    /// [Fan#likePyTorch] does.
    ///
    /// @param branches       in the network, at least 1
    /// @param layersInBranch that have weights, at least 2
    /// @throws IllegalArgumentException if there are fewer
    public static Initializer fixup(int branches, int layersInBranch) {
        if (branches < 1 || layersInBranch < 2) throw new IllegalArgumentException("fixup: " + branches + " branches of "
            + layersInBranch + " layers; there must be 1 branch or more, of 2 layers or more: of a single one take zeros()");
        // the square of sqrt(2) branches^(-1 / (2 m - 2))
        return varianceScaling(2 * Math.pow(branches, -1.0 / (layersInBranch - 1)), Mode.FAN_OUT, Law.NORMAL);
    }

    /// For values, attention's outputs and the two linear layers of each block of a Transformer's encoder, that it may train
    /// without normalization and warm-up: Xavier's uniform law times 0.67 layers^(-1/4). Queries and keys keep Xavier's. Source:
    /// Huang, Perez, Ba and Volkovs, "Improving Transformer optimization through better initialization", 2020.
    ///
    /// @param layers in the encoder
    /// @throws IllegalArgumentException if there are none
    public static Initializer tFixupEncoder(int layers) {
        return varianceScaling(0.67 * 0.67 / Math.sqrt(checkedLayers("tFixupEncoder", layers)), Mode.FAN_AVERAGE, Law.UNIFORM);
    }

    /// As [#tFixupEncoder(int)], for those of the decoder: Xavier's uniform law times (9 layers)^(-1/4).
    public static Initializer tFixupDecoder(int layers) {
        return varianceScaling(1 / Math.sqrt(9.0 * checkedLayers("tFixupDecoder", layers)), Mode.FAN_AVERAGE, Law.UNIFORM);
    }

    /// As [#tFixupEncoder(int)], for the embeddings of both sides: normal with standard deviation
    /// (9 layers)^(-1/4) dim^(-1/2), where `dim` is what [Fan#embedding] has for its outputs.
    public static Initializer tFixupEmbedding(int layers) {
        return varianceScaling(1 / Math.sqrt(9.0 * checkedLayers("tFixupEmbedding", layers)), Mode.FAN_OUT, Law.NORMAL);
    }

    private static int checkedLayers(String operation, int layers) {
        if (layers < 1)
            throw new IllegalArgumentException(operation + ": " + layers + " layers; give how many there are, 1 or more");
        return layers;
    }

    /// For what ends a residual branch of GPT-2, attention's output and a block's second linear layer: normal with standard
    /// deviation 0.02 / sqrt(2 layers), there being two branches in each. All else is normal with 0.02, biases are 0. Source:
    /// Radford, Wu, Child, Luan, Amodei and Sutskever, "Language models are unsupervised multitask learners", 2019, 2.3.
    ///
    /// @param layers in the network
    /// @throws IllegalArgumentException if there are none
    public static Initializer gptResidual(int layers) {
        return normal(0, 0.02 / Math.sqrt(2.0 * checkedLayers("gptResidual", layers)));
    }

    /// For values, attention's outputs and the two linear layers of each block of a Transformer that is an encoder or a decoder
    /// alone, with norms behind the sums: Xavier's normal law times (8 layers)^(-1/4). Queries and keys keep Xavier's, and what
    /// is added to in each sum is multiplied by (2 layers)^(1/4). Source: Wang, Ma, Dong, Huang, Zhang and Wei, "DeepNet: scaling
    /// Transformers to 1,000 layers", 2022, figure 2.
    ///
    /// @param layers in the network
    /// @throws IllegalArgumentException if there are none
    public static Initializer deepNorm(int layers) {
        return xavierTimes(Math.pow(8.0 * checkedLayers("deepNorm", layers), -0.25));
    }

    /// As [#deepNorm(int)], for the encoder where there is a decoder, too: Xavier's normal law times
    /// 0.87 (encoderLayers^4 decoderLayers)^(-1/16); the multiplier is 0.81 (encoderLayers^4 decoderLayers)^(1/16).
    ///
    /// @throws IllegalArgumentException if there are no layers on a side
    public static Initializer deepNormEncoder(int encoderLayers, int decoderLayers) {
        double layers = Math.pow(checkedLayers("deepNormEncoder", encoderLayers), 4) * checkedLayers("deepNormEncoder",
            decoderLayers);
        return xavierTimes(0.87 * Math.pow(layers, -1.0 / 16));
    }

    /// As [#deepNorm(int)], for the decoder where there is an encoder, too: Xavier's normal law times (12 layers)^(-1/4); the
    /// multiplier is (3 layers)^(1/4).
    ///
    /// @param layers in the decoder
    /// @throws IllegalArgumentException if there are none
    public static Initializer deepNormDecoder(int layers) {
        return xavierTimes(Math.pow(12.0 * checkedLayers("deepNormDecoder", layers), -0.25));
    }

    private static Initializer xavierTimes(double factor) {
        return varianceScaling(factor * factor, Mode.FAN_AVERAGE, Law.NORMAL);
    }

    /// For deep chains of ReLUs: normal with variance g^2 / in, g = sqrt(2) exp(1.2 / (max(layers, 6) - 2.4)), so that the
    /// logarithm of a gradient's length, which walks at random from layer to layer, drifts nowhere. Source: Sussillo and Abbott,
    /// "Random walk initialization for training very deep feedforward networks", 2014; the constants are theirs, fitted to widths
    /// of 100 or so.
    ///
    /// @param layers in the chain
    /// @throws IllegalArgumentException if there are none
    public static Initializer randomWalk(int layers) {
        double gain = Math.sqrt(2) * Math.exp(1.2 / (Math.max(checkedLayers("randomWalk", layers), 6) - 2.4));
        return varianceScaling(gain * gain, Mode.FAN_IN, Law.NORMAL);
    }

    /// As [#randomWalk(int)], for chains of linear layers: g = exp(1 / (2 in)), exact up to terms of the order 1 / in^2.
    public static Initializer randomWalkLinear() {
        return new Named("randomWalkLinear()",
            (fan, _) -> new Distribution.Normal(0, Math.exp(0.5 / Math.max(1, fan.in())) / Math.sqrt(Math.max(1, fan.in()))));
    }

    /// For layers before a hyperbolic tangent or another function that is bent on some [-1, 1], and inputs within that: the
    /// weights of each of h units are a vector of length 0.7 h^(1 / n), n being the inputs of a unit, in a random direction, so
    /// that the bends share the inputs' space among them. Biases: [#nguyenWidrowBias()]. Source: Nguyen and Widrow, "Improving
    /// the learning speed of 2-layer neural networks by choosing initial values of the adaptive weights", 1990.
    ///
    /// Directions are uniform on the sphere: in the paper they are those of points uniform in a cube, which favour its corners.
    public static Initializer nguyenWidrow() { return new NguyenWidrow(); }

    /// As [#nguyenWidrow()], for the biases: uniform on ±0.7 h^(1 / n), h being as many as there are biases, and n the fan in.
    public static Initializer nguyenWidrowBias() {
        return new Named("nguyenWidrowBias()", (fan, shape) -> {
            double reach = NguyenWidrow.length(shape.rank() == 0 ? 1 : shape.size(0) / fan.blocks(), fan.in());
            return new Distribution.Uniform(-reach, reach);
        });
    }

    /// For the biases of an LSTM or a GRU: see [Chrono]. [dev.lanewise.nn.recurrent.RecurrentOptions#chrono] asks a layer for it.
    ///
    /// @param longest the longest dependency in the data, in steps
    /// @throws IllegalArgumentException if it isn't finite, or less than 2
    public static Initializer chrono(double longest) { return new Chrono(longest); }

    /// For a parameter of stacked blocks, as [Fan#blocks()] counts them: each block starts in its own way, with the fan of one.
    ///
    /// ```java
    /// // DeepNorm, where queries, keys and values are one matrix: values alone are scaled
    /// var start = Initializers.blocks(Initializers.xavierNormal(), Initializers.xavierNormal(), Initializers.deepNorm(12));
    /// ```
    ///
    /// @param each block's, in their order: queries, keys and values of attention; input, forget, candidate and output of an LSTM
    /// @throws IllegalArgumentException if there are none
    public static Initializer blocks(Initializer... each) {
        return new Blocks(Arrays.asList(Objects.requireNonNull(each, "blocks: no initializers; give one for each")));
    }

    /// What another one draws, times a factor; likewise its law and structure.
    ///
    /// @param factor positive and finite
    public static Initializer scaled(Initializer initializer, double factor) { return new Rescaled(initializer, factor); }

    /// Carries weights that were tuned at a narrow width over to wider layers: see [MaximalUpdate].
    ///
    /// @param initializer that suits the narrow layer, and scales by its fan
    /// @param baseFan     of the same layer at that width
    public static Initializer muP(Initializer initializer, Fan baseFan) { return new MaximalUpdate(initializer, baseFan); }

    /// The values themselves, as they are now, whatever the fan.
    ///
    /// The law that it states is that of an element picked at random, if all are finite. Filling a tensor of another shape is an
    /// `IllegalArgumentException`.
    public static Initializer copyOf(Tensor values) { return Copy.of(values); }

    /// The values where there are some, and what `fresh` draws where there are none: for fine-tuning with a head of more
    /// classes. A parameter must have as many dimensions, and be at least as large in each: the values are its first. The rest
    /// is, bit for bit, what `fresh` would have filled it with by itself.
    ///
    /// The law that it states is that of `fresh`. Filling a tensor that is too small is an `IllegalArgumentException`.
    public static Initializer copyOf(Tensor values, Initializer fresh) { return Copy.of(values, fresh); }

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

    /// As [#orthogonal(Gain)], with a gain of 1.
    public static Initializer orthogonal() { return orthogonal(Gain.LINEAR); }

    /// A convolution that keeps lengths, times the gain: a random orthogonal matrix of outputs and inputs at the centre of the
    /// kernel, [#dirac]'s (that of JAX is one less where the kernel is even), and 0 elsewhere. For one to three
    /// dimensions, and at least as many outputs as inputs. Xiao, Bahri,
    /// Sohl-Dickstein, Schoenholz and Pennington, "Dynamical isometry and a mean field theory of CNNs", 2018.
    public static Initializer deltaOrthogonal(Gain gain) { return new Orthogonal(gain, true); }

    /// As [#orthogonal(Gain)], one for each head: a parameter's rows are those of `heads` heads, one below the other, as a layer
    /// of attention has them in its projections of queries, keys and values, and each head's are a random orthogonal matrix of
    /// its own. Where such projections are stacked, so is each of them. What attention gives is gathered from the heads by
    /// columns: there [#orthogonal()] keeps lengths.
    ///
    /// @param heads that divide the rows
    /// @throws IllegalArgumentException if there are none
    public static Initializer orthogonalHeads(int heads, Gain gain) { return new OrthogonalHeads(heads, gain); }

    /// As [#orthogonalHeads(int, Gain)], with a gain of 1.
    public static Initializer orthogonalHeads(int heads) { return orthogonalHeads(heads, Gain.LINEAR); }

    /// As [#deltaOrthogonal(Gain)], with a gain of 1.
    public static Initializer deltaOrthogonal() { return deltaOrthogonal(Gain.LINEAR); }

    /// The identity, of a matrix: 1 where row and column are the same, else 0. PyTorch's `eye_`.
    public static Initializer eye() { return Patterns.eye(); }

    /// The identity, repeated along the longer side where a weight is no square: element (i, j) of [out, in] is `tau` where i and
    /// j leave the same rest when they are divided by the shorter side, else 0. So all inputs come by, all units have an input,
    /// and training isn't held to the rank of the shorter side. A convolution is a matrix of outputs and of all that a kernel
    /// covers, which moves patches into channels. Source: Pan, Wang, Wu, Wang, Zhang and Xu, "IDInit: a universal and stable
    /// initialization method for neural network training", 2025, as summaries of it have it.
    ///
    /// @param tau 1, for all but the last layer of a residual branch; there 1e-6, [#idInitLast()]
    /// @throws IllegalArgumentException if it isn't positive and finite
    public static Initializer idInit(double tau) { return Patterns.idInit(tau); }

    /// As [#idInit(double)], with 1.
    public static Initializer idInit() { return idInit(1); }

    /// As [#idInit(double)], for the last layer of a residual branch: 1e-6, which is as good as 0 for the sum, and by which
    /// gradients find their way into the branch.
    public static Initializer idInitLast() { return idInit(1e-6); }

    /// The identity, of a convolution of one to three dimensions: each group's first outputs are its inputs, as many as there
    /// are of both; all else is 0. PyTorch's `dirac_`, whose centre is at k / 2, rounded down: padding by as much keeps the
    /// image in its place. Where k is even there are two middles: this is the later one, and JAX, in its delta-orthogonal
    /// initializer, takes the earlier.
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
    /// Along a side, place i has weight 1 - |i - (k - 1) / 2| / f. Caffe's filler has its middle at f - (1 + f mod 2) / 2
    /// instead, which is the same for k = 2f - f mod 2 alone: for 1, 4, 5, 8, 9 …; for the others, 2, 3, 6, 7 …, its image is
    /// shifted and uneven.
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
    /// With 2^m outputs the columns have length √2. So the paper has it; implementations in circulation take 2^(-m / 2) instead,
    /// with which that length is 1.
    public static Initializer zerO() { return Patterns.zerO(); }

    private static double square(Gain gain) { return gain.value() * gain.value(); }
}
