package dev.lanewise.nn;

import dev.lanewise.tensor.Tensor;
import java.util.Objects;

/// Larger images, or smaller ones: `[batch, channels, height, width]`, or lines, `[batch, channels, length]`, by the nearest
/// elements or by what lies between them; see [UpsampleOptions].
public final class Upsample extends Layer implements Propagating {

    private final UpsampleOptions options;

    /// By nearest elements, each side so many times as long, rounded down.
    public Upsample(double scale) { this(UpsampleOptions.scale(scale)); }

    /// As `new Upsample(UpsampleOptions.size(7).mode(Mode.LINEAR))`.
    public Upsample(UpsampleOptions options) { this.options = Objects.requireNonNull(options, "upsample: no options"); }

    /// How large the output is, and what stands between.
    public UpsampleOptions options() { return options; }

    @Override
    public Tensor forward(Tensor x) { return Functional.interpolate(x, options); }

    /// Of images that become larger by whole numbers; unknown of others. What stands between two neighbours has their mean
    /// product, too.
    @Override
    public Passage propagate(Signal in) {
        if (in.places() != null) return PoolTheory.placed(in, this);
        double rows = options.rows().scale();
        double columns = options.columns().scale();
        if (!in.isKnown() || rows < 1 || columns < 1 || rows != Math.rint(rows) || columns != Math.rint(columns)
            || options.alignCorners())
            return Passage.UNKNOWN;
        return options.mode() == UpsampleOptions.Mode.NEAREST ? PoolTheory.repeated(in, rows * columns)
            : PoolTheory.between(in, rows * columns, squares(rows) * squares(columns));
    }

    /// The mean over an element's copies of the squared weights' sum.
    private static double squares(double scale) {
        double sum = 0;
        for (int i = 0; i < scale; i++) {
            double place = (i + 0.5) / scale - 0.5;
            double share = place - Math.floor(place);
            sum += share * share + (1 - share) * (1 - share);
        }
        return sum / scale;
    }

    @Override
    public String toString() { return "Upsample(" + options.describe() + ")"; }
}
