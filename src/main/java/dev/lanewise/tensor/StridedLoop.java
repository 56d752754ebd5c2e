package dev.lanewise.tensor;

import dev.lanewise.kernel.SlotKernel;
import java.util.Arrays;

/// Runs contiguous loops over strided and broadcast operands: neighbouring dimensions that every operand passes through
/// evenly become one, the innermost is left to the loop, an odometer walks the others.
final class StridedLoop {

    /// Elements below which a run is not worth a loop's call.
    private static final int SHORT_RUN = 32;
    /// Floats in a cache line: so many rows and columns are transposed at a time.
    private static final int SQUARE = 16;
    private static final int MOST_INPUTS = 5;

    /// The last one is the innermost.
    private final int dims;
    private final int[] sizes;
    private final int[][] strides;
    private final int[] offsets;

    /// All layouts have the same shape; the strides of repeated dimensions are 0.
    private StridedLoop(Layout... operands) {
        var shape = operands[0].shape();
        var merged = new int[Math.max(1, shape.rank())];
        var steps = new int[operands.length][merged.length];
        offsets = new int[operands.length];
        int dims = 0;
        for (int dim = 0; dim < shape.rank(); dim++) {
            int size = shape.size(dim);
            if (size == 1) continue;
            boolean merge = dims > 0;
            for (int i = 0; merge && i < operands.length; i++)
                merge = steps[i][dims - 1] == operands[i].strides()[dim] * size;
            if (merge) merged[dims - 1] *= size;
            else merged[dims++] = size;
            for (int i = 0; i < operands.length; i++) steps[i][dims - 1] = operands[i].strides()[dim];
        }
        if (dims == 0) merged[dims++] = 1;
        for (int i = 0; i < operands.length; i++) offsets[i] = operands[i].offset();
        this.dims = dims;
        this.sizes = merged;
        this.strides = steps;
    }

    private StridedLoop(int dims, int[] sizes, int[][] strides, int[] offsets) {
        this.dims = dims;
        this.sizes = sizes;
        this.strides = strides;
        this.offsets = offsets;
    }

    /// The work on one run of elements: where each operand's begins.
    private interface Inner {
        void run(int[] offsets, int n);
    }

    private void forEach(Inner inner) {
        int last = dims - 1;
        var index = new int[last];
        var at = offsets.clone();
        for (int dim = 0; dim < dims; dim++) if (sizes[dim] == 0) return;
        while (true) {
            inner.run(at, sizes[last]);
            int dim = last - 1;
            for (; dim >= 0; dim--) {
                index[dim]++;
                for (int i = 0; i < at.length; i++) at[i] += strides[i][dim];
                if (index[dim] < sizes[dim]) break;
                for (int i = 0; i < at.length; i++) at[i] -= strides[i][dim] * sizes[dim];
                index[dim] = 0;
            }
            if (dim < 0) return;
        }
    }

    private int innerLength() { return sizes[dims - 1]; }

    private int innerStride(int operand) { return strides[operand][dims - 1]; }

    /// A new tensor of the broadcast shape: the kernel's slot behind its inputs, computed from these as its first ones. It lies
    /// row by row; but if all inputs that repeat nothing lie in another way that one loop can pass through, as they do.
    ///
    /// @param name    what an error calls it by
    /// @param numbers what the kernel's scalars are; null if it has none
    /// @param a       and the others: the inputs, then null
    static Tensor apply(SlotKernel kernel, String name, float[] numbers, Tensor a, Tensor b, Tensor c, Tensor d, Tensor e) {
        // a call of few elements is over before five inputs have been looked at, and most have one or two
        if (b == null) return a.isContiguous() ? inOneRun(kernel, numbers, a, a, null) : walked(kernel, name, numbers, a);
        return c == null ? ofTwo(kernel, name, numbers, a, b) : ofMore(kernel, name, numbers, a, b, c, d, e);
    }

    private static Tensor ofTwo(SlotKernel kernel, String name, float[] numbers, Tensor a, Tensor b) {
        var leading = leading(a, b);
        return fits(a, leading) && fits(b, leading) ? inOneRun(kernel, numbers, leading, a, b)
            : walked(kernel, name, numbers, a, b);
    }

    private static Tensor ofMore(SlotKernel kernel, String name, float[] numbers, Tensor a, Tensor b, Tensor c,
        Tensor d, Tensor e) {
        var leading = leading(leading(leading(leading(a, b), c), d), e);
        if (!fits(a, leading) || !fits(b, leading) || !fits(c, leading) || !fits(d, leading) || !fits(e, leading))
            return walked(kernel, name, numbers, inputs(a, b, c, d, e));
        var result = Tensor.empty(leading.shape());
        int n = result.numel();
        int broadcast = once(a, n) | once(b, n) << 1 | once(c, n) << 2 | once(d, n) << 3 | once(e, n) << 4;
        run(kernel, broadcast, numbers, data(a), offset(a), data(b), offset(b), data(c), offset(c), data(d), offset(d),
            data(e), offset(e), result.data(), 0, n);
        return result;
    }

    /// Of one input, or two.
    private static Tensor inOneRun(SlotKernel kernel, float[] numbers, Tensor leading, Tensor a, Tensor b) {
        var result = Tensor.empty(leading.shape());
        int n = result.numel();
        if (b == null)
            kernel.run(0, a.data(), a.layout.offset(), result.data(), 0, null, 0, null, 0, null, 0, null, 0, numbers, n);
        else kernel.run(once(a, n) | once(b, n) << 1, a.data(), a.layout.offset(), b.data(), b.layout.offset(),
            result.data(), 0, null, 0, null, 0, null, 0, numbers, n);
        return result;
    }

    private static Tensor[] inputs(Tensor... inputs) {
        int count = 0;
        while (count < inputs.length && inputs[count] != null) count++;
        return Arrays.copyOf(inputs, count);
    }

    /// The one whose shape the result has, if one run will do.
    private static Tensor leading(Tensor a, Tensor b) {
        return b != null && (b.numel() > a.numel() || b.numel() == a.numel() && b.shape().rank() > a.shape().rank()) ? b : a;
    }

    /// Whether there is no need to walk: each is a single number, or of the leading one's shape and row by row.
    private static boolean fits(Tensor x, Tensor leading) {
        if (x == null || x.numel() == 1 && x.shape().rank() <= leading.shape().rank()) return true;
        return (x == leading || x.shape().equals(leading.shape())) && x.isContiguous();
    }

    private static int once(Tensor x, int n) { return x == null || x.numel() == n ? 0 : 1; }

    private static float[] data(Tensor x) { return x == null ? null : x.data(); }

    private static int offset(Tensor x) { return x == null ? 0 : x.layout.offset(); }

    private static Tensor walked(SlotKernel kernel, String name, float[] numbers, Tensor... inputs) {
        var shape = inputs.length == 1 ? inputs[0].shape()
            : Layout.broadcast(name, Arrays.stream(inputs).map(Tensor::shape).toArray(Shape[]::new));
        var common = common(shape, inputs);
        if (common == null) return rowByRow(kernel, numbers, shape, inputs);
        // with the dimensions as they lie in memory, they too lie row by row
        var order = common.order();
        var seen = new Tensor[inputs.length];
        for (int i = 0; i < seen.length; i++) seen[i] = inputs[i].seenAs(inputs[i].layout.expand(shape).permute(order));
        return View.permuted(rowByRow(kernel, numbers, common.permute(order).shape(), seen), Layout.inverse(order));
    }

    /// The result's slot is the first one behind those that are there.
    private static void run(SlotKernel kernel, int broadcast, float[] numbers, float[] a, int ao, float[] b, int bo,
        float[] c, int co,
                            float[] d, int od, float[] e, int eo, float[] out, int offset, int n) {
        if (b == null) kernel.run(broadcast, a, ao, out, offset, null, 0, null, 0, null, 0, null, 0, numbers, n);
        else if (c == null) kernel.run(broadcast, a, ao, b, bo, out, offset, null, 0, null, 0, null, 0, numbers, n);
        else if (d == null) kernel.run(broadcast, a, ao, b, bo, c, co, out, offset, null, 0, null, 0, numbers, n);
        else if (e == null) kernel.run(broadcast, a, ao, b, bo, c, co, d, od, out, offset, null, 0, numbers, n);
        else kernel.run(broadcast, a, ao, b, bo, c, co, d, od, e, eo, out, offset, numbers, n);
    }

    /// How all inputs lie that repeat nothing, if that is without gaps and they would have to be gathered to be walked row by
    /// row; else null.
    private static Layout common(Shape shape, Tensor[] inputs) {
        Layout common = null;
        for (var input : inputs) {
            var layout = input.layout;
            if (!layout.shape().equals(shape) || layout.repeats()) continue;
            if (common == null ? layout.innerStride() <= 1 || !layout.isDense() : !layout.liesAs(common)) return null;
            common = layout;
        }
        return common;
    }

    private static Tensor rowByRow(SlotKernel kernel, float[] numbers, Shape shape, Tensor... inputs) {
        var result = Tensor.empty(shape);
        var out = result.data();
        if (shape.numel() == 0) return result;
        var operands = inputs.clone();
        var walk = walk(operands, result);
        // a loop takes neighbours, or one element again and again; other strides are gathered first
        boolean gathers = false;
        for (int i = 0; i < operands.length; i++) {
            if (walk.innerStride(i) <= 1) continue;
            operands[i] = View.gathered(operands[i]);
            gathers = true;
        }
        if (gathers) walk = walk(operands, result);
        if (walk.innerLength() < SHORT_RUN && shape.numel() > SHORT_RUN) {
            // calls for short runs cost more than writing the repeated elements out
            for (int i = 0; i < operands.length; i++) operands[i] = View.gathered(View.expand(operands[i].detach(), shape));
            walk = walk(operands, result);
        }
        int broadcast = 0;
        for (int i = 0; i < operands.length; i++) if (walk.innerStride(i) == 0) broadcast |= 1 << i;
        int slots = broadcast;
        var x = new float[MOST_INPUTS][];
        for (int i = 0; i < operands.length; i++) x[i] = operands[i].data();
        walk.forEach((at, n) -> run(kernel, slots, numbers, x[0], at[0], x[1], offset(at, 1), x[2], offset(at, 2), x[3],
            offset(at, 3), x[4], offset(at, 4), out, at[operands.length], n));
        return result;
    }

    private static int offset(int[] at, int i) { return i < at.length ? at[i] : 0; }

    private static StridedLoop walk(Tensor[] operands, Tensor result) {
        var layouts = new Layout[operands.length + 1];
        for (int i = 0; i < operands.length; i++) layouts[i] = operands[i].layout.expand(result.shape());
        layouts[operands.length] = result.layout;
        return new StridedLoop(layouts);
    }

    /// A copy whose elements lie as `layout`, of the same shape and without gaps, has them.
    static Tensor arranged(Tensor x, Layout layout) {
        var result = Tensor.empty(layout.atStart());
        copy(x, result.data(), result.layout);
        return result;
    }

    /// Copies a tensor's elements to where `target`, of the same shape, has them.
    static void copy(Tensor x, float[] out, Layout target) {
        var data = x.data();
        var walk = new StridedLoop(x.layout, target);
        int from = walk.innerStride(0);
        int to = walk.innerStride(1);
        int across = from == 1 && to == 1 ? -1 : walk.across(from == 1 ? 1 : 0);
        if (across >= 0) walk.copyTransposed(across, data, out);
        else walk.forEach((at, n) -> {
            if (from == 1 && to == 1) System.arraycopy(data, at[0], out, at[1], n);
            else for (int i = 0; i < n; i++) out[at[1] + i * to] = data[at[0] + i * from];
        });
    }

    /// The dimension, other than the innermost, along which an operand's elements are neighbours; -1 if there is none.
    private int across(int operand) {
        for (int dim = 0; dim < dims - 1; dim++) if (strides[operand][dim] == 1) return dim;
        return -1;
    }

    /// Copies planes of that dimension and the innermost in squares, so that each cache line is met while it is near.
    private void copyTransposed(int across, float[] x, float[] out) {
        int last = dims - 1;
        var others = sizes.clone();
        int rows = sizes[across];
        int columns = sizes[last];
        others[across] = Math.min(1, rows);
        others[last] = Math.min(1, columns);
        new StridedLoop(dims, others, strides, offsets).forEach((at, _) -> {
            for (int i = 0; i < rows; i += SQUARE)
                for (int j = 0; j < columns; j += SQUARE)
                    square(Math.min(SQUARE, rows - i), Math.min(SQUARE, columns - j),
                        x, at[0] + i * strides[0][across] + j * strides[0][last], strides[0][across], strides[0][last],
                        out, at[1] + i * strides[1][across] + j * strides[1][last], strides[1][across], strides[1][last]);
        });
    }

    private static void square(int rows, int columns, float[] x, int from, int row, int column,
                               float[] out, int to, int outRow, int outColumn) {
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++) out[to + i * outRow + j * outColumn] = x[from + i * row + j * column];
    }

    /// The elements in row-major order, in an array of their own.
    static float[] copy(Tensor x) {
        var data = x.data();
        if (x.layout.isContiguous())
            return Arrays.copyOfRange(data, x.layout.offset(), x.layout.offset() + x.numel());
        var out = new float[x.numel()];
        copy(x, out, Layout.contiguous(x.shape()));
        return out;
    }
}
