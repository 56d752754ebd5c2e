package dev.lanewise.diagnose;

import dev.lanewise.nn.Module;
import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.Pointwise;
import dev.lanewise.nn.Propagating;
import dev.lanewise.nn.Signal;
import dev.lanewise.nn.Weighted;
import dev.lanewise.nn.init.Distribution;
import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.nn.init.Structure;
import java.util.Locale;

/// One module of a network, as theory sees it.
sealed interface Stage {

    String path();

    Module module();

    /// What comes out; unknown if theory can't say.
    FiniteSignal forward(FiniteSignal in);

    /// The factor by which the gradient's second moment grows from the output to this input.
    double backward(FiniteSignal in);

    /// Whether theory takes a module as a whole, whatever is in it.
    static boolean isWhole(Module module) {
        return module.children().isEmpty() || !(of("", module) instanceof Gap);
    }

    static Stage of(String path, Module module) {
        return switch (module) {
            case null -> throw new NullPointerException("explanation: no model");
            case Weighted weighted -> Affine.of(path, module, weighted);
            case Pointwise pointwise -> new Activation(path, module, pointwise.nonlinearity());
            case Propagating propagating -> new Passage(path, module, propagating);
            default -> new Gap(path, module);
        };
    }

    /// A sum over inputs with weights of mean 0 that have nothing to do with each other, or as good as nothing: an orthogonal
    /// matrix keeps the mean square likewise, and strays less from it.
    ///
    /// @param fan     what the layer says, which may be another than its parameter's
    /// @param weights σ_w²: the variance of a weight times the fan in
    /// @param back    the same times the fan out
    /// @param biases  σ_b²
    /// @param width   outputs, or output channels
    /// @param gap     why theory can't say anything, or empty
    record Affine(String path, Module module, Parameter weight, Fan fan, double weights, double back, double biases, int width,
                  String gap) implements Stage {

        static Affine of(String path, Module module, Weighted weighted) {
            var weight = weighted.weight();
            var bias = weighted.bias();
            var fan = weighted.fan();
            var law = law(weight);
            double biases = bias == null ? 0 : law(bias).variance();
            var gap = gap("weights", law);
            if (gap.isEmpty() && structure(weight) instanceof Structure.Given)
                gap = "some of its weights are given values, which theory takes to be drawn";
            if (gap.isEmpty() && structure(weight) instanceof Structure.Fixed)
                gap = "its weights are fixed values, which theory takes to be drawn";
            if (gap.isEmpty() && bias != null) gap = gap("biases", law(bias));
            return new Affine(path, module, weight, fan, fan.in() * law.variance(), fan.out() * law.variance(), biases,
                weighted.units(), gap);
        }

        private static String gap(String what, Distribution law) {
            return Math.abs(law.mean()) <= 1e-9 * Math.sqrt(law.variance()) ? ""
                : String.format(Locale.ROOT, "its %s have mean %.3g, which theory takes to be 0", what, law.mean());
        }

        /// The law that a parameter's elements are drawn from.
        static Distribution law(Parameter parameter) {
            return parameter.initializer().distribution(parameter.fan(), parameter.shape());
        }

        /// What holds between its elements.
        static Structure structure(Parameter parameter) {
            return parameter.initializer().structure(parameter.fan(), parameter.shape());
        }

        @Override
        public FiniteSignal forward(FiniteSignal in) {
            if (!gap.isEmpty() || !in.isKnown()) return FiniteSignal.UNKNOWN;
            double square = weights * in.square() + biases;
            double share = square == 0 ? 0 : weights * in.square() / square;
            return new FiniteSignal(new Signal(square, weights * in.product() + biases, 0, 3),
                share * share * (in.spread() + (in.fourth() - 1) / in.width()), width);
        }

        @Override
        public double backward(FiniteSignal in) { return gap.isEmpty() ? back : Double.NaN; }
    }

    /// An activation, whose inputs theory takes to be normal.
    record Activation(String path, Module module, Nonlinearity function) implements Stage {

        @Override
        public FiniteSignal forward(FiniteSignal in) {
            double q = in.square();
            if (!in.isKnown() || Double.isInfinite(q)) return FiniteSignal.UNKNOWN;
            double square = function.square(q);
            double product = Double.isNaN(in.product()) ? Double.NaN : function.product(q, in.correlation());
            if (square == 0) return new FiniteSignal(new Signal(0, 0, 0, 1), in.spread(), in.width());
            double elasticity = q * function.growth(q) / square;
            double mean = function.mean(q);
            return new FiniteSignal(new Signal(square, product, mean * mean, 1 + function.fluctuation(q)),
                elasticity * elasticity * in.spread(), in.width());
        }

        @Override
        public double backward(FiniteSignal in) { return in.isKnown() ? function.squaredSlope(in.square()) : Double.NaN; }
    }

    /// What says itself what becomes of moments.
    record Passage(String path, Module module, Propagating theory) implements Stage {

        private static final double STEP = 1e-4;
        private static final Signal PROBE = new Signal(1, 0.5, 0.25, 3);

        /// Whether numbers are passed on as they are but for chance, as dropout and flattening do: what is behind looks at them as
        /// if it stood in front.
        boolean keepsMeans() {
            var out = theory.propagate(PROBE);
            return out.product() == PROBE.product() && out.level() == PROBE.level();
        }

        @Override
        public FiniteSignal forward(FiniteSignal in) {
            if (!in.isKnown()) return FiniteSignal.UNKNOWN;
            var out = theory.propagate(in.moments());
            // by how much the second moment grows with that of the input
            double more = theory.propagate(in.moments().times(1 + STEP)).square();
            double elasticity = out.square() == 0 || in.spread() == 0 ? 0 : (more / out.square() - 1) / STEP;
            return new FiniteSignal(out, elasticity * elasticity * in.spread(), in.width());
        }

        @Override
        public double backward(FiniteSignal in) { return in.isKnown() ? theory.gradientGrowth(in.moments()) : Double.NaN; }
    }

    /// Something else.
    record Gap(String path, Module module) implements Stage {

        @Override
        public FiniteSignal forward(FiniteSignal in) { return FiniteSignal.UNKNOWN; }

        @Override
        public double backward(FiniteSignal in) { return Double.NaN; }
    }
}
