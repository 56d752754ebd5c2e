package dev.lanewise.diagnose;

import dev.lanewise.nn.Parameter;

/// Which parts of a network are still until the first step alone.
///
/// Weights that start at 0 let nothing through, in neither direction. They learn if something comes to them, and a gradient comes
/// back, or will when those behind them have learnt: after that the others do. Two layers of zeros one behind the other never do.
final class Stills {

    private final Wiring wiring;
    private final Flows flows;
    private final double[] gradients;
    /// Whether it starts at 0, and learns.
    private final boolean[] opening;
    private final boolean[] withoutSignal;
    private final boolean[] withoutGradient;

    Stills(Wiring wiring, Flows flows, double[] gradients) {
        this.wiring = wiring;
        this.flows = flows;
        this.gradients = gradients;
        opening = new boolean[wiring.size()];
        withoutSignal = new boolean[wiring.size()];
        withoutGradient = new boolean[wiring.size()];
    }

    void mark(boolean[] waiting) {
        var takers = wiring.takers();
        for (int i = wiring.size() - 1; i >= 0; i--) {
            withoutGradient[i] = gradients[i] == 0 && !wiring.ends().get(i) && !takers.get(i).isEmpty()
                && takers.get(i).stream().allMatch(taker -> opening[taker.stage()] || withoutGradient[taker.stage()]);
            opening[i] = startsAtZero(i) && (gradients[i] > 0 || withoutGradient[i]) && hasSignal(i);
        }
        for (int i = 0; i < wiring.size(); i++) {
            withoutSignal[i] = flows.output(i).square() == 0
                && (opening[i] || wiring.sources().get(i).stream().anyMatch(source -> withoutSignal[source]));
            waiting[i] = withoutSignal[i] || withoutGradient[i];
        }
    }

    private boolean startsAtZero(int i) {
        return switch (wiring.stages().get(i)) {
            case Stage.Affine affine -> affine.gap().isEmpty() && affine.weights() == 0;
            case Stage.Rule rule -> flows.passage(i).way(0).gradient() == 0
                && rule.module().namedParameters().entrySet().stream().anyMatch(each -> !each.getKey().endsWith("bias")
                    && isZero(each.getValue()));
            case Stage.Block block -> block.inner() instanceof Stage.Sum sum && hasZero(sum);
            case Stage.Product _ -> wiring.sources().get(i).stream().anyMatch(this::isLearntZero);
            default -> false;
        };
    }

    private static boolean isZero(Parameter parameter) {
        var law = Stage.Affine.law(parameter);
        return law.mean() == 0 && law.variance() == 0;
    }

    private static boolean hasZero(Stage.Sum sum) {
        for (double factor : sum.factors()) if (factor == 0) return true;
        return false;
    }

    private boolean isLearntZero(int source) {
        return wiring.stages().get(source) instanceof Stage.Entry entry && entry.learnt() && flows.output(source).square() == 0;
    }

    /// Beside the factors that are 0 themselves.
    private boolean hasSignal(int i) {
        return wiring.sources().get(i).stream().filter(source -> !isLearntZero(source))
            .allMatch(source -> flows.output(source).square() > 0);
    }
}
