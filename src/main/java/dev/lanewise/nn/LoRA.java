package dev.lanewise.nn;

import dev.lanewise.nn.init.Initializer;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Tensor;
import java.util.Objects;

/// A linear layer that stays, and a product of two narrow ones that is learned beside it: y = base(x) + alpha / rank · B A x. A
/// starts as PyTorch's layer does, uniform on ±1/sqrt(in), and B at 0: so the network starts as it was. Source: Hu, Shen, Wallis,
/// Allen-Zhu, Li, Wang, Wang and Chen, "LoRA: low-rank adaptation of large language models", 2021; their text has A normal, their
/// code what is here. Parameters are `base.weight`, `base.bias`, `lora_A.weight` `[rank, in]` and `lora_B.weight` `[out, rank]`.
///
/// ```java
/// var adapted = new LoRA(layer, 8, 16);
/// adapted.initialize(42);                 // and then the state of the network that it goes on from
/// ```
public final class LoRA extends Layer {

    private final Linear base;
    private final Linear down;
    private final Linear up;
    private final int rank;
    private final double alpha;

    /// Beside a layer, with the authors' start: A uniform by its fan, B at 0, so that at first the sum is the layer.
    ///
    /// @param base  frozen from now on
    /// @param rank  of what is learned, at least 1
    /// @param alpha what is learned is multiplied by alpha / rank; the authors' is fixed, such as twice the first rank that is
    ///     tried
    public LoRA(Linear base, int rank, double alpha) {
        this(base, rank, alpha, Initializers.uniformRule(), Initializers.zeros());
    }

    /// As [#LoRA(Linear, int, double)], with initializers of your own; of A and B one should be 0, but not both: nothing would be
    /// learned.
    public LoRA(Linear base, int rank, double alpha, Initializer a, Initializer b) {
        Objects.requireNonNull(base, "LoRA: no layer to adapt");
        Objects.requireNonNull(a, "LoRA: no initializer of A; give one, as Initializers.uniformRule()");
        Objects.requireNonNull(b, "LoRA: no initializer of B; give one, as Initializers.zeros()");
        if (rank < 1 || !((float) (alpha / rank) > 0
            && Float.isFinite((float) (alpha / rank)))) throw new IllegalArgumentException("LoRA: rank " + rank
            + ", alpha " + alpha + "; the first must be 1 or more, and their quotient positive and finite as a float");
        this.rank = rank;
        this.alpha = alpha;
        var weight = base.weight().shape();
        var down = new Linear(weight.size(1), rank, a, null);
        var up = new Linear(rank, weight.size(0), b, null);
        this.base = register("base", base);
        this.down = register("lora_A", down);
        this.up = register("lora_B", up);
        // only what is adapted is frozen
        base.requiresGrad(false);
    }

    /// The layer that stays.
    public Linear base() { return base; }

    /// A, `[rank, in]`.
    public Parameter a() { return down.weight(); }

    /// B, `[out, rank]`.
    public Parameter b() { return up.weight(); }

    @Override
    public Tensor forward(Tensor x) { return base.call(x).add(up.call(down.call(x).mul(scale()))); }

    private Tensor scale() { return Tensor.scalar((float) (alpha / rank)); }

    /// The base's weight with what was learned added to it, `[out, in]`: for a layer that needs no more time than the base.
    ///
    /// @throws IllegalStateException before the parameters have values
    public Tensor mergedWeight() {
        try (var _ = Autograd.noGrad()) {
            return base.weight().tensor().add(b().tensor().matmul(a().tensor()).mul(scale()));
        }
    }

    @Override
    public String toString() { return "LoRA(" + base + ", rank " + rank + ", alpha " + alpha + ")"; }
}
