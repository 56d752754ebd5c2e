package dev.lanewise.kernel.code;

import dev.lanewise.formula.Comparison;
import dev.lanewise.kernel.expr.Expr;
import dev.lanewise.kernel.expr.Fold;
import dev.lanewise.kernel.expr.Formula;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Evaluates expressions node by node: slow and right, for a JVM in which no class can be defined at run time.
///
/// It is also what the tests hold the emitted loops to.
public final class Interpreter {

    /// What the leaves of an expression read.
    public interface Leaves {
        /// The element of an array.
        float slot(int slot);

        /// A number that holds for the whole loop.
        default float scalar(int index) { throw new IllegalStateException("no scalars here"); }

        /// A word of the random key, or the high word of the counter.
        default int key(int word) { throw new IllegalStateException("no key here"); }

        /// The low word of the number of the block of random bits.
        default int counter() { throw new IllegalStateException("no counter here"); }
    }

    private Interpreter() {}

    static Loop.Map map(Formula formula, int broadcast) {
        var nodes = formula.nodes();
        return (x0, o0, x1, o1, x2, o2, x3, o3, x4, o4, x5, o5, scalars, n) -> {
            float[][] arrays = {x0, x1, x2, x3, x4, x5};
            int[] offsets = {o0, o1, o2, o3, o4, o5};
            for (int i = 0; i < n; i++) {
                int position = i;
                run(formula, nodes, arrays, slot -> offsets[slot] + ((broadcast >> slot & 1) != 0 ? 0 : position), scalars);
            }
        };
    }

    static Loop.Matrix matrix(Formula formula, int broadcast) {
        var nodes = formula.nodes();
        return (rows, columns, x0, o0, ld0, x1, o1, ld1, x2, o2, ld2, x3, o3, ld3, x4, o4, ld4, x5, o5, ld5) -> {
            float[][] arrays = {x0, x1, x2, x3, x4, x5};
            int[] offsets = {o0, o1, o2, o3, o4, o5};
            int[] strides = {ld0, ld1, ld2, ld3, ld4, ld5};
            for (int i = 0; i < rows; i++)
                for (int j = 0; j < columns; j++) {
                    int row = i;
                    int column = j;
                    run(formula, nodes, arrays, slot -> offsets[slot] + row * strides[slot]
                        + ((broadcast >> slot & 1) != 0 ? 0 : column), null);
                }
        };
    }

    /// Of pieces of `n` values side by side, one after the other.
    static Loop.Fold fold(Fold fold, int streams) {
        var one = fold(fold);
        return streams == 1 ? one : (x0, o0, x1, o1, x2, o2, lanes, scalars, n, out, outOffset) -> {
            for (int stream = 0; stream < streams; stream++)
                one.run(x0, o0 + stream * n, x1, o1 + stream * n, x2, o2 + stream * n, lanes, scalars, n, out,
                    outOffset + stream);
        };
    }

    static Loop.Fold fold(Fold fold) {
        var step = fold.step();
        var nodes = step.nodes();
        var pair = fold.pair();
        var pairNodes = pair.nodes();
        return (x0, o0, x1, o1, x2, o2, lanes, scalars, n, out, outOffset) -> {
            float[][] arrays = {x0, x1, x2, lanes};
            int[] offsets = {o0, o1, o2};
            Arrays.fill(lanes, fold.combine().neutral());
            for (int i = 0; i < n; i++) {
                int position = i;
                run(step, nodes, arrays, slot -> slot == Fold.LANE_SLOT ? position % Fold.LANES
                    : offsets[slot] + position, scalars);
            }
            for (int used = Fold.LANES, half; used > 1; used = half) {
                half = Fold.half(used);
                for (int i = 0; half + i < used; i++) {
                    int position = i;
                    int other = half + i;
                    run(pair, pairNodes, new float[][] {lanes, lanes}, slot -> slot == 0 ? position : other, null);
                }
            }
            out[outOffset] = lanes[0];
        };
    }

    static Loop.Fill fill(Formula formula) {
        var nodes = formula.nodes();
        return (out, offset, key0, key1, counter, counterHigh, groups) -> {
            int[] keys = {key0, key1, counterHigh};
            for (int t = 0; t < 16 * groups; t++) {
                int position = t;
                int at = offset + t + (t & -16);
                var values = evaluate(nodes, new Leaves() {
                    public float slot(int slot) { return out[at + 16 * slot]; }
                    public int key(int word) { return keys[word]; }
                    public int counter() { return counter + position; }
                });
                for (var output : formula.outputs())
                    out[at + 16 * output.slot()] = (Float) values.get(output.value());
            }
        };
    }

    static Loop.Tile tile(Loop.Tile.Shape shape, int lanes) {
        if (shape.layout() == Loop.Tile.Layout.TURNED) return turnedTile(shape, lanes);
        var tile = gatheredTile(shape, lanes);
        return (k, a, ao, lda, b, bo, ldb, c, co, ldc, accumulate, bias, biasOffset) ->
            tile.run(k, a, ao, lda, b, bo, IntStream.range(0, k).map(i -> i * ldb).toArray(), 0, c, co, ldc, accumulate, bias,
                biasOffset);
    }

    private static Loop.Tile turnedTile(Loop.Tile.Shape shape, int lanes) {
        int width = shape.vectors() * lanes;
        var tile = tile(new Loop.Tile.Shape(shape.rows(), shape.vectors(), Loop.Tile.Layout.ROWS, shape.ending()), lanes);
        return (k, a, ao, lda, b, bo, ldb, c, co, ldc, accumulate, bias, biasOffset) -> {
            var turned = new float[k * width];
            transpose().run(k, b, bo, ldb, width, turned, 0, width);
            tile.run(k, a, ao, lda, turned, 0, width, c, co, ldc, accumulate, bias, biasOffset);
        };
    }

    static Loop.GatheredTile gatheredTile(Loop.Tile.Shape shape, int lanes) {
        boolean byRows = shape.layout() == Loop.Tile.Layout.ROWS;
        var ending = shape.ending();
        var value = ending.value();
        var nodes = Expr.inOrder(List.of(value));
        return (k, a, ao, lda, b, bo, starts, from, c, co, ldc, accumulate, bias, biasOffset) -> {
            for (int row = 0; row < shape.rows(); row++)
                for (int column = 0; column < shape.vectors() * lanes; column++) {
                    float sum = 0;
                    for (int i = 0; i < k; i++)
                        sum = Math.fma(a[ao + (byRows ? row * lda + i : i * lda + row)], b[bo + starts[from + i] + column], sum);
                    int at = co + row * ldc + column;
                    float product = accumulate ? c[at] + sum : sum;
                    int place = biasOffset + ending.place(row, column);
                    c[at] = (Float) evaluate(nodes, slot -> slot == 0 ? product : bias[place]).get(value);
                }
        };
    }

    /// Element by element, of any number of steps.
    public static Loop.Transpose transpose() {
        return (steps, x, xo, ldx, rows, out, oo, width) -> {
            for (int row = 0; row < rows; row++)
                for (int step = 0; step < steps; step++) out[oo + step * width + row] = x[xo + row * ldx + step];
        };
    }

    static Loop.Copy copy(int strips) {
        return (rows, columns, x, xo, ldx, out, oo, ldo) -> {
            for (int strip = 0; strip < strips; strip++)
                for (int row = 0; row < rows; row++)
                    System.arraycopy(x, xo + row * ldx + strip * columns, out,
                        oo + strip * (rows * ldo + Loop.Copy.GAP) + row * ldo, columns);
        };
    }

    private interface Address {
        int of(int slot);
    }

    private static void run(Formula formula, List<Expr> nodes, float[][] arrays, Address address, float[] scalars) {
        var values = evaluate(nodes, new Leaves() {
            public float slot(int slot) { return arrays[slot][address.of(slot)]; }
            public float scalar(int index) { return scalars[index]; }
        });
        for (var output : formula.outputs())
            arrays[output.slot()][address.of(output.slot())] = (Float) values.get(output.value());
    }

    /// The value of each node, a float or an int.
    ///
    /// @param nodes operands before the nodes that read them
    public static Map<Expr, Number> evaluate(List<Expr> nodes, Leaves leaves) {
        var values = new IdentityHashMap<Expr, Number>();
        for (var node : nodes) values.put(node, value(node, values, leaves));
        return values;
    }

    private static Number value(Expr node, Map<Expr, Number> values, Leaves leaves) {
        return switch (node) {
            case Expr.Slot(int index) -> leaves.slot(index);
            case Expr.Scalar(int index) -> leaves.scalar(index);
            case Expr.Constant(float value) -> value;
            case Expr.Arithmetic(var operation, var a, var b) -> {
                float x = (Float) values.get(a);
                float y = (Float) values.get(b);
                yield switch (operation) {
                    case ADD -> x + y;
                    case SUB -> x - y;
                    case MUL -> x * y;
                    case DIV -> x / y;
                };
            }
            case Expr.Fma(var a, var b, var c) ->
                Math.fma((Float) values.get(a), (Float) values.get(b), (Float) values.get(c));
            case Expr.Sqrt(var a) -> (float) Math.sqrt((Float) values.get(a));
            case Expr.Select(var comparison, var a, var b, var then, var otherwise) ->
                values.get(holds(comparison, (Float) values.get(a), (Float) values.get(b)) ? then : otherwise);
            case Expr.AsFloat(var a) -> Float.intBitsToFloat((Integer) values.get(a));
            case Expr.ToFloat(var a) -> (float) (Integer) values.get(a);
            case Expr.Counter _ -> leaves.counter();
            case Expr.Key(int word) -> leaves.key(word);
            case Expr.IntConstant(int value) -> value;
            case Expr.IntArithmetic(var operation, var a, var b) -> {
                int x = (Integer) values.get(a);
                int y = (Integer) values.get(b);
                yield switch (operation) {
                    case ADD -> x + y;
                    case SUB -> x - y;
                    case AND -> x & y;
                    case OR -> x | y;
                    case XOR -> x ^ y;
                    case MIN -> Math.min(x, y);
                };
            }
            case Expr.Shift(var kind, var a, int by) -> {
                int x = (Integer) values.get(a);
                yield switch (kind) {
                    case LEFT -> x << by;
                    case RIGHT -> x >> by;
                    case RIGHT_UNSIGNED -> x >>> by;
                    case ROTATE_LEFT -> Integer.rotateLeft(x, by);
                };
            }
            case Expr.Bits(var a) -> Float.floatToRawIntBits((Float) values.get(a));
        };
    }

    private static boolean holds(Comparison comparison, float x, float y) {
        return switch (comparison) {
            case LT -> x < y;
            case LE -> x <= y;
            case GT -> x > y;
            case GE -> x >= y;
            case EQ -> x == y;
            case NE -> x != y;
        };
    }
}
