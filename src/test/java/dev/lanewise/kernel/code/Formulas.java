package dev.lanewise.kernel.code;

import dev.lanewise.formula.Comparison;
import dev.lanewise.kernel.expr.Expr.F32;
import dev.lanewise.kernel.expr.Expr.I32;
import dev.lanewise.kernel.expr.Expr;
import dev.lanewise.kernel.expr.Fold;
import dev.lanewise.kernel.expr.Formula;
import dev.lanewise.kernel.expr.Functions;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/// Formulas for properties: random ones of all kinds of nodes, and the library's own functions.
///
/// A random formula is a list of steps, each of which combines earlier nodes to a new one; so nodes are shared.
public final class Formulas {

    public static final List<Formula> NAMED = List.of(
        Formula.unary("exp", Functions::exp), Formula.unary("log", Functions::log),
        Formula.unary("relu", Functions::relu), Formula.binary("max", Functions::max),
        Formula.binary("hypot", (x, y) -> x.fma(x, y.mul(y)).sqrt()),
        Formula.unary("expm1", Functions::expm1), Formula.unary("log1p", Functions::log1p),
        Formula.unary("sigmoid", Functions::sigmoid), Formula.unary("tanh", Functions::tanh),
        Formula.unary("erf", Functions::erf), Formula.unary("sin", Functions::sin), Formula.unary("cos", Functions::cos),
        Formula.binary("min", Functions::min), Formula.binary("pow", Functions::pow),
        Formula.unary("sine", x -> Functions.Circle.ofTurn(x.bits()).sine()),
        Formula.unary("cosine", x -> Functions.Circle.ofTurn(x.bits()).cosine()));

    /// Folds of one, two and three slots and a scalar.
    public static final List<Fold> FOLDS = List.of(
        new Fold("sum", Expr.slot(0), Fold.Combine.ADD),
        new Fold("max", Expr.slot(0), Fold.Combine.MAX),
        new Fold("sum_exp", Functions.exp(Expr.slot(0).sub(Expr.scalar(0))), Fold.Combine.ADD),
        new Fold("dot", Expr.slot(0).mul(Expr.slot(1)), Fold.Combine.ADD),
        new Fold("max_fma", Expr.slot(0).fma(Expr.slot(1), Expr.slot(2)), Fold.Combine.MAX));

    /// Numbers that it takes for the whole loop.
    static final int SCALARS = 2;

    private Formulas() {}

    /// A formula that prints as a list of assignments. Its own `toString` writes shared nodes out again wherever they
    /// are used, which takes exponential time, and so does its `hashCode`.
    static final class Listed {
        final Formula formula;

        Listed(Formula formula) { this.formula = formula; }

        @Override
        public String toString() {
            var nodes = formula.nodes();
            var names = new IdentityHashMap<Expr, String>();
            var text = new StringBuilder(formula.name());
            for (var node : nodes) {
                names.put(node, "n" + names.size());
                text.append("\n  ").append(names.get(node)).append(" = ").append(switch (node) {
                    case Expr.Arithmetic x -> x.operation();
                    case Expr.IntArithmetic x -> "INT_" + x.operation();
                    case Expr.Select x -> "SELECT_" + x.comparison();
                    case Expr.Shift x -> x.kind() + "_" + x.by();
                    case Expr leaf when leaf.operands().isEmpty() -> leaf;
                    default -> node.getClass().getSimpleName();
                }).append(' ').append(String.join(" ", node.operands().stream().map(names::get).toList()));
            }
            for (var output : formula.outputs())
                text.append("\n  slot ").append(output.slot()).append(" = ").append(names.get(output.value()));
            return text.toString();
        }
    }

    /// A node made of those with the numbers a to d, counted modulo how many there are.
    private record Step(int kind, int a, int b, int c, int d) {}

    /// Formulas of slots 0 to 2 and two scalars that write slots 3 and 0.
    static Arbitrary<Listed> maps() {
        var random = steps().map(steps -> {
            var leaves = List.of(Expr.slot(0), Expr.slot(1), Expr.slot(2), Expr.scalar(0), Expr.scalar(1));
            return new Listed(new Nodes(leaves, List.of()).formula(steps, 3, 0));
        });
        return Arbitraries.frequencyOf(Tuple.of(4, random), Tuple.of(1, Arbitraries.of(NAMED).map(Listed::new)));
    }

    /// Formulas of the counter and the key that write slots 0 and 1.
    static Arbitrary<Listed> fills() {
        return steps().map(steps -> {
            var words = List.<I32>of(Expr.counter(0), Expr.counter(1), Expr.key(0), Expr.key(1));
            var nodes = new Nodes(List.of(Expr.counter(0).toFloat(), Expr.key(0).toFloat()), words);
            return new Listed(nodes.formula(steps, 0, 1));
        });
    }

    private static Arbitrary<List<Step>> steps() {
        var number = Arbitraries.integers().between(0, 1 << 16);
        return Combinators.combine(Arbitraries.integers().between(0, Nodes.KINDS - 1), number, number, number, number)
            .as(Step::new).list().ofMinSize(1).ofMaxSize(24);
    }

    private static final class Nodes {
        static final int KINDS = 16;

        private final List<F32> floats;
        private final List<I32> ints;

        Nodes(List<F32> floats, List<I32> ints) {
            this.floats = new ArrayList<>(floats);
            this.ints = new ArrayList<>(ints);
            for (int constant : new int[] {0, 1, -1, 23, 0x7fffff, 0x80000000, 0x1BD11BDA})
                this.ints.add(Expr.constant(constant));
        }

        Formula formula(List<Step> steps, int firstSlot, int secondSlot) {
            steps.forEach(this::add);
            return new Formula("random", List.of(new Formula.Output(firstSlot, floats.getLast()),
                new Formula.Output(secondSlot, floats.get(floats.size() / 2))));
        }

        private void add(Step step) {
            F32 a = at(floats, step.a);
            F32 b = at(floats, step.b);
            F32 c = at(floats, step.c);
            F32 d = at(floats, step.d);
            I32 i = at(ints, step.a);
            I32 j = at(ints, step.b);
            switch (step.kind) {
                case 0, 1 -> floats.add(new Expr.Arithmetic(of(Expr.FloatOperation.values(), step.c), a, b));
                case 2, 3 -> floats.add(a.fma(b, c));
                case 4 -> floats.add(a.sqrt());
                case 5 -> floats.add(a.neg());
                case 6 -> floats.add(a.abs());
                case 7, 8 -> floats.add(Expr.select(of(Comparison.values(), step.a + step.d), a, b, c, d));
                case 9 -> floats.add(Expr.constant(Samples.SPECIAL[step.a % Samples.SPECIAL.length]));
                case 10 -> floats.add(i.asFloat());
                case 11 -> floats.add(i.toFloat());
                // an operation that gives NaN leaves its bits open, so a NaN is replaced before they are read
                case 12 -> ints.add(Expr.select(Comparison.EQ, a, a, a, Expr.constant(1f)).bits());
                case 13, 14 -> ints.add(new Expr.IntArithmetic(of(Expr.IntOperation.values(), step.c), i, j));
                default -> ints.add(new Expr.Shift(of(Expr.ShiftKind.values(), step.c), i, step.b % 32));
            }
        }

        private static <T> T at(List<T> list, int index) { return list.get(index % list.size()); }

        private static <T> T of(T[] values, int index) { return values[index % values.length]; }
    }
}
