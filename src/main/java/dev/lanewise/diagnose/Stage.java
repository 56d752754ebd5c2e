package dev.lanewise.diagnose;

import dev.lanewise.nn.Conv2d;
import dev.lanewise.nn.ConvTranspose2d;
import dev.lanewise.nn.Dropout;
import dev.lanewise.nn.Flatten;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.Pointwise;
import dev.lanewise.nn.Sequential;
import dev.lanewise.nn.init.Distribution;
import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.nn.init.Structure;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// One module of a chain, as theory sees it.
sealed interface Stage {

    String path();

    Module module();

    /// What comes out; unknown if theory can't say.
    Signal forward(Signal in);

    /// The factor by which the gradient's second moment grows from the output to this input.
    double backward(Signal in);

    /// The modules in the order in which they run, nested sequences flattened.
    static List<Stage> of(Module model) {
        var stages = new ArrayList<Stage>();
        collect("", model, stages);
        return stages;
    }

    private static void collect(String path, Module module, List<Stage> stages) {
        if (module instanceof Sequential)
            module.children().forEach((name, child) -> collect(path.isEmpty() ? name : path + "." + name, child, stages));
        else stages.add(stage(path, module));
    }

    private static Stage stage(String path, Module module) {
        return switch (module) {
            case Linear linear -> Affine.of(path, module, linear.weight(), linear.bias(), linear.weight().shape().size(0));
            case Conv2d conv -> Affine.of(path, module, conv.weight(), conv.bias(), conv.outChannels());
            case ConvTranspose2d conv -> Affine.of(path, module, conv.weight(), conv.bias(), conv.outChannels());
            case Pointwise pointwise -> new Activation(path, module, pointwise.nonlinearity());
            case Dropout dropout -> new Drop(path, module, dropout.isTraining() ? dropout.p() : 0);
            case Flatten _ -> new Drop(path, module, 0);
            default -> new Gap(path, module);
        };
    }

    /// A sum over inputs with weights of mean 0 that have nothing to do with each other, or as good as nothing: an orthogonal
    /// matrix keeps the mean square likewise, and strays less from it.
    ///
    /// @param weights σ_w²: the variance of a weight times the fan in
    /// @param back    the same times the fan out
    /// @param biases  σ_b²
    /// @param width   outputs, or output channels
    /// @param gap     why theory can't say anything, or empty
    record Affine(String path, Module module, Parameter weight, double weights, double back, double biases, int width, String gap)
        implements Stage {

        static Affine of(String path, Module module, Parameter weight, Parameter bias, int width) {
            var law = law(weight);
            double biases = bias == null ? 0 : law(bias).variance();
            var gap = gap("weights", law);
            if (gap.isEmpty() && structure(weight) instanceof Structure.Given)
                gap = "some of its weights are given values, which theory takes to be drawn";
            if (gap.isEmpty() && structure(weight) instanceof Structure.Fixed)
                gap = "its weights are fixed values, which theory takes to be drawn";
            if (gap.isEmpty() && bias != null) gap = gap("biases", law(bias));
            return new Affine(path, module, weight, weight.fan().in() * law.variance(), weight.fan().out() * law.variance(),
                biases, width, gap);
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
        public Signal forward(Signal in) {
            if (!gap.isEmpty() || !in.isKnown()) return Signal.UNKNOWN;
            double square = weights * in.square() + biases;
            double share = square == 0 ? 0 : weights * in.square() / square;
            return new Signal(square, weights * in.product() + biases, 3,
                share * share * (in.spread() + (in.fourth() - 1) / in.width()), width);
        }

        @Override
        public double backward(Signal in) { return gap.isEmpty() ? back : Double.NaN; }
    }

    /// An activation, whose inputs theory takes to be normal.
    record Activation(String path, Module module, Nonlinearity function) implements Stage {

        @Override
        public Signal forward(Signal in) {
            double q = in.square();
            if (!in.isKnown() || Double.isInfinite(q)) return Signal.UNKNOWN;
            double square = function.square(q);
            double product = Double.isNaN(in.product()) ? Double.NaN : function.product(q, in.correlation());
            if (square == 0) return new Signal(0, 0, 1, in.spread(), in.width());
            double elasticity = q * function.growth(q) / square;
            return new Signal(square, product, 1 + function.fluctuation(q), elasticity * elasticity * in.spread(), in.width());
        }

        @Override
        public double backward(Signal in) { return in.isKnown() ? function.squaredSlope(in.square()) : Double.NaN; }
    }

    /// Dropout, which keeps means and so raises squares; with probability 0, whatever passes numbers on as they are.
    record Drop(String path, Module module, double p) implements Stage {

        @Override
        public Signal forward(Signal in) {
            return new Signal(in.square() / (1 - p), in.product(), in.fourth() / (1 - p), in.spread(), in.width());
        }

        @Override
        public double backward(Signal in) { return 1 / (1 - p); }
    }

    /// Something else.
    record Gap(String path, Module module) implements Stage {

        @Override
        public Signal forward(Signal in) { return Signal.UNKNOWN; }

        @Override
        public double backward(Signal in) { return Double.NaN; }
    }
}
