package dev.lanewise.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.check.GradCheck;
import dev.lanewise.formula.Term;
import dev.lanewise.kernel.expr.Terms;
import dev.lanewise.random.Threefry;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class OperationTest {

    private static final ElementwiseOperation SOFTSHRINK = Operation.elementwise("softshrink",
        x -> x.abs().le(0.5).select(0, x.gt(0).select(x.sub(0.5), x.add(0.5))));
    private static final ElementwiseOperation SWISH = Operation.elementwise("swish", (x, beta) -> x.mul(x.mul(beta).sigmoid()));
    private static final ElementwiseOperation BLEND = Operation.elementwise("blend",
        (a, b, w) -> b.sub(a).fma(w.tanh(), a.exp()));
    private static final Operation UNIT = Operation.of("unit", call -> {
        call.save(0);
        call.saveOutput();
        return call.input(0).div(call.input(0).norm());
    }, (g, call) -> g.sub(call.output().mul(g.mul(call.output()).sum())).div(call.input(0).norm()));
    private static final Operation PRODUCT = Operation.of("product", call -> {
        call.save(0, 1);
        return call.input(0).matmul(call.input(1));
    }, (g, call) -> g.matmul(call.input(1).t()), (g, call) -> call.input(0).t().matmul(g));

    private static Tensor random(long seed, int... shape) { return Tensor.randn(new Threefry(seed), shape); }

    @Example
    void anElementwiseOperationIsOneExpression() {
        var x = Tensor.of(-2, -0.5f, 0.1f, 0.75f, Float.NaN, Float.NEGATIVE_INFINITY).requiresGrad(true);
        var y = SOFTSHRINK.apply(x);
        assertArrayEquals(new float[] {-1.5f, 0, 0, 0.25f, Float.NaN, Float.NEGATIVE_INFINITY}, y.toArray());
        y.sum().backward();
        assertArrayEquals(new float[] {1, 0, 0, 1, 1, 1}, x.grad().toArray());
        GradCheck.first(in -> List.of(SOFTSHRINK.apply(in.getFirst())), List.of(random(1, 4, 5)), 1).orThrow();
    }

    @Example
    void operandsBroadcastAndMayLieInAnyOrder() {
        for (var inputs : List.of(List.of(random(1, 3, 4), random(2, 4)), List.of(random(1, 4, 3).t(), random(2, 3, 1)),
            List.of(random(1), random(2, 2, 2)), List.of(random(1, 3, 8).slice(1, 0, 8, 2), random(2, 1, 4).expand(3, 4)))) {
            var two = List.of(inputs.get(0), inputs.get(1));
            GradCheck.first(in -> List.of(SWISH.apply(in.get(0), in.get(1))), two, 1).orThrow();
            GradCheck.second(in -> List.of(SWISH.apply(in.get(0), in.get(1))), two, 1).orThrow();
            var three = List.of(inputs.get(0), inputs.get(1), random(3));
            GradCheck.first(in -> List.of(BLEND.apply(in.get(0), in.get(1), in.get(2))), three, 1).orThrow();
            GradCheck.second(in -> List.of(BLEND.apply(in.get(0), in.get(1), in.get(2))), three, 1).orThrow();
            assertArrayEquals(SWISH.apply(inputs.get(0), inputs.get(1)).toArray(),
                inputs.get(0).mul(inputs.get(0).mul(inputs.get(1)).sigmoid()).toArray(),
                "the bits of one operation after the other");
        }
    }

    @Provide
    Arbitrary<Term> twoInputs() { return Terms.of(2); }

    /// Also of the derivatives' derivatives: each order is of the one before.
    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void aThirdDerivativeIsTheSecondsDerivative(@ForAll("twoInputs") Term formula) {
        var operation = new ElementwiseOperation("random", 2, formula);
        // as one formula, and as one operation of the tape for each term
        var x = Tensor.of(0.3f, -0.7f, 1.9f);
        var y = Tensor.of(-0.4f, 0.8f, 1.1f);
        var whole = derivatives(x, y, operation);
        for (var each : whole) assertEquals(3, each.length);
        assertArrayEquals(operation.apply(x, y).toArray(), whole.getFirst());
    }

    private static List<float[]> derivatives(Tensor a, Tensor b, ElementwiseOperation operation) {
        var x = a.detach().requiresGrad(true);
        var values = new ArrayList<float[]>();
        var value = operation.apply(x, b);
        for (int order = 0; order < 4; order++) {
            values.add(value.toArray());
            if (!value.requiresGrad()) break;
            value = Autograd.grad(value.sum(), List.of(x), true).getFirst();
        }
        return values;
    }

    @Example
    void manySlopesShareOneClass() {
        var x = random(1, 40).requiresGrad(true);
        slope(x, 0.25);
        var classes = ManagementFactory.getClassLoadingMXBean();
        long before = classes.getTotalLoadedClassCount();
        for (int i = 0; i < 5_000; i++) slope(x, 0.001 + i * 1e-5);
        long made = classes.getTotalLoadedClassCount() - before;
        assertTrue(made < 50, made + " classes were made");
    }

    private static void slope(Tensor x, double slope) {
        var y = Operation.elementwise("slope " + slope, v -> v.gt(0).select(v, v.mul(slope))).apply(x);
        x.zeroGrad();
        y.sum().backward();
        for (int i = 0; i < 40; i += 13) assertEquals(x.get(i) > 0 ? 1 : (float) slope, x.grad().get(i));
    }

    @Example
    void parametersAreGivenLater() {
        var leaky = Operation.elementwise("leaky", x -> x.gt(0).select(x, x.mul(Term.parameter(0)).add(3)));
        assertArrayEquals(new float[] {2, 2.5f}, leaky.with(0.5).apply(Tensor.of(2, -1)).toArray());
        assertEquals("0.5", leaky.with(0.5).formula().operands().getLast().operands().getFirst().operands().getLast().toString());
        assertTrue(assertThrows(IllegalStateException.class, () -> leaky.apply(Tensor.of(1))).getMessage().startsWith("leaky: "));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> leaky.with(1, 2)).getMessage()
            .startsWith("leaky: 2 numbers"));
    }

    @Example
    void mistakesInFormulasAreNamed() {
        assertFails("odd: the formula is null", () -> Operation.elementwise("odd", x -> (Term) null));
        assertFails("odd: the formula reads input 3", () -> Operation.elementwise("odd", x -> x.add(Term.input(3))));
        assertFails("add: an operand of a formula is null", () -> Operation.elementwise("odd", x -> x.add((Term) null)));
        assertFails("operation: the name is blank", () -> Operation.elementwise(" ", x -> x));
        assertFails("constant: 1.0E300", () -> Operation.elementwise("odd", x -> x.mul(1e300)));
        assertFails("softshrink: 2 inputs", () -> SOFTSHRINK.apply(Tensor.of(1), Tensor.of(2)));
        assertFails("swish: 1 input,", () -> SWISH.apply(Tensor.of(1)));
        assertFails("swish: input 1 is null", () -> SWISH.apply(Tensor.of(1), null));
        assertFails("swish: ", () -> SWISH.apply(Tensor.of(1, 2), Tensor.of(1, 2, 3)));
    }

    @Example
    void rulesHoldForWhatIsNoFormula() {
        for (var check : List.<Checked>of(GradCheck::first, GradCheck::second)) {
            check.of(in -> List.of(UNIT.apply(in.getFirst())), List.of(random(1, 2, 3)), 7).orThrow();
            check.of(in -> List.of(PRODUCT.apply(in.get(0), in.get(1))), List.of(random(1, 2, 3), random(2, 3, 4)), 7).orThrow();
        }
        var wrong = Operation.of("wrong", call -> call.input(0).mul(2), (g, call) -> g.mul(2.02f));
        assertTrue(!GradCheck.first(in -> List.of(wrong.apply(in.getFirst())), List.of(random(1, 3)), 7).passed());
    }

    private interface Checked {
        GradCheck.Report of(GradCheck.Function function, List<Tensor> inputs, long seed);
    }

    @Example
    void whatSavedNothingIsWalkedAgain() {
        var twice = Operation.of("twice", call -> call.input(0).mul(2), (g, call) -> g.mul(2));
        var x = Tensor.of(1, 2).requiresGrad(true);
        var y = twice.apply(x).sum();
        y.backward();
        y.backward();
        assertArrayEquals(new float[] {4, 4}, x.grad().toArray());
        var saving = UNIT.apply(x).sum();
        saving.backward();
        assertThrows(IllegalStateException.class, saving::backward);
        // an input that is returned as it is has a record of its own
        var same = Operation.of("same", call -> call.input(0), (g, call) -> g.mul(3)).apply(x);
        x.zeroGrad();
        same.sum().backward();
        assertArrayEquals(new float[] {3, 3}, x.grad().toArray());
    }

    @Example
    void mistakesInRulesAreNamed() {
        var x = Tensor.of(1, 2).requiresGrad(true);
        assertFails("odd: the rule of input 0 returned null", () -> ruled((g, call) -> null).apply(x).sum().backward());
        assertFails("odd: the rule of input 0 returned a gradient of shape [3] for an input of shape [2]",
            () -> ruled((g, call) -> Tensor.ones(3)).apply(x).sum().backward());
        assertFails("odd: a rule reads input 0, which was not saved; call save(0)",
            () -> ruled((g, call) -> call.input(0)).apply(x).sum().backward());
        assertFails("odd: a rule reads the output, which was not saved", () -> ruled((g, call) -> call.output()).apply(x).sum()
            .backward());
        assertFails("odd: save was called by a rule", () -> ruled((g, call) -> {
            call.save(0);
            return g;
        }).apply(x).sum().backward());
        assertFails("odd: input 4, but there are 1", () -> ruled((g, call) -> call.input(4)).apply(x).sum().backward());
        assertFails("odd: a rule reads a String that was kept, but nothing was",
            () -> ruled((g, call) -> g.mul(call.kept(String.class).length()))
            .apply(x).sum().backward());
        assertFails("odd: the rule of input 0 returned a tensor of shape [2] that a scope has recycled",
            () -> ruled((g, call) -> {
            var scope = new Scope();
            try (var _ = scope.open()) {
                return g.mul(2);
            }
        }).apply(x).sum().backward());
        assertFails("odd: the forward pass returned null", () -> Operation.of("odd", call -> null, (g, call) -> g).apply(x));
        assertFails("odd: 2 inputs, but it has 1 rule", () -> ruled((g, call) -> g).apply(x, x));
        assertFails("odd: input 0 is null", () -> ruled((g, call) -> g).apply((Tensor) null));
        assertFails("odd: no rules", () -> Operation.of("odd", call -> call.input(0)));
    }

    /// A mode that users' code leaves open ends with what the library runs it in.
    @Example
    void whatIsLeftOpenIsNamedAndClosed() {
        var x = Tensor.of(new float[] {1, 2}).requiresGrad(true);
        var scope = new Scope();
        assertFails("backward: scope was opened within it and left open", () -> ruled((g, call) -> {
            scope.open();
            return g;
        }).apply(x).sum().backward());
        assertFails("forward: scope, enableGrad() was opened within it and left open",
            () -> Operation.of("odd", call -> {
                Autograd.enableGrad();
                scope.open();
                return call.input(0).mul(1);
            }, (g, call) -> g).apply(x));
        x.registerHook(g -> {
            Autograd.noGrad();
            throw new UnsupportedOperationException();
        });
        var thrown = assertThrows(UnsupportedOperationException.class, () -> x.mul(3).sum().backward());
        assertTrue(thrown.getSuppressed()[0].getMessage().contains("hook: noGrad() was opened within it"), "what it threw first");
        assertTrue(Autograd.isRecording());
        var y = x.detach().requiresGrad(true);
        y.mul(3).sum().backward();
        assertArrayEquals(new float[] {3, 3}, y.grad().toArray());
        try (var _ = scope.open()) {
            assertEquals(6, x.mul(2).sum().item());
        }
    }

    private static Operation ruled(Operation.Rule rule) { return Operation.of("odd", call -> call.input(0).mul(1), rule); }

    private static void assertFails(String message, Runnable action) {
        var failure = assertThrows(RuntimeException.class, action::run);
        assertTrue(failure.getMessage() != null && failure.getMessage().startsWith(message), failure.toString());
    }
}
