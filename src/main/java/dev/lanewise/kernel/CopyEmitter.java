package dev.lanewise.kernel;

import static java.lang.classfile.TypeKind.INT;

import java.lang.classfile.CodeBuilder;

/// Writes a copy of short rows, a few vectors each: a call of `System.arraycopy` for each would cost more than the copy.
final class CopyEmitter {

    // parameters of Loop.Copy.run
    private static final int ROWS = 0;
    private static final int X = 1;
    private static final int X_OFFSET = 2;
    private static final int X_STRIDE = 3;
    private static final int OUT = 4;
    private static final int OUT_OFFSET = 5;
    private static final int OUT_STRIDE = 6;

    private CopyEmitter() {}

    static Loop.Copy copy(int vectors, int lanes) {
        return Emitter.define(Emitter.Kind.COPY, Loop.Copy.class, "x" + vectors, code -> emit(code, vectors, lanes));
    }

    private static void emit(CodeBuilder code, int vectors, int lanes) {
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
                VectorCode.save(code);
            }
            code.iload(from).iload(code.parameterSlot(X_STRIDE)).iadd().istore(from);
            code.iload(to).iload(code.parameterSlot(OUT_STRIDE)).iadd().istore(to);
        });
        code.return_();
    }
}
