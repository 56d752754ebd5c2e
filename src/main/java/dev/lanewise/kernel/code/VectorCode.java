package dev.lanewise.kernel.code;

import static java.lang.constant.ConstantDescs.CD_Class;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.lanewise.kernel.expr.Expr;
import dev.lanewise.kernel.expr.Fold;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;

/// Expressions as calls of the Vector API, `lanes` elements at a time.
///
/// The classes are named here and linked only when an emitted class runs, so this one loads without the module.
final class VectorCode extends LaneCode {

    private static final String API = "jdk.incubator.vector";
    private static final ClassDesc FLOATS = ClassDesc.of(API, "FloatVector");
    private static final ClassDesc INTS = ClassDesc.of(API, "IntVector");
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
    private static final ClassDesc CLASSES = ClassDesc.of(VectorCode.class.getPackageName(), "VectorClasses");
    private static final ClassDesc FLOAT_ARRAY = CD_float.arrayType();

    private final int lanes;

    VectorCode(Assembler a, Frame frame, int lanes) {
        super(a, frame);
        this.lanes = lanes;
    }

    @Override
    VectorCode on(Frame frame) { return new VectorCode(a, frame, lanes); }

    @Override
    int lanes() { return lanes; }

    @Override
    TypeKind kind(Expr node) { return TypeKind.REFERENCE; }

    /// Nothing is kept in a vector across the loop, see [C2]; it hoists a broadcast by itself.
    @Override
    boolean isInvariant(Expr node) { return false; }

    @Override
    boolean isInline(Expr node) {
        return node instanceof Expr.Constant || node instanceof Expr.IntConstant || super.isInvariant(node);
    }

    @Override
    void emit(Expr node) {
        var code = a.code();
        switch (node) {
            case Expr.Slot(int slot) when frame.isBroadcast(slot) -> pushBroadcast(frame.place(slot));
            case Expr.Slot(int slot) -> pushAt(frame.place(slot));
            case Expr.Scalar(int index) when frame.numbers() != null -> broadcastFloat(() -> push(frame.numbers()[index]));
            case Expr.Scalar(int index) -> pushBroadcast(frame.scalars().at(index));
            case Expr.Constant(float value) -> broadcastFloat(() -> code.loadConstant(value));
            case Expr.Arithmetic(var operation, var x, var y) -> {
                push(x);
                push(y);
                var method = switch (operation) {
                    case ADD -> "add";
                    case SUB -> "sub";
                    case MUL -> "mul";
                    case DIV -> "div";
                };
                code.invokevirtual(FLOATS, method, MethodTypeDesc.of(FLOATS, VECTOR));
            }
            case Expr.Fma(var x, var y, var z) -> {
                push(x);
                push(y);
                push(z);
                code.invokevirtual(FLOATS, "fma", MethodTypeDesc.of(FLOATS, VECTOR, VECTOR));
            }
            case Expr.Sqrt(var x) -> {
                push(x);
                code.invokevirtual(FLOATS, "sqrt", MethodTypeDesc.of(FLOATS));
            }
            case Expr.Select(var comparison, var x, var y, var then, var otherwise) -> {
                push(otherwise);
                push(then);
                push(x);
                code.getstatic(OPERATORS, comparison.name(), COMPARISON);
                push(y);
                code.invokevirtual(FLOATS, "compare", MethodTypeDesc.of(MASK, COMPARISON, VECTOR));
                code.invokevirtual(FLOATS, "blend", MethodTypeDesc.of(FLOATS, VECTOR, MASK));
            }
            case Expr.AsFloat(var x) -> {
                push(x);
                code.invokevirtual(INTS, "reinterpretAsFloats", MethodTypeDesc.of(FLOATS));
            }
            case Expr.ToFloat(var x) -> {
                push(x);
                code.getstatic(OPERATORS, "I2F", CONVERSION).loadConstant(0)
                    .invokevirtual(INTS, "convert", MethodTypeDesc.of(VECTOR, CONVERSION, CD_int)).checkcast(FLOATS);
            }
            case Expr.Bits(var x) -> {
                push(x);
                code.invokevirtual(FLOATS, "reinterpretAsInts", MethodTypeDesc.of(INTS));
            }
            case Expr.Counter _ -> {
                broadcastInt(frame.counter().plus(frame.index()));
                code.loadConstant(1).invokevirtual(INTS, "addIndex", MethodTypeDesc.of(INTS, CD_int));
            }
            case Expr.Key(int word) -> broadcastInt(frame.words().get(word));
            case Expr.IntConstant(int value) -> broadcastInt(Int.of(value));
            case Expr.IntArithmetic(var operation, var x, var y) -> {
                push(x);
                code.getstatic(OPERATORS, operation.name(), operation == Expr.IntOperation.SUB ? BINARY : ASSOCIATIVE);
                push(y);
                code.invokevirtual(INTS, "lanewise", MethodTypeDesc.of(INTS, BINARY, VECTOR));
            }
            case Expr.Shift(var kind, var x, int by) -> {
                push(x);
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
    void pushAt(Place place) {
        species();
        pushAddress(place);
        a.code().invokestatic(FLOATS, "fromArray", MethodTypeDesc.of(FLOATS, SPECIES, FLOAT_ARRAY, CD_int));
    }

    @Override
    void pushBroadcast(Place place) {
        broadcastFloat(() -> {
            pushAddress(place);
            a.code().faload();
        });
    }

    @Override
    void store(Place place, Runnable push) {
        pushExactly(push);
        pushAddress(place);
        a.code().invokevirtual(FLOATS, "intoArray", MethodTypeDesc.of(CD_void, FLOAT_ARRAY, CD_int));
    }

    /// What asks for a vector's shape gets one whose class C2 knows, see [C2].
    private void pushExactly(Runnable push) {
        a.code().getstatic(CLASSES, "LANES_" + lanes, CD_Class);
        push.run();
        a.code().invokevirtual(CD_Class, "cast", MethodTypeDesc.of(CD_Object, CD_Object)).checkcast(FLOATS);
    }

    @Override
    void recognize(Value value) { set(value, () -> pushExactly(() -> push(value))); }

    private void pushAddress(Place place) {
        a.code().aload(place.array());
        place.offset().push(a.code());
    }

    /// Puts the species on the stack, a constant: what makes C2 see the vector's shape.
    private void species() { a.code().getstatic(FLOATS, "SPECIES_" + 32 * lanes, SPECIES); }

    private void broadcastFloat(Runnable push) {
        species();
        push.run();
        a.code().invokestatic(FLOATS, "broadcast", MethodTypeDesc.of(FLOATS, SPECIES, CD_float));
    }

    private void broadcastInt(Int value) {
        a.code().getstatic(INTS, "SPECIES_" + 32 * lanes, SPECIES);
        value.push(a.code());
        a.code().invokestatic(INTS, "broadcast", MethodTypeDesc.of(INTS, SPECIES, CD_int));
    }

    // ---- between lanes, and some of them alone

    /// A local variable that holds a mask of lanes.
    record Mask(int slot) {}

    /// The mask of the first lanes, `count` of them.
    Mask firstLanes(Int count) {
        var mask = new Mask(a.code().allocateLocal(TypeKind.REFERENCE));
        species();
        a.code().iconst_0();
        count.push(a.code());
        a.code().invokeinterface(SPECIES, "indexInRange", MethodTypeDesc.of(MASK, CD_int, CD_int)).astore(mask.slot);
        return mask;
    }

    /// The elements that begin there, and `outside` in lanes beyond the mask.
    Value load(Place place, Mask mask, float outside) {
        return keep(() -> {
            emit(Expr.constant(outside));
            species();
            pushAddress(place);
            a.code().aload(mask.slot).invokestatic(FLOATS, "fromArray",
                MethodTypeDesc.of(FLOATS, SPECIES, FLOAT_ARRAY, CD_int, MASK))
                .aload(mask.slot);
            blend();
        });
    }

    /// Stores the lanes within the mask.
    void save(Value value, Place place, Mask mask) {
        pushExactly(() -> push(value));
        pushAddress(place);
        a.code().aload(mask.slot).invokevirtual(FLOATS, "intoArray", MethodTypeDesc.of(CD_void, FLOAT_ARRAY, CD_int, MASK));
    }

    /// Stores the first lane.
    void saveFirst(Value value, Place place) {
        a.code().aload(place.array());
        place.offset().push(a.code());
        pushFirst(value);
        a.code().fastore();
    }

    /// A single float in all lanes.
    Value broadcast(Value single) { return keep(() -> broadcastFloat(() -> push(single))); }

    /// Puts a vector's first lane into a single float.
    void first(Value single, Value value) {
        set(single, () -> pushFirst(value));
    }

    private void pushFirst(Value value) {
        push(value);
        a.code().iconst_0().invokevirtual(FLOATS, "lane", MethodTypeDesc.of(CD_float, CD_int));
    }

    /// The halves of each group of 2 `stage` lanes exchanged.
    Value swapHalves(Value value, int stage) { return rearranged(value, "SWAP_" + stage); }

    /// The elements on odd lanes, or else on even ones, in both halves.
    Value everySecond(Value value, boolean odd) { return rearranged(value, odd ? "ODD" : "EVEN"); }

    private Value rearranged(Value value, String shuffle) {
        return keep(() -> {
            push(value);
            pushRearranged(shuffle);
        });
    }

    private void pushRearranged(String shuffle) {
        a.code().getstatic(BUTTERFLY.nested("Lanes" + lanes), shuffle, SHUFFLE)
            .invokevirtual(FLOATS, "rearrange", MethodTypeDesc.of(FLOATS, SHUFFLE));
    }

    /// The first, with the upper half of each group of 2 `stage` lanes from the second.
    Value blendUpper(Value x, Value y, int stage) {
        return keep(() -> {
            push(x);
            push(y);
            a.code().getstatic(BUTTERFLY.nested("Lanes" + lanes), "UPPER_" + stage, MASK);
            blend();
        });
    }

    private void blend() { a.code().invokevirtual(FLOATS, "blend", MethodTypeDesc.of(FLOATS, VECTOR, MASK)); }

    /// A lane meets the one half the tree's width away, in either order the same number. Lane 0 and those that it depends on meet
    /// the others in the tree's order.
    @Override
    Value foldAcross(Straight combine, Value vector) {
        var folded = vector;
        for (int used = lanes, half; used > 1; used = half) {
            half = Fold.half(used);
            folded = of(combine, folded, swapHalves(folded, half));
        }
        return folded;
    }
}
