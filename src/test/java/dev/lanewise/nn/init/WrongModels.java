package dev.lanewise.nn.init;

import static dev.lanewise.nn.init.Clause.*;

import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.Sequential;
import dev.lanewise.optim.ParameterGroup;
import dev.lanewise.optim.ParameterGroups;
import dev.lanewise.random.Threefry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Predicate;

/// Mistakes in starting models: the right law for the wrong layer, what is tied, and what a width changes.
final class WrongModels {

    private static final Initializer PLAIN = Initializers.normal(0, 0.02);
    private static final Initializer END = Initializers.gptResidual(3);

    /// The law of the same name, judged with the model that it is for.
    static final Scheme GPT = new Scheme("gpt-residual", "ends of branches in a GPT-2", Initializers.gptResidual(12),
        Initializers.zeros());

    private WrongModels() {}

    static void addTo(List<Mutant> all) {
        addProjections(all);
        addTied(all);
        addTransfer(all);
    }

    // ---- laws of other layers

    private static void addProjections(List<Mutant> all) {
        all.add(gpt("a residual's scale where branches begin", name -> name.endsWith("c_proj.weight"), PLAIN,
            name -> name.endsWith("c_attn.weight") || name.endsWith("c_fc.weight"), END));
        all.add(gpt("a residual's scale on all projections", name -> name.endsWith("c_attn.weight")
            || name.endsWith("c_fc.weight"), END));
        all.add(gpt("a residual's scale on attention's end alone", name -> name.endsWith("mlp.c_proj.weight"), PLAIN));
        all.add(gpt("a residual's scale on the feed-forward end alone", name -> name.endsWith("attn.c_proj.weight"), PLAIN));
        all.add(gpt("a residual's scale in the last block alone", name -> name.endsWith("c_proj.weight")
            && !name.startsWith("h.2."), PLAIN));
        all.add(gpt("a residual's scale for embeddings, too", name -> name.startsWith("w"), END));
        all.add(gpt("a model's residual scale forgotten: its names never match", name -> name.endsWith("c_proj.weight"), PLAIN));
        all.add(gpt("a model's residual scale squared: applied by block and by model", name -> name.endsWith("c_proj.weight"),
            Initializers.normal(0, 0.02 / 6)));
        all.add(gpt("a model's residual scale of its blocks, not of its branches", name -> name.endsWith("c_proj.weight"),
            Initializers.normal(0, 0.02 / Math.sqrt(3))));
        all.add(gpt("norms drawn with all other weights", name -> name.contains("ln_") && name.endsWith("weight"), PLAIN));
        all.add(gpt("biases drawn with all other weights", name -> name.endsWith("bias"), PLAIN));
        all.add(gpt("embeddings by their number of rows", name -> name.startsWith("wte"), Initializers.normal(0, 0.1)));
    }

    private static Mutant gpt(String mistake, Predicate<String> which, Initializer wrong) {
        return gpt(mistake, which, wrong, _ -> false, wrong);
    }

    private static Mutant gpt(String mistake, Predicate<String> which, Initializer wrong, Predicate<String> others,
        Initializer theirs) {
        return Mutant.of(mistake, new Candidate(GPT) {
            @Override
            Map<String, ModelsContract.Start> gpt() {
                var model = new LinkedHashMap<>(super.gpt());
                model.replaceAll((name, start) -> which.test(name) ? start.by(wrong) : others.test(name)
                    ? start.by(theirs) : start);
                return model;
            }
        }, MODEL);
    }

    // ---- tied

    private static void addTied(List<Mutant> all) {
        all.add(starts("a tied weight initialized twice", (model, seed) -> {
            model.initialize(seed);
            var source = new Threefry(seed);
            for (var name : List.of("embedding.weight", "head.weight")) model.namedParameters().values()
                .forEach(each -> each.initialize(source.stream(name)));
        }));
        all.add(starts("a tied weight by the head's law", (model, seed) -> {
            model.initialize(seed);
            model.namedParameters().values().forEach(each -> {
                var weight = each.tensor();
                Initializers.torchDefault().fill(weight, Fan.linear(5, 7), new Threefry(seed).stream("embedding.weight"));
                each.load(weight);
            });
        }));
        all.add(tied("a tied weight that has its values alone", weight -> {
            var head = new Linear(5, 7, false);
            head.weight().load(weight.tensor());
            return head;
        }));
        all.add(tied("a weight that was to be tied", _ -> new Linear(5, 7, false)));
    }

    private interface Starter {
        void start(Module model, long seed);
    }

    private static Mutant starts(String mistake, Starter wrong) {
        return Mutant.of(mistake, new Candidate("normal-rule") {
            @Override
            void start(Module model, long seed) { wrong.start(model, seed); }
        }, TIED);
    }

    private interface Tying {
        Linear of(Parameter weight);
    }

    private static Mutant tied(String mistake, Tying wrong) {
        return Mutant.of(mistake, new Candidate("normal-rule") {
            @Override
            Linear head(Parameter weight) { return wrong.of(weight); }
        }, TIED);
    }

    // ---- wider

    private static void addTransfer(List<Mutant> all) {
        all.add(readout("muP's readout scaled by width once too often", multiplier -> multiplier * multiplier));
        all.add(readout("muP's readout not scaled", _ -> 1));
        all.add(readout("muP's readout over the width's root", Math::sqrt));
        all.add(readout("muP's readout times the width", multiplier -> 1 / multiplier));
        all.add(rates("muP's hidden rate not scaled", (layer, rate, _) -> rate));
        all.add(rates("muP's hidden rate over the width's root", (layer, rate, n) -> layer == 2 ? rate / Math.sqrt(n) : rate));
        all.add(rates("muP's rates scaled in all layers", (_, rate, n) -> rate / n));
        all.add(rates("muP's readout rate scaled as a hidden one's", (layer, rate, n) -> layer == 0 ? rate : rate / n));
        all.add(rates("muP's input rate as SGD's", (layer, rate, n) -> layer == 0 ? rate * n : layer == 2 ? rate / n : rate));
    }

    private static Mutant readout(String mistake, DoubleUnaryOperator wrong) {
        return transfer(mistake, model -> {
            var readout = (Linear) model.layers().getLast();
            readout.multiplier(wrong.applyAsDouble(readout.multiplier()));
        }, null);
    }

    private interface Rates {
        /// @param n by how much it is wider
        double of(int layer, double rate, double n);
    }

    private static Mutant rates(String mistake, Rates wrong) { return transfer(mistake, _ -> {}, wrong); }

    private static Mutant transfer(String mistake, Consumer<Sequential> change, Rates wrong) {
        return Mutant.of(mistake, new Candidate(WrongScaling.MU_P) {
            @Override
            ParameterGroups transfer(Sequential model, Sequential base, double rate) {
                var groups = super.transfer(model, base, rate);
                change.accept(model);
                if (wrong == null) return groups;
                double n = (double) ((Linear) model.layers().getFirst()).weight().shape()
                    .size(0) / ((Linear) base.layers().getFirst()).weight().shape().size(0);
                return new ParameterGroups(List.of(0, 2, 4).stream()
                    .map(i -> ParameterGroup.of(model.layers().get(i).parameters()).name("" + i)
                    .learningRate(wrong.of(i, rate, n))).toList());
            }
        }, TRANSFER, COORDINATES);
    }
}
