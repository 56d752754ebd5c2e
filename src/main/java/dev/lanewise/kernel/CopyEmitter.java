package dev.lanewise.kernel;

import static java.lang.classfile.TypeKind.INT;

import java.lang.classfile.CodeBuilder;

/// Writes a copy of short rows, a few vectors each: a call of `System.arraycopy` for each would cost more than the copy.
final class CopyEmitter {

    // parameters of Loop.Copy.run
    private static final int ROWS = 0;
    private static final int COLUMNS = 1;
    private static final int X = 2;
    private static final int X_OFFSET = 3;
    private static final int X_STRIDE = 4;
    private static final int OUT = 5;
    private static final int OUT_OFFSET = 6;
    private static final int OUT_STRIDE = 7;

    private CopyEmitter() {}

    /// @param cut whether the last vector is written in part
    static Loop.Copy copy(int vectors, boolean cut, int lanes) {
        return Emitter.define(Emitter.Kind.COPY, Loop.Copy.class, "x" + vectors + (cut ? "_cut" : ""),
            code -> emit(code, vectors, cut, lanes));
    }

    private static void emit(CodeBuilder code, int vectors, boolean cut, int lanes) {
        int row = code.allocateLocal(INT);
        int from = code.allocateLocal(INT);
        int to = code.allocateLocal(INT);
        code.iload(code.parameterSlot(X_OFFSET)).istore(from).iload(code.parameterSlot(OUT_OFFSET)).istore(to);
        code.iconst_0().istore(row);
        LoopEmitter.countedLoop(code, row, code.parameterSlot(ROWS), 1, () -> {
            for (int v = 0; v < vectors; v++) {
                VectorCode.species(code, lanes);
                code.aload(code.parameterSlot(X)).iload(from).loadConstant(v * lanes).iadd();
                VectorCode.load(code);
                code.aload(code.parameterSlot(OUT)).iload(to).loadConstant(v * lanes).iadd();
                if (cut && v == vectors - 1) {
                    VectorCode.species(code, lanes);
                    code.iload(code.parameterSlot(COLUMNS)).loadConstant(v * lanes).isub();
                    VectorCode.firstLanes(code);
                    VectorCode.saveMasked(code);
                } else {
                    VectorCode.save(code);
                }
            }
            code.iload(from).iload(code.parameterSlot(X_STRIDE)).iadd().istore(from);
            code.iload(to).iload(code.parameterSlot(OUT_STRIDE)).iadd().istore(to);
        });
        code.return_();
    }
}
