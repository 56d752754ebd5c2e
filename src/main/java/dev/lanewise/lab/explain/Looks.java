package dev.lanewise.lab.explain;

import dev.lanewise.diagnose.Sharpness;
import dev.lanewise.diagnose.Spectrum;
import dev.lanewise.diagnose.SpectrumPrediction;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.loss.Losses;
import dev.lanewise.random.RandomSource;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/// What costs more than a run forward and back: the spectrum and the rates of starts. They are measured where that is cheap, or
/// asked for.
///
/// @param layers numbers of units of a chain, the input's first; null of other networks, of which nothing is known to be cheap
/// @param weights how many there are
/// @param inputs one behind the other
/// @param loss   one of [#LOSSES]
/// @param seed   the first network's; those of others follow it
/// @param seeds  how many networks
record Looks(int[] layers, double weights, Tensor inputs, String loss, long seed, int seeds) {

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

    static Looks at(Subject subject, Tensor inputs, String loss, long seed, int seeds) {
        return switch (subject) {
            case Subject.Chain chain -> new Looks(chain.sizes(), IntStream.range(1, chain.sizes().length).mapToDouble(i ->
                (double) chain.sizes()[i - 1] * chain.sizes()[i]).sum(), inputs, loss, seed, seeds);
            case Subject.Named named -> new Looks(null, named.network().of(named.size()).parameterCount(), inputs, loss, seed,
                seeds);
        };
    }

    boolean isSpectrumCheap() {
        if (layers == null) return false;
        double side = Math.min(layers[0], layers[layers.length - 1]);
        return seeds * (side * 2 * (weights() + LAYER * layers.length) + side * side * Math.max(layers[0],
            layers[layers.length - 1])) <= CHEAP
            && side <= Spectrum.EXACT;
    }

    /// Bytes that rates take.
    double memory() { return Float.BYTES * VECTORS * weights(); }

    boolean areRatesCheap() { return layers != null && memory() <= SMALL
        && seeds * PRODUCTS * PRODUCT * (inputs.size(0) * weights() + LAYER * layers.length) <= CHEAP; }

    /// Null if it is neither known nor measured.
    ///
    /// @param model is initialized anew from each seed, and in the end from the first
    SpectrumOutcome spectrum(Layer model, boolean measured) {
        if (layers == null && !measured) return null;
        var first = inputs.slice(0, 0, 1);
        var shown = new ArrayList<Spectrum>();
        for (int i = measured ? seeds - 1 : -1; i >= 0; i--) {
            model.initialize(seed + i);
            shown.addFirst(Spectrum.ofJacobian(model, first));
        }
        return SpectrumOutcome.of(SpectrumPrediction.of(model, first.square().mean().item()), shown);
    }

    /// @param model as for [#spectrum]
    RatesOutcome rates(Layer model) {
        var loss = ofOutputs();
        var shown = new ArrayList<Sharpness>();
        for (int i = seeds - 1; i >= 0; i--) {
            model.initialize(seed + i);
            shown.addFirst(Sharpness.of(model, inputs, loss));
        }
        return RatesOutcome.of(shown);
    }

    /// The same targets at each call, drawn when it is known how many there are.
    private Function<Tensor, Tensor> ofOutputs() {
        if (loss.equals(SQUARES)) return output -> Losses.mseLoss(output, Tensor.randn(targets(), output.shape().toArray()));
        return output -> {
            // of images classes lie along the second dimension
            var last = output.shape().rank() == 4 ? output.permute(0, 2, 3, 1) : output;
            int classes = last.size(-1);
            int rows = last.numel() / classes;
            var uniform = Tensor.rand(targets(), rows).toArray();
            return Losses.crossEntropy(last.reshape(rows, classes), IntStream.range(0, rows)
                .map(i -> Math.min(classes - 1, (int) (uniform[i] * classes)))
                .toArray());
        };
    }

    private RandomSource targets() { return new Threefry(seed).stream("targets"); }
}
