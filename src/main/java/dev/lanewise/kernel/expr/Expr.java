package dev.lanewise.kernel.expr;

import dev.lanewise.formula.Comparison;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/// An elementwise function, written once: a small graph of float and int operations on one lane.
///
/// The emitter turns it into a scalar loop or a vector loop, the interpreter evaluates it where no class can be
/// defined. All three round each operation once, as IEEE 754 and the JVM prescribe, so their bits agree. A node used
/// twice is evaluated once: sharing is by identity.
public sealed interface Expr {

    /// The nodes that this one reads.
    List<Expr> operands();

    /// A float in every lane.
    sealed interface F32 extends Expr {
        default F32 add(F32 b) { return new Arithmetic(FloatOperation.ADD, this, b); }
        default F32 sub(F32 b) { return new Arithmetic(FloatOperation.SUB, this, b); }
        default F32 mul(F32 b) { return new Arithmetic(FloatOperation.MUL, this, b); }
        default F32 div(F32 b) { return new Arithmetic(FloatOperation.DIV, this, b); }
        default F32 add(float b) { return add(constant(b)); }
        default F32 sub(float b) { return sub(constant(b)); }
        default F32 mul(float b) { return mul(constant(b)); }

        /// `this * b + c` with one rounding.
        default F32 fma(F32 b, F32 c) { return new Fma(this, b, c); }
        default F32 fma(float b, float c) { return fma(constant(b), constant(c)); }
        default F32 fma(F32 b, float c) { return fma(b, constant(c)); }
        default F32 sqrt() { return new Sqrt(this); }
        default F32 neg() { return bits().xor(0x80000000).asFloat(); }
        default F32 abs() { return bits().and(0x7fffffff).asFloat(); }

        /// The raw bits, as `Float.floatToRawIntBits`.
        default I32 bits() { return new Bits(this); }
    }

    /// An int in every lane.
    sealed interface I32 extends Expr {
        default I32 add(I32 b) { return new IntArithmetic(IntOperation.ADD, this, b); }
        default I32 sub(I32 b) { return new IntArithmetic(IntOperation.SUB, this, b); }
        default I32 and(I32 b) { return new IntArithmetic(IntOperation.AND, this, b); }
        default I32 or(I32 b) { return new IntArithmetic(IntOperation.OR, this, b); }
        default I32 xor(I32 b) { return new IntArithmetic(IntOperation.XOR, this, b); }
        default I32 min(I32 b) { return new IntArithmetic(IntOperation.MIN, this, b); }
        default I32 add(int b) { return add(constant(b)); }
        default I32 sub(int b) { return sub(constant(b)); }
        default I32 and(int b) { return and(constant(b)); }
        default I32 xor(int b) { return xor(constant(b)); }
        default I32 shiftLeft(int by) { return new Shift(ShiftKind.LEFT, this, by); }
        default I32 shiftRight(int by) { return new Shift(ShiftKind.RIGHT, this, by); }
        default I32 shiftRightUnsigned(int by) { return new Shift(ShiftKind.RIGHT_UNSIGNED, this, by); }
        default I32 rotateLeft(int by) { return new Shift(ShiftKind.ROTATE_LEFT, this, by); }

        /// The float with these raw bits, as `Float.intBitsToFloat`.
        default F32 asFloat() { return new AsFloat(this); }

        /// The float of this value; exact below 2^24 in magnitude.
        default F32 toFloat() { return new ToFloat(this); }
    }

    enum FloatOperation { ADD, SUB, MUL, DIV }

    enum IntOperation { ADD, SUB, AND, OR, XOR, MIN }

    enum ShiftKind { LEFT, RIGHT, RIGHT_UNSIGNED, ROTATE_LEFT }

    /// The element of array `index` at the loop's position (or its first element, if the array is broadcast).
    record Slot(int index) implements F32 {
        public List<Expr> operands() { return List.of(); }
    }

    /// A number that the caller gives for the whole loop.
    record Scalar(int index) implements F32 {
        public List<Expr> operands() { return List.of(); }
    }

    record Constant(float value) implements F32 {
        public List<Expr> operands() { return List.of(); }
    }

    record Arithmetic(FloatOperation operation, F32 a, F32 b) implements F32 {
        public List<Expr> operands() { return List.of(a, b); }
    }

    record Fma(F32 a, F32 b, F32 c) implements F32 {
        public List<Expr> operands() { return List.of(a, b, c); }
    }

    record Sqrt(F32 a) implements F32 {
        public List<Expr> operands() { return List.of(a); }
    }

    /// `a comparison b ? then : otherwise`; both sides are evaluated.
    record Select(Comparison comparison, F32 a, F32 b, F32 then, F32 otherwise) implements F32 {
        public List<Expr> operands() { return List.of(a, b, then, otherwise); }
    }

    record AsFloat(I32 a) implements F32 {
        public List<Expr> operands() { return List.of(a); }
    }

    record ToFloat(I32 a) implements F32 {
        public List<Expr> operands() { return List.of(a); }
    }

    /// The number of the block of random bits, its low word: one more in each lane.
    record Counter() implements I32 {
        public List<Expr> operands() { return List.of(); }
    }

    /// An int that the caller gives for the whole loop: word 0 or 1 of a random key, or the high word of [Counter] (2).
    record Key(int word) implements I32 {
        public List<Expr> operands() { return List.of(); }
    }

    record IntConstant(int value) implements I32 {
        public List<Expr> operands() { return List.of(); }
    }

    record IntArithmetic(IntOperation operation, I32 a, I32 b) implements I32 {
        public List<Expr> operands() { return List.of(a, b); }
    }

    record Shift(ShiftKind kind, I32 a, int by) implements I32 {
        public List<Expr> operands() { return List.of(a); }
    }

    record Bits(F32 a) implements I32 {
        public List<Expr> operands() { return List.of(a); }
    }

    static F32 slot(int index) { return new Slot(index); }

    static F32 scalar(int index) { return new Scalar(index); }

    static F32 constant(float value) { return new Constant(value); }

    static I32 constant(int value) { return new IntConstant(value); }

    /// Word 0 or 1 of the key of random bits.
    static I32 key(int word) { return new Key(word); }

    /// The number of the block of random bits: its low word (0), which differs from lane to lane, or its high one (1).
    static I32 counter(int word) { return word == 0 ? new Counter() : new Key(2); }

    static F32 select(Comparison comparison, F32 a, F32 b, F32 then, F32 otherwise) {
        return new Select(comparison, a, b, then, otherwise);
    }

    /// Every node below `roots` once, operands before the nodes that read them; however deep, on a stack of our own.
    static List<Expr> inOrder(List<? extends Expr> roots) {
        var order = new ArrayList<Expr>();
        var done = Collections.newSetFromMap(new IdentityHashMap<Expr, Boolean>());
        var open = new ArrayDeque<Expr>();
        for (var root : roots) {
            open.push(root);
            while (!open.isEmpty()) {
                var next = open.peek();
                var operand = done.contains(next) ? null : firstOpen(next, done);
                if (operand != null) open.push(operand);
                else if (done.add(open.pop())) order.add(next);
            }
        }
        return order;
    }

    private static Expr firstOpen(Expr node, Set<Expr> done) {
        for (var operand : node.operands()) if (!done.contains(operand)) return operand;
        return null;
    }
}
