package dev.lanewise.examples.text;

import dev.lanewise.data.DataLoader;
import dev.lanewise.data.MalformedFileException;
import dev.lanewise.data.Source;
import dev.lanewise.data.TokenBatch;
import dev.lanewise.data.TokenWindows;
import dev.lanewise.data.Vocabulary;
import dev.lanewise.io.Safetensors;
import dev.lanewise.nn.Embedding;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.loss.Loss;
import dev.lanewise.nn.recurrent.GRU;
import dev.lanewise.nn.recurrent.RecurrentOptions;
import dev.lanewise.nn.recurrent.RecurrentOutput;
import dev.lanewise.optim.Adam;
import dev.lanewise.random.RandomSource;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.train.History;
import dev.lanewise.train.Trainer;
import java.nio.file.Path;
import java.util.Map;

/// Says of each character of a text what comes next: vectors of characters, a GRU over them, and logits.
final class TextModel extends Module {

    private static final int WIDTH = 64;
    /// Characters of a piece that is trained on.
    private static final int LENGTH = 48;
    private static final String VOCABULARY = "vocabulary";

    private final Vocabulary vocabulary;
    private final Embedding embedding;
    private final GRU gru = register("gru", new GRU(WIDTH, WIDTH, RecurrentOptions.layers(1).batchFirst(true)));
    private final Linear output;

    TextModel(Vocabulary vocabulary) {
        this.vocabulary = vocabulary;
        embedding = register("embedding", new Embedding(vocabulary.size(), WIDTH));
        output = register("output", new Linear(WIDTH, vocabulary.size()));
    }

    /// @return logits `[rows * length, characters]`, as their targets stand in the batch
    private Tensor call(TokenBatch batch) {
        return logits(gru.call(embedding.call(batch.inputs(), batch.size(), batch.length())));
    }

    private Tensor logits(RecurrentOutput run) { return output.call(run.output().flatten(0, 1)); }

    /// Shows each character of the text about once an epoch.
    History learn(String text, int epochs, long seed) {
        var windows = new TokenWindows(vocabulary.encode(text), LENGTH);
        var loader = new DataLoader<>(windows, 32).sampler(windows.tiles(new Threefry(seed).stream("tiles")));
        return new Trainer<>(this, this::call, (logits, batch) -> Loss.crossEntropy(logits, batch.targets()),
            new Adam(parameters(), 0.01))
            .clipNorm(1).printEvery(1).fit(loader, epochs);
    }

    /// Goes on with a text, one character drawn after the other; the GRU's state is what has been read.
    ///
    /// @param beginning one character or more, all of them known
    String continued(String beginning, int count, RandomSource random) {
        if (beginning.isEmpty()) throw new IllegalArgumentException("a text begins with one character or more");
        var text = new StringBuilder(beginning);
        var drawn = new float[count];
        random.uniform(drawn, 0, count);
        return predict(() -> {
            var read = vocabulary.encode(beginning);
            Tensor state = null;
            for (float u : drawn) {
                var x = embedding.call(read, 1, read.length);
                var run = state == null ? gru.call(x) : gru.call(x, state);
                state = run.h();
                int next = chosen(logits(run).select(0, -1).softmax(0).toArray(), u);
                text.append(vocabulary.decode(next));
                read = new int[] {next};
            }
            return text.toString();
        });
    }

    /// The first whose chance, with those before it, is more than `u`.
    private static int chosen(float[] chances, double u) {
        for (int i = 0; i < chances.length - 1; i++) {
            u -= chances[i];
            if (u < 0) return i;
        }
        return chances.length - 1;
    }

    /// Weights and vocabulary in one file: neither is of use without the other.
    void write(Path file) { Safetensors.write(file, stateDict(), Map.of(VOCABULARY, vocabulary.toText())); }

    static TextModel read(Path file) {
        var read = Safetensors.read(file);
        var vocabulary = read.metadata().get(VOCABULARY);
        if (vocabulary == null) throw MalformedFileException.in("TextModel.read", Source.of(file),
            "there is no vocabulary in its metadata");
        var model = new TextModel(Vocabulary.fromText(vocabulary));
        model.loadStateDict(read.tensors());
        return model;
    }
}
