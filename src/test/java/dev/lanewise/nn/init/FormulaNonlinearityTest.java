package dev.lanewise.nn.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lanewise.formula.Term;
import dev.lanewise.tensor.ElementwiseOperation;
import dev.lanewise.tensor.Operation;
import dev.lanewise.tensor.Rejected;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// A nonlinearity that follows from a formula is the one that was written by hand: value, slope, kinks and moments.
class FormulaNonlinearityTest {

    private static final Map<Nonlinearity, UnaryOperator<Term>> FORMULAS = new LinkedHashMap<>();

    static {
        FORMULAS.put(Nonlinearity.RELU, Term::relu);
        FORMULAS.put(Nonlinearity.TANH, Term::tanh);
        FORMULAS.put(Nonlinearity.SIGMOID, Term::sigmoid);
        FORMULAS.put(Nonlinearity.GELU, Term::gelu);
        FORMULAS.put(Nonlinearity.SILU, Term::silu);
        FORMULAS.put(Nonlinearity.MISH, Term::mish);
        FORMULAS.put(Nonlinearity.SOFTSIGN, Term::softsign);
        FORMULAS.put(Nonlinearity.LOG_SIGMOID, Term::logSigmoid);
        FORMULAS.put(Nonlinearity.ERF, Term::erf);
        FORMULAS.put(Nonlinearity.SIN, Term::sin);
        FORMULAS.put(Nonlinearity.leakyRelu(0.3), x -> x.max(0).add(x.min(0).mul(0.3)));
        FORMULAS.put(Nonlinearity.elu(0.7), x -> x.gt(0).select(x, x.expm1().mul(0.7)));
        FORMULAS.put(Nonlinearity.hardtanh(-0.7, 1.3), x -> x.max(-0.7).min(1.3));
        FORMULAS.put(Nonlinearity.softplus(2, 5), x -> x.mul(2).gt(5).select(x, x.mul(2).softplus().div(2)));
        FORMULAS.put(Nonlinearity.HARDSWISH, x -> x.le(-3).select(0, x.ge(3).select(x, x.mul(x.add(3)).div(6))));
        FORMULAS.put(Nonlinearity.HARDSIGMOID, x -> x.add(3).div(6).max(0).min(1));
        FORMULAS.put(Nonlinearity.TANHSHRINK, Term::tanhshrink);
        FORMULAS.put(Nonlinearity.celu(0.7), x -> x.gt(0).select(x, x.div(0.7).expm1().mul(0.7)));
        FORMULAS.put(Nonlinearity.softshrink(0.4),
            x -> x.gt(0.4).select(x.sub(0.4), x.lt(-0.4).select(x.add(0.4), x.mul(0).detach())));
        FORMULAS.put(Nonlinearity.hardshrink(0.4), x -> x.gt(0.4).or(x.lt(-0.4)).select(x, 0));
        FORMULAS.put(Nonlinearity.threshold(0.4, -2), x -> x.le(0.4).select(-2, x));
        // the formula's constants are floats
        FORMULAS.put(Nonlinearity.of("gelu_tanh", Nonlinearity.GELU_TANH.value(), Nonlinearity.GELU_TANH.slope()),
            Term::geluTanh);
    }

    @Test
    void whatFollowsFromAFormulaIsWhatIsWrittenByHand() {
        FORMULAS.forEach((byHand, formula) -> {
            var derived = Nonlinearity.of(Operation.elementwise(byHand.name(), formula));
            double tolerance = byHand.name().equals("gelu_tanh") ? 1e-6 : 1e-12;
            for (double x = -8.03; x < 8; x += 0.37) {
                assertEquals(byHand.value().applyAsDouble(x), derived.value().applyAsDouble(x), tolerance, byHand + " at " + x);
                assertEquals(byHand.slope().applyAsDouble(x), derived.slope().applyAsDouble(x), tolerance, byHand + "' at " + x);
            }
            assertEquals(byHand.kinks().stream().map(kink -> Math.round(kink * 1e8)).toList(),
                derived.kinks().stream().map(kink -> Math.round(kink * 1e8)).toList(), byHand + "'s kinks");
            for (double q : new double[] {0.01, 1, 7}) {
                assertEquals(byHand.square(q), derived.square(q), tolerance * 10, byHand + "'s square at " + q);
                assertEquals(byHand.squaredSlope(q), derived.squaredSlope(q), tolerance * 10, byHand + "'s slope at " + q);
            }
        });
    }

    /// Its second moment in closed form: 2 ((1 + s^2) Q(s) - s density(s)), Q being the tail's probability, at a second moment of
    /// 1.
    @Test
    void softshrinkHasItsGain() {
        var softshrink = Operation.elementwise("softshrink", x -> x.abs().le(0.5)
            .select(0, x.gt(0).select(x.sub(0.5), x.add(0.5))));
        var nonlinearity = Nonlinearity.of(softshrink);
        assertEquals(List.of(-0.5, 0.0, 0.5), nonlinearity.kinks());
        double tail = 0.3085375387259869;
        assertEquals(2 * (1.25 * tail - 0.5 * 0.3520653267642995), nonlinearity.square(1), 1e-12);
        assertEquals(2 * tail, nonlinearity.squaredSlope(1), 1e-12);
        assertEquals(0, nonlinearity.mean(1), 1e-15);
    }

    @Test
    void aStepHasNoSlope() {
        var step = Nonlinearity.of(Operation.elementwise("step", x -> x.gt(1).select(1, 0)));
        assertEquals(0, step.squaredSlope(1));
        assertEquals(List.of(1.0), step.kinks());
        assertEquals(0.15865525393145707, step.square(1), 1e-12);
    }

    @Test
    void parametersStandInItAsNumbers() {
        ElementwiseOperation leaky = Operation.elementwise("leaky", x -> x.gt(0).select(x, x.mul(Term.parameter(0))));
        assertEquals((1 + 0.0625) / 2, Nonlinearity.of(leaky.with(0.25)).square(1), 1e-12);
        Rejected.argument(() -> Nonlinearity.of(leaky), "leaky: its parameters have no numbers; call with(…) first");
        assertThrows(IllegalArgumentException.class, () -> Nonlinearity.of(Operation.elementwise("sum", (a, b) -> a.add(b))));
    }

    /// What the points of its integrals would miss.
    @Test
    void aFormulaThatIsTooNarrowIsRefused() {
        for (double narrow : new double[] {1e4, 1e6, 1e8}) Rejected.argument(() -> Nonlinearity.of(Operation.elementwise("bump",
            x -> x.sub(1).mul(x.sub(1)).mul(-narrow).exp())), "bump: it changes more narrowly", "kinks");
        Rejected.argument(() -> Nonlinearity.of(Operation.elementwise("wave", x -> x.mul(100).sin())),
            "wave: it changes more narrowly");
        Nonlinearity.of(Operation.elementwise("wave", x -> x.mul(20).sin()));
        // where the places are named, it is integrated: its square is √(π / 2w) wide, at the density of 1
        double w = 1e4;
        var named = Nonlinearity.of("bump", x -> Math.exp(-w * (x - 1) * (x - 1)),
            x -> -2 * w * (x - 1) * Math.exp(-w * (x - 1) * (x - 1)), 0.95, 0.98, 1, 1.02, 1.05);
        assertEquals(Math.sqrt(Math.PI / (2 * w)) * Math.exp(-0.5) / Math.sqrt(2 * Math.PI), named.square(1),
            1e-4 * named.square(1));
    }
}
