package dev.lanewise.kernel.expr;

import static dev.lanewise.kernel.expr.Expr.constant;
import static dev.lanewise.kernel.expr.Expr.select;

import dev.lanewise.formula.Comparison;
import dev.lanewise.formula.Term;
import dev.lanewise.kernel.expr.Expr.F32;
import java.util.IdentityHashMap;
import java.util.List;

/// Terms as expressions: what stands for an elementary function in them is the polynomial that computes it.
public final class Lowering {

    /// Beyond it, x / (1 + |x|) is 1 in float.
    private static final float SOFTSIGN_FLAT = 0x1p60f;

    private Lowering() {}

    /// Terms whose inputs are slots and whose parameters are scalars, of the same numbers; shared ones stay shared.
    public static List<F32> of(List<Term> terms) {
        var lowered = new IdentityHashMap<Term, F32>();
        for (var term : Term.inOrder(terms)) {
            var operands = term.operands();
            var x = new F32[operands.size()];
            for (int i = 0; i < x.length; i++) x[i] = lowered.get(operands.get(i));
            lowered.put(term, lowered(term, x));
        }
        return terms.stream().map(lowered::get).toList();
    }

    private static F32 lowered(Term term, F32[] x) {
        return switch (term.op()) {
            case INPUT -> Expr.slot(term.index());
            case PARAMETER -> Expr.scalar(term.index());
            case CONSTANT -> constant((float) term.value());
            case ADD -> x[0].add(x[1]);
            case SUB -> x[0].sub(x[1]);
            case MUL -> x[0].mul(x[1]);
            case DIV -> x[0].div(x[1]);
            case MIN -> Functions.min(x[0], x[1]);
            case MAX -> Functions.max(x[0], x[1]);
            case FMA -> x[0].fma(x[1], x[2]);
            case SELECT -> select(term.comparison(), x[0], x[1], x[2], x[3]);
            case DETACH -> x[0];
            case NEG -> x[0].neg();
            case ABS -> x[0].abs();
            case RECIPROCAL -> constant(1f).div(x[0]);
            case SQRT -> x[0].sqrt();
            case RSQRT -> constant(1f).div(x[0].sqrt());
            case EXP -> Functions.exp(x[0]);
            case EXPM1 -> Functions.expm1(x[0]);
            case LOG -> Functions.log(x[0]);
            case LOG1P -> Functions.log1p(x[0]);
            case TANH -> Functions.tanh(x[0]);
            case SIGMOID, SOFTPLUS_SLOPE -> Functions.sigmoid(x[0]);
            case ERF -> Functions.erf(x[0]);
            case SIN -> Functions.sin(x[0]);
            case COS -> Functions.cos(x[0]);
            case RELU -> Functions.relu(x[0]);
            case SOFTPLUS -> Functions.relu(x[0]).add(logOfOnePlusPower(x[0]));
            case LOG_SIGMOID -> Functions.min(x[0], constant(0f)).sub(logOfOnePlusPower(x[0]));
            case SOFTSIGN -> softsign(x[0]);
            case TANHSHRINK -> Functions.tanhshrink(x[0]);
            case GELU -> Gates.gelu(x[0]);
            case GELU_TANH -> Gates.geluTanh(x[0]);
            case SILU -> Gates.silu(x[0]);
            case MISH -> Gates.mish(x[0]);
            case ERF_SLOPE -> Gates.erfSlope(x[0]);
            case NORMAL_DENSITY -> Gates.density(x[0]);
            case GELU_SLOPE -> Gates.geluSlope(x[0]);
            case GELU_CURVATURE -> Gates.geluCurvature(x[0]);
            case GELU_TANH_SLOPE -> Gates.geluTanhSlope(x[0]);
            case GELU_TANH_CURVATURE -> Gates.geluTanhCurvature(x[0]);
            case SILU_SLOPE -> Gates.siluSlope(x[0]);
            case SILU_CURVATURE -> Gates.siluCurvature(x[0]);
            case MISH_SLOPE -> Gates.mishSlope(x[0]);
            case POW -> Functions.pow(x[0], x[1]);
            case POW_BY_BASE -> Functions.powBackward(x[0], x[1], x[2]);
            case POW_BY_EXPONENT -> Functions.powLog(x[0], x[1], x[2]);
        };
    }

    /// log(1 + e^-|x|).
    private static F32 logOfOnePlusPower(F32 x) { return Functions.log1p(Functions.exp(x.abs().neg())); }

    private static F32 softsign(F32 x) {
        var finite = Functions.max(Functions.min(x, constant(SOFTSIGN_FLAT)), constant(-SOFTSIGN_FLAT));
        return finite.div(finite.abs().add(1f));
    }
}
