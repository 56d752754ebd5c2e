package dev.lanewise.io.onnx;

import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Parts of tensors, parts put together, and elements that are picked.
final class Pieces {

    private Pieces() {}

    static void register(Operators all) {
        all.put("Concat", node -> {
            if (!node.has("axis")) throw node.malformed("axis", "is missing");
            long axis = node.integer("axis", 0);
            return (Kernel.Single) in -> concatenated(in, axis);
        });
        all.put("Split", Pieces::split);
        all.put("Slice", Pieces::slice);
        all.put("Gather", node -> {
            long axis = node.integer("axis", 0);
            return (Kernel.Single) in -> gathered(in, axis);
        });
        all.put("GatherElements", node -> {
            long axis = node.integer("axis", 0);
            return (Kernel.Single) in -> elements(in, axis);
        });
        all.plain("Tile", Pieces::tiled);
        all.put("Pad", Pieces::pad);
        all.put("OneHot", node -> {
            long axis = node.integer("axis", -1);
            return (Kernel.Single) in -> oneHot(in, axis);
        });
        all.put("Trilu", node -> {
            boolean upper = node.flag("upper", true);
            return (Kernel.Single) in -> triangle(in, upper, in.has(1) ? in.number(1) : 0);
        });
        all.put("TopK", Pieces::largest);
        all.put("DepthToSpace", node -> blocks(node, true));
        all.put("SpaceToDepth", node -> blocks(node, false));
    }

    private static OnnxValue concatenated(Inputs in, long axis) {
        int rank = in.any(0).shape().rank();
        int dim = in.axis(axis, rank);
        var parts = new ArrayList<OnnxValue>();
        for (int i = 0; i < in.count(); i++) {
            var part = in.any(i);
            boolean fits = part.shape().rank() == rank && part.getClass() == in.any(0).getClass();
            for (int each = 0; fits && each < rank; each++) fits = each == dim
                || part.shape().size(each) == in.any(0).shape().size(each);
            if (!fits) throw in.node().refused("input " + i + " is " + part.type().lower() + part.shape()
                + ", which doesn't go with input 0, " + in.any(0).type().lower() + in.any(0).shape() + ", along axis " + dim);
            parts.add(part);
        }
        in.makes(parts.stream().mapToDouble(part -> part.shape().numel()).sum());
        return in.isFloat(0) ? OnnxValue.of(Tensor.cat(dim, parts.stream().map(OnnxValue::tensor).toArray(Tensor[]::new)))
            : Places.concatenated(dim, parts);
    }

    private static Kernel split(Node node) {
        long axis = node.integer("axis", 0);
        var attribute = node.opset() < 13 ? node.integers("split") : null;
        // from version 18 on; it is the number of outputs in any case
        long count = node.integer("num_outputs", node.outputs().size());
        if (count != node.outputs().size()) throw node.malformed("num_outputs", "is " + count + ", but there are "
            + node.outputs().size() + " outputs");
        boolean uneven = node.opset() >= 18;
        return in -> {
            var shape = in.any(0).shape();
            int dim = in.axis(axis, shape.rank());
            int size = shape.size(dim);
            int parts = (int) count;
            long[] sizes = in.has(1) ? in.vector(1) : attribute;
            if (sizes == null) {
                if (!uneven && size % parts != 0) throw in.node().refused(parts + " equal parts of axis " + dim + " of shape "
                    + shape);
                int each = Math.ceilDiv(size, parts);
                sizes = IntStream.range(0, parts).mapToLong(i -> Math.clamp(size - (long) i * each, 0, each)).toArray();
            }
            if (sizes.length != parts || Arrays.stream(sizes).anyMatch(part -> part < 0 || part > size)
                || Arrays.stream(sizes).sum() != size)
                throw in.node().refused("sizes " + Arrays.toString(sizes) + " of " + parts
                    + " parts; there must be as many, and they must be "
                    + size + " together, as axis " + dim + " of shape " + shape);
            var results = new OnnxValue[parts];
            int from = 0;
            for (int i = 0; i < parts; i++) results[i] = part(in.any(0), dim, from, from += (int) sizes[i], 1);
            return results;
        };
    }

    /// Every `step`-th place of a dimension; the step may be negative, and then `to` lies before `from`, and may be -1.
    private static OnnxValue part(OnnxValue x, int dim, int from, int to, int step) {
        var places = step > 0 ? IntStream.iterate(from, i -> i < to, i -> i + step)
            : IntStream.iterate(from, i -> i > to, i -> i + step);
        if (x instanceof OnnxValue.Floats(var tensor)) {
            if (from == 0 && to == tensor.size(dim) && step == 1) return x;
            return OnnxValue.of(step > 0 ? tensor.slice(dim, from, Math.max(from, to), step)
                : tensor.indexSelect(dim, places.toArray()));
        }
        var maps = whole(x.shape());
        maps[dim] = places.toArray();
        return Places.mapped(x, maps, null);
    }

    private static int[][] whole(Shape shape) {
        return Arrays.stream(shape.toArray()).mapToObj(Places::upTo).toArray(int[][]::new);
    }

    private static Kernel slice(Node node) {
        boolean attributes = node.opset() < 10;
        var starts = attributes ? node.integers("starts") : null;
        var ends = attributes ? node.integers("ends") : null;
        var axes = attributes ? node.integers("axes") : null;
        if (attributes && (starts == null || ends == null)) throw node.malformed(starts == null ? "starts" : "ends",
            "is missing");
        return (Kernel.Single) in -> attributes ? sliced(in, starts, ends, axes, null)
            : sliced(in, in.vector(1), in.vector(2), in.has(3) ? in.vector(3) : null, in.has(4) ? in.vector(4) : null);
    }

    private static OnnxValue sliced(Inputs in, long[] starts, long[] ends, long[] axes, long[] steps) {
        var shape = in.any(0).shape();
        if (axes == null) axes = IntStream.range(0, starts.length).asLongStream().toArray();
        if (ends.length != starts.length || axes.length != starts.length || steps != null && steps.length != starts.length)
            throw in.node().refused("there are " + starts.length + " starts, " + ends.length + " ends, " + axes.length + " axes"
                + (steps == null ? "" : ", " + steps.length + " steps") + "; they must be as many");
        var dims = in.axes(axes, shape.rank());
        var result = in.any(0);
        for (int i = 0; i < dims.length; i++) {
            int size = shape.size(dims[i]);
            long step = steps == null ? 1 : steps[i];
            if (step == 0) throw in.node().refused("a step is 0");
            // beyond the size it is all the same how large it is
            int by = (int) Math.clamp(step, -(size + 1L), size + 1L);
            // backwards, what begins before the first element begins at it
            int from = by > 0 ? counted(starts[i], size, 0, size) : counted(starts[i], size, Math.min(0, size - 1), size - 1);
            int to = by > 0 ? counted(ends[i], size, 0, size) : counted(ends[i], size, -1, size - 1);
            result = part(result, dims[i], from, to, by);
        }
        return result;
    }

    /// A place that may be counted from the end, cut to bounds.
    private static int counted(long place, int size, int low, int high) {
        return (int) Math.max(low, Math.min(high, place < 0 ? place + size : place));
    }

    private static int[] indices(Inputs in, int i, int size) {
        var longs = in.longs(i).values();
        var indices = new int[longs.length];
        for (int j = 0; j < indices.length; j++) {
            long index = longs[j];
            if (index < -size || index >= size) throw in.node().refused("index " + index + " at position " + j + " of input " + i
                + " is out of range; there are " + size);
            indices[j] = (int) (index < 0 ? index + size : index);
        }
        return indices;
    }

    private static OnnxValue gathered(Inputs in, long axis) {
        var x = in.any(0);
        int dim = in.axis(axis, x.shape().rank());
        var indices = indices(in, 1, x.shape().size(dim));
        var sizes = x.shape().toArray();
        var at = in.any(1).shape().toArray();
        var result = Arrays.copyOf(sizes, sizes.length - 1 + at.length);
        System.arraycopy(at, 0, result, dim, at.length);
        System.arraycopy(sizes, dim + 1, result, dim + at.length, sizes.length - dim - 1);
        in.makes(result);
        if (x instanceof OnnxValue.Floats(var tensor)) return OnnxValue.of(tensor.indexSelect(dim, indices).reshape(result));
        var maps = whole(x.shape());
        maps[dim] = indices;
        return Places.reshaped(Places.mapped(x, maps, null), result);
    }

    private static OnnxValue elements(Inputs in, long axis) {
        var x = in.any(0);
        var shape = in.any(1).shape();
        int rank = x.shape().rank();
        int dim = in.axis(axis, rank);
        boolean fits = shape.rank() == rank;
        for (int i = 0; fits && i < rank; i++) fits = i == dim || shape.size(i) <= x.shape().size(i);
        if (!fits) throw in.node().refused("indices of shape " + shape + " for shape " + x.shape());
        var indices = indices(in, 1, x.shape().size(dim));
        if (x instanceof OnnxValue.Floats(var tensor)) return OnnxValue.of(tensor.gather(dim, indices, shape.toArray()));
        var from = new int[indices.length];
        for (int i = 0; i < from.length; i++)
            for (int each = rank - 1, rest = i, stride = 1; each >= 0; rest /= shape.size(each), stride *= x.shape().size(each),
                each--)
                from[i] += (each == dim ? indices[i] : rest % shape.size(each)) * stride;
        return Places.taken(x, from, shape, null);
    }

    private static OnnxValue tiled(Inputs in) {
        var shape = in.any(0).shape();
        var times = in.ints(1);
        if (times.length != shape.rank() || Arrays.stream(times).anyMatch(n -> n < 0))
            throw in.node().refused("shape " + shape + " repeated "
            + Arrays.toString(times) + " times; there must be a number for each dimension, 0 or more");
        var sizes = new int[times.length];
        for (int dim = 0; dim < times.length; dim++) sizes[dim] = Math.multiplyExact(shape.size(dim), times[dim]);
        var repeated = in.makes(Shape.of(sizes));
        if (in.isFloat(0)) return OnnxValue.of(times.length == 0 ? in.floats(0) : in.floats(0).repeat(times));
        if (repeated.numel() == 0) return Places.taken(in.any(0), new int[0], repeated, null);
        var maps = new int[times.length][];
        for (int dim = 0; dim < times.length; dim++) {
            int size = shape.size(dim);
            maps[dim] = IntStream.range(0, sizes[dim]).map(i -> i % size).toArray();
        }
        return Places.mapped(in.any(0), maps, null);
    }

    // ---- padding

    private static Kernel pad(Node node) {
        boolean attributes = node.opset() < 11;
        var modes = node.opset() < 19 ? List.of("constant", "reflect", "edge") : List.of("constant", "reflect", "edge", "wrap");
        var mode = node.choice("mode", "constant", modes);
        var pads = attributes ? node.integers("pads") : null;
        float value = attributes ? node.real("value", 0) : 0;
        if (attributes && pads == null) throw node.malformed("pads", "is missing");
        return (Kernel.Single) in -> attributes ? padded(in, mode, pads, null, OnnxValue.of(Tensor.scalar(value)))
            : padded(in, mode, in.vector(1), in.has(3) ? in.vector(3) : null, in.has(2) ? in.any(2) : null);
    }

    private static OnnxValue padded(Inputs in, String mode, long[] pads, long[] axes, OnnxValue value) {
        var shape = in.any(0).shape();
        int rank = shape.rank();
        var dims = axes == null ? Places.upTo(rank) : in.axes(axes, rank);
        if (pads.length != 2 * dims.length) throw in.node().refused(pads.length + " amounts for " + dims.length
            + " axes; there must be two for each");
        var before = new int[rank];
        var behind = new int[rank];
        for (int i = 0; i < dims.length; i++) {
            before[dims[i]] = amount(in, pads[i]);
            behind[dims[i]] = amount(in, pads[i + dims.length]);
            if ((long) shape.size(dims[i]) + before[dims[i]] + behind[dims[i]] < 0)
                throw in.node().refused("more is cut off than axis " + dims[i] + " of shape " + shape + " has");
        }
        in.makes(IntStream.range(0, rank).map(dim -> shape.size(dim) + before[dim] + behind[dim]).toArray());
        if (in.isFloat(0) && mode.equals("constant")) {
            float fill = value == null ? 0 : number(in, value);
            return OnnxValue.of(in.floats(0).pad(amounts(before, behind), fill));
        }
        var maps = new int[rank][];
        for (int dim = 0; dim < rank; dim++) maps[dim] = map(in, mode, dim, shape.size(dim), before[dim], behind[dim]);
        if (!in.isFloat(0)) {
            var fill = value == null ? zero(in.any(0)) : value;
            if (fill.getClass() != in.any(0).getClass() || fill.shape().numel() != 1)
                throw in.node().refused("what it is padded with is "
                + fill.type().lower() + fill.shape() + "; it must be a single " + in.any(0).type().lower());
            return Places.mapped(in.any(0), maps, fill);
        }
        var result = in.floats(0);
        for (int dim = 0; dim < rank; dim++) if (before[dim] != 0 || behind[dim] != 0) result =
            result.indexSelect(dim, maps[dim]);
        return OnnxValue.of(result);
    }

    private static float number(Inputs in, OnnxValue value) {
        if (value instanceof OnnxValue.Floats(var tensor) && tensor.numel() == 1) return tensor.item();
        throw in.node().refused("what it is padded with is " + value.type().lower() + value.shape()
            + "; it must be a single float");
    }

    private static OnnxValue zero(OnnxValue x) {
        return x instanceof OnnxValue.Bools ? OnnxValue.of(new boolean[1]) : new OnnxValue.Longs(new long[1], Shape.of(),
            x.type());
    }

    private static int amount(Inputs in, long amount) {
        if (amount < -Integer.MAX_VALUE / 2 || amount > Integer.MAX_VALUE / 2)
            throw in.node().refused("it is padded by " + amount + "; no size is beyond 32 bits");
        return (int) amount;
    }

    /// As [Tensor#pad(int\[\], float)] takes them.
    static int[] amounts(int[] before, int[] behind) {
        int rank = before.length;
        var amounts = new int[2 * rank];
        for (int i = 0; i < rank; i++) {
            amounts[2 * i] = before[rank - 1 - i];
            amounts[2 * i + 1] = behind[rank - 1 - i];
        }
        return amounts;
    }

    /// Of each place along a dimension where it comes from; -1 for the fill. What is cut off on one side pads nothing on the
    /// other.
    private static int[] map(Inputs in, String mode, int dim, int size, int before, int behind) {
        int first = Math.max(0, -before);
        int left = size - first - Math.max(0, -behind);
        if (left < 1 && !mode.equals("constant") && (before > 0 || behind > 0))
            throw in.node().refused("axis " + dim + " has no elements of which padding could be made");
        return IntStream.range(-before - first, size + behind - first).map(i -> i >= 0 && i < left ? first + i : switch (mode) {
            case "edge" -> first + Math.clamp(i, 0, left - 1);
            case "wrap" -> first + Math.floorMod(i, left);
            case "reflect" -> {
                int turn = Math.max(1, 2 * (left - 1));
                int at = Math.floorMod(i, turn);
                yield first + (left == 1 ? 0 : at < left ? at : turn - at);
            }
            default -> -1;
        }).toArray();
    }

    // ---- others

    private static OnnxValue oneHot(Inputs in, long axis) {
        var shape = in.any(0).shape();
        long depth = in.isFloat(1) ? (long) in.real(1) : in.number(1);
        if (depth < 1 || depth > Integer.MAX_VALUE) throw in.node().refused("a depth of " + depth);
        if (in.any(2).shape().numel() != 2) throw in.node().refused("values of shape " + in.any(2).shape()
            + "; there must be two");
        int dim = in.axis(axis, shape.rank() + 1);
        var sizes = IntStream.concat(IntStream.concat(Arrays.stream(shape.toArray(), 0, dim), IntStream.of((int) depth)),
            Arrays.stream(shape.toArray(), dim, shape.rank())).toArray();
        var result = in.makes(Shape.of(sizes));
        int behind = Arrays.stream(sizes, dim + 1, sizes.length).reduce(1, (a, b) -> a * b);
        var labels = Conversions.cast(in.any(0), OnnxType.INT64).longs();
        var from = new int[result.numel()];
        for (int i = 0; i < labels.length; i++) {
            long label = labels[i] < 0 ? labels[i] + depth : labels[i];
            if (label >= 0 && label < depth) from[(int) ((i / behind * depth + label) * behind + i % behind)] = 1;
        }
        return in.isFloat(2) ? OnnxValue.of(in.floats(2).indexSelect(0, from).reshape(sizes))
            : Places.taken(in.any(2), from, result, null);
    }

    private static OnnxValue triangle(Inputs in, boolean upper, long diagonal) {
        var shape = in.any(0).shape();
        if (shape.rank() < 2) throw in.node().refused("it is of shape " + shape + "; there must be matrices");
        int k = (int) Math.clamp(diagonal, -(1L << 30), 1L << 30);
        if (in.isFloat(0)) return OnnxValue.of(upper ? in.floats(0).triu(k) : in.floats(0).tril(k));
        var from = Places.upTo(shape.numel());
        int columns = shape.size(-1);
        for (int i = 0; i < from.length; i++) {
            int off = i % columns - i / columns % shape.size(-2) - k;
            if (upper ? off < 0 : off > 0) from[i] = -1;
        }
        return Places.taken(in.any(0), from, shape, zero(in.any(0)));
    }

    private static Kernel largest(Node node) {
        long axis = node.integer("axis", -1);
        boolean largest = node.flag("largest", true);
        node.flag("sorted", true);
        boolean attribute = node.opset() < 10;
        long fixed = attribute ? node.integer("k", 0) : 0;
        return in -> {
            var shape = in.any(0).shape();
            int dim = in.axis(axis, shape.rank());
            long k = attribute ? fixed : in.number(1);
            if (k < 0 || k > shape.size(dim)) throw in.node().refused(k + " of the " + shape.size(dim) + " elements along axis "
                + dim + " of shape " + shape);
            if (!in.isFloat(0)) return largest(in.longs(0), dim, (int) k, largest);
            var sorted = in.floats(0).topk((int) k, dim, largest);
            return new OnnxValue[] {OnnxValue.of(sorted.values()),
                new OnnxValue.Longs(Arrays.stream(sorted.indices()).asLongStream().toArray(), sorted.values().shape(),
                OnnxType.INT64)};
        };
    }

    /// Of equal ones, the first comes first.
    private static OnnxValue[] largest(OnnxValue.Longs x, int dim, int k, boolean largest) {
        var sizes = x.shape().toArray();
        int size = sizes[dim];
        int behind = Arrays.stream(sizes, dim + 1, sizes.length).reduce(1, (a, b) -> a * b);
        sizes[dim] = k;
        var shape = Shape.of(sizes);
        var values = new long[shape.numel()];
        var indices = new long[values.length];
        Comparator<Long> smaller = x.type()::compare;
        for (int line = 0; line < (k == 0 ? 0 : values.length / k); line++) {
            int from = line / behind * size * behind + line % behind;
            Comparator<Integer> order = Comparator.comparing(i -> x.values()[from + i * behind], largest ? smaller.reversed()
                : smaller);
            var sorted = IntStream.range(0, size).boxed().sorted(order).toList();
            for (int i = 0; i < k; i++) {
                int to = line / behind * k * behind + i * behind + line % behind;
                values[to] = x.values()[from + sorted.get(i) * behind];
                indices[to] = sorted.get(i);
            }
        }
        return new OnnxValue[] {new OnnxValue.Longs(values, shape, x.type()),
            new OnnxValue.Longs(indices, shape, OnnxType.INT64)};
    }

    /// Channels as places within blocks, or back.
    private static Kernel blocks(Node node, boolean toSpace) {
        int block = node.integer("blocksize", 0, 1, 1 << 15);
        boolean depthFirst = !toSpace && node.opset() < 28 || node.choice("mode", "DCR", List.of("DCR", "CRD")).equals("DCR");
        return (Kernel.Single) in -> {
            var x = in.floats(0);
            if (x.shape().rank() != 4) throw in.node().refused("it is of shape " + x.shape()
                + "; it must be [batch, channels, height, width]");
            int n = x.size(0);
            int c = x.size(1);
            int h = x.size(2);
            int w = x.size(3);
            if (toSpace ? c % (block * block) != 0 : h % block != 0 || w % block != 0)
                throw in.node().refused("blocks of " + block + " don't divide shape " + x.shape());
            if (!toSpace) return OnnxValue.of(x.reshape(n, c, h / block, block, w / block, block)
                .permute(depthFirst ? new int[] {0, 3, 5, 1, 2, 4} : new int[] {0, 1, 3, 5, 2, 4})
                .reshape(n, c * block * block, h / block, w / block));
            int inner = c / block / block;
            var apart = depthFirst ? x.reshape(n, block, block, inner, h, w).permute(0, 3, 4, 1, 5, 2)
                : x.reshape(n, inner, block, block, h, w).permute(0, 1, 4, 2, 5, 3);
            return OnnxValue.of(apart.reshape(n, inner, h * block, w * block));
        };
    }
}
