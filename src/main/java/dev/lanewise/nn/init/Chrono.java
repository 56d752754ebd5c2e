package dev.lanewise.nn.init;

import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.InPlace;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import java.util.Objects;

/// Biases of gates that remember for as long as the data ask: of an LSTM, whose gates are four, the forget gate's are log u and
/// the input gate's -log u of the same u, uniform on [1, longest - 1) and one for each unit; of a GRU, of three, the update
/// gate's, which keeps the state, are log u. All others are 0. A unit whose inputs are 0 then keeps u / (u + 1) of its state in a
/// step, and so remembers for some u + 1 steps. Source: Tallec and Ollivier, "Can recurrent neural networks warp time?", 2018, 2.
///
/// Where a layer has two biases for each gate, as [dev.lanewise.nn.recurrent.LSTM] has, the second starts at 0:
/// [dev.lanewise.nn.recurrent.RecurrentOptions#chrono] and the layers see to it.
///
/// @param longest the longest dependency in the data, in steps: 2 or more
public record Chrono(double longest) implements Initializer {

    private static final int LSTM_GATES = 4;
    private static final int GRU_GATES = 3;
    private static final Distribution ZERO = new Distribution.Constant(0);

    /// Refuses dependencies over fewer than 2 steps, or without an end.
    public Chrono {
        if (!(longest >= 2 && Float.isFinite((float) longest))) throw new IllegalArgumentException("chrono: dependencies over "
            + longest + " steps; give how long the longest are, 2 or more and finite, such as the sequences' length");
    }

    private Distribution kept() { return (float) (longest - 1) > 1 ? new LogOfUniform(1, longest - 1) : ZERO; }

    @Override
    public boolean fits(Fan fan, Shape shape) {
        int gates = fan.blocks();
        return shape.rank() == 1 && (gates == LSTM_GATES || gates == GRU_GATES) && shape.size(0) % gates == 0;
    }

    private void check(Fan fan, Shape shape) {
        if (!fits(fan, shape)) throw new IllegalArgumentException("chrono: shape " + shape + " of " + fan.blocks()
            + (fan.blocks() == 1 ? " block" : " blocks")
            + " doesn't fit; it takes the bias of an LSTM, one row of 4 equal blocks, or of a GRU, of 3");
    }

    /// @throws IllegalArgumentException if it is no bias of an LSTM or GRU
    @Override
    public Distribution distribution(Fan fan, Shape shape) {
        check(fan, shape);
        var kept = kept();
        if (kept == ZERO) return ZERO;
        return new Mixture(fan.blocks() == GRU_GATES ? List.of(ZERO, kept, ZERO) : List.of(new Negated(kept), kept, ZERO, ZERO));
    }

    /// @throws IllegalArgumentException as [#distribution]
    @Override
    public Structure structure(Fan fan, Shape shape) {
        check(fan, shape);
        var kept = kept();
        var nothing = new Structure.Parted.Block(ZERO, new Structure.Independent());
        if (kept == ZERO) return new Structure.Independent();
        if (fan.blocks() == GRU_GATES)
            return new Structure.Parted(List.of(nothing, new Structure.Parted.Block(kept, new Structure.Independent()), nothing));
        var both = new Mixture(List.of(new Negated(kept), kept));
        return new Structure.Parted(List.of(new Structure.Parted.Block(both,
            new Structure.Opposite(kept, new Structure.Independent())), nothing));
    }

    /// @throws IllegalArgumentException as [#distribution]
    @Override
    public void fill(Tensor tensor, Fan fan, RandomSource source) {
        if (tensor.numel() == 0) return;
        check(fan, tensor.shape());
        int units = tensor.numel() / fan.blocks();
        var drawn = new float[units];
        kept().sample(drawn, 0, units, source);
        boolean opposed = fan.blocks() == LSTM_GATES;
        InPlace.fill(tensor, (data, offset, length) -> {
            Objects.checkFromIndexSize(offset, length, data.length);
            for (int i = 0; i < length; i++) {
                int gate = i / units;
                data[offset + i] = gate == 1 ? drawn[i % units] : gate == 0 && opposed ? 0 - drawn[i % units] : 0;
            }
        });
    }
}
