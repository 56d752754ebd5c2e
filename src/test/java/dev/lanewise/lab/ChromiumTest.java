package dev.lanewise.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lanewise.Compute;
import dev.lanewise.io.Safetensors;
import dev.lanewise.nn.Linear;
import dev.lanewise.nn.ReLU;
import dev.lanewise.nn.Sequential;
import dev.lanewise.report.Column;
import dev.lanewise.report.ImageGrid;
import dev.lanewise.report.LineChart;
import dev.lanewise.report.Links;
import dev.lanewise.report.Page;
import dev.lanewise.report.Table;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every page, on a phone, on a desk and on paper, in a browser.
@Tag("chromium")
class ChromiumTest {

    private static final int PHONE = 390;
    private static final int DESK = 1200;
    /// A sheet of A4 between margins of 1 cm.
    private static final int PAPER = 718;

    @TempDir
    Path folder;

    private final int threads = Compute.threads();
    private Chromium chromium;

    @BeforeEach
    void findChromium() {
        var installed = Chromium.installed();
        assumeTrue(installed.isPresent(), "no Chromium on the PATH");
        chromium = installed.get();
    }

    @AfterEach
    void putThreadsBack() { Compute.setThreads(threads); }

    private List<String> found(Map<String, String> pages, int... widths) throws Exception {
        var findings = chromium.findings(pages, widths, folder);
        var all = pages.keySet().stream()
            .flatMap(page -> Arrays.stream(widths).mapToObj(width -> page + " at " + width)).sorted();
        assertEquals(all.toList(), findings.measured(), "pages that were loaded; beside that " + findings.found());
        return findings.found();
    }

    @Test
    void noPageHasErrorsOrTextsThatOverlapOrAreCutOffOrIsTooWideForScreenOrPaper() throws Exception {
        var pages = new LinkedHashMap<String, String>();
        var links = new ArrayList<Links.Link>();
        for (var small : Ran.SMALL) {
            var experiment = small.experiment();
            var result = Ran.result(experiment, small.args());
            pages.put(small.name() + ".html", result.page().html());
            links.add(new Links.Link(small.name() + ".html", result.page().title(), result.page().lead(), result.picture()));
        }
        for (var small : Ran.JOBS) {
            var nowhere = new PrintStream(new ByteArrayOutputStream());
            assertEquals(0, Ran.main(nowhere, nowhere, small.words(folder.resolve(small.name()), 2)));
            pages.put("train-" + small.name() + ".html", Files.readString(folder.resolve(small.name()).resolve("report")));
        }
        pages.put("index.html", Lab.index(links).html());
        pages.put("explain.html", explain("explain.html"));
        pages.put("deep.html", explain("deep.html", "--layers", "100-50-10", "--depth", "40", "--activation", "tanh",
            "--seeds", "3"));
        for (var network : List.of("encoder-decoder", "fixup", "unet", "geglu", "resnet-preact",
            "gpt")) pages.put(network + ".html",
                explain(network + ".html", "--network", network, "--width", "8", "--layers", "2", "--batch", "2",
                "--seeds", "2"));
        pages.put("lstm.html", explain("lstm.html", "--network", "lstm", "--width", "8", "--steps", "20", "--batch", "2",
            "--seeds", "2"));
        pages.put("audit.html", audit("audit.html", "*weight: normal 0 0.02\n*bias: zeros\nabsent.*: ones"));
        pages.put("audited.html", audit("audited.html", "*: any"));
        // what is folded, too
        pages.replaceAll((_, html) -> html.replace("<details>", "<details open=\"open\">"));
        assertEquals(List.of(), found(pages, PHONE, DESK));
        pages.replaceAll((_, html) -> html.replace("@media print", "@media all"));
        assertEquals(List.of(), found(pages, PAPER));
    }

    private String explain(String name, String... more) throws Exception {
        var page = folder.resolve(name);
        var err = new ByteArrayOutputStream();
        var args = new ArrayList<>(List.of("explain", "--report", page.toString()));
        args.addAll(List.of(more));
        assertEquals(0, CommandLine.run(new PrintStream(new ByteArrayOutputStream()), new PrintStream(err),
            args.toArray(String[]::new)), err.toString(StandardCharsets.UTF_8));
        return Files.readString(page);
    }

    private String audit(String name, String contract) throws Exception {
        var model = new Sequential(new Linear(20, 30), new ReLU(), new Linear(30, 30), new Linear(30, 3));
        model.initialize(Ran.seed());
        Safetensors.write(folder.resolve("a-model-of-a-long-name.safetensors"), model.stateDict());
        var page = folder.resolve(name);
        var nowhere = new PrintStream(new ByteArrayOutputStream());
        CommandLine.run(nowhere, nowhere, "audit", folder.resolve("a-model-of-a-long-name.safetensors").toString(), "--contract",
            Files.writeString(folder.resolve("my.contract"), contract).toString(), "--report", page.toString());
        return Files.readString(page);
    }

    /// The page that nothing is wrong with shows that the findings are those of the flaw.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "overlap: \"one\" and \"two\" | <svg width='200' height='40'><text x='5' y='20'>one</text><text x='20'"
            + " y='24'>two</text></svg>",
        "cut off: \"beyond\" | <svg width='200' height='40'><text x='180' y='20'>beyond</text></svg>",
        "cut off: \"above\" | <svg width='200' height='40'><text x='0' y='5'>above</text></svg>",
        "too wide: | <div style='width:1300px'>wide</div>",
        "scrolls: \"long\" | <div class='plot' style='overflow-x:auto;width:300px'><svg width='400'"
        + " height='40'><title>long</title></svg></div>",
        "error: Uncaught mistake | <script>throw 'mistake'</script>",
        "error: <img | <img src='missing.png'>",
        "attribute d: Expected number | <svg width='9' height='9'><path d='Mx'/></svg>",
        "'' | <svg width='200' height='60'><text x='5' y='20'>one</text><text x='5' y='40'>two</text></svg>",
    })
    void aFlawIsFound(String flaw, String body) throws Exception {
        var found = found(Map.of("flawed.html", "<!DOCTYPE html>\n<html><head>\n</head><body>" + body + "</body></html>"),
            PHONE, DESK);
        if (flaw.isEmpty()) assertEquals(List.of(), found);
        else for (int width : new int[] {PHONE, DESK}) assertTrue(found.stream().anyMatch(line -> unescaped(line).contains(flaw)),
            width + ": " + found);
    }

    /// What is wrong on a phone alone: there even a table may not scroll.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "scrolls: \"wide\" | <div style='overflow-x:auto'><table><tr><td style='min-width:500px'>wide</td></tr></table></div>",
        "beyond the edge: \"far\" | <div style='overflow-x:clip'><p style='margin-left:380px;width:100px'>far</p></div>",
        "small: \"tiny\", 8.0 pixels | <svg width='200' height='40' viewBox='0 0 300 60'><text x='5' y='20'"
        + " font-size='12'>tiny</text></svg>",
    })
    void aPhonesFlawIsFound(String flaw, String body) throws Exception {
        var found = found(Map.of("flawed.html", "<!DOCTYPE html>\n<html><head>\n</head><body>" + body + "</body></html>"),
            PHONE, DESK);
        assertTrue(found.stream().anyMatch(line -> line.contains("at " + PHONE) && unescaped(line).contains(flaw)),
            found::toString);
        assertEquals(List.of(), found.stream().filter(line -> line.contains("at " + DESK)).toList());
    }

    private static String unescaped(String line) { return line.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"); }

    @Test
    void namesThatLookLikeMarkupAreText() throws Exception {
        var name = "<script>throw 'obeyed'</script>";
        var page = Page.titled(name).lead(name).section(name, new Table(Column.text(name)).row(name),
            LineChart.titled(name).xLabel(name).yLabel("").series(name, new double[] {1, 2}),
            ImageGrid.titled(name).panel(name).image(name, 1, 1, new float[1]));
        assertEquals(List.of(), found(Map.of("escaped.html", page.html()), PHONE, DESK));
    }
}
