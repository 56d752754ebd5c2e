package dev.lanewise.nn;

import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Moments;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Objects;

/// What batch and instance norms share: running statistics, and who goes by them.
abstract sealed class TrackedNorm extends Norm implements Propagating permits BatchNorm, InstanceNorm {

    private static final Tensor LARGEST = Tensor.scalar(Float.MAX_VALUE);

    final int features;
    private final Double momentum;
    private final Buffer runningMean;
    private final Buffer runningVar;
    /// How many batches the averages are of; null where nothing depends on it.
    private final Buffer batches;

    TrackedNorm(String operation, int features, NormOptions options) {
        if (features < 1) throw new IllegalArgumentException(operation + ": " + features + " features; at least one is needed");
        Objects.requireNonNull(options, () -> operation + ": no options");
        options.check(operation);
        var shape = Shape.of(features);
        super(operation, options.eps(), shape, options.weight(), options.bias());
        this.features = features;
        this.momentum = options.momentum();
        boolean tracked = options.trackRunningStats();
        this.runningMean = tracked ? register(new Buffer("running_mean", shape, 0)) : null;
        this.runningVar = tracked ? register(new Buffer("running_var", shape, 1)) : null;
        this.batches = tracked && momentum == null ? register(new Buffer(State.COUNT, Shape.of(), 0)) : null;
    }

    @Override
    public Parameter bias() { return super.bias(); }

    /// Of each channel, 0 at first; null where none is kept.
    public Buffer runningMean() { return runningMean; }

    /// Of each channel, 1 at first; null where none is kept.
    public Buffer runningVar() { return runningVar; }

    /// Whether running statistics are kept.
    final boolean tracks() { return runningMean != null; }

    /// Rather than by running statistics.
    final boolean goesByInput() { return runningMean == null || isTraining(); }

    /// What is normalized by its own statistics, each channel or each example's, scaled and shifted.
    abstract Moments.Standardized normalized(Tensor x, Tensor weight, Tensor bias);

    /// By the input's own statistics, which the running ones follow in training.
    ///
    /// @param count of numbers that each mean is of, 2 or more
    final Tensor byInput(Tensor x, int count) {
        var standard = normalized(x, tensor(weight()), tensor(bias()));
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

    @Override
    final Tensor aligned(Tensor parameter, int rank) { return Channels.shaped(parameter, rank); }

    @Override
    public final String toString() {
        return getClass().getSimpleName() + "(" + features + affineText()
            + (runningMean == null ? ", no running statistics" : momentum == null ? ", averages of all batches" : "") + ")";
    }

    // ---- theory

    /// What goes by its own statistics together.
    abstract Normalized together(Signal.Extent extent);

    /// By the input's own statistics, or by the running ones.
    @Override
    public final Passage propagate(Signal in) {
        if (goesByInput()) return together(in.extent()).of(in);
        double scale = 0;
        double root = 0;
        double shift = 0;
        double mean = 0;
        var means = runningMean().tensor().toArray();
        var variances = runningVar().tensor().toArray();
        for (int i = 0; i < features; i++) {
            double inverse = 1 / (variances[i] + eps);
            scale += inverse / features;
            root += Math.sqrt(inverse) / features;
            shift += means[i] * inverse * means[i] / features;
            mean += means[i] * Math.sqrt(inverse) / features;
        }
        double squared = scale;
        double added = shift;
        return affine(in.mapped(moment -> squared * moment + added, root * in.mean() - mean, in.fourth()), squared, root);
    }

    private Passage affine(Signal out, double squared, double root) {
        double square = weight() == null ? 1 : Normalized.square(weight());
        double factor = weight() == null ? 1 : Normalized.mean(weight());
        double offset = bias() == null ? 0 : Normalized.square(bias());
        double mean = bias() == null ? 0 : Normalized.mean(bias());
        return Passage.of(out.mapped(moment -> square * moment + offset, factor * out.mean() + mean, out.fourth()),
            square * squared)
            .along(factor * root).straying(0);
    }
}
