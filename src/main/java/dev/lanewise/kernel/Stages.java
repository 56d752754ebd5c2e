package dev.lanewise.kernel;

import dev.lanewise.formula.Op;
import dev.lanewise.formula.Term;
import dev.lanewise.kernel.code.C2;
import dev.lanewise.kernel.expr.Canonical;
import dev.lanewise.kernel.expr.Expr;
import dev.lanewise.kernel.expr.Formula;
import dev.lanewise.kernel.expr.Lowering;
import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/// The loops that compute a formula: one, if C2 compiles it. A longer formula is cut, and what one loop leaves for another is kept for a
/// few elements at a time, near the processor. Sine and cosine are stages of their own: large angles are no loop's work.
final class Stages {

    /// Elements that all stages are through with before the next ones: scratch that a first-level cache holds.
    private static final int CHUNK = 1024;

    private static final Map<List<Canonical.Node>, SoftReference<Elementwise>> SHARED = new ConcurrentHashMap<>();
    private static final int MANY = 1_000;

    private final int inputs;
    private final List<Stage> stages = new ArrayList<>();
    private final Elementwise onlyLoop;
    /// Null if there is more, or none.
    private final Trigonometry onlyFunction;
    private int scratches;

    /// @param function  null if it is a loop
    /// @param slots     what its slots are: an input or the result, by its number, or scratch, counted from the number after that
    /// @param numbers   which of the formula's parameters its own are
    private record Stage(Trigonometry function, Elementwise loop, int[] slots, int[] numbers) {}

    Stages(String name, int inputs, Term term) {
        this.inputs = inputs;
        new Cutter(name, term).cut();
        this.onlyFunction = stages.size() == 1 ? stages.getFirst().function : null;
        this.onlyLoop = stages.size() == 1 && onlyFunction == null ? whole(name, term) : null;
    }

    /// The loop of a formula that needs no other; null if it is cut.
    Elementwise onlyLoop() { return onlyLoop; }

    /// With the formula's own slots and parameters.
    private Elementwise whole(String name, Term term) { return loop(name, List.of(term), inputs); }

    /// Terms of the slots before `first`, written to those from it on.
    private static Elementwise loop(String name, List<Term> terms, int first) {
        var canonical = Canonical.of(terms);
        var structure = new ArrayList<>(canonical.structure());
        structure.add(new Canonical.Node(Op.INPUT, null, first, 0, List.of()));
        var known = SHARED.get(structure);
        var loop = known == null ? null : known.get();
        if (loop != null) return loop;
        var lowered = Lowering.of(canonical.terms());
        var outputs = new ArrayList<Formula.Output>();
        for (int i = 0; i < lowered.size(); i++) outputs.add(new Formula.Output(first + i, lowered.get(i)));
        loop = new Elementwise(new Formula(name, outputs));
        if (SHARED.size() > MANY) SHARED.values().removeIf(each -> each.get() == null);
        SHARED.put(structure, new SoftReference<>(loop));
        return loop;
    }

    /// Where a formula is cut: each stage takes as many operations as there are slots for what it reads and leaves, and as C2 compiles.
    private final class Cutter {
        private final String name;
        private final Term root;
        private final List<Term> order;
        private final Map<Term, Integer> place = new IdentityHashMap<>();
        /// Of each operation, the last that reads it.
        private final int[] lastUse;
        private final Map<Term, Integer> scratch = new IdentityHashMap<>();
        private final ArrayList<Integer> free = new ArrayList<>();

        Cutter(String name, Term root) {
            this.name = name;
            this.root = root;
            this.order = Term.inOrder(List.of(root)).stream().filter(term -> !term.operands().isEmpty() || term == root).toList();
            this.lastUse = new int[order.size()];
            for (int at = 0; at < order.size(); at++) {
                place.put(order.get(at), at);
                for (var operand : order.get(at).operands()) if (place.containsKey(operand)) lastUse[place.get(operand)] = at;
            }
            lastUse[order.size() - 1] = order.size();
        }

        void cut() {
            for (int from = 0; from < order.size(); ) {
                int to = order.get(from).op().isTrigonometric() ? from + 1 : end(from);
                add(from, to);
                from = to;
            }
        }

        /// The longest stage that begins there: it may pass through places where too much is left open.
        private int end(int from) {
            int end = from + 1;
            int nodes = 0;
            var reads = new IdentityHashMap<Term, Boolean>();
            for (int at = from; at < order.size() && !order.get(at).op().isTrigonometric(); at++) {
                nodes += cost(order.get(at));
                for (var operand : order.get(at).operands()) if (isRead(operand, from)) reads.put(operand, true);
                if (at > from && (nodes > C2.LONGEST_FORMULA || reads.size() >= Formula.SLOTS)) break;
                if (reads.size() + leaves(from, at + 1).size() <= Formula.SLOTS) end = at + 1;
            }
            return end;
        }

        private boolean isRead(Term operand, int from) {
            return operand.op() == Op.INPUT || place.containsKey(operand) && place.get(operand) < from;
        }

        /// What later stages read of operations, or is the result.
        private List<Term> leaves(int from, int to) {
            var leaves = new ArrayList<Term>();
            for (int at = from; at < to; at++) if (lastUse[at] >= to) leaves.add(order.get(at));
            return leaves;
        }

        private void add(int from, int to) {
            var reads = new LinkedHashMap<Term, Integer>();
            var parameters = new ArrayList<Integer>();
            for (int at = from; at < to; at++)
                for (var operand : order.get(at).operands()) if (isRead(operand, from)) reads.putIfAbsent(operand, reads.size());
            if (root.op() == Op.INPUT) reads.put(root, 0);
            var leaves = leaves(from, to);
            var slots = new ArrayList<Integer>();
            for (var read : reads.keySet()) slots.add(read.op() == Op.INPUT ? read.index() : inputs + 1 + scratch.get(read));
            // what is read here last may not be written over here: the slots are all in use at once
            for (var leaf : leaves) slots.add(leaf == root ? inputs : inputs + 1 + take(leaf));
            for (var read : reads.keySet())
                if (read.op() != Op.INPUT && lastUse[place.get(read)] < to) free.add(scratch.remove(read));
            int[] all = slots.stream().mapToInt(slot -> slot).toArray();
            var only = order.get(from);
            if (only.op().isTrigonometric()) {
                stages.add(new Stage(only.op() == Op.SIN ? Trigonometry.SIN : Trigonometry.COS, null, all, null));
                return;
            }
            var own = new IdentityHashMap<Term, Term>();
            reads.forEach((read, slot) -> own.put(read, Term.input(slot)));
            for (int at = from; at < to; at++) {
                var term = order.get(at);
                for (var operand : term.operands()) own.computeIfAbsent(operand, leaf -> leaf(leaf, parameters));
                var operands = term.operands().stream().map(own::get).toList();
                own.computeIfAbsent(term, each -> operands.isEmpty() ? leaf(each, parameters) : Canonical.withOperands(each, operands));
            }
            stages.add(new Stage(null, loop(name + (from == 0 ? "" : "_from_" + from), leaves.stream().map(own::get).toList(), reads.size()), all,
                parameters.stream().mapToInt(parameter -> parameter).toArray()));
        }

        /// A number, or a parameter by the stage's own number.
        private static Term leaf(Term term, List<Integer> parameters) {
            if (term.op() != Op.PARAMETER) return term;
            if (!parameters.contains(term.index())) parameters.add(term.index());
            return Term.parameter(parameters.indexOf(term.index()));
        }

        private int take(Term leaf) {
            int taken = free.isEmpty() ? scratches++ : free.removeLast();
            scratch.put(leaf, taken);
            return taken;
        }

        /// The nodes of its expression, leaves apart.
        private int cost(Term term) {
            var inputs = IntStream.range(0, term.operands().size()).mapToObj(Term::input).toList();
            var alone = Lowering.of(List.of(inputs.isEmpty() ? term : Canonical.withOperands(term, inputs)));
            return (int) Expr.inOrder(alone).stream().filter(node -> !node.operands().isEmpty()).count();
        }
    }

    /// As [TermKernel#run].
    void run(int broadcast, float[][] arrays, int[] offsets, float[] numbers, int n) {
        if (onlyFunction != null && broadcast == 0) {
            int x = stages.getFirst().slots[0];
            onlyFunction.run(arrays[x], offsets[x], arrays[inputs], offsets[inputs], n);
            return;
        }
        var own = stages.stream().map(stage -> numbersOf(stage, numbers)).toList();
        int chunks = Math.ceilDiv(n, CHUNK);
        int tasks = Pool.threads() == 1 ? 1 : Math.min(2 * Pool.threads(), chunks);
        if (tasks <= 1) run(broadcast, arrays, offsets, own, 0, n);
        else Pool.forEach(tasks, task -> run(broadcast, arrays, offsets, own, CHUNK * Cut.at(chunks, tasks, task),
            Math.min(n, CHUNK * Cut.at(chunks, tasks, task + 1))));
    }

    private static float[] numbersOf(Stage stage, float[] numbers) {
        if (stage.numbers == null || stage.numbers.length == 0) return null;
        var own = new float[stage.numbers.length];
        for (int i = 0; i < own.length; i++) own[i] = numbers[stage.numbers[i]];
        return own;
    }

    private void run(int broadcast, float[][] arrays, int[] offsets, List<float[]> numbers, int from, int to) {
        try (var loan = Scratch.FORMULA.borrow()) {
            float[] scratch = loan.array(scratches * CHUNK);
            for (int at = from; at < to; at += CHUNK)
                for (int i = 0; i < stages.size(); i++)
                    run(stages.get(i), broadcast, arrays, offsets, scratch, numbers.get(i), at, Math.min(CHUNK, to - at));
        }
    }

    private void run(Stage stage, int broadcast, float[][] arrays, int[] offsets, float[] scratch, float[] numbers, int at, int n) {
        var x = new float[Formula.SLOTS][];
        var o = new int[Formula.SLOTS];
        int repeated = 0;
        for (int i = 0; i < stage.slots.length; i++) {
            int slot = stage.slots[i];
            boolean once = slot < inputs && (broadcast >> slot & 1) != 0;
            if (once) repeated |= 1 << i;
            x[i] = slot <= inputs ? arrays[slot] : scratch;
            o[i] = slot <= inputs ? offsets[slot] + (once ? 0 : at) : (slot - inputs - 1) * CHUNK;
        }
        if (stage.function == null) {
            stage.loop.run(repeated, x[0], o[0], x[1], o[1], x[2], o[2], x[3], o[3], x[4], o[4], x[5], o[5], numbers, n);
        } else if (repeated == 0) {
            stage.function.run(x[0], o[0], x[1], o[1], n);
        } else {
            stage.function.run(x[0], o[0], x[1], o[1], 1);
            Arrays.fill(x[1], o[1], o[1] + n, x[1][o[1]]);
        }
    }
}
