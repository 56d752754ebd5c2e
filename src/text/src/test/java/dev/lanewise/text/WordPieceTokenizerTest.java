package dev.lanewise.text;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.data.MalformedFileException;
import dev.lanewise.report.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/// A small tokenizer and its variants, which `tokenizer_fixture.py` made together with what Hugging Face's tokenizers say.
class WordPieceTokenizerTest {

    private static final Origin HERE = new Origin("test", null, "");

    @TempDir
    private Path folder;

    private record Case(String variant, List<String> texts, int[] ids, int[] typeIds) {}

    private static byte[] resource(String name) {
        try (var in = WordPieceTokenizerTest.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int[] numbers(JsonValue array) { return array.elements().stream().mapToInt(JsonValue::count).toArray(); }

    private static List<Case> cases() {
        return new String(resource("tokenized.jsonl"), StandardCharsets.UTF_8).lines().map(line -> {
            var parts = JsonParser.parse(HERE, line.getBytes(StandardCharsets.UTF_8)).elements();
            var ids = numbers(parts.get(2));
            var typeIds = numbers(parts.get(3));
            return new Case(parts.get(0).text(), parts.get(1).elements().stream().map(JsonValue::text).toList(), ids,
                typeIds.length == 0 ? new int[ids.length] : typeIds);
        }).toList();
    }

    private static Map<String, Object> base() {
        return values(JsonParser.parse(HERE, resource("tokenizers.json")).need("base"));
    }

    private static Map<String, Object> values(JsonValue object) {
        var values = new LinkedHashMap<String, Object>();
        object.fields().forEach((name, value) -> values.put(name, value.value()));
        return values;
    }

    private static WordPieceTokenizer tokenizer(Map<String, Object> file) {
        return TokenizerFile.ofJson(HERE, Json.text(file).getBytes(StandardCharsets.UTF_8));
    }

    private static Map<String, WordPieceTokenizer> variants() {
        var variants = new HashMap<String, WordPieceTokenizer>();
        JsonParser.parse(HERE, resource("tokenizers.json")).need("variants").fields().forEach((name, changes) -> {
            var file = base();
            file.putAll(values(changes));
            variants.put(name, tokenizer(file));
        });
        return variants;
    }

    @Test
    void idsAreHuggingFaces() {
        var variants = variants();
        var seen = new HashMap<String, Integer>();
        assertAll(cases().stream().map(each -> (Executable) () -> {
            seen.merge(each.variant(), 1, Integer::sum);
            var tokenizer = variants.get(each.variant());
            var texts = each.texts();
            var encoding = texts.size() == 1 ? tokenizer.encode(texts.getFirst())
                : tokenizer.encode(texts.getFirst(), texts.getLast());
            assertArrayEquals(each.ids(), encoding.ids(), () -> each.variant() + " " + texts);
            assertArrayEquals(each.typeIds(), encoding.typeIds(), () -> each.variant() + " " + texts);
        }));
        assertEquals(variants.keySet(), seen.keySet());
    }

    @Test
    void manyThreadsGetTheSame() throws Exception {
        // each thread meets code points that no other has met
        var tokenizer = variants().get("uncased");
        var cases = new ArrayList<>(cases().stream().filter(each -> each.variant().equals("uncased") && each.texts().size() == 1)
            .toList());
        try (var pool = Executors.newFixedThreadPool(4)) {
            var tasks = IntStream.range(0, 4).mapToObj(_ -> {
                Collections.rotate(cases, cases.size() / 4);
                var own = List.copyOf(cases);
                return (Callable<Boolean>) () -> own.stream().allMatch(each ->
                    Arrays.equals(each.ids(), tokenizer.encode(each.texts().getFirst()).ids()));
            }).toList();
            for (var done : pool.invokeAll(tasks)) assertTrue(done.get());
        }
    }

    /// What Hugging Face's normalizer made of them; few vocabularies tell such characters apart.
    @Test
    void marksThatAreNoAccentsAreInTheirOrderAndTablesAreOfTheirAge() {
        var normalizer = new BertNormalizer(true, true, true, true);
        assertEquals("a\u1b44\u302eb", normalizer.normalize("a\u302e\u1b44b"));
        assertEquals("a\u302e\u1b44b", normalizer.normalize("a\u302e\u034f\u1b44b"));
        assertEquals("a\u1b44\u302eb", normalizer.normalize("a\u302e\u0301\u1b44b"));
        assertEquals(Character.toString(0x11938), normalizer.normalize(Character.toString(0x11938)));
        assertEquals("iσß", normalizer.normalize("İΣß"));
        assertEquals(Character.toString(0x16ebb), normalizer.normalize(Character.toString(0x16ea0)));
    }

    @Test
    void halfOfASurrogatePairIsTheReplacementCharacter() {
        for (var name : List.of("uncased", "as it comes")) {
            var tokenizer = variants().get(name);
            assertArrayEquals(tokenizer.encode("a\ufffdb \ufffd").ids(), tokenizer.encode("a\ud83db \udc4d").ids());
        }
    }

    @Test
    void aVocabularyByItselfIsTheSameTokenizer() throws IOException {
        var lines = new ArrayList<String>();
        var ids = JsonParser.parse(HERE, resource("tokenizers.json")).need("base").need("model").need("vocab").fields();
        ids.forEach((token, id) -> {
            assertEquals(lines.size(), id.count());
            lines.add(token);
        });
        var file = Files.write(folder.resolve("vocab.txt"), lines);
        var variants = variants();
        assertSame(WordPieceTokenizer.read(file), variants.get("uncased"));
        // and of one that Windows wrote
        Files.writeString(file, String.join("\r\n", lines));
        assertSame(WordPieceTokenizer.read(file), variants.get("uncased"));
        Files.writeString(folder.resolve("tokenizer_config.json"),
            "{\"do_lower_case\": false, \"model_max_length\": 9, \"unk_token\": {\"content\": \"[UNK]\"}}");
        assertSame(WordPieceTokenizer.read(file), variants.get("cased").maxTokens(9));
        Files.writeString(folder.resolve("tokenizer_config.json"),
            "{\"do_lower_case\": true, \"strip_accents\": false, \"model_max_length\": 1000000000000000019884624838656}");
        assertSame(WordPieceTokenizer.read(file), variants.get("lowercase with accents"));
    }

    private static void assertSame(WordPieceTokenizer one, WordPieceTokenizer other) {
        assertEquals(other.size(), one.size());
        assertEquals(other.maxTokens(), one.maxTokens());
        for (var text : Sentences.written()) assertArrayEquals(other.encode(text).ids(), one.encode(text).ids(), text);
        assertArrayEquals(other.encode("ab", "c").typeIds(), one.encode("ab", "c").typeIds());
    }

    @Test
    void tokensAndIdsAreEachOthersInverse() {
        var tokenizer = variants().get("uncased");
        for (int id = 0; id < tokenizer.size(); id++) {
            assertEquals(OptionalInt.of(id), tokenizer.id(tokenizer.tokens(id).getFirst()));
        }
        assertEquals(OptionalInt.empty(), tokenizer.id("nothing like this"));
        assertEquals("tokens: there is no token -1 among " + tokenizer.size(),
            assertThrows(IllegalArgumentException.class, () -> tokenizer.tokens(0, -1)).getMessage());
    }

    @Test
    void textsAreCutToWhatIsAskedFor() {
        var tokenizer = variants().get("uncased");
        var whole = tokenizer.encode("the morning train left ten minutes late").ids();
        for (int most = 4; most < whole.length + 3; most++) {
            var cut = tokenizer.maxTokens(most).encode("the morning train left ten minutes late");
            assertEquals(Math.min(most, whole.length), cut.length());
            assertEquals(whole[whole.length - 1], cut.ids()[cut.length() - 1]);
        }
        assertEquals("maxTokens: 3; special tokens alone are 3, so give 4 at least",
            assertThrows(IllegalArgumentException.class, () -> tokenizer.maxTokens(3)).getMessage());
    }

    /// Marks in the worst order, a word without end, a million special tokens: time goes with length.
    @Test
    void hugeTextsTakeTimeByTheirLength() {
        var tokenizer = variants().get("uncased");
        int n = 500_000;
        assertEquals(3, tokenizer.encode("e" + "\u0315\u0334".repeat(n)).length());
        assertEquals(3, tokenizer.encode("e" + "\u302e\u1b44".repeat(n)).length());
        assertEquals(3, tokenizer.encode("e".repeat(n)).length());
        assertEquals(2, tokenizer.encode("\0 ".repeat(n)).length());
        assertEquals(n + 2, tokenizer.encode("[MASK]".repeat(n)).length());
        assertEquals(n + 2, tokenizer.encode("[".repeat(n)).length());
    }

    @Test
    void aNullTextIsRefused() {
        var tokenizer = variants().get("uncased");
        assertThrows(NullPointerException.class, () -> tokenizer.encode(null));
        assertThrows(NullPointerException.class, () -> tokenizer.encode("a", null));
    }

    private void assertRefused(String fault, String field, Object value) {
        var file = base();
        if (value == this) file.remove(field);
        else file.put(field, value);
        assertEquals("test: the text: " + fault, assertThrows(MalformedFileException.class, () -> tokenizer(file)).getMessage());
    }

    @Test
    void whatIsAnotherTokenizerOrDamagedIsRefusedByItsPlace() {
        assertRefused("it has no \"model\"", "model", this);
        assertRefused("model: it is a \"BPE\"; read is WordPiece", "model", Map.of("type", "BPE"));
        assertRefused("model.vocab: an object is expected, got an array", "model",
            Map.of("type", "WordPiece", "vocab", List.of()));
        assertRefused("model.vocab.a: a whole number from 0 to 2147483647 is expected, got -1", "model",
            Map.of("type", "WordPiece", "vocab", Map.of("a", -1)));
        assertRefused("model: its token for what is unknown, \"[UNK]\", isn't in its vocabulary", "model",
            Map.of("type", "WordPiece", "vocab", Map.of("a", 0)));
        assertRefused("normalizer: it is a \"NFKC\"; read is BertNormalizer", "normalizer", Map.of("type", "NFKC"));
        assertRefused("it has no \"normalizer\"", "normalizer", null);
        assertRefused("pre_tokenizer: it is a \"Whitespace\"; read is BertPreTokenizer", "pre_tokenizer",
            Map.of("type", "Whitespace"));
        assertRefused("post_processor: it is a \"RobertaProcessing\"; read are TemplateProcessing and BertProcessing",
            "post_processor", Map.of("type", "RobertaProcessing"));
        assertRefused("post_processor.single: it is to hold 1 text", "post_processor",
            Map.of("type", "TemplateProcessing", "single", List.of()));
        assertRefused("truncation.max_length: it leaves 3 tokens, and special ones alone are 3", "truncation",
            Map.of("max_length", 3));
        assertRefused("truncation: its strategy is \"None\"; read are LongestFirst, OnlyFirst and OnlySecond", "truncation",
            Map.of("max_length", 8, "strategy", "None"));
        assertRefused("truncation.max_length: a whole number from 0 to 2147483647 is expected, got \"8\"", "truncation",
            Map.of("max_length", "8"));
        assertRefused("added_tokens[0]: \"[PAD]\" has the id 7 here and 0 in the vocabulary", "added_tokens",
            List.of(Map.of("content", "[PAD]", "id", 7)));
        assertRefused("added_tokens[0]: \"new\" has the id of \"[PAD]\", 0", "added_tokens",
            List.of(Map.of("content", "new", "id", 0)));
        var alike = assertThrows(MalformedFileException.class, () -> TokenizerFile.ofJson(HERE,
            "{\"model\": {\"type\": \"WordPiece\", \"vocab\": {\"a\": 1, \"b\": 1}}}".getBytes(StandardCharsets.UTF_8)));
        assertEquals("test: the text: model.vocab: \"a\" and \"b\" have one id, 1", alike.getMessage());
    }

    @Test
    void whatIsMissingOrNoVocabularyIsRefused() throws IOException {
        assertThrows(UncheckedIOException.class, () -> WordPieceTokenizer.read(folder.resolve("none.json")));
        var file = Files.writeString(folder.resolve("vocab.txt"), "a\nb\n");
        assertEquals("WordPieceTokenizer.read: " + file + ": the special token \"[CLS]\" isn't in the vocabulary",
            assertThrows(MalformedFileException.class, () -> WordPieceTokenizer.read(file)).getMessage());
        Files.write(file, new byte[] {'a', '\n', (byte) 0xff});
        assertEquals("WordPieceTokenizer.read: " + file + ": byte 2: it is no text in UTF-8",
            assertThrows(MalformedFileException.class, () -> WordPieceTokenizer.read(file)).getMessage());
    }
}
