package dev.lanewise.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.io.Safetensors;
import dev.lanewise.tensor.Rejected;
import dev.lanewise.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FittedTextTest {
    private static final String TEXT = """
            lanewise preprocessing 1
            missing "?" "NA"
            number "length" mean 0.524 std 0.12 fill 0.524
            number "weight"
            one-hot "sex" other of "F" "I" "M"
            index "the \\"site\\"" of "" "\\u001b[2J" "\\ud800"
            targets
            index "kind" of "a" "b"
            end
            """;

    @TempDir
    Path folder;

    @Test
    void theTextIsReadAndWrittenAsItStands() {
        var read = Preprocessing.fromText(TEXT);
        assertEquals(TEXT, read.toText());
        assertEquals(read, Preprocessing.fromText(TEXT.replace("\n", "\r\n")));
        assertEquals(List.of("", "\u001b[2J", "\ud800"), read.categories("the \"site\""));
        assertEquals(List.of("length", "weight", "sex=F", "sex=I", "sex=M", "sex (other)", "the \"site\""), read.featureNames());
        assertEquals(List.of("a", "b"), read.classNames());
    }

    @Test
    void itGoesWithTheWeights() throws IOException {
        var fitted = Preprocessing.fromText(TEXT);
        var standardize = Standardize.fit(Rows.regression(new float[] {0.1f, 7, 0.3f, 9}, 2, new float[2], 1));
        var file = folder.resolve("model.safetensors");
        Safetensors.write(file, Map.of("weight", Tensor.ones(3, 7)),
            Map.of("preprocessing", fitted.toText(), "standardize", standardize.toText()));
        var metadata = Safetensors.read(file).metadata();
        assertEquals(fitted, Preprocessing.fromText(metadata.get("preprocessing")));
        assertEquals(standardize, Standardize.fromText(metadata.get("standardize")));
    }

    @Property
    void doublesComeBackToTheBit(@ForAll double mean, @ForAll double other, @ForAll float value) {
        double std = Math.max(Math.abs(other), Double.MIN_VALUE);
        var text = new FittedText.Writer("standardize").word("mean").number(mean).word("std").number(std).line().end();
        var read = Standardize.fromText(text);
        assertEquals(text, read.toText());
        assertArrayEquals(new double[] {mean}, read.mean());
        assertArrayEquals(new double[] {std}, read.std());
    }

    /// As a column's name, as a category, as what is missing; and the text is one that every terminal and encoding takes.
    @Property
    void everyStringComesBack(@ForAll String name, @ForAll String category) {
        var writer = new FittedText.Writer("preprocessing").word("missing").quoted(category).line();
        var text = writer.word("index").quoted(name).word("of").quoted(category).line().word("targets").line().end();
        var read = Preprocessing.fromText(text);
        assertEquals(List.of(name), read.columns());
        assertEquals(List.of(category), read.categories(name));
        assertEquals(text, read.toText());
        assertTrue(text.chars().noneMatch(c -> c != '\n' && Character.isISOControl(c)), text);
        assertEquals(text, new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
    }

    /// Cut anywhere, or with a few characters changed: refused in words, or read as what it now says.
    @Property(tries = 1000)
    void hostileTextIsRefused(@ForAll long seed) {
        var random = new Random(seed);
        var text = new StringBuilder(TEXT);
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes && !text.isEmpty(); i++) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(4)) {
                case 0 -> text.setLength(at);
                case 1 -> text.deleteCharAt(at);
                case 2 -> text.insert(at, " \"\\u0\n1e.of".charAt(random.nextInt(11)));
                default -> text.setCharAt(at, (char) random.nextInt(256));
            }
        }
        try {
            var read = Preprocessing.fromText(text.toString());
            assertEquals(read, Preprocessing.fromText(read.toText()));
        } catch (MalformedFileException e) {
            assertTrue(e.getMessage().startsWith("Preprocessing.fromText: the text: line ") && e.line().isPresent(),
                e.getMessage());
        }
    }

    @Test
    void theMessageSaysWhatIsWrong() {
        refused("", "line 1", "lanewise preprocessing");
        refused(TEXT.replace("preprocessing 1", "preprocessing 2"), "version \"2\"", "reads 1");
        refused(TEXT.replace("end\n", ""), "line 9");
        refused(TEXT.replace("end\n", "end"), "cut off");
        refused(TEXT + "x", "more follows");
        refused(TEXT.replace("0.12", "0"), "line 3", "above 0");
        refused(TEXT.replace("0.12", "-1"), "line 3", "above 0");
        refused(TEXT.replace("0.12", "NaN"), "line 3", "\"NaN\" is no finite number");
        refused(TEXT.replace("0.12", "1e999"), "line 3", "no finite number");
        refused(TEXT.replace("\"weight\"", "\"weight\" fill 1e39"), "line 4", "largest float");
        refused(TEXT.replace("weight", "length"), "line 4", "\"length\" is there twice");
        refused(TEXT.replace("\"F\"", "\"I\""), "line 5", "a category twice");
        refused(TEXT.replace(" of \"a\" \"b\"", " of"), "line 8", "no category");
        refused(TEXT.replace("index \"kind\"", "one-hot \"kind\""), "predicted");
        refused(TEXT.replace("number \"weight\"", "numbers \"weight\""), "line 4", "\"numbers\" is no kind of column");
        refused("lanewise preprocessing 1\nmissing\ntargets\nend\n", "line 3", "no feature");
        Rejected.malformed(() -> Standardize.fromText("lanewise standardize 1\nend\n"), "no feature");
        Rejected.malformed(() -> Standardize.fromText(TEXT), "lanewise standardize");
        Rejected.malformed(() -> Standardize.fromText("lanewise standardize 1\nmean 1 std 0\nend\n"), "line 2", "above 0");
    }

    private static void refused(String text, String... parts) {
        Rejected.malformed(() -> Preprocessing.fromText(text), parts);
    }
}
