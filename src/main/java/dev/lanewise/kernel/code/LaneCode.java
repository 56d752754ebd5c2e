package dev.lanewise.kernel.code;

import dev.lanewise.kernel.expr.Expr;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// Writes expressions into a method, one element or one vector at a time: what [ScalarCode] and [VectorCode] share.
///
/// Values live in local variables only; C2 keeps those in registers.
abstract sealed class LaneCode permits ScalarCode, VectorCode {

    /// Where a loop's method keeps what expressions read.
    ///
    /// @param firstSlot  local variable of slot 0's array; its offset is next to it, then slot 1's array …
    /// @param scalars    local variable of the `float[]` of scalars
    /// @param firstKey   local variable of the first random key word; the second, the counter and its high word follow
    /// @param counter    local variable of the int that [Expr.Counter] starts from
    /// @param index      local variable of the position
    /// @param broadcast  bit i set: slot i has one element, read for all positions
    record Frame(int firstSlot, int scalars, int firstKey, int counter, int index, int broadcast) {
        int array(int slot) { return firstSlot + 2 * slot; }
        int offset(int slot) { return firstSlot + 2 * slot + 1; }
        int key(int word) { return firstKey + (word < 2 ? word : 3); }
        Frame at(int index) { return new Frame(firstSlot, scalars, firstKey, counter, index, broadcast); }
        boolean isBroadcast(int slot) { return (broadcast >> slot & 1) != 0; }
    }

    final CodeBuilder code;
    final Frame frame;
    private final Map<Expr, Integer> locals = new IdentityHashMap<>();

    LaneCode(CodeBuilder code, Frame frame) {
        this.code = code;
        this.frame = frame;
    }

    /// The kind of local variable that holds a float, or an int.
    abstract TypeKind kind(Expr node);

    /// Leaves the node's value on the stack, reading its operands with [#push].
    abstract void emit(Expr node);

    /// Stores the value on the stack at the position of a slot.
    abstract void store(int slot, Expr.F32 value);

    /// Elements that one evaluation covers.
    abstract int lanes();

    /// Whether the node is the same at every position, and worth a local variable of its own before the loop.
    boolean isInvariant(Expr node) {
        return switch (node) {
            case Expr.Scalar _, Expr.Key _ -> true;
            case Expr.Slot slot -> frame.isBroadcast(slot.index());
            default -> false;
        };
    }

    /// Evaluates what doesn't change in the loop. To be called before it.
    final void hoist(List<Expr> nodes) {
        for (var node : nodes) if (isInvariant(node)) assign(node);
    }

    /// Evaluates all nodes at the current position, operands first.
    final void evaluate(List<Expr> nodes) {
        for (var node : nodes) if (!isInvariant(node) && !isInline(node)) assign(node);
    }

    /// Whether the node costs no more than a local variable would.
    boolean isInline(Expr node) { return false; }

    final void push(Expr node) {
        var local = locals.get(node);
        if (local == null) emit(node);
        else code.loadLocal(kind(node), local);
    }

    /// Takes `local` for the value of `node`: how a fold's accumulator enters its combining expression.
    final void bind(Expr node, int local) { locals.put(node, local); }

    private void assign(Expr node) {
        emit(node);
        var local = code.allocateLocal(kind(node));
        code.storeLocal(kind(node), local);
        locals.put(node, local);
    }
}
