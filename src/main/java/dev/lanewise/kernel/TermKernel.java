package dev.lanewise.kernel;

import dev.lanewise.formula.Op;
import dev.lanewise.formula.Term;
import dev.lanewise.kernel.expr.Canonical;
import dev.lanewise.kernel.expr.Derivative;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;

/// A formula of the users' language with its loops and its derivatives, each made when first needed. Formulas that differ in
/// numbers alone are one kernel, which is given the numbers with each call.
public final class TermKernel implements SlotKernel {

    /// Operands at the most: a loop has a slot for each, and one for the result. A derivative reads the gradient and the result,
    /// too.
    public static final int MOST_INPUTS = 5;
    /// Operands of a formula that has derivatives.
    public static final int MOST_OPERANDS = MOST_INPUTS - 2;

    private static final SoftMap<Key, TermKernel> SHARED = new SoftMap<>();

    private record Key(int inputs, boolean seeded, List<Canonical.Node> structure) {}

    private final String name;
    private final int inputs;
    private final boolean seeded;
    private final Term term;
    private final AtomicReferenceArray<ByInput> derivatives;
    /// Made when first needed; of two threads that make them, each has what computes the same.
    private SlotKernel loops;

    private TermKernel(String name, int inputs, boolean seeded, Term term) {
        this.name = name;
        this.inputs = inputs;
        this.seeded = seeded;
        this.term = term;
        this.derivatives = new AtomicReferenceArray<>(inputs);
    }

    /// The derivative of a kernel by one of its inputs.
    ///
    /// @param kernel     its input 0 is the gradient that arrives; null if the value changes in jumps alone
    /// @param saves      what it needs of the first kernel: inputs or, by the number behind the last, the result
    /// @param reads      how many of them are its other inputs
    /// @param timesFirst whether the gradient is to be multiplied before by the first kernel's input 0, which then is the last of
    ///     them
    public record ByInput(TermKernel kernel, int[] saves, int reads, boolean timesFirst) {

        private static ByInput of(TermKernel kernel, int[] reads, boolean timesFirst) {
            return new ByInput(kernel, timesFirst ? Arrays.copyOf(reads, reads.length + 1) : reads, reads.length, timesFirst);
        }
    }

    /// @param name   names the loop's class if there is none of this structure yet
    /// @param inputs of the term, at most [#MOST_INPUTS]
    public static TermKernel of(String name, int inputs, Term term) { return of(name, inputs, false, term); }

    private static TermKernel of(String name, int inputs, boolean seeded, Term term) {
        var canonical = Canonical.of(List.of(term));
        return SHARED.get(new Key(inputs, seeded, canonical.structure()),
            () -> new TermKernel(name, inputs, seeded, canonical.terms().getFirst()));
    }

    public String name() { return name; }

    public int inputs() { return inputs; }

    /// What it computes.
    public Term term() { return term; }

    /// Whether its value is its first input as it is.
    public boolean isFirst() { return term.op() == Op.INPUT && term.index() == 0; }

    public ByInput derivative(int input) {
        var derivative = derivatives.get(input);
        if (derivative == null) {
            derivative = derived(input);
            derivatives.set(input, derivative);
        }
        return derivative;
    }

    /// A seeded kernel is its first input times a slope. So its derivative by that input is itself, and each other one is the
    /// slope's.
    private ByInput derived(int input) {
        if (seeded && input == 0) return ByInput.of(this, IntStream.range(1, inputs).toArray(), false);
        var value = seeded ? Canonical.replaced(term, each -> isInput(each, 0) ? Term.constant(1) : null) : term;
        int seed = inputs + 1;
        var plain = Derivative.of(value, input, Term.input(seed));
        if (plain == null) return ByInput.of(null, new int[0], false);
        if (!seeded) {
            var byResult = Canonical.replaced(plain, each -> each == term && each.op() != Op.INPUT ? Term.input(inputs) : null);
            // what is saved already, or will be, is not computed again
            if (inputsOf(byResult).cardinality() <= inputsOf(plain).cardinality()) plain = byResult;
        }
        var used = inputsOf(plain);
        used.clear(seed);
        int[] reads = used.stream().toArray();
        var derivative = Canonical.replaced(plain, each -> each.op() != Op.INPUT ? null
            : Term.input(each.index() == seed ? 0 : 1 + Arrays.binarySearch(reads, each.index())));
        return ByInput.of(of(name + "_by_" + input, 1 + reads.length, true, derivative), reads, seeded);
    }

    private static boolean isInput(Term term, int index) { return term.op() == Op.INPUT && term.index() == index; }

    private static BitSet inputsOf(Term term) {
        var inputs = new BitSet();
        for (var each : Term.inOrder(List.of(term))) if (each.op() == Op.INPUT) inputs.set(each.index());
        return inputs;
    }

    /// What runs it: the same as this, but called for less.
    public SlotKernel loops() {
        var made = loops;
        return made == null ? loops = Stages.of(name, inputs, term) : made;
    }

    /// slot 1 = f(slot 0) for `n` elements.
    public void run(float[] x, int xo, float[] y, int yo, int n) {
        run(0, x, xo, y, yo, null, 0, null, 0, null, 0, null, 0, null, n);
    }

    /// slot 2 = f(slot 0, slot 1) for `n` elements.
    public void run(float[] x, int xo, float[] y, int yo, float[] z, int zo, int n) {
        run(0, x, xo, y, yo, z, zo, null, 0, null, 0, null, 0, null, n);
    }

    /// For `n` elements of each slot from its offset on: the inputs are the first slots, the result is the next one. It may be
    /// written over an input.
    ///
    /// @param broadcast bit i set: input i has one element, which every position reads
    /// @param numbers   the parameters; null if there are none
    @Override
    public void run(int broadcast, float[] x0, int o0, float[] x1, int o1, float[] x2, int o2, float[] x3, int o3,
                    float[] x4, int o4, float[] x5, int o5, float[] numbers, int n) {
        loops().run(broadcast, x0, o0, x1, o1, x2, o2, x3, o3, x4, o4, x5, o5, numbers, n);
    }
}
