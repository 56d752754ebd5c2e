package dev.lanewise.nn.attention;

import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.Passage;
import dev.lanewise.nn.Propagating;
import dev.lanewise.nn.Signal;
import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Initializer;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.List;

/// Adds to each token a vector that is learned for its position: `[…, tokens, width]` to the same, the weight being
/// `[most, width]`, standard normal at first, as an embedding's.
public final class LearnedPositions extends Layer implements Propagating {

    private final int most;
    private final int width;
    private final Parameter weight;

    /// With vectors that start standard normal.
    ///
    /// @param most positions, the largest number of tokens
    public LearnedPositions(int most, int width) { this(most, width, Initializers.normal(0, 1)); }

    /// With vectors that start as told.
    ///
    /// @param weight how the vectors start
    public LearnedPositions(int most, int width, Initializer weight) {
        if (most < 1 || width < 1) throw new IllegalArgumentException("learned positions: " + most
            + " positions of width " + width + "; at least one of each is needed");
        this.most = most;
        this.width = width;
        this.weight = register(new Parameter("weight", Shape.of(most, width), Fan.embedding(width), weight));
    }

    /// `[most, width]`.
    public Parameter weight() { return weight; }

    @Override
    public Tensor forward(Tensor x) {
        SinusoidalPositions.check("learned positions", x, width);
        if (x.size(-2) > most) throw new IllegalArgumentException("learned positions: " + x.size(-2)
            + " tokens, but there are " + most + " positions; have more, or give fewer tokens");
        return x.add(weight.tensor().slice(0, 0, x.size(-2)));
    }

    /// As [#propagate(List, List)], of tokens that lie along the second dimension.
    @Override
    public Passage propagate(Signal in) { return propagate(List.of(in), List.of()); }

    /// Two inputs have the same vector at the same position, two positions of one have nothing in common of theirs. Unknown where
    /// vectors have a mean.
    @Override
    public Passage propagate(List<Signal> in, List<?> arguments) {
        var given = in.getFirst();
        var law = weight.initializer().distribution(weight.fan(), weight.shape());
        if (!given.isKnown() || law.mean() != 0) return Passage.UNKNOWN;
        // without a batch, positions are what inputs are elsewhere
        boolean alone = !arguments.isEmpty() && arguments.getFirst() instanceof Tensor x && x.shape().rank() == 2;
        double q = given.square();
        double added = law.variance();
        double both = q + added;
        double fourth = both == 0 ? 1 : (given.fourth() * q * q + 6 * q * added + law.kurtosis() * added * added) / (both * both);
        var out = new Signal(both, given.product() + (alone ? 0 : added), alone ? both : given.within(), given.across(),
            given.mean(), fourth, given.extent());
        double stray = both == 0 ? 0 : ((law.kurtosis() - 1) * added * added + 4 * q * added) / (both * both);
        return Passage.of(out, new Passage.Way(1, 1, both == 0 ? 0 : q / both)).straying(stray);
    }

    @Override
    public String toString() { return "LearnedPositions(" + most + ", " + width + ")"; }
}
