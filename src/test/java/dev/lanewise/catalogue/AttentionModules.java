package dev.lanewise.catalogue;

import dev.lanewise.nn.LayerNorm;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.attention.Attention;
import dev.lanewise.nn.attention.MultiheadAttention;
import dev.lanewise.nn.attention.RotaryPositions;
import dev.lanewise.nn.attention.TransformerDecoder;
import dev.lanewise.nn.attention.TransformerDecoderLayer;
import dev.lanewise.nn.attention.TransformerOptions;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/// Every module of attention that isn't a layer, and how it is called.
public final class AttentionModules {

    private static final int WIDTH = 4;
    private static final TransformerOptions TRANSFORMER = TransformerOptions.feedForward(3).gelu().eps(0.1).batchFirst(true)
        .dropout(0);

    /// @param maker a new one each time
    /// @param call  with queries `[batch, tokens, width]` and a memory of its own number of tokens
    public record Case(Supplier<Module> maker, BiFunction<Module, List<Tensor>, List<Tensor>> call) {

        public Module make() {
            var module = maker.get();
            module.initialize(1);
            return module;
        }

        public static List<Shape> inputs(int batch, int tokens, int memory) {
            return List.of(Shape.of(batch, tokens, WIDTH), Shape.of(batch, memory, WIDTH));
        }

        @Override
        public String toString() { return maker.get().toString(); }
    }

    public static final List<Case> ALL = List.of(
        multihead(() -> new MultiheadAttention(WIDTH, 2, MultiheadAttention.options().batchFirst(true))),
        multihead(() -> new MultiheadAttention(WIDTH, 1, MultiheadAttention.options().batchFirst(true).bias(false)
            .rotary(new RotaryPositions(WIDTH)))),
        new Case(() -> new MultiheadAttention(WIDTH, 2, MultiheadAttention.options().batchFirst(true)), (module, in) -> {
            var both = ((MultiheadAttention) module).callWithWeights(in.getFirst(), in.getFirst(), in.getFirst(),
                Attention.options().causal(), true);
            return List.of(both.output(), both.weights());
        }),
        new Case(() -> new TransformerDecoderLayer(WIDTH, 2, TRANSFORMER),
            (module, in) -> List.of(((TransformerDecoderLayer) module).call(in.get(0), in.get(1)))),
        new Case(() -> new TransformerDecoder(1, () -> new TransformerDecoderLayer(WIDTH, 1, TRANSFORMER.normFirst(true)),
            new LayerNorm(Shape.of(WIDTH), 0.1, true)),
                (module, in) -> List.of(((TransformerDecoder) module).call(in.get(0), in.get(1)))));

    private AttentionModules() {}

    private static Case multihead(Supplier<Module> maker) {
        return new Case(maker, (module, in) -> List.of(((MultiheadAttention) module).call(in.get(0), in.get(1), in.get(1),
            Attention.options().padding(Attention.padding(lengths(in.get(1)), in.get(1).size(1))).dropout(0, new Threefry(1)))));
    }

    /// One less for each example, but one at least.
    private static int[] lengths(Tensor memory) {
        var lengths = new int[memory.size(0)];
        for (int i = 0; i < lengths.length; i++) lengths[i] = Math.max(1, memory.size(1) - i);
        return lengths;
    }
}
