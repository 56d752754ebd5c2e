package dev.lanewise.diagnose;

import dev.lanewise.nn.Chain;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Residual;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/// The parts of a network, each behind those that it takes, and what goes from where to where.
///
/// @param sources of each one, whose outputs it gets, in its order
/// @param ends    of each one, whether its output is the network's
/// @param closed  of each one, whether its output goes nowhere but to the others here, and to the end
record Wiring(List<Stage> stages, List<List<Integer>> sources, List<Boolean> ends, List<Boolean> closed) {

    /// One that takes what a stage gives.
    ///
    /// @param input which of its inputs it is
    record Taker(int stage, int input) {}

    Wiring {
        stages = List.copyOf(stages);
        sources = List.copyOf(sources);
        ends = List.copyOf(ends);
        closed = List.copyOf(closed);
    }

    int size() { return stages.size(); }

    /// Who takes what each one gives.
    List<List<Taker>> takers() {
        var takers = new ArrayList<List<Taker>>();
        for (int i = 0; i < size(); i++) {
            takers.add(new ArrayList<>());
            for (int input = 0; input < sources.get(i).size(); input++) takers.get(sources.get(i).get(input))
                .add(new Taker(i, input));
        }
        return takers;
    }

    /// The modules one after the other, chains within chains flattened, and residual blocks, too.
    static Wiring chain(Layer model) {
        var chain = new Unrolled();
        int last = chain.collect("", model, chain.add(new Stage.Entry(false), List.of()));
        var ends = new ArrayList<Boolean>();
        var closed = new ArrayList<Boolean>();
        for (int i = 0; i < chain.stages.size(); i++) {
            ends.add(i == last);
            closed.add(true);
        }
        return new Wiring(chain.stages, chain.sources, ends, closed);
    }

    private static final class Unrolled {

        private final List<Stage> stages = new ArrayList<>();
        private final List<List<Integer>> sources = new ArrayList<>();

        private int add(Stage stage, List<Integer> from) {
            stages.add(stage);
            sources.add(from);
            return stages.size() - 1;
        }

        /// Where what the layer gives comes from.
        private int collect(String path, Layer layer, int from) {
            if (layer instanceof Residual residual) {
                int branch = collect(join(path, "body"), residual.body(), from);
                int direct = collect(join(path, "shortcut"), residual.shortcut(), from);
                var sum = residual.sums().getFirst();
                double scale = 1;
                if (residual.scale() != null) {
                    var law = Stage.Affine.law(residual.scale());
                    scale = Math.copySign(Math.hypot(law.mean(), Math.sqrt(law.variance())), law.mean());
                }
                return add(new Stage.Block(path, layer, new Stage.Sum(scale * sum.branch(), sum.skip())),
                    List.of(branch, direct));
            }
            if (!(layer instanceof Chain chain)) return add(Stage.of(path, layer, List.of()), List.of(from));
            int at = from;
            var children = new LinkedHashMap<>(layer.children());
            for (var link : chain.layers()) {
                var name = children.keySet().stream().filter(each -> children.get(each) == link).findFirst().orElseThrow(() ->
                    new IllegalArgumentException("explanation: a layer of " + layer.getClass().getSimpleName() + ", " + link
                        + ", is none of its children, or runs more often than it is registered; hand it to register(…)"));
                children.remove(name);
                at = collect(join(path, name), link, at);
            }
            return at;
        }

        private static String join(String path, String name) { return path.isEmpty() ? name : path + "." + name; }
    }
}
