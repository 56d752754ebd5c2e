package dev.lanewise.lab.job;

import dev.lanewise.lab.cli.Terminal;
import dev.lanewise.train.Callback;
import dev.lanewise.train.History;
import dev.lanewise.train.ProgressBar;
import dev.lanewise.train.Run;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;

/// Shows how far a run is, and ends it after its step when the process is told to end, or nobody reads any more: the process is
/// held until all is written. The second Ctrl-C ends it at once.
final class Ending implements Callback, AutoCloseable {

    /// What a shell says of a program that Ctrl-C ended.
    private static final int INTERRUPTED = 130;

    private final ProgressBar bar;
    private final PrintStream out;
    private final Thread hook = new Thread(this::end, "lanewise-ending");
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile boolean asked;
    private volatile Run run;
    /// Null while somebody reads.
    private Terminal.Closed closed;

    Ending(ProgressBar bar, PrintStream out) {
        this.bar = bar;
        this.out = out;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /// @throws Terminal.Closed if nobody reads any more
    boolean isAsked() {
        if (closed != null) throw closed;
        return asked;
    }

    // ---- on the thread that trains

    @Override
    public void onStart(Run run) {
        this.run = run;
        if (asked) run.stop();
        show(() -> bar.onStart(run));
    }

    @Override
    public void onStep(Run run, Step step) { show(() -> bar.onStep(run, step)); }

    @Override
    public void onEpochEnd(Run run, Epoch epoch) { show(() -> bar.onEpochEnd(run, epoch)); }

    @Override
    public void onEnd(Run run, History history) { show(() -> bar.onEnd(run, history)); }

    /// A pipe that the same Ctrl-C broke must not keep the checkpoint from being written.
    private void show(Runnable event) {
        if (closed != null) return;
        try {
            event.run();
        } catch (Terminal.Closed e) {
            closed = e;
            run.stop();
        }
    }

    // ---- on the thread that ends the process

    private void end() {
        asked = true;
        endAtOnceIfToldAgain();
        if (run != null) run.stop();
        try {
            out.println();
            out.println("Ending after this step; Ctrl-C ends it at once.");
        } catch (Terminal.Closed e) {
            // it ends all the same
        }
        try {
            over.await();
        } catch (InterruptedException e) {
            // then the process ends now
        }
    }

    /// By name: the compiler warns of what no other part of the JDK can do.
    private static void endAtOnceIfToldAgain() {
        try {
            var signal = Class.forName("sun.misc.Signal");
            var handler = Class.forName("sun.misc.SignalHandler");
            var halt = Proxy.newProxyInstance(Ending.class.getClassLoader(), new Class<?>[] {handler}, (_, method, _) -> {
                if (method.getName().equals("handle")) Runtime.getRuntime().halt(INTERRUPTED);
                return null;
            });
            signal.getMethod("handle", signal, handler)
                .invoke(null, signal.getConstructor(String.class).newInstance("INT"), halt);
        } catch (ReflectiveOperationException e) {
            // -Xrs keeps signals from Java: the first one has ended it then
        }
    }

    @Override
    public void close() {
        over.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // it is what closed us
        }
    }
}
