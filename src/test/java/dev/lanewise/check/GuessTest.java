package dev.lanewise.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.nn.init.Distribution;
import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Scheme;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Laws that are told from values alone.
class GuessTest {

    private final long seed = new SplittableRandom().nextLong();

    @TempDir
    Path folder;

    private Map<String, Guess> guesses(Map<String, Tensor> tensors, Precision precision) {
        var guesses = new LinkedHashMap<String, Guess>();
        for (var guess : Guess.of(ModelFile.write(folder.resolve("m.safetensors"), tensors, precision))) guesses.put(guess.tensor(), guess);
        return guesses;
    }

    /// What is drawn by a named initializer fits its name, or that of another which is the same for such a matrix and comes first.
    @Test
    void eachNamedLawIsRecognized() {
        var tensors = new LinkedHashMap<String, Tensor>();
        var laws = new LinkedHashMap<String, Scheme>();
        for (var scheme : Scheme.ALL) {
            if (!scheme.fits(Fan.linear(60, 48), Shape.of(48, 60))) continue;
            var tensor = Tensor.zeros(48, 60);
            scheme.weight().fill(tensor, Fan.linear(60, 48), new Threefry(seed).stream(scheme.name()));
            tensors.put(scheme.name(), tensor);
            laws.put(scheme.name(), scheme);
        }
        assertTrue(laws.size() > 20);
        var guesses = guesses(tensors, Precision.FLOAT32);
        laws.forEach((name, scheme) -> {
            var right = scheme.weight().distribution(Fan.linear(60, 48), Shape.of(48, 60));
            assertTrue(guesses.get(name).known() && guesses.get(name).laws().stream().anyMatch(law -> law.equals(name) || same(law, right)),
                () -> seed + ": " + name + " fits " + guesses.get(name).laws());
        });
    }

    private static boolean same(String text, Distribution law) {
        if (text.startsWith("constant ")) return law.equals(new Distribution.Constant(0.1));
        var shape = Shape.of(48, 60);
        return ((ContractLaw.Drawn) ContractParser.law(text)).state(shape, new TensorScope(null, shape, List.of(), null), _ -> shape).law().equals(law);
    }

    @Test
    void numbersOfNoKnownLawAreFitted() {
        var values = new float[4000];
        new Distribution.Normal(0, 0.0371).sample(values, 0, 4000, new Threefry(seed));
        var guess = guesses(Map.of("w", Tensor.of(values)), Precision.BFLOAT16).get("w");
        assertFalse(guess.known());
        assertEquals(1, guess.laws().size(), guess::toString);
        assertTrue(guess.laws().getFirst().startsWith("normal 0 0.03"), guess::toString);
        new Distribution.Uniform(2, 5.5).sample(values, 0, 4000, new Threefry(seed));
        guess = guesses(Map.of("w", Tensor.of(values)), Precision.FLOAT32).get("w");
        assertTrue(guess.laws().size() == 1 && guess.laws().getFirst().startsWith("uniform "), guess::toString);
    }

    @Test
    void whatIsOfNoLawIsSaidToBe() {
        var values = new float[4000];
        for (int i = 0; i < values.length; i++) values[i] = i % 2 == 0 ? 1 : -3;
        assertEquals(List.of(), guesses(Map.of("w", Tensor.of(values)), Precision.FLOAT32).get("w").laws());
        var bad = values.clone();
        bad[7] = Float.NaN;
        assertEquals(List.of(), guesses(Map.of("w", Tensor.of(bad)), Precision.FLOAT32).get("w").laws());
    }

    @Test
    void constantsAreSaidAsSuch() {
        var tensors = new ArrayList<Tensor>(List.of(Tensor.zeros(5), Tensor.ones(5), Tensor.full(0.25f, 5), Tensor.zeros(0, 2), Tensor.scalar(3)));
        var named = new LinkedHashMap<String, Tensor>();
        for (var tensor : tensors) named.put("t" + named.size(), tensor);
        var guesses = guesses(named, Precision.FLOAT16);
        assertEquals(List.of(List.of("zeros"), List.of("ones"), List.of("constant 0.25"), List.of("constant 3.0")),
            guesses.values().stream().map(Guess::laws).toList());
    }
}
