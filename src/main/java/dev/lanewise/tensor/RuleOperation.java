package dev.lanewise.tensor;

import java.util.Objects;
import java.util.function.UnaryOperator;

/// An operation with a forward pass and a rule for each input, written by whoever uses the library.
final class RuleOperation extends NamedOperation {

    private final Forward forward;
    private final Rule[] rules;

    RuleOperation(String name, Forward forward, Rule... rules) {
        super(name);
        this.forward = Objects.requireNonNull(forward, () -> name + ": no forward pass");
        this.rules = Objects.requireNonNull(rules, () -> name + ": no rules").clone();
        if (rules.length == 0) throw new IllegalArgumentException(name
            + ": no rules; give one for each input, null for one without a gradient");
    }

    @Override
    public Tensor apply(Tensor x) { return apply(new Tensor[] {x}); }

    @Override
    public Tensor apply(Tensor a, Tensor b) { return apply(new Tensor[] {a, b}); }

    @Override
    public Tensor apply(Tensor a, Tensor b, Tensor c) { return apply(new Tensor[] {a, b, c}); }

    @Override
    public Tensor apply(Tensor... inputs) {
        if (inputs.length != rules.length) throw new IllegalArgumentException(name() + ": " + inputs.length
            + " inputs, but it has " + rules.length + (rules.length == 1 ? " rule" : " rules") + "; there is one for each input");
        for (int i = 0; i < inputs.length; i++) checkInput(i, inputs[i]);
        var call = new Kept(inputs.clone());
        var y = checked(Autograd.unrecorded(() -> forward.of(call)), "the forward pass");
        // an input as it is, or a tensor from elsewhere: the record is this result's own
        if (y.requiresGrad() || isOneOf(y, inputs)) y = y.seenAs(y.layout);
        call.end(y);
        var edges = new Edge[inputs.length];
        for (int i = 0; i < edges.length; i++) edges[i] = edge(i, inputs[i], y, call);
        return Autograd.record(y, name(), edges);
    }

    private Edge edge(int i, Tensor input, Tensor y, Kept call) {
        var rule = rules[i];
        if (rule == null) return Edge.NONE;
        var shape = input.shape();
        UnaryOperator<Tensor> checkedRule = g -> checkedGradient(i, rule.of(g, call), shape, g.shape());
        return call.hasSaved() ? Edge.to(input, checkedRule) : Edge.free(input, checkedRule);
    }

    private static boolean isOneOf(Tensor y, Tensor[] inputs) {
        for (var input : inputs) if (y == input) return true;
        return false;
    }

    private Tensor checkedGradient(int i, Tensor gradient, Shape shape, Shape result) {
        checked(gradient, "the rule of input " + i);
        if (!gradient.shape().equals(shape) && Layout.contiguous(shape).expand(gradient.shape()) == null)
            throw new IllegalArgumentException(name() + ": the rule of input " + i + " returned a gradient of shape "
                + gradient.shape() + " for an input of shape " + shape + ", the result's gradient being of shape " + result
                + "; it must be of the input's shape, or of one that the input broadcasts to");
        return gradient;
    }

    private Tensor checked(Tensor tensor, String by) {
        if (tensor == null) throw new NullPointerException(name() + ": " + by + " returned null; return a tensor");
        if (tensor.isRecycled()) throw new IllegalStateException(name() + ": " + by + " returned a tensor of shape "
            + tensor.shape() + " that a scope has recycled; compute it anew, or clone() it before the scope is closed");
        return tensor;
    }

    /// A call, in its two lives: with all inputs until the result is there, then with what was saved.
    private final class Kept implements Call {
        private Tensor[] inputs;
        private final SavedTensor[] saved;
        private boolean savesOutput;
        private SavedTensor output;
        private Object value;

        Kept(Tensor[] inputs) {
            this.inputs = inputs;
            this.saved = new SavedTensor[inputs.length];
        }

        void end(Tensor y) {
            inputs = null;
            if (savesOutput) output = new SavedTensor(name(), y);
        }

        boolean hasSaved() {
            for (var each : saved) if (each != null) return true;
            return output != null || value != null;
        }

        @Override
        public Tensor input(int index) {
            checkIndex(index);
            if (inputs != null) return inputs[index];
            if (saved[index] == null) throw new IllegalStateException(name() + ": a rule reads input " + index
                + ", which was not saved; call save(" + index + ") in the forward pass");
            return saved[index].get();
        }

        @Override
        public void save(int... which) {
            checkForward("save");
            for (int index : which) {
                checkIndex(index);
                if (saved[index] == null) saved[index] = new SavedTensor(name(), inputs[index]);
            }
        }

        @Override
        public void saveOutput() {
            checkForward("saveOutput");
            savesOutput = true;
        }

        @Override
        public Tensor output() {
            if (output == null) throw new IllegalStateException(name()
                + ": a rule reads the output, which was not saved; call saveOutput()" + " in the forward pass");
            return output.get();
        }

        @Override
        public void keep(Object kept) {
            checkForward("keep");
            value = kept;
        }

        @Override
        public <T> T kept(Class<T> type) {
            if (!type.isInstance(value)) throw new IllegalStateException(name() + ": a rule reads a " + type.getSimpleName()
                + " that was kept, but " + (value == null ? "nothing was; call keep(…) in the forward pass"
                    : "it is a " + value.getClass().getSimpleName()));
            return type.cast(value);
        }

        private void checkIndex(int index) {
            if (index < 0 || index >= saved.length) throw new IllegalArgumentException(name() + ": input " + index
                + ", but there are " + saved.length + ", counted from 0");
        }

        private void checkForward(String method) {
            if (inputs == null) throw new IllegalStateException(name() + ": " + method
                + " was called by a rule; it is for the forward pass");
        }
    }
}
