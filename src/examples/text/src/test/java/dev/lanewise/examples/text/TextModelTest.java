package dev.lanewise.examples.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.data.MalformedFileException;
import dev.lanewise.data.Synthetic;
import dev.lanewise.data.Vocabulary;
import dev.lanewise.io.Safetensors;
import dev.lanewise.random.Threefry;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextModelTest {

    private static final String TEXT = Synthetic.text(12_000, new Threefry(1));

    private static TextModel model;
    private static double[] losses;

    @TempDir
    Path folder;

    @BeforeAll
    static void learns() {
        model = new TextModel(Vocabulary.characters(TEXT));
        model.initialize(42);
        losses = model.learn(TEXT, 8, 42).epochLosses();
    }

    /// A model that knew how often each character is, and nothing of those before it, would have the entropy of the counts.
    @Test
    void lossIsFarBelowThatOfCounts() {
        var counts = new TreeMap<Character, Integer>();
        for (char c : TEXT.toCharArray()) counts.merge(c, 1, Integer::sum);
        double entropy = counts.values().stream().mapToDouble(n -> -n * Math.log((double) n / TEXT.length()))
            .sum() / TEXT.length();
        assertTrue(losses[7] < 0.6 * entropy, losses[7] + " beside " + entropy);
    }

    @Test
    void whatIsReadGoesOnAsWhatWasWritten() {
        var file = folder.resolve("model.safetensors");
        model.write(file);
        var said = model.continued("T", 100, new Threefry(7));
        assertEquals(101, said.length());
        assertEquals(said, TextModel.read(file).continued("T", 100, new Threefry(7)));
    }

    @Test
    void aFileWithoutVocabularyIsRefused() {
        var file = folder.resolve("model.safetensors");
        Safetensors.write(file, model.stateDict(), Map.of());
        assertTrue(assertThrows(MalformedFileException.class, () -> TextModel.read(file)).getMessage().contains("no vocabulary"));
    }

    @Test
    void unknownCharactersAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> model.continued("\u2603", 10, new Threefry(7)));
        assertThrows(IllegalArgumentException.class, () -> model.continued("", 10, new Threefry(7)));
    }
}
