package dev.lanewise.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.data.MalformedFileException;
import dev.lanewise.data.Source;
import dev.lanewise.io.onnx.OnnxModel;
import dev.lanewise.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// With a network of a few weights: what is done about the network, and how files are found.
class SentenceEncoderTest {

    @TempDir
    private Path folder;

    private Path model;
    private SentenceEncoder encoder;

    @BeforeEach
    void read() throws IOException {
        model = TinyModel.folder(folder);
        encoder = SentenceEncoder.read(model);
    }

    @Test
    void aVectorIsTheNormalizedMeanOfItsTokens() {
        var ids = encoder.tokenizer().encode("the train left").ids();
        var words = encoder.model().namedParameters().get("words").tensor();
        var types = encoder.model().namedParameters().get("types").tensor();
        var rows = words.indexSelect(0, ids).add(types.select(0, 0));
        var dense = encoder.model().namedParameters();
        var hidden = rows.add(rows.mean(true, 0)).matmul(dense.get("dense.weight").tensor()).add(dense.get("dense.bias").tensor())
            .tanh();
        var mean = hidden.mean(0);
        assertClose(mean.div(mean.norm()).toArray(), encoder.encode("the train left"));
        var cls = new SentenceEncoder(encoder.tokenizer(), encoder.model(), Pooling.CLS);
        assertClose(hidden.select(0, 0).div(hidden.select(0, 0).norm()).toArray(), cls.encode("the train left"));
    }

    private static void assertClose(float[] expected, float... actual) {
        assertEquals(expected.length, actual.length);
        for (int i = 0; i < expected.length; i++) assertEquals(expected[i], actual[i], 1e-5);
    }

    /// Of a tokenizer that adds nothing.
    @Test
    void aTextOfNoTokensIsRefusedByItsPlace() throws IOException {
        var file = model.resolve("tokenizer.json");
        var text = Files.readString(file);
        int from = text.indexOf("\"post_processor\"");
        Files.writeString(file, "{\"post_processor\":null," + text.substring(1, from) + "\"other\"" + text.substring(from + 16));
        var bare = SentenceEncoder.read(model);
        assertEquals(0, bare.tokenizer().encode("").length());
        assertEquals(2, bare.encode(List.of("a", "the train")).length);
        for (Runnable call : List.<Runnable>of(() -> bare.encode(""), () -> bare.encode(List.of("", "a")),
            () -> bare.call(List.of(" "))))
            assertTrue(assertThrows(IllegalArgumentException.class,
                call::run).getMessage().startsWith("SentenceEncoder: text 0, "));
    }

    @Test
    void nothingIsNamed() {
        for (Runnable call : List.<Runnable>of(() -> encoder.encode((String) null), () -> encoder.encode((List<String>) null),
            () -> encoder.encode(Arrays.asList("a", null)), () -> encoder.call(null), () -> encoder.similarity("a", null),
            () -> SentenceEncoder.similarity(null, new float[1]), () -> encoder.tokenizer().encode("a", null),
            () -> encoder.tokenizer().tokens((int[]) null))) {
            var message = assertThrows(NullPointerException.class, call::run).getMessage();
            assertTrue(message.matches("(SentenceEncoder|WordPieceTokenizer): no (text|texts|vector|ids)"), message);
        }
    }

    @Test
    void aTextsVectorHasTheSameBitsAloneAndAmongOthers() {
        var texts = new ArrayList<>(Sentences.written());
        texts.addAll(List.of("", "a", "a", "the train left", "the train ".repeat(400)));
        Collections.shuffle(texts, new Random(3));
        var vectors = encoder.encode(texts);
        var recorded = encoder.call(texts).toArray();
        for (int i = 0; i < texts.size(); i++) {
            assertArrayEquals(vectors[i], encoder.encode(texts.get(i)), texts.get(i));
            assertArrayEquals(vectors[i], Arrays.copyOfRange(recorded, 4 * i, 4 * i + 4), texts.get(i));
            assertEquals(1, SentenceEncoder.similarity(vectors[i], vectors[i]), 1e-6);
        }
        assertEquals(0, encoder.encode(List.of()).length);
    }

    @Test
    void aCallIsRecorded() {
        encoder.call(List.of("the train left", "ten minutes late", "the train left")).mul(Tensor.arange(12).reshape(3, 4)).sum()
            .backward();
        encoder.namedParameters().forEach((name, parameter) -> assertTrue(parameter.grad().norm().item() > 0, name));
        assertThrows(IllegalArgumentException.class, () -> encoder.call(List.of()));
    }

    @Test
    void similarityIsTheCosine() {
        var vectors = encoder.encode(List.of("ten minutes", "late"));
        double sum = 0;
        for (int i = 0; i < 4; i++) sum += (double) vectors[0][i] * vectors[1][i];
        assertEquals(sum, encoder.similarity("ten minutes", "late"), 1e-6);
        assertEquals("similarity: vectors of 1 and 2 numbers; compare those of one encoder",
            assertThrows(IllegalArgumentException.class, () -> SentenceEncoder.similarity(new float[1], new float[2]))
                .getMessage());
    }

    private void assertReads(Path path) { assertArrayEquals(encoder.encode("Zażółć gęślą"), SentenceEncoder.read(path)
        .encode("Zażółć gęślą")); }

    @Test
    void allFormsAreRead() throws IOException {
        var onnx = TinyModel.onnx();
        var json = TinyModel.tokenizer();
        assertReads(model.resolve("model.onnx"));
        assertReads(TinyModel.archive(folder.resolve("a.jar"), Map.of("x/some.onnx", onnx, "x/some-tokenizer.json", json, "other",
            json)));
        assertReads(TinyModel.archive(folder.resolve("a.zip"), Map.of("model.onnx", onnx, "tokenizer.json", json)));
        var below = Files.createDirectories(folder.resolve("hub").resolve("onnx"));
        Files.write(below.resolve("model.onnx"), onnx);
        Files.write(folder.resolve("hub").resolve("tokenizer.json"), json);
        assertReads(folder.resolve("hub"));
        assertReads(below.resolve("model.onnx"));
        var odd = Files.createDirectories(folder.resolve("odd"));
        Files.write(odd.resolve("other.onnx"), onnx);
        Files.write(odd.resolve("other-tokenizer.json"), json);
        assertReads(odd.resolve("other.onnx"));
        Files.move(odd.resolve("other-tokenizer.json"), odd.resolve("tokenizer.json"));
        assertReads(odd);
    }

    @Test
    void whatTheFolderSaysIsFollowed() throws IOException {
        assertEquals(512, encoder.tokenizer().maxTokens());
        Files.writeString(model.resolve("sentence_bert_config.json"), "{\"max_seq_length\": 7, \"do_lower_case\": false}");
        var pooling = Files.createDirectories(model.resolve("1_Pooling")).resolve("config.json");
        Files.writeString(pooling,
            "{\"word_embedding_dimension\": 4, \"pooling_mode_cls_token\": true, \"pooling_mode_mean_tokens\": false}");
        var read = SentenceEncoder.read(model);
        assertEquals(7, read.tokenizer().maxTokens());
        assertEquals(Pooling.CLS, read.pooling());
        Files.writeString(pooling, "{\"pooling_mode_cls_token\": true, \"pooling_mode_mean_tokens\": true}");
        assertEquals("SentenceEncoder.read: " + pooling
            + ": it asks for [\"pooling_mode_cls_token\", \"pooling_mode_mean_tokens\"]; read are"
            + " pooling_mode_mean_tokens and pooling_mode_cls_token, one of them",
            assertThrows(MalformedFileException.class, () -> SentenceEncoder.read(model)).getMessage());
    }

    @Test
    void textsAreCut() {
        var cut = encoder.maxTokens(5);
        assertArrayEquals(encoder.encode("a e i"), cut.encode("a e i o u"));
        assertEquals(5, cut.tokenizer().maxTokens());
        assertThrows(IllegalArgumentException.class, () -> encoder.maxTokens(2));
    }

    private static String refused(Path path) {
        return assertThrows(IllegalArgumentException.class, () -> SentenceEncoder.read(path)).getMessage();
    }

    @Test
    void whatIsMissingIsNamed() throws IOException {
        var none = folder.resolve("none");
        assertEquals("SentenceEncoder.read: " + none + " is not there; name a folder, a .jar, .zip or .onnx file", refused(none));
        Files.writeString(none, "");
        assertEquals("SentenceEncoder.read: " + none + " is no folder, and no .jar, .zip or .onnx file", refused(none));
        var empty = Files.createDirectory(folder.resolve("empty"));
        assertEquals("SentenceEncoder.read: " + empty + " has no network in .onnx", refused(empty));
        Files.delete(model.resolve("tokenizer.json"));
        assertEquals("SentenceEncoder.read: there is no tokenizer.json and no vocab.txt in " + model, refused(model));
        var jar = folder.resolve("a.jar");
        assertThrows(UncheckedIOException.class, () -> SentenceEncoder.read(jar));
        TinyModel.archive(jar, Map.of("a.onnx", TinyModel.onnx(), "b.onnx", TinyModel.onnx()));
        assertEquals("SentenceEncoder.read: " + jar + " has several networks: [a.onnx, b.onnx]; name one file", refused(jar));
        TinyModel.archive(jar, Map.of("a.onnx", TinyModel.onnx()));
        assertEquals("SentenceEncoder.read: " + jar + " has no tokenizer.json or vocab.txt", refused(jar));
    }

    @Test
    void whatIsDamagedIsRefused() throws IOException {
        var jar = Files.writeString(folder.resolve("a.jar"), "no archive");
        assertThrows(MalformedFileException.class, () -> SentenceEncoder.read(jar));
        TinyModel.archive(jar, Map.of("a.onnx", TinyModel.onnx(), "tokenizer.json", new byte[] {'{'}));
        assertEquals("SentenceEncoder.read: " + jar
            + ": byte 1: tokenizer.json: a name in quotes is expected; it is no JSON, or was damaged",
            assertThrows(MalformedFileException.class, () -> SentenceEncoder.read(jar)).getMessage());
        TinyModel.archive(jar, Map.of("a.onnx", Arrays.copyOf(TinyModel.onnx(), 1000), "tokenizer.json", TinyModel.tokenizer()));
        assertThrows(MalformedFileException.class, () -> SentenceEncoder.read(jar));
        // an archive whose middle is another's
        var bytes = Files.readAllBytes(TinyModel.archive(jar, Map.of("a.onnx", TinyModel.onnx(), "tokenizer.json",
            TinyModel.tokenizer())));
        for (int at = 100; at < bytes.length - 400; at += 997) {
            var damaged = bytes.clone();
            Arrays.fill(damaged, at, at + 300, (byte) at);
            Files.write(jar, damaged);
            try {
                SentenceEncoder.read(jar).encode("a");
            } catch (MalformedFileException | IllegalArgumentException | UncheckedIOException e) {
                assertTrue(e.getMessage().contains("SentenceEncoder.read: " + jar) || e.getMessage()
                    .contains("OnnxModel.read: " + jar), e.getMessage());
            }
        }
    }

    @Test
    void aModelOfAnotherKindIsRefused() throws IOException {
        var bytes = new String(TinyModel.onnx(), StandardCharsets.ISO_8859_1).replace("token_type_ids", "token_type_idz")
            .getBytes(StandardCharsets.ISO_8859_1);
        var other = OnnxModel.read(Source.of(bytes));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> new SentenceEncoder(encoder.tokenizer(), other,
            Pooling.MEAN)).getMessage()
            .contains("token_type_idz"));
    }
}
