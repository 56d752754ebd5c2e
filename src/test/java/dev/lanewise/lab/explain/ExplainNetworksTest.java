package dev.lanewise.lab.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.lab.Ran;
import dev.lanewise.lab.networks.NamedNetwork;
import dev.lanewise.testing.JsonReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Networks that have a name, from the command line.
class ExplainNetworksTest {

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int status(String line) {
        return Ran.main(new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8),
            line.split(" "));
    }

    private Map<?, ?> explain(String line) throws Exception {
        assertEquals(0, status("explain --json " + folder.resolve("a.json") + " --report " + folder.resolve("a.html")
            + " " + line),
            err.toString(StandardCharsets.UTF_8));
        return (Map<?, ?>) JsonReader.read(Files.readString(folder.resolve("a.json")));
    }

    private String text() { return out.toString(StandardCharsets.UTF_8); }

    /// Without the places where a path may be broken.
    private String page() throws Exception { return Files.readString(folder.resolve("a.html")).replace("<wbr/>", ""); }

    private static List<?> list(Object of, String what) { return (List<?>) ((Map<?, ?>) of).get(what); }

    private static double number(Object of, String what, String which) {
        return ((Map<?, ?>) ((Map<?, ?>) of).get(what)).get(which) instanceof JsonReader.Num number
            ? Double.parseDouble(number.text()) : Double.NaN;
    }

    /// The same numbers as JSON, on the terminal and on the page; theory within what finite width explains, wide as that is here.
    @ParameterizedTest
    @EnumSource(names = {"POST_NORM", "ENCODER_DECODER", "GPT", "REZERO", "GLU", "SWIGLU"})
    void itIsExplained(NamedNetwork network) throws Exception { assertExplained(network); }

    @Tag("exhaustive")
    @ParameterizedTest
    @EnumSource(NamedNetwork.class)
    void eachIsExplained(NamedNetwork network) throws Exception { assertExplained(network); }

    private void assertExplained(NamedNetwork network) throws Exception {
        var result = explain("--network " + network.word() + " --width 24 --layers 2 --batch 4 --seeds 2");
        assertEquals(network.word(), result.get("network"));
        var rows = list(list(result, "runs").getFirst(), "layers");
        assertTrue(rows.size() >= 3, rows.toString());
        for (var row : rows) {
            double predicted = number(row, "secondMoment", "predicted");
            double measured = number(row, "secondMoment", "measured");
            assertTrue(measured >= 0, row.toString());
            // theory's own stops are rows that say so
            assertEquals(((Map<?, ?>) row).get("gap").equals(""), predicted >= 0, row.toString());
            if (predicted > 0) assertEquals(0, Math.log(measured / predicted), 1, row.toString());
        }
        var path = ((Map<?, ?>) rows.getLast()).get("layer").toString();
        assertTrue(text().contains(network.summary() + "; width 24, 2 " + network.unit() + "s") && text().contains(path), text());
        assertTrue(page().contains(network.summary().replace("'", "&#39;")) && page().contains(">" + path + "<")
            && page().contains("class=\"range\""), page());
        assertFalse(page().contains("<script") || page().contains("src=") || page().contains("href="), "nothing from elsewhere");
    }

    @ParameterizedTest
    @ValueSource(strings = {"lstm", "gru", "rnn"})
    void stepsAreExplained(String network) throws Exception {
        var result = explain("--network " + network + " --width 16 --steps 5 --batch 4 --seeds 6");
        var steps = list(list(result, "runs").getFirst(), "steps");
        assertEquals(5, steps.size());
        for (var step : steps) {
            var range = list(step, "range").stream()
                .mapToDouble(end -> Double.parseDouble(((JsonReader.Num) end).text())).toArray();
            double predicted = number(step, "secondMoment", "predicted");
            assertTrue(range[0] < predicted && predicted < range[1], step.toString());
            assertEquals(0, Math.log(number(step, "secondMoment", "measured") / predicted), 1, step.toString());
            assertEquals(0, Math.log(number(step, "gradient", "measured") / number(step, "gradient", "predicted")), 1,
                step.toString());
        }
        assertTrue(text().contains(network + " of 16 units")
            && text().contains("torch-default is healthy: a gradient from the last state"), text());
        assertTrue(page().contains("Gradient at the inputs") && page().contains("last state&#39;s gradient")
            && page().contains(network + " of 16 units"), page());
        // one network has no range
        assertNull(((Map<?, ?>) list(list(explain("--network " + network
            + " --width 4 --steps 2 --batch 1 --seeds 1 --init orthogonal"), "runs").getFirst(), "steps")
            .getFirst()).get("range"));
    }

    /// Zeros that are meant stay, whatever is drawn elsewhere; a start that isn't the network's own is ranked behind it.
    @Test
    void startsAreGivenToWhatIsDrawn() throws Exception {
        var fixup = explain("--network fixup --width 8 --layers 1 --batch 2 --seeds 1 --init kaiming-normal");
        var run = list(fixup, "runs").getFirst();
        assertEquals("healthy", ((Map<?, ?>) run).get("verdict"), text());
        var rows = list(run, "layers");
        assertEquals(0, number(rows.get(2), "weightVariance", "predicted"), rows.toString());
        assertEquals(2, number(rows.get(1), "weightVariance", "predicted"), 1e-9, rows.toString());
        assertTrue(text().contains("0 by design")
            && text().contains("Zeros are meant: all 5 layers give 0, or get a gradient of 0, at the start alone, because"
            + " the weights of 2 of them begin at 0"), text());
        assertTrue(page().contains("0 in all blocks at the start, which is meant") || page().contains("Zeros are meant"), page());

        var ranked = explain("--network transformer --width 16 --layers 1 --batch 2 --seeds 1 --compare"
            + " ones,xavier-normal --fix");
        assertEquals(List.of("own start", "ones", "xavier-normal"), list(ranked, "runs").stream()
            .map(each -> ((Map<?, ?>) each).get("init")).toList());
        assertEquals("ones", ((Map<?, ?>) list(ranked, "ranking").getLast()).get("init"));
        // no law of weights mends a sum
        var words = list(ranked, "runs").stream().map(each -> ((Map<?, ?>) each).get("words").toString()).toList();
        assertTrue(words.get(1).startsWith("vanishing: at layer") && words.stream()
            .noneMatch(each -> each.contains("; take ") || each.contains("weights' fault")
            || each.contains("independent weights")), words.toString());
        assertTrue(text().contains("own start stays as it is: a start is rewritten through linear and convolutional layers"),
            text());
    }

    /// Attention takes the scheme, too: what its projections give is in the block's sum.
    @Test
    void attentionStartsAsTheOthers() throws Exception {
        var rows = list(list(explain("--network transformer-post-norm --width 32 --layers 1 --batch 2 --seeds 1 --init zeros"),
            "runs").getFirst(), "layers");
        assertEquals(0, number(rows.getFirst(), "secondMoment", "measured"));
        var model = new Subject.Named(NamedNetwork.TRANSFORMER, new NamedNetwork.Size(8, 1))
            .of(dev.lanewise.nn.init.Scheme.named("kaiming-normal"));
        model.namedParameters().forEach((path, parameter) -> {
            double variance = parameter.initializer().distribution(parameter.fan(), parameter.shape()).variance();
            assertEquals(path.endsWith("weight") && !path.contains("norm") ? 2.0 / parameter.shape().size(1) : 0, variance,
                1e-9, path);
        });
    }

    /// A block that runs later stands farther to the right, whatever it is called.
    @Test
    void blocksAreNumberedAsTheyRun() throws Exception {
        explain("--network unet --width 4 --layers 2 --batch 2 --seeds 1");
        assertTrue(page().contains("down.* are 1 to 3, up.* are 4 to 5"), page());
        var rows = list(list(explain("--network encoder-decoder --width 8 --layers 2 --batch 2 --seeds 1"), "runs").getFirst(),
            "layers").stream()
            .map(row -> ((Map<?, ?>) row).get("layer")).toList();
        assertTrue(page().contains("encoder.layers.* are 1 to 2, decoder.layers.* are 3 to 4"), page());
        assertTrue(rows.containsAll(List.of("encoder.layers.1.self_attn", "decoder.layers.0.self_attn",
            "decoder.layers.0.multihead_attn")), rows.toString());
        explain("--network transformer --width 8 --layers 2 --batch 2 --seeds 1");
        assertFalse(page().contains("Blocks are numbered"), page());
    }

    @Test
    void spectrumAndRatesAreThereWhereTheyAreAskedFor() throws Exception {
        var quiet = (Map<?, ?>) list(explain("--network swiglu --width 6 --layers 1 --batch 2 --seeds 1"), "runs").getFirst();
        assertNull(quiet.get("spectrum"));
        var asked = list(explain("--network swiglu --width 6 --layers 1 --batch 2 --seeds 1 --spectrum --rates --loss"
            + " cross_entropy"), "runs").getFirst();
        assertTrue(number(((Map<?, ?>) asked).get("spectrum"), "largest", "measured") > 0);
        assertTrue(Double.parseDouble(((JsonReader.Num) ((Map<?, ?>) ((Map<?, ?>) asked).get("rates")).get("sharpness"))
            .text()) > 0);
        assertTrue(page().contains("Singular values, sorted") && page().contains("cross-entropy with random labels"), page());
    }

    @Test
    void whatDoesNotApplyIsRefusedInWords() {
        var lines = new ArrayList<String>();
        for (var line : List.of("--network lstm --fix | is for mlp, transformer",
            "--network gru --compare zeros | doesn't apply to --network gru",
            "--network transformer --steps 3 | it is for lstm, gru, rnn",
            "--network transformer --activation relu | it is for mlp", "--width 8 | doesn't apply to --network mlp",
            "--network unet --depth 3 | it is for mlp", "--network resnet --layers 3-4 | it is one number, from 1 to 1000, as 8",
            "--network resnet --layers 2000 | from 1 to 1000", "--network lstm --layers 3-4 | --width says how wide",
            "--network lstm --steps 513 | from 1 to 512", "--network resent | There are mlp, transformer",
            "--network unet --layers 40 | at most 6", "--network unet --width 8000 | channels in the lowest",
            "--network transformer --width 8192 --layers 1000 | smaller --width", "--network fixup --init eye | is not for",
            "--network rnn --width 8000 --batch 100000 | smaller --width, --steps or --batch")) {
            err.reset();
            var parts = line.split(" \\| ");
            if (status("explain --report " + folder.resolve("no.html") + " " + parts[0]) != 2
                || !err.toString(StandardCharsets.UTF_8).contains(parts[1]))
                lines.add(line + ": " + err.toString(StandardCharsets.UTF_8));
        }
        assertEquals(List.of(), lines);
        assertFalse(Files.exists(folder.resolve("no.html")));
    }
}
