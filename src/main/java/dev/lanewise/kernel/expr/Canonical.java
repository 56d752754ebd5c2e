package dev.lanewise.kernel.expr;

import dev.lanewise.formula.Comparison;
import dev.lanewise.formula.Op;
import dev.lanewise.formula.Term;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Terms whose equal parts are one, with the list of operations by which equal formulas know each other.
///
/// @param terms     the terms
/// @param structure what they are made of: equal if and only if they compute the same in the same way
public record Canonical(List<Term> terms, List<Node> structure) {

    /// An operation.
    ///
    /// @param index    of an input or a parameter
    /// @param bits     of a number
    /// @param operands places in the list; those of the terms that are asked for are a last node's
    public record Node(Op op, Comparison comparison, int index, long bits, List<Integer> operands) {}

    public static Canonical of(List<Term> terms) {
        var places = new IdentityHashMap<Term, Integer>();
        var known = new HashMap<Node, Integer>();
        var nodes = new ArrayList<Node>();
        var made = new ArrayList<Term>();
        for (var term : Term.inOrder(terms)) {
            var operands = term.operands().stream().map(places::get).toList();
            var node = new Node(term.op(), term.comparison(), term.index(), Double.doubleToRawLongBits(term.value()), operands);
            var place = known.get(node);
            if (place == null) {
                place = nodes.size();
                known.put(node, place);
                nodes.add(node);
                made.add(withOperands(term, operands.stream().map(made::get).toList()));
            }
            places.put(term, place);
        }
        nodes.add(new Node(Op.DETACH, null, -1, 0, terms.stream().map(places::get).toList()));
        return new Canonical(terms.stream().map(term -> made.get(places.get(term))).toList(), List.copyOf(nodes));
    }

    /// A term with others in the place of some.
    ///
    /// @param replacement null for a term that stays
    public static Term replaced(Term term, Function<Term, Term> replacement) {
        var done = new IdentityHashMap<Term, Term>();
        for (var each : Term.inOrder(List.of(term))) {
            var other = replacement.apply(each);
            done.put(each, other != null ? other : withOperands(each, each.operands().stream().map(done::get).toList()));
        }
        return done.get(term);
    }

    /// The same operation on other operands.
    public static Term withOperands(Term term, List<Term> operands) {
        if (operands.isEmpty() || same(operands, term.operands())) return term;
        if (term.op() == Op.SELECT)
            return operands.get(0).compare(term.comparison(), operands.get(1)).select(operands.get(2), operands.get(3));
        return switch (term.op()) {
            // a factor of 1 goes
            case MUL -> operands.get(0).mul(operands.get(1));
            case DIV -> operands.get(0).div(operands.get(1));
            default -> Term.apply(term.op(), operands.toArray(Term[]::new));
        };
    }

    private static boolean same(List<Term> a, List<Term> b) {
        for (int i = 0; i < a.size(); i++) if (a.get(i) != b.get(i)) return false;
        return true;
    }

    /// A formula whose numbers are parameters, and these.
    ///
    /// @param numbers the parameters' values in order: those that were parameters before, and which are 0 here, then numbers
    public record Generalized(Term term, double[] numbers) {

        /// 0 and 1 stay: they are what formulas are made with, not what is tried out.
        public static Generalized of(Term term, int parameters) {
            var numbers = new ArrayList<Double>();
            for (int i = 0; i < parameters; i++) numbers.add(0.0);
            Map<Term, Term> replaced = new IdentityHashMap<>();
            for (var each : Term.inOrder(List.of(term))) {
                if (each.op() != Op.CONSTANT || each.value() == 0 || each.value() == 1) continue;
                replaced.put(each, Term.parameter(numbers.size()));
                numbers.add(each.value());
            }
            return new Generalized(replaced(term, replaced::get), numbers.stream().mapToDouble(number -> number).toArray());
        }
    }
}
