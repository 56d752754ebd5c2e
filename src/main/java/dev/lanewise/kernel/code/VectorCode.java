package dev.lanewise.kernel.code;

import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.lanewise.kernel.expr.Expr;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;

/// Expressions as calls of the Vector API, `lanes` elements at a time.
///
/// The classes are named here and linked only when an emitted class runs, so this one loads without the module.
final class VectorCode extends LaneCode {

    private static final String API = "jdk.incubator.vector";
    static final ClassDesc FLOATS = ClassDesc.of(API, "FloatVector");
    static final ClassDesc INTS = ClassDesc.of(API, "IntVector");
    private static final ClassDesc VECTOR = ClassDesc.of(API, "Vector");
    private static final ClassDesc MASK = ClassDesc.of(API, "VectorMask");
    private static final ClassDesc SPECIES = ClassDesc.of(API, "VectorSpecies");
    private static final ClassDesc OPERATORS = ClassDesc.of(API, "VectorOperators");
    private static final ClassDesc COMPARISON = OPERATORS.nested("Comparison");
    private static final ClassDesc BINARY = OPERATORS.nested("Binary");
    private static final ClassDesc ASSOCIATIVE = OPERATORS.nested("Associative");
    private static final ClassDesc CONVERSION = OPERATORS.nested("Conversion");
    private static final ClassDesc SHUFFLE = ClassDesc.of(API, "VectorShuffle");
    private static final ClassDesc BUTTERFLY = ClassDesc.of(VectorCode.class.getPackageName(), "Butterfly");
    private static final ClassDesc FLOAT_ARRAY = CD_float.arrayType();

    private final int lanes;

    VectorCode(CodeBuilder code, Frame frame, int lanes) {
        super(code, frame);
        this.lanes = lanes;
    }

    @Override
    int lanes() { return lanes; }

    @Override
    TypeKind kind(Expr node) { return TypeKind.REFERENCE; }

    /// Nothing is kept in a vector across the loop: a method entered in the middle of it (OSR) would find a boxed
    /// object there, and C2 gives up on some such loops. C2 hoists a broadcast by itself.
    @Override
    boolean isInvariant(Expr node) { return false; }

    @Override
    boolean isInline(Expr node) {
        return node instanceof Expr.Constant || node instanceof Expr.IntConstant || super.isInvariant(node);
    }

    @Override
    void emit(Expr node) {
        switch (node) {
            case Expr.Slot(int slot) when frame.isBroadcast(slot) -> {
                species(code, lanes);
                code.aload(frame.array(slot)).iload(frame.offset(slot)).faload();
                broadcast(code);
            }
            case Expr.Slot(int slot) -> {
                species(code, lanes);
                pushAddress(slot);
                load(code);
            }
            case Expr.Scalar(int index) -> {
                species(code, lanes);
                code.aload(frame.scalars()).loadConstant(index).faload();
                broadcast(code);
            }
            case Expr.Constant(float value) -> {
                species(code, lanes);
                code.loadConstant(value);
                broadcast(code);
            }
            case Expr.Arithmetic(var operation, var a, var b) -> {
                push(a);
                push(b);
                var method = switch (operation) {
                    case ADD -> "add";
                    case SUB -> "sub";
                    case MUL -> "mul";
                    case DIV -> "div";
                };
                code.invokevirtual(FLOATS, method, MethodTypeDesc.of(FLOATS, VECTOR));
            }
            case Expr.Fma(var a, var b, var c) -> {
                push(a);
                push(b);
                push(c);
                fma(code);
            }
            case Expr.Sqrt(var a) -> {
                push(a);
                code.invokevirtual(FLOATS, "sqrt", MethodTypeDesc.of(FLOATS));
            }
            case Expr.Select(var comparison, var a, var b, var then, var otherwise) -> {
                push(otherwise);
                push(then);
                push(a);
                code.getstatic(OPERATORS, comparison.name(), COMPARISON);
                push(b);
                code.invokevirtual(FLOATS, "compare", MethodTypeDesc.of(MASK, COMPARISON, VECTOR));
                code.invokevirtual(FLOATS, "blend", MethodTypeDesc.of(FLOATS, VECTOR, MASK));
            }
            case Expr.AsFloat(var a) -> {
                push(a);
                code.invokevirtual(INTS, "reinterpretAsFloats", MethodTypeDesc.of(FLOATS));
            }
            case Expr.ToFloat(var a) -> {
                push(a);
                code.getstatic(OPERATORS, "I2F", CONVERSION).loadConstant(0)
                    .invokevirtual(INTS, "convert", MethodTypeDesc.of(VECTOR, CONVERSION, CD_int)).checkcast(FLOATS);
            }
            case Expr.Bits(var a) -> {
                push(a);
                code.invokevirtual(FLOATS, "reinterpretAsInts", MethodTypeDesc.of(INTS));
            }
            case Expr.Counter _ -> {
                intSpecies();
                code.iload(frame.counter()).iload(frame.index()).iadd();
                broadcastInt();
                code.loadConstant(1).invokevirtual(INTS, "addIndex", MethodTypeDesc.of(INTS, CD_int));
            }
            case Expr.Key(int word) -> {
                intSpecies();
                code.iload(frame.key(word));
                broadcastInt();
            }
            case Expr.IntConstant(int value) -> {
                intSpecies();
                code.loadConstant(value);
                broadcastInt();
            }
            case Expr.IntArithmetic(var operation, var a, var b) -> {
                push(a);
                code.getstatic(OPERATORS, operation.name(), operation == Expr.IntOperation.SUB ? BINARY : ASSOCIATIVE);
                push(b);
                code.invokevirtual(INTS, "lanewise", MethodTypeDesc.of(INTS, BINARY, VECTOR));
            }
            case Expr.Shift(var kind, var a, int by) -> {
                push(a);
                var operator = switch (kind) {
                    case LEFT -> "LSHL";
                    case RIGHT -> "ASHR";
                    case RIGHT_UNSIGNED -> "LSHR";
                    case ROTATE_LEFT -> "ROL";
                };
                code.getstatic(OPERATORS, operator, BINARY).loadConstant(by)
                    .invokevirtual(INTS, "lanewise", MethodTypeDesc.of(INTS, BINARY, CD_int));
            }
        }
    }

    @Override
    void store(int slot, Expr.F32 value) {
        push(value);
        pushAddress(slot);
        save(code);
    }

    private void pushAddress(int slot) {
        code.aload(frame.array(slot)).iload(frame.offset(slot)).iload(frame.index()).iadd();
    }

    private void intSpecies() { code.getstatic(INTS, "SPECIES_" + 32 * lanes, SPECIES); }

    private void broadcastInt() {
        code.invokestatic(INTS, "broadcast", MethodTypeDesc.of(INTS, SPECIES, CD_int));
    }

    /// Puts the species on the stack, a constant: what makes C2 see the vector's shape.
    static void species(CodeBuilder code, int lanes) {
        code.getstatic(FLOATS, "SPECIES_" + 32 * lanes, SPECIES);
    }

    /// Species and float on the stack become a vector of that float.
    static void broadcast(CodeBuilder code) {
        code.invokestatic(FLOATS, "broadcast", MethodTypeDesc.of(FLOATS, SPECIES, CD_float));
    }

    /// Species, array and index on the stack become the vector that begins there.
    static void load(CodeBuilder code) {
        code.invokestatic(FLOATS, "fromArray", MethodTypeDesc.of(FLOATS, SPECIES, FLOAT_ARRAY, CD_int));
    }

    /// The same with a mask on top of the stack: lanes outside it are zero.
    static void loadMasked(CodeBuilder code) {
        code.invokestatic(FLOATS, "fromArray", MethodTypeDesc.of(FLOATS, SPECIES, FLOAT_ARRAY, CD_int, MASK));
    }

    /// Vector, array, index and mask on the stack: stores the lanes within the mask there.
    static void saveMasked(CodeBuilder code) {
        code.invokevirtual(FLOATS, "intoArray", MethodTypeDesc.of(CD_void, FLOAT_ARRAY, CD_int, MASK));
    }

    /// Vector, array and index on the stack: stores the vector there.
    static void save(CodeBuilder code) {
        code.invokevirtual(FLOATS, "intoArray", MethodTypeDesc.of(CD_void, FLOAT_ARRAY, CD_int));
    }

    /// Species and a count on the stack become the mask of the first lanes, as many as the count.
    static void firstLanes(CodeBuilder code) {
        code.iconst_0().swap().invokeinterface(SPECIES, "indexInRange", MethodTypeDesc.of(MASK, CD_int, CD_int));
    }

    /// A vector on the stack: exchanges the halves of each group of 2 `stage` lanes.
    static void swapHalves(CodeBuilder code, int lanes, int stage) {
        code.getstatic(BUTTERFLY.nested("Lanes" + lanes), "SWAP_" + stage, SHUFFLE)
            .invokevirtual(FLOATS, "rearrange", MethodTypeDesc.of(FLOATS, SHUFFLE));
    }

    /// Two vectors on the stack: the first, with the upper half of each group of 2 `stage` lanes from the second.
    static void blendUpper(CodeBuilder code, int lanes, int stage) {
        code.getstatic(BUTTERFLY.nested("Lanes" + lanes), "UPPER_" + stage, MASK)
            .invokevirtual(FLOATS, "blend", MethodTypeDesc.of(FLOATS, VECTOR, MASK));
    }

    /// Two vectors on the stack become their sum.
    static void add(CodeBuilder code) {
        code.invokevirtual(FLOATS, "add", MethodTypeDesc.of(FLOATS, VECTOR));
    }

    static void lessThan(CodeBuilder code) {
        code.invokevirtual(FLOATS, "lt", MethodTypeDesc.of(MASK, VECTOR));
    }

    /// Two vectors and a mask on the stack: the first, with the lanes of the mask from the second.
    static void blend(CodeBuilder code) {
        code.invokevirtual(FLOATS, "blend", MethodTypeDesc.of(FLOATS, VECTOR, MASK));
    }

    /// Three vectors on the stack become their fused multiply-add.
    static void fma(CodeBuilder code) {
        code.invokevirtual(FLOATS, "fma", MethodTypeDesc.of(FLOATS, VECTOR, VECTOR));
    }
}
