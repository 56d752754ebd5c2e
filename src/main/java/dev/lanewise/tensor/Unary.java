package dev.lanewise.tensor;

import dev.lanewise.kernel.Elementwise;
import dev.lanewise.kernel.Expr;
import dev.lanewise.kernel.Formula;
import dev.lanewise.kernel.Functions;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/// Functions of one element: each its formula, what it saves for backward, and its derivative in tensor operations.
final class Unary {

    static final Operation NEG = new Operation("neg", Expr.F32::neg, Saves.NOTHING, (g, _) -> g.neg());
    static final Operation EXP = new Operation("exp", Functions::exp, Saves.OUTPUT, (g, y) -> g.mul(y));
    static final Operation LOG = new Operation("log", Functions::log, Saves.INPUT, (g, x) -> g.div(x));
    static final Operation SQRT = new Operation("sqrt", Expr.F32::sqrt, Saves.OUTPUT, (g, y) -> g.mul(0.5f).div(y));
    static final Operation SQUARE = new Operation("square", x -> x.mul(x), Saves.INPUT, (g, x) -> g.mul(x).mul(2f));
    static final Operation RELU = new Operation("relu", Functions::relu, Saves.OUTPUT, Binary::reluBackward);

    private Unary() {}

    /// What the derivative is written in: its rule gets the gradient and this.
    enum Saves { INPUT, OUTPUT, NOTHING }

    static final class Operation {
        private final Elementwise kernel;
        private final Saves saves;
        private final BinaryOperator<Tensor> rule;

        Operation(String name, UnaryOperator<Expr.F32> formula, Saves saves, BinaryOperator<Tensor> rule) {
            this.kernel = new Elementwise(Formula.unary(name, formula));
            this.saves = saves;
            this.rule = rule;
        }

        Tensor apply(Tensor x) {
            var y = Walk.apply(kernel, x);
            UnaryOperator<Tensor> gradient = switch (saves) {
                case NOTHING -> g -> rule.apply(g, null);
                case INPUT -> saving(x);
                case OUTPUT -> saving(y);
            };
            return Autograd.record(y, kernel.name(), Edge.to(x, gradient));
        }

        private UnaryOperator<Tensor> saving(Tensor tensor) {
            var saved = new Saved(kernel.name(), tensor);
            return g -> rule.apply(g, saved.get());
        }
    }
}
