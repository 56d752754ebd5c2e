package dev.lanewise.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/// Batches of any record, from examples of any kind.
class CollateTest {

    private record Review(Tensor words, int[] ids, int stars, double weight) {

        static Review of(int length, int width) {
            var numbers = new float[length * width];
            for (int i = 0; i < numbers.length; i++) numbers[i] = i + 1;
            return new Review(width == 1 ? Tensor.wrap(numbers, length) : Tensor.wrap(numbers, length, width),
                IntStream.rangeClosed(1, length).toArray(), length % 5, length / 2.0);
        }
    }

    private record Reviews(Collate.Padded words, Collate.PaddedIndices ids, int[] stars, Tensor weights) {

        static Reviews of(List<Review> some) {
            return new Reviews(Collate.pad(some, Review::words, -1), Collate.padIndices(some, Review::ids, -7),
                Collate.labels(some, Review::stars), Collate.numbers(some, Review::weight));
        }
    }

    @Property(tries = 100)
    void sequencesAreFilledUpToTheLongest(@ForAll @Size(min = 1, max = 9) List<@IntRange(max = 12) Integer> lengths,
            @ForAll @IntRange(min = 1, max = 3) int width) {
        var data = Dataset.of(lengths.stream().map(length -> Review.of(length, width)).toList(), Reviews::of);
        assertEquals(lengths.size(), data.size());
        var batch = data.batch(IntStream.range(0, lengths.size()).toArray());
        int longest = lengths.stream().mapToInt(length -> length).max().getAsInt();
        int[] expected = lengths.stream().mapToInt(length -> length).toArray();
        assertArrayEquals(expected, batch.words.lengths());
        assertArrayEquals(expected, batch.ids.lengths());
        assertEquals(width == 1 ? Shape.of(lengths.size(), longest) : Shape.of(lengths.size(), longest, width),
            batch.words.values().shape());
        assertEquals(Shape.of(lengths.size(), longest), batch.ids.mask().shape());
        assertEquals(longest, batch.ids.longest());
        float[] values = batch.words.values().toArray();
        float[] mask = batch.words.mask().toArray();
        assertArrayEquals(mask, batch.ids.mask().toArray());
        for (int i = 0; i < expected.length; i++) for (int j = 0; j < longest; j++) {
            boolean is = j < expected[i];
            assertEquals(is ? 1 : 0, mask[i * longest + j]);
            assertEquals(is ? j + 1 : -7, batch.ids.indices()[i * longest + j]);
            for (int k = 0; k < width; k++) assertEquals(is ? j * width + k + 1 : -1, values[(i * longest + j) * width + k]);
        }
        assertArrayEquals(Arrays.stream(expected).map(length -> length % 5).toArray(), batch.stars);
        assertEquals(Shape.of(lengths.size(), 1), batch.weights.shape());
    }

    @Test
    void aLoaderShowsRecordsOfYourOwn() {
        int[] lengths = {5, 1, 4, 2, 3, 6};
        var data = Dataset.of(Arrays.stream(lengths).mapToObj(length -> Review.of(length, 2)).toList(), Reviews::of);
        var loader = new DataLoader<>(data, new LengthBuckets(lengths, 2).mixing(1).shuffle(new Threefry(1)));
        var longest = new ArrayList<Integer>();
        loader.forEach(0, batch -> longest.add(batch.words.values().size(1)));
        longest.sort(null);
        assertEquals(List.of(2, 4, 6), longest);
        assertEquals(2, data.subset(3, 1).batch(0, 1).words.values().size(1));
    }

    @Test
    void tensorsOfOneShapeAreStacked() {
        var stacked = Collate.stack(List.of(Review.of(2, 3), Review.of(2, 3)), Review::words);
        assertEquals(Shape.of(2, 2, 3), stacked.shape());
        assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6}, stacked.toArray());
        var some = List.of(Review.of(2, 3), Review.of(1, 3));
        Rejected.argument(() -> Collate.stack(some, Review::words), "[2, 3]", "[1, 3]");
    }

    @Property(tries = 50)
    void rowsAreWhatTheirTensorsAre(@ForAll @IntRange(min = 1, max = 9) int size, @ForAll @IntRange(max = 5) int length) {
        var examples = IntStream.range(0, size).mapToObj(i -> Tensor.randn(new Threefry(i), length)).toList();
        var rows = Collate.rows(examples, Tensor::toArray);
        assertEquals(Shape.of(size, length), rows.shape());
        assertArrayEquals(Collate.stack(examples, example -> example).toArray(), rows.toArray());
    }

    @Test
    void whatDoesNotFitTogetherIsRefused() {
        List<Tensor> none = List.of();
        Rejected.argument(() -> Collate.stack(none, x -> x), "Collate.stack: no examples");
        Rejected.argument(() -> Collate.rows(none, _ -> new float[0]), "Collate.rows: no examples");
        assertEquals(Shape.of(2, 0), Collate.rows(List.of(1, 2), _ -> new float[0]).shape());
        Rejected.argument(() -> Collate.rows(List.of(2, 3), float[]::new), "example 0 has 2 numbers and example 1 3",
            "Collate.pad");
        var numbers = new float[1 << 15];
        Rejected.argument(() -> Collate.rows(Collections.nCopies(1 << 16, 0), _ -> numbers), "2^31 - 1 elements");
        Rejected.argument(() -> Collate.pad(none, x -> x), "Collate.pad: no examples");
        Rejected.argument(() -> Collate.padIndices(none, _ -> new int[0], 0), "Collate.padIndices: no examples");
        Rejected.argument(() -> Collate.numbers(none, _ -> 0), "Collate.numbers: no examples");
        assertEquals(0, Collate.labels(none, _ -> 0).length);
        var differ = List.of(Tensor.zeros(2, 3), Tensor.zeros(4, 5));
        Rejected.argument(() -> Collate.pad(differ, x -> x), "example 0 has shape [2, 3] and example 1 [4, 5]");
        Rejected.argument(() -> Collate.pad(List.of(Tensor.scalar(1)), x -> x), "[]", "must have one");
        // 65,536 sequences, one of them with 32,768 indices
        var many = IntStream.range(0, 1 << 16).boxed().toList();
        var empty = new int[0];
        Rejected.argument(() -> Collate.padIndices(many, i -> i == 5 ? new int[1 << 15] : empty, 0), "2^31 - 1 elements");
        Rejected.argument(() -> Collate.pad(many, i -> Tensor.zeros(i == 5 ? 1 << 15 : 0), 0), "65536, 32768");
        Rejected.argument(() -> Dataset.of(-1, row -> row, rows -> rows), "-1 examples");
        Rejected.argument(() -> Dataset.of(3, row -> row, rows -> rows).batch(3), "Dataset.batch: row 3");
        Rejected.argument(() -> Dataset.of(3, row -> row, rows -> rows).batch(), "no rows");
    }

    @Test
    void aDatasetIsMapped() {
        var data = Numbered.rows(6);
        var doubled = data.map(batch ->
            new Batch<>(batch.inputs().add(1), Arrays.stream(batch.targets()).map(i -> 2 * i).toArray()));
        assertEquals(data.classNames(), doubled.classNames());
        assertEquals(6, doubled.size());
        assertEquals(List.of(10, 0, 4), Numbered.of(doubled.subset(5, 0, 2)));
        assertArrayEquals(new float[] {1, 1}, doubled.batch(0, 1).inputs().toArray());
        assertArrayEquals(IntStream.range(0, 6).toArray(), Dataset.labels(data));
        assertEquals(0, Dataset.labels(Numbered.rows(0)).length);
        assertArrayEquals(IntStream.range(0, 10_000).toArray(), Dataset.labels(Numbered.rows(10_000)));
    }

    @Test
    void tensorsAreDatasets() {
        var pictures = Tensor.wrap(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 4, 2, 1);
        var labels = new int[] {0, 1, 1, 0};
        var data = TensorDataset.of(pictures, labels, List.of("a", "b"));
        labels[0] = 1;
        var batch = data.batch(2, 0, 2);
        assertEquals(Shape.of(3, 2, 1), batch.inputs().shape());
        assertArrayEquals(new float[] {5, 6, 1, 2, 5, 6}, batch.inputs().toArray());
        assertArrayEquals(new int[] {1, 0, 1}, batch.targets());
        assertEquals(List.of("a", "b"), data.classNames());
        var turned = TensorDataset.of(pictures.permute(1, 0, 2), Tensor.of(9, 8));
        assertArrayEquals(new float[] {2, 4, 6, 8}, turned.batch(1).inputs().toArray());
        assertArrayEquals(new float[] {8}, turned.batch(1).targets().toArray());
        assertEquals(3, TensorDataset.of(pictures, pictures, pictures).batch(3).size());
        Rejected.argument(() -> TensorDataset.of(pictures, new int[3], List.of("a")), "[4, 2, 1] for 3 examples");
        Rejected.argument(() -> TensorDataset.of(pictures, new int[] {0, 0, 2, 0}, List.of("a", "b")), "row 2 has label 2");
        Rejected.argument(() -> TensorDataset.of(pictures, Tensor.of(1, 2, 3)), "[3] for 4 examples");
        Rejected.argument(() -> TensorDataset.of(Tensor.scalar(1), Tensor.scalar(1)), "[] for 0 examples");
        Rejected.argument(() -> TensorDataset.of(), "no tensor");
        Rejected.argument(() -> data.batch(4), "TensorDataset.batch: row 4");
        Rejected.argument(() -> turned.batch(), "no rows");
    }

    /// A parameter that is trained, or a tensor of a scope, is a value when it becomes data.
    @Test
    void aTensorDatasetIsIndependentOfItsTensors() {
        var inputs = Tensor.of(1, 2, 3).requiresGrad(true);
        var data = TensorDataset.of(inputs, Tensor.of(1, 2, 3));
        assertFalse(data.batch(0).inputs().requiresGrad());
        assertNotSame(data.batch(0).inputs(), data.batch(0).inputs());
        assertEquals(3, data.size());
    }
}
