package dev.lanewise.diagnose;

import dev.lanewise.check.Finding;
import dev.lanewise.check.InitializerCheck;
import dev.lanewise.check.TailBounds;
import dev.lanewise.nn.Call;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.Trace;
import dev.lanewise.nn.Weighted;
import dev.lanewise.nn.init.Distribution;
import dev.lanewise.nn.init.Structure;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/// Holds the outputs of freshly initialized layers to the law that their weights claim, at any depth and behind anything, with a
/// stated probability of a false alarm: all layers that are [Weighted], of any model.
///
/// Given a layer's input h, the outputs of its n units at one place are independent with mean 0 and variance
/// s² = Var(w) ‖h‖² + Var(b), h being what a unit sums over there. So their squares
/// over s² are χ² of n degrees of freedom where weights and bias are normal: the mean keeps Chernoff's bounds, X being 32.
/// Where they are uniform, or normal and truncated, the outputs' tails are no heavier, and so the upper bound holds; the
/// lower one is Bernstein's for a mean of numbers from 0 on, 1 - √(6X / n), as their fourth moment is at most 3 s⁴.
///
/// ‖h‖² is what the layer gives for the inputs' squares with weights of 1 and no bias. The place is the middle of the first row's
/// output, where a convolution sees no border.
public final class PreactivationCheck {

    private final List<Finding> findings = new ArrayList<>();
    private final Set<Module> run = Collections.newSetFromMap(new IdentityHashMap<>());
    private long values;

    private PreactivationCheck() {}

    /// One finding for each such layer, in the order in which they run: the mean of z² / s². Those that always give 0 are
    /// left out.
    ///
    /// @param model initialized and not trained; none of these layers runs twice in it
    /// @param input one input, of rank 1, or a batch, of which the first row counts
    /// @throws IllegalArgumentException if a layer's weights or biases don't have mean 0, have tails heavier than
    ///     normal ones, or depend on each other, or there is no such layer
    public static InitializerCheck.Report of(Layer model, Tensor input) {
        return of(model, () -> model.call(input.shape().rank() == 1 ? input.unsqueeze(0) : input));
    }

    /// As [#of(Layer, Tensor)], for models of any call: `PreactivationCheck.of(model, () -> model.call(a, b))`.
    ///
    /// @param call runs the model on one input or a batch
    public static InitializerCheck.Report of(Module model, Runnable call) {
        var check = new PreactivationCheck();
        Module.predict(() -> {
            for (var step : Trace.of(model, call))
                if (step.module() instanceof Weighted weighted) check.look(step.path(), step.module(), weighted, step.call());
            return null;
        });
        if (check.run.isEmpty()) throw new IllegalArgumentException(
            "preactivation check: there is no linear layer to check, nor another that is Weighted; give a model that has one");
        return new InitializerCheck.Report("outputs of layers, given their inputs", check.values, check.findings);
    }

    private void look(String path, Module module, Weighted weighted, Call call) {
        if (!run.add(module)) throw new IllegalArgumentException("preactivation check: layer \"" + path
            + "\" runs twice, and then its weights aren't independent of its input; check models without such layers");
        // the layer's own sum of squares is multiplied once
        double weights = variance(weighted.weight(), path) * weighted.multiplier();
        double biases = weighted.bias() == null ? 0 : variance(weighted.bias(), path);
        var z = units(call.output(), unitDim(path, weighted, call.output()));
        float scale = scale(call.input());
        var lengths = squaredLengths(module, weighted, call.input().div(scale));
        var squares = units(lengths, unitDim(path, weighted, lengths));
        double sum = 0;
        int count = 0;
        for (int i = 0; i < z.length; i++) {
            double variance = weights * squares[i] * scale * scale + biases;
            if (variance == 0) continue;
            sum += z[i] * (z[i] / variance);
            count++;
        }
        values += z.length;
        // of NaN nothing passes
        if (count > 0) findings.add(finding(path, weighted, sum / count, count));
    }

    private static Finding finding(String path, Weighted weighted, double mean, int units) {
        boolean normal = isNormal(weighted.weight()) && (weighted.bias() == null || isNormal(weighted.bias()));
        double least = normal ? TailBounds.USUAL.leastNormalVariance(units)
            : Math.max(0, 1 - Math.sqrt(6 * TailBounds.USUAL.x() / units));
        return new Finding(path, mean, least, TailBounds.USUAL.greatestNormalVariance(units), 2 * TailBounds.USUAL.oneSided());
    }

    /// The largest number, in proportion to which squares don't overflow.
    private static float scale(Tensor x) { return Math.max(x.abs().amax().item(), Float.MIN_NORMAL); }

    /// What each unit's inputs have as the sum of their squares, where its output stands.
    private Tensor squaredLengths(Module module, Weighted weighted, Tensor x) {
        if (!(module instanceof Layer layer)) throw new IllegalArgumentException("preactivation check: "
            + module.getClass().getSimpleName() + " is Weighted, but no Layer, so that its sums can't be taken by themselves; let"
            + " its weights stand in a layer");
        try (var _ = module.rehearsing()) {
            weighted.weight().load(Tensor.full(1, weighted.weight().shape().toArray()));
            if (weighted.bias() != null) weighted.bias().load(Tensor.zeros(weighted.bias().shape().toArray()));
            return layer.forward(x.square());
        }
    }

    /// The dimension of an output along which units lie, from the front.
    private static int unitDim(String path, Weighted weighted, Tensor output) {
        int rank = output.shape().rank();
        int dim = weighted.unitDim() < 0 ? rank + weighted.unitDim() : weighted.unitDim();
        if (dim < 0 || dim >= rank || output.size(dim) != weighted.units()) throw new IllegalArgumentException(
            "preactivation check: layer \"" + path + "\" says that its " + weighted.units() + " units lie along dimension "
            + weighted.unitDim() + " of its output, whose" + " shape is " + output.shape() + "; mend its unitDim() or units()");
        return dim;
    }

    /// The numbers of all units at the middle of the first row's output.
    private static float[] units(Tensor output, int dim) {
        var place = output;
        for (int i = output.shape().rank() - 1; i >= 0; i--) if (i != dim) place =
            place.select(i, i == 0 ? 0 : place.size(i) / 2);
        return place.toArray();
    }

    private static double variance(Parameter parameter, String path) {
        var law = Stage.Affine.law(parameter);
        if (Math.abs(law.mean()) > 1e-9 * Math.sqrt(law.variance()) || law.variance() > 0
            && !(law.varianceProxy() <= law.variance() * (1 + 1e-9)))
            throw new IllegalArgumentException("preactivation check: the " + parameter.name() + " of layer \"" + path
                + "\" is drawn from "
                + law + "; it must have mean 0 and tails no heavier than a normal law's");
        if (!(Stage.Affine.structure(parameter) instanceof Structure.Independent)) throw new IllegalArgumentException(
            "preactivation check: the elements of the " + parameter.name() + " of layer \"" + path + "\" depend on each other, "
                + Stage.Affine.structure(parameter) + "; hold the initializer itself to that, with InitializerCheck");
        return law.variance();
    }

    /// A bias that is always 0 doesn't change a normal sum.
    private static boolean isNormal(Parameter parameter) {
        var law = Stage.Affine.law(parameter);
        return law instanceof Distribution.Normal || law.variance() == 0;
    }
}
