package dev.lanewise.nn.recurrent;

import dev.lanewise.nn.Tensors;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// Sequences of different lengths without padding: what recurrent layers take, so that no step is made behind a sequence's end,
/// and nothing that stands there is read. As PyTorch's of this name, with its functions from `torch.nn.utils.rnn`.
///
/// ```java
/// var packed = PackedSequence.packPaddedSequence(x, lengths);     // [time, batch, in]
/// var run = lstm.call(packed);
/// var padded = PackedSequence.padPackedSequence(run.output());    // [time, batch, hidden]
/// ```
///
/// @param data          `[rows, …]`: the first step of all sequences, then the second of those that have one …, the longest
///     sequences first
/// @param batchSizes    how many sequences have each step
/// @param sortedIndices of the sequences in the order in which they are packed, their places before
public record PackedSequence(Tensor data, int[] batchSizes, int[] sortedIndices) implements Tensors<PackedSequence> {

    /// Keeps copies of the arrays.
    ///
    /// @throws IllegalArgumentException if the sizes rise, or aren't positive, or don't add up to the data's rows, or the indices
    ///     are no permutation of as many numbers as there are sequences
    public PackedSequence {
        batchSizes = batchSizes.clone();
        sortedIndices = sortedIndices.clone();
        if (batchSizes.length == 0) throw new IllegalArgumentException("packed sequence: no steps; there must be at least one");
        long rows = 0;
        for (int t = 0; t < batchSizes.length; t++) {
            if (batchSizes[t] < 1 || t > 0
                && batchSizes[t] > batchSizes[t - 1]) throw new IllegalArgumentException("packed sequence: "
                + batchSizes[t] + " sequences have step " + t + (t > 0 ? ", and " + batchSizes[t - 1] + " the one before" : "")
                + "; there must be at least one, and no more than before: the longest come first");
            rows += batchSizes[t];
        }
        if (data.shape().rank() < 1 || data.size(0) != rows) throw new IllegalArgumentException("packed sequence: data of shape "
            + data.shape() + " for " + rows + " steps of all sequences; it needs a row for each");
        var sorted = sortedIndices.clone();
        Arrays.sort(sorted);
        if (sorted.length != batchSizes[0] || !Arrays.equals(sorted, IntStream.range(0, sorted.length).toArray()))
            throw new IllegalArgumentException("packed sequence: indices " + Arrays.toString(sortedIndices) + " of "
                + batchSizes[0] + " sequences; each of 0 to " + (batchSizes[0] - 1) + " must come once");
    }

    /// Sequences side by side, filled up to one length.
    ///
    /// @param output  `[time, batch, …]`, or `[batch, time, …]`
    /// @param lengths of each sequence
    public record Padded(Tensor output, int[] lengths) implements Tensors<Padded> {
        @Override
        public Padded map(UnaryOperator<Tensor> change) { return new Padded(change.apply(output), lengths); }
    }

    /// How many sequences there are.
    public int batch() { return batchSizes[0]; }

    @Override
    public int[] batchSizes() { return batchSizes.clone(); }

    @Override
    public int[] sortedIndices() { return sortedIndices.clone(); }

    /// Of each sequence in its place before packing, where it is packed.
    public int[] unsortedIndices() {
        var unsorted = new int[sortedIndices.length];
        for (int i = 0; i < unsorted.length; i++) unsorted[sortedIndices[i]] = i;
        return unsorted;
    }

    /// Of each sequence in its place before packing.
    public int[] lengths() {
        var lengths = new int[batch()];
        for (int t = 0; t < batchSizes.length; t++) for (int i = 0; i < batchSizes[t]; i++) lengths[sortedIndices[i]] = t + 1;
        return lengths;
    }

    /// The same sequences with other data, a row for each of this one's.
    @Override
    public PackedSequence map(UnaryOperator<Tensor> change) {
        return new PackedSequence(change.apply(data), batchSizes, sortedIndices);
    }

    // ---- packing

    /// As [#packPaddedSequence(Tensor, int\[\], boolean, boolean)], time first, the lengths in any order.
    public static PackedSequence packPaddedSequence(Tensor x, int[] lengths) { return packPaddedSequence(x, lengths, false); }

    /// As [#packPaddedSequence(Tensor, int\[\], boolean, boolean)], the lengths in any order.
    public static PackedSequence packPaddedSequence(Tensor x, int[] lengths, boolean batchFirst) {
        return packPaddedSequence(x, lengths, batchFirst, false);
    }

    /// Takes the steps that sequences have, and nothing else: what stands behind a sequence's end has no part in anything, NaN
    /// included.
    ///
    /// @param x             `[time, batch, …]`, or `[batch, time, …]`
    /// @param lengths       of each sequence, from 1 to the time
    /// @param enforceSorted refuses lengths that rise, as PyTorch does unless it is told otherwise; with the order of the lengths
    ///     kept, nothing is to be restored
    /// @throws IllegalArgumentException if there aren't as many lengths as sequences, or one is 0, or beyond the time, or they
    ///     are more than 2^31 - 1 steps together
    public static PackedSequence packPaddedSequence(Tensor x, int[] lengths, boolean batchFirst, boolean enforceSorted) {
        if (x.shape().rank() < 2) throw new IllegalArgumentException("packPaddedSequence: shape " + x.shape() + "; "
            + (batchFirst ? "[batch, time, …]" : "[time, batch, …]") + " is expected");
        int time = x.size(batchFirst ? 1 : 0);
        int batch = x.size(batchFirst ? 0 : 1);
        if (lengths.length != batch || batch == 0) throw new IllegalArgumentException("packPaddedSequence: " + lengths.length
            + " lengths for shape " + x.shape() + ", which has " + batch + " sequences; give one for each, of at least one");
        checkLengths(lengths, time);
        long steps = Arrays.stream(lengths).asLongStream().sum();
        if (steps > Integer.MAX_VALUE) throw new IllegalArgumentException("packPaddedSequence: " + batch
            + " sequences have " + steps + " steps together, more than 2^31 - 1 rows; pack fewer at once");
        var sorted = sorted("packPaddedSequence", lengths, enforceSorted);
        var sizes = sizes(lengths);
        var rows = new int[(int) steps];
        for (int t = 0, next = 0; t < sizes.length; t++)
            for (int i = 0; i < sizes[t]; i++) rows[next++] = batchFirst ? sorted[i] * time + t : t * batch + sorted[i];
        return new PackedSequence(x.flatten(0, 1).indexSelect(0, rows), sizes, sorted);
    }

    /// As [#packSequence(List, boolean)], the lengths in any order.
    public static PackedSequence packSequence(List<Tensor> sequences) { return packSequence(sequences, false); }

    /// Sequences `[length, …]`, whose other sizes are equal.
    public static PackedSequence packSequence(List<Tensor> sequences, boolean enforceSorted) {
        return packPaddedSequence(padSequence(sequences), lengths("packSequence", sequences), false, enforceSorted);
    }

    private static void checkLengths(int[] lengths, int time) {
        for (int i = 0; i < lengths.length; i++) if (lengths[i] < 1 || lengths[i] > time) throw new IllegalArgumentException(
            "packPaddedSequence: sequence " + i + " has length " + lengths[i] + "; it must be from 1 to " + time
                + ", the time: leave out a sequence of no steps");
    }

    /// The longest first, those of one length as they were.
    private static int[] sorted(String operation, int[] lengths, boolean enforceSorted) {
        if (enforceSorted) for (int i = 1; i < lengths.length;
            i++) if (lengths[i] > lengths[i - 1]) throw new IllegalArgumentException(operation
            + ": sequence " + i + " of length " + lengths[i] + " is longer than the one before, of " + lengths[i - 1]
            + "; sort them, the longest first, or let it be done: enforceSorted = false");
        return IntStream.range(0, lengths.length).boxed().sorted(Comparator.comparingInt((Integer i) -> -lengths[i]))
            .mapToInt(Integer::intValue).toArray();
    }

    private static int[] sizes(int[] lengths) {
        var sizes = new int[Arrays.stream(lengths).max().getAsInt()];
        for (int length : lengths) for (int t = 0; t < length; t++) sizes[t]++;
        return sizes;
    }

    // ---- padding

    /// As [#padPackedSequence(PackedSequence, boolean, float, int)], time first, with zeros.
    public static Padded padPackedSequence(PackedSequence packed) { return padPackedSequence(packed, false); }

    /// As [#padPackedSequence(PackedSequence, boolean, float, int)], with zeros.
    public static Padded padPackedSequence(PackedSequence packed, boolean batchFirst) {
        return padPackedSequence(packed, batchFirst, 0, packed.batchSizes.length);
    }

    /// Undoes [#packPaddedSequence], in the order that there was before.
    ///
    /// @param value       what fills up
    /// @param totalLength to which is filled up, at least the longest length
    public static Padded padPackedSequence(PackedSequence packed, boolean batchFirst, float value, int totalLength) {
        int longest = packed.batchSizes.length;
        if (totalLength < longest) throw new IllegalArgumentException("padPackedSequence: a total length of " + totalLength
            + ", but the longest sequence has " + longest + " steps; give at least that");
        int batch = packed.batch();
        int count = packed.data.size(0);
        if ((long) totalLength * batch > Integer.MAX_VALUE) throw new IllegalArgumentException("padPackedSequence: " + batch
            + " sequences of " + totalLength + " steps are more than 2^31 - 1 rows; give a smaller total length");
        var rows = new int[totalLength * batch];
        Arrays.fill(rows, count);
        for (int t = 0, next = 0; t < longest; t++) for (int i = 0; i < packed.batchSizes[t]; i++) {
            int sequence = packed.sortedIndices[i];
            rows[batchFirst ? sequence * totalLength + t : t * batch + sequence] = next++;
        }
        var sizes = packed.data.shape().toArray();
        var full = new int[sizes.length + 1];
        System.arraycopy(sizes, 1, full, 2, sizes.length - 1);
        full[0] = batchFirst ? batch : totalLength;
        full[1] = batchFirst ? totalLength : batch;
        sizes[0] = 1;
        var source = rows.length == count ? packed.data : Tensor.cat(0, packed.data, Tensor.full(value, sizes));
        return new Padded(source.indexSelect(0, rows).reshape(full), packed.lengths());
    }

    /// As [#padSequence(List, boolean, float)], time first, with zeros.
    public static Tensor padSequence(List<Tensor> sequences) { return padSequence(sequences, false, 0); }

    /// Sequences `[length, …]`, whose other sizes are equal, side by side: `[time, batch, …]`, or `[batch, time, …]`.
    ///
    /// @param value what fills up to the longest
    public static Tensor padSequence(List<Tensor> sequences, boolean batchFirst, float value) {
        int longest = Arrays.stream(lengths("padSequence", sequences)).max().getAsInt();
        var filled = new Tensor[sequences.size()];
        for (int i = 0; i < filled.length; i++) {
            var sequence = sequences.get(i);
            var sizes = sequence.shape().toArray();
            sizes[0] = longest - sizes[0];
            filled[i] = sizes[0] == 0 ? sequence : Tensor.cat(0, sequence, Tensor.full(value, sizes));
        }
        return Tensor.stack(batchFirst ? 0 : 1, filled);
    }

    private static int[] lengths(String operation, List<Tensor> sequences) {
        if (sequences.isEmpty()) throw new IllegalArgumentException(operation + ": no sequences; give at least one");
        int[] first = sequences.getFirst().shape().toArray();
        for (var each : sequences) {
            int[] sizes = each.shape().toArray();
            if (sizes.length == 0 || sizes.length != first.length
                || !Arrays.equals(sizes, 1, sizes.length, first, 1, first.length))
                throw new IllegalArgumentException(operation + ": sequences of shapes " + sequences.stream()
                    .map(Tensor::shape).toList()
                    + "; they must be [length, …], with all but the lengths equal");
        }
        return sequences.stream().mapToInt(each -> each.size(0)).toArray();
    }

    /// Undoes [#padSequence]: the steps that each sequence has.
    public static List<Tensor> unpadSequence(Tensor x, int[] lengths, boolean batchFirst) {
        var packed = packPaddedSequence(x, lengths, batchFirst);
        var sequences = new ArrayList<Tensor>();
        for (int i = 0; i < packed.batch(); i++) sequences.add(x.select(batchFirst ? 0 : 1, i).slice(0, 0, lengths[i]));
        return sequences;
    }

    /// Undoes [#packSequence].
    public static List<Tensor> unpackSequence(PackedSequence packed) {
        var padded = padPackedSequence(packed);
        return unpadSequence(padded.output, padded.lengths, false);
    }

    // ---- states

    /// States `[…, batch, hidden]` in the order in which the sequences are packed.
    Tensor sorted(Tensor states) { return isInOrder() || states == null ? states : states.indexSelect(1, sortedIndices); }

    /// The same in the order before.
    Tensor unsorted(Tensor states) { return isInOrder() || states == null ? states : states.indexSelect(1, unsortedIndices()); }

    private boolean isInOrder() {
        for (int i = 0; i < sortedIndices.length; i++) if (sortedIndices[i] != i) return false;
        return true;
    }

    @Override
    public String toString() {
        return "PackedSequence(" + batch() + " sequences of up to " + batchSizes.length + " steps, data " + data.shape() + ")";
    }
}
