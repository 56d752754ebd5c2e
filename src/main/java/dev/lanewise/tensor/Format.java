package dev.lanewise.tensor;

import java.util.Locale;

/// Tensors as text: the shape, and the elements in nested brackets, long dimensions cut in the middle. Where brackets would be
/// nested deeper than a reader or the stack can follow, or hold more than anyone reads, the elements stand in one row.
final class Format {

    private static final int EDGE = 3;
    private static final int DEEPEST = 64;
    private static final long MOST = 100_000;

    private Format() {}

    static String format(Tensor x) {
        var text = new StringBuilder("tensor").append(x.shape()).append(' ');
        if (x.isRecycled()) return text.append("recycled").toString();
        var shown = isReadable(x.shape()) ? x : Tensor.wrap(x.toArray(), x.numel());
        append(text, shown, new int[shown.shape().rank()], 0);
        if (x.requiresGrad()) text.append(x.isLeaf() ? " requiresGrad" : " from " + x.node.operation);
        return text.toString();
    }

    private static boolean isReadable(Shape shape) {
        if (shape.rank() > DEEPEST) return false;
        long elements = 1;
        for (int dim = 0; dim < shape.rank() && elements <= MOST; dim++) elements *= Math.min(shape.size(dim), 2 * EDGE);
        return elements <= MOST;
    }

    private static void append(StringBuilder text, Tensor x, int[] index, int dim) {
        if (dim == index.length) {
            text.append(number(x.get(index)));
            return;
        }
        text.append('[');
        int size = x.size(dim);
        for (int i = 0; i < size; i++) {
            boolean last = dim == index.length - 1;
            if (i > 0) text.append(last ? ", " : ",\n" + " ".repeat(dim + 1));
            if (size > 2 * EDGE && i == EDGE) {
                text.append('…').append(last ? ", " : "\n" + " ".repeat(dim + 1));
                i = size - EDGE;
            }
            index[dim] = i;
            append(text, x, index, dim + 1);
        }
        text.append(']');
    }

    private static String number(float value) {
        if (value == 0 || Math.abs(value) >= 1e-3f && Math.abs(value) < 1e5f) return String.format(Locale.ROOT, "%.4f", value);
        return Float.isFinite(value) ? String.format(Locale.ROOT, "%.4e", value) : Float.toString(value);
    }
}
