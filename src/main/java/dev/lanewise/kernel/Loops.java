package dev.lanewise.kernel;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/// Where loops come from: the emitter, or the interpreter where this JVM can't define classes at run time.
final class Loops {

    /// Vectors that one call of a long loop covers.
    ///
    /// A method called often enough is compiled from its beginning. Entered once for a million elements it is compiled
    /// from the middle of its loop (OSR), and there C2 gives up on long vector code ("COMPILE SKIPPED: Too many
    /// clones"). At 16 iterations a call HotSpot's count of calls reaches its threshold before its count of loops.
    static final int PIECE = 16;

    /// Nodes from which on an expression counts as long.
    static final int LONG_FORMULA = 16;

    /// Nodes up to which a fold waits for memory.
    private static final int SHORT_FORMULA = 6;

    /// Pieces that one fold reads side by side.
    static final int STREAMS = 4;

    private static final AtomicBoolean SAID = new AtomicBoolean();

    private Loops() {}

    static Loop.Map map(Formula formula, int broadcast, Target target) {
        for (var output : formula.outputs())
            if ((broadcast >> output.slot() & 1) != 0) throw new IllegalArgumentException(formula.name() + ": slot " + output.slot()
                + " is written, so it needs an element for each position and can't be broadcast");
        return orElse(() -> LoopEmitter.map(formula, broadcast, target), () -> Interpreter.map(formula, broadcast));
    }

    /// @param streams 1, or [#STREAMS] if the fold has them
    static Loop.Fold fold(Fold fold, int streams, Target target) {
        return orElse(() -> LoopEmitter.fold(fold, streams, target), () -> Interpreter.fold(fold, streams));
    }

    /// Whether several at a time pay: not where the registers don't hold their accumulators, or arithmetic is what takes the time.
    static boolean hasStreams(Fold fold, Target target) {
        return target.lanes() >= 16 && fold.step().nodes().size() <= SHORT_FORMULA;
    }

    static Loop.Fill fill(Formula formula, Target target) {
        return orElse(() -> LoopEmitter.fill(formula, target), () -> Interpreter.fill(formula));
    }

    static Loop.Tile tile(TileEmitter.Shape shape, int lanes) {
        return orElse(() -> TileEmitter.tile(shape, lanes), () -> Interpreter.tile(shape, lanes));
    }

    static Loop.Transpose transpose(int lanes) {
        return orElse(() -> TransposeEmitter.transpose(lanes), () -> Interpreter.transpose());
    }

    static Loop.Copy copy(int strips, int vectors, boolean cut, int lanes) {
        return orElse(() -> CopyEmitter.copy(strips, vectors, cut, lanes), () -> Interpreter.copy(strips));
    }

    static Loop.Rows softmax(int vectors, boolean cut, boolean log, int lanes) {
        return orElse(() -> SoftmaxEmitter.rows(vectors, cut, log, lanes), () -> log ? Softmax::logPasses : Softmax::passes);
    }

    static Loop.Rows longSoftmax(int lanes) {
        return Loops.<Loop.Rows>orElse(() -> new Softmax.LongRows(SoftmaxEmitter.largest(lanes),
            SoftmaxEmitter.powers(false, lanes), SoftmaxEmitter.powers(true, lanes)), () -> Softmax::passes);
    }

    static <L> L orElse(Supplier<L> emitted, Supplier<L> interpreted) {
        try {
            return emitted.get();
        } catch (Emitter.NoClasses e) {
            if (SAID.compareAndSet(false, true))
                System.getLogger("dev.lanewise").log(System.Logger.Level.WARNING,
                    "Lanewise interprets its kernels, a hundred times slower than usual: " + e.getMessage());
            return interpreted.get();
        }
    }
}
