package dev.lanewise.diagnose;

import dev.lanewise.diagnose.LayerExplanation.Figure;
import dev.lanewise.diagnose.Stage.Activation;
import dev.lanewise.diagnose.Stage.Affine;
import dev.lanewise.diagnose.Stage.Gap;
import dev.lanewise.nn.init.Nonlinearity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Theory's way through a network's modules and back, with what was measured beside it.
final class Prediction {

    /// Of the logarithm's standard deviations.
    private static final double BAND = 4;

    private final Wiring wiring;
    private final List<Stage> stages;
    /// Null if nothing was.
    private final Measurement measured;
    private final int seeds;
    private final FiniteSignal[] outputs;
    private final double[] gradients;
    /// Found once for layers that are alike: it takes some hundred integrals.
    private final Map<MeanField, Limit> limits = new HashMap<>();

    Prediction(Wiring wiring, Measurement measured, int seeds) {
        this.wiring = wiring;
        this.stages = wiring.stages();
        this.measured = measured;
        this.seeds = seeds;
        this.outputs = new FiniteSignal[stages.size()];
        this.gradients = new double[stages.size()];
    }

    /// @param input what enters, where nothing was measured
    /// @param square its second moment
    Explanation explain(FiniteSignal input, double square, int inputs) {
        var starts = new FiniteSignal[stages.size()];
        for (int i = 0; i < starts.length; i++) {
            int source = wiring.sources().get(i);
            starts[i] = source != Wiring.OUTSIDE ? known(source) : measured == null ? input : entering(i);
            outputs[i] = stages.get(i).forward(starts[i]);
        }
        for (int i = gradients.length - 1; i >= 0; i--) gradients[i] = behind(i, starts);
        var layers = new ArrayList<LayerExplanation>();
        for (int i = 0; i < starts.length; i++)
            switch (stages.get(i)) {
                case Affine affine -> layers.add(layer(i, affine, square, inputs));
                case Gap gap -> layers.add(gap(i, gap, square));
                default -> {}
            }
        return new Explanation(layers, inputs, activation());
    }

    /// What is predicted; behind what theory doesn't know, what was measured there.
    private FiniteSignal known(int i) {
        if (outputs[i].isKnown() || measured == null) return outputs[i];
        var numbers = measured.outputs().get(i);
        int width = stages.get(i) instanceof Affine affine ? affine.width() : numbers.places();
        return Double.isFinite(numbers.square()) ? numbers.signal(width)
            : FiniteSignal.UNKNOWN;
    }

    /// What comes from outside is given: nothing of it is left to chance.
    private FiniteSignal entering(int i) {
        var numbers = measured.inputs().get(i);
        return numbers == null || !Double.isFinite(numbers.square()) ? FiniteSignal.UNKNOWN : numbers.signal(numbers.places());
    }

    /// The gradient at the output of stage i, likewise.
    private double behind(int i, FiniteSignal[] starts) {
        int next = wiring.consumers().get(i);
        double predicted = next == Wiring.END ? 1 : next == Wiring.OTHERS ? Double.NaN
            : gradients[next] * stages.get(next).backward(starts[next]);
        return Double.isNaN(predicted) && measured != null ? measured.gradients()[i] : predicted;
    }

    private Nonlinearity activation() {
        for (var stage : stages) if (stage instanceof Activation activation) return activation.function();
        return Nonlinearity.LINEAR;
    }

    private LayerExplanation layer(int i, Affine affine, double entering, int inputs) {
        var out = outputs[i];
        var numbers = measured == null ? null : measured.outputs().get(i);
        double variance = out.spread() + 2.0 / out.width();
        double reach = BAND * Math.sqrt(variance / seeds);
        var square = new Figure(out.square(), numbers == null ? Double.NaN : numbers.square());
        double weights = affine.weight().isInitialized() ? affine.fan().in() * meanSquare(affine) : Double.NaN;
        int next = next(i);
        var limit = limit(i, affine);
        // behind a gap the way back starts from what was measured there
        double gradient = affine.gap().isEmpty() ? gradients[i] : Double.NaN;
        return new LayerExplanation(affine.path(), affine.module().toString(), affine.width(), affine.fan().in(),
            new Figure(affine.weights(), weights), square, out.square() * Math.exp(-variance / 2 - reach),
            out.square() * Math.exp(reach), next < 0 ? Double.NaN : gradient / gradients[next],
            limit.fixedPoint, limit.depthScale, new Figure(gradient, gradient(i)),
            new Figure(out.correlation(), numbers == null ? Double.NaN : numbers.correlation()),
            dead(i, out, inputs), saturated(i, out), square.best() / entering,
            spread(i) * new Figure(gradient, gradient(i)).best(), affine.gap());
    }

    private LayerExplanation gap(int i, Gap gap, double entering) {
        double square = measured == null ? Double.NaN : measured.outputs().get(i).square();
        double correlation = measured == null ? Double.NaN : measured.outputs().get(i).correlation();
        // of a module with children, its name alone
        var kind = gap.module().toString().lines().findFirst().orElse("").replaceFirst("\\($", "");
        return new LayerExplanation(gap.path(), kind, measured == null ? 0 : measured.outputs().get(i).places(), Double.NaN,
            Figure.NONE, new Figure(Double.NaN, square), Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN,
            new Figure(Double.NaN, gradient(i)),
            new Figure(Double.NaN, correlation), Figure.NONE, Figure.NONE, square / entering,
            spread(i) * gradient(i), "theory doesn't cover this module");
    }

    /// How many outputs there are here for each of the network's: as many times more as later layers have inputs than outputs; where
    /// they go several ways, as they were counted.
    private double spread(int i) {
        double spread = 1;
        int at = i;
        for (int j = wiring.consumers().get(i); j >= 0; j = wiring.consumers().get(j)) {
            if (stages.get(j) instanceof Affine affine) spread *= affine.fan().in() / affine.fan().out();
            at = j;
        }
        return wiring.consumers().get(at) == Wiring.END || measured == null ? spread
            : spread * measured.outputs().get(at).count() / measured.count();
    }

    private double gradient(int i) { return measured == null ? Double.NaN : measured.gradients()[i]; }

    private static double meanSquare(Affine affine) {
        double sum = 0;
        var values = affine.weight().tensor().toArray();
        for (float value : values) sum += (double) value * value;
        return sum / values.length;
    }

    /// The place of the next layer with weights, or -1.
    private int next(int i) {
        for (int j = wiring.consumers().get(i); j >= 0; j = wiring.consumers().get(j)) if (stages.get(j) instanceof Affine) return j;
        return -1;
    }

    /// The function of the activation right behind, dropout or flattening aside; null if there is none.
    private Nonlinearity behind(int i) {
        int j = wiring.consumers().get(i);
        while (j >= 0 && stages.get(j) instanceof Stage.Passage passage && passage.keepsMeans()) j = wiring.consumers().get(j);
        return j >= 0 && stages.get(j) instanceof Activation activation ? activation.function() : null;
    }

    /// Where layers lead that are all like one.
    private record Limit(double fixedPoint, double depthScale) {

        static final Limit NONE = new Limit(Double.NaN, Double.NaN);

        static Limit of(MeanField field) {
            double fixedPoint = field.fixedPoint();
            return new Limit(fixedPoint, field.depthScale(fixedPoint));
        }
    }

    private Limit limit(int i, Affine affine) {
        var function = behind(i);
        if (function == null || !affine.gap().isEmpty() || !Double.isFinite(affine.weights() + affine.biases()))
            return Limit.NONE;
        return limits.computeIfAbsent(new MeanField(function, affine.weights(), affine.biases()), Limit::of);
    }

    private Figure dead(int i, FiniteSignal out, int inputs) {
        if (behind(i) != Nonlinearity.RELU) return Figure.NONE;
        double predicted = !out.isKnown() ? Double.NaN : out.square() == 0 ? 1
            : inputs == 1 ? 0.5 : Units.deadOnBatch(inputs, out.correlation());
        return new Figure(predicted, measured == null ? Double.NaN : measured.outputs().get(i).off());
    }

    private Figure saturated(int i, FiniteSignal out) {
        var function = behind(i);
        boolean tanh = function == Nonlinearity.TANH;
        if (!tanh && function != Nonlinearity.SIGMOID) return Figure.NONE;
        double predicted = !out.isKnown() ? Double.NaN
            : tanh ? Units.tanhSaturated(Units.TANH, out.square()) : Units.sigmoidSaturated(Units.SIGMOID, out.square());
        if (measured == null) return new Figure(predicted, Double.NaN);
        var numbers = measured.outputs().get(i);
        return new Figure(predicted, tanh ? numbers.beyondTanh() : numbers.beyondSigmoid());
    }
}
