package dev.lanewise.kernel;

import static java.lang.classfile.TypeKind.FLOAT;
import static java.lang.classfile.TypeKind.INT;
import static java.lang.classfile.TypeKind.REFERENCE;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;

/// What this machine can do at the most: fused multiply-adds from register to register, with nothing to wait for. The
/// yardstick for matrix products.
public final class Peak {

    private static final int STEPS = 200;

    private final Target target;
    private final int chains;
    private final Loop.Pass loop;

    /// @throws UnsupportedOperationException where this JVM can't define classes at run time
    public Peak() {
        this.target = Provider.current().target();
        // a result is awaited for up to five cycles, in two units: ten chains keep them busy; more must fit into registers
        this.chains = target.hasManyRegisters() ? 24 : 12;
        this.loop = Emitter.define(Emitter.Kind.PASS, Loop.Pass.class, "peak", this::emit);
    }

    /// Lets all threads of the pool compute for `rounds` rounds of a microsecond or so, and returns how many
    /// operations that were: two for each fused multiply-add.
    public long run(int rounds) {
        int threads = Pool.threads();
        Pool.forEach(threads, _ -> {
            var out = new float[chains * target.lanes()];
            for (int i = 0; i < rounds; i++) loop.run(null, 0, null, 0, null, 0, out, null, STEPS);
        });
        return 2L * threads * rounds * STEPS * chains * target.lanes();
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
        LoopEmitter.countedLoop(code, step, code.parameterSlot(8), 1, () -> {
            for (int chain : x) {
                code.loadLocal(kind, chain).loadLocal(kind, half).loadLocal(kind, one);
                if (target.isScalar()) ScalarCode.fma(code, target.fastFma());
                else VectorCode.fma(code);
                code.storeLocal(kind, chain);
            }
        });
        for (int i = 0; i < chains; i++) {
            if (target.isScalar()) code.aload(code.parameterSlot(6)).loadConstant(i).fload(x[i]).fastore();
            else VectorCode.save(code.aload(x[i]).aload(code.parameterSlot(6)).loadConstant(i * target.lanes()));
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
