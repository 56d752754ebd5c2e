package dev.lanewise.train;

import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;

/// The sinks of a run: opened together, and closed whatever happens.
final class Logs implements AutoCloseable {

    /// @param everySteps 0 for epochs alone
    record Sink(MetricSink sink, int everySteps) {}

    private final List<Sink> sinks;
    private final long[] positions;
    private int opened;

    Logs(List<Sink> sinks) {
        this.sinks = List.copyOf(sinks);
        this.positions = new long[sinks.size()];
    }

    /// Where they stood; one that wasn't there begins anew.
    void resume(List<Long> positions) {
        for (int i = 0; i < Math.min(positions.size(), this.positions.length); i++) this.positions[i] = positions.get(i);
    }

    void open() {
        for (int i = 0; i < positions.length; i++) {
            opened = i + 1;
            sinks.get(i).sink.open(positions[i]);
        }
    }

    /// @param rate that the step was made with
    void step(Run run, Callback.Step step, double rate) {
        for (int i = 0; i < positions.length; i++) {
            var each = sinks.get(i);
            if (each.everySteps > 0 && run.step() % each.everySteps == 0) each.sink.write(row(run, step, rate));
        }
    }

    private static MetricSink.Row row(Run run, Callback.Step step, double rate) {
        var values = new LinkedHashMap<String, Double>();
        // the digits of a float, no more
        values.put("loss", Double.parseDouble(Float.toString(step.loss())));
        if (!Double.isNaN(step.gradientNorm())) values.put("gradient_norm", step.gradientNorm());
        values.put("learning_rate", rate);
        return new MetricSink.Row(run.step(), step.epoch(), values);
    }

    /// @param rate of its last step
    void epoch(Run run, Callback.Epoch epoch, double rate) {
        var values = new LinkedHashMap<String, Double>();
        values.put("learning_rate", rate);
        values.put("epoch_loss", epoch.meanLoss());
        if (epoch.validation() != null) {
            values.put("validation_loss", epoch.validation().loss());
            if (!Double.isNaN(epoch.validation().metric())) values.put("metric", epoch.validation().metric());
        }
        for (var each : sinks) each.sink.write(new MetricSink.Row(run.step(), epoch.number(), values));
        var error = flush();
        if (error != null) throw error;
    }

    /// Puts all rows where they belong.
    ///
    /// @return why one can't, after the others did; else null
    UncheckedIOException flush() {
        UncheckedIOException error = null;
        for (int i = 0; i < positions.length; i++) {
            try {
                positions[i] = position(sinks.get(i).sink);
            } catch (UncheckedIOException e) {
                if (error == null) error = e;
                else error.addSuppressed(e);
            }
        }
        return error;
    }

    /// Where they stood when they were last flushed.
    List<Long> positions() { return Arrays.stream(positions).boxed().toList(); }

    private static long position(MetricSink sink) {
        long position = sink.flush();
        // or a checkpoint would have it that no run could go on from
        if (position < 0) throw new IllegalStateException("log: flush() of " + sink + " returned " + position
            + "; where a sink stands is 0 or more, and 0 will do for one that doesn't drop rows");
        return position;
    }

    /// @throws RuntimeException the first error, which has the others with it
    @Override
    public void close() {
        RuntimeException error = null;
        for (int i = 0; i < opened; i++) {
            try {
                sinks.get(i).sink.close();
            } catch (RuntimeException e) {
                if (error == null) error = e;
                else error.addSuppressed(e);
            }
        }
        opened = 0;
        if (error != null) throw error;
    }
}
