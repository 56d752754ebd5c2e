package dev.lanewise.kernel.code;

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

    /// @param strips into which rows are cut, 1 for none
    /// @param vectors in a row of a strip
    /// @param cut whether the last vector is written in part
    static Loop.Copy copy(int strips, int vectors, boolean cut, int lanes) {
        return Emitter.define(Emitter.Kind.COPY, Loop.Copy.class, (strips == 1 ? "" : strips + "_strips_") + "x" + vectors
            + (cut ? "_cut" : ""), code -> emit(code, strips, vectors, cut, lanes));
    }

    private static void emit(CodeBuilder code, int strips, int vectors, boolean cut, int lanes) {
        int row = code.allocateLocal(INT);
        int from = code.allocateLocal(INT);
        code.iload(code.parameterSlot(X_OFFSET)).istore(from);
        var to = new int[strips];
        for (int strip = 0; strip < strips; strip++) {
            to[strip] = code.allocateLocal(INT);
            code.iload(code.parameterSlot(OUT_OFFSET)).iload(code.parameterSlot(ROWS)).loadConstant(strip).imul()
                .iload(code.parameterSlot(OUT_STRIDE)).imul().iadd().istore(to[strip]);
        }
        code.iconst_0().istore(row);
        LoopEmitter.countedLoop(code, row, code.parameterSlot(ROWS), 1, () -> {
            for (int v = 0; v < strips * vectors; v++) {
                VectorCode.species(code, lanes);
                code.aload(code.parameterSlot(X)).iload(from).loadConstant(v * lanes).iadd();
                VectorCode.load(code);
                code.aload(code.parameterSlot(OUT)).iload(to[v / vectors]).loadConstant(v % vectors * lanes).iadd();
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
            for (int strip : to) code.iload(strip).iload(code.parameterSlot(OUT_STRIDE)).iadd().istore(strip);
        });
        code.return_();
    }
}
