package dev.lanewise.kernel.expr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.formula.Op;
import dev.lanewise.formula.Term;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import org.junit.jupiter.api.Test;

class DerivativeTest {

    /// Points at which a difference quotient told the slope of a random formula.
    private static int told;

    private static final Set<Op> COMPARING = EnumSet.of(Op.MIN, Op.MAX, Op.SELECT);
    private static final Set<Op> SUMMING = EnumSet.of(Op.ADD, Op.SUB, Op.FMA);
    private static final double[] STEPS = {1e-3, 8.3e-4, 7.1e-4, 3.7e-4};
    private static final Term X = Term.input(0);
    private static final Term ONE = Term.constant(1);
    /// Points on both sides of every kink, in the tails, and next to 0.
    private static final double[] POINTS = {-30, -9.1, -4.3, -2.2, -1.3, -0.7, -0.31, -0.05, -1e-3, 1e-3, 0.04, 0.3, 0.62, 0.93,
        1.4, 2.1, 3.3, 5.7, 8.2, 12.6, 31};

    @Provide
    Arbitrary<Term> oneInput() { return Terms.of(1); }

    @Provide
    Arbitrary<Term> threeInputs() { return Terms.of(3); }

    @Test
    void everyFunctionHasTheSlopeOfItsValueAndTheCurvatureOfItsSlope() {
        for (var op : Terms.UNARY) {
            var slope = Derivative.of(Term.apply(op, X), 0, ONE);
            assertHolds(op + "", Term.apply(op, X), slope, 8);
            var curvature = Derivative.of(slope, 0, ONE);
            // jumps alone are left
            if (op == Op.NEG || op == Op.RELU || op == Op.ABS) {
                assertTrue(curvature == null || new DoubleValue(curvature).at(2) == 0, op + ": " + curvature);
                continue;
            }
            assertHolds(op + "'", slope, curvature, 8);
            assertHolds(op + "''", curvature, Derivative.of(curvature, 0, ONE), 8);
        }
    }

    @Test
    void powersHaveTheirSlopesByBothOperands() {
        for (double b : new double[] {-1.5, -1, 0.3, 2, 3, 7.5}) {
            assertHolds("x^" + b, X.pow(b), Derivative.of(X.pow(b), 0, ONE), 8);
            var slope = Derivative.of(X.pow(b), 0, ONE);
            assertHolds("x^" + b + "'", slope, Derivative.of(slope, 0, ONE), 8);
        }
        for (double a : new double[] {0.2, 1.7, 3}) {
            var power = Term.constant(a).pow(X);
            var slope = Derivative.of(power, 0, ONE);
            assertHolds(a + "^x", power, slope, 15);
            assertHolds(a + "^x'", slope, Derivative.of(slope, 0, ONE), 15);
            // b stands in the exponent and beside it
            var mixed = Derivative.of(X.pow(X), 0, ONE);
            assertHolds("x^x", X.pow(X), mixed, 8);
            assertHolds("x^x'", mixed, Derivative.of(mixed, 0, ONE), 8);
        }
    }

    @Property(tries = 200)
    void anyFormulaHasTheSlopeOfItsValue(@ForAll("oneInput") Term f) {
        var slope = Derivative.of(f, 0, ONE);
        for (double x : POINTS) told += holds(f, slope, new double[] {x}, 0, 1e3);
    }

    @AfterContainer
    static void mostPointsTold() { assertTrue(told == 0 || told > 150 * POINTS.length / 2, told + " points told"); }

    @Property(tries = 200)
    void anyFormulaHasTheSlopeByEachInput(@ForAll("threeInputs") Term f) {
        for (int input = 0; input < 3; input++) {
            var slope = Derivative.of(f, input, ONE);
            for (double x : POINTS) holds(f, slope, new double[] {x, 0.41 - x / 3, 1.7}, input, 1e3);
        }
    }

    /// No slope is told where a term's own ends, though the formula goes on there.
    @Test
    void noSlopeIsToldWhereATermsOwnEnds() {
        var nothing = X.sub(X);
        for (var f : List.of(nothing.sqrt().add(X), X.sub(nothing.pow(0.5)), nothing.log().exp().add(X), X.add(X.mul(0).sqrt()),
            nothing.sub(1).sqrt().pow(nothing).add(X)))
            for (double x : POINTS) {
                assertTrue(Double.isNaN(new DoubleValue(Derivative.of(f, 0, ONE)).at(x)), f + " at " + x);
                assertEquals(0, holds(f, Derivative.of(f, 0, ONE), new double[] {x}, 0, 1e3), f + " at " + x);
            }
    }

    /// The seed may be anything: it is what the slope is multiplied by.
    @Property(tries = 200)
    void theSeedIsAFactor(@ForAll("oneInput") Term f) {
        var slope = Derivative.of(f, 0, ONE);
        var seeded = Derivative.of(f, 0, Term.input(1));
        assertEquals(slope == null, seeded == null);
        if (slope == null) return;
        for (double x : POINTS) {
            double expected = -3 * new DoubleValue(slope).at(x);
            double actual = new DoubleValue(seeded).at(x, -3);
            if (!Double.isFinite(actual) && atAnEdge(new DoubleValue(f), new double[] {x})) continue;
            boolean told = Double.isFinite(expected) && !cancels(new DoubleValue(slope), x)
                && !cancels(new DoubleValue(seeded), x, -3);
            if (told) assertEquals(expected, actual, 1e-6 * Math.abs(expected) + 1e-9, f + " at " + x);
        }
    }

    @Test
    void theSlopeOfAChoiceIsTheChoiceOfTheSlopes() {
        // sqrt's slope at 0 is infinite, log's below 0 is NaN, e^x's above 88 infinite
        for (var f : List.of(X.gt(0).select(X.sqrt(), 0), X.gt(0).select(X.log(), X.mul(2)), X.gt(0).select(X, X.exp().mul(0)),
            X.gt(1).select(X.reciprocal(), X.square()))) {
            var slope = Derivative.of(f, 0, ONE);
            for (var each : List.of(slope, Derivative.of(slope, 0, ONE)))
                for (float x : new float[] {-1000, -1, 0, 1000})
                    assertTrue(Float.isFinite(value(each, x)), f + ": " + each + " at " + x + " is " + value(each, x));
        }
    }

    /// As PyTorch has it, which goes backward: 0 below 0, not 0 times the root's infinite slope there.
    @Test
    void whereAChoiceLeavesNoSlopeThereIsNoneBehindIt() {
        var y = X.relu();
        for (var f : List.of(y.sqrt(), y.log(), y.reciprocal().neg(), y.pow(0.5), Term.constant(1).div(y), y.fma(y.rsqrt(), y),
            y.mul(y.rsqrt()), X.max(0).sqrt(), X.max(2).sub(2).rsqrt(), X.gt(0).select(X, 0).sqrt().log(),
            X.gt(0).select(X, 0).min(3).max(0).relu().sqrt())) {
            var slope = Derivative.of(f, 0, ONE);
            for (var each : List.of(slope, Derivative.of(slope, 0, ONE)))
                for (float x : new float[] {-1, -1000}) assertEquals(0, value(each, x), f + ": " + each + " at " + x);
        }
        var relus = X;
        for (int i = 0; i < 20_000; i++) relus = relus.mul(0.5).relu();
        assertTrue(Term.inOrder(List.of(Derivative.of(relus, 0, ONE))).size() < 200_000);
    }

    @Test
    void softplusAndLogSigmoidBendPreciselyInBothTails() {
        for (var f : List.of(X.softplus(), X.logSigmoid().neg())) {
            var curvature = Derivative.of(Derivative.of(f, 0, ONE), 0, ONE);
            for (float x = -80; x <= 80; x += 0.37f) {
                double power = Math.exp(-Math.abs((double) x));
                double expected = power / ((1 + power) * (1 + power));
                assertEquals(expected, value(curvature, x), 1e-6 * expected, f + " at " + x);
            }
        }
    }

    @Test
    void kinksHaveTheSlopesThatAreSaid() {
        assertSlope(X.abs(), 0, 0);
        assertSlope(X.abs(), -0f, -0f);
        assertSlope(X.abs(), Float.NaN, Float.NaN);
        assertSlope(X.relu(), 0, 0);
        assertSlope(X.relu(), Float.NaN, 1);
        assertSlope(X.max(0), 0, 0.5f);
        assertSlope(X.min(0), 0, 0.5f);
        assertSlope(X.max(1), Float.NaN, 1);
        assertSlope(X.max(X.neg()), 0, 0);
        assertSlope(X.max(X), 3, 1);
        assertSlope(X.gt(0).select(X.mul(5), X.mul(7)), 0, 7);
        assertSlope(X.mul(2).add(X.mul(3).detach()), 1, 2);
        assertNull(Derivative.of(X.gt(0).select(1, 2), 0, ONE), "a step changes in jumps only");
        assertNull(Derivative.of(Term.input(1), 0, ONE));
    }

    /// A chain of 100,000 operations, and a term of which 2^40 ways lead to its input.
    @Test
    void depthAndWidthAreNoMatter() {
        var deep = X;
        for (int i = 0; i < 100_000; i++) deep = i % 2 == 0 ? deep.add(1) : deep.mul(0.5);
        assertEquals(1, new DoubleValue(deep).at(0), 1);
        assertEquals(Math.pow(0.5, 50_000), new DoubleValue(Derivative.of(deep, 0, ONE)).at(0));
        assertTrue(deep.toString().contains("operations"), deep.toString());
        var wide = X;
        for (int i = 0; i < 40; i++) wide = wide.add(wide);
        assertEquals(0x1p40, new DoubleValue(Derivative.of(wide, 0, ONE)).at(1));
        assertEquals(41, Expr.inOrder(Lowering.of(List.of(wide))).size());
        var product = X;
        for (int i = 0; i < 10; i++) product = product.mul(product);
        assertEquals(0x1p10, new DoubleValue(Derivative.of(product, 0, ONE)).at(1));
        assertTrue(Expr.inOrder(Lowering.of(List.of(deep))).size() > 100_000);
    }

    private static void assertSlope(Term f, float x, float expected) {
        assertEquals(expected, value(Derivative.of(f, 0, ONE), x), f + " at " + x);
    }

    /// As a loop computes it.
    private static float value(Term term, float x) {
        var lowered = Lowering.of(List.of(term));
        return (Float) dev.lanewise.kernel.code.Interpreter.evaluate(Expr.inOrder(lowered), _ -> x).get(lowered.getFirst());
    }

    /// @param least how many of the points must tell
    private static void assertHolds(String name, Term f, Term slope, int least) {
        int held = 0;
        for (double x : POINTS) {
            if (name.startsWith("SIN") || name.startsWith("COS") || Math.abs(x) < 25) held += holds(f, slope, new double[] {x}, 0,
                Double.POSITIVE_INFINITY);
        }
        assertTrue(held >= least, name + ": " + held + " points told");
    }

    /// Whether a difference quotient tells what the slope is there, and then that it is so: 1 or 0.
    ///
    /// @param limit of what is computed on the way
    private static int holds(Term f, Term slope, double[] at, int input, double limit) {
        var value = new DoubleValue(f);
        double fine = quotient(value, at, input, 5e-4);
        double size = Math.abs(fine) + 1e-4 * Math.abs(value.at(at));
        // a kink is near, or the function isn't smooth enough to tell; noise may agree once, but not with every step
        boolean agree = Arrays.stream(STEPS).allMatch(h -> Math.abs(quotient(value, at, input, h) - fine) <= 1e-8 * size);
        double bend = moved(value, at, input, 1e-7) + moved(value, at, input, -1e-7) - 2 * value.at(at);
        if (!agree || size > 1e50 || Math.abs(bend) > 1e-8 * size) return 0;
        if (ties(value, at)) return 0;
        // what cancels leaves no digits
        if (Arrays.stream(value.values(at)).map(Math::abs).max().orElse(0) > Math.min(1e4 * size, limit)) return 0;
        if (cancels(value, at) || slope != null && cancels(new DoubleValue(slope), at)) return 0;
        double actual = slope == null ? 0 : new DoubleValue(slope).at(at);
        if (!Double.isFinite(actual) && atAnEdge(value, at)) return 0;
        assertEquals(fine, actual, 1e-6 * size + 1e-10, f + " by " + input + " at " + Arrays.toString(at) + ": " + slope);
        return 1;
    }

    /// Whether two terms that are compared are equal there, though they are two: then a slope is chosen or shared for what lies
    /// on both sides of a kink, which may be that of neither, as of max(min(a, b), a) where a is b.
    private static boolean ties(DoubleValue value, double[] at) {
        var values = value.values(at);
        for (var term : value.order()) {
            if (!COMPARING.contains(term.op())) continue;
            var a = term.operands().get(0);
            var b = term.operands().get(1);
            double difference = values[value.order().indexOf(a)] - values[value.order().indexOf(b)];
            if (a != b && Math.abs(difference) < 1e-6) return true;
        }
        return false;
    }

    /// Whether a term stands where its own slope ends: the root of x - x, whose slope is 0 times an infinite one, though sqrt(x -
    /// x) + x has values and a difference quotient like any other; or NaN to the power of x - x, which is 1 without a slope by
    /// the exponent.
    private static boolean atAnEdge(DoubleValue value, double[] at) {
        var values = value.values(at);
        for (var term : value.order()) {
            var operands = term.operands().stream().mapToDouble(x -> values[value.order().indexOf(x)]).toArray();
            boolean edge = switch (term.op()) {
                case SQRT, RSQRT, LOG, RECIPROCAL, POW -> operands[0] == 0;
                case LOG1P -> operands[0] == -1;
                case DIV -> operands[1] == 0;
                default -> false;
            };
            // a choice alone leaves behind what isn't finite
            boolean beyond = term.op() != Op.SELECT && !Arrays.stream(operands).allMatch(Double::isFinite);
            if (edge || beyond) return true;
        }
        return false;
    }

    /// Whether a sum has lost more digits on the way than are compared, as sigmoid(x) - 1 far out.
    private static boolean cancels(DoubleValue value, double... at) {
        var values = value.values(at);
        for (int i = 0; i < values.length; i++) {
            var term = value.order().get(i);
            if (!SUMMING.contains(term.op()) || values[i] == 0) continue;
            for (var operand : term.operands())
                if (Math.abs(values[i]) < 1e-9 * Math.abs(values[value.order().indexOf(operand)])) return true;
        }
        return false;
    }

    /// Of five points: the error is of the fourth order.
    private static double quotient(DoubleValue f, double[] at, int input, double h) {
        return (8 * (moved(f, at, input, h) - moved(f, at, input, -h))
            - (moved(f, at, input, 2 * h) - moved(f, at, input, -2 * h))) / (12 * h);
    }

    private static double moved(DoubleValue f, double[] at, int input, double by) {
        var moved = at.clone();
        moved[input] += by;
        return f.at(moved);
    }
}
