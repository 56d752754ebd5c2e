package dev.lanewise.text;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Texts that were damaged: JSON, tokenizers and what lies beside them.
class HostileTextsTest {

    private static final Origin HERE = new Origin("test", Path.of("input.json"), "");
    private static final String CONFIG = """
        {"do_lower_case": false, "strip_accents": null, "tokenize_chinese_chars": true, "model_max_length": 512,
        "unk_token": "[UNK]", "sep_token": {"content": "[SEP]", "lstrip": false}, "cls_token": "[CLS]",
        "pad_token": "[PAD]", "mask_token": "[MASK]"}
        """;
    private static final String POOLING = """
        {"word_embedding_dimension": 8, "pooling_mode_cls_token": false, "pooling_mode_mean_tokens": true,
        "pooling_mode_max_tokens": false}
        """;
    private static final String VOCABULARY = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nhello\nworld\n##s\n##ld\nwor\n,\n\u00e9\n";

    private enum Kind {
        JSON(bytes -> JsonParser.parse(HERE, bytes), bert(), bytes(CONFIG),
            bytes("[1, -2.5e-3, [true, [null, \"\\u00e9\\n\\ud835\\udd18\"]], {\"a\": {\"b\": 12345678901234567890}}]")),
        TOKENIZER(bytes -> use(TokenizerFile.ofJson(HERE, bytes)), templates(), bert()),
        VOCABULARY(bytes -> use(TokenizerFile.ofVocabulary(HERE, bytes)), bytes(HostileTextsTest.VOCABULARY)),
        POOLING(bytes -> EncoderFiles.pooling(JsonParser.parse(HERE, bytes)), bytes(HostileTextsTest.POOLING));

        final Damage damage;

        Kind(Consumer<byte[]> reader, byte[]... examples) { damage = new Damage("input.json", reader, examples); }
    }

    private static byte[] bytes(String text) { return text.getBytes(StandardCharsets.UTF_8); }

    private static byte[] tokenizer(String processor, String truncation) {
        return bytes("""
            {"version":"1.0","truncation":%s,"padding":null,
            "added_tokens":[{"id":0,"content":"[UNK]","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,
            "special":true},
            {"id":3,"content":"[MASK]","single_word":true,"lstrip":true,"rstrip":true,"normalized":true,
            "special":true}],
            "normalizer":{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,
            "lowercase":true},
            "pre_tokenizer":{"type":"BertPreTokenizer"},"post_processor":%s,"decoder":null,
            "model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##","max_input_chars_per_word":100,
            "vocab":{"[UNK]":0,"[CLS]":1,"[SEP]":2,"hello":4,"wor":5,"##ld":6,"##s":7,",":8,"e":9}}}
            """.formatted(truncation, processor));
    }

    private static final String TEMPLATES = """
        {"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"[CLS]","type_id":0}},
        {"Sequence":{"id":"A","type_id":0}}],
        "pair":[{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"[SEP]","type_id":0}},
        {"Sequence":{"id":"B","type_id":1}}],
        "special_tokens":{"[CLS]":{"id":"[CLS]","ids":[1],"tokens":["[CLS]"]},
        "[SEP]":{"id":"[SEP]","ids":[2],"tokens":["[SEP]"]}}}""";

    private static byte[] templates() { return tokenizer(TEMPLATES, "null"); }

    /// With the other post-processor, and cut.
    private static byte[] bert() {
        return tokenizer("{\"type\":\"BertProcessing\",\"sep\":[\"[SEP]\",2],\"cls\":[\"[CLS]\",1]}",
            "{\"max_length\":9,\"strategy\":\"LongestFirst\",\"direction\":\"Left\"}");
    }

    /// What is read tokenizes: two texts always end in tokens, unless one alone is to be cut, and that is too short for it.
    private static void use(WordPieceTokenizer tokenizer) {
        for (var text : new String[] {"", "hello worlds, \u00e9 [MASK]x", "\0\ud835\udd18\u202e##s [UNK"}) {
            try {
                var ids = tokenizer.encode(text).ids();
                assertTrue(ids.length <= tokenizer.maxTokens());
                tokenizer.encode(text, "world");
            } catch (IllegalArgumentException e) {
                assertTrue(e.getMessage().startsWith("encode: "), e.getMessage());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void damagedTextsAreReadOrRefused(Kind kind) { kind.damage.run(5_000, 1); }

    @ParameterizedTest
    @EnumSource
    @Tag("exhaustive")
    void manyDamagedTextsAreReadOrRefused(Kind kind) { kind.damage.run(1_000_000, System.nanoTime()); }

    /// Of a vocabulary that is sound.
    private static Damage configurations(Path folder) throws IOException {
        var vocabulary = Files.writeString(folder.resolve("vocab.txt"), VOCABULARY);
        var file = folder.resolve("tokenizer_config.json");
        return new Damage(folder.toString(), bytes -> {
            try {
                Files.write(file, bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            use(WordPieceTokenizer.read(vocabulary));
        }, bytes(CONFIG));
    }

    @Test
    void damagedConfigurationsAreReadOrRefused(@TempDir Path folder) throws IOException { configurations(folder).run(2_000, 1); }

    @Test
    @Tag("exhaustive")
    void manyDamagedConfigurationsAreReadOrRefused(@TempDir Path folder) throws IOException {
        configurations(folder).run(100_000, System.nanoTime());
    }

    /// Faults that were found.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        // a name of the file stood in the message as it was
        "TOKENIZER | \"SpecialToken\":{\"id\":\"[CLS]\" | \"SpecialToken\":{\"id\":\"\\u0007\\n\"",
        "POOLING | \"pooling_mode_cls_token\": false | \"pooling_mode_\\u0007\": true"})
    void whatWasAFaultOnceIsNone(Kind kind, String part, String by) {
        var text = kind == Kind.POOLING ? POOLING : new String(templates(), StandardCharsets.UTF_8);
        assertTrue(text.contains(part), text);
        kind.damage.attempt(bytes(text.replace(part, by)), part);
    }

    /// Each of which stands for many: once it took 3.5 GB.
    @Test
    void aTemplateOfManySpecialTokensTakesMemoryInProportion() {
        var text = new String(templates(), StandardCharsets.UTF_8);
        var many = text.replace("\"ids\":[1]", "\"ids\":[1" + ",1".repeat(20_000) + "]").replace("\"single\":[",
            "\"single\":[" + "{\"SpecialToken\":{\"id\":\"[CLS]\",\"type_id\":0}},".repeat(2_000));
        assertTrue(many.length() > 100_000);
        Kind.TOKENIZER.damage.attempt(bytes(many), "many special tokens");
    }
}
