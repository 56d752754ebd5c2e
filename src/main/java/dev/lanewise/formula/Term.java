package dev.lanewise.formula;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;

/// A number computed of one element of each operand: what an elementwise operation is written in, `x -> x.mul(x.sigmoid())`.
///
/// Each method is one operation, rounded as IEEE 754 prescribes, or an elementary function with the bits that [its
/// tensor][dev.lanewise.tensor.Tensor] has; nothing is contracted or reordered. Numbers are rounded to float. A term used twice
/// is computed once. NaN in, NaN out, but where [#pow] says otherwise.
///
/// Slopes are the mathematical ones. At kinks: 0 for [#abs] at 0 and [#relu] at 0 and below; [#min] and [#max] give each side
/// half where both are equal, and all to both where one is NaN, as PyTorch does; a [Condition] gives the slope of what it chose.
/// Where a value is NaN its slope is NaN or, where it doesn't depend on the value (`x.add(1)`, [#relu]), what it is elsewhere.
public final class Term {

    /// Operations up to which a term is written out by [#toString].
    private static final int SHORT = 32;
    private static final Term[] NONE = {};

    private final Op op;
    private final Comparison comparison;
    private final Term[] operands;
    private final int index;
    private final double value;
    /// The operations, shared ones as often as they are used, as far as an int counts.
    private final int size;

    private Term(Op op, Comparison comparison, int index, double value, Term... operands) {
        this.op = op;
        this.comparison = comparison;
        this.index = index;
        this.value = value;
        this.operands = operands;
        long size = 1;
        for (var operand : operands) size += operand.size;
        this.size = (int) Math.min(size, Integer.MAX_VALUE);
    }

    Term(Comparison comparison, Term a, Term b, Term then, Term otherwise) {
        this(Op.SELECT, comparison, 0, 0, a, b, then, otherwise);
    }

    private static Term of(Op op, Term... operands) {
        for (var operand : operands) checked(op, operand);
        return new Term(op, null, 0, 0, operands);
    }

    static Term checked(Object operation, Term operand) {
        if (operand == null) throw new NullPointerException(operation.toString().toLowerCase(Locale.ROOT)
            + ": an operand of a formula is null; give a term or a number");
        return operand;
    }

    // ---- leaves

    /// The element of an operand of the operation, counted from 0.
    public static Term input(int index) { return leaf(Op.INPUT, index); }

    /// A number that is given for a whole call, counted from 0.
    public static Term parameter(int index) { return leaf(Op.PARAMETER, index); }

    private static Term leaf(Op op, int index) {
        if (index < 0) throw new IllegalArgumentException(op.name().toLowerCase(Locale.ROOT) + ": index " + index
            + "; they are counted from 0");
        return new Term(op, null, index, 0, NONE);
    }

    /// A number. Formulas that differ in numbers alone share their loops: it costs nothing to make one of each number.
    ///
    /// @throws IllegalArgumentException if it is finite and no float is near
    public static Term constant(double value) {
        if (Double.isFinite(value) && Float.isInfinite((float) value)) throw new IllegalArgumentException("constant: " + value
            + " is beyond the largest float, " + Float.MAX_VALUE);
        return new Term(Op.CONSTANT, null, 0, value, NONE);
    }

    // ---- arithmetic

    /// a + b.
    public Term add(Term b) { return of(Op.ADD, this, b); }

    /// a + b.
    public Term add(double b) { return add(constant(b)); }

    /// The difference, this - b.
    public Term sub(Term b) { return of(Op.SUB, this, b); }

    /// a - b.
    public Term sub(double b) { return sub(constant(b)); }

    /// The product; one with 1 is this term itself.
    public Term mul(Term b) { return isOne() ? checked(Op.MUL, b) : checked(Op.MUL, b).isOne() ? this : of(Op.MUL, this, b); }

    /// a b.
    public Term mul(double b) { return mul(constant(b)); }

    /// The quotient, this / b; by 0 infinite, or NaN for 0 / 0.
    public Term div(Term b) { return checked(Op.DIV, b).isOne() ? this : of(Op.DIV, this, b); }

    /// a / b.
    public Term div(double b) { return div(constant(b)); }

    /// this b + c, rounded once.
    public Term fma(Term b, Term c) { return of(Op.FMA, this, b, c); }

    /// -a: the sign bit turned, of NaN and 0, too.
    public Term neg() { return op == Op.CONSTANT ? constant(-value) : of(Op.NEG, this); }

    /// The magnitude; its slope at 0 is 0.
    public Term abs() { return of(Op.ABS, this); }

    /// x x.
    public Term square() { return mul(this); }

    /// 1 / x.
    public Term reciprocal() { return of(Op.RECIPROCAL, this); }

    /// The square root: NaN below 0; its slope at 0 is infinite.
    public Term sqrt() { return of(Op.SQRT, this); }

    /// 1 / sqrt(x): infinite at 0.
    public Term rsqrt() { return of(Op.RSQRT, this); }

    /// this^b within 2 ulp, with the special cases of IEEE 754: 1 where b is 0 or this is 1, beside NaN too. The number 2 makes
    /// it [#square]: the same bits, for less.
    public Term pow(Term b) { return checked(Op.POW, b).op == Op.CONSTANT && b.value == 2 ? square() : of(Op.POW, this, b); }

    /// As [#pow(Term)], to the power of a constant.
    public Term pow(double b) { return pow(constant(b)); }

    // ---- choices

    /// The smaller of two; NaN if either is.
    public Term min(Term b) { return of(Op.MIN, this, b); }

    /// As [#min(Term)], of a constant.
    public Term min(double b) { return min(constant(b)); }

    /// The larger of two; NaN if either is.
    public Term max(Term b) { return of(Op.MAX, this, b); }

    /// As [#max(Term)], of a constant.
    public Term max(double b) { return max(constant(b)); }

    /// a < b; false where either is NaN.
    public Condition lt(Term b) { return compare(Comparison.LT, b); }

    /// a < b; false where either is NaN.
    public Condition lt(double b) { return lt(constant(b)); }

    /// a <= b; false where either is NaN.
    public Condition le(Term b) { return compare(Comparison.LE, b); }

    /// a <= b; false where either is NaN.
    public Condition le(double b) { return le(constant(b)); }

    /// a > b; false where either is NaN.
    public Condition gt(Term b) { return compare(Comparison.GT, b); }

    /// a > b; false where either is NaN.
    public Condition gt(double b) { return gt(constant(b)); }

    /// a >= b; false where either is NaN.
    public Condition ge(Term b) { return compare(Comparison.GE, b); }

    /// a >= b; false where either is NaN.
    public Condition ge(double b) { return ge(constant(b)); }

    /// a == b; false where either is NaN. 0 and -0 are equal.
    public Condition eq(Term b) { return compare(Comparison.EQ, b); }

    /// a == b; false where either is NaN. 0 and -0 are equal.
    public Condition eq(double b) { return eq(constant(b)); }

    /// a != b; true where either is NaN.
    public Condition ne(Term b) { return compare(Comparison.NE, b); }

    /// a != b; true where either is NaN.
    public Condition ne(double b) { return ne(constant(b)); }

    /// Whether this compares so with another term.
    public Condition compare(Comparison comparison, Term b) {
        if (comparison == null) throw new NullPointerException("compare: no comparison");
        return Condition.of(comparison, this, checked("compare", b));
    }

    /// The same value, taken for a constant by derivatives: 0 is its slope.
    public Term detach() { return of(Op.DETACH, this); }

    // ---- elementary functions

    /// e^x within 1 ulp.
    public Term exp() { return of(Op.EXP, this); }

    /// e^x - 1, precise near 0.
    public Term expm1() { return of(Op.EXPM1, this); }

    /// The natural logarithm within 1 ulp: NaN below 0, negative infinity at 0.
    public Term log() { return of(Op.LOG, this); }

    /// log(1 + x), precise near 0.
    public Term log1p() { return of(Op.LOG1P, this); }

    /// The hyperbolic tangent within 2 ulp.
    public Term tanh() { return of(Op.TANH, this); }

    /// 1 / (1 + e^-x) within 2.5 ulp.
    public Term sigmoid() { return of(Op.SIGMOID, this); }

    /// The error function within 2 ulp.
    public Term erf() { return of(Op.ERF, this); }

    /// The sine of an angle of any size, in radians, within 1 ulp.
    public Term sin() { return of(Op.SIN, this); }

    /// The cosine of an angle of any size, in radians, within 1 ulp.
    public Term cos() { return of(Op.COS, this); }

    // ---- activations, whose slopes are precise in both tails

    /// 0 where x is negative, else x.
    public Term relu() { return of(Op.RELU, this); }

    /// log(1 + e^x), without overflow.
    public Term softplus() { return of(Op.SOFTPLUS, this); }

    /// log(1 / (1 + e^-x)), which does not underflow.
    public Term logSigmoid() { return of(Op.LOG_SIGMOID, this); }

    /// x / (1 + |x|), which has its limits at infinities.
    public Term softsign() { return of(Op.SOFTSIGN, this); }

    /// x - tanh x within 3.5 ulp, near 0 too, where the difference would cancel.
    public Term tanhshrink() { return of(Op.TANHSHRINK, this); }

    /// x times the probability that a standard normal number is below x.
    public Term gelu() { return of(Op.GELU, this); }

    /// x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2.
    public Term geluTanh() { return of(Op.GELU_TANH, this); }

    /// x sigmoid(x).
    public Term silu() { return of(Op.SILU, this); }

    /// x tanh(log(1 + e^x)).
    public Term mish() { return of(Op.MISH, this); }

    // ---- for tools that read formulas

    /// The operation on other operands, in this one's order: for tools that change formulas, and derivatives' own operations.
    ///
    /// @throws IllegalArgumentException if their number isn't the operation's, or it is a leaf or a choice
    public static Term apply(Op op, Term... operands) {
        if (operands.length != op.arity() || op.arity() == 0 || op == Op.SELECT) throw new IllegalArgumentException("apply: "
            + op + " of " + operands.length + " operands" + (op.arity() == 0 || op == Op.SELECT ? "; it has methods of its own"
                : ", but it has " + op.arity()));
        return of(op, operands.clone());
    }

    /// What it does.
    public Op op() { return op; }

    /// How a choice compares its first two operands; null for all else.
    public Comparison comparison() { return comparison; }

    /// What it reads.
    public List<Term> operands() { return Collections.unmodifiableList(Arrays.asList(operands)); }

    /// Which input or parameter it is.
    public int index() { return index; }

    /// The number that a constant is.
    public double value() { return value; }

    private boolean isOne() { return op == Op.CONSTANT && value == 1; }

    /// Each term below `roots` once, operands before those that read them; however deep, on a stack of our own.
    public static List<Term> inOrder(List<Term> roots) {
        var order = new ArrayList<Term>();
        var done = Collections.newSetFromMap(new IdentityHashMap<Term, Boolean>());
        var open = new ArrayDeque<Term>();
        for (var root : roots) {
            open.push(root);
            while (!open.isEmpty()) {
                var next = open.peek();
                var operand = done.contains(next) ? null : firstOpen(next, done);
                if (operand != null) open.push(operand);
                else if (done.add(open.pop())) order.add(next);
            }
        }
        return order;
    }

    private static Term firstOpen(Term term, java.util.Set<Term> done) {
        for (var operand : term.operands) if (!done.contains(operand)) return operand;
        return null;
    }

    /// The term written out, if it is short.
    @Override
    public String toString() {
        if (size > SHORT) return "a formula of " + inOrder(List.of(this)).size() + " operations";
        return switch (op) {
            case INPUT -> "x" + index;
            case PARAMETER -> "p" + index;
            case CONSTANT -> Double.toString(value);
            case SELECT -> "(" + operands[0] + " " + comparison.name().toLowerCase(Locale.ROOT) + " " + operands[1] + " ? "
                + operands[2] + " : " + operands[3] + ")";
            default -> op.name().toLowerCase(Locale.ROOT) + Arrays.asList(operands).toString().replace('[', '(')
                .replace(']', ')');
        };
    }
}
