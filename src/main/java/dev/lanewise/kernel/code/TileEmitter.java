package dev.lanewise.kernel.code;

import static java.lang.classfile.TypeKind.INT;
import static java.lang.classfile.TypeKind.REFERENCE;

import dev.lanewise.kernel.code.Loop.Tile.Layout;
import dev.lanewise.kernel.code.Loop.Tile.Shape;
import dev.lanewise.kernel.expr.Epilogue;
import java.lang.classfile.CodeBuilder;

/// Writes the register tile of a matrix product: `rows` rows of `vectors` vectors, every accumulator a local variable
/// and every step of k straight-line code.
///
/// Per step it reads `vectors` vectors of the right operand and broadcasts `rows` floats of the left one. The epilogue follows
/// the last step, while the sums are still in registers.
final class TileEmitter {

    // parameters of Loop.Tile.run; an array's offset and its stride follow it
    private static final int K = 0;
    private static final int A = 1;
    private static final int B = 4;
    private static final int C = 7;
    private static final int ACCUMULATE = 10;
    private static final int BIAS = 11;

    private final CodeBuilder code;
    private final Shape shape;
    private final int lanes;
    private final int[] accumulators;

    private TileEmitter(CodeBuilder code, Shape shape, int lanes) {
        this.code = code;
        this.shape = shape;
        this.lanes = lanes;
        this.accumulators = new int[shape.rows() * shape.vectors()];
    }

    static Loop.Tile tile(Shape shape, int lanes) {
        return Emitter.define(Emitter.Kind.TILE, Loop.Tile.class, shape.name(),
            code -> new TileEmitter(code, shape, lanes).emit());
    }

    private void emit() {
        for (int i = 0; i < accumulators.length; i++) {
            accumulators[i] = code.allocateLocal(REFERENCE);
            pushZero();
            code.astore(accumulators[i]);
        }
        emitSteps();
        var overwrite = code.newLabel();
        code.iload(code.parameterSlot(ACCUMULATE)).ifeq(overwrite);
        for (int row = 0; row < shape.rows(); row++)
            for (int v = 0; v < shape.vectors(); v++) {
                // the sum so far, then this block's
                pushC(row, v, true);
                code.aload(accumulator(row, v));
                VectorCode.add(code);
                code.astore(accumulator(row, v));
            }
        code.labelBinding(overwrite);
        if (shape.ending() != Epilogue.Form.NONE) emitEnding();
        for (int row = 0; row < shape.rows(); row++)
            for (int v = 0; v < shape.vectors(); v++) emitStore(row, v);
        code.return_();
    }

    private void emitEnding() {
        var biases = new int[shape.ending().bias() == Epilogue.Bias.COLUMNS ? shape.vectors() : 1];
        for (int v = 0; v < biases.length; v++) biases[v] = code.allocateLocal(REFERENCE);
        if (shape.ending().bias() == Epilogue.Bias.COLUMNS)
            for (int v = 0; v < shape.vectors(); v++) {
                VectorCode.species(code, lanes);
                code.aload(code.parameterSlot(BIAS)).iload(code.parameterSlot(BIAS + 1)).loadConstant(v * lanes).iadd();
                VectorCode.load(code);
                code.astore(biases[v]);
            }
        for (int row = 0; row < shape.rows(); row++) {
            if (shape.ending().bias() == Epilogue.Bias.ROWS) {
                VectorCode.species(code, lanes);
                code.aload(code.parameterSlot(BIAS)).iload(code.parameterSlot(BIAS + 1)).loadConstant(row).iadd().faload();
                VectorCode.broadcast(code);
                code.astore(biases[0]);
            }
            for (int v = 0; v < shape.vectors(); v++) emitEnding(accumulator(row, v), biases[biases.length == 1 ? 0 : v]);
        }
    }

    /// `sum = f(sum, bias)`; the local variables between them are given back, since C1 takes a limited number.
    private void emitEnding(int sum, int bias) {
        code.block(inner -> {
            var frame = new LaneCode.Frame(-1, -1, -1, -1, -1, 0);
            var lane = new VectorCode(inner, frame, lanes);
            var value = shape.ending().value();
            lane.bind(Epilogue.Form.PRODUCT, sum);
            lane.bind(Epilogue.Form.BIAS, bias);
            lane.evaluate(Epilogue.Form.nodes(value));
            lane.push(value);
            inner.astore(sum);
        });
    }

    private int accumulator(int row, int v) { return accumulators[row * shape.vectors() + v]; }

    /// `for (k = 0; k < K; k++)`, with the places in A and B beside it.
    private void emitSteps() {
        int k = code.allocateLocal(INT);
        int b = code.allocateLocal(INT);
        // where each row begins; or where the step's floats begin, all of them or each group
        boolean byRows = shape.layout() == Layout.ROWS;
        var a = new int[byRows ? shape.rows() : Math.ceilDiv(shape.rows(), group())];
        for (int i = 0; i < a.length; i++) {
            a[i] = code.allocateLocal(INT);
            code.iload(code.parameterSlot(A + 1));
            if (byRows && i > 0) code.iload(code.parameterSlot(A + 2)).loadConstant(i).imul().iadd();
            if (!byRows && i > 0) code.loadConstant(i * group()).iadd();
            code.istore(a[i]);
        }
        if (shape.layout() != Layout.PACKED) code.iload(code.parameterSlot(B + 1)).istore(b);
        code.iconst_0().istore(k);
        LoopEmitter.countedLoop(code, k, code.parameterSlot(K), 1, () -> {
            if (shape.layout() == Layout.PACKED)
                code.iload(k).loadConstant(shape.vectors() * lanes).imul()
                    .iload(code.parameterSlot(B + 1)).iadd().istore(b);
            emitStep(k, a, b);
            if (shape.layout() != Layout.PACKED) code.iload(b).iload(code.parameterSlot(B + 2)).iadd().istore(b);
            if (!byRows) for (int i : a) code.iload(i).iload(code.parameterSlot(A + 2)).iadd().istore(i);
        });
    }

    private int group() { return shape.layout() == Layout.PACKED ? C2.TILE_GROUP : shape.rows(); }

    private void emitStep(int k, int[] a, int b) {
        var right = new int[shape.vectors()];
        for (int v = 0; v < shape.vectors(); v++) {
            right[v] = code.allocateLocal(REFERENCE);
            VectorCode.species(code, lanes);
            code.aload(code.parameterSlot(B)).iload(b).loadConstant(v * lanes).iadd();
            VectorCode.load(code);
            code.astore(right[v]);
        }
        int left = code.allocateLocal(REFERENCE);
        for (int row = 0; row < shape.rows(); row++) {
            VectorCode.species(code, lanes);
            code.aload(code.parameterSlot(A));
            if (shape.layout() == Layout.ROWS) code.iload(a[row]).iload(k).iadd();
            else code.iload(a[row / group()]).loadConstant(row % group()).iadd();
            code.faload();
            VectorCode.broadcast(code);
            code.astore(left);
            for (int v = 0; v < shape.vectors(); v++) {
                code.aload(left).aload(right[v]).aload(accumulator(row, v));
                VectorCode.fma(code);
                code.astore(accumulator(row, v));
            }
        }
    }

    private void emitStore(int row, int v) {
        code.aload(accumulator(row, v));
        pushC(row, v, false);
        VectorCode.save(code);
    }

    private void pushC(int row, int v, boolean read) {
        if (read) VectorCode.species(code, lanes);
        code.aload(code.parameterSlot(C)).iload(code.parameterSlot(C + 1))
            .iload(code.parameterSlot(C + 2)).loadConstant(row).imul().iadd().loadConstant(v * lanes).iadd();
        if (read) VectorCode.load(code);
    }

    private void pushZero() {
        VectorCode.species(code, lanes);
        code.fconst_0();
        VectorCode.broadcast(code);
    }
}
