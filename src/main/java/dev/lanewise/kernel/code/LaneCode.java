package dev.lanewise.kernel.code;

import dev.lanewise.kernel.expr.Expr;
import dev.lanewise.kernel.expr.Fold;
import dev.lanewise.kernel.expr.Formula;
import java.lang.classfile.TypeKind;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// Writes what is done with floats into a method, one element or one vector at a time: what [ScalarCode] and [VectorCode] share.
///
/// Values live in local variables only; C2 keeps those in registers.
abstract sealed class LaneCode permits ScalarCode, VectorCode {

    /// What the leaves of expressions read.
    ///
    /// @param index     the position
    /// @param slots     where each slot's position 0 is
    /// @param broadcast bit i set: slot i has one element, read for all positions
    /// @param scalars   the numbers that hold for all positions
    /// @param numbers   the same in local variables; null if they are in memory
    /// @param words     of the random key, and the counter's high word
    /// @param counter   what [Expr.Counter] is at position 0
    record Frame(Int index, List<Place> slots, int broadcast, Place scalars, Value[] numbers, List<? extends Int> words,
        Int counter) {

        /// For functions of local variables.
        static final Frame NONE = new Frame(null, List.of(), 0, null, null, List.of(), null);

        static Frame of(Int index, List<Place> slots) { return new Frame(index, slots, 0, null, null, List.of(), null); }

        static Frame of(Int index, List<Place> slots, Value[] numbers) {
            return new Frame(index, slots, 0, null, numbers, List.of(), null);
        }

        static Frame of(Int index, List<Place> slots, int broadcast, Place scalars) {
            return new Frame(index, slots, broadcast, scalars, null, List.of(), null);
        }

        boolean isBroadcast(int slot) { return (broadcast >> slot & 1) != 0; }

        Place place(int slot) { return isBroadcast(slot) ? slots.get(slot) : slots.get(slot).at(index); }
    }

    final Assembler a;
    final Frame frame;
    private final Map<Expr, Value> values = new IdentityHashMap<>();

    LaneCode(Assembler a, Frame frame) {
        this.a = a;
        this.frame = frame;
    }

    /// The same lanes, for expressions whose leaves are read there.
    abstract LaneCode on(Frame frame);

    /// Elements that one value holds.
    abstract int lanes();

    /// The kind of local variable that holds a node's value.
    abstract TypeKind kind(Expr node);

    /// Leaves the node's value on the stack, reading its operands with [#push].
    abstract void emit(Expr node);

    /// Whether the node costs no more than a local variable would.
    abstract boolean isInline(Expr node);

    /// Leaves the elements that begin there on the stack.
    abstract void pushAt(Place place);

    /// Leaves one element, in all lanes, on the stack.
    abstract void pushBroadcast(Place place);

    /// Stores there what `push` leaves on the stack.
    abstract void store(Place place, Runnable push);

    /// The tree over the lanes of one value.
    abstract Value foldAcross(Straight combine, Value value);

    /// Says of what kind a variable is that comes from a loop's turn before: a compiler can't always know.
    abstract void recognize(Value value);

    // ---- values

    final Value load(Place place) { return keep(() -> pushAt(place)); }

    final void load(Value value, Place place) { set(value, () -> pushAt(place)); }

    final void copy(Value to, Value from) { set(to, () -> push(from)); }

    final Value broadcast(Place place) { return keep(() -> pushBroadcast(place)); }

    final Value constant(float value) { return keep(() -> emit(Expr.constant(value))); }

    final void save(Value value, Place place) { store(place, () -> push(value)); }

    /// A new local variable for what is left on the stack.
    final Value keep(Runnable push) {
        var value = a.value(kind(Expr.slot(0)));
        set(value, push);
        return value;
    }

    /// What a function makes of its arguments.
    final Value of(Straight function, Value... arguments) {
        var value = a.value(kind(function.root()));
        set(value, function, arguments);
        return value;
    }

    /// What an expression over the frame gives.
    final Value of(Expr root) {
        var nodes = Expr.inOrder(List.of(root));
        evaluate(nodes.subList(0, nodes.size() - 1));
        return keep(() -> push(root));
    }

    /// `value = function(arguments)`, of which it may be one.
    final void set(Value value, Straight function, Value... arguments) {
        a.block(() -> {
            var inner = on(Frame.NONE);
            for (var node : function.nodes()) if (node instanceof Expr.Slot(int slot)) inner.bind(node, arguments[slot]);
            inner.evaluate(function.nodes());
            set(value, () -> inner.push(function.root()));
        });
    }

    final void set(Value value, Runnable push) {
        push.run();
        a.code().storeLocal(value.kind(), value.slot());
    }

    final void push(Value value) { a.code().loadLocal(value.kind(), value.slot()); }

    /// The tree of a [Fold] over all lanes of some values, in registers; the result is in every lane. Lanes that are left out
    /// would hold the neutral element.
    final Value fold(Straight combine, List<Value> values) {
        var result = a.value(kind(combine.root()));
        a.block(() -> {
            values.forEach(this::recognize);
            var left = values.toArray(Value[]::new);
            for (int used = left.length, half; used > 1; used = half) {
                half = Fold.half(used);
                for (int i = 0; half + i < used; i++) left[i] = of(combine, left[i], left[half + i]);
            }
            var folded = foldAcross(combine, left[0]);
            set(result, () -> push(folded));
        });
        return result;
    }

    // ---- expressions over memory

    /// Writes a formula for the positions from `index`, which is the frame's, up to `bound`, whole values only.
    final void map(Formula formula, Int.Local index, Int bound) {
        var nodes = formula.nodes();
        hoist(nodes);
        a.loop(index, bound, lanes(), () -> write(formula, nodes));
    }

    /// Evaluates what doesn't change in a loop. To be called before it.
    final void hoist(List<Expr> nodes) {
        for (var node : nodes) if (isInvariant(node)) assign(node);
    }

    /// A formula at the frame's position.
    final void write(Formula formula, List<Expr> nodes) { write(formula.outputs(), nodes); }

    /// Outputs at the frame's position.
    final void write(List<Formula.Output> outputs, List<Expr> nodes) {
        evaluate(nodes);
        for (var output : outputs) store(frame.place(output.slot()), () -> push(output.value()));
    }

    /// `value = root`, in which the node `self` stands for the value so far.
    final void accumulate(Value value, Expr self, Expr root, List<Expr> nodes) {
        accumulate(value, self, root, List.of(), nodes);
    }

    /// The same, and outputs beside it at the frame's position.
    final void accumulate(Value value, Expr self, Expr root, List<Formula.Output> beside, List<Expr> nodes) {
        a.block(() -> {
            recognize(value);
            bind(self, value);
            write(beside, nodes);
            set(value, () -> push(root));
        });
    }

    /// Writes a formula of which some slots are values in local variables.
    ///
    /// @param values of slots from `first` on, which it reads and writes
    final void accumulate(List<Value> values, int first, Formula formula, List<Expr> nodes) {
        a.block(() -> {
            for (var node : nodes)
                if (node instanceof Expr.Slot(int slot) && slot >= first) bind(node, values.get(slot - first));
            evaluate(nodes);
            for (var output : formula.outputs()) set(values.get(output.slot() - first), () -> push(output.value()));
        });
    }

    /// Whether the node is the same at every position, and worth a local variable of its own before the loop.
    boolean isInvariant(Expr node) {
        return switch (node) {
            case Expr.Scalar _, Expr.Key _ -> true;
            case Expr.Slot slot -> frame.isBroadcast(slot.index());
            default -> false;
        };
    }

    private void evaluate(List<Expr> nodes) {
        for (var node : nodes) if (!values.containsKey(node) && !isInline(node)) assign(node);
    }

    private void assign(Expr node) {
        var value = a.value(kind(node));
        set(value, () -> emit(node));
        bind(node, value);
    }

    private void bind(Expr node, Value value) { values.put(node, value); }

    final void push(Expr node) {
        var value = values.get(node);
        if (value == null) emit(node);
        else push(value);
    }
}
