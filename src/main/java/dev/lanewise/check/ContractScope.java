package dev.lanewise.check;

import dev.lanewise.file.Quote;
import dev.lanewise.tensor.Shape;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/// A [Contract]'s variables for one model: each is worked out when it is asked for, so that one that nothing uses may be
/// senseless.
final class ContractScope implements Expression.Scope {

    private final Contract contract;
    private final Map<String, Shape> shapes;
    private final Map<String, Double> given;
    /// Variables within each other: a text may have any number of them.
    private static final int DEEPEST = 30;

    /// Of variables that were asked for, by which others may be made any number of times.
    private final Map<String, Double> known = new HashMap<>();
    private final Map<Question, Double> answers = new HashMap<>();
    private final Set<String> open = new HashSet<>();
    private final Set<String> asked = new HashSet<>();

    /// @param dim below 0 for how many there are
    private record Question(String pattern, int dim) {}

    /// @param shapes by stripped name
    /// @param given  values that take the place of the contract's
    ContractScope(Contract contract, Map<String, Shape> shapes, Map<String, Double> given) {
        this.contract = contract;
        this.shapes = shapes;
        this.given = given;
    }

    @Override
    public double value(String name) {
        asked.add(name);
        if (given.containsKey(name)) return given.get(name);
        var variable = contract.variables().get(name);
        if (variable == null) throw new IllegalArgumentException("there is no variable " + Quote.of(name) + "; write let "
            + Quote.name(name) + " = VALUE in the contract, or give one to the audit");
        if (known.containsKey(name)) return known.get(name);
        if (open.size() == DEEPEST) throw new IllegalArgumentException("variable " + Quote.of(name) + ", in line "
            + variable.line() + ", is the " + (DEEPEST + 1) + "th of a row of which each is made of the next; write fewer");
        if (!open.add(name)) throw new IllegalArgumentException("variable " + Quote.of(name) + " is made of itself, in line "
            + variable.line());
        try {
            double value = variable.expression().value(this);
            if (!Double.isFinite(value)) throw new IllegalArgumentException("variable " + Quote.of(name) + " is "
                + value + " here");
            known.put(name, value);
            return value;
        } finally {
            open.remove(name);
        }
    }

    /// A name that isn't the contract's was meant for another, which keeps its own value unnoticed.
    ///
    /// @throws IllegalArgumentException if one of the given values is for no variable
    void requireGivenIsUsed() {
        for (var name : given.keySet()) if (!asked.contains(name) && !contract.variables().containsKey(name))
            throw new IllegalArgumentException("audit: the contract has no variable " + Quote.of(name)
                + (contract.variables().isEmpty()
                ? "; it has none" : "; it has " + Quote.names(new TreeSet<>(contract.variables().keySet()))));
    }

    @Override
    public double star(int i) { throw new IllegalArgumentException("$" + i + " has a meaning in rules alone"); }

    /// As it is asked for again by each tensor that the rule is for.
    @Override
    public double count(NamePattern pattern) { return asking(pattern, -1, this::counted); }

    @Override
    public double size(NamePattern pattern, int dim) { return asking(pattern, dim, each -> sized(each, dim)); }

    private double asking(NamePattern pattern, int dim, ToDoubleFunction<NamePattern> all) {
        var question = new Question(pattern.text(), dim);
        var answer = answers.get(question);
        if (answer == null) answers.put(question, answer = all.applyAsDouble(pattern));
        return answer;
    }

    private double counted(NamePattern pattern) {
        long count = shapes.keySet().stream().filter(name -> pattern.match(name).isPresent()).count();
        if (count == 0) throw none(pattern);
        return count;
    }

    private double sized(NamePattern pattern, int dim) {
        var sizes = new HashSet<Integer>();
        shapes.forEach((name, shape) -> {
            if (pattern.match(name).isEmpty()) return;
            if (dim >= shape.rank()) throw new IllegalArgumentException("size(" + pattern.text() + ", " + dim + "): "
                + Quote.of(name) + " has shape " + shape + ", whose dimensions count from 0");
            sizes.add(shape.size(dim));
        });
        if (sizes.isEmpty()) throw none(pattern);
        if (sizes.size() > 1) throw new IllegalArgumentException("size(" + pattern.text() + ", " + dim
            + ") is not the same for all tensors of such names: " + sizes.stream().sorted().limit(5)
            .toList() + "; name some that are alike");
        return sizes.iterator().next();
    }

    private static IllegalArgumentException none(NamePattern pattern) {
        return new IllegalArgumentException("no tensor has a name like " + Quote.of(pattern.text())
            + ", of which the contract asks how many or how large" + " they are; give the variable a value of your own");
    }

    Shape shape(String name) {
        var shape = shapes.get(name);
        if (shape == null) throw new IllegalArgumentException("there is no tensor " + Quote.of(name) + ", which the rule names");
        return shape;
    }
}
