package dev.lanewise.kernel.code;

import static java.lang.classfile.TypeKind.FLOAT;
import static java.lang.classfile.TypeKind.INT;
import static java.lang.classfile.TypeKind.REFERENCE;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;

/// Writes fused multiply-adds from register to register, in chains that don't wait for each other.
final class PeakEmitter {

    // parameters of Loop.Pass.run
    private static final int LANES = 6;
    private static final int N = 8;

    private final int chains;
    private final Target target;

    private PeakEmitter(int chains, Target target) {
        this.chains = chains;
        this.target = target;
    }

    static Loop.Pass peak(int chains, Target target) {
        return Emitter.define(Emitter.Kind.PASS, Loop.Pass.class, "peak", new PeakEmitter(chains, target)::emit);
    }

    /// `for (; n > 0; n--)` each chain: x = x / 2 + 1. They begin with different numbers, lest the compiler finds them
    /// equal, and are stored, lest it finds them useless.
    private void emit(CodeBuilder code) {
        var kind = target.isScalar() ? FLOAT : REFERENCE;
        var x = new int[chains];
        for (int i = 0; i < chains; i++) x[i] = number(code, kind, i);
        int half = number(code, kind, 0.5f);
        int one = number(code, kind, 1);
        int step = code.allocateLocal(INT);
        code.iconst_0().istore(step);
        LoopEmitter.countedLoop(code, step, code.parameterSlot(N), 1, () -> {
            for (int chain : x) {
                code.loadLocal(kind, chain).loadLocal(kind, half).loadLocal(kind, one);
                if (target.isScalar()) ScalarCode.fma(code, target.fastFma());
                else VectorCode.fma(code);
                code.storeLocal(kind, chain);
            }
        });
        for (int i = 0; i < chains; i++) {
            if (target.isScalar()) code.aload(code.parameterSlot(LANES)).loadConstant(i).fload(x[i]).fastore();
            else VectorCode.save(code.aload(x[i]).aload(code.parameterSlot(LANES)).loadConstant(i * target.lanes()));
        }
        code.return_();
    }

    private int number(CodeBuilder code, TypeKind kind, float value) {
        int local = code.allocateLocal(kind);
        if (!target.isScalar()) VectorCode.species(code, target.lanes());
        code.loadConstant(value);
        if (!target.isScalar()) VectorCode.broadcast(code);
        code.storeLocal(kind, local);
        return local;
    }
}
