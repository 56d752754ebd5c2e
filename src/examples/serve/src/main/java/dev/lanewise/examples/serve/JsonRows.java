package dev.lanewise.examples.serve;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.lanewise.data.Preprocessing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/// Rows as JSON has them: an object with a field for each column, or an array of such. Numbers are taken as they are written, so
/// that an answer is the one that `predict` gives to the same text in a CSV file; null is missing.
final class JsonRows {

    static final JsonFactory JSON = JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
        // a service's names are its model's and few, but a client's may be anything: none is kept for good
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES).disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
        .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(3).maxNumberLength(100).maxStringLength(10_000)
            .maxNameLength(1_000).build())
        .build();

    private static final char BYTE_ORDER_MARK = '\ufeff';

    private final Preprocessing preprocessing;
    private final int features;
    private final int most;
    private float[] values;
    private int rows;

    /// @param values of the rows, one after another, as [Preprocessing#inputs] makes them
    /// @param single whether it was one object and no array
    record Read(float[] values, boolean single) {}

    private JsonRows(Preprocessing preprocessing, int most) {
        this.preprocessing = preprocessing;
        this.most = most;
        features = preprocessing.features();
        values = new float[features];
    }

    /// @param most how many rows are taken; of more none is, as they may be many times as long as their text
    /// @throws Refusal if it is anything else, or a row can't be taken; it says which and why
    static Read read(byte[] body, Preprocessing preprocessing, int most) {
        try (var parser = JSON.createParser(text(body))) {
            return new JsonRows(preprocessing, most).read(parser);
        } catch (JsonProcessingException e) {
            var at = e.getLocation();
            throw refused("malformed JSON" + (at == null ? "" : ", line " + at.getLineNr() + ", column " + at.getColumnNr())
                + ": " + fault(e));
        } catch (IOException e) {
            throw refused("malformed JSON: " + e.getMessage());
        }
    }

    /// Jackson guesses at UTF-16 and UTF-32, and takes sequences that UTF-8 forbids.
    private static char[] text(byte[] body) {
        try {
            var chars = StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT).decode(ByteBuffer.wrap(body));
            if (chars.hasRemaining() && chars.get(0) == BYTE_ORDER_MARK) chars.get();
            var text = new char[chars.remaining()];
            chars.get(text);
            return text;
        } catch (CharacterCodingException e) {
            throw refused("the body isn't in UTF-8, as JSON is");
        }
    }

    /// Without what a programmer could set otherwise.
    private static String fault(JsonProcessingException e) {
        return e.getOriginalMessage().replaceAll(": enable `[^`]*`.*|, from `[^`]*`", "");
    }

    private static Refusal refused(String message) { return new Refusal(Predictor.BAD_REQUEST, message); }

    private Read read(JsonParser parser) throws IOException {
        var first = parser.nextToken();
        if (first == null) throw refused("an empty body; send a row, as an object, or an array of rows");
        if (first == JsonToken.START_OBJECT) {
            row(parser);
        } else if (first == JsonToken.START_ARRAY) {
            while (parser.nextToken() != JsonToken.END_ARRAY) row(parser);
        } else {
            throw refused("neither an object nor an array; send a row, as an object, or an array of rows");
        }
        if (parser.nextToken() != null) throw refused("something follows the end of the "
            + (first == JsonToken.START_OBJECT ? "row" : "array"));
        if (rows == 0) throw refused("an empty array; send at least one row");
        return new Read(Arrays.copyOf(values, rows * features), first == JsonToken.START_OBJECT);
    }

    /// The object that the parser stands at.
    private void row(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) throw refused("row " + (rows + 1)
            + ": no object; a row has its fields by the columns' names");
        var fields = new LinkedHashMap<String, String>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            var name = parser.currentName();
            fields.put(name, field(name, parser.nextToken(), parser));
        }
        add(fields);
    }

    private String field(String name, JsonToken token, JsonParser parser) throws IOException {
        if (token == JsonToken.VALUE_NULL) return null;
        if (token.isStructStart()) throw refused("row " + (rows + 1) + ", \"" + name
            + "\": a field is a text, a number, true, false or null");
        return parser.getText();
    }

    private void add(Map<String, String> fields) {
        if (rows == most) throw Predictor.tooMany(most);
        float[] row;
        try {
            row = preprocessing.inputs(fields).toArray();
        } catch (IllegalArgumentException e) {
            throw refused("row " + (rows + 1) + ": " + e.getMessage());
        }
        if ((rows + 1) * (long) features > values.length) values = Arrays.copyOf(values, Math.multiplyExact(2, values.length));
        System.arraycopy(row, 0, values, rows++ * features, features);
    }
}
