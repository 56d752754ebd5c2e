package dev.lanewise.nn.attention;

import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Initializer;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;

/// Adds to each token a vector that is learned for its position: `[…, tokens, width]` to the same, the weight being `[most, width]`, standard
/// normal at first, as an embedding's.
public final class LearnedPositions extends Layer {

    private final int most;
    private final int width;
    private final Parameter weight;

    /// @param most positions, the largest number of tokens
    public LearnedPositions(int most, int width) { this(most, width, Initializers.normal(0, 1)); }

    /// @param weight how the vectors start
    public LearnedPositions(int most, int width, Initializer weight) {
        if (most < 1 || width < 1) throw new IllegalArgumentException("learned positions: " + most + " positions of width " + width
            + "; at least one of each is needed");
        this.most = most;
        this.width = width;
        this.weight = register(new Parameter("weight", Shape.of(most, width), Fan.embedding(width), weight));
    }

    /// `[most, width]`.
    public Parameter weight() { return weight; }

    @Override
    public Tensor forward(Tensor x) {
        SinusoidalPositions.check("learned positions", x, width);
        if (x.size(-2) > most) throw new IllegalArgumentException("learned positions: " + x.size(-2) + " tokens, but there are " + most
            + " positions; have more, or give fewer tokens");
        return x.add(weight.tensor().slice(0, 0, x.size(-2)));
    }

    @Override
    public String toString() { return "LearnedPositions(" + most + ", " + width + ")"; }
}
