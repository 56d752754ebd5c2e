package dev.lanewise.kernel.expr;

import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/// A named elementwise function: what it computes from its slots, and the slots that it writes.
///
/// @param name    names the emitted class, so that a profile or a machine-code dump can be read
/// @param outputs the values written at each position; all are computed before the first is stored
public record Formula(String name, List<Output> outputs) {

    /// Arrays that a formula can read and write.
    public static final int SLOTS = 6;

    /// A value, and the slot that takes it.
    public record Output(int slot, Expr.F32 value) {}

    public Formula {
        outputs = List.copyOf(outputs);
        if (outputs.isEmpty()) throw new IllegalArgumentException("formula " + name + ": writes nothing");
        for (var output : outputs) checkSlot(name, output.slot());
        for (var node : Expr.inOrder(outputs.stream().map(Output::value).toList()))
            if (node instanceof Expr.Slot slot) checkSlot(name, slot.index());
    }

    private static void checkSlot(String name, int slot) {
        if (slot < 0 || slot >= SLOTS)
            throw new IllegalArgumentException("formula " + name + ": slot " + slot + ", but a loop has " + SLOTS);
    }

    /// slot 1 = f(slot 0)
    public static Formula unary(String name, UnaryOperator<Expr.F32> f) {
        return new Formula(name, List.of(new Output(1, f.apply(Expr.slot(0)))));
    }

    /// slot 2 = f(slot 0, slot 1)
    public static Formula binary(String name, BinaryOperator<Expr.F32> f) {
        return new Formula(name, List.of(new Output(2, f.apply(Expr.slot(0), Expr.slot(1)))));
    }

    /// Whether a slot is read or written.
    public boolean uses(int slot) {
        return outputs.stream().anyMatch(output -> output.slot() == slot)
            || nodes().stream().anyMatch(node -> node instanceof Expr.Slot(int index) && index == slot);
    }

    /// The name: the expression's own text would spell a shared node as often as it is used.
    @Override
    public String toString() { return "formula " + name; }

    /// Every node once, operands before the nodes that read them.
    public List<Expr> nodes() {
        return Expr.inOrder(outputs.stream().map(Output::value).toList());
    }
}
