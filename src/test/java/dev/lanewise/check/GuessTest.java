package dev.lanewise.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.nn.init.Distribution;
import dev.lanewise.nn.init.Fan;
import dev.lanewise.nn.init.Gain;
import dev.lanewise.nn.init.Initializer;
import dev.lanewise.nn.init.Initializers;
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
        for (var guess : Guess.of(ModelFile.write(folder.resolve("m.safetensors"), tensors,
            precision))) guesses.put(guess.tensor(), guess);
        return guesses;
    }

    /// What is drawn by a named initializer fits its name, or that of another which is the same for such a matrix and comes
    /// first.
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
            assertTrue(guesses.get(name).known() && guesses.get(name).laws().stream()
                .anyMatch(law -> law.equals(name) || same(law, right)),
                () -> seed + ": " + name + " fits " + guesses.get(name).laws());
        });
    }

    private static boolean same(String text, Distribution law) {
        if (text.startsWith("constant ")) return law.equals(new Distribution.Constant(0.1));
        var shape = Shape.of(48, 60);
        return ((ContractLaw.Drawn) ContractParser.law(text)).state(shape, new TensorScope(null, shape, List.of(), null),
            _ -> shape).law().equals(law);
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

    private static Tensor drawn(Initializer initializer, Fan fan, long seed, int... shape) {
        var tensor = Tensor.zeros(shape);
        initializer.fill(tensor, fan, new Threefry(seed));
        return tensor;
    }

    private static double gain(Guess guess) {
        var law = guess.laws().getFirst();
        assertTrue(law.startsWith("orthogonal "), law);
        return Double.parseDouble(law.substring("orthogonal ".length()));
    }

    /// By some of its rows or columns, where it is large; independent numbers of the same size are no such thing.
    @Test
    void orthogonalMatricesAreNoNormalOnes() {
        var orthogonal = Initializers.orthogonal();
        var tensors = new LinkedHashMap<String, Tensor>();
        tensors.put("square", drawn(orthogonal, Fan.linear(300, 300), seed, 300, 300));
        tensors.put("wide", drawn(orthogonal, Fan.linear(700, 120), seed, 120, 700));
        tensors.put("tall", drawn(orthogonal, Fan.linear(120, 700), seed, 700, 120));
        tensors.put("gates", drawn(orthogonal, Fan.stacked(4, 150, 150), seed, 600, 150));
        tensors.put("kernel", drawn(orthogonal, Fan.conv(40, 50, 9, 1), seed, 50, 40, 3, 3));
        tensors.put("small", drawn(orthogonal, Fan.linear(20, 20), seed, 20, 20));
        tensors.put("scaled", drawn(Initializers.orthogonal(Gain.RELU), Fan.linear(300, 300), seed, 300, 300));
        tensors.put("own", tensors.get("square").mul(0.3f));
        tensors.put("normal", drawn(Initializers.normalRule(), Fan.linear(300, 300), seed, 300, 300));
        tensors.put("uniform", drawn(Initializers.lecunUniform(), Fan.linear(300, 300), seed, 300, 300));
        tensors.put("identity", drawn(Initializers.eye(), Fan.linear(1500, 1500), seed, 1500, 1500));
        for (var precision : Precision.values()) {
            var guesses = guesses(tensors, precision);
            for (var name : List.of("square", "wide", "tall", "kernel", "small"))
                assertEquals(List.of("orthogonal"), guesses.get(name).laws(), () -> seed + " " + precision + " " + name);
            assertEquals(List.of("orthogonal in 4 blocks"), guesses.get("gates").laws(), () -> seed + " " + precision);
            assertEquals(Math.sqrt(2), gain(guesses.get("scaled")), 1e-3, () -> seed + " " + precision);
            assertEquals(0.3, gain(guesses.get("own")), 1e-3, () -> seed + " " + precision);
            assertTrue(guesses.get("normal").laws().contains("normal 0 1/sqrt(columns)")
                && guesses.get("uniform").laws().contains("uniform -0.1 0.1"), () -> "" + seed);
            for (var name : List.of("normal", "uniform")) assertFalse(guesses.get(name).laws().toString().contains("orthogonal"),
                () -> seed + " " + precision);
            assertEquals(List.of("eye"), guesses.get("identity").laws());
        }
    }

    /// What is said of a matrix holds of it.
    @Test
    void whatIsSaidIsAContractThatHolds() {
        var tensors = new LinkedHashMap<String, Tensor>();
        tensors.put("a", drawn(Initializers.orthogonal(), Fan.stacked(4, 150, 150), seed, 600, 150));
        tensors.put("b", drawn(Initializers.orthogonal(Gain.TANH), Fan.linear(120, 700), seed + 1, 700, 120));
        tensors.put("c", drawn(Initializers.orthogonal(), Fan.linear(700, 120), seed + 2, 120, 700).mul(0.37f));
        tensors.put("d", drawn(Initializers.kaimingNormal(), Fan.linear(300, 300), seed + 3, 300, 300));
        for (var precision : Precision.values()) {
            var rules = new StringBuilder();
            guesses(tensors, precision).forEach((name, guess) -> rules.append(name).append(": ").append(guess.laws().getFirst())
                .append("\n"));
            var report = Audit.of(Contract.parse(rules.toString()), List.of(folder.resolve("m.safetensors")), Map.of());
            assertTrue(report.passed(), () -> seed + " " + precision + " " + rules + report);
        }
    }

    /// Of independent ones, what is said to be no chance would have to come about in 10^13 files once.
    @Test
    void oddsOfBeingOrthogonalByChance() {
        var usual = Terms.ofFile(TailBounds.USUAL, Precision.FLOAT32);
        assertFalse(new Lines(2, 3, new float[6]).tellFromChance(1, usual));
        assertTrue(new Lines(32, 8192, new float[0]).tellFromChance(1, usual));
        assertTrue(new Lines(32, 1 << 20, new float[0]).tellFromChance(1, usual));
        assertFalse(new Lines(32, 1 << 20, new float[0]).tellFromChance(1, Terms.ofFile(TailBounds.USUAL, Precision.BFLOAT16)));
    }

    @Test
    void constantsAreSaidAsSuch() {
        var tensors = new ArrayList<Tensor>(List.of(Tensor.zeros(5), Tensor.ones(5), Tensor.full(0.25f, 5), Tensor.zeros(0, 2),
            Tensor.scalar(3)));
        var named = new LinkedHashMap<String, Tensor>();
        for (var tensor : tensors) named.put("t" + named.size(), tensor);
        var guesses = guesses(named, Precision.FLOAT16);
        assertEquals(List.of(List.of("zeros"), List.of("ones"), List.of("constant 0.25"), List.of(), List.of("constant 3.0")),
            guesses.values().stream().map(Guess::laws).toList());
    }

    /// What there is nothing of is in the list as well.
    @Test
    void whatHasNoElementsIsNamed() {
        var guess = guesses(Map.of("w", Tensor.zeros(0, 3)), Precision.FLOAT32).get("w");
        assertEquals(List.of(0, 3), guess.shape());
        assertTrue(guess.laws().isEmpty() && !guess.known() && guess.values() == 0 && Double.isNaN(guess.mean())
            && Double.isNaN(guess.std()), guess::toString);
    }
}
