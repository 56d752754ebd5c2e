package dev.lanewise.lab.explain;

import dev.lanewise.diagnose.Sharpness;
import dev.lanewise.diagnose.Spectrum;
import dev.lanewise.diagnose.SpectrumPrediction;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.loss.Losses;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/// What costs more than a run forward and back: the spectrum and the rates of starts. They are measured where that is cheap, or asked for.
///
/// @param layers numbers of units, the input's first
/// @param inputs a row each
/// @param loss   one of [#LOSSES]
/// @param seed   the first network's; those of others follow it
/// @param seeds  how many networks
record Looks(int[] layers, Tensor inputs, String loss, long seed, int seeds) {

    static final String SQUARES = "mse";
    static final String ENTROPY = "cross_entropy";
    static final List<String> LOSSES = List.of(SQUARES, ENTROPY);

    /// Multiplications that take about a second.
    private static final double CHEAP = 2e10;
    /// What derivatives of derivatives take, in runs forward.
    private static final double PRODUCT = 6;
    /// As Lanczos mostly ends within, for each of four matrices.
    private static final double PRODUCTS = 4 * 40;

    /// What a layer takes on its way, however small, in multiplications.
    private static final double LAYER = 1e5;

    /// Vectors of all weights that Lanczos keeps, at most, and what a walk back takes.
    private static final double VECTORS = 160;
    private static final double SMALL = 1 << 28;

    private double weights() { return IntStream.range(1, layers.length).mapToDouble(i -> (double) layers[i - 1] * layers[i]).sum(); }

    boolean isSpectrumCheap() {
        double side = Math.min(layers[0], layers[layers.length - 1]);
        return seeds * (side * 2 * (weights() + LAYER * layers.length) + side * side * Math.max(layers[0], layers[layers.length - 1])) <= CHEAP
            && side <= Spectrum.EXACT;
    }

    /// Bytes that rates take.
    double memory() { return Float.BYTES * VECTORS * weights(); }

    boolean areRatesCheap() { return memory() <= SMALL && seeds * PRODUCTS * PRODUCT * (inputs.size(0) * weights() + LAYER * layers.length) <= CHEAP; }

    /// @param model is initialized anew from each seed, and in the end from the first
    SpectrumOutcome spectrum(Sequential model, boolean measured) {
        var first = inputs.slice(0, 0, 1);
        var shown = new ArrayList<Spectrum>();
        for (int i = measured ? seeds - 1 : -1; i >= 0; i--) {
            model.initialize(seed + i);
            shown.addFirst(Spectrum.ofJacobian(model, first));
        }
        return SpectrumOutcome.of(SpectrumPrediction.of(model, first.square().mean().item()), shown);
    }

    /// @param model as for [#spectrum]
    RatesOutcome rates(Sequential model) {
        var loss = ofOutputs();
        var shown = new ArrayList<Sharpness>();
        for (int i = seeds - 1; i >= 0; i--) {
            model.initialize(seed + i);
            shown.addFirst(Sharpness.of(model, inputs, loss));
        }
        return RatesOutcome.of(shown);
    }

    private Function<Tensor, Tensor> ofOutputs() {
        int rows = inputs.size(0);
        int outputs = layers[layers.length - 1];
        var source = new Threefry(seed).stream("targets");
        if (loss.equals(SQUARES)) {
            var targets = Tensor.randn(source, rows, outputs);
            return output -> Losses.mseLoss(output, targets);
        }
        var uniform = Tensor.rand(source, rows).toArray();
        var labels = IntStream.range(0, rows).map(i -> Math.min(outputs - 1, (int) (uniform[i] * outputs))).toArray();
        return output -> Losses.crossEntropy(output, labels);
    }
}
