package dev.lanewise.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Reads tokenizers: `tokenizer.json` and `vocab.txt`. What asks for anything that a [WordPieceTokenizer] doesn't do is refused.
final class TokenizerFile {

    private static final String UNKNOWN = "[UNK]";
    private static final int LONGEST_WORD = 100;
    /// In a template, which names them: any number of times, each any number of tokens.
    private static final int MOST_SPECIAL = 1 << 14;

    private TokenizerFile() {}

    static WordPieceTokenizer read(String operation, Path file) {
        var origin = new Origin(operation, file, "");
        var bytes = bytes(file);
        return file.getFileName() != null && file.getFileName().toString().endsWith(".txt") ? ofVocabulary(origin, bytes)
            : ofJson(origin, bytes);
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static WordPieceTokenizer ofJson(Origin origin, byte[] bytes) {
        var file = JsonParser.parse(origin, bytes);
        var model = file.need("model");
        is(model, "WordPiece");
        var ids = ids(model.need("vocab"));
        var unknown = model.field("unk_token").map(JsonValue::text).orElse(UNKNOWN);
        if (!ids.containsKey(unknown)) throw model.malformed("its token for what is unknown, " + Quoted.of(unknown)
            + ", isn't in its vocabulary");
        var pieces = new WordPieces(ids, model.field("continuing_subword_prefix").map(JsonValue::text).orElse("##"),
            ids.get(unknown), model.field("max_input_chars_per_word").map(JsonValue::count).orElse(LONGEST_WORD));
        is(file.need("pre_tokenizer"), "BertPreTokenizer");
        var added = added(file, ids);
        for (var token : added) ids.put(token.content(), token.id());
        var single = template(file, "single", 1);
        var pair = template(file, "pair", 2);
        var normalizer = normalizer(file.need("normalizer"));
        int least = Math.max(single.added(), pair.added());
        return new WordPieceTokenizer(new Vocabulary(ids), normalizer, added, pieces, single, pair, truncation(file, least));
    }

    private static void is(JsonValue part, String type) {
        var got = part.need("type").text();
        if (!got.equals(type)) throw part.malformed("it is a " + Quoted.of(got) + "; read is " + type);
    }

    private static Map<String, Integer> ids(JsonValue vocabulary) {
        var ids = HashMap.<String, Integer>newHashMap(vocabulary.size());
        var seen = HashMap.<Integer, String>newHashMap(vocabulary.size());
        vocabulary.forEach((token, value) -> {
            int id = value.count();
            var other = seen.put(id, token);
            if (other != null) throw vocabulary.malformed(Quoted.of(other) + " and " + Quoted.of(token) + " have one id, " + id);
            ids.put(token, id);
        });
        return ids;
    }

    private static List<AddedToken> added(JsonValue file, Map<String, Integer> ids) {
        var added = new ArrayList<AddedToken>();
        var taken = HashMap.<Integer, String>newHashMap(ids.size());
        ids.forEach((token, id) -> taken.put(id, token));
        for (var token : file.field("added_tokens").map(JsonValue::elements).orElse(List.of())) {
            var content = token.need("content").text();
            int id = token.need("id").count();
            var known = ids.get(content);
            if (known != null && known != id) throw token.malformed(Quoted.of(content) + " has the id " + id + " here and "
                + known + " in the vocabulary");
            if (content.isEmpty()) continue;
            var other = taken.put(id, content);
            if (other != null && !other.equals(content)) throw token.malformed(Quoted.of(content) + " has the id of "
                + Quoted.of(other) + ", " + id);
            added.add(new AddedToken(content, id, flag(token, "single_word", false), flag(token, "lstrip", false),
                flag(token, "rstrip", false), flag(token, "normalized", true)));
        }
        return added;
    }

    private static boolean flag(JsonValue of, String name, boolean standard) {
        return of.field(name).map(JsonValue::truth).orElse(standard);
    }

    private static BertNormalizer normalizer(JsonValue normalizer) {
        is(normalizer, "BertNormalizer");
        return normalizer(normalizer, "clean_text", "handle_chinese_chars", "strip_accents", "lowercase");
    }

    private static BertNormalizer normalizer(JsonValue of, String clean, String chinese, String strip, String lower) {
        boolean lowercase = flag(of, lower, true);
        return new BertNormalizer(flag(of, clean, true), flag(of, chinese, true), flag(of, strip, lowercase), lowercase);
    }

    private static Truncation truncation(JsonValue file, int added) {
        var truncation = file.field("truncation");
        if (truncation.isEmpty()) return Truncation.NONE;
        int most = mostBeyond(truncation.get().need("max_length"), added);
        var strategy = switch (truncation.get().field("strategy").map(JsonValue::text).orElse("LongestFirst")) {
            case "LongestFirst" -> Truncation.Strategy.LONGEST_FIRST;
            case "OnlyFirst" -> Truncation.Strategy.ONLY_FIRST;
            case "OnlySecond" -> Truncation.Strategy.ONLY_SECOND;
            case String other -> throw truncation.get().malformed("its strategy is " + Quoted.of(other)
                + "; read are LongestFirst, OnlyFirst and OnlySecond");
        };
        return new Truncation(most, strategy, switch (truncation.get().field("direction").map(JsonValue::text).orElse("Right")) {
            case "Right" -> false;
            case "Left" -> true;
            case String other -> throw truncation.get().malformed("its direction is " + Quoted.of(other)
                + "; read are Right and Left");
        });
    }

    /// @param texts how many are to stand in it, each once
    private static Template template(JsonValue file, String form, int texts) {
        var processor = file.field("post_processor");
        if (processor.isEmpty()) return plain(texts);
        return switch (processor.get().need("type").text()) {
            case "BertProcessing" -> bert(special(processor.get().need("cls")), special(processor.get().need("sep")), texts);
            case "TemplateProcessing" -> written(processor.get(), form, texts);
            case String other -> throw processor.get().malformed("it is a " + Quoted.of(other)
                + "; read are TemplateProcessing and BertProcessing");
        };
    }

    private static Template plain(int texts) {
        return texts == 1 ? Template.of(Template.Piece.text(0, 0))
            : Template.of(Template.Piece.text(0, 0), Template.Piece.text(1, 1));
    }

    /// `[CLS] first [SEP]`, `[CLS] first [SEP] second [SEP]`.
    private static Template bert(int cls, int sep, int texts) {
        var start = Template.Piece.special(0, cls);
        var end = Template.Piece.special(0, sep);
        return texts == 1 ? Template.of(start, Template.Piece.text(0, 0), end)
            : Template.of(start, Template.Piece.text(0, 0), end, Template.Piece.text(1, 1), Template.Piece.special(1, sep));
    }

    private static int special(JsonValue pair) {
        var elements = pair.elements();
        if (elements.size() != 2) throw pair.malformed("a token and its id are expected");
        return elements.get(1).count();
    }

    private static Template written(JsonValue processor, String form, int texts) {
        var pieces = new ArrayList<Template.Piece>();
        var seen = new TreeSet<Integer>();
        long special = 0;
        for (var piece : processor.need(form).elements()) {
            var text = piece.field("Sequence");
            if (text.isPresent()) {
                int which = text.get().need("id").text().equals("B") ? 1 : 0;
                if (!seen.add(which)) throw piece.malformed("a text stands in it twice");
                pieces.add(Template.Piece.text(which, text.get().need("type_id").count()));
            } else {
                var token = piece.need("SpecialToken");
                var ids = processor.need("special_tokens").need(token.need("id").text()).need("ids").elements();
                special += ids.size();
                if (special > MOST_SPECIAL) throw processor.need(form).malformed("it holds more than " + MOST_SPECIAL
                    + " special tokens; take some out");
                pieces.add(Template.Piece.special(token.need("type_id").count(),
                    ids.stream().mapToInt(JsonValue::count).toArray()));
            }
        }
        if (!seen.equals(texts == 1 ? Set.of(0) : Set.of(0, 1))) throw processor.need(form).malformed("it is to hold " + texts
            + (texts == 1 ? " text" : " texts"));
        return new Template(pieces);
    }

    static WordPieceTokenizer ofVocabulary(Origin origin, byte[] bytes) {
        var ids = new HashMap<String, Integer>();
        var lines = origin.text(bytes).toString().split("\n", -1);
        // of a token that is there twice the last is meant
        int count = lines.length - (lines[lines.length - 1].isEmpty() ? 1 : 0);
        for (int i = 0; i < count; i++) ids.put(withoutSpaceBehind(lines[i]), i);
        var config = config(origin);
        var unknown = name(config, "unk_token", UNKNOWN);
        int cls = id(origin, ids, name(config, "cls_token", "[CLS]"));
        int sep = id(origin, ids, name(config, "sep_token", "[SEP]"));
        var added = new ArrayList<AddedToken>();
        for (var special : List.of(unknown, name(config, "sep_token", "[SEP]"), name(config, "pad_token", "[PAD]"),
            name(config, "cls_token", "[CLS]"), name(config, "mask_token", "[MASK]"))) {
            if (ids.containsKey(special)) added.add(new AddedToken(special, ids.get(special), false, false, false, false));
        }
        var normalizer = config.map(file -> normalizer(file, "clean_text", "tokenize_chinese_chars", "strip_accents",
            "do_lower_case"))
            .orElseGet(() -> new BertNormalizer(true, true, true, true));
        int unknownId = id(origin, ids, unknown);
        var pair = bert(cls, sep, 2);
        return new WordPieceTokenizer(new Vocabulary(ids), normalizer, added, new WordPieces(ids, "##", unknownId, LONGEST_WORD),
            bert(cls, sep, 1), pair, Truncation.NONE.to(most(config, pair.added())));
    }

    private static String withoutSpaceBehind(String line) {
        int end = line.length();
        while (end > 0 && UnicodeClasses.isWhiteSpace(line.charAt(end - 1))) end--;
        return line.substring(0, end);
    }

    private static Optional<JsonValue> config(Origin vocabulary) {
        if (vocabulary.file() == null) return Optional.empty();
        var file = vocabulary.file().resolveSibling("tokenizer_config.json");
        return Files.exists(file) ? Optional.of(JsonParser.parse(new Origin(vocabulary.operation(), file, ""), bytes(file)))
            : Optional.empty();
    }

    /// A special token, which may stand there as an object that tells more of it.
    private static String name(Optional<JsonValue> config, String field, String standard) {
        return config.flatMap(file -> file.field(field))
            .map(token -> token.value() instanceof Map ? token.need("content") : token).map(JsonValue::text).orElse(standard);
    }

    private static int id(Origin origin, Map<String, Integer> ids, String token) {
        var id = ids.get(token);
        if (id == null) throw origin.malformed("the special token " + Quoted.of(token) + " isn't in the vocabulary");
        return id;
    }

    /// Files write a number of some 30 digits where there is no bound.
    private static int most(Optional<JsonValue> config, int added) {
        var most = config.flatMap(file -> file.field("model_max_length"))
            .filter(number -> number.value() instanceof Long whole && whole <= Integer.MAX_VALUE);
        return most.map(number -> mostBeyond(number, added)).orElse(Integer.MAX_VALUE);
    }

    private static int mostBeyond(JsonValue number, int added) {
        int most = number.count();
        if (most <= added) throw number.malformed("it leaves " + most + " tokens, and special ones alone are " + added);
        return most;
    }
}
