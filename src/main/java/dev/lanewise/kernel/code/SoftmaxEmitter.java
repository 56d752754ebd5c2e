package dev.lanewise.kernel.code;

import static java.lang.classfile.TypeKind.FLOAT;
import static java.lang.classfile.TypeKind.INT;
import static java.lang.classfile.TypeKind.REFERENCE;

import dev.lanewise.kernel.expr.Expr;
import dev.lanewise.kernel.expr.Fold;
import dev.lanewise.kernel.expr.Functions;
import java.lang.classfile.CodeBuilder;
import java.util.List;
import java.util.function.Consumer;

/// Writes the vector loops of a softmax. A row of up to four vectors is read once, stays in registers, and is written
/// once; a longer one takes three passes over what is by then in the first-level cache, each a method that C1 can compile.
///
/// Lanes beyond the row's end hold -infinity, and so e^x = 0, which changes no sum. The maximum passes over NaN, which
/// the sum does not; the sign of a zero maximum changes nothing either. So its order is free, unlike the sum's.
final class SoftmaxEmitter {

    /// Vectors that a row in registers takes at the most, and in which the maximum of a long one is looked for.
    static final int VECTORS = 4;

    private static final LaneCode.Frame NOWHERE = new LaneCode.Frame(-1, -1, -1, -1, -1, 0);
    private static final Straight POWER = Straight.of(Functions.expOrZero(Expr.slot(0).sub(Expr.slot(1))));
    private static final Straight QUOTIENT = Straight.of(Expr.slot(0).div(Expr.slot(1)));
    private static final Straight LOGARITHM = Straight.of(Functions.log(Expr.slot(0)));
    private static final Straight LOG_QUOTIENT = Straight.of(Expr.slot(0).sub(Expr.slot(1)).sub(Expr.slot(2)));

    private final CodeBuilder code;
    private final int lanes;
    /// The lanes of a vector that lie within the row, if it has one that is cut.
    private final int mask;

    private SoftmaxEmitter(CodeBuilder code, int lanes) {
        this.code = code;
        this.lanes = lanes;
        this.mask = code.allocateLocal(REFERENCE);
    }

    /// A formula of local variables, in straight-line code.
    private record Straight(Expr root, List<Expr> nodes) {

        static Straight of(Expr root) { return new Straight(root, Expr.inOrder(List.of(root))); }
    }

    /// Softmax of rows of up to four vectors.
    ///
    /// @param cut whether the last vector reaches beyond the row's end
    /// @param log whether its logarithm is wanted
    static Loop.Rows rows(int vectors, boolean cut, boolean log, int lanes) {
        return Emitter.define(Emitter.Kind.ROWS, Loop.Rows.class, (log ? "log_softmax_" : "softmax_") + vectors + (cut ? "_cut" : ""),
            code -> new SoftmaxEmitter(code, lanes).registers(vectors, cut, log));
    }

    /// Puts the maximum of slot 0, five vectors or more, into `lanes[0]`.
    static Loop.Pass largest(int lanes) {
        return Emitter.define(Emitter.Kind.PASS, Loop.Pass.class, "softmax_largest",
            code -> new SoftmaxEmitter(code, lanes).largest());
    }

    /// Puts the powers of slot 0, shifted by `scalars[0]`, into slot 1, and their sum into `lanes[0]`.
    ///
    /// @param divides whether slot 2, the row before, is divided by `scalars[1]` in the same loop: what the divider is
    ///                slow at goes on beside what keeps the multipliers busy
    static Loop.Pass powers(boolean divides, int lanes) {
        return Emitter.define(Emitter.Kind.PASS, Loop.Pass.class, divides ? "softmax_powers_quotients" : "softmax_powers",
            code -> new SoftmaxEmitter(code, lanes).powers(divides));
    }

    // ---- short rows

    private void registers(int vectors, boolean cut, boolean log) {
        int columns = code.parameterSlot(1);
        var x = new Place(code, code.parameterSlot(2), code.allocateLocal(INT));
        var y = new Place(code, code.parameterSlot(5), code.allocateLocal(INT));
        int row = code.allocateLocal(INT);
        code.iload(code.parameterSlot(3)).istore(x.offset).iload(code.parameterSlot(6)).istore(y.offset).iconst_0().istore(row);
        LoopEmitter.countedLoop(code, row, code.parameterSlot(0), 1, () -> {
            if (cut) mask(() -> code.iload(columns).loadConstant((vectors - 1) * lanes).isub());
            row(vectors, cut, log, x, y);
            code.iload(x.offset).iload(code.parameterSlot(4)).iadd().istore(x.offset)
                .iload(y.offset).iload(code.parameterSlot(7)).iadd().istore(y.offset);
        });
        code.return_();
    }

    private void row(int vectors, boolean cut, boolean log, Place x, Place y) {
        var values = new int[vectors];
        for (int v = 0; v < vectors; v++) values[v] = load(x.at(v * lanes), cut && v == vectors - 1);
        int shift = acrossLanes(overVectors(values.clone(), this::max), this::max);
        var powers = new int[vectors];
        for (int v = 0; v < vectors; v++) powers[v] = evaluate(POWER, values[v], shift);
        int sum = acrossLanes(overVectors(powers.clone(), this::add), this::add);
        int logarithm = log ? evaluate(LOGARITHM, sum) : -1;
        for (int v = 0; v < vectors; v++)
            save(log ? evaluate(LOG_QUOTIENT, values[v], shift, logarithm) : evaluate(QUOTIENT, powers[v], sum),
                y.at(v * lanes), cut && v == vectors - 1);
    }

    // ---- long rows: x0, o0, x1, o1, x2, o2, lanes, scalars, n

    private static final int X0 = 0;
    private static final int X1 = 2;
    private static final int X2 = 4;
    private static final int SUMS = 6;
    private static final int SCALARS = 7;
    private static final int N = 8;

    private void largest() {
        var x = place(X0);
        int index = code.allocateLocal(INT);
        var best = new int[VECTORS];
        for (int v = 0; v < VECTORS; v++) best[v] = broadcast(() -> code.loadConstant(Float.NEGATIVE_INFINITY));
        code.iconst_0().istore(index);
        int block = VECTORS * lanes;
        int bound = code.allocateLocal(INT);
        code.iload(code.parameterSlot(N)).loadConstant(block - 1).isub().istore(bound);
        LoopEmitter.countedLoop(code, index, bound, block, () -> {
            for (int v = 0; v < VECTORS; v++) {
                int at = v * lanes;
                raise(best[v], load(x.at(() -> code.iload(index).loadConstant(at).iadd()), false));
            }
        });
        // the last vectors of the row, some of which may have been seen
        for (int v = 0; v < VECTORS; v++) {
            int back = (v + 1) * lanes;
            raise(best[v], load(x.at(() -> code.iload(code.parameterSlot(N)).loadConstant(back).isub()), false));
        }
        give(acrossLanes(overVectors(best, this::max), this::max));
    }

    private void raise(int best, int x) { code.aload(max(best, x)).astore(best); }

    private void powers(boolean divides) {
        int index = code.allocateLocal(INT);
        int whole = code.allocateLocal(INT);
        int shift = scalar(0);
        int divisor = divides ? scalar(1) : -1;
        code.iload(code.parameterSlot(N)).loadConstant(-lanes).iand().istore(whole);
        for (int at = 0; at < Fold.LANES; at += lanes) save(broadcast(code::fconst_0), sums(at), false);
        code.iconst_0().istore(index);
        LoopEmitter.countedLoop(code, index, whole, lanes, () -> step(index, shift, divisor, false));
        var none = code.newLabel();
        code.iload(index).iload(code.parameterSlot(N)).if_icmpge(none);
        mask(() -> code.iload(code.parameterSlot(N)).iload(whole).isub());
        step(index, shift, divisor, true);
        code.labelBinding(none);
        var sums = new int[Fold.LANES / lanes];
        for (int v = 0; v < sums.length; v++) sums[v] = load(sums(v * lanes), false);
        give(acrossLanes(overVectors(sums, this::add), this::add));
    }

    /// One vector's powers, which enter the lanes of the sum that their positions have modulo 64.
    private void step(int index, int shift, int divisor, boolean masked) {
        Runnable position = () -> code.iload(index);
        int powers = evaluate(POWER, load(place(X0).at(position), masked), broadcast(() -> code.fload(shift)));
        save(powers, place(X1).at(position), masked);
        Runnable lane = () -> code.aload(code.parameterSlot(SUMS)).iload(index).loadConstant(Fold.LANES - 1).iand();
        save(store(VectorCode::add, load(lane, false), powers), lane, false);
        if (divisor < 0) return;
        var before = place(X2).at(position);
        save(evaluate(QUOTIENT, load(before, masked), broadcast(() -> code.fload(divisor))), before, masked);
    }

    private int scalar(int number) {
        int local = code.allocateLocal(FLOAT);
        code.aload(code.parameterSlot(SCALARS)).loadConstant(number).faload().fstore(local);
        return local;
    }

    private Place place(int parameter) {
        return new Place(code, code.parameterSlot(parameter), code.parameterSlot(parameter + 1));
    }

    private Runnable sums(int at) { return () -> code.aload(code.parameterSlot(SUMS)).loadConstant(at); }

    /// The result is the same in all lanes.
    private void give(int vector) {
        save(vector, sums(0), false);
        code.return_();
    }

    // ---- what both are made of: vectors are local variables

    private interface Two {
        int of(int a, int b);
    }

    /// An array and where its row begins: local variables.
    private record Place(CodeBuilder code, int array, int offset) {

        Runnable at(int position) { return at(() -> code.loadConstant(position)); }

        /// What puts the address of a position of the row on the stack.
        Runnable at(Runnable position) {
            return () -> {
                code.aload(array).iload(offset);
                position.run();
                code.iadd();
            };
        }
    }

    private int store(Runnable push) {
        push.run();
        int local = code.allocateLocal(REFERENCE);
        code.astore(local);
        return local;
    }

    private int store(Consumer<CodeBuilder> operation, int a, int b) {
        return store(() -> operation.accept(code.aload(a).aload(b)));
    }

    private int broadcast(Runnable value) {
        return store(() -> {
            VectorCode.species(code, lanes);
            value.run();
            VectorCode.broadcast(code);
        });
    }

    private void mask(Runnable count) {
        VectorCode.species(code, lanes);
        count.run();
        VectorCode.firstLanes(code);
        code.astore(mask);
    }

    /// A vector, with -infinity in lanes outside the mask.
    private int load(Runnable address, boolean masked) {
        if (!masked) return store(() -> {
            VectorCode.species(code, lanes);
            address.run();
            VectorCode.load(code);
        });
        int outside = broadcast(() -> code.loadConstant(Float.NEGATIVE_INFINITY));
        return store(() -> {
            VectorCode.species(code.aload(outside), lanes);
            address.run();
            VectorCode.loadMasked(code.aload(mask));
            VectorCode.blend(code.aload(mask));
        });
    }

    private void save(int vector, Runnable address, boolean masked) {
        code.aload(vector);
        address.run();
        if (masked) VectorCode.saveMasked(code.aload(mask));
        else VectorCode.save(code);
    }

    /// @param slots the vectors that stand for slot 0, 1 …
    private int evaluate(Straight formula, int... slots) {
        var lane = new VectorCode(code, NOWHERE, lanes);
        for (var node : formula.nodes) if (node instanceof Expr.Slot(int slot)) lane.bind(node, slots[slot]);
        lane.evaluate(formula.nodes.stream().filter(node -> !(node instanceof Expr.Slot)).toList());
        return store(() -> lane.push(formula.root));
    }

    /// The larger of two; the first where the second is NaN.
    private int max(int a, int b) {
        return store(() -> {
            code.aload(a).aload(b).aload(a).aload(b);
            VectorCode.lessThan(code);
            VectorCode.blend(code);
        });
    }

    private int add(int a, int b) { return store(VectorCode::add, a, b); }

    /// The upper half of a fold's tree: vectors that aren't there would hold the neutral element.
    private int overVectors(int[] vectors, Two combine) {
        for (int half = Fold.LANES / lanes / 2; half >= 1; half /= 2)
            for (int v = half; v < Math.min(2 * half, vectors.length); v++)
                vectors[v - half] = combine.of(vectors[v - half], vectors[v]);
        return vectors[0];
    }

    /// The lower half of the tree: a lane meets the one `stage` away, in either order the same number, so that the result
    /// is in all of them.
    private int acrossLanes(int vector, Two combine) {
        int result = vector;
        for (int stage = lanes / 2; stage >= 1; stage /= 2) {
            int before = result;
            int by = stage;
            result = combine.of(before, store(() -> VectorCode.swapHalves(code.aload(before), lanes, by)));
        }
        return result;
    }
}
