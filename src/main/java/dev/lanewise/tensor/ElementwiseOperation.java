package dev.lanewise.tensor;

import dev.lanewise.formula.Op;
import dev.lanewise.formula.Term;
import dev.lanewise.kernel.TermKernel;
import dev.lanewise.kernel.expr.Canonical;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// A formula over the elements of one to three tensors, whose shapes broadcast.
public final class ElementwiseOperation extends NamedOperation {

    private final Term formula;
    private final TermKernel kernel;
    /// The kernel's parameters: those of the formula first, then its numbers.
    private final float[] numbers;
    private final int parameters;
    /// Whether the formula's parameters are given.
    private final boolean complete;

    ElementwiseOperation(String name, int inputs, Term formula) {
        super(name);
        if (formula == null) throw new NullPointerException(name + ": the formula is null; return a term");
        this.formula = formula;
        int count = 0;
        for (var term : Term.inOrder(List.of(formula))) {
            if (term.op() == Op.INPUT && term.index() >= inputs) throw new IllegalArgumentException(name
                + ": the formula reads input " + term.index() + ", but it is of " + inputs + "; use the terms that it is given");
            if (term.op() == Op.PARAMETER) count = Math.max(count, term.index() + 1);
        }
        this.parameters = count;
        this.complete = count == 0;
        var general = Canonical.Generalized.of(formula, count);
        this.kernel = TermKernel.of(name, inputs, general.term());
        this.numbers = floats(general.numbers());
    }

    private ElementwiseOperation(ElementwiseOperation other, float[] numbers) {
        super(other.name());
        this.formula = other.formula;
        this.kernel = other.kernel;
        this.parameters = other.parameters;
        this.numbers = numbers;
        this.complete = true;
    }

    private static float[] floats(double[] numbers) {
        var floats = new float[numbers.length];
        for (int i = 0; i < floats.length; i++) floats[i] = (float) numbers[i];
        return floats;
    }

    /// The same with numbers for the formula's parameters, in the order of their indices; it shares all else, so that it costs
    /// next to nothing.
    ///
    /// @throws IllegalArgumentException if there are more parameters, or less
    public ElementwiseOperation with(double... parameters) {
        if (parameters.length != this.parameters) throw new IllegalArgumentException(name() + ": " + parameters.length
            + " numbers for " + this.parameters + " parameters; give one for each");
        var all = numbers.clone();
        for (int i = 0; i < parameters.length; i++) all[i] = (float) parameters[i];
        return new ElementwiseOperation(this, all);
    }

    /// The number of tensors that it is of.
    public int inputs() { return kernel.inputs(); }

    /// What it computes; parameters that were given stand in it as numbers.
    public Term formula() {
        return !complete || parameters == 0 ? formula
            : Canonical.replaced(formula, term -> term.op() == Op.PARAMETER ? Term.constant(numbers[term.index()]) : null);
    }

    @Override
    public Tensor apply(Tensor x) {
        checkInputs(inputs(), 1);
        return applied(x, null, null);
    }

    @Override
    public Tensor apply(Tensor a, Tensor b) {
        checkInputs(inputs(), 2);
        return applied(a, checkInput(1, b), null);
    }

    @Override
    public Tensor apply(Tensor a, Tensor b, Tensor c) {
        checkInputs(inputs(), 3);
        return applied(a, checkInput(1, b), checkInput(2, c));
    }

    @Override
    public Tensor apply(Tensor... inputs) {
        return switch (inputs.length) {
            case 1 -> apply(inputs[0]);
            case 2 -> apply(inputs[0], inputs[1]);
            case 3 -> apply(inputs[0], inputs[1], inputs[2]);
            default -> {
                checkInputs(inputs(), inputs.length);
                throw new AssertionError(this + " of " + Arrays.toString(inputs));
            }
        };
    }

    private Tensor applied(Tensor a, Tensor b, Tensor c) {
        checkInput(0, a);
        if (!complete) throw new IllegalStateException(name() + ": its " + parameters
            + " parameters have no numbers; call with(…) first");
        return apply(kernel, name(), numbers, a, b, c, null, null);
    }

    /// Of one input, with a number for the only parameter.
    Tensor applyWith(Tensor x, float parameter) {
        return apply(kernel, name(), new float[] {parameter}, x, null, null, null, null);
    }

    /// Records what the kernel does, its derivatives, and theirs.
    ///
    /// @param a to e: as many as the kernel has inputs, then null
    static Tensor apply(TermKernel kernel, String name, float[] numbers, Tensor a, Tensor b, Tensor c, Tensor d, Tensor e) {
        var y = StridedLoop.apply(kernel.loops(), name, numbers, a, b, c, d, e);
        int live = live(kernel, 0, a) | live(kernel, 1, b) | live(kernel, 2, c) | live(kernel, 3, d) | live(kernel, 4, e);
        if (live == 0) return y;
        var context = Context.current();
        if (!context.recording) return y;
        var edges = new Edge[Integer.bitCount(live)];
        ElementwiseEdge edge = null;
        for (int next = 0; next < edges.length; live &= live - 1) {
            int i = Integer.numberOfTrailingZeros(live);
            edges[next++] = edge = new ElementwiseEdge(edge, input(i, a, b, c, d, e), kernel.derivative(i), name, numbers,
                kernel.inputs(), a, b, c, d, e, y);
        }
        context.record(y, name, edges);
        if (context.witness != null) context.witness.isElementwise(
            Canonical.replaced(kernel.term(), term -> term.op() == Op.PARAMETER ? Term.constant(numbers[term.index()]) : null),
            Stream.of(a, b, c, d, e).limit(kernel.inputs()).toList());
        return y;
    }

    /// Bit i, if there is an input i that gets a gradient; else 0.
    private static int live(TermKernel kernel, int i, Tensor input) {
        return input != null && input.requiresGrad() && kernel.derivative(i).kernel() != null ? 1 << i : 0;
    }

    static Tensor input(int i, Tensor a, Tensor b, Tensor c, Tensor d, Tensor e) {
        return switch (i) {
            case 0 -> a;
            case 1 -> b;
            case 2 -> c;
            case 3 -> d;
            default -> e;
        };
    }
}
