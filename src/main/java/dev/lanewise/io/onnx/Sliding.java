package dev.lanewise.io.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// How windows go over an input, as a node's attributes say it: along one dimension or two. One is taken for two, the first of
/// which is of size 1, so that all is done by operations on images.
///
/// @param dims     how many dimensions the attributes are of; 0 if they don't say
/// @param kernel   rows and columns; null if the weight says it
/// @param pads     before rows and columns, then behind them
/// @param auto     "NOTSET" where `pads` hold
/// @param ceiling  whether a window that hangs over the end is one, too, if it begins before
record Sliding(Node node, int dims, int[] kernel, int[] strides, int[] dilations, int[] pads, String auto, boolean ceiling) {

    static final String SAME_UPPER = "SAME_UPPER";
    static final String SAME_LOWER = "SAME_LOWER";
    /// Of strides, dilations and paddings: more than any size is of no use, and their products stay within 64 bits.
    private static final long MOST = 1 << 28;

    /// Of a node's attributes.
    static Sliding of(Node node) {
        var kernel = node.integers("kernel_shape");
        var strides = node.integers("strides");
        var dilations = node.integers("dilations");
        var pads = node.integers("pads");
        var auto = node.choice("auto_pad", "NOTSET", List.of("NOTSET", "VALID", SAME_UPPER, SAME_LOWER));
        boolean ceiling = node.has("ceil_mode") && node.flag("ceil_mode", false);
        int known = kernel != null ? kernel.length : strides != null ? strides.length : dilations != null ? dilations.length
            : pads != null ? pads.length / 2 : 0;
        if (known > 2 || known == 0 && (kernel != null || strides != null || dilations != null || pads != null))
            throw node.malformed("it goes over " + known + " dimensions; one or two are known here");
        return new Sliding(node, known, two(node, "kernel_shape", kernel, known, 1), two(node, "strides", strides, known, 1),
            two(node, "dilations", dilations, known, 1), pads(node, pads, known), auto, ceiling);
    }

    private static int[] two(Node node, String attribute, long[] given, int dims, int least) {
        if (given == null) return attribute.equals("kernel_shape") ? null : new int[] {1, 1};
        if (given.length != dims || Arrays.stream(given).anyMatch(each -> each < least || each > MOST))
            throw node.malformed(attribute, "is "
            + Arrays.toString(given) + "; there must be " + dims + " numbers, " + least + " or more");
        return dims == 1 ? new int[] {1, (int) given[0]} : new int[] {(int) given[0], (int) given[1]};
    }

    private static int[] pads(Node node, long[] given, int dims) {
        if (given == null) return new int[4];
        if (given.length != 2 * dims || Arrays.stream(given).anyMatch(each -> each < 0 || each > MOST))
            throw node.malformed("pads", "is " + Arrays.toString(given) + "; there must be " + 2 * dims + " numbers, 0 or more");
        return dims == 1 ? new int[] {0, (int) given[0], 0, (int) given[1]}
            : IntStream.range(0, 4).map(i -> (int) given[i]).toArray();
    }

    /// Of a kernel that the weight has.
    Sliding sized(int rows, int columns) {
        if (kernel != null && (kernel[0] != rows || kernel[1] != columns)) throw node.refused("attribute \"kernel_shape\" is "
            + Arrays.toString(kernel) + ", but the weight's kernel is " + rows + " x " + columns);
        return new Sliding(node, dims, new int[] {rows, columns}, strides, dilations, pads, auto, ceiling);
    }

    /// From the first place of a window to the last.
    int extent(int dim) {
        long extent = (long) dilations[dim] * (kernel[dim] - 1) + 1;
        if (extent > MOST) throw node.refused("a kernel of " + kernel[dim] + ", dilated by " + dilations[dim]
            + ", is larger than any input");
        return (int) extent;
    }

    /// The windows over so many elements.
    ///
    /// @param dim 0 for rows, 1 for columns
    Over over(int dim, int size) {
        int extent = extent(dim);
        int stride = strides[dim];
        int before = pads[dim];
        int behind = pads[dim + 2];
        if (auto.startsWith("SAME")) {
            int total = (int) Math.max(0, (long) (Math.ceilDiv(size, stride) - 1) * stride + extent - size);
            before = auto.equals(SAME_UPPER) ? total / 2 : total - total / 2;
            behind = total - before;
        } else if (auto.equals("VALID")) before = behind = 0;
        long room = (long) size + before + behind - extent;
        long positions = (ceiling ? Math.ceilDiv(room, stride) : Math.floorDiv(room, stride)) + 1;
        if (ceiling && (positions - 1) * stride >= (long) size + before) positions--;
        if (positions < 1 || positions > Integer.MAX_VALUE) throw node.refused("a kernel of " + kernel[dim]
            + (dilations[dim] == 1 ? "" : ", dilated by " + dilations[dim] + ",") + " has " + Math.max(0, positions)
            + " places in an input of " + size + (before + behind == 0 ? "" : ", padded by " + before + " and " + behind));
        return new Over(size, kernel[dim], stride, dilations[dim], before, behind, (int) positions);
    }

    /// Windows along one dimension.
    ///
    /// @param positions how many
    record Over(int size, int kernel, int stride, int dilation, int before, int behind, int positions) {

        /// What has to be put behind so that the last window ends with it; negative where it leaves something out.
        int fill() { return Math.toIntExact((positions - 1L) * stride + (long) dilation * (kernel - 1) + 1 - size - before); }

        /// Whether what operations take as padding on both sides says it: no more than half a window, and windows as they fit.
        boolean isEven() {
            return before == behind && before <= ((long) dilation * (kernel - 1) + 1) / 2
                && ((long) size + before + behind - (long) dilation * (kernel - 1) - 1) / stride + 1 == positions;
        }

        /// Of each window how many of its places are within the input, or within its padding, too.
        double[] counts(boolean padding) {
            var counts = new double[positions];
            for (int i = 0; i < positions; i++) for (int j = 0; j < kernel; j++) {
                long place = (long) i * stride - before + (long) j * dilation;
                if (place >= (padding ? -before : 0) && place < (padding ? (long) size + behind : size)) counts[i]++;
            }
            return counts;
        }
    }
}
