package dev.lanewise.examples.spark;

import dev.lanewise.data.Collate;
import dev.lanewise.nn.Embedding;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.loss.Loss;
import dev.lanewise.nn.recurrent.GRU;
import dev.lanewise.nn.recurrent.PackedSequence;
import dev.lanewise.nn.recurrent.RecurrentOptions;
import dev.lanewise.optim.Adam;
import dev.lanewise.spark.Fitted;
import dev.lanewise.spark.Program;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.train.Trainer;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Whether a review praises: a vector for each word, a GRU over them, and a logit of what it holds behind the last one.
///
/// @param units   of the GRU
/// @param seed    of the weights
record Reviews(int units, long seed) implements Program<Reviews.Review, Reviews.Batch> {

    /// @param label 1 for praise, 0 for the opposite
    record Review(String text, int label) implements Serializable {}

    /// Reviews of different lengths, filled up.
    record Batch(Collate.PaddedIndices words, Tensor labels) {}

    /// Words are told apart by a hash, which takes no list of them.
    private static final int WORDS = 1 << 12;

    private static final class Reader extends Module {
        private final Embedding embedding;
        private final GRU gru;
        private final Linear output;

        Reader(int units) {
            embedding = register("embedding", new Embedding(WORDS, units));
            gru = register("gru", new GRU(units, units, RecurrentOptions.layers(1).batchFirst(true)));
            output = register("output", new Linear(units, 1));
        }

        Tensor call(Batch batch) {
            var words = batch.words;
            var vectors = embedding.call(words.indices(), words.size(), words.longest());
            return output.call(gru.call(PackedSequence.packPaddedSequence(vectors, words.lengths(), true)).h().select(0, 0));
        }
    }

    @Override
    public Trainer<Batch> trainer() {
        var model = new Reader(units);
        model.initialize(seed);
        return trainer(model);
    }

    private static Trainer<Batch> trainer(Reader model) {
        return new Trainer<>(model, model::call, (logits, batch) -> Loss.binaryCrossEntropyWithLogits(logits, batch.labels),
            new Adam(model.parameters(), 0.005)).clipNorm(1);
    }

    @Override
    public Batch collate(List<Review> reviews) {
        return new Batch(Collate.padIndices(reviews, review -> words(review.text), 0), Collate.numbers(reviews, Review::label));
    }

    private static int[] words(String text) {
        return Stream.of(text.toLowerCase(Locale.ROOT).split("\\W+")).filter(word -> !word.isEmpty())
            .mapToInt(word -> Math.floorMod(word.hashCode(), WORDS)).toArray();
    }

    @Override
    public byte[] content(Review review) { return (review.label + " " + review.text).getBytes(StandardCharsets.UTF_8); }

    @Override
    public void check(Review review) {
        if (review.label != 0 && review.label != 1)
            throw new IllegalArgumentException("the label is " + review.label + "; it must be 0 or 1");
        if (words(review.text).length == 0) throw new IllegalArgumentException("there is no word in \"" + review.text + "\"");
    }

    /// How likely each praises, by a model that was fitted.
    double[] praise(Fitted fitted, List<Review> reviews) {
        var logits = trainer(fitted.into(new Reader(units))).predict(collate(reviews)).toArray();
        return IntStream.range(0, logits.length).mapToDouble(i -> 1 / (1 + Math.exp(-logits[i]))).toArray();
    }
}
