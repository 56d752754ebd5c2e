package dev.lanewise.nn;

import dev.lanewise.kernel.Band;
import java.util.stream.IntStream;

/// How large an [Upsample]'s output is, and what stands between the input's elements, by steps:
/// `UpsampleOptions.scale(2).mode(Mode.LINEAR).alignCorners(true)`. Layers of one dimension take what is for columns.
///
/// @param mode         what stands between
/// @param alignCorners whether the outermost elements of input and output are the same places, for [Mode#LINEAR]; else their
///     edges are
/// @param rows         how many there are
/// @param columns      how many there are
public record UpsampleOptions(Mode mode, boolean alignCorners, Side rows, Side columns) {

    /// What stands between the input's elements.
    public enum Mode {
        /// The element in whose part of the input it lies.
        NEAREST,
        /// The two neighbours, by their distances; of images, four: bilinear.
        LINEAR
    }

    /// A side of the output: its size, or how many times the input's it is, rounded down. One that comes out as long as the
    /// input's leaves it as it is, and one twice as long doubles its nearest elements, whatever was rounded off.
    ///
    /// @param size  0 where there is a scale
    /// @param scale 0 where there is a size
    public record Side(int size, double scale) {

        /// Refuses anything but either a size or a scale.
        public Side {
            boolean sized = size > 0 && scale == 0;
            boolean scaled = size == 0 && scale > 0 && scale < Double.POSITIVE_INFINITY;
            if (!sized && !scaled) throw new IllegalArgumentException("upsample: size " + size + ", scale " + scale
                + "; there must be a size of 1 or more, or a scale above 0 and finite");
        }

        /// Of an input's side.
        int of(String operation, int input) {
            double outputs = scale == 0 ? size : Math.floor(input * scale);
            if (input < 1 || outputs < 1 || outputs > Integer.MAX_VALUE) throw new IllegalArgumentException(operation
                + ": a side of " + input + (scale == 0 ? "" : " times " + scale) + " has " + (long) outputs
                + " elements; the input must have 1 at least, and so must the output, which has no more than 2^31 - 1");
            return (int) outputs;
        }
    }

    /// Refuses null, and aligned corners where nothing stands between.
    public UpsampleOptions {
        if (mode == null || rows == null || columns == null) throw new IllegalArgumentException("upsample: mode " + mode
            + ", rows " + rows + ", columns " + columns + "; none may be null: begin with UpsampleOptions.scale(…) or size(…)");
        if (alignCorners && mode == Mode.NEAREST) throw new IllegalArgumentException(
            "upsample: corners are aligned where something stands between, by mode(Mode.LINEAR); leave it out for the nearest");
    }

    /// By nearest elements, each side so many times as long, rounded down; less than 1 leaves some out.
    public static UpsampleOptions scale(double both) { return scale(both, both); }

    /// As [#scale(double)], of two scales.
    public static UpsampleOptions scale(double rows, double columns) {
        return new UpsampleOptions(Mode.NEAREST, false, new Side(0, rows), new Side(0, columns));
    }

    /// By nearest elements, to an output of this size.
    public static UpsampleOptions size(int rows, int columns) {
        return new UpsampleOptions(Mode.NEAREST, false, new Side(rows, 0), new Side(columns, 0));
    }

    /// As [#size(int, int)], of two equal ones.
    public static UpsampleOptions size(int both) { return size(both, both); }

    /// By another rule.
    public UpsampleOptions mode(Mode mode) { return new UpsampleOptions(mode, alignCorners, rows, columns); }

    /// Whether the outermost elements stay the outermost ones, for [Mode#LINEAR].
    public UpsampleOptions alignCorners(boolean align) { return new UpsampleOptions(mode, align, rows, columns); }

    Band down(String operation, int size) { return band(operation, size, rows); }

    Band across(String operation, int size) { return band(operation, size, columns); }

    private Band band(String operation, int size, Side side) {
        int outputs = side.of(operation, size);
        // PyTorch's sides that stay as long as they were stay as they are, whatever the scale was rounded down to that, and so do
        // doubled ones
        if (outputs == size) return Band.copies(size, IntStream.range(0, size).toArray());
        if (mode == Mode.LINEAR) return Band.between(size, places(size, outputs, side.scale));
        if (outputs == 2L * size) return Band.copies(size, IntStream.range(0, outputs).map(i -> i / 2).toArray());
        // PyTorch computes places in floats
        float step = side.scale == 0 ? (float) size / outputs : (float) (1 / side.scale);
        return Band.copies(size, IntStream.range(0, outputs).map(i -> Math.min((int) Math.floor(i * step), size - 1)).toArray());
    }

    /// Of the outputs' middles on the input.
    private double[] places(int size, int outputs, double scale) {
        var places = new double[outputs];
        double step = alignCorners ? outputs == 1 ? 0 : (size - 1.0) / (outputs - 1) : scale == 0 ? (double) size / outputs
            : 1 / scale;
        for (int i = 0; i < outputs; i++) places[i] = Math.clamp(alignCorners ? step * i : step * (i + 0.5) - 0.5, 0, size - 1);
        return places;
    }

    String describe() {
        return (rows.scale == 0 ? "size " + PoolOptions.pair(rows.size, columns.size)
            : "scale " + (rows.scale == columns.scale ? "" + rows.scale : rows.scale + "x" + columns.scale))
            + (mode == Mode.LINEAR ? ", linear" : "") + (alignCorners ? ", aligned corners" : "");
    }
}
