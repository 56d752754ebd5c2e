package dev.lanewise.data;

import dev.lanewise.random.RandomSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Batches of examples that are about equally long, so that little is lost when each is filled up to its longest. Immutable.
///
/// ```java
/// var buckets = new LengthBuckets(lengths, 64).tokens(8_192).shuffle(new Threefry(42).stream("shuffle"));
/// var loader = new DataLoader<>(sentences, buckets);
/// ```
///
/// The examples are sorted by length and cut into buckets, each of so many as make 16 batches ([#mixing]). An epoch draws the
/// batches of a bucket from its examples at random and shows the batches of all buckets in random order. How many batches there
/// are, and how large, is the same in each epoch.
public final class LengthBuckets implements BatchSampler {
    private static final int MIXING = 16;

    private final int[] lengths;
    private final int examples;
    private final long tokens;
    private final int mixing;
    private final RandomSource source; // null: the longest first, in each epoch
    private final List<Bucket> buckets;

    /// @param rows   the longest first
    /// @param most   examples in a batch
    private record Bucket(int[] rows, int most) {
        int batches() {
            return Math.ceilDiv(rows.length, most);
        }
    }

    /// Batches of at most so many examples, the longest first: what doesn't fit into memory shows at once.
    ///
    /// @param lengths  of each example, 0 or more
    /// @param examples the most in a batch
    /// @throws IllegalArgumentException if there are no examples, a length is negative, or `examples` is below 1
    public LengthBuckets(int[] lengths, int examples) {
        this(lengths.clone(), examples, Long.MAX_VALUE, MIXING, null);
    }

    private LengthBuckets(int[] lengths, int examples, long tokens, int mixing, RandomSource source) {
        Samplers.requireRows("LengthBuckets", lengths.length);
        if (examples < 1) throw new IllegalArgumentException("LengthBuckets: " + examples
            + " examples in a batch; at least one is needed");
        for (int i = 0; i < lengths.length; i++) if (lengths[i] < 0) throw new IllegalArgumentException(
            "LengthBuckets: example " + i + " has length " + lengths[i] + "; a length is 0 or more");
        this.lengths = lengths;
        this.examples = examples;
        this.tokens = tokens;
        this.mixing = mixing;
        this.source = source;
        this.buckets = buckets();
    }

    /// With at most so many tokens in a batch as well, those that it is filled up with counted: examples times the longest.
    ///
    /// @throws IllegalArgumentException if an example alone has more
    public LengthBuckets tokens(long most) {
        int longest = IntStream.range(0, lengths.length).reduce(0, (i, j) -> lengths[j] > lengths[i] ? j : i);
        if (most < Math.max(1, lengths[longest])) throw new IllegalArgumentException("LengthBuckets.tokens: at most " + most
            + " in a batch, but example " + longest + " alone has " + lengths[longest] + "; allow more, or shorten it");
        return new LengthBuckets(lengths, examples, most, mixing, source);
    }

    /// With so many batches' examples in a bucket. More are more random, and filled up with more.
    ///
    /// @throws IllegalArgumentException if `batches` is below 1
    public LengthBuckets mixing(int batches) {
        if (batches < 1) throw new IllegalArgumentException("LengthBuckets.mixing: " + batches
            + " batches; at least one is needed");
        return new LengthBuckets(lengths, examples, tokens, batches, source);
    }

    /// With batches and an order of its own for every epoch, drawn from `source.stream(epoch)`.
    public LengthBuckets shuffle(RandomSource source) {
        return new LengthBuckets(lengths, examples, tokens, mixing, source);
    }

    private List<Bucket> buckets() {
        // stable, so that equal ones are in the order of the data set
        int[] rows = IntStream.range(0, lengths.length).boxed().sorted(Comparator.comparingInt(row -> -lengths[row]))
            .mapToInt(row -> row).toArray();
        var buckets = new ArrayList<Bucket>();
        for (int from = 0, to; from < rows.length; from = to) {
            int most = (int) Math.min(examples, tokens / Math.max(1, lengths[rows[from]]));
            to = (int) Math.min(rows.length, from + (long) mixing * most);
            buckets.add(new Bucket(Arrays.copyOfRange(rows, from, to), most));
        }
        return List.copyOf(buckets);
    }

    @Override
    public int[][] batches(int epoch) {
        var random = source == null ? null : source.stream(epoch);
        var batches = new int[size()][];
        var places = random == null ? IntStream.range(0, batches.length).toArray() : random.permutation(batches.length);
        int next = 0;
        for (var bucket : buckets) {
            int size = bucket.rows.length;
            var rows = random == null ? bucket.rows : Arrays.stream(random.permutation(size)).map(i -> bucket.rows[i]).toArray();
            int count = bucket.batches();
            for (int i = 0; i < count; i++) // as even as can be
                batches[places[next++]] = Arrays.copyOfRange(rows, (int) ((long) size * i / count),
                    (int) (size * (i + 1L) / count));
        }
        return batches;
    }

    @Override
    public int size() {
        return buckets.stream().mapToInt(Bucket::batches).sum();
    }
}
