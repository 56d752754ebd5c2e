package dev.lanewise.examples.serve;

import dev.lanewise.Compute;
import dev.lanewise.data.Preprocessing;
import dev.lanewise.serve.BatchOptions;
import dev.lanewise.serve.BatchQueue;
import dev.lanewise.serve.BatchStatistics;
import dev.lanewise.serve.TableModel;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// What a table model says of the rows of many requests, which run together.
final class Predictor implements AutoCloseable {

    static final int BAD_REQUEST = 400;
    static final int TOO_LARGE = 413;
    static final int FAILED = 500;
    static final int BUSY = 503;

    private static final long PATIENCE_SECONDS = 30;
    /// Rows of batches that are tried one by one before requests come; what larger ones are made of has occurred by then.
    private static final int ALL_SIZES = 64;

    private final TableModel model;
    private final BatchOptions options;
    private final BatchQueue queue;

    /// What is said of rows.
    ///
    /// @param values of each row the probabilities of the classes, or the number in its own unit
    record Answers(int rows, float[] values) {}

    Predictor(TableModel model, BatchOptions options) {
        this.model = model;
        this.options = options;
        queue = new BatchQueue(model::call, Shape.of(model.preprocessing().features()), options);
    }

    TableModel model() { return model; }

    Preprocessing preprocessing() { return model.preprocessing(); }

    /// How many are taken at a time.
    int mostRows() { return options.capacity(); }

    static Refusal tooMany(int most) {
        return new Refusal(TOO_LARGE, "more than " + most + " rows; send " + most + " at most at a time");
    }

    BatchStatistics statistics() { return queue.statistics(); }

    /// Brings the model to its speed, for so long at most: in batches of each size, as each is cut otherwise and has loops of its
    /// own, which else were compiled while somebody waits.
    void warmUp(Duration atMost) {
        int most = options.maxRows();
        Compute.warmUp(() -> {
            for (int rows = 1; rows <= Math.min(most, ALL_SIZES); rows++) run(rows);
            if (most > ALL_SIZES) run(most);
        }, atMost);
    }

    private void run(int rows) { answers(model.call(Tensor.zeros(rows, preprocessing().features())).toArray(), rows); }

    /// @param features of rows, one after another, as [Preprocessing#inputs] makes them
    /// @throws Refusal if they are too many, or the model can't answer
    Answers answers(float[] features) {
        int rows = features.length / preprocessing().features();
        if (rows > mostRows()) throw tooMany(mostRows());
        CompletableFuture<float[]> answer = null;
        try {
            answer = queue.submit(features);
            return answers(answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS), rows);
        } catch (RejectedExecutionException e) {
            throw new Refusal(BUSY, "too many rows are waiting; send it again in a second");
        } catch (TimeoutException e) {
            answer.cancel(false);
            throw new Refusal(BUSY, "no answer within " + PATIENCE_SECONDS + " seconds; send it again later");
        } catch (IllegalStateException e) {
            throw new Refusal(BUSY, "the server is stopping; send it to another");
        } catch (InterruptedException e) {
            answer.cancel(false);
            Thread.currentThread().interrupt();
            throw new Refusal(BUSY, "the server is stopping; send it to another");
        } catch (ExecutionException e) {
            throw new Refusal(FAILED, "the model failed: " + e.getCause());
        }
    }

    private Answers answers(float[] outputs, int rows) {
        for (int i = 0; i < outputs.length; i++) if (Float.isNaN(outputs[i])) throw new Refusal(BAD_REQUEST,
            "row " + (i / (outputs.length / rows) + 1)
            + ": the model comes to no number; its numbers are too large");
        var scores = Tensor.wrap(outputs, rows, outputs.length / rows);
        try {
            return new Answers(rows, (model.isClassifier() ? scores.softmax(1) : preprocessing().restore(scores)).toArray());
        } catch (IllegalArgumentException e) {
            throw new Refusal(BAD_REQUEST, e.getMessage());
        }
    }

    @Override
    public void close() { queue.close(); }
}
