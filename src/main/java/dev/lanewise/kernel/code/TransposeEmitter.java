package dev.lanewise.kernel.code;

import static java.lang.classfile.TypeKind.INT;
import static java.lang.classfile.TypeKind.REFERENCE;

import java.lang.classfile.CodeBuilder;

/// Writes the transposition of a square of `lanes` x `lanes` floats in registers, block after block along the rows.
///
/// A butterfly: in stage s, rows r and r + s exchange the halves of each group of 2 s lanes. Two permutations and two
/// blends a pair of rows; 16 lanes were no faster than 8 on a CPU whose 512-bit shuffles take two turns (0.13 ns an
/// element, element by element 0.31).
final class TransposeEmitter {

    // parameters of Loop.Transpose.run
    private static final int STEPS = 0;
    private static final int X = 1;
    private static final int OFFSET = 2;
    private static final int STRIDE = 3;
    private static final int ROWS = 4;
    private static final int OUT = 5;
    private static final int AT = 6;
    private static final int WIDTH = 7;

    private final CodeBuilder code;
    private final int lanes;

    private TransposeEmitter(CodeBuilder code, int lanes) {
        this.code = code;
        this.lanes = lanes;
    }

    /// @param lanes 4 or 8
    static Loop.Transpose transpose(int lanes) {
        return Emitter.define(Emitter.Kind.TRANSPOSE, Loop.Transpose.class, "x" + lanes,
            code -> new TransposeEmitter(code, lanes).emit());
    }

    private void emit() {
        var rows = new int[lanes];
        for (int row = 0; row < lanes; row++) {
            rows[row] = code.allocateLocal(INT);
            // a row that isn't there is read as the last one
            code.iload(code.parameterSlot(OFFSET)).loadConstant(row)
                .iload(code.parameterSlot(ROWS)).iconst_1().isub().invokestatic(LoopEmitter.MATH, "min", LoopEmitter.MIN)
                .iload(code.parameterSlot(STRIDE)).imul().iadd().istore(rows[row]);
        }
        int step = code.allocateLocal(INT);
        code.iconst_0().istore(step);
        LoopEmitter.countedLoop(code, step, code.parameterSlot(STEPS), lanes, () -> emitBlock(rows, step));
        code.return_();
    }

    private void emitBlock(int[] rows, int step) {
        var values = new int[lanes];
        for (int row = 0; row < lanes; row++) {
            VectorCode.species(code, lanes);
            code.aload(code.parameterSlot(X)).iload(rows[row]).iload(step).iadd();
            VectorCode.load(code);
            values[row] = store();
        }
        for (int stage = 1; stage < lanes; stage *= 2)
            for (int row = 0; row < lanes; row++)
                if ((row & stage) == 0) exchange(values, row, row + stage, stage);
        for (int row = 0; row < lanes; row++) {
            code.aload(values[row]).aload(code.parameterSlot(OUT)).iload(code.parameterSlot(AT))
                .iload(step).loadConstant(row).iadd().iload(code.parameterSlot(WIDTH)).imul().iadd();
            VectorCode.save(code);
        }
    }

    /// The upper halves of one row's groups against the lower halves of the other's.
    private void exchange(int[] values, int low, int high, int stage) {
        code.aload(values[low]).aload(values[high]);
        VectorCode.swapHalves(code, lanes, stage);
        VectorCode.blendUpper(code, lanes, stage);
        int newLow = store();
        code.aload(values[low]);
        VectorCode.swapHalves(code, lanes, stage);
        code.aload(values[high]);
        VectorCode.blendUpper(code, lanes, stage);
        values[high] = store();
        values[low] = newLow;
    }

    private int store() {
        int local = code.allocateLocal(REFERENCE);
        code.astore(local);
        return local;
    }
}
