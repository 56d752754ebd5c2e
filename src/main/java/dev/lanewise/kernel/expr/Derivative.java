package dev.lanewise.kernel.expr;

import dev.lanewise.formula.Comparison;
import dev.lanewise.formula.Op;
import dev.lanewise.formula.Term;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.UnaryOperator;

/// The derivative of a formula as a formula: tangents are passed forward from an input through each operation, by one rule for
/// each.
///
/// The tangent of the input is `seed`: 1 for the slope, or the gradient of the result, which then is multiplied in where it loses
/// least. A tangent that is 0 for sure is null, and all that it would be multiplied by is left out: no 0 ever meets an infinity.
/// For the same reason the tangent of a choice is the choice of the tangents.
public final class Derivative {

    /// 3 times it is x^2's factor in [Gates#geluTanh]'s inner slope.
    private static final double CUBIC = Gates.CUBIC;
    private static final double TWICE_ROOT = 2 * Gates.SQRT_2_OVER_PI;

    /// Choices that leave no tangent on one side, one in the other, that a rule looks through: each costs it a step.
    private static final int MOST_GATES = 16;

    private Derivative() {}

    /// The derivative of `value` by an input, times `seed`; null if `value` doesn't change with it but in jumps.
    public static Term of(Term value, int input, Term seed) {
        var tangents = new IdentityHashMap<Term, Term>();
        for (var term : Term.inOrder(List.of(value))) {
            var tangent = term.op() == Op.INPUT ? term.index() == input ? seed : null : tangent(term, tangents);
            if (tangent != null) tangents.put(term, tangent);
        }
        return tangents.get(value);
    }

    private static Term tangent(Term y, IdentityHashMap<Term, Term> tangents) {
        var x = y.operands();
        var first = x.isEmpty() ? null : tangents.get(x.getFirst());
        return switch (x.size()) {
            case 0 -> null;
            case 1 -> first == null ? null : gated(first, t -> unary(y, x.getFirst(), t));
            case 2 -> binary(y, x.get(0), x.get(1), first, tangents.get(x.get(1)));
            case 3 -> ternary(y, x, first, tangents.get(x.get(1)), tangents.get(x.get(2)));
            default -> choice(y.comparison(), x, tangents.get(x.get(2)), tangents.get(x.get(3)));
        };
    }

    /// What is in the sum of two tangents.
    private static Term sum(Term s, Term t) { return s == null ? t : t == null ? s : s.add(t); }

    private static Term times(Term tangent, Term factor) { return tangent == null ? null : gated(tangent, t -> t.mul(factor)); }

    private static Term orZero(Term t) { return t == null ? Term.constant(0) : t; }

    private static Term choice(Comparison comparison, List<Term> x, Term then, Term otherwise) {
        if (then == otherwise) return then;
        return x.get(0).compare(comparison, x.get(1)).select(orZero(then), orZero(otherwise));
    }

    /// What a rule makes of a tangent. Where a choice left none, there is none behind it either, whatever a rule would multiply
    /// it by.
    private static Term gated(Term tangent, UnaryOperator<Term> rule) { return gated(tangent, rule, MOST_GATES); }

    private static Term gated(Term tangent, UnaryOperator<Term> rule, int more) {
        if (tangent.op() != Op.SELECT || more == 0) return rule.apply(tangent);
        var x = tangent.operands();
        var then = x.get(2);
        var otherwise = x.get(3);
        if (!isZero(then) && !isZero(otherwise)) return rule.apply(tangent);
        var open = gated(isZero(then) ? otherwise : then, rule, more - 1);
        if (open == null) return null;
        var condition = x.get(0).compare(tangent.comparison(), x.get(1));
        return isZero(then) ? condition.select(then, open) : condition.select(open, otherwise);
    }

    private static boolean isZero(Term term) { return term.op() == Op.CONSTANT && term.value() == 0; }

    /// @param y the function's value, x its operand, t the operand's tangent
    private static Term unary(Term y, Term x, Term t) {
        return switch (y.op()) {
            case DETACH -> null;
            case NEG -> t.neg();
            // 0 at 0, where PyTorch has it; NaN for NaN
            case ABS -> x.gt(0).select(t, x.lt(0).select(t.neg(), x.mul(0)));
            case RECIPROCAL -> t.mul(y).mul(y).neg();
            case SQRT -> t.mul(0.5).div(y);
            case RSQRT -> t.mul(-0.5).mul(y).mul(y).mul(y);
            case EXP -> t.mul(y);
            // not y + 1, which has no digits left far below 0
            case EXPM1 -> t.mul(x.exp());
            case LOG -> t.div(x);
            case LOG1P -> t.div(x.add(1));
            case TANH -> t.mul(y.square().neg().add(1));
            case SIGMOID -> t.mul(y).mul(y.neg().add(1));
            case SIN -> t.mul(x.cos());
            case COS -> t.mul(x.sin()).neg();
            case ERF -> t.mul(Term.apply(Op.ERF_SLOPE, x));
            case ERF_SLOPE -> t.mul(y).mul(within(x, Gates.ERF_FLAT).mul(-2));
            // by the output, which is kept anyway: the next layer's input
            case RELU -> y.le(0).select(0, t);
            // the chains below would be inf / inf where e^x is infinite
            case SOFTPLUS -> t.mul(Term.apply(Op.SOFTPLUS_SLOPE, x));
            case LOG_SIGMOID -> t.mul(Term.apply(Op.SOFTPLUS_SLOPE, x.neg()));
            // not by the slope, which has come to 1 where this hasn't to 0
            case SOFTPLUS_SLOPE -> t.mul(x.sigmoid()).mul(x.neg().sigmoid());
            // one after the other: the square would overflow where the slope doesn't end
            case SOFTSIGN -> t.div(x.abs().add(1)).div(x.abs().add(1));
            case TANHSHRINK -> t.mul(x.tanh().square());
            // products whose factors cancel in the tails, or overflow there: formulas of their own
            case GELU -> t.mul(Term.apply(Op.GELU_SLOPE, x));
            case GELU_SLOPE -> t.mul(Term.apply(Op.GELU_CURVATURE, x));
            case GELU_CURVATURE -> t.mul(geluThird(within(x, Gates.NORMAL_FLAT)));
            case NORMAL_DENSITY -> t.mul(y).mul(within(x, Gates.NORMAL_FLAT).neg());
            case GELU_TANH -> t.mul(Term.apply(Op.GELU_TANH_SLOPE, x));
            case GELU_TANH_SLOPE -> t.mul(Term.apply(Op.GELU_TANH_CURVATURE, x));
            case GELU_TANH_CURVATURE -> t.mul(geluTanhThird(within(x, Gates.CUBIC_FLAT)));
            case SILU -> t.mul(Term.apply(Op.SILU_SLOPE, x));
            case SILU_SLOPE -> t.mul(Term.apply(Op.SILU_CURVATURE, x));
            case SILU_CURVATURE -> t.mul(siluThird(within(x, Gates.FLAT)));
            case MISH -> t.mul(Term.apply(Op.MISH_SLOPE, x));
            case MISH_SLOPE -> t.mul(mishCurvature(within(x, Gates.FLAT)));
            default -> throw new IllegalArgumentException(y.op() + " has no derivative");
        };
    }

    private static Term binary(Term y, Term a, Term b, Term s, Term t) {
        if (s == null) return t == null ? null : gated(t, only -> byOperands(y, a, b, null, only));
        if (t == null) return gated(s, only -> byOperands(y, a, b, only, null));
        return switch (y.op()) {
            case MUL, DIV, POW -> binary(y, a, b, s, null).add(binary(y, a, b, null, t));
            default -> byOperands(y, a, b, s, t);
        };
    }

    private static Term byOperands(Term y, Term a, Term b, Term s, Term t) {
        return switch (y.op()) {
            case ADD -> sum(s, t);
            case SUB -> t == null ? s : s == null ? t.neg() : s.sub(t);
            case MUL -> sum(s == null ? null : s.mul(b), t == null ? null : t.mul(a));
            case DIV -> sum(s == null ? null : s.div(b), t == null ? null : t.mul(y).div(b).neg());
            case MAX -> extreme(Comparison.GT, a, b, s, t);
            case MIN -> extreme(Comparison.LT, a, b, s, t);
            case POW -> sum(s == null ? null : Term.apply(Op.POW_BY_BASE, s, a, b),
                t == null ? null : Term.apply(Op.POW_BY_EXPONENT, t, a, b));
            default -> throw new IllegalArgumentException(y.op() + " has no derivative");
        };
    }

    /// To the one that was chosen, half to each where they are equal, all to both beside NaN: neither is worse.
    private static Term extreme(Comparison better, Term a, Term b, Term s, Term t) {
        var both = sum(s, t);
        var tied = a.eq(b).select(both.mul(0.5), both);
        if (s == null) return a.compare(better, b).select(Term.constant(0), tied);
        if (t == null) return b.compare(better, a).select(Term.constant(0), tied);
        return a.compare(better, b).select(s, b.compare(better, a).select(t, tied));
    }

    private static Term ternary(Term y, List<Term> x, Term s, Term t, Term u) {
        var a = x.get(0);
        var b = x.get(1);
        var c = x.get(2);
        return switch (y.op()) {
            case FMA -> sum(sum(times(s, b), times(t, a)), u);
            // below, the first operand is a factor
            case POW_BY_BASE -> sum(s == null ? null : Term.apply(Op.POW_BY_BASE, s, b, c), sum(
                t == null ? null : c.eq(0).select(0, Term.apply(Op.POW_BY_BASE, t.mul(a).mul(c), b, c.sub(1))),
                u == null ? null : u.mul(a).mul(powMixed(b, c))));
            case POW_BY_EXPONENT -> sum(s == null ? null : Term.apply(Op.POW_BY_EXPONENT, s, b, c), sum(
                t == null ? null : t.mul(a).mul(powMixed(b, c)),
                u == null ? null : Term.apply(Op.POW_BY_EXPONENT, u.mul(a).mul(finiteLog(b, c)), b, c)));
            default -> throw new IllegalArgumentException(y.op() + " has no derivative");
        };
    }

    /// The slope of a^b log a by a, and that of b a^(b - 1) by b: (1 + b log a) a^(b - 1).
    private static Term powMixed(Term a, Term b) {
        var lower = b.sub(1);
        return a.pow(lower).add(b.eq(0).select(0, Term.apply(Op.POW_BY_EXPONENT, b, a, lower)));
    }

    /// The logarithm, but 0 where the power times it is flat, as it may be infinite there.
    private static Term finiteLog(Term a, Term b) {
        return Term.apply(Op.POW_BY_EXPONENT, Term.constant(1), a, b).eq(0).select(Term.constant(1), a).log();
    }

    /// Clamped to where a gate's derivatives end as floats; NaN stays NaN.
    private static Term within(Term x, double bound) { return x.lt(-bound).select(-bound, x.gt(bound).select(bound, x)); }

    /// (x^2 - 4) x times the density.
    private static Term geluThird(Term x) { return x.square().sub(4).mul(x).mul(Term.apply(Op.NORMAL_DENSITY, x)); }

    private static Term geluTanhThird(Term x) {
        var inner = x.square().mul(CUBIC).add(1).mul(x).mul(TWICE_ROOT);
        var first = x.square().mul(3 * CUBIC).add(1).mul(TWICE_ROOT);
        return sigmoidThird(x, inner, first, x.mul(6 * CUBIC * TWICE_ROOT), Term.constant(6 * CUBIC * TWICE_ROOT));
    }

    private static Term siluThird(Term x) { return sigmoidThird(x, x, Term.constant(1), Term.constant(0), Term.constant(0)); }

    /// Of a gate that is s = sigmoid(v(x)): 3 s'' + x s'''. With p = s (1 - s) and q = 1 - 2 s, s' = p v', p' = p q v' and
    /// q' = -2 p v'.
    private static Term sigmoidThird(Term x, Term inner, Term first, Term second, Term third) {
        var s = inner.sigmoid();
        var p = s.mul(inner.neg().sigmoid());
        var q = s.mul(-2).add(1);
        var bend = q.mul(first.square()).add(second);
        var twist = q.square().sub(p.mul(2)).mul(first.square()).add(q.mul(second).mul(3)).mul(first).add(third);
        return p.mul(bend.mul(3).add(x.mul(twist)));
    }

    /// With w = e^x, n = w (w + 2) and d = n + 2: 2 t' + x t'', where t' = 4 w (1 + w) / d^2 and
    /// t'' = 4 w ((1 + 2 w) d - 4 w (1 + w)^2) / d^3. For positive x the same in powers of u = e^-x, which don't overflow: with
    /// e = (1 + u)^2 + u^2 it is 4 u^2 (2 (1 + u) + x (u - 2 + 4 u^2 / e)) / e^2.
    private static Term mishCurvature(Term x) {
        var w = x.gt(0).select(x.neg(), x).exp();
        var up = w.add(1);
        var d = up.square().add(1);
        var left = up.mul(2).add(x.mul(w.mul(2).add(1).sub(w.mul(up.square()).mul(4).div(d)))).mul(4).div(d.square()).mul(w);
        var e = up.square().add(w.square());
        var right = up.mul(2).add(x.mul(w.sub(2).add(w.square().mul(4).div(e)))).mul(4).div(e.square()).mul(w).mul(w);
        return x.gt(0).select(right, left);
    }
}
