package dev.lanewise.tensor;

import dev.lanewise.formula.Term;
import java.util.Objects;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/// A function of tensors that has a gradient: one of your own, made as the library's are.
///
/// What works element by element is a formula, from which all follows: SIMD loops with the same bits on every machine, the
/// gradient, the gradient's gradient, and, through `Nonlinearity`, a gain:
///
/// ```java
/// var softshrink = Operation.elementwise("softshrink", x -> x.abs().le(0.5).select(0, x.gt(0).select(x.sub(0.5), x.add(0.5))));
/// ```
///
/// All else is computed by tensor operations, and has a rule for each input, in tensor operations too.
///
/// An operation is made once, and may be used by several threads.
public sealed interface Operation permits NamedOperation {

    /// A value of three terms.
    @FunctionalInterface
    interface TernaryFormula {
        /// The value.
        Term of(Term a, Term b, Term c);
    }

    /// A function of each element.
    ///
    /// @param formula is asked once; numbers of yours that it uses are what they are then
    static ElementwiseOperation elementwise(String name, UnaryOperator<Term> formula) {
        Objects.requireNonNull(formula, () -> name + ": no formula");
        return new ElementwiseOperation(name, 1, formula.apply(Term.input(0)));
    }

    /// A function of two elements, over shapes that broadcast.
    ///
    /// @param formula as [#elementwise(String, UnaryOperator)]'s
    static ElementwiseOperation elementwise(String name, BinaryOperator<Term> formula) {
        Objects.requireNonNull(formula, () -> name + ": no formula");
        return new ElementwiseOperation(name, 2, formula.apply(Term.input(0), Term.input(1)));
    }

    /// A function of three elements, over shapes that broadcast.
    ///
    /// @param formula as [#elementwise(String, UnaryOperator)]'s
    static ElementwiseOperation elementwise(String name, TernaryFormula formula) {
        Objects.requireNonNull(formula, () -> name + ": no formula");
        return new ElementwiseOperation(name, 3, formula.of(Term.input(0), Term.input(1), Term.input(2)));
    }

    /// What a forward pass has to work with, and what it leaves for the rules.
    interface Call {

        /// An input; in a rule, one that was saved.
        ///
        /// @throws IllegalStateException in a rule, if it wasn't, or if it was changed since
        Tensor input(int index);

        /// Saves inputs for the rules: until backward, or until nobody can ask for it any more.
        void save(int... inputs);

        /// Saves the result for the rules.
        void saveOutput();

        /// In a rule, the result, if it was saved.
        ///
        /// @throws IllegalStateException if it wasn't, or if it was changed since
        Tensor output();

        /// Keeps something that isn't differentiated for the rules: indices, a mask, sizes. What depends on inputs smoothly
        /// belongs to the rules, which compute it of what was saved; else second derivatives would be wrong.
        void keep(Object value);

        /// In a rule, what was kept.
        ///
        /// @throws IllegalStateException if it is no `type`
        <T> T kept(Class<T> type);
    }

    /// Computes the result. What it does is not recorded.
    @FunctionalInterface
    interface Forward {
        /// A new tensor.
        Tensor of(Call call);
    }

    /// The gradient of one input, from that of the result: in tensor operations, so that it can be differentiated in turn.
    @FunctionalInterface
    interface Rule {
        /// The input's share of the gradient: the vector-Jacobian product.
        ///
        /// @param gradient of the result's shape
        /// @return of the input's shape, or of one that the input broadcasts to
        Tensor of(Tensor gradient, Call call);
    }

    /// An operation that is no formula of elements.
    ///
    /// ```java
    /// var scaled = Operation.of("scaled", call -> { call.save(0); return call.input(0).div(call.input(0).norm()); },
    ///     (g, call) -> …);
    /// ```
    ///
    /// @param rules one for each input, in their order; null for one that has no gradient
    static Operation of(String name, Forward forward, Rule... rules) { return new RuleOperation(name, forward, rules); }

    /// What messages call it by.
    String name();

    /// Of one input.
    ///
    /// @throws IllegalArgumentException if it has more
    Tensor apply(Tensor x);

    /// Of two inputs.
    ///
    /// @throws IllegalArgumentException if it has more, or less, or shapes don't fit
    Tensor apply(Tensor a, Tensor b);

    /// Of three inputs.
    ///
    /// @throws IllegalArgumentException if it has more, or less, or shapes don't fit
    Tensor apply(Tensor a, Tensor b, Tensor c);

    /// Of any number of inputs.
    ///
    /// @throws IllegalArgumentException if it has more, or less, or shapes don't fit
    Tensor apply(Tensor... inputs);
}
