package dev.lanewise.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.data.Batch;
import dev.lanewise.data.DataLoader;
import dev.lanewise.data.Rows;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.Sequential;
import dev.lanewise.optim.ReduceLROnPlateau.Mode;
import dev.lanewise.optim.SGD;
import dev.lanewise.optim.StepLR;
import dev.lanewise.tensor.Rejected;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files of a run's numbers, and sinks that fail.
class MetricSinkTest {

    private static final DataLoader<Batch<int[]>> DATA = new DataLoader<>(Rows.classification(
        new float[] {-2, -1, -1.5f, -0.5f, 1, 2, 1.5f, 0.5f, -3, -2, 3, 1}, 2, new int[] {0, 0, 1, 1, 0, 1}, List.of("a", "b")),
            4);

    @TempDir
    Path folder;

    private static Trainer<Batch<int[]>> trainer() {
        var model = new Sequential(new Linear(2, 2)).initialize(1);
        return Trainer.classifier(model, new SGD(model.parameters(), 0.125));
    }

    @Test
    void rowsHoldWhatTheHistorySays() throws IOException {
        var csv = folder.resolve("new/run.csv");
        var json = folder.resolve("run.jsonl");
        var history = trainer().clipNorm(100).validate(DATA, Metrics.accuracy(), Mode.MAX).log(MetricSink.csv(csv), 1)
            .log(MetricSink.jsonLines(json)).fit(DATA, 2);
        var lines = Files.readAllLines(csv);
        assertEquals("step,epoch,loss,gradient_norm,learning_rate,epoch_loss,validation_loss,metric", lines.getFirst());
        assertEquals(7, lines.size());
        var step = lines.get(2).split(",", -1);
        assertEquals(List.of("2", "0", "" + history.stepLosses()[1]), List.of(step).subList(0, 3));
        assertTrue(Double.parseDouble(step[3]) > 0);
        assertEquals(List.of("0.125", "", "", ""), List.of(step).subList(4, 8));
        var validation = history.validation().get(1);
        assertEquals("4,1,,,0.125," + history.epochLosses()[1] + "," + validation.loss() + "," + validation.metric(),
            lines.get(6));
        assertEquals(List.of("{\"step\":2,\"epoch\":0,\"learning_rate\":0.125,\"epoch_loss\":" + history.epochLosses()[0]
            + ",\"validation_loss\":" + history.validation().get(0).loss() + ",\"metric\":" + history.validation().get(0)
            .metric() + "}"),
            Files.readAllLines(json).subList(0, 1));
        // a run from the start begins anew
        trainer().log(MetricSink.csv(csv)).fit(DATA, 1);
        assertEquals(2, Files.readAllLines(csv).size());
    }

    /// The rate beside a loss is the one that the step was made with.
    @Test
    void ratesAreThoseOfTheirSteps() throws IOException {
        var csv = folder.resolve("run.csv");
        var model = new Sequential(new Linear(2, 2)).initialize(1);
        var optimizer = new SGD(model.parameters(), 1);
        Trainer.classifier(model, optimizer).scheduleSteps(new StepLR(optimizer, 1, 0.5)).log(MetricSink.csv(csv), 1)
            .fit(DATA, 2);
        assertEquals(List.of("1.0", "0.5", "0.5", "0.25", "0.125", "0.125"),
            Files.readAllLines(csv).stream().skip(1).map(row -> row.split(",", -1)[4]).toList());
    }

    /// A file of an earlier run is begun anew by a run that begins, and not by one that is refused.
    @Test
    void aRunThatIsRefusedLosesNothing() throws IOException {
        var csv = folder.resolve("run.csv");
        var other = Files.writeString(folder.resolve("other"), "a,b\n");
        trainer().log(MetricSink.csv(csv)).fit(DATA, 2);
        var before = Files.readString(csv);
        Rejected.argument(() -> trainer().log(MetricSink.csv(csv)).log(MetricSink.csv(other)).fit(DATA, 1), "something else");
        assertEquals(before, Files.readString(csv));
    }

    @Test
    void whatNoJsonHoldsIsNull() throws IOException {
        var json = folder.resolve("run.jsonl");
        trainer().validate(DATA, (_, _) -> Double.POSITIVE_INFINITY, Mode.MAX).log(MetricSink.jsonLines(json)).fit(DATA, 1);
        assertTrue(Files.readString(json).endsWith(",\"metric\":null}\n"));
    }

    /// What is somebody else's stays.
    @Test
    void filesOfOthersAreNotOverwritten() throws IOException {
        var other = Files.writeString(folder.resolve("data.csv"), "a,b\n1,2\n");
        Rejected.argument(() -> trainer().log(MetricSink.csv(other)).fit(DATA, 1), "csv: " + other, "something else");
        Rejected.argument(() -> trainer().log(MetricSink.jsonLines(other)).fit(DATA, 1), "jsonLines: " + other, "something else");
        assertEquals("a,b\n1,2\n", Files.readString(other));
        Rejected.argument(() -> trainer().log(MetricSink.csv(folder)).fit(DATA, 1), "is a folder");
        assertThrows(UncheckedIOException.class, () -> trainer().log(MetricSink.csv(other.resolve("below.csv"))).fit(DATA, 1));
        // an empty one, and one that a kill cut in its first line, are nobody's
        for (var start : List.of("", "step,ep")) {
            var file = Files.writeString(folder.resolve("run.csv"), start);
            trainer().log(MetricSink.csv(file)).fit(DATA, 1);
            assertEquals(2, Files.readAllLines(file).size());
        }
    }

    /// Lines that came after the checkpoint are dropped; lines that are missing are an error that changes nothing.
    @Test
    void aResumedRunGoesOnInItsFileOrRefuses() throws IOException {
        var csv = folder.resolve("run.csv");
        var file = folder.resolve("run");
        trainer().log(MetricSink.csv(csv), 1).checkpoint(file, 1).fit(DATA, 2);
        var whole = Files.readString(csv);
        Files.writeString(csv, whole + "5,2,0.5,,0.125,,,\n6,2,0.");
        trainer().log(MetricSink.csv(csv), 1).checkpoint(file, 1).resume(DATA, 3);
        var more = Files.readString(csv);
        assertTrue(more.startsWith(whole));
        assertEquals(10, more.lines().count());
        assertEquals(10, more.lines().distinct().count());
        for (var bad : List.of("", more.substring(0, 100), "x" + more, more.substring(0, more.length() - 1) + "x")) {
            Files.writeString(csv, bad);
            Rejected.argument(() -> trainer().log(MetricSink.csv(csv), 1).checkpoint(file, 1).resume(DATA, 4), "csv: " + csv);
            assertEquals(bad, Files.readString(csv));
        }
        // a sink that the run began without
        Files.delete(csv);
        trainer().log(MetricSink.jsonLines(folder.resolve("a")), 1).log(MetricSink.csv(csv)).checkpoint(folder.resolve("b"), 1)
            .resume(DATA, 1);
        assertEquals(2, Files.readAllLines(csv).size());
    }

    /// Writes down what happens to it, and fails where it is told to.
    private record Failing(List<String> heard, String where, long position) implements MetricSink {

        Failing(List<String> heard, String where) { this(heard, where, 1); }

        private void hear(String what) {
            heard.add(what);
            if (what.equals(where)) throw new IllegalStateException("at " + what);
        }

        @Override
        public void open(long position) { hear("open"); }

        @Override
        public void write(Row row) { hear("write"); }

        @Override
        public long flush() {
            hear("flush");
            return position;
        }

        @Override
        public void close() { hear("close"); }
    }

    @Test
    void sinksAreClosedWhateverHappens() {
        for (var where : List.of("", "open", "write", "flush", "close")) {
            var first = new ArrayList<String>();
            var second = new ArrayList<String>();
            var trainer = trainer().log(new Failing(first, where)).log(new Failing(second, ""));
            if (where.isEmpty()) trainer.fit(DATA, 1);
            else Rejected.state(() -> trainer.fit(DATA, 1), "at " + where);
            assertEquals("close", first.getLast());
            assertEquals(1, first.stream().filter("close"::equals).count());
            if (!second.isEmpty()) assertEquals("close", second.getLast());
            assertEquals(!where.equals("open"), !second.isEmpty());
        }
        var heard = new ArrayList<String>();
        Rejected.state(() -> trainer().log(new Failing(heard, "close")).callback(new Callback() {
            @Override
            public void onStep(Run run, Step step) { throw new IllegalStateException("of a callback"); }
        }).fit(DATA, 1), "of a callback");
        assertEquals(List.of("open", "close"), heard);
        // before a checkpoint has a place that no run could go on from
        var file = folder.resolve("run");
        Rejected.state(() -> trainer().log(new Failing(heard, "", -1)).checkpoint(file, 1).fit(DATA, 1), "flush()", "returned -1",
            "0 or more");
        assertTrue(Files.notExists(file));
    }

    /// Two runs, or one twice, would overwrite each other's.
    @Test
    void filesAreOneRuns() {
        var shared = folder.resolve("shared");
        var twice = trainer().log(MetricSink.csv(shared)).log(MetricSink.jsonLines(folder.resolve("x/../shared")));
        Rejected.state(() -> twice.fit(DATA, 1), "shared is being written by another run, or twice by this one");
        var both = List.of(trainer().checkpoint(shared, 1), trainer().checkpoint(shared, 2));
        Rejected.state(() -> Trainer.sideBySide(both, DATA, 1), shared + " is being written by another run");
        trainer().checkpoint(shared, 1).callback(new Callback() {
            @Override
            public void onEpochEnd(Run run, Epoch epoch) {
                Rejected.state(() -> trainer().checkpoint(shared, 1).fit(DATA, 1), "is being written");
            }
        }).fit(DATA, 1);
        trainer().checkpoint(shared, 1).resume(DATA, 2);
        // the best weights, too
        var best = trainer().validate(DATA, Metrics.accuracy(), Mode.MAX).keepBest(shared).checkpoint(shared, 1);
        Rejected.state(() -> best.fit(DATA, 1), "shared is being written by another run, or twice by this one");
    }

    /// However a file is named: by a link to it, or to its folder.
    @Test
    void linksLeadToOneFile() throws IOException {
        var shared = folder.resolve("shared");
        var links = List.of(Files.createSymbolicLink(folder.resolve("link"), Path.of("shared")),
            Files.createSymbolicLink(folder.resolve("there"), folder).resolve("shared"));
        trainer().checkpoint(shared, 1).callback(new Callback() {
            @Override
            public void onEpochEnd(Run run, Epoch epoch) {
                for (var link : links) {
                    Rejected.state(() -> trainer().checkpoint(link, 1).fit(DATA, 1), "is being written by another run");
                    Rejected.state(() -> trainer().log(MetricSink.csv(link)).fit(DATA, 1), "is being written by another run");
                }
            }
        }).fit(DATA, 1);
        trainer().checkpoint(links.getFirst(), 1).resume(DATA, 2);
        assertTrue(Files.isSymbolicLink(links.getFirst()));
    }

    @Test
    void aTrainerIsInOneRun() {
        var trainer = trainer();
        trainer.callback(new Callback() {
            @Override
            public void onEpochEnd(Run run, Epoch epoch) {
                Rejected.state(() -> trainer.fit(DATA, 1), "this trainer is in a run already");
            }
        }).fit(DATA, 1);
        trainer.fit(DATA, 1);
    }

    /// Which can't be gone on in.
    @Test
    void devicesAreRefused() {
        var full = Path.of("/dev/full");
        if (!Files.exists(full)) return;
        Rejected.argument(() -> trainer().log(MetricSink.csv(full)).fit(DATA, 1), "/dev/full is a folder, a device or a pipe");
    }
}
