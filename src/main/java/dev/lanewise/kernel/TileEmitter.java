package dev.lanewise.kernel;

import static java.lang.classfile.TypeKind.FLOAT;
import static java.lang.classfile.TypeKind.INT;
import static java.lang.classfile.TypeKind.REFERENCE;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;

/// Writes the register tile of a matrix product: `rows` rows of `vectors` vectors, every accumulator a local variable
/// and every step of k straight-line code.
///
/// Per step it reads `vectors` vectors of the packed right panel and broadcasts `rows` floats of the packed left one.
/// All indices are a constant times k plus an invariant, the form in which C2 hoists the range checks.
final class TileEmitter {

    // parameters of Loop.Tile.run; an array's offset follows it
    private static final int K = 0;
    private static final int A = 1;
    private static final int B = 3;
    private static final int C = 5;
    private static final int LDC = 7;
    private static final int ACCUMULATE = 8;

    private final CodeBuilder code;
    private final int rows;
    private final int vectors;
    private final Target target;
    private final TypeKind kind;
    private final int[] accumulators;

    private TileEmitter(CodeBuilder code, int rows, int vectors, Target target) {
        this.code = code;
        this.rows = rows;
        this.vectors = vectors;
        this.target = target;
        this.kind = target.isScalar() ? FLOAT : REFERENCE;
        this.accumulators = new int[rows * vectors];
    }

    static Loop.Tile tile(int rows, int vectors, Target target) {
        return Emitter.define(Emitter.Kind.TILE, Loop.Tile.class, rows + "x" + vectors,
            code -> new TileEmitter(code, rows, vectors, target).emit());
    }

    private void emit() {
        int k = code.allocateLocal(INT);
        for (int i = 0; i < accumulators.length; i++) {
            accumulators[i] = code.allocateLocal(kind);
            pushZero();
            code.storeLocal(kind, accumulators[i]);
        }
        var condition = code.newLabel();
        var end = code.newLabel();
        code.iconst_0().istore(k);
        code.labelBinding(condition).iload(k).iload(code.parameterSlot(K)).if_icmpge(end);
        emitStep(k);
        code.iinc(k, 1).goto_(condition).labelBinding(end);

        var overwrite = code.newLabel();
        code.iload(code.parameterSlot(ACCUMULATE)).ifeq(overwrite);
        for (int row = 0; row < rows; row++)
            for (int v = 0; v < vectors; v++) {
                // the sum so far, then this block's
                pushC(row, v, true);
                code.loadLocal(kind, accumulators[row * vectors + v]);
                pushAdd();
                code.storeLocal(kind, accumulators[row * vectors + v]);
            }
        code.labelBinding(overwrite);
        for (int row = 0; row < rows; row++)
            for (int v = 0; v < vectors; v++) {
                if (target.isScalar()) {
                    pushC(row, v, false);
                    code.fload(accumulators[row * vectors + v]).fastore();
                } else {
                    code.aload(accumulators[row * vectors + v]);
                    pushC(row, v, false);
                    VectorCode.save(code);
                }
            }
        code.return_();
    }

    private void emitStep(int k) {
        var right = new int[vectors];
        for (int v = 0; v < vectors; v++) {
            right[v] = code.allocateLocal(kind);
            pushElement(B, k, vectors * target.lanes(), v * target.lanes(), !target.isScalar());
            code.storeLocal(kind, right[v]);
        }
        int left = code.allocateLocal(kind);
        for (int row = 0; row < rows; row++) {
            if (!target.isScalar()) VectorCode.species(code, target.lanes());
            pushElement(A, k, rows, row, false);
            if (!target.isScalar()) VectorCode.broadcast(code);
            code.storeLocal(kind, left);
            for (int v = 0; v < vectors; v++) {
                int accumulator = accumulators[row * vectors + v];
                code.loadLocal(kind, left).loadLocal(kind, right[v]).loadLocal(kind, accumulator);
                if (target.isScalar()) ScalarCode.fma(code, target.fastFma());
                else VectorCode.fma(code);
                code.storeLocal(kind, accumulator);
            }
        }
    }

    /// Reads `array[offset + k * stride + constant]`, the array being parameter `parameter`, its offset the next.
    private void pushElement(int parameter, int k, int stride, int constant, boolean vector) {
        if (vector) VectorCode.species(code, target.lanes());
        code.aload(code.parameterSlot(parameter)).iload(code.parameterSlot(parameter + 1))
            .iload(k).loadConstant(stride).imul().iadd().loadConstant(constant).iadd();
        if (vector) VectorCode.load(code);
        else code.faload();
    }

    private void pushC(int row, int v, boolean read) {
        if (read && !target.isScalar()) VectorCode.species(code, target.lanes());
        code.aload(code.parameterSlot(C)).iload(code.parameterSlot(C + 1))
            .iload(code.parameterSlot(LDC)).loadConstant(row).imul().iadd().loadConstant(v * target.lanes()).iadd();
        if (!read) return;
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
