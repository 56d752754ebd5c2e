package dev.lanewise.data;

import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;

/// Mixes each example with another one, inputs and classes alike: Zhang, Cissé, Dauphin and Lopez-Paz, "mixup: beyond empirical
/// risk minimization", 2018. With a share drawn from Beta(α, α), an example becomes `share x + (1 - share) x'`, and its target
/// the same of the classes' ones and zeros: what cross-entropy takes as probabilities.
///
/// ```java
/// var mixed = Mixup.of(images, 0.2, source.stream("mixup"));
/// ```
///
/// Partner and share are functions of the source's key, the epoch and the example's row in the data set: the same in whatever
/// batch, and in a run that goes on in the middle of an epoch. Partners come from the whole data set, not from the batch alone.
public final class Mixup {

    private Mixup() {}

    /// A view whose targets are `[size, classes]`.
    ///
    /// @param data   with names of classes; examples of the epoch, where they change
    /// @param alpha  above 0; small ones mix little, 1 has all shares alike, large ones mix halves
    /// @param source a keyed one, of this data set alone
    /// @throws IllegalArgumentException if alpha isn't finite and above 0, there are no classes, or the source is a sequential
    ///     one
    public static Dataset<Batch<Tensor>> of(Dataset<Batch<int[]>> data, double alpha, RandomSource source) {
        if (!(alpha > 0 && alpha < Double.POSITIVE_INFINITY)) throw new IllegalArgumentException(
            "mixup: alpha " + alpha + "; it must be above 0, and finite");
        int classes = data.classNames().size();
        if (classes == 0) throw new IllegalArgumentException("mixup: the data set names no classes; mix one whose targets"
            + " are labels");
        PerEpoch.requireKeyed("mixup", source);
        return new PerEpoch<>(data, 0, (examples, epoch, rows) -> mixed(examples, rows, alpha, classes, source.stream(epoch)));
    }

    private static Batch<Tensor> mixed(Dataset<Batch<int[]>> examples, int[] rows, double alpha, int classes,
        RandomSource source) {
        var partners = new int[rows.length];
        var shares = new float[rows.length];
        for (int i = 0; i < rows.length; i++) {
            var random = source.stream(rows[i]);
            // 2^-48 is as near to 1 / 2^31 as it need be
            var uniform = new float[2];
            random.uniform(uniform, 0, 2);
            partners[i] = (int) (((double) uniform[0] + uniform[1] * 0x1p-24) * examples.size());
            shares[i] = (float) beta(alpha, random);
        }
        var first = examples.batch(rows);
        var second = examples.batch(partners);
        var sizes = new int[first.inputs().shape().rank()];
        Arrays.fill(sizes, 1);
        sizes[0] = rows.length;
        var share = Tensor.wrap(shares, sizes);
        var targets = new float[Checks.elements("mixup", rows.length, classes)];
        for (int i = 0; i < rows.length; i++) {
            targets[i * classes + first.targets()[i]] += shares[i];
            targets[i * classes + second.targets()[i]] += 1 - shares[i];
        }
        return new Batch<>(first.inputs().mul(share).add(second.inputs().mul(share.neg().add(1f))),
            Tensor.wrap(targets, rows.length, classes));
    }

    /// Of Beta(α, α): Jöhnk's method up to 1, Cheng's BB beyond, 1978; by `StrictMath`, as `Math` may differ from machine to
    /// machine.
    private static double beta(double alpha, RandomSource random) {
        var pair = new float[2];
        double scale = 1 / Math.sqrt(alpha);
        while (true) {
            random.uniform(pair, 0, 2);
            // never 0, whose logarithm is infinite
            double u = pair[0] + 0x1p-25;
            double v = pair[1] + 0x1p-25;
            if (alpha <= 1) {
                // the larger power is taken out before the division: both may be 0, where alpha is small
                double larger = StrictMath.log(Math.max(u, v));
                double share = StrictMath.exp((StrictMath.log(u) - larger) / alpha);
                double sum = share + StrictMath.exp((StrictMath.log(v) - larger) / alpha);
                if (larger / alpha + StrictMath.log(sum) <= 0) return share / sum;
                continue;
            }
            double logit = scale * StrictMath.log(u / (1 - u));
            double odds = StrictMath.exp(logit);
            double r = (alpha + 1 / scale) * logit - StrictMath.log(4);
            if (r + 2 * (alpha * StrictMath.log(2 / (1 + odds))) >= StrictMath.log(u * u * v)) return odds / (1 + odds);
        }
    }
}
