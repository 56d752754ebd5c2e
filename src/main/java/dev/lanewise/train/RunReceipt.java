package dev.lanewise.train;

import dev.lanewise.io.Digest;
import dev.lanewise.io.ReceiptEntry;
import dev.lanewise.tensor.Scope;
import java.util.Map;
import java.util.function.Consumer;

/// What a run puts into its receipt, in order; or into what compares it with one.
final class RunReceipt {

    /// What the names of its user's facts begin with.
    static final String NOTE = "note.";

    private final Trainer<?> trainer;
    private final ReceiptOptions options;
    private final Consumer<ReceiptEntry> entries;
    private final Digest data = new Digest();
    private final Digest weights = new Digest();
    /// Of a step in detail; null else.
    private OperationDigests operations;
    /// Whether the batches of the step at hand are being digested.
    private boolean begun;

    RunReceipt(Trainer<?> trainer, ReceiptOptions options, Consumer<ReceiptEntry> entries) {
        this.trainer = trainer;
        this.options = options;
        this.entries = entries;
    }

    void begin(Map<String, String> facts) {
        facts.forEach((name, text) -> entries.accept(new ReceiptEntry.Fact(name, text)));
        weights(0);
    }

    /// Before it is learned from.
    ///
    /// @param step that it is part of, counted from 1
    void batch(Object batch, long step) {
        if (!begun) {
            begun = true;
            if (!isWhole(step)) data.sampled(step);
            if (operations == null && options.isDetailed(step)) operations = new OperationDigests(step, trainer.model);
        }
        data.add(batch);
    }

    /// The digest of what was learned from since the last one: where a step is made of shards, which several processes may have,
    /// each has its own.
    String shard() {
        begun = false;
        return data.shortDigest();
    }

    /// Those of all shards, in order, which are then the step's.
    void shards(String digests) { data.add(digests); }

    private boolean isWhole(long step) { return step == 1 || step % options.every() == 0 || options.isDetailed(step); }

    /// Sees the operations of a part of the step, where they are asked for.
    OperationDigests.Watch watch() { return operations == null ? () -> {} : operations.watch(); }

    void step(long step, int epoch, float loss) {
        entries.accept(new ReceiptEntry.Step(step, epoch, loss, data.shortDigest()));
        if (operations != null) operations.entries().forEach(entries);
        operations = null;
        begun = false;
        if (step % options.every() == 0) weights(step);
    }

    void epoch(int number, double loss, Evaluation validation) {
        entries.accept(new ReceiptEntry.Epoch(number, loss, validation == null ? Double.NaN : validation.loss(),
            validation == null ? Double.NaN : validation.metric()));
    }

    void end(long steps, int epochs) {
        if (steps % options.every() != 0) weights(steps);
        entries.accept(new ReceiptEntry.End(steps, epochs));
    }

    private void weights(long step) {
        try (var _ = Scope.outside()) {
            trainer.model.namedParameters().forEach((path, parameter) -> entries.accept(
                new ReceiptEntry.Weights(step, path, weights.add(parameter.tensor()).digest())));
            trainer.model.namedBuffers().forEach((path, buffer) -> entries.accept(
                new ReceiptEntry.Weights(step, path, weights.add(buffer.tensor()).digest())));
        }
    }
}
