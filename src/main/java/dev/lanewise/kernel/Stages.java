package dev.lanewise.kernel;

import dev.lanewise.formula.Op;
import dev.lanewise.formula.Term;
import dev.lanewise.kernel.code.C2;
import dev.lanewise.kernel.expr.Canonical;
import dev.lanewise.kernel.expr.Expr;
import dev.lanewise.kernel.expr.Formula;
import dev.lanewise.kernel.expr.Lowering;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// A formula in several loops, since C2 compiles no longer ones: what one loop leaves for another is kept for a few elements at a
/// time, near the processor. Sine and cosine are stages of their own: large angles are no loop's work.
final class Stages implements SlotKernel {

    /// Elements that all stages are through with before the next ones: scratch that a first-level cache holds.
    private static final int CHUNK = 1024;

    private static final SoftMap<List<Canonical.Node>, Elementwise> LOOPS = new SoftMap<>();
    private static final Spares<Operands> OPERANDS = new Spares<>(Operands::new);

    private final int inputs;
    private final Stage[] stages;
    private final int scratches;
    /// What a chunk takes, by estimate.
    private final double nanos;

    /// @param function  null if it is a loop
    /// @param slots     what its slots are: an input or the result, by its number, or scratch, counted from the number after that
    /// @param numbers   which of the formula's parameters its own are
    private record Stage(Trigonometry function, Elementwise loop, int[] slots, int[] numbers) {
        double nanos() { return function == null ? loop.nanos() : function.nanos(); }
    }

    private Stages(int inputs, Cutter cutter) {
        this.inputs = inputs;
        this.stages = cutter.stages.toArray(Stage[]::new);
        this.scratches = cutter.scratches;
        this.nanos = CHUNK * cutter.stages.stream().mapToDouble(Stage::nanos).sum();
    }

    /// What computes a formula: a single loop, if one will do.
    static SlotKernel of(String name, int inputs, Term term) {
        var cutter = new Cutter(name, inputs, term);
        cutter.cut();
        // with the formula's own slots and parameters
        return cutter.isOneLoop() ? loop(name, List.of(term), inputs) : new Stages(inputs, cutter);
    }

    /// Terms of the slots before `first`, written to those from it on.
    private static Elementwise loop(String name, List<Term> terms, int first) {
        var canonical = Canonical.of(terms);
        var structure = new ArrayList<>(canonical.structure());
        structure.add(new Canonical.Node(Op.INPUT, null, first, 0, List.of()));
        return LOOPS.get(structure, () -> {
            var lowered = Lowering.of(canonical.terms());
            return new Elementwise(new Formula(name, IntStream.range(0, lowered.size())
                .mapToObj(i -> new Formula.Output(first + i, lowered.get(i))).toList()));
        });
    }

    /// Where a formula is cut: each stage takes as many operations as there are slots for what it reads and leaves, and as C2
    /// compiles.
    private static final class Cutter {
        private final String name;
        private final int inputs;
        private final Term root;
        private final List<Term> order;
        private final Map<Term, Integer> place = new IdentityHashMap<>();
        /// Of each operation, the last that reads it.
        private final int[] lastUse;
        private final Map<Term, Integer> scratch = new IdentityHashMap<>();
        private final ArrayList<Integer> free = new ArrayList<>();
        private final List<Stage> stages = new ArrayList<>();
        private int scratches;

        Cutter(String name, int inputs, Term root) {
            this.name = name;
            this.inputs = inputs;
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

        boolean isOneLoop() { return stages.size() == 1 && stages.getFirst().function == null; }

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
                own.computeIfAbsent(term, each -> operands.isEmpty() ? leaf(each, parameters)
                    : Canonical.withOperands(each, operands));
            }
            stages.add(new Stage(null, loop(name + (from == 0 ? "" : "_from_" + from), leaves.stream().map(own::get).toList(),
                reads.size()), all, parameters.stream().mapToInt(parameter -> parameter).toArray()));
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

    /// What a call and each of its tasks computes with, so that they leave no garbage.
    private static final class Operands extends Spares.Loan {
        /// The call's.
        private final float[][] arrays = new float[Formula.SLOTS][];
        private final int[] offsets = new int[Formula.SLOTS];
        /// A stage's.
        private final float[][] x = new float[Formula.SLOTS][];
        private final int[] o = new int[Formula.SLOTS];
        private float[] numbers = {};

        void put(int slot, float[] array, int offset) {
            arrays[slot] = array;
            offsets[slot] = offset;
        }

        /// A stage's of a formula's numbers, and behind them whatever was there.
        float[] numbers(Stage stage, float[] all) {
            int[] own = stage.numbers;
            if (own.length > numbers.length) numbers = new float[own.length];
            for (int i = 0; i < own.length; i++) numbers[i] = all[own[i]];
            return numbers;
        }

        /// Keeps none of the caller's arrays.
        @Override
        public void close() {
            Arrays.fill(arrays, null);
            Arrays.fill(x, null);
            super.close();
        }
    }

    /// As [TermKernel#run].
    @Override
    public void run(int broadcast, float[] x0, int o0, float[] x1, int o1, float[] x2, int o2, float[] x3, int o3,
                    float[] x4, int o4, float[] x5, int o5, float[] numbers, int n) {
        // sine and cosine themselves
        if (stages.length == 1 && inputs == 1 && broadcast == 0) {
            stages[0].function.run(x0, o0, x1, o1, n);
            return;
        }
        try (var call = OPERANDS.borrow()) {
            call.put(0, x0, o0);
            call.put(1, x1, o1);
            call.put(2, x2, o2);
            call.put(3, x3, o3);
            call.put(4, x4, o4);
            call.put(5, x5, o5);
            int chunks = Math.ceilDiv(n, CHUNK);
            int share = Cost.share(chunks, nanos);
            if (share >= chunks) run(broadcast, call, call, numbers, 0, n);
            else Pool.forEach(Math.ceilDiv(chunks, share), task -> {
                try (var own = OPERANDS.borrow()) {
                    run(broadcast, call, own, numbers, task * share * CHUNK, (int) Math.min(n, (task + 1L) * share * CHUNK));
                }
            });
        }
    }

    private void run(int broadcast, Operands call, Operands own, float[] numbers, int from, int to) {
        try (var loan = Scratch.FORMULA.borrow()) {
            float[] scratch = loan.array(scratches * CHUNK);
            for (int at = from, n; at < to; at += n) {
                n = Math.min(CHUNK, to - at);
                for (var stage : stages) run(stage, broadcast, call, own, scratch, numbers, at, n);
            }
        }
    }

    private void run(Stage stage, int broadcast, Operands call, Operands own, float[] scratch, float[] numbers, int at, int n) {
        var x = own.x;
        int[] o = own.o;
        int repeated = 0;
        for (int i = 0; i < stage.slots.length; i++) {
            int slot = stage.slots[i];
            boolean once = slot < inputs && (broadcast >> slot & 1) != 0;
            if (once) repeated |= 1 << i;
            x[i] = slot <= inputs ? call.arrays[slot] : scratch;
            o[i] = slot <= inputs ? call.offsets[slot] + (once ? 0 : at) : (slot - inputs - 1) * CHUNK;
        }
        if (stage.function == null) {
            stage.loop.run(repeated, x[0], o[0], x[1], o[1], x[2], o[2], x[3], o[3], x[4], o[4], x[5], o[5],
                own.numbers(stage, numbers), n);
        } else if (repeated == 0) {
            stage.function.run(x[0], o[0], x[1], o[1], n);
        } else {
            stage.function.run(x[0], o[0], x[1], o[1], 1);
            Arrays.fill(x[1], o[1], o[1] + n, x[1][o[1]]);
        }
    }
}
