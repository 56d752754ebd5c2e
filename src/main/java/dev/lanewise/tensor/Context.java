package dev.lanewise.tensor;

import dev.lanewise.bridge.TensorBridge;
import java.util.Arrays;

/// What holds on one thread from the opening of a mode on; the only state that is not a tensor's own.
///
/// A context never changes, and knows the one in which it was opened: so modes nest, and a thread that has none open
/// refers to nothing here.
class Context implements Autograd.Mode {

    /// Null where no mode is open.
    private static final ThreadLocal<Context> OF_THREAD = new ThreadLocal<>();
    private static final Context NO_MODE = new Context(null, "", true, false, null, null, null);

    private final Context outer;
    /// The call that opened it.
    final String name;
    /// Whether operations are recorded.
    final boolean recording;
    /// Whether a walk looks for the operation that makes the first NaN.
    final boolean anomaly;
    /// Where the memory of results comes from; null if each gets an array of its own.
    final Scope scope;
    /// What sees what is recorded; null if nothing does.
    final TensorBridge.Witness witness;
    /// Null if it is none of a [ThreadMode].
    private final Held held;
    private boolean closed;

    /// What a mode holds.
    private record Held(ThreadMode<?> mode, Object value) {}

    private Context(Context outer, String name, boolean recording, boolean anomaly, Scope scope, TensorBridge.Witness witness,
        Held held) {
        this.outer = outer;
        this.name = name;
        this.recording = recording;
        this.anomaly = anomaly;
        this.scope = scope;
        this.witness = witness;
        this.held = held;
    }

    static Context current() {
        var context = OF_THREAD.get();
        return context == null ? NO_MODE : context;
    }

    /// Notes how `result` came about; returns it. Recording must be on.
    ///
    /// @param edges those whose inputs need a gradient, one at least
    Tensor record(Tensor result, String operation, Edge[] edges) {
        result.node = new Node(operation, edges, anomaly ? new Throwable("forward of " + operation) : null);
        if (witness != null) witness.recorded(operation, result, Arrays.stream(edges)
            .map(edge -> new TensorBridge.Source(edge.source(), edge.shape())).toList());
        return result;
    }

    static Context recording(String name, boolean on) {
        var now = current();
        return opened(new Context(now, name, on, now.anomaly, now.scope, now.witness, null));
    }

    /// What the library has around a user's code: a [Guard].
    static Context guard(String name, boolean recording, Scope scope) {
        var now = current();
        return opened(new Guard(now, name, recording, scope));
    }

    static Context anomaly(String name) {
        var now = current();
        return opened(new Context(now, name, now.recording, true, now.scope, now.witness, null));
    }

    static Context scope(String name, Scope scope) {
        var now = current();
        return opened(new Context(now, name, now.recording, now.anomaly, scope, now.witness, null));
    }

    static <T> Context mode(String name, ThreadMode<T> mode, T value) {
        var now = current();
        return opened(new Context(now, name, now.recording, now.anomaly, now.scope, now.witness, new Held(mode, value)));
    }

    static Context witnessed(TensorBridge.Witness witness) {
        var now = current();
        return opened(new Context(now, "witnessed(…)", now.recording, now.anomaly, now.scope, witness, null));
    }

    private static Context opened(Context context) {
        OF_THREAD.set(context);
        return context;
    }

    /// What the innermost opening of a mode holds; null if there is none.
    static Object value(ThreadMode<?> mode) {
        for (var context = current(); context != NO_MODE; context = context.outer)
            if (context.held != null && context.held.mode == mode) return context.held.value;
        return null;
    }

    /// Goes back once, however often it is called.
    @Override
    public void close() {
        if (closed) return;
        if (current() != this) throw new IllegalStateException(refusal());
        closed = true;
        // an entry that is null refers to no class of ours, and the next mode finds it
        OF_THREAD.set(outer == NO_MODE ? null : outer);
    }

    /// Closes what was opened within it and left open, too, lest the thread goes on with it.
    private static final class Guard extends Context {

        Guard(Context outer, String name, boolean recording, Scope scope) {
            super(outer, name, recording, outer.anomaly, scope, outer.witness, null);
        }

        /// @throws IllegalStateException if something was left open, naming it; it is closed by then
        @Override
        public void close() {
            var left = new StringBuilder();
            if (super.isOpenHere()) while (current() != this) {
                var inner = current();
                left.append(left.isEmpty() ? "" : ", ").append(inner.name);
                if (inner.scope != null && inner.scope.isOpenedBy(inner)) inner.scope.close();
                else inner.close();
            }
            super.close();
            if (!left.isEmpty()) throw new IllegalStateException(name + ": " + left
                + " was opened within it and left open, by a rule, a"
                + " function or a hook; it is closed now. Close it where it is opened, as try (var _ = …) does");
        }
    }

    /// Whether this is among the modes that the thread has open.
    private boolean isOpenHere() {
        var context = current();
        while (context != this && context != NO_MODE) context = context.outer;
        return context == this;
    }

    private String refusal() {
        var within = new StringBuilder();
        for (var context = current(); context != this; context = context.outer) {
            if (context == NO_MODE) return name + ": it must be closed on the thread that opened it, and is open on another one;"
                + " nothing was closed";
            within.append(within.isEmpty() ? "" : ", ").append(context.name);
        }
        return name + ": it must be closed after the modes and scopes that were opened within it, and " + within
            + " is still open; nothing was closed. Close the last one first, as try (var _ = …) does";
    }
}
