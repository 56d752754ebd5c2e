package dev.lanewise.diagnose;

import dev.lanewise.bridge.TensorBridge.Window;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.Parameter;
import dev.lanewise.nn.Passage;
import dev.lanewise.nn.Places;
import dev.lanewise.nn.Pointwise;
import dev.lanewise.nn.Propagating;
import dev.lanewise.nn.Signal;
import dev.lanewise.nn.Weighted;
import dev.lanewise.nn.attention.MultiheadAttention;
import dev.lanewise.nn.init.Distribution;
import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.nn.init.Structure;
import dev.lanewise.nn.recurrent.GRU;
import dev.lanewise.nn.recurrent.LSTM;
import dev.lanewise.nn.recurrent.RNN;
import java.util.List;
import java.util.Locale;

/// A part of a network, as theory sees it: a module, or what is computed between modules.
sealed interface Stage permits Stage.Affine, Stage.Activation, Stage.Rule, Stage.Gap, Stage.Entry, Stage.Block, Stage.Between {

    /// What comes out of these, and what becomes of the gradient; unknown if theory can't say.
    Passage pass(List<Signal> in);

    /// Whether theory takes a module as a whole, whatever is in it.
    static boolean isWhole(Module module) {
        return module.children().isEmpty() || !(of("", module, List.of()) instanceof Gap);
    }

    /// @param arguments of the module's call, if there was one
    static Stage of(String path, Module module, List<?> arguments) {
        return switch (module) {
            case null -> throw new NullPointerException("explanation: no model");
            case Weighted weighted -> Affine.of(path, module, weighted);
            case Pointwise pointwise -> new Activation(pointwise.nonlinearity());
            case Propagating propagating -> new Rule(path, module, propagating, arguments);
            default -> new Gap(path, module);
        };
    }

    /// What it computes, whatever module says so.
    default Stage plain() { return this; }

    /// The activation that it is; null if it is none.
    default Nonlinearity function() { return null; }

    /// A sum over inputs with weights of mean 0 that have nothing to do with each other, or as good as nothing: an orthogonal
    /// matrix keeps the mean square likewise, and strays less from it.
    ///
    /// @param fan     what the layer says, which may be another than its parameter's
    /// @param weights σ_w²: the variance of a weight times the fan in
    /// @param back    the same times the fan out
    /// @param biases  σ_b²
    /// @param width   outputs, or output channels
    /// @param unitDim along which they lie
    /// @param gap     why theory can't say anything, or empty
    record Affine(String path, Module module, Parameter weight, Fan fan, double weights, double back, double biases, int width,
                  int unitDim, String gap) implements Stage {

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
            double variance = law.variance() * weighted.multiplier() * weighted.multiplier();
            return new Affine(path, module, weight, fan, fan.in() * variance, fan.out() * variance, biases,
                weighted.units(), weighted.unitDim(), gap);
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
        public Passage pass(List<Signal> given) {
            var in = given.getFirst();
            if (!gap.isEmpty() || !in.isKnown() || given.size() > 1) return Passage.UNKNOWN;
            var taps = in.places() == null ? null : ((Weighted) module).taps(in.places().sides());
            if (taps != null) return taps.weighted(in, law(weight).variance() * Math.pow(((Weighted) module).multiplier(), 2),
                biases, width);
            var extent = in.extent();
            var out = in.placed(null).mapped(moment -> weights * moment + biases, 0, 3)
                .with(new Signal.Extent(width, extent.positions(), extent.inputs()));
            return Passage.of(out, new Passage.Way(back, 0, out.square() == 0 ? 0 : weights * in.square() / out.square()))
                .mixed();
        }
    }

    /// An activation, whose inputs theory takes to be normal, about their mean if they have one.
    record Activation(Nonlinearity function) implements Stage {

        @Override
        public Passage pass(List<Signal> given) {
            var in = given.getFirst();
            if (in.places() != null) return placed(in);
            double squaredMean = in.mean() * in.mean();
            double q = Math.max(0, in.square() - squaredMean);
            if (!in.isKnown() || !Double.isFinite(q)) return Passage.UNKNOWN;
            var f = function.shifted(in.mean());
            double square = f.square(q);
            double slope = f.squaredSlope(q);
            if (square == 0) return Passage.of(in.mapped(_ -> 0, 0, 1), slope).straying(0);
            // a larger input has a larger mean, too
            double elasticity = squaredMean == 0 ? q * f.growth(q) / square : Double.NaN;
            double fourth = 1 + f.fluctuation(q);
            double product = product(f, q, in.product() - squaredMean);
            double within = in.within() == in.square() ? square : product(f, q, in.within() - squaredMean);
            double across = in.across() == in.product() ? product : product(f, q, in.across() - squaredMean);
            var out = new Signal(square, product, within, across, f.mean(q), fourth, in.extent());
            double common = in.extent().positions() == 1 || Double.isNaN(in.within()) ? 0
                : f.slopeProduct(q, correlation(q, in.within() - squaredMean));
            var passage = Passage.of(out, new Passage.Way(slope, f.meanSlope(q), elasticity)
                .mixing(new Passage.Mixing(0, 0, common)));
            return squaredMean == 0 ? passage.straying(Math.max(0, fourth - 1 - elasticity * elasticity * (in.fourth() - 1)))
                : passage;
        }

        private Passage placed(Signal in) {
            double squaredMean = in.mean() * in.mean();
            double q = Math.max(0, in.square() - squaredMean);
            if (!in.isKnown() || !Double.isFinite(q)) return Passage.UNKNOWN;
            var f = function.shifted(in.mean());
            double fourth = 1 + f.fluctuation(q);
            var activated = in.places().activated(function);
            var out = activated.out().signal(f.square(q) == 0 ? 1 : fourth, in.extent());
            double elasticity = squaredMean == 0 ? q * f.growth(q) / f.square(q) : Double.NaN;
            var slopes = activated.slopes();
            int count = in.places().count();
            double slope = 0;
            for (int p = 0; p < count; p++) slope += slopes[p * count + p] / count;
            var back = new Passage.Back(count, map -> {
                var result = map.clone();
                for (int i = 0; i < result.length; i++) result[i] *= slopes[i];
                return result;
            });
            var passage = Passage.of(out, new Passage.Way(slope, f.meanSlope(q), f.square(q) == 0 ? 0 : elasticity).by(back));
            return f.square(q) == 0 ? passage.straying(0)
                : squaredMean == 0 ? passage.straying(Math.max(0, fourth - 1 - elasticity * elasticity * (in.fourth() - 1)))
                : passage;
        }

        private static double product(Nonlinearity f, double q, double product) {
            return Double.isNaN(product) ? Double.NaN : f.product(q, correlation(q, product));
        }

        private static double correlation(double q, double product) { return q <= 0 ? 1 : Math.clamp(product / q, -1, 1); }
    }

    /// What says itself what becomes of moments.
    record Rule(String path, Module module, Propagating theory, List<?> arguments) implements Stage {

        private static final Signal PROBE = new Signal(1, 0.5, 0.25, 3);

        boolean isRecurrent() { return module instanceof LSTM || module instanceof GRU || module instanceof RNN; }

        /// Whether it is a layer of a network, with a row of its own.
        boolean isLayer() { return isRecurrent() || module instanceof MultiheadAttention; }

        /// Whether numbers are passed on as they are but for chance, as dropout and flattening do: what is behind looks at them
        /// as if it stood in front.
        boolean keepsMeans() {
            var out = theory.propagate(PROBE).out();
            return out.product() == PROBE.product() && out.mean() == PROBE.mean();
        }

        @Override
        public Passage pass(List<Signal> in) {
            return in.stream().allMatch(Signal::isKnown) ? theory.propagate(in, arguments) : Passage.UNKNOWN;
        }
    }

    /// Something else.
    record Gap(String path, Module module) implements Stage {

        @Override
        public Passage pass(List<Signal> in) { return Passage.UNKNOWN; }
    }

    /// What comes from outside, or was computed in a way that theory doesn't know: it is measured.
    /// @param learnt whether it is a parameter, or made of one
    record Entry(boolean learnt) implements Stage {

        @Override
        public Passage pass(List<Signal> in) { return Passage.UNKNOWN; }
    }

    /// What a module with parts gives, if it computes it of what they give.
    record Block(String path, Module module, Stage inner) implements Stage {

        @Override
        public Passage pass(List<Signal> in) { return inner.pass(in); }

        @Override
        public Stage plain() { return inner.plain(); }

        @Override
        public Nonlinearity function() { return inner.function(); }
    }

    /// What is computed between modules.
    sealed interface Between extends Stage {}

    /// A sum of signals with factors. Where they have covariances, [Flows] knows of them.
    record Sum(double... factors) implements Between {

        @Override
        public Passage pass(List<Signal> in) { throw new IllegalStateException("a sum needs covariances"); }
    }

    /// The product of two signals that have nothing to do with each other, one of which may be numbers that are given.
    record Product() implements Between {

        @Override
        public Passage pass(List<Signal> in) {
            var a = in.get(0);
            var b = in.get(1);
            if (!a.isKnown() || !b.isKnown()) return Passage.UNKNOWN;
            var out = new Signal(a.square() * b.square(), a.product() * b.product(), a.within() * b.within(),
                a.across() * b.across(), a.mean() * b.mean(), a.fourth() * b.fourth(), a.extent())
                    .placed(a.places() == null ? null : a.places().times(b.places()));
            // what both mean squares say of the product's; the rest is chance
            double stray = Math.max(0, out.fourth() - 1 - (a.fourth() - 1) - (b.fourth() - 1));
            return Passage.of(out, new Passage.Way(b.square(), b.mean(), 1), new Passage.Way(a.square(), a.mean(), 1))
                .straying(stray);
        }
    }

    /// f x + c.
    record Shifted(double factor, double offset) implements Between {

        @Override
        public Passage pass(List<Signal> given) {
            var in = given.getFirst();
            if (!in.isKnown()) return Passage.UNKNOWN;
            double cross = 2 * factor * offset * in.mean() + offset * offset;
            var out = in.mapped(moment -> factor * factor * moment + cross, factor * in.mean() + offset, in.fourth());
            if (in.places() != null) out = out.placed(in.scaled(factor).places().shifted(offset));
            double elasticity = out.square() == 0 ? 1 : factor * factor * in.square() / out.square();
            return Passage.of(out, new Passage.Way(factor * factor, factor, elasticity)).straying(0);
        }
    }

    /// A part of a signal, or all of it in other places. What it has in common with others, [Flows] knows.
    ///
    /// @param window which part
    /// @param share  of all
    /// @param pairs  of positions, the share that it has both of
    record Taken(Object window, double share, double pairs) implements Between {

        @Override
        public Passage pass(List<Signal> in) {
            var all = in.getFirst();
            return Passage.of(keepsPlaces() ? all : all.placed(null), new Passage.Way(share, 0, 1)
                .mixing(new Passage.Mixing(0, 0, pairs))).straying(0);
        }

        /// Whether each unit that is taken has all of its positions.
        boolean keepsPlaces() { return window instanceof Window each && isOfUnits(each); }

        /// Whether it is known to have other units than another part of the same signal.
        boolean isBeside(Taken other) {
            return window instanceof Window one && other.window instanceof Window two && one.whole().equals(two.whole())
                && one.dim() == two.dim()
                && isOfUnits(one) && (one.to() <= two.from() || two.to() <= one.from()
                || one.step() == two.step() && (one.from() - two.from()) % one.step() != 0);
        }

        /// As far as the number of dimensions tells: images have channels in front, tokens have units behind.
        static boolean isOfUnits(Window window) {
            int rank = window.whole().rank();
            return window.dim() == (rank == 3 ? 2 : 1) && rank > 1;
        }
    }

    /// Copies of a signal side by side, whose gradients add up.
    ///
    /// @param times        so many
    /// @param arePositions whether each copy is at a position of its own
    record Copied(double times, boolean arePositions) implements Between {

        @Override
        public Passage pass(List<Signal> in) {
            var way = new Passage.Way(times, 1, 1);
            return Passage.of(in.getFirst().placed(null), arePositions ? way.mixing(new Passage.Mixing(times * (times - 1), 0, 0))
                : way).straying(0);
        }
    }

    /// Units of several signals side by side, or parts of them.
    ///
    /// @param shares of what comes out
    record Joined(double... shares) implements Between {

        @Override
        public Passage pass(List<Signal> in) {
            if (shares.length == 1) return Passage.same(in.getFirst().placed(null));
            double square = 0, product = 0, within = 0, across = 0, mean = 0, fourth = 0;
            for (int i = 0; i < shares.length; i++) {
                var part = in.get(i);
                square += shares[i] * part.square();
                product += shares[i] * part.product();
                within += shares[i] * part.within();
                across += shares[i] * part.across();
                mean += shares[i] * part.mean();
                fourth += shares[i] * part.fourth() * part.square() * part.square();
            }
            double total = square;
            var ways = new Passage.Way[shares.length];
            for (int i = 0; i < ways.length; i++)
                ways[i] = new Passage.Way(1, shares.length == 1 ? 1 : 0, total == 0 ? 0 : shares[i] * in.get(i).square() / total);
            return Passage.of(new Signal(square, product, within, across, mean, square == 0 ? 1 : fourth / (square * square),
                in.getFirst().extent())
                .placed(placed(in)), ways).straying(0);
        }

        /// Of channels that are joined; null of positions that are.
        private Places placed(List<Signal> in) {
            Places sum = null;
            for (int i = 0; i < shares.length; i++) {
                var part = in.get(i).places();
                if (part == null || sum != null && sum.count() != part.count()) return null;
                sum = sum == null ? in.get(i).scaled(0).places().plus(shares[i], part, shares[i])
                    : sum.plus(shares[i], part, shares[i]);
            }
            return sum;
        }
    }

    /// The sum over so many positions.
    record Pooled(int positions) implements Between {

        @Override
        public Passage pass(List<Signal> given) {
            var in = given.getFirst();
            if (!in.isKnown()) return Passage.UNKNOWN;
            return Passage.of(in.averaged(positions).scaled(positions).with(in.extent()),
                new Passage.Way(1).mixing(new Passage.Mixing(0, 1, 0))).straying(2);
        }
    }
}
