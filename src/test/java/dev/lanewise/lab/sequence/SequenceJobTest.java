package dev.lanewise.lab.sequence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.Compute;
import dev.lanewise.data.SequenceBatch;
import dev.lanewise.data.Synthetic;
import dev.lanewise.io.Safetensors;
import dev.lanewise.lab.Ran;
import dev.lanewise.lab.sequence.SequenceModel.Cell;
import dev.lanewise.nn.Module;
import dev.lanewise.nn.loss.Losses;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SequenceJobTest {

    private static final String EASY =
        "--sequences 600 --shortest 3 --longest 6 --noise 0.05 --hidden 16 --rate 0.02 --batch 16 ";

    @TempDir
    Path folder;

    private final int threads = Compute.threads();

    @AfterEach
    void putThreadsBack() { Compute.setThreads(threads); }

    private SequenceOutcome run(String line, String... more) {
        var args = Stream.of(line.split(" "), new String[] {"--checkpoint", folder.resolve("kept.safetensors").toString()}, more)
            .flatMap(Stream::of).toArray(String[]::new);
        return (SequenceOutcome) Ran.result(new SequenceJob(), args).outcome();
    }

    @Test
    void whoRemembersTellsWhatCameFirst() {
        var outcome = run(EASY + "--epochs 5");
        assertTrue(outcome.testAccuracy() > 0.9, () -> "with memory " + outcome.testAccuracy());
        assertTrue(outcome.blindAccuracy() > 0.5 && outcome.blindAccuracy() < 0.85,
            () -> "without order " + outcome.blindAccuracy());
        assertEquals(120, Arrays.stream(outcome.confusion()).flatMapToLong(Arrays::stream).sum());
        assertEquals(120, outcome.lengths().stream().mapToInt(SequenceOutcome.ByLength::count).sum());
        long right = IntStream.range(0, 4).mapToLong(i -> outcome.confusion()[i][i]).sum();
        assertEquals(right / 120.0, outcome.testAccuracy());
    }

    /// Whoever reads it starts from the same weights, and meets the same sequences in the same order.
    @Test
    void whatIsExportedIsWhatWasDone() {
        var file = folder.resolve("export.safetensors");
        run("--sequences 100 --longest 12 --hidden 16 --batch 16 --cell gru --layers 2 --epochs 2", "--export", file.toString());
        var export = Safetensors.read(file);
        assertEquals("GRU", export.metadata().get("cell"));
        var all = export.tensors();
        var start = new HashMap<String, Tensor>();
        all.forEach((name, values) -> { if (name.startsWith("start.")) start.put(name.substring("start.".length()), values); });
        var model = new SequenceModel(Cell.GRU, 2, 16, 2, 4);
        model.loadStateDict(start);
        int[] rows = whole(all.get("order").select(0, 0));
        assertArrayEquals(IntStream.range(0, 60).toArray(), Arrays.stream(rows).sorted().toArray());
        var first = Arrays.copyOf(rows, 16);
        var batch = new SequenceBatch(all.get("training.inputs").indexSelect(0, first),
            whole(all.get("training.lengths").indexSelect(0, first)), whole(all.get("training.targets").indexSelect(0, first)));
        assertEquals(Losses.crossEntropy(model.call(batch), batch.targets()).item(), all.get("losses").get(0));
        assertEquals(2 * Math.ceilDiv(60, 16), all.get("losses").numel());
    }

    private static int[] whole(Tensor x) {
        var values = x.toArray();
        return IntStream.range(0, values.length).map(i -> (int) values[i]).toArray();
    }

    /// Both networks: what is behind a sequence's end is nothing to them.
    @Test
    void paddingIsNothing() {
        var sequences = Synthetic.temporalOrder(8, 2, 9, 0.1, new Threefry(1));
        var batch = sequences.batch(IntStream.range(0, 8).toArray());
        var values = batch.inputs().toArray();
        int longest = batch.inputs().size(1);
        for (int i = 0; i < 8; i++)
            Arrays.fill(values, 2 * (i * longest + batch.lengths()[i]), 2 * (i + 1) * longest, Float.NaN);
        var filled = new SequenceBatch(Tensor.wrap(values, 8, longest, 2), batch.lengths(), batch.targets());
        var blind = new OrderBlind(2, 5, 4);
        blind.initialize(1);
        assertArrayEquals(blind.call(batch).toArray(), blind.call(filled).toArray());
        for (var cell : Cell.values()) {
            var model = new SequenceModel(cell, 2, 5, 2, 4);
            model.initialize(1);
            var all = Module.predict(() -> model.call(filled));
            assertArrayEquals(Module.predict(() -> model.call(batch)).toArray(), all.toArray());
            for (int i = 0; i < 8; i++) {
                int row = i;
                assertArrayEquals(Module.predict(() -> model.call(sequences.batch(row))).toArray(), all.select(0, i).toArray());
            }
        }
    }

    @Test
    void whatCannotBeIsSaid() {
        Rejected.argument(() -> run("--shortest 9 --longest 8"), "--shortest 9", "--longest 8");
        Rejected.argument(() -> run("--cell transformer"), "--cell", "transformer", "lstm, gru or rnn");
    }
}
