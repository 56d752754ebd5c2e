package dev.lanewise.kernel.code;

import static java.lang.constant.ConstantDescs.CD_int;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;

/// An int of a method that is written: a constant, a local variable, or what is computed of these where it is read.
sealed interface Int {

    /// Puts it on the stack.
    void push(CodeBuilder code);

    record Constant(int value) implements Int {
        public void push(CodeBuilder code) { code.loadConstant(value); }
    }

    /// A local variable, or a parameter; [Assembler#set] gives it another value.
    record Local(int slot) implements Int {
        public void push(CodeBuilder code) { code.iload(slot); }
    }

    /// An element of an array of ints.
    record Element(int array, Int index) implements Int {
        public void push(CodeBuilder code) {
            code.aload(array);
            index.push(code);
            code.iaload();
        }

        /// The one so many further on.
        Element at(Int position) { return new Element(array, index.plus(position)); }
    }

    /// What two ints give.
    record Computed(Operation operation, Int a, Int b) implements Int {
        public void push(CodeBuilder code) {
            a.push(code);
            b.push(code);
            switch (operation) {
                case PLUS -> code.iadd();
                case MINUS -> code.isub();
                case TIMES -> code.imul();
                case AND -> code.iand();
                case MIN -> pushMin(code);
            }
        }
    }

    enum Operation { PLUS, MINUS, TIMES, AND, MIN }

    static Int of(int value) { return new Constant(value); }

    /// Two ints on the stack become the smaller one.
    static void pushMin(CodeBuilder code) {
        code.invokestatic(ClassDesc.of("java.lang.Math"), "min", MethodTypeDesc.of(CD_int, CD_int, CD_int));
    }

    default Int plus(Int b) {
        if (isZero()) return b;
        return b.isZero() ? this : new Computed(Operation.PLUS, this, b);
    }

    default Int plus(int b) { return plus(of(b)); }
    default Int minus(Int b) { return b.isZero() ? this : new Computed(Operation.MINUS, this, b); }
    default Int minus(int b) { return minus(of(b)); }

    default Int times(Int b) { return isZero() || b.isZero() ? of(0) : new Computed(Operation.TIMES, this, b); }

    default Int times(int b) { return b == 1 ? this : times(of(b)); }
    default Int min(Int b) { return new Computed(Operation.MIN, this, b); }
    default Int min(int b) { return min(of(b)); }

    /// Of the size of a block, a power of two: how far into its block this is.
    default Int within(int block) { return new Computed(Operation.AND, this, of(block - 1)); }

    /// Where its block begins: the multiple of `block` at or below it.
    default Int wholes(int block) { return new Computed(Operation.AND, this, of(-block)); }

    private boolean isZero() { return this instanceof Constant(int value) && value == 0; }
}
