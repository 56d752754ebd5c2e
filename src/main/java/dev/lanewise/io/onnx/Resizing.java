package dev.lanewise.io.onnx;

import dev.lanewise.bridge.TensorBridge;
import dev.lanewise.kernel.Band;
import dev.lanewise.kernel.PlaneMap;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/// Larger and smaller images: a linear map along each dimension, by the nearest elements, by two neighbours or by a cubic of
/// four. Source of the formulas: ONNX's specification of Resize; the cubic is R. G. Keys', "Cubic convolution interpolation for
/// digital image processing", 1981.
final class Resizing {

    private static final TensorBridge TENSORS = TensorBridge.get();
    private static final float KEYS = -0.75f;

    /// How elements beside a place are weighted.
    ///
    /// @param reach     how many there are on each side; 0 for the nearest alone
    /// @param a         the cubic's number: its slope at a distance of 1
    /// @param widened   whether a smaller image takes as many more as it is smaller
    /// @param inside    whether what isn't there has no weight, instead of being as what is nearest to it
    private record Filter(int reach, double a, boolean widened, boolean inside) {

        static final Filter NEAREST = new Filter(0, 0, false, false);
        static final Filter LINEAR = new Filter(1, 0, false, false);

        double weight(double distance) {
            double d = Math.abs(distance);
            if (d >= reach) return 0;
            if (reach == 1) return 1 - d;
            return d <= 1 ? ((a + 2) * d - (a + 3)) * d * d + 1 : ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;
        }

        private double narrow(double scale) { return widened ? Math.min(1, scale) : 1; }

        /// How many elements a place looks at, there or not.
        double width(double scale) { return Math.max(1, 2 * reach / narrow(scale)); }

        /// Weights that add up to 1, of what is there.
        ///
        /// @param places on the input, none before the one in front of it
        Band band(int size, double[] places, double scale) {
            double narrow = narrow(scale);
            var firsts = new int[places.length];
            var starts = new int[places.length + 1];
            var rows = new double[places.length][];
            for (int i = 0; i < places.length; i++) {
                long from = (long) Math.ceil(places[i] - reach / narrow);
                long to = (long) Math.floor(places[i] + reach / narrow);
                firsts[i] = Math.clamp(from, 0, size - 1);
                rows[i] = new double[Math.clamp(to, 0, size - 1) - firsts[i] + 1];
                double sum = 0;
                for (long j = from; j <= to; j++) {
                    double weight = inside && (j < 0 || j >= size) ? 0 : weight((j - places[i]) * narrow);
                    rows[i][Math.clamp(j, 0, size - 1) - firsts[i]] += weight;
                    sum += weight;
                }
                if (inside || widened) for (int j = 0; j < rows[i].length; j++) rows[i][j] /= sum;
                starts[i + 1] = Math.addExact(starts[i], rows[i].length);
            }
            var weights = new double[starts[places.length]];
            for (int i = 0; i < places.length; i++) System.arraycopy(rows[i], 0, weights, starts[i], rows[i].length);
            return new Band(size, firsts, starts, weights);
        }
    }

    private final Node node;
    private final String coordinates;
    private final String nearest;
    private final Filter filter;
    private final long[] axes;
    private final String policy;
    private final float extrapolation;

    private Resizing(Node node, String coordinates, String nearest, Filter filter, long[] axes, String policy,
        float extrapolation) {
        this.node = node;
        this.coordinates = coordinates;
        this.nearest = nearest;
        this.filter = filter;
        this.axes = axes;
        this.policy = policy;
        this.extrapolation = extrapolation;
    }

    static void register(Operators all) {
        all.put("Resize", Resizing::resize);
        all.put("Upsample", node -> {
            if (node.opset() > 9) throw node.malformed("there is no such operation in version " + node.opset()
                + "; Resize took its place");
            var fixed = node.opset() < 9 ? node.reals("scales") : null;
            if (node.opset() < 9 && fixed == null) throw node.malformed("scales", "is missing");
            var resizing = new Resizing(node, "asymmetric", "floor", filter(node), null, "stretch", 0);
            return (Kernel.Single) in -> OnnxValue.of(resizing.run(in, fixed == null ? in.floats(1).toArray() : fixed, null,
                null));
        });
    }

    private static Filter filter(Node node) {
        // the name of it in the first versions
        var modes = node.type().equals("Upsample") ? List.of("nearest", "linear", "bilinear")
            : List.of("nearest", "linear", "cubic");
        var mode = node.choice("mode", "nearest", modes);
        float a = node.real("cubic_coeff_a", KEYS);
        boolean widened = node.flag("antialias", false);
        boolean inside = node.flag("exclude_outside", false);
        return mode.equals("nearest") ? Filter.NEAREST : mode.equals("cubic") ? new Filter(2, a, widened, inside)
            : new Filter(1, 0, widened, inside);
    }

    private static Kernel resize(Node node) {
        var filter = filter(node);
        var policy = node.choice("keep_aspect_ratio_policy", "stretch", List.of("stretch", "not_larger", "not_smaller"));
        var axes = node.integers("axes");
        float extrapolation = node.real("extrapolation_value", 0);
        boolean first = node.opset() < 11;
        var coordinates = first ? "asymmetric" : node.choice("coordinate_transformation_mode", "half_pixel", List.of("half_pixel",
            "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric", "tf_half_pixel_for_nn",
            "tf_crop_and_resize"));
        var nearest = first ? "floor" : node.choice("nearest_mode", "round_prefer_floor",
            List.of("round_prefer_floor", "round_prefer_ceil", "floor", "ceil"));
        var resizing = new Resizing(node, coordinates, nearest, filter, axes, policy, extrapolation);
        int scales = first ? 1 : 2;
        return (Kernel.Single) in -> {
            // one without elements stands for none
            var factors = in.has(scales) && in.any(scales).shape().numel() > 0 ? in.floats(scales).toArray() : null;
            var sizes = !first && in.has(3) && in.any(3).shape().numel() > 0 ? in.ints(3) : null;
            if ((factors == null) == (sizes == null)) throw in.node().refused("there must be either scales or sizes");
            var region = coordinates.equals("tf_crop_and_resize") ? in.floats(1).toArray() : null;
            if (in.isFloat(0)) return OnnxValue.of(resizing.run(in, factors, sizes, region));
            if (filter.reach > 0) throw in.node().refused("it is of " + in.any(0).type().lower() + "; floats are taken here");
            return Conversions.cast(OnnxValue.of(resizing.run(in.with(OnnxValue.of(Conversions.floats(in.any(0)))),
                factors, sizes, region)), in.any(0).type());
        };
    }

    private Tensor run(Inputs in, float[] factors, int[] wanted, float[] region) {
        var x = in.floats(0);
        int rank = x.shape().rank();
        var dims = axes == null ? Places.upTo(rank) : in.axes(axes, rank);
        int given = factors == null ? wanted.length : factors.length;
        if (given != dims.length) throw node.refused("there are " + given + " scales or sizes for " + dims.length
            + " axes of shape " + x.shape());
        for (int i = 0; region != null && i < dims.length && region.length == 2 * dims.length; i++) if (!(region[i] <= region[i
            + dims.length]))
            throw node.refused("a region from " + region[i] + " to " + region[i + dims.length] + " of axis " + dims[i]
                + "; it must not be turned");
        if (region != null && region.length != 2 * dims.length) throw node.refused("a region of " + region.length
            + " numbers for " + dims.length + " axes; there must be two for each");
        var scales = new double[dims.length];
        var sizes = new int[dims.length];
        for (int i = 0; i < dims.length; i++) {
            int size = x.size(dims[i]);
            if (wanted != null && wanted[i] < 1 || factors != null && !(factors[i] > 0 && factors[i] < Float.POSITIVE_INFINITY)
                || size < 1) throw node.refused(
                "axis " + dims[i] + " of shape " + x.shape() + " to " + (wanted == null ? "a scale of " + factors[i]
                : "a size of " + wanted[i])
                    + "; both must be above 0");
            scales[i] = factors == null ? (double) wanted[i] / size : factors[i];
        }
        double common = policy.equals("not_larger") ? Arrays.stream(scales).min().orElse(1)
            : Arrays.stream(scales).max().orElse(1);
        for (int i = 0; i < dims.length; i++) {
            int size = x.size(dims[i]);
            boolean fixed = wanted != null && policy.equals("stretch");
            if (wanted != null && !fixed) scales[i] = common;
            double outputs = fixed ? wanted[i] : wanted != null ? Math.floor(scales[i] * size + 0.5)
                : Math.floor(scales[i] * size * (region == null ? 1 : region[i + dims.length] - region[i]));
            if (!(outputs >= 1 && outputs <= Integer.MAX_VALUE)) throw node.refused("axis " + dims[i] + " of shape " + x.shape()
                + " would have " + outputs + " elements");
            sizes[i] = (int) outputs;
        }
        var y = x;
        for (int i = 0; i < dims.length; i++) {
            boolean same = sizes[i] == x.size(dims[i]) && (region == null || region[i] == 0 && region[i + dims.length] == 1);
            if (same && scales[i] == 1) continue;
            in.makes(y.numel() / Math.max(1d, y.size(dims[i])) * sizes[i]);
            in.makes(sizes[i], filter.width(scales[i]));
            y = along(y, dims[i], sizes[i], scales[i], region == null ? null : new double[] {region[i], region[i + dims.length]});
        }
        return y;
    }

    private Tensor along(Tensor x, int dim, int outputs, double scale, double[] region) {
        int size = x.size(dim);
        var places = new double[outputs];
        var outside = new float[outputs];
        boolean leaves = false;
        for (int i = 0; i < outputs; i++) {
            double place = place(i, size, outputs, scale, region);
            boolean out = region != null && (place < 0 || place > size - 1);
            outside[i] = out ? 1 : 0;
            leaves |= out;
            // beyond its reach, all that there is has the same value
            places[i] = Math.clamp(place, filter.reach < 2 ? 0 : -filter.reach, filter.reach < 2 ? size - 1 : size - 1.0
                + filter.reach);
        }
        var band = filter.equals(Filter.LINEAR) ? Band.between(size, places) : filter.reach > 0 ? filter.band(size, places, scale)
            : Band.copies(size, Arrays.stream(places).mapToInt(this::nearest).map(at -> Math.clamp(at, 0, size - 1)).toArray());
        var sizes = x.shape().toArray();
        int before = Arrays.stream(sizes, 0, dim).reduce(1, (a, b) -> a * b);
        int behind = Arrays.stream(sizes, dim + 1, sizes.length).reduce(1, (a, b) -> a * b);
        sizes[dim] = outputs;
        Shape.of(sizes);
        var map = behind == 1 ? new PlaneMap(1, Band.copies(before, Places.upTo(before)), band)
            : new PlaneMap(before, band, Band.copies(behind, Places.upTo(behind)));
        var planes = behind == 1 ? x.reshape(1, 1, before, size) : x.reshape(1, before, size, behind);
        var y = TENSORS.planes("resize", planes, map).reshape(sizes);
        if (!leaves) return y;
        var mask = new int[sizes.length];
        Arrays.fill(mask, 1);
        mask[dim] = outputs;
        return y.maskedFill(Tensor.wrap(outside, mask), extrapolation);
    }

    /// Of an output's middle on the input.
    private double place(int i, int size, int outputs, double scale, double[] region) {
        return switch (coordinates) {
            case "half_pixel" -> (i + 0.5) / scale - 0.5;
            case "half_pixel_symmetric" -> {
                double adjustment = outputs / (scale * size);
                double centre = size / 2.0;
                yield centre * (1 - adjustment) + (i + 0.5) / scale - 0.5;
            }
            case "pytorch_half_pixel" -> outputs > 1 ? (i + 0.5) / scale - 0.5 : 0;
            case "align_corners" -> outputs == 1 ? 0 : (double) i * (size - 1) / (outputs - 1);
            case "tf_half_pixel_for_nn" -> (i + 0.5) / scale;
            case "tf_crop_and_resize" -> outputs > 1 ? region[0] * (size - 1)
                + i * (region[1] - region[0]) * (size - 1) / (outputs - 1) : 0.5 * (region[0] + region[1]) * (size - 1);
            default -> i / scale;
        };
    }

    private int nearest(double place) {
        return (int) switch (nearest) {
            case "floor" -> Math.floor(place);
            case "ceil" -> Math.ceil(place);
            case "round_prefer_ceil" -> Math.floor(place + 0.5);
            default -> Math.ceil(place - 0.5);
        };
    }
}
