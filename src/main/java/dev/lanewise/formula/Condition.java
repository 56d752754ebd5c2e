package dev.lanewise.formula;

import java.util.Objects;

/// What an element must fulfil: a comparison of two terms, or several of them. It chooses between two values, both of which are
/// evaluated.
///
/// The slope of a choice is the choice of the slopes: what isn't chosen, be it infinite or NaN, has no part in it. A condition
/// has no slope.
public final class Condition {

    private final Choice choice;

    /// How a condition picks one of two terms.
    @FunctionalInterface
    private interface Choice {
        Term of(Term then, Term otherwise);
    }

    private Condition(Choice choice) { this.choice = choice; }

    static Condition of(Comparison comparison, Term a, Term b) {
        return new Condition((then, otherwise) -> new Term(comparison, a, b, then, otherwise));
    }

    /// `then` where the condition holds, else `otherwise`.
    public Term select(Term then, Term otherwise) {
        return choice.of(Term.checked("select", then), Term.checked("select", otherwise));
    }

    /// As [#select(Term, Term)], with a number.
    public Term select(Term then, double otherwise) { return select(then, Term.constant(otherwise)); }

    /// As [#select(Term, Term)], with a number.
    public Term select(double then, Term otherwise) { return select(Term.constant(then), otherwise); }

    /// As [#select(Term, Term)], with two numbers.
    public Term select(double then, double otherwise) { return select(Term.constant(then), Term.constant(otherwise)); }

    /// Both.
    public Condition and(Condition other) {
        var second = Objects.requireNonNull(other, "and: no condition");
        return new Condition((then, otherwise) -> choice.of(second.choice.of(then, otherwise), otherwise));
    }

    /// One of them, or both.
    public Condition or(Condition other) {
        var second = Objects.requireNonNull(other, "or: no condition");
        return new Condition((then, otherwise) -> choice.of(then, second.choice.of(then, otherwise)));
    }

    /// The opposite; unlike the opposite comparison, it holds beside NaN.
    public Condition not() { return new Condition((then, otherwise) -> choice.of(otherwise, then)); }
}
