package dev.lanewise.examples.serve;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.lanewise.data.Preprocessing;
import dev.lanewise.serve.BatchStatistics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/// What the server says, as JSON.
final class JsonAnswers {

    private static final double[] SHARES = {0.5, 0.9, 0.99, 1};
    private static final double MILLIS = 1e-6;

    private JsonAnswers() {}

    private interface Content {
        void write(JsonGenerator json) throws IOException;
    }

    private static byte[] bytes(Content content) {
        var bytes = new ByteArrayOutputStream();
        try (var json = JsonRows.JSON.createGenerator(bytes)) {
            content.write(json);
            json.writeRaw('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e); // of an array: never
        }
        return bytes.toByteArray();
    }

    static byte[] error(String message) {
        return bytes(json -> {
            json.writeStartObject();
            json.writeStringField("error", message);
            json.writeEndObject();
        });
    }

    /// An object for each row, in an array unless a single one was asked for.
    static byte[] of(Predictor.Answers answers, Preprocessing preprocessing, boolean single) {
        return bytes(json -> {
            if (!single) json.writeStartArray();
            for (int row = 0; row < answers.rows(); row++) row(json, answers, preprocessing, row);
            if (!single) json.writeEndArray();
        });
    }

    private static void row(JsonGenerator json, Predictor.Answers answers, Preprocessing preprocessing, int row)
        throws IOException {
        var classes = preprocessing.classNames();
        var values = answers.values();
        json.writeStartObject();
        if (classes.isEmpty()) {
            json.writeNumberField("predicted", values[row]);
        } else {
            int from = row * classes.size();
            int most = 0;
            for (int i = 1; i < classes.size(); i++) if (values[from + i] > values[from + most]) most = i;
            json.writeStringField("predicted", classes.get(most));
            json.writeObjectFieldStart("probabilities");
            for (int i = 0; i < classes.size(); i++) json.writeNumberField(classes.get(i), values[from + i]);
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    /// What rows must look like, and what is said of them.
    static byte[] model(Predictor predictor) {
        var preprocessing = predictor.preprocessing();
        return bytes(json -> {
            json.writeStartObject();
            json.writeStringField("predicts", predictor.model().target());
            if (predictor.model().isClassifier()) texts(json, "classes", preprocessing.classNames());
            json.writeArrayFieldStart("columns");
            for (var column : preprocessing.columns()) {
                json.writeStartObject();
                json.writeStringField("name", column);
                if (!preprocessing.isNumber(column)) {
                    texts(json, "categories", preprocessing.categories(column));
                    json.writeBooleanField("other",
                        preprocessing.categoryCount(column) > preprocessing.categories(column).size());
                }
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private static void texts(JsonGenerator json, String name, Iterable<String> texts) throws IOException {
        json.writeArrayFieldStart(name);
        for (var text : texts) json.writeString(text);
        json.writeEndArray();
    }

    static byte[] statistics(BatchStatistics statistics) {
        return bytes(json -> {
            json.writeStartObject();
            json.writeNumberField("requests", statistics.requests());
            json.writeNumberField("rows", statistics.rows());
            json.writeNumberField("batches", statistics.batches());
            json.writeNumberField("failed", statistics.failed());
            json.writeNumberField("refused", statistics.refused());
            json.writeNumberField("waiting", statistics.waiting());
            json.writeObjectFieldStart("milliseconds");
            for (double share : SHARES) json.writeNumberField("" + share, statistics.latency(share).toNanos() * MILLIS);
            json.writeEndObject();
            json.writeEndObject();
        });
    }
}
