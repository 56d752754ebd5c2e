package dev.lanewise.nn;

import dev.lanewise.nn.init.Fan;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Moments;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.stream.IntStream;

/// Ioffe and Szegedy, "Batch normalization", 2015: each channel, dimension 1, is brought to mean 0 and variance 1, and
/// then scaled and shifted by what is learned.
///
/// While training, by the batch's own mean and variance (over all n elements of the channel), and the running ones follow:
/// `running = (1 - momentum) running + momentum batch`, the variance there being the estimate over n - 1, as in PyTorch; without a
/// momentum they are the averages over all batches so far. In evaluation, by the running ones, or, where none are kept, by the batch's.
///
/// In training, numbers may be of any size. A variance beyond the largest float is followed as that float.
public abstract sealed class BatchNorm extends Layer implements Propagating permits BatchNorm1d, BatchNorm2d {

    private static final Tensor LARGEST = Tensor.scalar(Float.MAX_VALUE);

    private static final String LEFT_OVER = "A row that is left over at the end of an epoch is left out by dropLast(true) of the"
        + " DataLoader; to predict, run the model in evaluation: try (var _ = Module.evaluating()) { … }";

    private final String operation;
    private final int features;
    private final double eps;
    private final Double momentum;
    private final Parameter weight;
    private final Parameter bias;
    private final Buffer runningMean;
    private final Buffer runningVar;
    /// How many batches the averages are of; null where nothing depends on it.
    private final Buffer batches;

    BatchNorm(String operation, int features, NormOptions options) {
        if (features < 1) throw new IllegalArgumentException(operation + ": " + features + " features; at least one is needed");
        options.check(operation);
        this.operation = operation;
        this.features = features;
        this.eps = options.eps();
        this.momentum = options.momentum();
        var shape = Shape.of(features);
        var fan = Fan.linear(1, 1);
        var weight = options.weight();
        var bias = options.bias();
        boolean tracked = options.trackRunningStats();
        this.weight = weight == null ? null : register(new Parameter("weight", shape, fan, weight));
        this.bias = bias == null ? null : register(new Parameter("bias", shape, fan, bias));
        this.runningMean = tracked ? register(new Buffer("running_mean", shape, 0)) : null;
        this.runningVar = tracked ? register(new Buffer("running_var", shape, 1)) : null;
        this.batches = tracked && momentum == null ? register(new Buffer(State.COUNT, Shape.of(), 0)) : null;
    }

    /// With eps 1e-5, momentum 0.1, affine, and with running statistics.
    public static NormOptions options() { return NormOptions.batch(); }

    /// The factor of each channel; null if there is none.
    public final Parameter weight() { return weight; }

    /// What is added to each channel; null if nothing is.
    public final Parameter bias() { return bias; }

    /// Of each channel, 0 at first; null where none is kept.
    public final Buffer runningMean() { return runningMean; }

    /// Of each channel, 1 at first; null where none is kept.
    public final Buffer runningVar() { return runningVar; }

    /// Whether the layer takes inputs of this rank.
    abstract boolean takes(int rank);

    /// What the input should be, in words.
    abstract String expected(int features);

    @Override
    public final Tensor forward(Tensor x) {
        int rank = x.shape().rank();
        if (!takes(rank) || x.size(1) != features) throw new IllegalArgumentException(operation + ": the input has shape "
            + x.shape() + ", but " + expected(features) + " is expected");
        // an empty batch has nothing to follow, and leaves the running ones as they are, as PyTorch's does
        var y = goesByBatch() && x.numel() > 0 ? trained(x) : runningMean == null ? x : normalized(x.sub(Channels.shaped(runningMean.tensor(), rank)),
            Channels.shaped(runningVar.tensor(), rank));
        var scaled = weight == null ? y : y.mul(Channels.shaped(weight.tensor(), rank));
        return bias == null ? scaled : scaled.add(Channels.shaped(bias.tensor(), rank));
    }

    private boolean goesByBatch() { return runningMean == null || isTraining(); }

    private Tensor trained(Tensor x) {
        int count = x.numel() / features;
        if (count < 2) throw new IllegalArgumentException(operation + ": shape " + x.shape() + " has " + count
            + " values per channel, and " + (runningMean == null ? "without running statistics at least 2 are needed for a variance; use a"
            + " larger batch" : "training needs at least 2 for a variance; use a larger batch, or eval() to go by the running ones. "
            + LEFT_OVER));
        var dims = IntStream.range(0, x.shape().rank()).filter(dim -> dim != 1).toArray();
        var standard = Moments.standardized(x, eps, dims);
        if (runningMean != null && isTraining()) follow(standard, count);
        return standard.values();
    }

    private void follow(Moments.Standardized standard, int count) {
        try (var _ = Autograd.noGrad()) {
            var counted = batches == null ? null : batches.tensor().add(1f);
            double share = counted == null ? momentum : 1.0 / counted.item();
            var mean = following(runningMean, standard.mean().reshape(features), share);
            var estimate = standard.variance().reshape(features).mul((float) (count / (count - 1.0)));
            var variance = following(runningVar, estimate.minimum(LARGEST), share);
            // when all are there: where memory runs out, none
            runningMean.load(mean);
            runningVar.load(variance);
            if (counted != null) batches.load(counted);
        }
    }

    private static Tensor following(Buffer running, Tensor batch, double share) {
        return running.tensor().mul((float) (1 - share)).add(batch.mul((float) share));
    }

    private Tensor normalized(Tensor centered, Tensor variance) { return centered.mul(variance.add((float) eps).rsqrt()); }

    /// In training, over a batch of many inputs, of which no two are alike afterwards; in evaluation, by the running ones.
    @Override
    public final Signal propagate(Signal in) { return normalized(in).signal(in.fourth()); }

    @Override
    public final double gradientGrowth(Signal in) { return normalized(in).gradientGrowth(); }

    private Normalized normalized(Signal in) {
        // a channel's mean over many inputs has the square that two of them have as their mean product
        if (goesByBatch()) return Normalized.of(in.square() - in.product(), 0, eps, weight, bias);
        double scale = 0;
        double shift = 0;
        var mean = runningMean.tensor().toArray();
        var variance = runningVar.tensor().toArray();
        for (int i = 0; i < features; i++) {
            scale += 1 / (variance[i] + eps) / features;
            shift += mean[i] / (variance[i] + eps) * mean[i] / features;
        }
        return new Normalized(scale, scale * in.square() + shift, scale * in.product() + shift, weight, bias);
    }

    @Override
    public final String toString() {
        return getClass().getSimpleName() + "(" + features + Channels.affine(weight, bias)
            + (runningMean == null ? ", no running statistics" : momentum == null ? ", averages of all batches" : "") + ")";
    }
}
