package dev.lanewise.diagnose;

import dev.lanewise.check.Finding;
import dev.lanewise.check.InitializerCheck;
import dev.lanewise.check.TailBounds;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.init.Distribution;
import dev.lanewise.nn.init.Structure;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;

/// Holds the outputs of freshly initialized linear layers to the law that their weights claim, at any depth and behind any
/// activation, with a stated probability of a false alarm.
///
/// Given a layer's input h, its n outputs are independent with mean 0 and variance s² = Var(w) ‖h‖² + Var(b). So their squares
/// over s² are χ² of n degrees of freedom where weights and bias are normal: the mean keeps Chernoff's bounds, X being 32.
/// Where they are uniform, or normal and truncated, the outputs' tails are no heavier, and so the upper bound holds; the
/// lower one is Bernstein's for a mean of numbers from 0 on, 1 - √(6X / n), as their fourth moment is at most 3 s⁴.
public final class PreactivationCheck {

    private PreactivationCheck() {}

    /// One finding for each linear layer, in the order in which they run: the mean of z² / s². Those that always give 0 are
    /// left out.
    ///
    /// @param model a chain, initialized and not trained; none of its linear layers stands in it twice
    /// @param input one input, of rank 1, or the first row of a batch
    /// @throws IllegalArgumentException if a linear layer's weights or biases don't have mean 0, have tails heavier than
    ///     normal ones, or depend on each other, or there is no linear layer
    public static InitializerCheck.Report of(Layer model, Tensor input) {
        var findings = new ArrayList<Finding>();
        var linears = Collections.newSetFromMap(new IdentityHashMap<Linear, Boolean>());
        long[] values = {0};
        try (var _ = Module.evaluating(); var _ = Autograd.noGrad(); var _ = model.rehearsing()) {
            for (var stage : Stage.of(model))
                if (stage.module() instanceof Linear linear) {
                    if (!linears.add(linear)) throw new IllegalArgumentException("preactivation check: layer \"" + stage.path()
                        + "\" runs twice, and then its weights aren't independent of its input; check models without such layers");
                    linear.registerForwardHook((_, call) -> {
                        var z = row(call.output());
                        double variance = variance(linear, row(call.input()), stage.path());
                        values[0] += z.length;
                        // of NaN nothing passes
                        if (variance != 0) findings.add(finding(stage.path(), linear, z, variance));
                    });
                }
            if (linears.isEmpty()) throw new IllegalArgumentException(
                "preactivation check: there is no linear layer to check in the chain; give a Sequential that has one");
            model.call(input.shape().rank() == 1 ? input.unsqueeze(0) : input);
        }
        return new InitializerCheck.Report("outputs of linear layers, given their inputs", values[0], findings);
    }

    private static Finding finding(String path, Linear linear, float[] z, double variance) {
        double sum = 0;
        for (float each : z) sum += each * (each / variance);
        boolean normal = isNormal(linear.weight()) && (linear.bias() == null || isNormal(linear.bias()));
        double least = normal ? TailBounds.leastNormalVariance(z.length)
            : Math.max(0, 1 - Math.sqrt(6 * TailBounds.X / z.length));
        return new Finding(path, sum / z.length, least, TailBounds.greatestNormalVariance(z.length), 2 * TailBounds.ONE_SIDED);
    }

    private static double variance(Linear linear, float[] h, String path) {
        double norm = 0;
        for (float each : h) norm += (double) each * each;
        double weight = variance(linear.weight(), path);
        return weight * norm + (linear.bias() == null ? 0 : variance(linear.bias(), path));
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

    /// The first one's numbers.
    private static float[] row(Tensor tensor) { return Arrays.copyOf(tensor.toArray(), tensor.size(-1)); }
}
