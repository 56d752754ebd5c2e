package dev.lanewise.tensor;

import java.util.List;
import java.util.function.Supplier;

/// Reverse-mode differentiation: records operations on tensors that require gradients, and walks the record back.
public final class Autograd {

    private Autograd() {}

    /// A mode of the thread that opened it, until it is closed; then what held before holds again.
    ///
    /// Modes of all kinds, [Scope]s included, are closed in the reverse order of their opening, on their own thread, as
    /// `try (var _ = Autograd.noGrad()) { … }` does. One that is never closed holds until the thread ends.
    public interface Mode extends AutoCloseable {

        /// Ends it; does nothing if that was done before.
        ///
        /// @throws IllegalStateException on another thread, or while a mode that was opened within it is open, naming both. Then
        ///     nothing is closed: both hold as before, and can be closed in their order
        @Override
        void close();
    }

    /// Records nothing on this thread until the mode is closed: for inference and for updates.
    public static Mode noGrad() { return Context.recording("noGrad()", false); }

    /// Records on this thread until the mode is closed, within [#noGrad] too.
    public static Mode enableGrad() { return Context.recording("enableGrad()", true); }

    /// Looks for NaN in gradients on this thread until the mode is closed: a walk ends at the first one, and names the
    /// operation that made it and where the forward pass called it. Slow; both passes must lie within the mode.
    public static Mode detectAnomaly() { return Context.anomaly("detectAnomaly()"); }

    /// Whether operations on this thread are recorded, as they are at first.
    public static boolean isRecording() { return Context.current().recording; }

    /// The result of a computation that is not recorded, and which leaves no mode open behind it.
    static Tensor unrecorded(Supplier<Tensor> computation) {
        try (var _ = Context.guard("forward", false, Context.current().scope)) {
            return computation.get();
        }
    }

    /// Whether an operation on these would be recorded, so that it needs to say what its derivative is.
    static boolean records(Tensor a) { return a.requiresGrad() && isRecording(); }

    static boolean records(Tensor a, Tensor b) { return (a.requiresGrad() || b.requiresGrad()) && isRecording(); }

    /// Notes how `result` came about, if anyone may ask for its gradient; returns it.
    static Tensor record(Tensor result, String operation, Edge... edges) {
        var context = Context.current();
        if (!context.recording) return result;
        var live = Edge.live(edges);
        return live.length > 0 ? context.record(result, operation, live) : result;
    }

    /// The gradients of a single number with respect to `inputs`, as values: nothing is accumulated.
    public static List<Tensor> grad(Tensor output, List<Tensor> inputs) { return grad(output, inputs, false); }

    /// Gradients of a single number by each of the inputs, as values; nothing is accumulated anywhere.
    ///
    /// @param createGraph records the walk, so that the gradients can be differentiated in turn
    public static List<Tensor> grad(Tensor output, List<Tensor> inputs, boolean createGraph) {
        return grad(output, inputs, null, createGraph, createGraph);
    }

    /// The gradients of `output`, weighted by `gradient`, with respect to `inputs`.
    ///
    /// @param gradient    of the output's shape; null if the output is a single number
    /// @param retainGraph keeps what the forward pass saved, for another walk
    /// @param createGraph records the walk itself, so that the gradients can be differentiated; keeps the graph too
    /// @throws IllegalArgumentException if an input has no part in the output
    public static List<Tensor> grad(Tensor output, List<Tensor> inputs, Tensor gradient, boolean retainGraph,
                                    boolean createGraph) {
        try (var walk = BackwardWalk.begin(createGraph)) {
            walk.from(output, gradient, retainGraph || createGraph, inputs);
            return inputs.stream().map(walk::gradient).toList();
        }
    }

    /// Adds the gradients of `output` to the leaves that it was computed from.
    static void backward(Tensor output, Tensor gradient, boolean retainGraph, boolean createGraph) {
        try (var walk = BackwardWalk.begin(createGraph)) {
            walk.from(output, gradient, retainGraph || createGraph, List.of());
            walk.accumulate();
        }
    }
}
