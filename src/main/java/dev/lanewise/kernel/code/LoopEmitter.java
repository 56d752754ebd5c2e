package dev.lanewise.kernel.code;

import static java.lang.classfile.TypeKind.INT;
import static java.lang.classfile.TypeKind.REFERENCE;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.lanewise.kernel.expr.Expr;
import dev.lanewise.kernel.expr.Fold;
import dev.lanewise.kernel.expr.Formula;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.List;

/// Writes the three loops that carry a formula: element by element, folded to one number, filled from a counter.
final class LoopEmitter {

    static final ClassDesc MATH = ClassDesc.of("java.lang.Math");
    static final MethodTypeDesc MIN = MethodTypeDesc.of(CD_int, CD_int, CD_int);

    private LoopEmitter() {}

    /// A loop over whole vectors, then the same formula element by element for the rest.
    static Loop.Map map(Formula formula, int broadcast, Target target) {
        var name = formula.name() + (broadcast == 0 ? "" : "_b" + Integer.toBinaryString(broadcast));
        return Emitter.define(Emitter.Kind.MAP, Loop.Map.class, name, code -> {
            int scalars = code.parameterSlot(2 * Formula.SLOTS);
            int n = code.parameterSlot(2 * Formula.SLOTS + 1);
            int index = code.allocateLocal(INT);
            var frame = new LaneCode.Frame(code.parameterSlot(0), scalars, -1, -1, index, broadcast);
            code.iconst_0().istore(index);
            if (!target.isScalar()) {
                int bound = code.allocateLocal(INT);
                code.iload(n).loadConstant(-target.lanes()).iand().istore(bound);
                mapLoop(code, formula, new VectorCode(code, frame, target.lanes()), index, bound);
            }
            mapLoop(code, formula, new ScalarCode(code, frame, target.fastFma()), index, n);
            code.return_();
        });
    }

    private static void mapLoop(CodeBuilder code, Formula formula, LaneCode lane, int index, int bound) {
        var nodes = formula.nodes();
        lane.hoist(nodes);
        countedLoop(code, index, bound, lane.lanes(), () -> {
            lane.evaluate(nodes);
            for (var output : formula.outputs()) lane.store(output.slot(), output.value());
        });
    }

    /// `for (; index < bound; index += step) body`
    static void countedLoop(CodeBuilder code, int index, int bound, int step, Runnable body) {
        var condition = code.newLabel();
        var end = code.newLabel();
        code.labelBinding(condition).iload(index).iload(bound).if_icmpge(end);
        body.run();
        code.iinc(index, step).goto_(condition).labelBinding(end);
    }

    /// Whole blocks of 64 values into 64 accumulators in registers, the rest in memory, where the lanes then fold in halves.
    ///
    /// Several streams are folds of as many neighbouring pieces side by side, of whole blocks and on vectors only: memory
    /// gives one thread more when it reads from several places (a sum of 4 million: one stream 0.060 ns, four 0.052).
    static Loop.Fold fold(Fold fold, int streams, Target target) {
        var step = fold.step();
        var name = fold.name() + (streams == 1 ? "" : "_" + streams + "_streams");
        return Emitter.define(Emitter.Kind.FOLD, Loop.Fold.class, name, code -> {
            int scalars = code.parameterSlot(7);
            int n = code.parameterSlot(8);
            int index = code.allocateLocal(INT);
            var frame = new LaneCode.Frame(copySlots(code), scalars, -1, -1, index, 0);
            int lanes = frame.array(Fold.LANE_SLOT);
            code.iconst_0().istore(index);
            if (target.isScalar()) {
                code.aload(lanes).loadConstant(fold.combine().neutral())
                    .invokestatic(ClassDesc.of("java.util.Arrays"), "fill", MethodTypeDesc.of(CD_void, CD_float.arrayType(), CD_float));
                scalarFold(code, step, frame, target, n);
                foldLanes(code, fold.pair(), lanes, target, n);
                result(code, lanes, 0);
            } else {
                var accumulators = vectorFold(code, fold, frame, target.lanes(), n, streams);
                for (int stream = 0; stream < streams; stream++) {
                    if (streams == 1) {
                        for (int i = 0; i < accumulators[0].length; i++) {
                            code.aload(accumulators[0][i]).aload(lanes).loadConstant(i * target.lanes());
                            VectorCode.save(code);
                        }
                        scalarFold(code, step, frame, target, n);
                        foldLanes(code, fold.pair(), lanes, target, n);
                    } else {
                        foldRegisters(code, fold, lanes, target.lanes(), accumulators[stream]);
                    }
                    result(code, lanes, stream);
                }
            }
            code.return_();
        });
    }

    private static void result(CodeBuilder code, int lanes, int stream) {
        code.aload(code.parameterSlot(9)).iload(code.parameterSlot(10)).loadConstant(stream).iadd()
            .aload(lanes).iconst_0().faload().fastore();
    }

    /// The tree of [#foldLanes] in registers, where every lane holds a value. Lane 0 is the one that counts: it and those
    /// that it depends on meet the others in the tree's order.
    private static void foldRegisters(CodeBuilder code, Fold fold, int lanes, int width, int[] vectors) {
        for (int half = vectors.length / 2; half >= 1; half /= 2)
            for (int v = 0; v < half; v++) combine(code, fold, width, vectors[v], vectors[v + half]);
        int other = code.allocateLocal(REFERENCE);
        for (int half = width / 2; half >= 1; half /= 2) {
            code.aload(vectors[0]);
            VectorCode.swapHalves(code, width, half);
            code.astore(other);
            combine(code, fold, width, vectors[0], other);
        }
        code.aload(vectors[0]).aload(lanes).iconst_0();
        VectorCode.save(code);
    }

    /// `a = combine(a, b)`
    private static void combine(CodeBuilder code, Fold fold, int width, int a, int b) {
        var lane = new VectorCode(code, new LaneCode.Frame(-1, -1, -1, -1, -1, 0), width);
        var left = Expr.slot(0);
        var right = Expr.slot(1);
        var combined = fold.combine().of(left, right);
        lane.bind(left, a);
        lane.bind(right, b);
        lane.evaluate(Expr.inOrder(List.of(combined)).stream().filter(node -> node != left && node != right).toList());
        lane.push(combined);
        code.astore(a);
    }

    /// The input slots and, as one more, the lanes: arrays and offsets in neighbouring local variables. Returns the first.
    private static int copySlots(CodeBuilder code) {
        int first = -1;
        for (int slot = 0; slot <= Fold.LANE_SLOT; slot++) {
            int array = code.allocateLocal(REFERENCE);
            int offset = code.allocateLocal(INT);
            if (slot == 0) first = array;
            code.aload(code.parameterSlot(2 * slot)).astore(array);
            if (slot < Fold.LANE_SLOT) code.iload(code.parameterSlot(2 * slot + 1));
            else code.iconst_0();
            code.istore(offset);
        }
        return first;
    }

    /// Returns the accumulators' local variables: of each stream, the lanes' vectors in order.
    private static int[][] vectorFold(CodeBuilder code, Fold fold, LaneCode.Frame frame, int width, int n, int streams) {
        var step = fold.step();
        var nodes = step.nodes();
        var previous = nodes.stream().filter(Fold::isLane).findFirst().orElseThrow();
        var next = step.outputs().getFirst().value();
        int bound = code.allocateLocal(INT);
        code.iload(n).loadConstant(-Fold.LANES).iand().istore(bound);
        int count = Fold.LANES / width;
        var accumulators = new int[streams][count];
        var blocks = new LaneCode[streams][count];
        var starts = new int[streams];
        for (int stream = 0; stream < streams; stream++) {
            starts[stream] = code.allocateLocal(INT);
            code.iload(n).loadConstant(stream).imul().istore(starts[stream]);
            for (int i = 0; i < count; i++) {
                blocks[stream][i] = new VectorCode(code, frame.at(code.allocateLocal(INT)), width);
                blocks[stream][i].hoist(nodes);
                VectorCode.species(code, width);
                code.loadConstant(fold.combine().neutral());
                VectorCode.broadcast(code);
                accumulators[stream][i] = code.allocateLocal(REFERENCE);
                code.astore(accumulators[stream][i]);
                blocks[stream][i].bind(previous, accumulators[stream][i]);
            }
        }
        var values = nodes.stream().filter(node -> node != previous).toList();
        countedLoop(code, frame.index(), bound, Fold.LANES, () -> {
            for (int stream = 0; stream < streams; stream++)
                for (int i = 0; i < count; i++) {
                    var block = blocks[stream][i];
                    code.iload(frame.index()).iload(starts[stream]).iadd().loadConstant(i * width).iadd().istore(block.frame.index());
                    block.evaluate(values);
                    block.push(next);
                    code.astore(accumulators[stream][i]);
                }
        });
        return accumulators;
    }

    /// `while (index < n)`: one block of up to 64 elements, its lanes reached through an offset of minus its start.
    private static void scalarFold(CodeBuilder code, Formula step, LaneCode.Frame frame, Target target, int n) {
        int bound = code.allocateLocal(INT);
        var condition = code.newLabel();
        var end = code.newLabel();
        code.labelBinding(condition).iload(frame.index()).iload(n).if_icmpge(end)
            .iload(frame.index()).ineg().istore(frame.offset(Fold.LANE_SLOT))
            .iload(frame.index()).loadConstant(Fold.LANES).iadd().iload(n).invokestatic(MATH, "min", MIN).istore(bound);
        mapLoop(code, step, new ScalarCode(code, frame, target.fastFma()), frame.index(), bound);
        code.goto_(condition).labelBinding(end);
    }

    /// The tree: lane j takes lane j + 32, then j + 16, and so on. Lanes that no value reached hold the neutral element, which
    /// changes no bit: they are left out.
    private static void foldLanes(CodeBuilder code, Formula pair, int lanes, Target target, int n) {
        int array = code.allocateLocal(REFERENCE);
        int offset = code.allocateLocal(INT);
        int other = code.allocateLocal(REFERENCE);
        int otherOffset = code.allocateLocal(INT);
        int index = code.allocateLocal(INT);
        int used = code.allocateLocal(INT);
        int bound = code.allocateLocal(INT);
        var frame = new LaneCode.Frame(array, -1, -1, -1, index, 0);
        code.aload(lanes).dup().astore(array).astore(other).iconst_0().istore(offset)
            .iload(n).loadConstant(Fold.LANES).invokestatic(MATH, "min", MIN).istore(used);
        for (int half = Fold.LANES / 2; half >= 1; half /= 2) {
            code.loadConstant(half).istore(otherOffset).iconst_0().istore(index)
                .iload(used).loadConstant(half).isub().istore(bound);
            if (!target.isScalar() && half >= target.lanes()) {
                int whole = code.allocateLocal(INT);
                code.iload(bound).loadConstant(-target.lanes()).iand().istore(whole);
                mapLoop(code, pair, new VectorCode(code, frame, target.lanes()), index, whole);
            }
            mapLoop(code, pair, new ScalarCode(code, frame, target.fastFma()), index, bound);
            code.iload(used).loadConstant(half).invokestatic(MATH, "min", MIN).istore(used);
        }
    }

    /// For counter `t` of 16 to a group: its first word goes to element l = t % 16 of group t / 16, its second to l + 16.
    static Loop.Fill fill(Formula formula, Target target) {
        return Emitter.define(Emitter.Kind.FILL, Loop.Fill.class, formula.name(), code -> {
            int index = code.allocateLocal(INT);
            int bound = code.allocateLocal(INT);
            int first = code.allocateLocal(REFERENCE);
            int firstOffset = code.allocateLocal(INT);
            int second = code.allocateLocal(REFERENCE);
            int secondOffset = code.allocateLocal(INT);
            var frame = new LaneCode.Frame(first, -1, code.parameterSlot(2), code.parameterSlot(4), index, 0);
            var lane = target.isScalar() ? new ScalarCode(code, frame, target.fastFma())
                : new VectorCode(code, frame, target.lanes());
            code.aload(code.parameterSlot(0)).dup().astore(first).astore(second);
            code.iload(code.parameterSlot(6)).loadConstant(4).ishl().istore(bound);
            code.iconst_0().istore(index);
            var nodes = formula.nodes();
            lane.hoist(nodes);
            C2.rotatedLoop(code, index, bound, lane.lanes(), () -> {
                // position t lies at 32 (t / 16) + t % 16 = t + (t & -16)
                code.iload(code.parameterSlot(1)).iload(index).loadConstant(-16).iand().iadd().dup().istore(firstOffset)
                    .loadConstant(16).iadd().istore(secondOffset);
                lane.evaluate(nodes);
                for (var output : formula.outputs()) lane.store(output.slot(), output.value());
            });
            code.return_();
        });
    }
}
