package dev.lanewise.nn.init;

import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Objects;

/// Weights in the maximal update parametrization: a layer starts as it did at the width where its learning rate was found,
/// and where both of its sides grew, its weights are divided by the root of how much its inputs did. At the base width
/// nothing changes.
///
/// | sides that grew | deviation, against that of the base |
/// |---|---|
/// | both, a hidden layer | 1/√(in / base in) |
/// | the outputs, an input layer or embedding | the same |
/// | the inputs, the layer that reads out | the same; the layer's output is divided by in / base in while it runs |
/// | none | the same |
///
/// So Kaiming's law by the fan in stays as it is in hidden layers, and others change. Learning rates change as well: that is
/// the optimizer's part. An initializer whose law follows from the weight's shape, as an orthogonal one's, follows the width
/// by itself: leave it as it is. Sources: Yang and Hu, "Tensor programs IV: feature learning in infinite-width neural
/// networks", 2021; Yang and others, "Tensor programs V", 2022, with the rules of the package `mup`.
///
/// @param base what is scaled
/// @param fan  of the layer at the width that `base` suits
record MaximalUpdate(Initializer base, Fan fan) implements Initializer {

    MaximalUpdate {
        Objects.requireNonNull(base, "maximal update: no base to go from");
        if (!(fan.in() > 0 && fan.out() > 0)) throw new IllegalArgumentException(
            "muP: the base's fan is in " + fan.in() + ", out " + fan.out() + "; both sides must be positive");
    }

    private Rescaled rescaled(Fan fan) {
        boolean both = fan.in() != this.fan.in() && fan.out() != this.fan.out();
        return new Rescaled(base, both ? 1 / Math.sqrt(Math.max(1, fan.in()) / this.fan.in()) : 1);
    }

    @Override
    public Distribution distribution(Fan fan, Shape shape) { return rescaled(fan).distribution(this.fan, shape); }

    @Override
    public Structure structure(Fan fan, Shape shape) { return rescaled(fan).structure(this.fan, shape); }

    @Override
    public boolean fits(Fan fan, Shape shape) { return base.fits(this.fan, shape); }

    @Override
    public void fill(Tensor tensor, Fan fan, RandomSource source) { rescaled(fan).fill(tensor, this.fan, source); }
}
