package dev.lanewise.nn;

import dev.lanewise.nn.init.Fan;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Moments;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;

/// What batch and instance norms share: factors and offsets of channels, running statistics, and who goes by them.
abstract sealed class TrackedNorm extends Layer permits BatchNorm, InstanceNorm {

    private static final Tensor LARGEST = Tensor.scalar(Float.MAX_VALUE);

    final String operation;
    final int features;
    final double eps;
    private final Double momentum;
    private final Parameter weight;
    private final Parameter bias;
    private final Buffer runningMean;
    private final Buffer runningVar;
    /// How many batches the averages are of; null where nothing depends on it.
    private final Buffer batches;

    TrackedNorm(String operation, int features, NormOptions options) {
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

    /// The factor of each channel; null if there is none.
    public final Parameter weight() { return weight; }

    /// What is added to each channel; null if nothing is.
    public final Parameter bias() { return bias; }

    /// Of each channel, 0 at first; null where none is kept.
    public final Buffer runningMean() { return runningMean; }

    /// Of each channel, 1 at first; null where none is kept.
    public final Buffer runningVar() { return runningVar; }

    /// Whether running statistics are kept.
    final boolean tracks() { return runningMean != null; }

    /// Rather than by running statistics.
    final boolean goesByInput() { return runningMean == null || isTraining(); }

    /// By the input's own statistics, which the running ones follow in training.
    ///
    /// @param count of numbers that each mean is of, 2 or more
    /// @param dims  that it is over
    final Tensor byInput(Tensor x, int count, int... dims) {
        var standard = Moments.standardized(x, eps, dims);
        if (runningMean != null && isTraining()) follow(standard, count);
        return standard.values();
    }

    private void follow(Moments.Standardized standard, int count) {
        try (var _ = Autograd.noGrad()) {
            var counted = batches == null ? null : batches.tensor().add(1f);
            double share = counted == null ? momentum : 1.0 / counted.item();
            var mean = following(runningMean, perChannel(standard.mean()), share);
            var estimate = perChannel(standard.variance()).mul((float) (count / (count - 1.0)));
            var variance = following(runningVar, estimate.minimum(LARGEST), share);
            // when all are there: where memory runs out, none
            runningMean.load(mean);
            runningVar.load(variance);
            if (counted != null) batches.load(counted);
        }
    }

    /// The mean over examples, if each has its own.
    private Tensor perChannel(Tensor statistic) {
        return statistic.numel() == features ? statistic.reshape(features) : statistic.reshape(-1, features).mean(0);
    }

    private static Tensor following(Buffer running, Tensor batch, double share) {
        return running.tensor().mul((float) (1 - share)).add(batch.mul((float) share));
    }

    final Tensor byRunning(Tensor x) {
        int rank = x.shape().rank();
        return x.sub(Channels.shaped(runningMean.tensor(), rank))
            .mul(Channels.shaped(runningVar.tensor(), rank).add((float) eps).rsqrt());
    }

    final Tensor affine(Tensor y) {
        int rank = y.shape().rank();
        var scaled = weight == null ? y : y.mul(Channels.shaped(weight.tensor(), rank));
        return bias == null ? scaled : scaled.add(Channels.shaped(bias.tensor(), rank));
    }

    @Override
    public final String toString() {
        return getClass().getSimpleName() + "(" + features + Channels.affine(weight, bias)
            + (runningMean == null ? ", no running statistics" : momentum == null ? ", averages of all batches" : "") + ")";
    }
}
