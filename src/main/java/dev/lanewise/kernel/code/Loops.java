package dev.lanewise.kernel.code;

import dev.lanewise.kernel.expr.Fold;
import dev.lanewise.kernel.expr.Formula;
import dev.lanewise.kernel.expr.RowFormula;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/// Where loops come from: the emitter, or the interpreter where this JVM can't define classes at run time.
public final class Loops {

    /// Nodes up to which a fold waits for memory.
    private static final int SHORT_FORMULA = 6;

    /// Pieces that one fold reads side by side.
    public static final int STREAMS = 4;

    /// Vectors of a softmax's row up to which it stays in registers.
    public static final int SOFTMAX_VECTORS = SoftmaxEmitter.VECTORS;

    /// Columns for which a matrix has a loop without a loop within.
    public static final int MATRIX_COLUMNS = Fold.LANES;
    /// Lanes of strided copies, at the most.
    public static final int STRIDED_LANES = 8;
    /// The first slot that is a running sum's lanes; there may be one more.
    public static final int RUNNING = 3;
    /// Floats of a running sum: its lanes, and as many of room.
    public static final int RUNNING_STATE = 2 * Fold.LANES;

    private static final AtomicBoolean SAID = new AtomicBoolean();

    private Loops() {}

    /// A formula element by element.
    ///
    /// @param broadcast bit i set: slot i has one element, which every position reads
    /// @throws IllegalArgumentException if such a slot is written
    public static Loop.Map map(Formula formula, int broadcast, Target target) {
        for (var output : formula.outputs())
            if ((broadcast >> output.slot() & 1) != 0) throw new IllegalArgumentException(formula.name() + ": slot "
                + output.slot() + " is written, so it needs an element for each position and can't be broadcast");
        return orElse(() -> LoopEmitter.map(formula, broadcast, target), () -> Interpreter.map(formula, broadcast));
    }

    /// A formula row by row.
    ///
    /// @param broadcast bit i set: slot i has one number for each row
    /// @param whole     whether rows are of [#MATRIX_COLUMNS] elements
    public static Loop.Matrix matrix(Formula formula, int broadcast, boolean whole, Target target) {
        return orElse(() -> LoopEmitter.matrix(formula, broadcast, whole, target), () -> Interpreter.matrix(formula, broadcast));
    }

    /// What attention makes of scores: see [AttentionEmitter].
    ///
    /// @param passes the same made of other kernels
    public static Loop.Rows attention(int lanes, Loop.Rows passes) {
        return orElse(() -> AttentionEmitter.powers(lanes), () -> passes);
    }

    /// A fold of one piece, or of several.
    ///
    /// @param streams 1, or [#STREAMS] if the fold has them
    public static Loop.Fold fold(Fold fold, int streams, Target target) {
        return orElse(() -> LoopEmitter.fold(fold, streams, target), () -> Interpreter.fold(fold, streams));
    }

    /// Whether several at a time pay: not where the registers don't hold their accumulators, or arithmetic is what takes the
    /// time.
    public static boolean hasStreams(Fold fold, Target target) {
        return target.lanes() >= 16 && fold.step().nodes().size() <= SHORT_FORMULA;
    }

    /// A formula of the counter and the key, written to groups of 32.
    public static Loop.Fill fill(Formula formula, Target target) {
        return orElse(() -> LoopEmitter.fill(formula, target), () -> Interpreter.fill(formula));
    }

    /// A register tile.
    public static Loop.Tile tile(Loop.Tile.Shape shape, int lanes) {
        return orElse(() -> TileEmitter.tile(shape, lanes), () -> Interpreter.tile(shape, lanes));
    }

    /// A register tile of a right operand whose rows lie anywhere.
    public static Loop.GatheredTile gatheredTile(Loop.Tile.Shape shape, int lanes) {
        return orElse(() -> TileEmitter.gathered(shape, lanes), () -> Interpreter.gatheredTile(shape, lanes));
    }

    /// A transposition by squares.
    ///
    /// @param lanes the square's side, 4 or 8
    public static Loop.Transpose transpose(int lanes) {
        return orElse(() -> TransposeEmitter.transpose(lanes), () -> Interpreter.transpose());
    }

    /// A copy of short rows.
    ///
    /// @param strips  into which rows are cut, 1 for none
    /// @param vectors in a row of a strip
    /// @param cut     whether the last vector is written in part
    public static Loop.Copy copy(int strips, int vectors, boolean cut, int lanes) {
        return orElse(() -> CopyEmitter.copy(strips, vectors, cut, lanes), () -> Interpreter.copy(strips));
    }

    /// A copy of every second element of rows to elements side by side: of more than [#STRIDED_LANES] elements a row.
    ///
    /// @param plain the same element by element
    public static Loop.Copy everySecond(int lanes, Loop.Copy plain) {
        return orElse(() -> StridedEmitter.gather(Math.min(STRIDED_LANES, lanes)), () -> plain);
    }

    /// The softmax of rows that stay in registers, up to [#SOFTMAX_VECTORS].
    ///
    /// @param cut    whether the last vector reaches beyond the row's end
    /// @param log    whether its logarithm is wanted
    /// @param passes the same made of other kernels
    public static Loop.Rows softmax(int vectors, boolean cut, boolean log, int lanes, Loop.Rows passes) {
        return orElse(() -> SoftmaxEmitter.rows(vectors, cut, log, lanes), () -> passes);
    }

    /// The softmax of longer rows.
    ///
    /// @param rows   makes it of three passes over a row
    /// @param passes the same made of other kernels
    public static Loop.Rows longSoftmax(int lanes, LongRows rows, Loop.Rows passes) {
        return orElse(() -> rows.of(SoftmaxEmitter.largest(lanes), SoftmaxEmitter.powers(false, lanes),
            SoftmaxEmitter.powers(true, lanes)), () -> passes);
    }

    /// Makes a softmax's rows of its passes.
    public interface LongRows {
        /// @param largest puts the maximum of slot 0 into `lanes[0]`
        /// @param first   puts the powers of slot 0, shifted by `scalars[0]`, into slot 1, and their sum into `lanes[0]`
        /// @param next    the same, and divides slot 2, the row before, by `scalars[1]`
        Loop.Rows of(Loop.Pass largest, Loop.Pass first, Loop.Pass next);
    }

    /// The powers of a softmax, of rows in slot 0 that stay in registers, to slot 3; of each row the maximum and the powers' sum
    /// are kept.
    ///
    /// @param cut    whether the last vector reaches beyond the row's end
    /// @param passes the same made of other kernels
    public static Loop.Rowwise rowPowers(int vectors, boolean cut, int lanes, Loop.Rowwise passes) {
        return orElse(() -> SoftmaxEmitter.powersOfRows(vectors, cut, lanes), () -> passes);
    }

    /// The same of longer rows.
    ///
    /// @param rows   makes it of a pass that puts the maximum of slot 0 into `lanes[0]`, and one that puts the powers of slot 0,
    ///               shifted by `scalars[0]`, into slot 1, and their sum into `lanes[0]`
    /// @param passes the same made of other kernels
    public static Loop.Rowwise longRowPowers(int lanes, BiFunction<Loop.Pass, Loop.Pass, Loop.Rowwise> rows,
        Loop.Rowwise passes) {
        return orElse(() -> rows.apply(SoftmaxEmitter.largest(lanes), SoftmaxEmitter.powers(false, lanes)), () -> passes);
    }

    /// The steps of a formula of rows, on vectors.
    ///
    /// @param passes the same made of other kernels
    public static Loop.Rowwise rowwise(RowFormula formula, Target target, Loop.Rowwise passes) {
        return orElse(() -> RowEmitter.rowwise(formula, target), () -> passes);
    }

    /// A run of running sums, on vectors: of slots 0 and 1, slot 2 being the state, of each sum [#RUNNING_STATE] floats, the lane
    /// of the next value first.
    ///
    /// @param formula adds to slots from [#RUNNING] on
    /// @param passes  the same made of other kernels
    public static Loop.Pass running(Formula formula, Target target, Loop.Pass passes) {
        return orElse(() -> RowEmitter.running(formula, target), () -> passes);
    }

    /// The measure of a machine's arithmetic: `n` times, each of so many chains of numbers goes from x to x / 2 + 1. Leaves the
    /// chains in `lanes`, a vector each.
    ///
    /// @throws UnsupportedOperationException where this JVM can't define classes at run time
    public static Loop.Pass peak(int chains, Target target) { return PeakEmitter.peak(chains, target); }

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
