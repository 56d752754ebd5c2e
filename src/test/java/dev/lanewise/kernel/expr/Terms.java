package dev.lanewise.kernel.expr;

import dev.lanewise.formula.Comparison;
import dev.lanewise.formula.Op;
import dev.lanewise.formula.Term;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/// Random formulas for properties: lists of steps, each of which combines earlier terms to a new one, so that terms are shared.
public final class Terms {

    /// Those of one operand, but the one without a slope.
    public static final List<Op> UNARY = Arrays.stream(Op.values()).filter(op -> op.arity() == 1 && op != Op.DETACH).toList();
    /// Those that users write.
    private static final List<Op> WRITTEN = UNARY.subList(0, UNARY.indexOf(Op.MISH) + 1);
    private static final List<Op> BINARY = List.of(Op.ADD, Op.SUB, Op.MUL, Op.DIV, Op.MIN, Op.MAX);
    private static final double[] NUMBERS = {0, 1, -1, 0.5, 2, -0.3, 3.7};
    private static final int KINDS = 12;

    private record Step(int kind, int a, int b, int c, int d) {}

    private Terms() {}

    /// Of so many inputs.
    public static Arbitrary<Term> of(int inputs) {
        var number = Arbitraries.integers().between(0, 1 << 16);
        return Combinators.combine(Arbitraries.integers().between(0, KINDS - 1), number, number, number, number)
            .as(Step::new).list().ofMinSize(1).ofMaxSize(10).map(steps -> built(steps, inputs));
    }

    private static Term built(List<Step> steps, int inputs) {
        var terms = new ArrayList<Term>();
        for (int i = 0; i < inputs; i++) terms.add(Term.input(i));
        for (var step : steps) {
            var a = terms.get(terms.size() - 1 - step.a % Math.min(terms.size(), 3));
            var b = terms.get(step.b % terms.size());
            var c = terms.get(step.c % terms.size());
            terms.add(switch (step.kind) {
                case 0, 1, 2, 3 -> Term.apply(WRITTEN.get(step.d % WRITTEN.size()), a);
                // what isn't positive has powers at whole exponents only, and so no slope by them
                case 4 -> a.abs().add(0.5).pow(b.tanh());
                case 5, 6, 7 -> Term.apply(BINARY.get(step.d % BINARY.size()), a, b);
                case 8 -> a.fma(b, c);
                case 9 -> a.mul(NUMBERS[step.d % NUMBERS.length]);
                case 10 -> a.add(NUMBERS[step.d % NUMBERS.length]);
                default -> a.compare(Comparison.values()[step.d % Comparison.values().length], b).select(b, c);
            });
        }
        return terms.getLast();
    }
}
