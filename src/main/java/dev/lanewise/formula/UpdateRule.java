package dev.lanewise.formula;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.function.Consumer;

/// An optimizer's step: how a parameter and what is remembered of it follow from its gradient, element by element, in one pass.
///
/// What is remembered are buffers of the parameter's shape; what all elements share, as the rate, are numbers. Both have names,
/// with which the formula is written:
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

    /// As many as a loop takes beside the parameter and its gradient.
    public static final int MOST_BUFFERS = 4;

    private static final int PARAMETER = 0;
    private static final int GRADIENT = 1;
    private static final int FIRST_BUFFER = 2;
    private static final float LEAST = Float.MIN_NORMAL;
    /// An epsilon from which on the root of a smaller square, times up to 1,000, is lost in its rounding.
    private static final double HIDES_LEAST = 1e-8;

    private final String name;
    private final SequencedMap<Integer, Term> updates;
    private final List<String> buffers;
    private final String[] numbers;

    private UpdateRule(String name, SequencedMap<Integer, Term> updates, List<String> buffers, List<String> numbers) {
        this.name = name;
        this.updates = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(updates));
        this.buffers = List.copyOf(buffers);
        this.numbers = numbers.toArray(String[]::new);
    }

    /// A rule by its formulas, which `definition` writes once, when this is called.
    ///
    /// @param name names the compiled loops, so that a profile can be read
    /// @throws IllegalArgumentException if the parameter or a buffer isn't updated, or is twice, or there are more buffers than a
    ///     loop takes
    public static UpdateRule of(String name, Consumer<Definition> definition) {
        var made = new Definition(Objects.requireNonNull(name, "update rule: a name is needed"));
        definition.accept(made);
        return made.rule();
    }

    /// That of the compiled loops, as a profile has it.
    public String name() { return name; }

    /// What the inputs become that are updated: input 0 is the parameter, input 1 its gradient, the buffers follow in the order
    /// of [#buffers()]. For tools that read formulas.
    public SequencedMap<Integer, Term> updates() { return updates; }

    /// The names of what is remembered, in the order in which the definition named them first.
    public List<String> buffers() { return buffers; }

    /// For a step's numbers, none of which is set.
    public Numbers numbers() { return new Numbers(this); }

    /// The name.
    @Override
    public String toString() { return "update rule \"" + name + "\""; }

    /// A mean of gradients, or the like, to be kept for the next step.
    ///
    /// What is remembered of a weight whose gradients have become 0, as behind a unit that is dead, shrinks by the same factor in
    /// each step and would stay subnormal, where processors take several times as long, for ever. It becomes 0 instead.
    public static Term kept(Term mean) { return kept(mean, Term.constant(LEAST)); }

    /// A mean of squares, of whose root a step is the inverse: below what is passed for `least` it is 0.
    public static Term kept(Term square, Term least) { return square.abs().lt(least).select(0, square); }

    /// The number `least` of [#kept(Term, Term)] for an epsilon that is added to the root: the step is the same, to the bit, as
    /// with a square that was kept. A smaller epsilon lets everything be kept.
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
        private final SequencedMap<Integer, Term> updates = new LinkedHashMap<>();

        private Definition(String name) { this.name = name; }

        /// The weight, before the step.
        public Term parameter() { return Term.input(PARAMETER); }

        /// The derivative of the loss by the weight.
        public Term gradient() { return Term.input(GRADIENT); }

        /// What is remembered of the weight under a name, as PyTorch's states have it: "exp_avg".
        public Term buffer(String name) { return Term.input(FIRST_BUFFER + indexIn(buffers, name)); }

        /// What all elements share, to be set in [Numbers] for each step.
        public Term number(String name) { return Term.parameter(indexIn(numbers, name)); }

        /// Says what the weight becomes.
        public void updateParameter(Term value) { update(PARAMETER, "the parameter", value); }

        /// Says what is remembered under a name.
        public void updateBuffer(String name, Term value) {
            update(FIRST_BUFFER + indexIn(buffers, name), "\"" + name + "\"", value);
        }

        private void update(int input, String what, Term value) {
            if (updates.putIfAbsent(input, Term.checked("update", value)) != null)
                throw malformed("updates " + what + " twice; say once what it becomes");
        }

        private static int indexIn(List<String> names, String name) {
            if (!names.contains(name)) names.add(name);
            return names.indexOf(name);
        }

        private UpdateRule rule() {
            if (buffers.size() > MOST_BUFFERS) throw malformed("has " + buffers.size() + " buffers, " + buffers
                + "; a loop takes at most " + MOST_BUFFERS);
            if (numbers.size() > Long.SIZE) throw malformed("has " + numbers.size() + " numbers; at most " + Long.SIZE
                + " are taken");
            if (!updates.containsKey(PARAMETER)) throw malformed("never updates the parameter; say updateParameter(…)");
            for (int i = 0; i < buffers.size(); i++) if (!updates.containsKey(FIRST_BUFFER + i)) throw malformed(
                "never updates \"" + buffers.get(i) + "\"; say updateBuffer(\"" + buffers.get(i) + "\", …), or make it a number");
            for (var term : Term.inOrder(List.copyOf(updates.values()))) if (term.op().isTrigonometric()) throw malformed(
                "has a sine or cosine, of which large angles need more than a loop; take other functions");
            return new UpdateRule(name, updates, buffers, numbers);
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

        /// Sets one of the numbers for the next step.
        ///
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
