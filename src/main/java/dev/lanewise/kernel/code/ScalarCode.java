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

    private static final ClassDesc FLOAT = ClassDesc.of("java.lang.Float");
    private static final ClassDesc INTEGER = ClassDesc.of("java.lang.Integer");
    private static final ClassDesc MATH = ClassDesc.of("java.lang.Math");
    private static final MethodTypeDesc FMA = MethodTypeDesc.of(CD_float, CD_float, CD_float, CD_float);

    private final boolean fastFma;

    ScalarCode(Assembler a, Frame frame, boolean fastFma) {
        super(a, frame);
        this.fastFma = fastFma;
    }

    @Override
    ScalarCode on(Frame frame) { return new ScalarCode(a, frame, fastFma); }

    @Override
    int lanes() { return 1; }

    @Override
    TypeKind kind(Expr node) { return node instanceof Expr.F32 ? TypeKind.FLOAT : TypeKind.INT; }

    @Override
    boolean isInline(Expr node) { return node instanceof Expr.Constant || node instanceof Expr.IntConstant; }

    @Override
    void emit(Expr node) {
        var code = a.code();
        switch (node) {
            case Expr.Slot(int slot) -> pushAt(frame.place(slot));
            case Expr.Scalar(int index) when frame.numbers() != null -> push(frame.numbers()[index]);
            case Expr.Scalar(int index) -> pushAt(frame.scalars().at(index));
            case Expr.Constant(float value) -> code.loadConstant(value);
            case Expr.Arithmetic(var operation, var x, var y) -> {
                push(x);
                push(y);
                switch (operation) {
                    case ADD -> code.fadd();
                    case SUB -> code.fsub();
                    case MUL -> code.fmul();
                    case DIV -> code.fdiv();
                }
            }
            case Expr.Fma(var x, var y, var z) -> {
                push(x);
                push(y);
                push(z);
                fma(code);
            }
            case Expr.Sqrt(var x) -> {
                // the double root of a float, rounded to float, is the float root
                push(x);
                code.f2d().invokestatic(MATH, "sqrt", MethodTypeDesc.of(CD_double, CD_double)).d2f();
            }
            case Expr.Select select -> emitSelect(select);
            case Expr.AsFloat(var x) -> {
                push(x);
                code.invokestatic(FLOAT, "intBitsToFloat", MethodTypeDesc.of(CD_float, CD_int));
            }
            case Expr.ToFloat(var x) -> {
                push(x);
                code.i2f();
            }
            case Expr.Bits(var x) -> {
                push(x);
                code.invokestatic(FLOAT, "floatToRawIntBits", MethodTypeDesc.of(CD_int, CD_float));
            }
            case Expr.Counter _ -> frame.counter().plus(frame.index()).push(code);
            case Expr.Key(int word) -> frame.words().get(word).push(code);
            case Expr.IntConstant(int value) -> code.loadConstant(value);
            case Expr.IntArithmetic(var operation, var x, var y) -> {
                push(x);
                push(y);
                switch (operation) {
                    case ADD -> code.iadd();
                    case SUB -> code.isub();
                    case AND -> code.iand();
                    case OR -> code.ior();
                    case XOR -> code.ixor();
                    case MIN -> Int.pushMin(code);
                }
            }
            case Expr.Shift(var kind, var x, int by) -> {
                push(x);
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
    private void fma(CodeBuilder code) {
        if (fastFma) code.invokestatic(MATH, "fma", FMA);
        else code.invokestatic(SoftFma.class.describeConstable().orElseThrow(), "fma", FMA);
    }

    private void emitSelect(Expr.Select select) {
        var code = a.code();
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
    void pushAt(Place place) {
        pushAddress(place);
        a.code().faload();
    }

    @Override
    void pushBroadcast(Place place) { pushAt(place); }

    @Override
    void recognize(Value value) {}

    @Override
    void store(Place place, Runnable push) {
        pushAddress(place);
        push.run();
        a.code().fastore();
    }

    @Override
    Value foldAcross(Straight combine, Value value) { return value; }

    private void pushAddress(Place place) {
        a.code().aload(place.array());
        place.offset().push(a.code());
    }
}
