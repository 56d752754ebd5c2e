package dev.lanewise.kernel;

import static java.lang.classfile.TypeKind.FLOAT;
import static java.lang.classfile.TypeKind.INT;
import static java.lang.classfile.TypeKind.REFERENCE;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;

/// Writes the register tile of a matrix product: `rows` rows of `vectors` vectors, every accumulator a local variable
/// and every step of k straight-line code.
///
/// Per step it reads `vectors` vectors of the right operand and broadcasts `rows` floats of the left one, which lie in
/// as many rows of memory or side by side.
final class TileEmitter {

    /// Which tile: its size, how the left operand lies in memory, and whether its last vector may be cut off.
    ///
    /// @param byRows a step of k reads one float of each of `rows` rows; else `rows` floats side by side
    /// @param edge   the last vector of C is written in part
    record Shape(int rows, int vectors, boolean byRows, boolean edge) {
        String name() { return rows + "x" + vectors + (byRows ? "_rows" : "_columns") + (edge ? "_edge" : ""); }
    }

    // parameters of Loop.Tile.run; an array's offset and its stride follow it
    private static final int K = 0;
    private static final int A = 1;
    private static final int B = 4;
    private static final int C = 7;
    private static final int COLUMNS = 10;
    private static final int ACCUMULATE = 11;

    private final CodeBuilder code;
    private final Shape shape;
    private final Target target;
    private final TypeKind kind;
    private final int[] accumulators;
    private final int mask;

    private TileEmitter(CodeBuilder code, Shape shape, Target target) {
        this.code = code;
        this.shape = shape;
        this.target = target;
        this.kind = target.isScalar() ? FLOAT : REFERENCE;
        this.accumulators = new int[shape.rows * shape.vectors];
        this.mask = shape.edge ? code.allocateLocal(REFERENCE) : -1;
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
        if (shape.edge) emitMask();
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
        for (int row = 0; row < shape.rows; row++)
            for (int v = 0; v < shape.vectors; v++) emitStore(row, v);
        code.return_();
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
            if (target.isScalar()) code.faload();
            else VectorCode.load(code);
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

    /// The lanes of the last vector that lie within C.
    private void emitMask() {
        VectorCode.species(code, target.lanes());
        code.iload(code.parameterSlot(COLUMNS)).loadConstant((shape.vectors - 1) * target.lanes()).isub();
        VectorCode.firstLanes(code);
        code.astore(mask);
    }

    private boolean isCut(int v) { return shape.edge && v == shape.vectors - 1; }

    private void emitStore(int row, int v) {
        if (target.isScalar()) {
            pushC(row, v, false);
            code.fload(accumulator(row, v)).fastore();
        } else {
            code.aload(accumulator(row, v));
            pushC(row, v, false);
            if (isCut(v)) VectorCode.saveMasked(code.aload(mask));
            else VectorCode.save(code);
        }
    }

    private void pushC(int row, int v, boolean read) {
        if (read && !target.isScalar()) VectorCode.species(code, target.lanes());
        code.aload(code.parameterSlot(C)).iload(code.parameterSlot(C + 1))
            .iload(code.parameterSlot(C + 2)).loadConstant(row).imul().iadd().loadConstant(v * target.lanes()).iadd();
        if (!read) return;
        if (target.isScalar()) code.faload();
        else if (isCut(v)) VectorCode.loadMasked(code.aload(mask));
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
