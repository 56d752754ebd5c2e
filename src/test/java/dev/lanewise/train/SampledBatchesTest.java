package dev.lanewise.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.data.Collate;
import dev.lanewise.data.DataLoader;
import dev.lanewise.data.Dataset;
import dev.lanewise.data.LengthBuckets;
import dev.lanewise.data.Sampler;
import dev.lanewise.nn.Embedding;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.loss.Loss;
import dev.lanewise.optim.Adam;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Batches of a user's own record, filled up and masked, chosen by samplers: a run goes on from the middle of an epoch as if it
/// had never stopped.
class SampledBatchesTest {

    private static final int EPOCHS = 3;
    private static final int WORDS = 12;

    @TempDir
    Path folder;

    private record Sentence(int[] words, int label) {}

    private record Sentences(Collate.PaddedIndices words, int[] labels) {

        static Sentences of(List<Sentence> some) {
            return new Sentences(Collate.padIndices(some, Sentence::words, 0), Collate.labels(some, Sentence::label));
        }
    }

    /// The mean of the words' vectors, and from it the classes.
    private static final class Bag extends Module {

        private final Embedding embedding = register("embedding", new Embedding(WORDS, 4, 0));
        private final Linear output = register("output", new Linear(4, 2));

        Tensor call(Sentences batch) {
            var words = batch.words();
            var mask = words.mask().reshape(words.size(), words.longest(), 1);
            var sum = embedding.call(words.indices(), words.size(), words.longest()).mul(mask).sum(1);
            return output.call(sum.div(mask.sum(1)));
        }
    }

    private static final List<Sentence> ALL = IntStream.range(0, 60).mapToObj(i -> new Sentence(
        IntStream.range(0, 1 + i * 7 % 11).map(j -> 1 + (i + j * j) % (WORDS - 1)).toArray(), i % 3 == 0 ? 1 : 0)).toList();

    private static DataLoader<Sentences> loader(int kind) {
        var data = Dataset.of(ALL, Sentences::of);
        int[] lengths = ALL.stream().mapToInt(sentence -> sentence.words.length).toArray();
        int[] labels = ALL.stream().mapToInt(Sentence::label).toArray();
        var source = new Threefry(5);
        return switch (kind) {
            case 0 -> new DataLoader<>(data, new LengthBuckets(lengths, 8).tokens(50).mixing(3).shuffle(source));
            case 1 -> new DataLoader<>(data, 8).sampler(Sampler.balanced(labels, source));
            default -> new DataLoader<>(data, 8).sampler(Sampler.stratified(labels, source));
        };
    }

    private static float[] trained(UnaryOperator<Trainer<Sentences>> told, DataLoader<Sentences> data, boolean resumed) {
        var model = new Bag();
        model.initialize(3);
        var trainer = told.apply(new Trainer<>(model, model::call, (scores, batch) -> Loss.crossEntropy(scores, batch.labels()),
            new Adam(model.parameters(), 0.05)));
        var history = resumed ? trainer.resume(data, EPOCHS) : trainer.fit(data, EPOCHS);
        return history.stepLosses();
    }

    @Test
    void aRunGoesOnInTheMiddleOfASampledEpoch() {
        for (int kind = 0; kind < 3; kind++) {
            var file = folder.resolve("checkpoint" + kind);
            var data = loader(kind);
            var whole = trained(trainer -> trainer, data, false);
            assertEquals(EPOCHS * data.batches(), whole.length);
            int stop = data.batches() + 2;
            trained(trainer -> trainer.checkpoint(file, 3).callback(new Callback() {
                private int steps;

                @Override
                public void onStep(Run run, Step step) {
                    if (++steps == stop) Thread.currentThread().interrupt();
                }
            }), data, false);
            assertTrue(Thread.interrupted());
            assertArrayEquals(whole, trained(trainer -> trainer.checkpoint(file, 3), data, true));
        }
    }
}
