package dev.lanewise.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterTry;

class ModesTest {

    private static final ThreadMode<Integer> OWN = new ThreadMode<>(0);

    /// What a thread is in.
    private record State(boolean recording, boolean anomaly, Scope scope, int own) {

        static final State FIRST = new State(true, false, null, 0);

        static State now() {
            var context = Context.current();
            return new State(Autograd.isRecording(), context.anomaly, context.scope, OWN.get());
        }
    }

    /// A mode that is open, or was.
    private record Opened(String name, AutoCloseable mode, State before, State within) {}

    /// How a mode is opened, and what it makes of a state.
    private record Kind(String name, Function<State, AutoCloseable> open, Function<State, State> then) {}

    private static Kind scope() {
        var scope = new Scope();
        return new Kind("scope", _ -> scope.open(), state -> new State(state.recording, state.anomaly, scope, state.own));
    }

    private static List<Kind> kinds() {
        return List.of(
            new Kind("noGrad()", _ -> Autograd.noGrad(), state -> new State(false, state.anomaly, state.scope, state.own)),
            new Kind("enableGrad()", _ -> Autograd.enableGrad(), state -> new State(true, state.anomaly, state.scope, state.own)),
            new Kind("detectAnomaly()", _ -> Autograd.detectAnomaly(), state ->
                new State(state.recording, true, state.scope, state.own)),
            new Kind("Scope.outside()", _ -> Scope.outside(),
                state -> new State(state.recording, state.anomaly, null, state.own)),
            new Kind("own()", state -> OWN.open("own()", state.own + 1),
                state -> new State(state.recording, state.anomaly, state.scope, state.own + 1)),
            scope());
    }

    @AfterTry
    void theThreadIsInNoMode() { assertEquals(State.FIRST, State.now()); }

    /// Whatever is opened and closed in whatever order: what holds is what was opened last and isn't closed; an earlier one
    /// isn't closed before it, and both are named.
    @Property(tries = 300)
    void modesNest(@ForAll long seed) throws Exception {
        var random = new SplittableRandom(seed);
        var open = new ArrayList<Opened>();
        var closed = new ArrayList<Opened>();
        for (int i = 0; i < 40; i++) {
            var state = State.now();
            assertEquals(open.isEmpty() ? State.FIRST : open.getLast().within, state);
            switch (open.isEmpty() ? 0 : random.nextInt(4)) {
                case 0, 1 -> {
                    var kinds = kinds();
                    var kind = kinds.get(random.nextInt(kinds.size()));
                    open.add(new Opened(kind.name, kind.open.apply(state), state, kind.then.apply(state)));
                }
                case 2 -> {
                    var last = open.removeLast();
                    last.mode.close();
                    closed.add(last);
                    assertEquals(last.before, State.now());
                }
                default -> {
                    var any = open.get(random.nextInt(open.size()));
                    if (any != open.getLast()) Rejected.state(() -> close(any), any.name, "closed after", open.getLast().name,
                        "nothing was closed");
                    assertEquals(state, State.now());
                }
            }
            // once more is nothing
            if (!closed.isEmpty()) close(closed.get(random.nextInt(closed.size())));
        }
        while (!open.isEmpty()) close(open.removeLast());
    }

    private static void close(Opened opened) {
        try {
            opened.mode.close();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Example
    void aModeIsClosedOnItsThread() throws InterruptedException {
        for (var kind : kinds()) {
            var mode = kind.open.apply(State.FIRST);
            var within = State.now();
            for (boolean inOne : new boolean[] {false, true}) onAnotherThread(() -> {
                try (var _ = inOne ? Autograd.detectAnomaly() : null) {
                    var before = State.now();
                    var failure = assertThrows(IllegalStateException.class, mode::close);
                    assertTrue(failure.getMessage().startsWith(kind.name + ": it must be closed on the thread that opened it"),
                        failure.getMessage());
                    assertEquals(before, State.now());
                }
            });
            assertEquals(within, State.now());
            close(new Opened(kind.name, mode, null, null));
        }
    }

    /// As a part of a program that forgets one of its modes does; the thread stays in it.
    @Example
    void aModeThatIsNeverClosedIsNamed() throws InterruptedException {
        onAnotherThread(() -> {
            var leaked = new ArrayList<Autograd.Mode>();
            var outer = Autograd.noGrad();
            Rejected.state(() -> {
                try (var _ = Scope.outside()) {
                    leaked.add(Autograd.enableGrad());
                }
            }, "Scope.outside()", "enableGrad() is still open");
            assertTrue(Autograd.isRecording());
            Rejected.state(outer::close, "noGrad()", "enableGrad(), Scope.outside() is still open");
            leaked.getFirst().close();
            assertFalse(Autograd.isRecording());
        });
    }

    private static void onAnotherThread(Runnable action) throws InterruptedException {
        var failed = new AtomicReference<Throwable>();
        var other = new Thread(action);
        other.setUncaughtExceptionHandler((_, failure) -> failed.set(failure));
        other.start();
        other.join();
        if (failed.get() != null) throw new AssertionError(failed.get());
    }

    /// A scope that isn't closed recycles nothing.
    @Example
    void aRefusedScopeKeepsItsMemory() {
        var scope = new Scope();
        scope.open();
        var x = Tensor.ones(3).add(1);
        try (var _ = Autograd.noGrad()) {
            Rejected.state(scope::close, "scope", "noGrad()");
            assertEquals(6, x.sum().item());
            assertSame(scope, x.storage.scope());
        }
        scope.close();
        Rejected.state(x::toArray, "recycled");
    }

    /// What a walk leaves of the thread, when a hook fails or forgets a mode.
    @Example
    void aWalkThatFailsInAHookEndsItsMode() {
        var x = Tensor.ones(2).requiresGrad(true);
        var hook = x.registerHook(_ -> {
            throw new UnsupportedOperationException("mine");
        });
        assertThrows(UnsupportedOperationException.class, x.sum()::backward);
        assertEquals(State.FIRST, State.now());
        hook.remove();
        x.sum().backward();
        assertEquals(2, x.grad().sum().item());
    }
}
