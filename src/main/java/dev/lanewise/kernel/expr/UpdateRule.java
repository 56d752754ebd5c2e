package dev.lanewise.kernel.expr;

import static dev.lanewise.kernel.expr.Expr.constant;

import dev.lanewise.kernel.expr.Expr.F32;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// An optimizer's step: how a parameter and what is remembered of it follow from its gradient, element by element, in one pass.
///
/// What is remembered are buffers of the parameter's shape; what all elements share, as the rate, are numbers. Both have names, with
/// which the formula is written:
///
/// ```java
/// static final UpdateRule MOMENTUM = UpdateRule.of("momentum", rule -> {
///     var v = UpdateRule.kept(rule.number("momentum").fma(rule.buffer("momentum_buffer"), rule.gradient()));
///     rule.updateBuffer("momentum_buffer", v);
///     rule.updateParameter(rule.number("-rate").fma(v, rule.parameter()));
/// });
/// ```
///
/// A rule is made once, and held in a constant: its loops are compiled for it. Numbers that change from step to step belong to
/// [Numbers], not into the formula.
public final class UpdateRule {

    private static final int PARAMETER = 0;
    private static final int GRADIENT = 1;
    private static final int FIRST_BUFFER = 2;
    private static final float LEAST = Float.MIN_NORMAL;
    /// An epsilon from which on the root of a smaller square, times up to 1,000, is lost in its rounding.
    private static final double HIDES_LEAST = 1e-8;

    private final Formula formula;
    private final List<String> buffers;
    private final String[] numbers;

    private UpdateRule(Formula formula, List<String> buffers, List<String> numbers) {
        this.formula = formula;
        this.buffers = List.copyOf(buffers);
        this.numbers = numbers.toArray(String[]::new);
    }

    /// @param name names the compiled loops, so that a profile can be read
    /// @throws IllegalArgumentException if the parameter or a buffer isn't updated, or is twice, or there are more buffers than a loop
    ///     takes
    public static UpdateRule of(String name, Consumer<Definition> definition) {
        var made = new Definition(name);
        definition.accept(made);
        return made.rule();
    }

    /// Slot 0 is the parameter, slot 1 its gradient; the buffers follow in the order of [#buffers()].
    public Formula formula() { return formula; }

    /// The names of what is remembered, in the order in which the definition named them first.
    public List<String> buffers() { return buffers; }

    /// For a step's numbers, none of which is set.
    public Numbers numbers() { return new Numbers(this); }

    /// The name.
    @Override
    public String toString() { return "update rule " + formula.name(); }

    /// A mean of gradients, or the like, to be kept for the next step.
    ///
    /// What is remembered of a weight whose gradients have become 0, as behind a unit that is dead, shrinks by the same factor in
    /// each step and would stay subnormal, where processors take several times as long, for ever. It becomes 0 instead.
    public static F32 kept(F32 mean) { return Functions.flush(mean, constant(LEAST)); }

    /// A mean of squares, of whose root a step is the inverse: below what is passed for `least` it is 0.
    public static F32 kept(F32 square, F32 least) { return Functions.flush(square, least); }

    /// The number `least` of [#kept(F32, F32)] for an epsilon that is added to the root: the step is the same, to the bit, as with a
    /// square that was kept. A smaller epsilon lets everything be kept.
    public static double least(double epsilon) { return epsilon >= HIDES_LEAST ? LEAST : 0; }

    /// `base` to the power of a step's count, by squaring: `Math.pow` may differ between machines.
    ///
    /// @param exponent 0 or more
    public static double power(double base, long exponent) {
        double power = 1;
        for (double factor = base; exponent > 0; exponent >>= 1, factor *= factor)
            if ((exponent & 1) != 0) power *= factor;
        return power;
    }

    /// What a rule is written with.
    public static final class Definition {

        private final String name;
        private final List<String> buffers = new ArrayList<>();
        private final List<String> numbers = new ArrayList<>();
        private final Map<Integer, Formula.Output> outputs = new LinkedHashMap<>();

        private Definition(String name) { this.name = name; }

        /// The weight, before the step.
        public F32 parameter() { return Expr.slot(PARAMETER); }

        /// The derivative of the loss by the weight.
        public F32 gradient() { return Expr.slot(GRADIENT); }

        /// What is remembered of the weight under a name, as PyTorch's states have it: "exp_avg".
        public F32 buffer(String name) { return Expr.slot(FIRST_BUFFER + indexIn(buffers, name)); }

        /// What all elements share, to be set in [Numbers] for each step.
        public F32 number(String name) { return Expr.scalar(indexIn(numbers, name)); }

        /// Says what the weight becomes.
        public void updateParameter(F32 value) { update(PARAMETER, "the parameter", value); }

        /// Says what is remembered under a name.
        public void updateBuffer(String name, F32 value) { update(FIRST_BUFFER + indexIn(buffers, name), "\"" + name + "\"", value); }

        private void update(int slot, String what, F32 value) {
            if (outputs.putIfAbsent(slot, new Formula.Output(slot, value)) != null)
                throw malformed("updates " + what + " twice; say once what it becomes");
        }

        private static int indexIn(List<String> names, String name) {
            if (!names.contains(name)) names.add(name);
            return names.indexOf(name);
        }

        private UpdateRule rule() {
            if (FIRST_BUFFER + buffers.size() > Formula.SLOTS) throw malformed("has " + buffers.size() + " buffers, " + buffers
                + "; a loop takes at most " + (Formula.SLOTS - FIRST_BUFFER));
            if (numbers.size() > Long.SIZE) throw malformed("has " + numbers.size() + " numbers; at most " + Long.SIZE + " are taken");
            if (!outputs.containsKey(PARAMETER)) throw malformed("never updates the parameter; say updateParameter(…)");
            for (int i = 0; i < buffers.size(); i++) if (!outputs.containsKey(FIRST_BUFFER + i)) throw malformed(
                "never updates \"" + buffers.get(i) + "\"; say updateBuffer(\"" + buffers.get(i) + "\", …), or make it a number");
            return new UpdateRule(new Formula(name, List.copyOf(outputs.values())), buffers, numbers);
        }

        private IllegalArgumentException malformed(String what) {
            return new IllegalArgumentException("update rule \"" + name + "\": " + what);
        }
    }

    /// A step's numbers: computed in double, and rounded once.
    public static final class Numbers {

        private final UpdateRule rule;
        private final float[] values;
        private long set;
        /// Most often they are set in the order in which they were named.
        private int next;

        private Numbers(UpdateRule rule) {
            this.rule = rule;
            this.values = new float[rule.numbers.length];
        }

        /// @throws IllegalArgumentException if the rule has no number of this name
        public Numbers set(String name, double value) {
            int index = next < values.length && rule.numbers[next].equals(name) ? next : index(name);
            values[index] = (float) value;
            set |= 1L << index;
            next = index + 1;
            return this;
        }

        private int index(String name) {
            for (int i = 0; i < values.length; i++) if (rule.numbers[i].equals(name)) return i;
            throw new IllegalArgumentException(rule + ": it has no number \"" + name + "\", but " + Arrays.toString(rule.numbers)
                + "; set those that it was defined with");
        }

        /// Forgets what was set.
        public Numbers clear() {
            set = 0;
            next = 0;
            return this;
        }

        /// What the formula takes for its scalars; not a copy.
        ///
        /// @throws IllegalStateException if one wasn't set
        public float[] values() {
            if (Long.bitCount(set) == values.length) return values;
            int missing = Long.numberOfTrailingZeros(~set);
            throw new IllegalStateException(rule + ": the number \"" + rule.numbers[missing] + "\" was not set; set all of "
                + Arrays.toString(rule.numbers) + " in each step");
        }
    }
}
