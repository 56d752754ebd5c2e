package dev.lanewise.nn.recurrent;

import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.init.Distribution;
import dev.lanewise.nn.init.Structure;
import dev.lanewise.random.RandomSource;
import dev.lanewise.random.Threefry;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/// What a cell's parameters are drawn from, as theory takes it: gate by gate.
///
/// @param inputWeight an input weight's variance times the number of inputs
/// @param weight      a recurrent weight's times that of units
/// @param inputBack   an input weight's times that of units
/// @param inputBias   of some thousands of units, as they are drawn
/// @param bias        likewise
record CellLaws(double[] inputWeight, double[] weight, double[] inputBack, double[][] inputBias, double[][] bias) {

    private static final long SEED = 19;
    private static final double NO_MEAN = 1e-9;
    private static final int HALVINGS = 50;
    /// A law's deviations within which quantiles are looked for.
    private static final double REACH = 100;

    /// @param forgetBias where the second gate's biases start instead, in sum
    static CellLaws of(Gated.Parameters parameters, int gates, OptionalDouble forgetBias) {
        int inputs = parameters.inputWeight().shape().size(1);
        int units = parameters.weight().shape().size(1);
        var random = new Threefry(SEED);
        var inputBias = drawn(parameters.inputBias(), gates, random.stream("input"));
        var bias = drawn(parameters.bias(), gates, random.stream("state"));
        if (forgetBias.isPresent()) {
            Arrays.fill(inputBias[1], forgetBias.getAsDouble());
            Arrays.fill(bias[1], 0);
        }
        return new CellLaws(variances(parameters.inputWeight(), gates, inputs), variances(parameters.weight(), gates, units),
            variances(parameters.inputWeight(), gates, units), inputBias, bias);
    }

    private static double[] variances(Parameter weight, int gates, int times) {
        return laws(weight, gates).stream().mapToDouble(law -> times * law.variance()).toArray();
    }

    /// Of each gate. Of two that are opposite it is that of the second, which is drawn.
    private static List<Distribution> laws(Parameter parameter, int gates) {
        return laws(structure(parameter), parameter.initializer().distribution(parameter.fan(), parameter.shape()), gates);
    }

    private static List<Distribution> laws(Structure structure, Distribution law, int gates) {
        return switch (structure) {
            case Structure.Parted(var blocks) when gates % blocks.size() == 0 -> blocks.stream().flatMap(block ->
                laws(block.structure(), block.law(), gates / blocks.size()).stream()).toList();
            case Structure.Opposite(var drawn, var _) -> Collections.nCopies(gates, drawn);
            default -> Collections.nCopies(gates, law);
        };
    }

    private static Structure structure(Parameter parameter) {
        return parameter.initializer().structure(parameter.fan(), parameter.shape());
    }

    /// Of each gate, whether it is the next one with the other sign.
    private static boolean[] opposed(Structure structure, int gates) {
        var opposed = new boolean[gates];
        if (structure instanceof Structure.Opposite && gates == 2) opposed[0] = true;
        if (structure instanceof Structure.Parted(var blocks) && gates % blocks.size() == 0) {
            int each = gates / blocks.size();
            for (int i = 0; i < blocks.size(); i++) System.arraycopy(opposed(blocks.get(i).structure(), each), 0, opposed,
                i * each, each);
        }
        return opposed;
    }

    /// Evenly spread quantiles, in random order.
    private static double[][] drawn(Parameter bias, int gates, RandomSource random) {
        var drawn = new double[gates][Course.UNITS];
        if (bias == null) return drawn;
        var quantiles = new HashMap<Distribution, double[]>();
        var order = new float[Course.UNITS];
        var laws = laws(bias, gates);
        for (int gate = 0; gate < gates; gate++) {
            var even = quantiles.computeIfAbsent(laws.get(gate), CellLaws::quantiles);
            random.uniform(order, 0, order.length);
            var units = IntStream.range(0, order.length).boxed().sorted(Comparator.comparingDouble(unit -> order[unit])).toList();
            for (int i = 0; i < order.length; i++) drawn[gate][units.get(i)] = even[i];
        }
        var opposed = opposed(structure(bias), gates);
        for (int gate = 0; gate < gates; gate++)
            if (opposed[gate]) for (int i = 0; i < order.length; i++) drawn[gate][i] = -drawn[gate + 1][i];
        return drawn;
    }

    private static double[] quantiles(Distribution law) {
        var quantiles = new double[Course.UNITS];
        double reach = REACH * Math.sqrt(law.variance());
        double low = Math.max(law.lower(), law.mean() - reach);
        double most = Math.min(law.upper(), law.mean() + reach);
        for (int i = 0; i < quantiles.length; i++) {
            double high = most;
            for (int step = 0; step < HALVINGS && low < high; step++) {
                double middle = (low + high) / 2;
                if (law.cdf(middle) < (i + 0.5) / quantiles.length) low = middle;
                else high = middle;
            }
            quantiles[i] = low;
        }
        return quantiles;
    }

    /// Of each unit, both.
    double[] sum(int gate) {
        var sum = inputBias[gate].clone();
        Means.add(1, bias[gate], sum);
        return sum;
    }

    /// What theory can't take them for, or empty.
    static String gap(Gated.Parameters parameters, int gates) {
        for (var weight : List.of(parameters.inputWeight(), parameters.weight())) {
            if (isGiven(weight)) return given(weight);
            for (var law : laws(weight, gates)) if (Math.abs(law.mean()) > NO_MEAN
                * Math.sqrt(law.variance())) return String.format(
                Locale.ROOT, "its %s has mean %.3g, which theory takes to be 0", weight.name(), law.mean());
        }
        for (var bias : new Parameter[] {parameters.inputBias(), parameters.bias()}) if (bias != null
            && isGiven(bias)) return given(bias);
        return "";
    }

    private static String given(Parameter parameter) {
        return "its " + parameter.name() + " has given values, which theory takes to be drawn";
    }

    private static boolean isGiven(Parameter parameter) { return isGiven(structure(parameter)); }

    private static boolean isGiven(Structure structure) {
        return switch (structure) {
            case Structure.Fixed _, Structure.Given _, Structure.OrthogonalAt _ -> true;
            case Structure.Stacked stacked -> isGiven(stacked.each());
            case Structure.Parted parted -> parted.blocks().stream().anyMatch(block -> isGiven(block.structure()));
            default -> false;
        };
    }
}
