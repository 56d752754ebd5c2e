package dev.lanewise.data;

import dev.lanewise.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;

/// What makes parts of a batch from the same parts of single examples, for [Dataset#of(List, Function)].
public final class Collate {
    private Collate() {}

    /// Sequences of different lengths, each filled up to the longest.
    ///
    /// @param values  `[size, longest, …]`
    /// @param lengths of the sequences
    /// @param mask    `[size, longest]`, 1 where a sequence is and 0 where it was filled up
    public record Padded(Tensor values, int[] lengths, Tensor mask) {}

    /// Sequences of indices, each filled up to the longest, as an [dev.lanewise.nn.Embedding] takes them:
    /// `embedding.call(words.indices(), words.size(), words.longest())`.
    ///
    /// @param indices row by row, `size * longest`
    /// @param longest the columns
    /// @param lengths of the sequences
    /// @param mask    `[size, longest]`, 1 where a sequence is and 0 where it was filled up
    public record PaddedIndices(int[] indices, int longest, int[] lengths, Tensor mask) {

        /// The number of sequences.
        public int size() {
            return lengths.length;
        }
    }

    /// Tensors of one shape, one above the other: `[size, …]`.
    ///
    /// @throws IllegalArgumentException if there are no examples, or shapes differ
    public static <E> Tensor stack(List<E> examples, Function<? super E, Tensor> part) {
        require("stack", examples);
        return Tensor.stack(0, examples.stream().map(part).toArray(Tensor[]::new));
    }

    /// Numbers of one length, one above the other: `[size, length]`.
    ///
    /// @throws IllegalArgumentException if there are no examples, lengths differ, or there are more than 2^31 - 1 numbers
    public static <E> Tensor rows(List<E> examples, Function<? super E, float[]> part) {
        require("rows", examples);
        var parts = examples.stream().map(part).toArray(float[][]::new);
        int length = parts[0].length;
        for (int i = 0; i < parts.length; i++) if (parts[i].length != length) throw new IllegalArgumentException(
            "Collate.rows: example 0 has " + length + " numbers and example " + i + " " + parts[i].length
                + "; they must have equally many, or be filled up by Collate.pad");
        var rows = new float[Checks.elements("Collate.rows", parts.length, length)];
        for (int i = 0; i < parts.length; i++) System.arraycopy(parts[i], 0, rows, i * length, length);
        return Tensor.wrap(rows, parts.length, length);
    }

    /// Tensors that differ in their outermost size, each filled up with zeros to the longest.
    ///
    /// @throws IllegalArgumentException if there are no examples, a part is a scalar, or other sizes differ
    public static <E> Padded pad(List<E> examples, Function<? super E, Tensor> part) {
        return pad(examples, part, 0);
    }

    /// As [#pad(List, Function)], filled up with `value`.
    public static <E> Padded pad(List<E> examples, Function<? super E, Tensor> part, float value) {
        require("pad", examples);
        var parts = examples.stream().map(part).toArray(Tensor[]::new);
        var inner = inner(parts[0]);
        for (int i = 0; i < parts.length; i++)
            if (parts[i].shape().rank() == 0 || !Arrays.equals(inner(parts[i]), inner)) throw new IllegalArgumentException(
                "Collate.pad: example 0 has shape " + parts[0].shape() + " and example " + i + " " + parts[i].shape()
                + "; they may differ in their outermost size alone, and must have one");
        int[] lengths = Arrays.stream(parts).mapToInt(each -> each.size(0)).toArray();
        int longest = Arrays.stream(lengths).max().getAsInt();
        var shape = new int[inner.length + 2];
        shape[0] = parts.length;
        shape[1] = longest;
        System.arraycopy(inner, 0, shape, 2, inner.length);
        return new Padded(Tensor.generate((out, offset, length) -> {
            Arrays.fill(out, offset, offset + length, value);
            int stride = length / parts.length;
            for (int i = 0; i < parts.length; i++) {
                var values = parts[i].toArray();
                System.arraycopy(values, 0, out, offset + i * stride, values.length);
            }
        }, shape), lengths, mask(lengths, longest));
    }

    private static int[] inner(Tensor part) {
        var shape = part.shape().toArray();
        return shape.length == 0 ? shape : Arrays.copyOfRange(shape, 1, shape.length);
    }

    /// Sequences of indices, each filled up with `value` to the longest: an embedding's padding index.
    ///
    /// @throws IllegalArgumentException if there are no examples, or more than 2^31 - 1 indices
    public static <E> PaddedIndices padIndices(List<E> examples, Function<? super E, int[]> part, int value) {
        require("padIndices", examples);
        var parts = examples.stream().map(part).toArray(int[][]::new);
        int[] lengths = Arrays.stream(parts).mapToInt(each -> each.length).toArray();
        int longest = Arrays.stream(lengths).max().getAsInt();
        var indices = new int[Checks.elements("Collate.padIndices", parts.length, longest)];
        Arrays.fill(indices, value);
        for (int i = 0; i < parts.length; i++) System.arraycopy(parts[i], 0, indices, i * longest, lengths[i]);
        return new PaddedIndices(indices, longest, lengths, mask(lengths, longest));
    }

    private static Tensor mask(int[] lengths, int longest) {
        return Tensor.generate((out, offset, length) -> {
            Arrays.fill(out, offset, offset + length, 0);
            for (int i = 0; i < lengths.length; i++) Arrays.fill(out, offset + i * longest, offset + i * longest + lengths[i], 1);
        }, lengths.length, longest);
    }

    /// Class labels, or other whole numbers.
    public static <E> int[] labels(List<E> examples, ToIntFunction<? super E> part) {
        return examples.stream().mapToInt(part).toArray();
    }

    /// A number of each example, `[size, 1]`: targets of a regression, weights.
    ///
    /// @throws IllegalArgumentException if there are no examples
    public static <E> Tensor numbers(List<E> examples, ToDoubleFunction<? super E> part) {
        require("numbers", examples);
        var numbers = new float[examples.size()];
        for (int i = 0; i < numbers.length; i++) numbers[i] = (float) part.applyAsDouble(examples.get(i));
        return Tensor.wrap(numbers, numbers.length, 1);
    }

    private static void require(String operation, List<?> examples) {
        if (examples.isEmpty()) throw new IllegalArgumentException("Collate." + operation + ": no examples; give at least one");
    }
}
