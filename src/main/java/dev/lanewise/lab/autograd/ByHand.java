package dev.lanewise.lab.autograd;

import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.loss.Losses;
import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// A network of two layers whose gradients are computed twice: by formulas written out, and by autograd.
///
/// With h = x W₁ᵀ + b₁, a = max(h, 0), y = a W₂ᵀ + b₂ and the loss L = mean (y - t)², the chain rule gives G = dL/dy = 2 (y - t)
/// / n, n being the number of elements of y, dL/dW₂ = Gᵀ a, dL/db₂ = the sum of G's rows, H = dL/dh = G W₂ where h > 0, else 0,
/// dL/dW₁ = Hᵀ x and dL/db₁ = the sum of H's rows.
final class ByHand {

    static final List<String> NAMES = List.of("W₁", "b₁", "W₂", "b₂");

    /// @param loss      before the step
    /// @param gradients of W₁, b₁, W₂, b₂
    record Pass(float loss, List<Tensor> gradients) {}

    private final Layer model;
    private final Tensor inputs;
    private final Tensor targets;

    /// @param batch rows of standard normal inputs and targets
    ByHand(int batch, int in, int hidden, int out, RandomSource weights, RandomSource data) {
        model = new Sequential(new Linear(in, hidden), new ReLU(), new Linear(hidden, out)).initialize(weights);
        inputs = Tensor.randn(data.stream("inputs"), batch, in);
        targets = Tensor.randn(data.stream("targets"), batch, out);
    }

    private List<Tensor> parameters() { return model.parameters().stream().map(parameter -> parameter.tensor()).toList(); }

    Pass byAutograd() {
        model.zeroGrad();
        var loss = Losses.mseLoss(model.call(inputs), targets);
        loss.backward();
        return new Pass(loss.item(), parameters().stream().map(Tensor::grad).toList());
    }

    Pass byHand() {
        try (var _ = Autograd.noGrad()) {
            var w1 = parameters().get(0);
            var b1 = parameters().get(1);
            var w2 = parameters().get(2);
            var b2 = parameters().get(3);
            var h = inputs.matmul(w1.t()).add(b1);
            var a = h.relu();
            var error = a.matmul(w2.t()).add(b2).sub(targets);
            var g = error.mul(2f / error.numel());
            var gh = g.matmul(w2).mul(h.gt(Tensor.scalar(0)));
            return new Pass(error.square().mean().item(),
                List.of(gh.t().matmul(inputs), gh.sum(0), g.t().matmul(a), g.sum(0)));
        }
    }

    /// The largest difference between two tensors, over the largest magnitude in the first; 0 means that they are equal.
    static double difference(Tensor one, Tensor other) {
        double most = 0;
        double size = 0;
        var a = one.toArray();
        var b = other.toArray();
        for (int i = 0; i < a.length; i++) {
            most = Math.max(most, Math.abs((double) a[i] - b[i]));
            size = Math.max(size, Math.abs(a[i]));
        }
        return most == 0 ? 0 : most / size;
    }

    /// By parameter.
    SequencedMap<String, Double> differences() {
        var hand = byHand();
        var auto = byAutograd();
        var all = new LinkedHashMap<String, Double>();
        for (int i = 0; i < NAMES.size(); i++) all.put(NAMES.get(i),
            difference(hand.gradients().get(i), auto.gradients().get(i)));
        return all;
    }
}
