package dev.lanewise.kernel.code;

import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;

import dev.lanewise.kernel.expr.Expr;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;

/// Expressions as plain float and int arithmetic, one element at a time.
final class ScalarCode extends LaneCode {

    static final ClassDesc FLOAT = ClassDesc.of("java.lang.Float");
    static final ClassDesc INTEGER = ClassDesc.of("java.lang.Integer");
    private static final ClassDesc MATH = ClassDesc.of("java.lang.Math");
    private static final MethodTypeDesc FMA = MethodTypeDesc.of(CD_float, CD_float, CD_float, CD_float);

    private final boolean fastFma;

    ScalarCode(CodeBuilder code, Frame frame, boolean fastFma) {
        super(code, frame);
        this.fastFma = fastFma;
    }

    @Override
    int lanes() { return 1; }

    @Override
    TypeKind kind(Expr node) { return node instanceof Expr.F32 ? TypeKind.FLOAT : TypeKind.INT; }

    @Override
    boolean isInline(Expr node) { return node instanceof Expr.Constant || node instanceof Expr.IntConstant; }

    @Override
    void emit(Expr node) {
        switch (node) {
            case Expr.Slot(int slot) -> {
                pushAddress(slot);
                code.faload();
            }
            case Expr.Scalar(int index) -> code.aload(frame.scalars()).loadConstant(index).faload();
            case Expr.Constant(float value) -> code.loadConstant(value);
            case Expr.Arithmetic(var operation, var a, var b) -> {
                push(a);
                push(b);
                switch (operation) {
                    case ADD -> code.fadd();
                    case SUB -> code.fsub();
                    case MUL -> code.fmul();
                    case DIV -> code.fdiv();
                }
            }
            case Expr.Fma(var a, var b, var c) -> {
                push(a);
                push(b);
                push(c);
                fma(code, fastFma);
            }
            case Expr.Sqrt(var a) -> {
                // the double root of a float, rounded to float, is the float root
                push(a);
                code.f2d().invokestatic(MATH, "sqrt", MethodTypeDesc.of(CD_double, CD_double)).d2f();
            }
            case Expr.Select select -> emitSelect(select);
            case Expr.AsFloat(var a) -> {
                push(a);
                code.invokestatic(FLOAT, "intBitsToFloat", MethodTypeDesc.of(CD_float, CD_int));
            }
            case Expr.ToFloat(var a) -> {
                push(a);
                code.i2f();
            }
            case Expr.Bits(var a) -> {
                push(a);
                code.invokestatic(FLOAT, "floatToRawIntBits", MethodTypeDesc.of(CD_int, CD_float));
            }
            case Expr.Counter _ -> code.iload(frame.counter()).iload(frame.index()).iadd();
            case Expr.Key(int word) -> code.iload(frame.key(word));
            case Expr.IntConstant(int value) -> code.loadConstant(value);
            case Expr.IntArithmetic(var operation, var a, var b) -> {
                push(a);
                push(b);
                switch (operation) {
                    case ADD -> code.iadd();
                    case SUB -> code.isub();
                    case AND -> code.iand();
                    case OR -> code.ior();
                    case XOR -> code.ixor();
                    case MIN -> code.invokestatic(LoopEmitter.MATH, "min", LoopEmitter.MIN);
                }
            }
            case Expr.Shift(var kind, var a, int by) -> {
                push(a);
                code.loadConstant(by);
                switch (kind) {
                    case LEFT -> code.ishl();
                    case RIGHT -> code.ishr();
                    case RIGHT_UNSIGNED -> code.iushr();
                    case ROTATE_LEFT ->
                        code.invokestatic(INTEGER, "rotateLeft", MethodTypeDesc.of(CD_int, CD_int, CD_int));
                }
            }
        }
    }

    /// Three floats on the stack become their fused multiply-add, exact whether or not the CPU has the instruction.
    static void fma(CodeBuilder code, boolean fastFma) {
        if (fastFma) code.invokestatic(MATH, "fma", FMA);
        else code.invokestatic(SoftFma.class.describeConstable().orElseThrow(), "fma", FMA);
    }

    private void emitSelect(Expr.Select select) {
        push(select.a());
        push(select.b());
        var otherwise = code.newLabel();
        var end = code.newLabel();
        // the comparison that turns NaN into "no"
        switch (select.comparison()) {
            case LT -> code.fcmpg().ifge(otherwise);
            case LE -> code.fcmpg().ifgt(otherwise);
            case GT -> code.fcmpl().ifle(otherwise);
            case GE -> code.fcmpl().iflt(otherwise);
            case EQ -> code.fcmpl().ifne(otherwise);
            case NE -> code.fcmpl().ifeq(otherwise);
        }
        push(select.then());
        code.goto_(end).labelBinding(otherwise);
        push(select.otherwise());
        code.labelBinding(end);
    }

    @Override
    void store(int slot, Expr.F32 value) {
        pushAddress(slot);
        push(value);
        code.fastore();
    }

    private void pushAddress(int slot) {
        code.aload(frame.array(slot)).iload(frame.offset(slot));
        if (!frame.isBroadcast(slot)) code.iload(frame.index()).iadd();
    }
}
