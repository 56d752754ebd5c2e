package dev.lanewise.diagnose;

import dev.lanewise.nn.Chain;
import dev.lanewise.nn.Dropout;
import dev.lanewise.nn.Flatten;
import dev.lanewise.nn.Identity;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.Pointwise;
import dev.lanewise.nn.Unflatten;
import dev.lanewise.nn.Weighted;
import dev.lanewise.nn.init.Distribution;
import dev.lanewise.nn.init.Gain;
import dev.lanewise.nn.init.Initializer;
import dev.lanewise.nn.init.Initializers;
import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.nn.init.Structure;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A start rewritten layer by layer, so that signal and gradient keep their size, before and after.
///
/// ```java
/// var repair = Repair.of(model, batch, 1, 2, 3);
/// IO.println(repair.after().words());
/// repair.apply();
/// model.initialize(42);
/// ```
///
/// Every layer with weights gets the variance by which its outputs have the second moment that the [Remedy] of the network's
/// first activation keeps: what the activation before it leaves is made good, which one scheme for all layers gets wrong at the
/// first, which has none, and where activations differ. Where that would make no healthier start, all stays as it is. A law's
/// kind stays: normal, uniform and truncated normal laws are scaled, orthogonal matrices get a gain; what has a mean, or depends
/// otherwise, becomes normal. Layers that are right already stay as they are.
///
/// It covers [Chain]s of layers that are [Weighted] and activations, with what does nothing between them.
///
/// @param changes of the layers that aren't right, in their order
/// @param before  the start as it was
/// @param after   as it would be
/// @param gap     why nothing is changed, or empty
public record Repair(List<Change> changes, Explanation before, Explanation after, String gap) {

    private static final double SAME = 1e-6;

    /// Keeps a copy of the changes.
    public Repair { changes = List.copyOf(changes); }

    /// Of one layer.
    ///
    /// @param path         its place in the model
    /// @param weight       the parameter
    /// @param bias         null if there is none
    /// @param weights      what fills the weight from now on
    /// @param biases       what fills the bias; null if there is none
    /// @param variance     σ_w² before: the fan in times the weights' variance, and the square of what multiplies their sum
    /// @param scale        σ_w² afterwards
    /// @param biasVariance σ_b² before
    /// @param biasScale    σ_b² afterwards
    public record Change(String path, Parameter weight, Parameter bias, Initializer weights, Initializer biases, double variance,
        double scale,
                         double biasVariance, double biasScale) {}

    /// Nothing in the model changes yet: what is measured afterwards is a rehearsal.
    ///
    /// @param batch as [Explanation#of(Layer, Tensor)] has it
    /// @param seeds from which both starts are measured
    /// @throws IllegalArgumentException without seeds, or if the batch is empty, all 0 or not finite
    public static Repair of(Layer model, Tensor batch, long... seeds) {
        var before = Explanation.averaged(model, batch, seeds);
        var way = new Way(batch.detach().square().mean().item());
        way.walk("", model);
        if (way.gap.isEmpty()) way.rewrite();
        if (way.changes.isEmpty()) return new Repair(List.of(), before, before, way.gap);
        try (var _ = model.rehearsing()) {
            way.changes.forEach(Repair::apply);
            var after = Explanation.averaged(model, batch, seeds);
            if (isBetter(before, after)) return new Repair(way.changes, before, after, "");
            return new Repair(List.of(), before, before, "rewritten, it would be no better: " + Health.predicted(after).words());
        }
    }

    /// In theory, where that knows both.
    private static boolean isBetter(Explanation before, Explanation after) {
        int order = Health.predicted(after).compareTo(Health.predicted(before));
        return order == 0 ? Health.measured(after).compareTo(Health.measured(before)) < 0 : order < 0;
    }

    /// Declares what the layers are filled with at the next [dev.lanewise.nn.Module#initialize].
    public void apply() { changes.forEach(Repair::apply); }

    private static void apply(Change change) {
        change.weight.initializer(change.weights);
        if (change.bias != null) change.bias.initializer(change.biases);
    }

    /// A signal's way through a chain.
    private static final class Way {

        private record Step(String path, Weighted layer, Nonlinearity function) {}

        private final List<Step> steps = new ArrayList<>();
        private final List<Change> changes = new ArrayList<>();
        private double square;
        private String gap = "";

        Way(double square) { this.square = square; }

        void walk(String path, Layer layer) {
            switch (layer) {
                case Weighted weighted -> steps.add(new Step(path, weighted, null));
                case Chain chain -> {
                    for (var link : chain.layers()) walk(path.isEmpty() ? name(layer, link)
                        : path + "." + name(layer, link), link);
                }
                case Flatten _, Unflatten _, Identity _ -> {}
                case Dropout dropout when !dropout.isTraining() -> {}
                case Pointwise pointwise -> steps.add(new Step(path, null, pointwise.nonlinearity()));
                default -> {
                    if (gap.isEmpty()) gap = "a start is rewritten through linear and convolutional layers and activations,"
                        + " not through " + layer.getClass().getSimpleName() + (path.isEmpty() ? "" : ", layer \"" + path + "\"");
                }
            }
        }

        private static String name(Layer chain, Layer link) {
            return chain.children().entrySet().stream().filter(each -> each.getValue() == link).map(Map.Entry::getKey).findFirst()
                .orElse("?");
        }

        void rewrite() {
            var activation = steps.stream().filter(step -> step.function != null).map(Step::function).findFirst()
                .orElse(Nonlinearity.LINEAR);
            int depth = (int) steps.stream().filter(step -> step.layer != null).count();
            if (depth == 0) {
                gap = "there is no layer with weights";
                return;
            }
            var remedy = Remedy.of(activation, depth);
            if (remedy.isEmpty()) {
                gap = "no independent weights keep a signal and its gradient at " + depth + " layers of " + activation.name()
                    + "; take another activation, or normalize";
                return;
            }
            var field = remedy.get().field();
            // of a pair on the edge of chaos where it stays; a gain keeps 1
            double target = Math.abs(field.next(1) - 1) < SAME ? 1 : field.fixedPoint();
            for (var step : steps) {
                if (step.function != null) square = step.function.square(square);
                else {
                    if (square > 0) change(step, (target - field.biasVariance()) / square, field.biasVariance());
                    square = target;
                }
            }
        }

        private void change(Step step, double scale, double biasScale) {
            var weight = step.layer.weight();
            var bias = step.layer.bias();
            // as much as what multiplies their sum makes of it
            double terms = step.layer.fan().in() * step.layer.multiplier() * step.layer.multiplier();
            var law = Stage.Affine.law(weight);
            var structure = Stage.Affine.structure(weight);
            var biasLaw = bias == null ? new Distribution.Constant(0) : Stage.Affine.law(bias);
            double variance = terms * law.variance();
            boolean independent = structure instanceof Structure.Independent || structure instanceof Structure.Orthogonal;
            boolean right = independent && Math.abs(law.mean()) <= SAME * Math.sqrt(law.variance())
                && Math.abs(variance - scale) <= SAME * scale;
            double wanted = bias == null ? 0 : biasScale;
            if (right && biasLaw.mean() == 0 && Math.abs(biasLaw.variance() - wanted) <= SAME * wanted) return;
            changes.add(new Change(step.path, weight, bias, right ? weight.initializer()
                : scaled(weight, law, structure, terms, scale),
                bias == null ? null : wanted == 0 ? Initializers.zeros() : Initializers.normal(0, Math.sqrt(wanted)), variance,
                scale, biasLaw.variance(), wanted));
        }

        private static Initializer scaled(Parameter weight, Distribution law, Structure structure, double terms, double scale) {
            if (structure instanceof Structure.Orthogonal orthogonal && law.variance() > 0)
                return Initializers.orthogonal(new Gain(orthogonal.gain() * Math.sqrt(scale / (terms * law.variance())),
                    Gain.Status.FORWARD));
            var kind = !(structure instanceof Structure.Independent) ? Initializers.Law.NORMAL : switch (law) {
                case Distribution.Uniform _ -> Initializers.Law.UNIFORM;
                case Distribution.TruncatedNormal _ -> Initializers.Law.TRUNCATED_NORMAL;
                default -> Initializers.Law.NORMAL;
            };
            return Initializers.varianceScaling(scale * Math.max(1, weight.fan().in()) / terms, Initializers.Mode.FAN_IN, kind);
        }
    }
}
