package dev.lanewise.spark;

import dev.lanewise.data.Batch;
import dev.lanewise.train.Callback;
import dev.lanewise.train.Run;
import dev.lanewise.train.Trainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;

/// [Digits], but once something happens to one executor.
///
/// @param mark a file that says that it has happened
/// @param step at which, or -1, while rows are looked at
/// @param rank of the process
record Troubled(String mark, Kind kind, int step, int rank) implements Program<Digits.Point, Batch<int[]>> {

    enum Kind {
        /// It is killed, as by hand.
        KILLED,
        /// It says nothing for some seconds.
        SLOW,
        /// It throws.
        THROWS
    }

    static final int SLOW_MILLIS = 4_000;

    private void happens() {
        if (SparkEnv.get() == null || step >= 0 && TaskContext.getPartitionId() != rank) return;
        try {
            Files.createFile(Path.of(mark));
        } catch (FileAlreadyExistsException e) {
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        switch (kind) {
            case KILLED -> {
                try {
                    new ProcessBuilder("kill", "-9", "" + ProcessHandle.current().pid()).start().waitFor();
                    Thread.sleep(SLOW_MILLIS);
                } catch (IOException | InterruptedException e) {
                    // there is no such command
                }
                Runtime.getRuntime().halt(137);
            }
            case SLOW -> {
                try {
                    Thread.sleep(SLOW_MILLIS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            case THROWS -> throw new IllegalStateException("something that is over the next time");
        }
    }

    @Override
    public Trainer<Batch<int[]>> trainer() {
        return new Digits().trainer().callback(new Callback() {
            @Override
            public void onStep(Run run, Step made) {
                if (run.step() == step) happens();
            }
        });
    }

    @Override
    public Batch<int[]> collate(List<Digits.Point> points) { return new Digits().collate(points); }

    @Override
    public byte[] content(Digits.Point point) {
        if (step < 0) happens();
        return new Digits().content(point);
    }
}
