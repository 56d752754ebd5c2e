package dev.lanewise.lab.compare;

import dev.lanewise.data.Batch;
import dev.lanewise.diagnose.Explanation;
import dev.lanewise.diagnose.LayerExplanation;
import dev.lanewise.diagnose.Verdict;
import dev.lanewise.figures.Figures;
import dev.lanewise.figures.Statistics;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.init.Distribution;
import dev.lanewise.nn.loss.Losses;
import dev.lanewise.tensor.Autograd;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A classifier before its first step, as a batch of its images shows it without dropout: what it was drawn from, what becomes of
/// the signal, and whether anything can move.
///
/// @param weights     of each linear layer
/// @param explanation theory beside the batch; null where nothing can be said, as of images that are all 0
/// @param loss        of the batch
/// @param still       the share of weights whose gradient is exactly 0
/// @param alike       whether all units of a hidden layer have the same weights
record Start(List<Drawn> weights, Explanation explanation, double loss, double still, boolean alike) {

    /// @param values of a layer's weight, or as many of them, evenly spread, as a picture needs
    /// @param in     how many inputs a unit has
    record Drawn(String layer, float[] values, Distribution law, int in) {}

    /// Values that a histogram is made of.
    private static final int MOST_VALUES = 20_000;
    /// First losses that are as many times what guessing has, or more, come from outputs that are too large.
    private static final double LOUD = 2;
    /// Outputs of a smaller share of the inputs' mean square have lost most of the signal.
    private static final double FADING = 0.1;

    static Start of(Sequential model, List<Linear> layers, Batch<int[]> batch) {
        var steps = model.stepDict();
        model.eval();
        try {
            var parameters = layers.stream().map(layer -> layer.weight().tensor()).toList();
            var loss = Losses.crossEntropy(model.call(batch.inputs()), batch.targets());
            var gradients = Autograd.grad(loss, parameters);
            boolean alike = layers.subList(0, layers.size() - 1).stream()
                .anyMatch(layer -> hasEqualRows(layer.weight().tensor()));
            return new Start(layers.stream().map(Start::drawn).toList(), explanation(model, batch.inputs()), loss.item(),
                still(gradients), alike);
        } finally {
            model.train();
            model.loadStepDict(steps);
        }
    }

    private static Explanation explanation(Sequential model, Tensor inputs) {
        double square = Statistics.meanSquare(inputs.toArray());
        return square > 0 && square < Double.POSITIVE_INFINITY ? Explanation.of(model, inputs) : null;
    }

    private static Drawn drawn(Linear layer) {
        Parameter weight = layer.weight();
        var all = weight.tensor().toArray();
        int step = Math.ceilDiv(all.length, MOST_VALUES);
        var values = new float[Math.ceilDiv(all.length, step)];
        for (int i = 0; i < values.length; i++) values[i] = all[i * step];
        int in = weight.shape().size(1);
        return new Drawn(in + " to " + weight.shape().size(0), values,
            weight.initializer().distribution(weight.fan(), weight.shape()), in);
    }

    private static double still(List<Tensor> gradients) {
        long still = 0;
        long all = 0;
        for (var gradient : gradients) for (float value : gradient.toArray()) {
            all++;
            if (value == 0) still++;
        }
        return (double) still / all;
    }

    private static boolean hasEqualRows(Tensor weight) {
        int units = weight.size(0);
        var values = weight.toArray();
        int in = values.length / units;
        for (int unit = 1; unit < units; unit++)
            if (!Arrays.equals(values, 0, in, values, unit * in, (unit + 1) * in)) return false;
        return units > 1;
    }

    Verdict verdict() { return explanation == null ? Verdict.UNKNOWN : explanation.verdict(); }

    /// The last layer's.
    LayerExplanation output() {
        return explanation == null || explanation.layers().isEmpty() ? null : explanation.layers().getLast();
    }

    /// What keeps it from learning well, as far as the start shows it; without a subject.
    ///
    /// @param guess the loss of one who gives all classes the same probability
    List<String> faults(double guess) {
        if (still == 1) return List.of("the gradient of every weight is exactly 0 at the first batch, so no weight can move: only"
            + " biases can, and the answer is the same whatever the image");
        var faults = new ArrayList<String>();
        if (alike) faults.add("all units of a hidden layer start with the same weights, so they compute the same, get the same"
            + " gradient and count as one");
        var first = weights.getFirst();
        double mean = first.law().mean();
        if (mean * mean * first.in() > first.law().variance()) faults.add(Figures.format(
            "weights of mean %s let the %d terms of a"
            + " sum add up where independent ones of mean 0 would cancel", Figures.number(mean), first.in()));
        var output = output();
        if (verdict() == Verdict.EXPLODING || verdict() == Verdict.VANISHING) faults.add(worst());
        else if (output != null && output.signal() < FADING) faults.add("its signal fades: " + outputs(output) + ", "
            + Figures.number(output.signal()) + " of the images'");
        if (output != null && loss > LOUD * guess) faults.add(outputs(output)
            + Figures.format(" and its first loss is %s, where"
            + " equal probabilities for all classes have %.2f: training is spent on taking them back", Figures.number(loss),
            guess));
        return faults;
    }

    private static String outputs(LayerExplanation output) {
        var square = output.square();
        return "its outputs have a mean square of " + Figures.number(square.measured())
            + (Double.isNaN(square.predicted()) ? "" : " (theory: " + Figures.number(square.predicted()) + ")");
    }

    /// Of the first layer that has the network's verdict.
    private String worst() {
        var all = explanation.layers();
        var first = all.stream().filter(layer -> layer.verdict() == verdict()).findFirst().orElseThrow();
        return "its start is " + verdict().word() + ": at layer " + (all.indexOf(first) + 1) + " of " + all.size() + " "
            + first.reason();
    }
}
