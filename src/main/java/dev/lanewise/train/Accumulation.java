package dev.lanewise.train;

import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.loss.Loss;
import dev.lanewise.tensor.Tensor;
import java.util.List;

/// What the parts of a step add up to: losses, weights, and gradients, which are divided by the whole weight when the last part
/// is there.
final class Accumulation {

    private final List<Parameter> parameters;
    private double sum;
    private double weight;
    /// The weight of the first part that counts. Gradients are those of sums over it, so that one part alone has its mean's bits.
    private float first;
    /// 1 over that, kept: most steps have the same.
    private Tensor seed = Tensor.scalar(1);

    Accumulation(List<Parameter> parameters) { this.parameters = parameters; }

    /// Forgets what there was.
    void begin() {
        // without an iterator: a step makes little garbage
        for (int i = 0; i < parameters.size(); i++) parameters.get(i).zeroGrad();
        sum = weight = first = 0;
    }

    void add(Loss part) {
        if (part.weight() == 0) return;
        sum += part.sum().item();
        weight += part.weight();
        if (first == 0) {
            first = (float) part.weight();
            if (seed.item() != 1 / first) seed = Tensor.scalar(1 / first);
        }
        part.sum().backward(seed, false, false);
    }

    /// What a step came to whose gradients are those of the mean already.
    void set(double sum, double weight) {
        this.sum = sum;
        this.weight = weight;
        first = (float) weight;
    }

    /// Makes the gradients those of the mean over all parts.
    void divide() {
        float factor = first / (float) weight;
        if (factor == 1 || weight == 0) return;
        for (int i = 0; i < parameters.size(); i++) {
            var gradient = parameters.get(i).grad();
            if (gradient != null) parameters.get(i).tensor().grad(gradient.detach().mul(factor));
        }
    }

    double sum() { return sum; }

    double weight() { return weight; }

    /// NaN if nothing counts.
    float mean() { return (float) (sum / (float) weight); }
}
