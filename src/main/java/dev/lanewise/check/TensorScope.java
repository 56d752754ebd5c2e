package dev.lanewise.check;

import dev.lanewise.nn.init.Fan;
import dev.lanewise.tensor.Shape;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What names stand for where a rule meets a tensor: its own figures, and the contract's variables.
///
/// @param stars what the pattern's stars stand for
/// @param fan   null if it isn't known
record TensorScope(Expression.Scope variables, Shape shape, List<String> stars, Fan fan) implements Expression.Scope {

    /// What a contract's variables can't be named.
    static final List<String> OWN = List.of("rows", "columns", "numel", "fan_in", "fan_out");

    private static final Pattern NUMBERED = Pattern.compile("\\$([0-9])");

    TensorScope with(Fan fan) { return new TensorScope(variables, shape, stars, fan); }

    @Override
    public double value(String name) {
        return switch (name) {
            case "rows" -> shape.rank() == 0 ? 1 : shape.size(0);
            case "columns" -> shape.rank() == 0 ? 1 : (double) shape.numel() / Math.max(1, shape.size(0));
            case "numel" -> shape.numel();
            case "fan_in" -> known().in();
            case "fan_out" -> known().out();
            default -> variables.value(name);
        };
    }

    private Fan known() {
        if (fan == null) throw new IllegalArgumentException("shape " + shape
            + " has no fans; say \"like\" and the name of its layer's weight, or \"fan\" in and out");
        return fan;
    }

    @Override
    public double star(int i) {
        int end = 0;
        var star = named(i);
        while (end < star.length() && end < 9 && Character.isDigit(star.charAt(end))) end++;
        if (end == 0) throw new IllegalArgumentException("$" + i + " stands for \"" + star
            + "\" here, which begins with no number");
        return Integer.parseInt(star.substring(0, end));
    }

    private String named(int i) {
        if (i < 1 || i > stars.size()) throw new IllegalArgumentException("$" + i + ", but the pattern has " + stars.size()
            + " stars");
        return stars.get(i - 1);
    }

    /// A name with what the stars stand for in the places of $1, $2 …
    String filled(String template) {
        return NUMBERED.matcher(template).replaceAll(found -> Matcher.quoteReplacement(named(found.group(1).charAt(0) - '0')));
    }

    @Override
    public double count(NamePattern pattern) { return variables.count(pattern); }

    @Override
    public double size(NamePattern pattern, int dim) { return variables.size(pattern, dim); }
}
