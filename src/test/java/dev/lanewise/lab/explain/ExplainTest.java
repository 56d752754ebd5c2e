package dev.lanewise.lab.explain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.diagnose.MeanField;
import dev.lanewise.figures.Figures;
import dev.lanewise.lab.Ran;
import dev.lanewise.nn.init.Nonlinearity;
import dev.lanewise.testing.JsonReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplainTest {

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private Map<?, ?> explain(String name, String... more) throws Exception {
        var json = folder.resolve(name + ".json");
        var args = new ArrayList<>(List.of("explain", "--json", json.toString(), "--report", folder.resolve(name + ".html")
            .toString()));
        args.addAll(List.of(more));
        var err = new ByteArrayOutputStream();
        int status = Ran.main(new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err),
            args.toArray(String[]::new));
        assertEquals(0, status, err.toString(StandardCharsets.UTF_8));
        return (Map<?, ?>) JsonReader.read(Files.readString(json));
    }

    private static Map<?, ?> run(Map<?, ?> result, int i) { return (Map<?, ?>) ((List<?>) result.get("runs")).get(i); }

    private static Map<?, ?> layer(Map<?, ?> run, int i) { return (Map<?, ?>) ((List<?>) run.get("layers")).get(i); }

    private static double number(Map<?, ?> layer, String what, String which) {
        return Double.parseDouble(((JsonReader.Num) ((Map<?, ?>) layer.get(what)).get(which)).text());
    }

    @Test
    void tableAndPageAndJsonSayTheSame() throws Exception {
        var result = explain("two", "--layers", "40-30-20-5", "--init", "zeros,kaiming-normal", "--batch", "16", "--seed", "3");
        assertEquals("vanishing", run(result, 0).get("verdict"));
        assertEquals("healthy", run(result, 1).get("verdict"));
        var layer = layer(run(result, 1), 1);
        double predicted = number(layer, "secondMoment", "predicted");
        // twice the first layer's half of 2 mean squares of the inputs
        assertEquals(number(layer(run(result, 1), 0), "secondMoment", "predicted"), predicted, 1e-9);
        var cell = Figures.number(predicted) + " / " + Figures.number(number(layer, "secondMoment", "measured"));
        var text = out.toString(StandardCharsets.UTF_8);
        var page = Files.readString(folder.resolve("two.html"));
        assertTrue(text.contains(cell) && page.contains(cell), text);
        assertTrue(text.contains("40-30-20-5, relu") && text.contains("kaiming-normal is healthy: "), text);
        assertTrue(page.contains("zeros is vanishing: ") && page.contains("class=\"range\""), page);
        assertTrue(page.contains("-Dargs=&quot;explain --layers 40-30-20-5 --init zeros,kaiming-normal --batch 16 --seed"
            + " 3&quot;"), page);
        assertTrue(!page.contains("<script") && !page.contains("src=") && !page.contains("href="), "nothing from elsewhere");
    }

    @Test
    void theSeedDecidesAndSeedsAreAveraged() throws Exception {
        var args = new String[] {"--layers", "20-20-5", "--init", "normal-rule", "--activation", "tanh", "--seed", "8"};
        var one = explain("one", args);
        assertEquals(one, explain("again", args));
        var more = new ArrayList<>(List.of(args));
        more.addAll(List.of("--seeds", "3"));
        var three = explain("three", more.toArray(String[]::new));
        // the same seed three times would give the first one's number again
        assertTrue(Math.abs(Math.log(number(layer(run(three, 0), 1), "secondMoment", "measured")
            / number(layer(run(one, 0), 1), "secondMoment", "measured"))) > 1e-6);
        assertTrue(out.toString(StandardCharsets.UTF_8).contains("8 and the 2 after it, averaged"),
            out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void everyActivationHasALayer() throws Exception {
        for (var name : List.of("relu", "leaky_relu", "tanh", "sigmoid", "selu", "elu", "gelu", "silu", "softplus",
            "softsign", "mish",
            "hardtanh", "logsigmoid", "sin")) {
            var result = explain(name, "--layers", "6-6-3", "--init", "normal-rule", "--activation", name, "--batch", "4");
            double predicted = number(layer(run(result, 0), 1), "secondMoment", "predicted");
            double first = number(layer(run(result, 0), 0), "secondMoment", "predicted");
            assertEquals(dev.lanewise.nn.init.Nonlinearity.named(name).square(first), predicted, 1e-9, name);
        }
    }

    /// What is said where a network vanishes is typed in again.
    @Test
    void theAdviceIsAnInitializationThatItTakes() throws Exception {
        for (var depth : List.of("10", "100")) {
            var args = List.of("--layers", "30-30-30", "--depth", depth, "--activation", "tanh", "--batch", "4", "--seeds", "8");
            var first = new ArrayList<>(args);
            first.addAll(List.of("--init", "torch-default"));
            var words = run(explain("before", first.toArray(String[]::new)), 0).get("words").toString();
            var advice = Pattern.compile("; take (\\S+) \\(in code ").matcher(words);
            assertTrue(advice.find(), words);
            var second = new ArrayList<>(args);
            second.addAll(List.of("--init", advice.group(1)));
            var after = run(explain("after", second.toArray(String[]::new)), 0);
            assertEquals(advice.group(1), after.get("init"));
            double signal = number(layer(after, Integer.parseInt(depth)), "secondMoment", "predicted");
            assertTrue(signal > 1e-2 && signal < 1e2, advice.group(1) + ": " + signal);
        }
    }

    @Test
    void whereLayersLeadIsSaidEverywhere() throws Exception {
        var result = explain("limit", "--layers", "20-20-5", "--init", "normal-rule:1.5:0.1,kaiming-normal:1", "--activation",
            "tanh", "--batch", "4");
        var field = new MeanField(Nonlinearity.TANH, 1.5, 0.1);
        var hidden = layer(run(result, 0), 0);
        assertEquals(field.fixedPoint(), Double.parseDouble(((JsonReader.Num) hidden.get("fixedPoint")).text()), 1e-9);
        assertEquals(field.depthScale(), Double.parseDouble(((JsonReader.Num) hidden.get("depthScale")).text()), 1e-6);
        assertNull(layer(run(result, 0), 1).get("fixedPoint"));
        assertEquals("infinite", layer(run(result, 1), 0).get("depthScale"));
        var sentence = "would lead q to " + Figures.number(field.fixedPoint()) + ", where a gradient changes by a factor of e in "
            + Figures.number(field.depthScale()) + " layers.";
        var text = out.toString(StandardCharsets.UTF_8);
        assertTrue(text.contains(sentence) && text.contains("would lead q to 0, where a gradient keeps its size."), text);
        var page = Files.readString(folder.resolve("limit.html"));
        assertTrue(page.contains(sentence) && page.contains(">" + Figures.number(field.depthScale()) + "<"), page);
        assertTrue(page.matches("(?s).*>layer</th>\\s*<th[^>]*>verdict</th>.*"), page);
        assertTrue(page.matches("(?s).*>init</th>\\s*<th[^>]*>verdict</th>.*"), page);
    }

    @Test
    void depthRepeatsTheLastHiddenLayer() {
        var sizes = Explain.sizes("784-256-128-10");
        assertArrayEquals(new int[] {784, 256, 128, 128, 128, 10}, Explain.deep(sizes, Optional.of(4)));
        assertArrayEquals(new int[] {784, 256, 10}, Explain.deep(sizes, Optional.of(1)));
        assertArrayEquals(new int[] {784, 256, 128, 10}, Explain.deep(sizes, Optional.empty()));
    }

    @Test
    void deepNetworksGetAFewRowsOnTheTerminalAndAllOnThePage() throws Exception {
        explain("deep", "--layers", "8-8-3", "--depth", "40", "--init", "kaiming-normal", "--batch", "4");
        var rows = out.toString(StandardCharsets.UTF_8).lines().filter(line -> line.matches("[0-9]+ +[0-9]+ .*")).toList();
        assertEquals(12, rows.size(), rows.toString());
        assertTrue(rows.getFirst().startsWith("1 ") && rows.getLast().startsWith("41 "), rows.toString());
        assertEquals(41, Files.readString(folder.resolve("deep.html")).split("<tr>").length - 1 - 7);
        assertTrue(out.toString(StandardCharsets.UTF_8).contains("8 (41 times)-3, relu"));
    }

    private static double value(Map<?, ?> of, String what) { return Double.parseDouble(((JsonReader.Num) of.get(what)).text()); }

    /// What the Jacobian and the loss's bends show, beside the library's own calls.
    @Test
    void spectraAndRatesAreShown() throws Exception {
        var result = explain("spectra", "--layers", "12-12-12", "--init", "orthogonal,kaiming-normal,ones", "--activation",
            "tanh", "--batch", "6", "--seed", "4", "--loss", "cross_entropy");
        var orthogonal = (Map<?, ?>) run(result, 0).get("spectrum");
        assertTrue(number(orthogonal, "largest", "measured") <= 1 + 1e-5, "" + orthogonal);
        assertTrue(number(orthogonal, "largest", "predicted") <= 1 + 1e-9);
        assertTrue(number(orthogonal, "spread", "predicted") < number((Map<?, ?>) run(result, 1).get("spectrum"), "spread",
            "predicted") - 1);
        var rates = (Map<?, ?>) run(result, 1).get("rates");
        assertEquals(2 / value(rates, "sharpness"), value(rates, "sgd"), 1e-9);
        assertEquals(3.8 / value(rates, "sharpness"), value(rates, "momentum"), 1e-9);
        var text = out.toString(StandardCharsets.UTF_8);
        var page = Files.readString(folder.resolve("spectra.html"));
        for (var shown : List.of(Figures.number(number(orthogonal, "largest", "measured")),
            Figures.number(value(rates, "sharpness"))))
            assertTrue(text.contains(shown) && page.contains(shown), shown);
        assertTrue(page.contains("Singular values, sorted") && page.contains("cross-entropy with random labels")
            && text.contains("no dynamical isometry"), text);
    }

    /// Starts are ranked, and each is shown as it was and rewritten.
    @Test
    void startsAreComparedAndFixed() throws Exception {
        var result = explain("compared", "--layers", "20-20-20-20-20-5", "--compare", "torch-default,kaiming-normal,zeros",
            "--fix", "--batch", "8", "--seeds", "2");
        var names = ((List<?>) result.get("runs")).stream().map(run -> ((Map<?, ?>) run).get("init")).toList();
        assertEquals(List.of("torch-default", "torch-default, fixed", "kaiming-normal", "kaiming-normal, fixed", "zeros",
            "zeros, fixed"), names);
        for (int i : new int[] {1, 3, 5}) assertEquals("healthy", run(result, i).get("verdict"));
        // of kaiming-normal the first layer alone, which has no rectifier before it
        assertEquals(List.of(5, 1, 5),
            IntStream.of(1, 3, 5).mapToObj(i -> ((List<?>) run(result, i).get("changes")).size()).toList());
        var ranking = (List<?>) result.get("ranking");
        assertEquals("zeros", ((Map<?, ?>) ranking.getLast()).get("init"));
        assertEquals("1", ((JsonReader.Num) ((Map<?, ?>) ranking.getFirst()).get("place")).text());
        var text = out.toString(StandardCharsets.UTF_8);
        var page = Files.readString(folder.resolve("compared.html"));
        for (var shown : List.of("vanishing → healthy", "strays by a factor of")) assertTrue(text.contains(shown)
            && page.contains(shown), text);
        assertTrue(page.contains("zeros rewritten") && page.contains(">Ranking<"), page);

        out.reset();
        var hopeless = explain("hopeless", "--layers", "9-9-9", "--depth", "30", "--init", "normal-rule", "--activation",
            "sigmoid", "--batch", "4", "--fix");
        assertEquals(1, ((List<?>) hopeless.get("runs")).size());
        assertTrue(out.toString(StandardCharsets.UTF_8).contains("normal-rule stays as it is: no independent weights"),
            out.toString(StandardCharsets.UTF_8));
    }
}
