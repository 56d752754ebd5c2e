package dev.lanewise.tensor;

/// What holds on one thread; the only state that is not a tensor's own.
final class Context {

    private static final ThreadLocal<Context> OF_THREAD = ThreadLocal.withInitial(Context::new);

    /// Whether operations are recorded.
    boolean recording = true;
    /// Whether a walk looks for the operation that makes the first NaN.
    boolean anomaly;
    /// Where the memory of results comes from; null if each gets an array of its own.
    Scope scope;

    private Context() {}

    static Context current() { return OF_THREAD.get(); }

    /// A mode that goes back once, however often it is closed.
    static Autograd.Mode once(Runnable back) {
        return new Autograd.Mode() {
            private boolean closed;

            @Override
            public void close() {
                if (!closed) back.run();
                closed = true;
            }
        };
    }
}
