package dev.lanewise.train;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Where a run's numbers go: see [Trainer#log(MetricSink)]. [#csv] and [#jsonLines] make the ones that write files.
///
/// A run opens it, writes rows, flushes after each epoch and before each checkpoint, and closes it, also where it fails.
/// What it throws ends the run.
public interface MetricSink extends AutoCloseable {

    /// What rows can have: of steps `loss`, `gradient_norm` and `learning_rate`; of epochs `learning_rate`, `epoch_loss`,
    /// `validation_loss` and `metric`. The rate is the first optimizer's, in the step, or in the epoch's last one.
    List<String> NAMES = List.of("loss", "gradient_norm", "learning_rate", "epoch_loss", "validation_loss", "metric");

    /// Numbers of a moment.
    ///
    /// @param step   how many steps were made
    /// @param epoch  of which they are, counted from 0
    /// @param values by the names of [#NAMES], in their order; what isn't measured is missing
    record Row(long step, int epoch, Map<String, Double> values) {
        /// Keeps a copy of the values, in their order.
        public Row {
            values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        }
    }

    /// Before the first row.
    ///
    /// @param position what [#flush] said at the checkpoint that the run goes on from, so that what was written after it is
    ///                 dropped and no row comes twice; 0 for a run from the start
    void open(long position);

    /// Takes one row; called from the thread that trains.
    void write(Row row);

    /// Puts all rows where they are to be.
    ///
    /// @return where the sink stands, 0 or more, for [#open]
    long flush();

    /// After the last row, or an error; called once for each [#open], also for one that failed.
    @Override
    void close();

    /// Comma-separated values in a file: a line of names, then a line for each row, a field that is not measured left empty. A
    /// run from the start begins the file anew, with its first row; one that goes on goes on in it.
    ///
    /// Opening it throws an [IllegalArgumentException] if the file holds something else or lacks what was written before the
    /// checkpoint; it and the others throw an [UncheckedIOException] if it can't be written.
    static MetricSink csv(Path file) { return FileSink.csv(file); }

    /// As [#csv], but each line is a JSON object of its own: `{"step":100,"epoch":0,"loss":0.25}`. NaN and infinities are null.
    static MetricSink jsonLines(Path file) { return FileSink.jsonLines(file); }
}
