package dev.lanewise.kernel;

import static java.lang.classfile.TypeKind.FLOAT;
import static java.lang.classfile.TypeKind.INT;
import static java.lang.classfile.TypeKind.REFERENCE;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.util.Locale;

/// Writes the register tile of a matrix product: `rows` rows of `vectors` vectors, every accumulator a local variable
/// and every step of k straight-line code.
///
/// Per step it reads `vectors` vectors of the right operand and broadcasts `rows` floats of the left one, which lie in
/// as many rows of memory or side by side. The epilogue follows the last step, while the sums are still in registers.
final class TileEmitter {

    /// Which tile: its size, how the left operand lies in memory, and what becomes of the sums before they are stored.
    ///
    /// @param byRows a step of k reads one float of each of `rows` rows; else `rows` floats side by side
    record Shape(int rows, int vectors, boolean byRows, Epilogue.Form ending) {
        String name() {
            return rows + "x" + vectors + (byRows ? "_rows" : "_columns")
                + (ending == Epilogue.Form.NONE ? "" : "_" + ending.epilogue() + "_" + ending.bias()).toLowerCase(Locale.ROOT);
        }
    }

    // parameters of Loop.Tile.run; an array's offset and its stride follow it
    private static final int K = 0;
    private static final int A = 1;
    private static final int B = 4;
    private static final int C = 7;
    private static final int ACCUMULATE = 10;
    private static final int BIAS = 11;

    private final CodeBuilder code;
    private final Shape shape;
    private final Target target;
    private final TypeKind kind;
    private final int[] accumulators;

    private TileEmitter(CodeBuilder code, Shape shape, Target target) {
        this.code = code;
        this.shape = shape;
        this.target = target;
        this.kind = target.isScalar() ? FLOAT : REFERENCE;
        this.accumulators = new int[shape.rows * shape.vectors];
    }

    static Loop.Tile tile(Shape shape, Target target) {
        return Emitter.define(Emitter.Kind.TILE, Loop.Tile.class, shape.name(),
            code -> new TileEmitter(code, shape, target).emit());
    }

    private void emit() {
        for (int i = 0; i < accumulators.length; i++) {
            accumulators[i] = code.allocateLocal(kind);
            pushZero();
            code.storeLocal(kind, accumulators[i]);
        }
        emitSteps();
        var overwrite = code.newLabel();
        code.iload(code.parameterSlot(ACCUMULATE)).ifeq(overwrite);
        for (int row = 0; row < shape.rows; row++)
            for (int v = 0; v < shape.vectors; v++) {
                // the sum so far, then this block's
                pushC(row, v, true);
                code.loadLocal(kind, accumulator(row, v));
                pushAdd();
                code.storeLocal(kind, accumulator(row, v));
            }
        code.labelBinding(overwrite);
        if (shape.ending != Epilogue.Form.NONE) emitEnding();
        for (int row = 0; row < shape.rows; row++)
            for (int v = 0; v < shape.vectors; v++) emitStore(row, v);
        code.return_();
    }

    private void emitEnding() {
        var biases = new int[shape.ending.bias() == Epilogue.Bias.COLUMNS ? shape.vectors : 1];
        for (int v = 0; v < biases.length; v++) biases[v] = code.allocateLocal(kind);
        if (shape.ending.bias() == Epilogue.Bias.COLUMNS)
            for (int v = 0; v < shape.vectors; v++) {
                if (!target.isScalar()) VectorCode.species(code, target.lanes());
                code.aload(code.parameterSlot(BIAS)).iload(code.parameterSlot(BIAS + 1)).loadConstant(v * target.lanes()).iadd();
                pushLoaded();
                code.storeLocal(kind, biases[v]);
            }
        for (int row = 0; row < shape.rows; row++) {
            if (shape.ending.bias() == Epilogue.Bias.ROWS) {
                if (!target.isScalar()) VectorCode.species(code, target.lanes());
                code.aload(code.parameterSlot(BIAS)).iload(code.parameterSlot(BIAS + 1)).loadConstant(row).iadd().faload();
                if (!target.isScalar()) VectorCode.broadcast(code);
                code.storeLocal(kind, biases[0]);
            }
            for (int v = 0; v < shape.vectors; v++) emitEnding(accumulator(row, v), biases[biases.length == 1 ? 0 : v]);
        }
    }

    /// `sum = f(sum, bias)`; the local variables between them are given back, since C1 takes a limited number.
    private void emitEnding(int sum, int bias) {
        code.block(inner -> {
            var frame = new LaneCode.Frame(-1, -1, -1, -1, -1, 0);
            var lane = target.isScalar() ? new ScalarCode(inner, frame, target.fastFma())
                : new VectorCode(inner, frame, target.lanes());
            var value = shape.ending.value();
            lane.bind(Epilogue.Form.PRODUCT, sum);
            lane.bind(Epilogue.Form.BIAS, bias);
            lane.evaluate(Epilogue.Form.nodes(value));
            lane.push(value);
            inner.storeLocal(kind, sum);
        });
    }

    private int accumulator(int row, int v) { return accumulators[row * shape.vectors + v]; }

    /// `for (k = 0; k < K; k++)`, with the places in A and B beside it.
    private void emitSteps() {
        int k = code.allocateLocal(INT);
        int b = code.allocateLocal(INT);
        // by rows: where each row begins; by columns: where the step's floats begin
        var a = new int[shape.byRows ? shape.rows : 1];
        for (int row = 0; row < a.length; row++) {
            a[row] = code.allocateLocal(INT);
            code.iload(code.parameterSlot(A + 1));
            if (row > 0) code.iload(code.parameterSlot(A + 2)).loadConstant(row).imul().iadd();
            code.istore(a[row]);
        }
        code.iload(code.parameterSlot(B + 1)).istore(b);
        code.iconst_0().istore(k);
        LoopEmitter.countedLoop(code, k, code.parameterSlot(K), 1, () -> {
            emitStep(k, a, b);
            code.iload(b).iload(code.parameterSlot(B + 2)).iadd().istore(b);
            if (!shape.byRows) code.iload(a[0]).iload(code.parameterSlot(A + 2)).iadd().istore(a[0]);
        });
    }

    private void emitStep(int k, int[] a, int b) {
        var right = new int[shape.vectors];
        for (int v = 0; v < shape.vectors; v++) {
            right[v] = code.allocateLocal(kind);
            if (!target.isScalar()) VectorCode.species(code, target.lanes());
            code.aload(code.parameterSlot(B)).iload(b).loadConstant(v * target.lanes()).iadd();
            pushLoaded();
            code.storeLocal(kind, right[v]);
        }
        int left = code.allocateLocal(kind);
        for (int row = 0; row < shape.rows; row++) {
            if (!target.isScalar()) VectorCode.species(code, target.lanes());
            code.aload(code.parameterSlot(A));
            if (shape.byRows) code.iload(a[row]).iload(k).iadd();
            else code.iload(a[0]).loadConstant(row).iadd();
            code.faload();
            if (!target.isScalar()) VectorCode.broadcast(code);
            code.storeLocal(kind, left);
            for (int v = 0; v < shape.vectors; v++) {
                code.loadLocal(kind, left).loadLocal(kind, right[v]).loadLocal(kind, accumulator(row, v));
                if (target.isScalar()) ScalarCode.fma(code, target.fastFma());
                else VectorCode.fma(code);
                code.storeLocal(kind, accumulator(row, v));
            }
        }
    }

    private void emitStore(int row, int v) {
        if (target.isScalar()) {
            pushC(row, v, false);
            code.fload(accumulator(row, v)).fastore();
        } else {
            code.aload(accumulator(row, v));
            pushC(row, v, false);
            VectorCode.save(code);
        }
    }

    private void pushC(int row, int v, boolean read) {
        if (read && !target.isScalar()) VectorCode.species(code, target.lanes());
        code.aload(code.parameterSlot(C)).iload(code.parameterSlot(C + 1))
            .iload(code.parameterSlot(C + 2)).loadConstant(row).imul().iadd().loadConstant(v * target.lanes()).iadd();
        if (read) pushLoaded();
    }

    /// Of species, array and index on the stack.
    private void pushLoaded() {
        if (target.isScalar()) code.faload();
        else VectorCode.load(code);
    }

    private void pushZero() {
        if (!target.isScalar()) VectorCode.species(code, target.lanes());
        code.fconst_0();
        if (!target.isScalar()) VectorCode.broadcast(code);
    }

    private void pushAdd() {
        if (target.isScalar()) code.fadd();
        else VectorCode.add(code);
    }
}
