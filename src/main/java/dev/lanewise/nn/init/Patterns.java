package dev.lanewise.nn.init;

import dev.lanewise.random.RandomSource;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Weights that are the same every time: functions of the shape alone. They draw nothing.
final class Patterns extends StructuredInitializer {

    /// Writes what isn't 0.
    private interface Writer {
        void write(float[] values, Shape shape);
    }

    private final Function<Shape, Optional<String>> objection;
    private final Writer writer;

    private Patterns(String name, List<?> arguments, Function<Shape, Optional<String>> objection, Writer writer) {
        super(name, arguments.toArray());
        this.objection = objection;
        this.writer = writer;
    }

    private static Optional<String> unless(boolean fits, String expected) {
        return fits ? Optional.empty() : Optional.of(expected);
    }

    static Patterns eye() {
        return new Patterns("eye", List.of(), shape -> unless(shape.rank() == 2, "two dimensions, [rows, columns]"),
            (values, shape) -> {
            for (int i = 0; i < Math.min(shape.size(0), shape.size(1)); i++) values[i * shape.size(1) + i] = 1;
        });
    }

    static Patterns idInit(double value) {
        if (!((float) value > 0 && Float.isFinite((float) value))) throw new IllegalArgumentException("idInit: " + value
            + " on the diagonals; as a float it must be positive and finite, as 1, or 1e-6 for the last layer of a branch");
        return new Patterns("idInit", List.of(value), shape -> unless(shape.rank() == 2 || isKernel(shape),
            "[out, in], or [out, in, kernel…] with one to three kernel dimensions"), (values, shape) -> {
                int out = shape.size(0);
                int in = columns(shape);
                for (int i = 0; i < (values.length == 0 ? 0 : Math.max(out, in)); i++) values[i % out * in + i % in] =
                    (float) value;
            });
    }

    static Patterns dirac(int groups) {
        if (groups < 1) throw new IllegalArgumentException("dirac: " + groups + " groups; there must be at least one");
        return new Patterns("dirac", List.of(groups), shape -> unless(isKernel(shape) && shape.size(0) % groups == 0,
            "[out, in / groups, kernel…] with one to three kernel dimensions, and outputs that " + groups + " groups divide"),
            (values, shape) -> {
                int out = shape.size(0) / groups;
                int places = places(shape);
                for (int group = 0; group < groups; group++)
                    for (int i = 0; i < Math.min(out, shape.size(1)); i++)
                        values[((group * out + i) * shape.size(1) + i) * places + centre(shape)] = 1;
            });
    }

    static Patterns bilinear() {
        return new Patterns("bilinear", List.of(), shape -> unless(
            shape.rank() == 4 && shape.size(1) > 0 && shape.size(0) % shape.size(1) == 0,
            "[in, out / groups, rows, columns] of a transposed convolution with as many outputs as inputs"), (values, shape) -> {
                var down = triangle(shape.size(2));
                var across = triangle(shape.size(3));
                for (int channel = 0; channel < shape.size(0); channel++) {
                    int at = (channel * shape.size(1) + channel % shape.size(1)) * places(shape);
                    for (double y : down) for (double x : across) values[at++] = (float) (y * x);
                }
            });
    }

    /// Falls from its middle to 0 in ceil(k / 2) steps.
    private static double[] triangle(int k) {
        double reach = Math.ceilDiv(k, 2);
        var weights = new double[k];
        for (int i = 0; i < k; i++) weights[i] = 1 - Math.abs(i - (k - 1) / 2.0) / reach;
        return weights;
    }

    static Patterns zerO() {
        return new Patterns("zerO", List.of(), shape -> unless(shape.rank() == 2 || isKernel(shape),
            "[out, in], or [out, in, kernel…] with one to three kernel dimensions"), (values, shape) -> {
                int out = shape.size(0);
                int in = shape.size(1);
                var matrix = new float[out * in];
                for (int i = 0; i < out; i++)
                    for (int j = 0; j < in; j++) matrix[i * in + j] = out <= in ? i == j ? 1 : 0 : hadamard(out, i, j);
                atCentre(matrix, values, 0, shape);
            });
    }

    /// An element of Hadamard's matrix of 2^m rows, m being the least that holds `out`, times 2^(-(m - 1) / 2).
    private static float hadamard(int out, int i, int j) {
        int m = 32 - Integer.numberOfLeadingZeros(out - 1);
        return (float) (Math.pow(2, -(m - 1) / 2.0) * (Integer.bitCount(i & j) % 2 == 0 ? 1 : -1));
    }

    /// Puts a matrix of outputs and inputs at the centre of a kernel; all else becomes 0.
    static void atCentre(float[] matrix, float[] data, int offset, Shape shape) {
        int places = places(shape);
        java.util.Arrays.fill(data, offset, offset + shape.numel(), 0);
        for (int i = 0; i < matrix.length; i++) data[offset + i * places + centre(shape)] = matrix[i];
    }

    private float[] values(Shape shape) {
        var values = new float[shape.numel()];
        writer.write(values, shape);
        return values;
    }

    @Override
    Optional<String> objection(Fan fan, Shape block) { return objection.apply(block); }

    @Override
    Distribution lawOf(Fan fan, Shape block) { return new Empirical(values(block)); }

    @Override
    Structure structureOf(Fan fan, Shape block) { return new Structure.Fixed(Tensor.wrap(values(block), block.toArray())); }

    @Override
    void write(float[] data, int offset, Fan fan, Shape block, RandomSource source) {
        System.arraycopy(values(block), 0, data, offset, block.numel());
    }
}
