package dev.lanewise.tensor;

import dev.lanewise.kernel.Elementwise;
import dev.lanewise.kernel.Maps;
import dev.lanewise.kernel.Trigonometry;
import dev.lanewise.kernel.expr.Expr;
import dev.lanewise.kernel.expr.Formula;
import dev.lanewise.kernel.expr.Gates;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/// Functions of one element: each its formula, what it saves for backward, and its derivative in tensor operations.
final class Unary {

    static final Operation NEG = new Operation(Maps.NEG, Saves.NOTHING, (g, _) -> g.neg());
    static final Operation EXP = new Operation(Maps.EXP, Saves.OUTPUT, (g, y) -> g.mul(y));
    static final Operation LOG = new Operation(Maps.LOG, Saves.INPUT, (g, x) -> g.div(x));
    static final Operation SQRT = new Operation(Maps.SQRT, Saves.OUTPUT, (g, y) -> g.mul(0.5f).div(y));
    static final Operation SQUARE = new Operation(Maps.SQUARE, Saves.INPUT, (g, x) -> g.mul(x).mul(2f));
    static final Operation RELU = new Operation(Maps.RELU, Saves.OUTPUT, Binary::reluBackward);

    static final Operation RSQRT = new Operation("rsqrt", x -> Expr.constant(1f).div(x.sqrt()), Saves.OUTPUT,
        (g, y) -> g.mul(-0.5f).mul(y).mul(y).mul(y));
    static final Operation RECIPROCAL = new Operation("reciprocal", x -> Expr.constant(1f).div(x), Saves.OUTPUT,
        (g, y) -> g.mul(y).mul(y).neg());
    /// The derivative at 0 is 0.
    static final Operation ABS = new Operation(Maps.ABS, Saves.INPUT, (g, x) -> g.mul(Binary.sign(x)));
    static final Operation SIN = new OfAngle(Trigonometry.SIN, (g, x) -> g.mul(x.cos()));
    static final Operation COS = new OfAngle(Trigonometry.COS, (g, x) -> g.mul(x.sin()).neg());
    static final Operation TANH = new Operation(Maps.TANH, Saves.OUTPUT,
        (g, y) -> g.mul(y.square().neg().add(1f)));
    static final Operation SIGMOID = new Operation(Maps.SIGMOID, Saves.OUTPUT,
        (g, y) -> g.mul(y).mul(y.neg().add(1f)));
    static final Operation ERF = new Operation(Maps.ERF, Saves.INPUT, (g, x) -> g.mul(erfSlope(x)));
    private static final Operation ERF_SLOPE = new Operation("erf_slope", Gates::erfSlope, Saves.INPUT,
        (g, x) -> g.mul(erfSlope(x)).mul(x.clamp(-Gates.ERF_FLAT, Gates.ERF_FLAT).mul(-2f)));
    static final Operation EXPM1 = new Operation(Maps.EXPM1, Saves.INPUT, (g, x) -> g.mul(x.exp()));
    static final Operation LOG1P = new Operation(Maps.LOG1P, Saves.INPUT, (g, x) -> g.div(x.add(1f)));

    private Unary() {}

    private static Tensor erfSlope(Tensor x) { return ERF_SLOPE.apply(x); }

    /// What the derivative is written in: its rule gets the gradient and this.
    enum Saves { INPUT, OUTPUT, NOTHING }

    static class Operation {
        private final Elementwise kernel;
        private final Saves saves;
        private final BinaryOperator<Tensor> rule;

        Operation(String name, UnaryOperator<Expr.F32> formula, Saves saves, BinaryOperator<Tensor> rule) {
            this(new Elementwise(Formula.unary(name, formula)), saves, rule);
        }

        Operation(Elementwise kernel, Saves saves, BinaryOperator<Tensor> rule) {
            this.kernel = kernel;
            this.saves = saves;
            this.rule = rule;
        }

        Tensor apply(Tensor x) {
            var y = values(x);
            if (!Autograd.records(x)) return y;
            return Autograd.record(y, kernel.name(), switch (saves) {
                case NOTHING -> Edge.free(x, g -> rule.apply(g, null));
                case INPUT -> Edge.to(x, saving(x));
                case OUTPUT -> Edge.to(x, saving(y));
            });
        }

        Tensor values(Tensor x) { return Walk.apply(kernel, x); }

        private UnaryOperator<Tensor> saving(Tensor tensor) {
            var saved = new Saved(kernel.name(), tensor);
            return g -> rule.apply(g, saved.get());
        }
    }

    /// Sine or cosine, of any angle.
    private static final class OfAngle extends Operation {
        private final Trigonometry function;

        OfAngle(Trigonometry function, BinaryOperator<Tensor> rule) {
            super(function.near(), Saves.INPUT, rule);
            this.function = function;
        }

        @Override
        Tensor values(Tensor x) {
            var y = super.values(x);
            // the values lie row by row, or as the angles do
            var angles = y.isContiguous() ? View.gathered(x) : x;
            function.repair(angles.data(), angles.layout.offset(), y.data(), y.layout.offset(), y.numel());
            return y;
        }
    }
}
