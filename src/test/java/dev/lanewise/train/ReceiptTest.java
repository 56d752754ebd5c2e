package dev.lanewise.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.Compute;
import dev.lanewise.data.Batch;
import dev.lanewise.data.DataLoader;
import dev.lanewise.data.Rows;
import dev.lanewise.io.Digest;
import dev.lanewise.io.Receipt;
import dev.lanewise.io.ReceiptEntry;
import dev.lanewise.io.ReceiptReader;
import dev.lanewise.io.ReceiptWriter;
import dev.lanewise.nn.BatchNorm1d;
import dev.lanewise.nn.Dropout;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Sequential;
import dev.lanewise.optim.Adam;
import dev.lanewise.optim.ReduceLROnPlateau.Mode;
import dev.lanewise.optim.SGD;
import dev.lanewise.optim.StepLR;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Operation;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.testing.ForkedJvm;
import dev.lanewise.train.Verification.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Receipts of runs, and what running again finds.
class ReceiptTest {

    private static final int EPOCHS = 2;
    /// Five batches, two a step.
    private static final int STEPS_IN_EPOCH = 3;
    private static final int STEPS = EPOCHS * STEPS_IN_EPOCH;

    @TempDir
    Path folder;

    /// Twice its input; its gradient is another one where `wrong` says so.
    private static final class Twice extends Layer {
        private static boolean wrong;
        private static final Operation TWICE = Operation.of("twice", call -> call.input(0).mul(2f),
            (g, _) -> g.mul(wrong ? 2.0001f : 2f));

        @Override
        public Tensor forward(Tensor x) { return TWICE.apply(x); }
    }

    private static Sequential model(long seed) {
        return new Sequential(new Linear(2, 5), new BatchNorm1d(5), new Dropout(0.4), new Twice(), new Linear(5, 2))
            .initialize(seed);
    }

    private static Trainer<Batch<int[]>> trainer(long seed, Callback... callbacks) {
        var model = model(seed);
        var adam = new Adam(model.parameters().subList(0, 4), 0.05);
        var sgd = new SGD(model.parameters().subList(4, 6), 0.1, SGD.options().momentum(0.9));
        return Trainer.classifier(model, adam, callbacks).optimizer(sgd).accumulate(2).cut(ReceiptTest::halves).clipNorm(1)
            .schedule(new StepLR(adam, 1, 0.7)).validate(data(0), Metrics.accuracy(), Mode.MAX);
    }

    private static List<Batch<int[]>> halves(Batch<int[]> batch) {
        int half = batch.size() / 2;
        return half < 2 ? List.of(batch) : List.of(slice(batch, 0, half), slice(batch, half, batch.size()));
    }

    private static Batch<int[]> slice(Batch<int[]> batch, int from, int to) {
        return new Batch<>(batch.inputs().slice(0, from, to), IntStream.range(from, to).map(i -> batch.targets()[i]).toArray());
    }

    /// @param changed a row that is another one; 0 for none
    private static DataLoader<Batch<int[]>> data(int changed) {
        var points = Tensor.randn(new Threefry(1).stream("points"), 24, 2).toArray();
        var labels = new int[24];
        for (int i = 0; i < labels.length; i++) points[2 * i] += labels[i] = i % 2;
        if (changed > 0) points[2 * changed] = Math.nextUp(points[2 * changed]);
        return new DataLoader<>(Rows.classification(points, 2, labels, List.of("a", "b")), 5)
            .shuffle(new Threefry(1).stream("shuffle"));
    }

    private Path recorded(String name, UnaryOperator<ReceiptOptions> options, Callback... callbacks) {
        var file = folder.resolve(name);
        trainer(7, callbacks).receipt(file, options.apply(ReceiptOptions.DEFAULT)).fit(data(0), EPOCHS);
        return file;
    }

    private static Verification.Difference difference(Trainer<Batch<int[]>> trainer, Path receipt,
            DataLoader<Batch<int[]>> data) {
        var found = trainer.verify(receipt, data);
        assertTrue(found.text().startsWith(found.difference().orElseThrow().text()));
        return found.difference().get();
    }

    // ---- the file

    @Test
    void aRunHasOneReceiptOnAnyNumberOfThreadsAndHoweverItIsInterrupted() throws IOException {
        int threads = Compute.threads();
        var options = ReceiptOptions.DEFAULT.every(2).detail(3, 4).note("command", "train \"ä\"\n");
        try {
            Compute.setThreads(1);
            trainer(7).checkpoint(folder.resolve("x"), 7).receipt(folder.resolve("whole"), options).fit(data(0), EPOCHS);
            Compute.setThreads(2);
            trainer(7).checkpoint(folder.resolve("x"), 7).receipt(folder.resolve("again"), options).fit(data(0), EPOCHS);
        } finally {
            Compute.setThreads(threads);
        }
        var whole = Files.readAllBytes(folder.resolve("whole"));
        assertArrayEquals(whole, Files.readAllBytes(folder.resolve("again")));
        for (int at = 1; at <= STEPS; at++) {
            int last = at;
            trainer(7, new Callback() {
                @Override
                public void onStep(Run run, Step step) { if (run.step() == last) run.stop(); }
            }).checkpoint(folder.resolve("parts-checkpoint"), 7).receipt(folder.resolve("parts"), options)
                .resume(data(0), EPOCHS);
            assertEquals(at, Receipt.read(folder.resolve("parts")).steps());
        }
        assertArrayEquals(whole, Files.readAllBytes(folder.resolve("parts")));
        var receipt = Receipt.read(folder.resolve("whole"));
        assertEquals(List.of("7", "train \"ä\"\n", Compute.version(), "5", "2", "3-4"), List.of(receipt.facts().get("seed"),
            receipt.facts().get("note.command"), receipt.facts().get("library"), receipt.facts().get("batches"),
            receipt.facts().get("receipt.every"), receipt.facts().get("receipt.detail")));
        assertTrue(receipt.complete() && !receipt.torn());
        var same = trainer(7).checkpoint(folder.resolve("none"), 7).verify(folder.resolve("whole"), data(0));
        assertTrue(same.isSame(), same.text());
        assertEquals("all 6 steps are the same, to the bit.", same.text());
        assertTrue(Files.notExists(folder.resolve("none")), "nothing is written");
    }

    /// In a JVM of its own, without vectors.
    static final class Program {
        public static void main(String... arguments) {
            trainer(7).checkpoint(Path.of(arguments[0]), 7).receipt(Path.of(arguments[1]),
                ReceiptOptions.DEFAULT.every(1).detail(1, STEPS))
                .fit(data(0), EPOCHS);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-Dlanewise.simd=off", "-XX:UseAVX=2", "-XX:UseAVX=0"})
    @Tag("machines")
    void everyKindOfMachineWritesTheSame(String flag) throws IOException {
        Program.main(folder.resolve("x").toString(), folder.resolve("here").toString());
        new ForkedJvm(Program.class, ForkedJvm.VECTORS, flag).with(folder.resolve("y").toString(),
            folder.resolve("there").toString()).run().orFail();
        assertArrayEquals(Files.readAllBytes(folder.resolve("here")), Files.readAllBytes(folder.resolve("there")));
        var found = trainer(7).checkpoint(folder.resolve("none"), 7).verify(folder.resolve("there"), data(0));
        assertTrue(found.isSame(), found.text());
    }

    /// What is recorded changes nothing.
    @Test
    void aRunWithAReceiptHasTheBitsOfOneWithout() {
        var plain = trainer(7);
        var history = plain.fit(data(0), EPOCHS);
        var recorded = trainer(7).receipt(folder.resolve("r"), ReceiptOptions.DEFAULT.every(1).detail(1, 100));
        assertArrayEquals(history.stepLosses(), recorded.fit(data(0), EPOCHS).stepLosses());
        plain.model.stateDict().forEach((name, tensor) -> assertArrayEquals(tensor.toArray(),
            recorded.model.stateDict().get(name).toArray()));
    }

    /// A process that was killed leaves any beginning; whoever goes on from a checkpoint makes it whole again.
    @Test
    void anyBeginningIsRecognized() throws IOException {
        var file = recorded("r", options -> options.every(2));
        var bytes = Files.readAllBytes(file);
        for (int length = 0; length < bytes.length; length += 1 + length % 61) {
            var part = folder.resolve("part");
            Files.write(part, Arrays.copyOf(bytes, length));
            if (length == 0) {
                Rejected.malformed(() -> Receipt.read(part), "it is empty");
                continue;
            }
            var receipt = Receipt.read(part);
            assertEquals(bytes[length - 1] != '\n', receipt.torn());
            if (length % 8 != 0) continue;
            var found = trainer(7).verify(part, data(0));
            if (receipt.facts().containsKey("receipt.detail")) assertTrue(found.isSame(), found.text());
            assertTrue(found.text().contains("before its run did"), found.text());
        }
    }

    @Test
    void aLineThatWasChangedIsFoundByTheChain() throws IOException {
        var file = recorded("r", options -> options.every(3));
        var lines = Files.readAllLines(file);
        var random = new SplittableRandom(5);
        for (int i = 0; i < lines.size(); i++) {
            int number = i + 1;
            var changed = new ArrayList<>(lines);
            int at = random.nextInt(lines.get(i).length());
            var line = new StringBuilder(lines.get(i));
            line.setCharAt(at, (char) (line.charAt(at) ^ 1));
            changed.set(i, line.toString());
            refused(changed, number);
            if (i == lines.size() - 1) continue;
            changed = new ArrayList<>(lines);
            changed.remove(i);
            refused(changed, number);
            changed = new ArrayList<>(lines);
            changed.add(i, lines.get(i));
            refused(changed, i == 0 ? 2 : number + 1);
            changed = new ArrayList<>(lines);
            changed.set(i, lines.get(i + 1));
            changed.set(i + 1, lines.get(i));
            refused(changed, number);
        }
        var other = folder.resolve("other");
        Files.writeString(other, "a,b\n1,2\n");
        Rejected.malformed(() -> Receipt.read(other), "line 1");
        Rejected.argument(() -> trainer(7).receipt(other).fit(data(0), 1), "holds something else");
        assertEquals("a,b\n1,2\n", Files.readString(other));
    }

    private void refused(List<String> lines, int number) throws IOException {
        var file = folder.resolve("changed");
        Files.write(file, lines);
        var trainer = trainer(7, new Callback() {
            @Override
            public void onStart(Run run) { throw new AssertionError("it is run"); }
        });
        Rejected.malformed(() -> trainer.verify(file, data(0)), file.toString(), "line " + number + ": ");
    }

    // ---- what differs

    /// Flips a bit of a weight after a step.
    private record Flip(long step, String parameter, int element, int bit) implements Callback {

        @Override
        public void onStep(Run run, Step ended) {
            if (run.step() != step) return;
            var weights = run.model().stateDict();
            var values = weights.get(parameter).toArray();
            values[element] = Float.intBitsToFloat(Float.floatToRawIntBits(values[element]) ^ 1 << bit);
            weights.put(parameter, Tensor.of(values, weights.get(parameter).shape().toArray()));
            run.model().loadStateDict(weights);
        }
    }

    @Test
    void oneBitOfOneWeightIsFoundAtItsStepByItsName() {
        var receipt = recorded("r", options -> options.every(1));
        var random = new SplittableRandom(3);
        var names = List.copyOf(model(7).stateDict().keySet());
        for (int i = 0; i < 20; i++) {
            var name = names.get(random.nextInt(names.size()));
            var flip = new Flip(1 + random.nextInt(STEPS), name, random.nextInt(model(7).stateDict().get(name).numel()),
                random.nextInt(31));
            // here it happens on this machine, there on the other
            var found = difference(trainer(7, flip), receipt, data(0));
            assertEquals(List.of(Kind.WEIGHTS, flip.step, name), List.of(found.kind(), found.step(), found.name()),
                flip::toString);
            if (i % 7 != 0) continue;
            found = difference(trainer(7), recorded("flipped", options -> options.every(1), flip), data(0));
            assertEquals(List.of(Kind.WEIGHTS, flip.step, name), List.of(found.kind(), found.step(), found.name()),
                flip::toString);
        }
    }

    /// Where weights are rarely recorded the loss tells, and says what would tell more.
    @Test
    void aLossTellsAndDetailNamesTheOperation() {
        var flip = new Flip(2, "4.bias", 1, 22);
        var found = difference(trainer(7, flip), recorded("r", options -> options), data(0));
        assertEquals(List.of(Kind.LOSS, 3L), List.of(found.kind(), found.step()));
        assertTrue(found.text().contains("detail(1, 3)") && found.text().contains("every(1)")
            && found.text().contains(found.run()), found.text());
        found = difference(trainer(7, flip), recorded("r", options -> options.detail(3, 3)), data(0));
        assertEquals(List.of(Kind.OPERATION, 3L), List.of(found.kind(), found.step()));
        assertTrue(found.name().contains("4.bias"), found.name());
    }

    @Test
    void aWrongGradientIsFoundWhereItArrives() {
        var receipt = recorded("r", options -> options.detail(1, STEPS));
        Twice.wrong = true;
        try {
            var found = difference(trainer(7), receipt, data(0));
            // the step's own loss was the same: what the operation behind it got is not
            assertEquals(List.of(Kind.OPERATION, 1L), List.of(found.kind(), found.step()));
            assertTrue(found.text().contains("the gradient that arrives at operation"), found.text());
        } finally {
            Twice.wrong = false;
        }
    }

    @Test
    void otherDataSeedsAndSettingsAreNamed() {
        var receipt = folder.resolve("r");
        trainer(7).checkpoint(folder.resolve("c"), 7).receipt(receipt).fit(data(0), EPOCHS);
        var seed = difference(trainer(8).checkpoint(folder.resolve("none"), 8), receipt, data(0));
        assertEquals(List.of(Kind.SETTING, "seed", "7", "8"), List.of(seed.kind(), seed.name(), seed.receipt(), seed.run()));
        var weights = difference(trainer(8).checkpoint(folder.resolve("none"), 7), receipt, data(0));
        assertEquals(List.of(Kind.WEIGHTS, 0L, "0.weight"), List.of(weights.kind(), weights.step(), weights.name()));
        assertTrue(weights.text().contains("the receipt's seed is 7"), weights.text());
        var rate = trainer(7).checkpoint(folder.resolve("none"), 7);
        rate.optimizers.getLast().learningRate(0.2);
        assertEquals("optimizer.1", difference(rate, receipt, data(0)).name());
        assertEquals("accumulate", difference(trainer(7).checkpoint(folder.resolve("none"), 7).accumulate(3), receipt,
            data(0)).name());
        var order = difference(trainer(7).checkpoint(folder.resolve("none"), 7), receipt, data(0).shuffle(new Threefry(2)));
        assertEquals(List.of(Kind.DATA, 1L), List.of(order.kind(), order.step()));
    }

    /// One unit in the last place of one number, at whatever step it is seen first.
    @Test
    void oneNumberOfTheDataIsFound() {
        var receipt = recorded("r", options -> options);
        var order = data(0).epoch(0);
        for (int row = 1; row < 24; row += 4) {
            float number = data(0).dataset().batch(row).inputs().get(0, 0);
            long step = 0;
            int batch = 0;
            for (var each : order) {
                batch++;
                for (int i = 0; i < each.size(); i++) if (each.inputs().get(i, 0) == number) step = (batch + 1) / 2;
            }
            var found = difference(trainer(7), receipt, data(row));
            assertEquals(List.of(Kind.DATA, step), List.of(found.kind(), found.step()), "row " + row);
        }
    }

    /// The chain alone proves nothing of the run: whoever can write files writes a whole one. It is running it again that does.
    @Test
    void aForgedReceiptIsFoundByItsRun() throws IOException {
        var receipt = recorded("r", options -> options);
        var forged = folder.resolve("forged");
        try (var lines = new ReceiptReader(receipt); var writer = ReceiptWriter.begin(forged)) {
            for (ReceiptEntry entry; (entry = lines.next()) != null;) writer.add(switch (entry) {
                case ReceiptEntry.Epoch epoch -> new ReceiptEntry.Epoch(epoch.number(), epoch.loss(), epoch.validation(), 0.99);
                case ReceiptEntry.Fact fact when fact.name().equals("library") -> new ReceiptEntry.Fact("library", "0.0.1");
                default -> entry;
            });
        }
        assertTrue(Receipt.read(forged).complete());
        var found = trainer(7).verify(forged, data(0));
        assertEquals(Kind.EPOCH, found.difference().orElseThrow().kind());
        assertTrue(found.text().contains("0.99") && found.text().contains("version 0.0.1"), found.text());
    }

    @Test
    void aReceiptThatBeginsInTheMiddleIsRefusedAndSoIsOneThatWasLost() throws IOException {
        trainer(7).checkpoint(folder.resolve("c"), 7).fit(data(0), 1);
        Rejected.argument(() -> trainer(7).checkpoint(folder.resolve("c"), 7).receipt(folder.resolve("r"))
            .resume(data(0), EPOCHS),
            "a run without a receipt", "can't begin in the middle");
        trainer(7).checkpoint(folder.resolve("c"), 7).receipt(folder.resolve("r")).fit(data(0), 1);
        var bytes = Files.readAllBytes(folder.resolve("r"));
        Files.write(folder.resolve("r"), Arrays.copyOf(bytes, 300));
        Rejected.argument(() -> trainer(7).checkpoint(folder.resolve("c"), 7).receipt(folder.resolve("r"))
            .resume(data(0), EPOCHS),
            "no line that ends at byte", "the run's own file");
        bytes[100] ^= 1;
        Files.write(folder.resolve("r"), bytes);
        Rejected.malformed(() -> trainer(7).checkpoint(folder.resolve("c"), 7).receipt(folder.resolve("r"))
            .resume(data(0), EPOCHS), "line ");
        assertArrayEquals(bytes, Files.readAllBytes(folder.resolve("r")));
        Rejected.argument(() -> ReceiptOptions.DEFAULT.every(0), "every 0 steps");
        Rejected.argument(() -> ReceiptOptions.DEFAULT.detail(3, 2), "step 3 to 2");
        Rejected.argument(() -> ReceiptOptions.DEFAULT.note("a b", "x"), "\"note.a b\"");
    }

    /// An older receipt, and an older log, stay until there is a step to write down, whatever is refused before; so does the
    /// model.
    @Test
    void aRunThatNeverBeginsLeavesWhatIsThere() throws IOException {
        var receipt = recorded("r", options -> options);
        var csv = folder.resolve("log.csv");
        trainer(7).log(MetricSink.csv(csv)).checkpoint(folder.resolve("c"), 7).receipt(folder.resolve("r2")).fit(data(0), 1);
        var before = List.of(Files.readString(receipt), Files.readString(csv));
        var refusing = new Callback() {
            @Override
            public void onStart(Run run) { throw new IllegalStateException("not now"); }
        };
        var large = ReceiptOptions.DEFAULT.note("long", "x".repeat(30_000)).note("longer", "x".repeat(30_000)).note("longest",
            "x".repeat(30_000));
        Rejected.state(() -> trainer(7, refusing).receipt(receipt, large).log(MetricSink.csv(csv)).fit(data(0), 1), "not now");
        Rejected.state(() -> Trainer.sideBySide(List.of(trainer(7).receipt(receipt, large).log(MetricSink.csv(csv)), trainer(8,
            refusing)), data(0), 1), "not now");
        var broken = data(0).dataset().<Batch<int[]>>map(_ -> { throw new IllegalStateException("no data"); });
        Rejected.state(() -> trainer(7).receipt(receipt, large).log(MetricSink.csv(csv)).fit(new DataLoader<>(broken, 5), 1),
            "no data");
        Rejected.state(() -> trainer(7, refusing).receipt(folder.resolve("fresh"))
            .log(MetricSink.csv(folder.resolve("fresh.csv"))).fit(data(0), 1), "not now");
        assertTrue(Files.notExists(folder.resolve("fresh")) && Files.notExists(folder.resolve("fresh.csv")));
        assertEquals(before, List.of(Files.readString(receipt), Files.readString(csv)));
        // nor is a checkpoint taken over where what goes with it is refused
        for (var other : List.of("other", "r")) {
            var trainer = trainer(7).log(MetricSink.csv(other.equals("r") ? Files.writeString(folder.resolve("short.csv"), "step")
                : csv))
                .checkpoint(folder.resolve("c"), 7).receipt(other.equals("r") ? folder.resolve("r2")
                : Files.writeString(folder.resolve("other"), ""));
            var weights = Digest.of(trainer.model.stateDict());
            assertThrows(RuntimeException.class, () -> trainer.resume(data(0), EPOCHS));
            assertEquals(weights, Digest.of(trainer.model.stateDict()));
        }
    }

    /// A run that makes no step has a receipt of that.
    @Test
    void aRunThatIsStoppedAtOnceHasAReceipt() {
        var receipt = recorded("r", options -> options, new Callback() {
            @Override
            public void onStart(Run run) { run.stop(); }
        });
        assertEquals(0, Receipt.read(receipt).steps());
        assertTrue(Receipt.read(receipt).complete() && Receipt.read(receipt).facts().containsKey("batch_size"));
    }
}
