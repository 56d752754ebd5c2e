package dev.lanewise.kernel.code;

import static java.lang.classfile.TypeKind.INT;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Writes the method of a loop: its parameters, typed local variables, loops and conditions. What happens to floats, one element
/// or one vector at a time, is written by its [#lanes].
///
/// Ints are [Int]s, arrays [Place]s, floats [Value]s: an emitter names no slot and no instruction.
final class Assembler {

    private static final ClassDesc FLOATS = CD_float.arrayType();
    private static final ClassDesc INTS = CD_int.arrayType();

    private final MethodTypeDesc type;
    private int parameters;
    /// Of the innermost block.
    private CodeBuilder code;

    /// @param type of the method, whose parameters are taken one after the other
    Assembler(CodeBuilder code, MethodTypeDesc type) {
        this.code = code;
        this.type = type;
    }

    /// Where instructions go, for [LaneCode] and [C2].
    CodeBuilder code() { return code; }

    // ---- parameters, in order

    /// The next parameter, an int.
    Int.Local integer() { return new Int.Local(parameter(CD_int)); }

    /// The next parameter, a boolean.
    Int.Local flag() { return new Int.Local(parameter(CD_boolean)); }

    /// The next parameter, an array that is read from its beginning on.
    Place array() { return new Place(parameter(FLOATS), Int.of(0)); }

    /// The next two parameters, an array and an offset.
    Place place() { return new Place(parameter(FLOATS), integer()); }

    /// The next two parameters, an array of ints and an index.
    Int.Element element() { return new Int.Element(parameter(INTS), integer()); }

    /// As many places as that, array and offset each.
    List<Place> places(int count) { return Stream.generate(this::place).limit(count).toList(); }

    private int parameter(ClassDesc kind) {
        if (!type.parameterType(parameters).equals(kind)) throw new IllegalStateException("parameter " + parameters + " of "
            + type.displayDescriptor() + " is no " + kind.displayName());
        return code.parameterSlot(parameters++);
    }

    // ---- local variables

    /// A new variable of that value.
    Int.Local local(Int value) {
        var local = new Int.Local(code.allocateLocal(INT));
        set(local, value);
        return local;
    }

    Int.Local local(int value) { return local(Int.of(value)); }

    void set(Int.Local local, Int value) {
        value.push(code);
        code.istore(local.slot());
    }

    /// A new variable without a value.
    Value value(TypeKind kind) { return new Value(code.allocateLocal(kind), kind); }

    /// A new variable that holds the float there.
    Value number(Place place) { return new ScalarCode(this, LaneCode.Frame.NONE, true).load(place); }

    /// Variables that are made in the body are given back behind it: C1 takes a limited number.
    void block(Runnable body) {
        var outside = code;
        outside.block(inside -> {
            code = inside;
            body.run();
            code = outside;
        });
    }

    /// Writes a number to all of an array.
    void fill(Place array, float value) {
        code.aload(array.array()).loadConstant(value)
            .invokestatic(ClassDesc.of("java.util.Arrays"), "fill", MethodTypeDesc.of(CD_void, FLOATS, CD_float));
    }

    // ---- control; bodies are blocks

    /// `for (int i = 0; i < bound; i += step) body`
    void loop(Int bound, int step, Consumer<Int> body) {
        block(() -> {
            var index = local(0);
            loop(index, bound, step, () -> body.accept(index));
        });
    }

    /// `for (; index < bound; index += step) body`
    void loop(Int.Local index, Int bound, int step, Runnable body) {
        loopWhile(index, bound, () -> {
            body.run();
            code.iinc(index.slot(), step);
        });
    }

    /// `while (a < b) body`
    void loopWhile(Int a, Int b, Runnable body) {
        var condition = code.newLabel();
        var end = code.newLabel();
        code.labelBinding(condition);
        unless(a, b, end);
        block(body);
        code.goto_(condition).labelBinding(end);
    }

    /// `if (a < b) body`
    void ifLess(Int a, Int b, Runnable body) {
        var end = code.newLabel();
        unless(a, b, end);
        block(body);
        code.labelBinding(end);
    }

    /// `if (flag) body`
    void ifTrue(Int flag, Runnable body) {
        var end = code.newLabel();
        flag.push(code);
        code.ifeq(end);
        block(body);
        code.labelBinding(end);
    }

    private void unless(Int a, Int b, Label end) {
        a.push(code);
        b.push(code);
        code.if_icmpge(end);
    }

    // ---- lanes

    /// Vectors of so many floats.
    VectorCode vectors(int lanes) { return new VectorCode(this, LaneCode.Frame.NONE, lanes); }

    /// Single floats, for what vectors leave and where there are none.
    ScalarCode scalars(Target target) { return new ScalarCode(this, LaneCode.Frame.NONE, target.fastFma()); }

    /// Vectors, or single floats where the target has none.
    LaneCode lanes(Target target) { return target.isScalar() ? scalars(target) : vectors(target.lanes()); }
}
