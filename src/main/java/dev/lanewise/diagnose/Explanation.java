package dev.lanewise.diagnose;

import dev.lanewise.figures.Figures;
import dev.lanewise.nn.Chain;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.Signal;
import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/// A network before training: what theory predicts of signal and gradient, layer by layer, what a batch shows, and a verdict.
///
/// ```java
/// var explanation = Explanation.of(model, batch);
/// IO.println(explanation.words());
/// ```
///
/// Theory covers linear and convolutional layers, elementwise activations ([dev.lanewise.nn.Pointwise]), and what says itself
/// what it makes of a signal ([dev.lanewise.nn.Propagating]), as dropout, flattening and norms do, with independent weights and
/// biases of mean 0; it reads their variances from the parameters' initializers. Of what is computed between modules it covers
/// sums, products of what has nothing in common, functions of single elements, parts and joints. Behind all else it goes on from
/// what was measured there. Of a batch of small images, of at most [dev.lanewise.nn.Places#MOST] positions, it goes position by
/// position; else a convolution's padding is not counted: zeros at the border make the measured second moment less than the
/// predicted one.
///
/// A module of yours with parts is explained by them, as they run: what theory doesn't know of itself shows its parts, and is a
/// row only if it gives something that none of them gave.
///
/// Layers of finite width stray from theory. The band about a predicted second moment is q e^(±4 √v), v being the sum over the
/// layers before of κ / n (κ the relative variance of one activation's square, damped where the layers' map contracts) and
/// 2 / n for the mean over the layer's own n outputs: Hanin and Nica, "Products of many large random matrices and gradients in
/// deep neural networks", 2018; less where inputs and positions that differ are averaged. As the logarithm of such a product has
/// mean -v / 2 of one input, the band reaches so much lower. Gradients and correlations have their own:
/// [LayerExplanation#gradientBand()].
///
/// @param layers     those with weights, and modules that theory doesn't know
/// @param inputs     how many inputs the batch has; 1 without
/// @param activation the first one found; [Nonlinearity#LINEAR] if there is none
/// @param isChain    whether parts lie one behind the other, with nothing added or multiplied between them
public record Explanation(List<LayerExplanation> layers, int inputs, Nonlinearity activation, boolean isChain) {

    /// What is said of the output's gradient is relative to it, so that its values matter little.
    private static final long GRADIENT_SEED = 1;
    private static final double SAME = 1e-6;
    /// Six tables of a number for each two modules, and two of half as many, in [Strays], [FiniteWidth] and [Flows].
    private static final double SQUARES = 7;

    /// Keeps a copy of the layers.
    public Explanation { layers = List.copyOf(layers); }

    /// From theory alone, for inputs of second moment 1 that have nothing in common. A [Chain] is seen through, any other layer
    /// is one for itself, as no batch shows what runs within.
    public static Explanation predict(Layer model) { return predict(model, 1, 0); }

    /// As [#predict(Layer)], for one input or two.
    ///
    /// @param square      the inputs' mean square
    /// @param correlation between two of them
    /// @throws IllegalArgumentException if the inputs are all 0, or not finite
    public static Explanation predict(Layer model, double square, double correlation) {
        requireInputs(square);
        var input = new Signal(square, square * correlation, 0, 1);
        return new Prediction(Wiring.chain(model), null, 1).explain(input, square, 1);
    }

    /// Theory beside what the batch shows. The model runs in the mode in which it is, forward and back, and nothing in it
    /// changes: no gradient, no buffer, no step of dropout; other threads may use it meanwhile.
    ///
    /// @param batch [inputs, …]; more than one input shows how alike outputs become
    /// @throws IllegalArgumentException if the batch is empty, all 0 or not finite: all is said relative to it
    public static Explanation of(Layer model, Tensor batch) { return of(model, call(model, batch)); }

    /// As [#of(Layer, Tensor)], for models of any call: `Explanation.of(model, () -> model.call(a, b))`. What is sent back goes
    /// through all tensors that the call gives; of the several outputs of a module the first is looked at.
    ///
    /// @param call runs the model, and gives its outputs
    public static Explanation of(Module model, Supplier<?> call) {
        Watched.at("measuring the network");
        var run = Run.of(model, call, GRADIENT_SEED);
        return explain(run, List.of(Measurement.of(run)));
    }

    /// As [#of(Layer, Tensor)], measured anew from each seed and averaged: second moments by their logarithms. The model's own
    /// values stay as they are.
    ///
    /// @throws IllegalArgumentException without seeds
    public static Explanation averaged(Layer model, Tensor batch, long... seeds) {
        return averaged(model, call(model, batch), seeds);
    }

    /// As [#averaged(Layer, Tensor, long...)], for models of any call, which run the same modules from each seed.
    ///
    /// @throws IllegalArgumentException without seeds, or if from one of them other modules run than from the first
    public static Explanation averaged(Module model, Supplier<?> call, long... seeds) {
        if (seeds.length == 0) throw new IllegalArgumentException("explanation: no seeds to average over; give at least one");
        Run first = null;
        var all = new ArrayList<Measurement>();
        try (var _ = model.rehearsing()) {
            for (long seed : seeds) {
                Watched.at("measuring networks", all.size(), seeds.length);
                model.initialize(seed);
                var run = Run.of(model, call, seed);
                if (first == null) first = run;
                if (!first.isAlike(run)) throw new IllegalArgumentException("explanation: from seed " + seed
                    + " the model runs " + run + ", from " + seeds[0] + " " + first + "; average over runs of the same modules");
                all.add(Measurement.of(run));
            }
        }
        return explain(first, all);
    }

    /// What theory takes of memory at the least, for a network of so many modules: each may depend on what is left to chance at
    /// each other.
    ///
    /// @return bytes, beside those of the network and of a call
    public static double bytes(int modules) { return Double.BYTES * SQUARES * modules * modules; }

    private static Supplier<Tensor> call(Layer model, Tensor batch) {
        var x = batch.detach().requiresGrad(true);
        return () -> model.call(x);
    }

    private static Explanation explain(Run run, List<Measurement> all) {
        var mean = Measurement.mean(all);
        requireInputs(mean.input());
        var shape = run.entering().getFirst().shape();
        return new Prediction(run.wiring(), mean, all.size()).explain(Signal.UNKNOWN, mean.input(), shape.rank() < 2 ? 1
            : shape.size(0));
    }

    private static void requireInputs(double square) {
        if (!(square > 0 && square < Double.POSITIVE_INFINITY)) throw new IllegalArgumentException(
            "explanation: the inputs' mean square is " + square + ", and nothing can be said relative to that; give inputs as"
                + " training has them: at least one, finite, and not all 0");
    }

    /// Of the network: that of the layer in the worst state; exploding is worse than vanishing, that than dying, that than
    /// saturated.
    public Verdict verdict() { return layers.isEmpty() ? Verdict.UNKNOWN : worst().verdict(); }

    private LayerExplanation worst() {
        var order = List.of(Verdict.EXPLODING, Verdict.VANISHING, Verdict.DYING, Verdict.SATURATED, Verdict.HEALTHY,
            Verdict.UNKNOWN);
        return layers.stream().min(Comparator.comparingInt(layer -> order.indexOf(layer.verdict()))).orElseThrow();
    }

    /// The initializers that would mend it; empty where nothing need be mended, where no independent weights can, and of what
    /// isn't a chain.
    public Optional<Remedy> remedy() {
        return !isChain || verdict() == Verdict.HEALTHY ? Optional.empty() : Remedy.of(activation, layers.size());
    }

    /// The verdict, why, and what to do.
    public String words() {
        var gradients = layers.stream().filter(layer -> !layer.waiting() || layer.gradient().best() > 0)
            .mapToDouble(layer -> layer.gradient().best()).filter(value -> !Double.isNaN(value)).toArray();
        if (verdict() == Verdict.HEALTHY) return String.format(Locale.ROOT,
            "healthy: second moments are %s times the input's, gradients%s",
            range(layers.stream().filter(layer -> !layer.waiting() || layer.signal() > 0).mapToDouble(LayerExplanation::signal)
                .toArray()),
            gradients.length > 0 ? "' " + range(gradients) + " times the output's" : still().isEmpty() ? " are not known"
            : " are 0") + still();
        if (layers.isEmpty()) return "unknown: the model has no layer with weights";
        if (verdict() == Verdict.UNKNOWN) return "unknown: of layer \"" + worst().path() + "\", " + worst().reason();
        var layer = worst();
        var found = verdict().word() + ": at layer \"" + layer.path() + "\" " + layer.reason();
        if (!isChain) return found;
        return found + "; " + remedy().map(remedy ->
            has(remedy) ? "that isn't the weights' fault, which start from " + remedy.words()
                + ": look at the modules between them"
            : "take " + remedy.words()).orElse("no independent weights keep a signal and its gradient at " + layers.size()
                + " layers of "
            + activation.name() + ": take another activation, or normalize");
    }

    /// How much waits for weights that start at 0; empty if nothing does.
    private String still() {
        long waiting = layers.stream().filter(LayerExplanation::waiting).count();
        if (waiting == 0) return "";
        long zeros = layers.stream().filter(layer -> layer.weights().predicted() == 0).count();
        return ". Zeros are meant: " + (waiting == layers.size() ? "all " + waiting : waiting + " of " + layers.size())
            + " layers give 0, or get a gradient of 0, at the" + " start alone, because "
            + (zeros == 0 ? "factors of branches" : zeros == 1 ? "the weights of one layer"
            : "the weights of " + zeros + " of them")
            + " begin at 0 by design; the first steps move these, and then all others";
    }

    /// Whether all layers have the variance that is recommended.
    private boolean has(Remedy remedy) {
        double wanted = remedy.field().weightVariance();
        return remedy.field().biasVariance() == 0 && layers.stream().mapToDouble(layer -> layer.weights().predicted())
            .filter(variance -> !Double.isNaN(variance)).allMatch(variance -> Math.abs(variance - wanted) < SAME * wanted);
    }

    private static String range(double[] values) {
        double least = Arrays.stream(values).filter(value -> !Double.isNaN(value)).min().orElse(Double.NaN);
        double most = Arrays.stream(values).filter(value -> !Double.isNaN(value)).max().orElse(Double.NaN);
        var from = Figures.rough(least);
        var to = Figures.rough(most);
        return from.equals(to) ? to : from + " to " + to;
    }
}
