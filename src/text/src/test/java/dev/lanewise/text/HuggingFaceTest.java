package dev.lanewise.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The model's tokenizer gives every text the ids that Hugging Face's own gives it, by a Python that has their package.
class HuggingFaceTest {

    private static final int SENTENCES = 1000;
    private static final int RANDOM = 100_000;

    @TempDir
    private Path folder;

    @Test
    void sentencesOfManyLanguages() throws Exception {
        assertSame(Stream.concat(Sentences.written().stream(), Sentences.ofLocales(SENTENCES, seed()).stream()).toList());
    }

    @Test
    void whateverIsInThem() throws Exception {
        var texts = new RandomTexts(seed());
        assertSame(Stream.generate(texts::next).limit(RANDOM).toList());
    }

    @Test
    @Tag("exhaustive")
    void everyCodePointAloneAndBetweenLettersAndMarks() throws Exception {
        var texts = new ArrayList<String>();
        var points = IntStream.rangeClosed(0, Character.MAX_CODE_POINT);
        points.filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE).forEach(c -> {
            var alone = Character.toString(c);
            texts.add(alone);
            texts.add("a" + alone + "b");
            // classes 224, 1 and 9 about it: moved across it, or not; the first and the last aren't accents
            texts.add("\u302e" + alone + "\u0334e\u1b44" + alone);
        });
        assertSame(texts);
    }

    private static long seed() {
        long seed = new SplittableRandom().nextLong();
        System.out.println("seed " + seed);
        return seed;
    }

    private void assertSame(List<String> texts) throws Exception {
        Python.assumePackages("tokenizers");
        var file = ModelFiles.tokenizer(folder);
        var tokenizer = WordPieceTokenizer.read(file);
        var theirs = Python.lines(folder, texts.stream().map(HuggingFaceTest::quoted).toList(), "huggingface_ids.py",
            file.toString());
        assertEquals(texts.size(), theirs.size());
        var differing = new ArrayList<String>();
        for (int i = 0; i < texts.size(); i++) {
            var ours = IntStream.of(tokenizer.encode(texts.get(i)).ids()).mapToObj(Integer::toString)
                .collect(Collectors.joining(" "));
            if (!ours.equals(theirs.get(i))) differing.add(
                quoted(texts.get(i)) + "\n  ours   " + ours + "\n  theirs " + theirs.get(i));
        }
        assertEquals(0, differing.size(), () -> String.join("\n", differing.subList(0, Math.min(20, differing.size()))));
    }

    private static String quoted(String text) {
        return text.chars().mapToObj("\\u%04x"::formatted).collect(Collectors.joining("", "\"", "\""));
    }
}
