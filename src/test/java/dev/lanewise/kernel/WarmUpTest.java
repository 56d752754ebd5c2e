package dev.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lanewise.kernel.WarmUp.End;
import dev.lanewise.kernel.code.Loop;
import dev.lanewise.kernel.code.Loops;
import dev.lanewise.kernel.code.Target;
import dev.lanewise.kernel.expr.Expr;
import dev.lanewise.kernel.expr.Fold;
import dev.lanewise.kernel.expr.Formula;
import dev.lanewise.kernel.expr.RowFormula;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// By a clock of the test's own, but where HotSpot's compilers are waited for.
class WarmUpTest {

    private static final long MILLI = 1_000_000;
    private static final Duration LONG = Duration.ofMinutes(5);

    private final AtomicLong now = new AtomicLong();

    @BeforeEach
    void begin() { ColdStart.set(Duration.ofSeconds(1000)); }

    @AfterEach
    void end() { ColdStart.end(); }

    /// Nobody hurries any more.
    private static void assertCalm() { assertFalse(ColdStart.isDue(1)); }

    /// The first sixteen calls get faster; ten are a block, of which twenty bring nothing.
    @Test
    void itEndsWhenCallsGetNoFaster() {
        var calls = new int[1];
        var result = WarmUp.of(() -> now.addAndGet(Math.max(5, 20 - calls[0]++) * MILLI), LONG, now::get);
        assertEquals(End.WARM, result.end());
        assertEquals(now.get(), result.took().toNanos());
        assertEquals(calls[0], result.calls());
        assertTrue(calls[0] >= 216 && calls[0] <= 226, () -> calls[0] + " calls");
        assertCalm();
    }

    /// As a coarse clock says it of the shortest.
    @Test
    void callsThatTakeNoTimeGetNoFaster() {
        var calls = new int[1];
        assertEquals(End.WARM, WarmUp.of(() -> now.addAndGet(++calls[0] % 100 == 0 ? MILLI : 0), LONG, now::get).end());
    }

    @Test
    void longCallsAreComparedLessOften() {
        var result = WarmUp.of(() -> now.addAndGet(1_000 * MILLI), LONG, now::get);
        assertEquals(End.WARM, result.end());
        assertTrue(result.calls() <= 8, result::toString);
        // longer still ones at least with the next three
        result = WarmUp.of(() -> now.addAndGet(10_000 * MILLI), LONG, now::get);
        assertEquals(End.WARM, result.end());
        assertEquals(5, result.calls());
    }

    @Test
    void itGivesUpWhenTheTimeIsOver() {
        // always a tenth faster
        var time = new double[] {1e12};
        var result = WarmUp.of(() -> now.addAndGet((long) (time[0] *= 0.9)), Duration.ofSeconds(1100), now::get);
        assertEquals(End.OUT_OF_TIME, result.end());
        assertEquals(2, result.calls());
        var none = WarmUp.of(() -> now.addAndGet(1), Duration.ZERO, now::get);
        assertEquals(End.OUT_OF_TIME, none.end());
        assertEquals(1, none.calls());
        // within a block, of which ten calls of 30 ms are one
        var few = WarmUp.of(() -> now.addAndGet(30 * MILLI), Duration.ofMillis(80), now::get);
        assertEquals(End.OUT_OF_TIME, few.end());
        assertEquals(3, few.calls());
        assertCalm();
    }

    @Test
    void whatTheWorkThrowsIsThrown() {
        var fault = new IllegalStateException("on purpose");
        assertSame(fault, assertThrows(IllegalStateException.class, () -> WarmUp.of(() -> { throw fault; }, LONG)));
        var calls = new int[1];
        assertSame(fault, assertThrows(IllegalStateException.class, () -> WarmUp.of(() -> {
            if (++calls[0] > 5) throw fault;
        }, LONG)));
        assertCalm();
    }

    @Test
    void anInterruptEndsItAndIsKept() {
        var result = WarmUp.of(() -> Thread.currentThread().interrupt(), LONG);
        assertTrue(Thread.interrupted());
        assertEquals(End.INTERRUPTED, result.end());
        assertEquals(1, result.calls());
        assertCalm();
    }

    private static final Formula FORMULA =
        new Formula("warmed", List.of(new Formula.Output(1, Expr.slot(0).mul(Expr.slot(0)).add(3))));

    private static Tiers<Loop.Map> tiers() {
        return new Tiers<>(Cost.OPERATION, 4, 2, (target, _) -> Loops.map(FORMULA, 0, target));
    }

    private static void run(Tiers<Loop.Map> tiers, int number) {
        var x = new float[1000];
        tiers.now(number, x.length).get(number).run(x, 0, x, 0, null, 0, null, 0, null, 0, null, 0, null, x.length);
    }

    private static boolean isPrepared(Tiers<Loop.Map> tiers, int number) { return !tiers.now(number, 1).target().isScalar(); }

    /// By C2 itself. The second loop is met when the first one's vectors run, and another warm-up is within.
    @Test
    void vectorsRunWhenItEndsWarm() {
        assumeTrue(Provider.current().isSimd());
        var tiers = tiers();
        run(tiers, 0);
        assertFalse(isPrepared(tiers, 0));
        var inner = new WarmUp.Result[1];
        var result = WarmUp.of(() -> {
            run(tiers, 0);
            if (!isPrepared(tiers, 0)) return;
            run(tiers, 1);
            if (inner[0] == null) inner[0] = WarmUp.of(() -> run(tiers, 1), LONG);
        }, LONG);
        assertEquals(End.WARM, result.end());
        assertEquals(End.WARM, inner[0].end());
        assertEquals(List.of("Map_warmed"), inner[0].prepared());
        assertEquals(List.of("Map_warmed", "Map_warmed"), result.prepared());
        assertEquals(List.of(), result.unprepared());
        assertTrue(isPrepared(tiers, 0) && isPrepared(tiers, 1));
        assertCalm();
    }

    /// No call that finds a new loop is like the one before.
    @Test
    void loopsThatOnlyLaterCallsTakeArePreparedToo() {
        assumeTrue(Provider.current().isSimd());
        var tiers = tiers();
        var calls = new int[1];
        var result = WarmUp.of(() -> run(tiers, calls[0]++ / 5 % 2), LONG);
        assertEquals(End.WARM, result.end());
        assertEquals(List.of("Map_warmed", "Map_warmed"), result.prepared());
        assertTrue(isPrepared(tiers, 0) && isPrepared(tiers, 1));
    }

    /// They would never run.
    @Test
    void whereVectorsNeverRunNoneArePrepared() {
        ColdStart.set(Duration.ofSeconds(1_000_000_000));
        var tiers = tiers();
        var result = WarmUp.of(() -> run(tiers, 0), LONG);
        assertEquals(End.WARM, result.end());
        assertEquals(List.of(), result.prepared());
        assertEquals(List.of(), result.unprepared());
        assertCalm();
    }

    /// The next one, which no longer waits for it, says that it is there, and a third that nothing was to be done.
    @Test
    void itSaysWhichLoopsAreNotPrepared() throws InterruptedException {
        assumeTrue(Provider.current().isSimd());
        var tiers = tiers();
        var result = WarmUp.of(() -> run(tiers, 0), Duration.ZERO);
        assertEquals(End.OUT_OF_TIME, result.end());
        assertEquals(List.of("Map_warmed"), result.unprepared());
        assertEquals(List.of(), result.prepared());
        result = WarmUp.of(() -> run(tiers, 0), LONG);
        assertEquals(List.of("Map_warmed"), result.prepared());
        assertEquals(List.of(), result.unprepared());
        result = WarmUp.of(() -> run(tiers, 0), LONG);
        assertEquals(List.of(), result.prepared());
    }

    /// What stores vectors has met two classes of them by then, half of the calls each: C2 took it for a hint, and left both as
    /// objects.
    @Test
    void aLoopIsCompiledWellBesideNarrowerVectors() {
        var target = Provider.current().target();
        assumeTrue(target.lanes() > 4);
        var x = new float[Loop.ARRAY];
        for (int lanes : new int[] {target.lanes(), target.lanes() / 2}) {
            var loop = Loops.map(FORMULA, 0, new Target(lanes, target.registers(), target.fastFma()));
            for (int i = 0; i < 500; i++) loop.turn(40, x);
        }
        var classes = new AtomicInteger();
        var tiers = new Tiers<Loop.Map>(Cost.OPERATION, 4, 1, (each, _) -> {
            if (!each.isScalar()) classes.incrementAndGet();
            return Loops.map(FORMULA, 0, each);
        });
        assertEquals(End.WARM, WarmUp.of(() -> run(tiers, 0), LONG).end());
        assertTrue(isPrepared(tiers, 0));
        assertEquals(1, classes.get());
    }

    /// Such as fill whole blocks, and leave no elements behind, when the warm-up's own did: C2 had left out what it hadn't seen,
    /// and its code was thrown away when it was needed.
    @Test
    void rowsOfOtherLengthsAreCompiledToo() {
        assumeTrue(Provider.current().isSimd());
        var sum = new RowFormula.Sum(0, new Fold("warmed_sum", Expr.slot(0), Fold.Combine.ADD));
        var result = new RowFormula.Result(new Formula("warmed_result",
            List.of(new Formula.Output(1, Expr.slot(0).mul(Expr.scalar(0))))));
        var rows = new Rowwise(new RowFormula("warmed_rows", 0, 0, List.of(sum, result)));
        assertEquals(End.WARM, WarmUp.of(() -> run(rows, 83), LONG).end());
        long before = Garbage.ofThisThread();
        for (int i = 0; i < 20; i++) run(rows, 128);
        long bytes = Garbage.ofThisThread() - before;
        assertTrue(bytes < 40_000, () -> bytes + " bytes: vectors are objects");
    }

    private static void run(Rowwise rows, int columns) {
        var numbers = new float[RowFormula.NUMBERS];
        rows.run(16, columns, ROWS, 0, 128, ROWS, 0, 128, ROWS, 0, 128, ROWS, 0, 128, null, 0, 0, null, 0, 0, numbers,
            numbers, 0, 0);
    }

    private static final float[] ROWS = new float[16 * 128];

    @Test
    void threadsWarmUpAtATime() throws Exception {
        assumeTrue(Provider.current().isSimd());
        var each = List.of(tiers(), tiers());
        try (var threads = Executors.newFixedThreadPool(2)) {
            var results = threads.invokeAll(each.stream().<Callable<WarmUp.Result>>map(tiers -> () ->
                WarmUp.of(() -> run(tiers, 0), LONG)).toList());
            for (var result : results) assertEquals(End.WARM, result.get().end());
        }
        for (var tiers : each) assertTrue(isPrepared(tiers, 0));
        assertCalm();
    }
}
