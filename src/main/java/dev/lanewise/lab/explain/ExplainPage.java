package dev.lanewise.lab.explain;

import dev.lanewise.diagnose.LayerExplanation;
import dev.lanewise.diagnose.LayerExplanation.Figure;
import dev.lanewise.diagnose.Verdict;
import dev.lanewise.figures.Figures;
import dev.lanewise.lab.explain.ExplainOutcome.Run;
import dev.lanewise.report.Block;
import dev.lanewise.report.Column;
import dev.lanewise.report.Facts;
import dev.lanewise.report.LineChart;
import dev.lanewise.report.Page;
import dev.lanewise.report.Paragraph;
import dev.lanewise.report.Table;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// How the results of [Explain] are shown: as tables and a page.
record ExplainPage(ExplainOutcome outcome) {

    private static final int TERMINAL_ROWS = 12;
    static final String LEGEND = """
        Pairs are theory / batch. q: second moment of the layer's outputs before the activation; range: what finite width
        explains, up to four standard deviations. chi: growth of the gradient's second moment from the next layer back to this
        one; gradient: that moment relative to the network's output. alike: correlation of the outputs for two inputs. idle:
        rectifiers that are off on the whole batch, or squashed numbers near their limits.""";

    static void print(Run run, PrintStream out) {
        out.println(run.init() + " is " + run.words());
        if (!limit(run).isEmpty()) out.println(limit(run));
        out.println("Jacobian: " + SpectraPage.words(run.spectrum()));
        if (run.rates() != null) out.println("Rates: " + run.rates().words());
        out.println();
        out.println(table(run).text());
    }

    String network() {
        // runs of the same number are said once
        var groups = new ArrayList<String>();
        for (int start = 0, end; start < outcome.layers().length; start = end) {
            end = start;
            while (end < outcome.layers().length && outcome.layers()[end] == outcome.layers()[start]) end++;
            groups.add(end - start > 3 ? outcome.layers()[start] + " (" + (end - start) + " times)"
                : IntStream.range(start, end).mapToObj(i -> "" + outcome.layers()[i]).collect(Collectors.joining("-")));
        }
        return String.join("-", groups) + ", " + outcome.activation();
    }

    String inputs() { return outcome.batch() + (outcome.batch() == 1 ? " row" : " rows") + " of independent standard normal numbers"; }

    String seedText() {
        return outcome.seed() + (outcome.seeds() == 1 ? "" : " and the " + (outcome.seeds() - 1) + " after it, averaged");
    }

    /// For the terminal; of many layers, evenly spread ones are shown.
    static Table table(Run run) {
        var table = new Table(Column.text("layer"), Column.number("units"), Column.number("q"), Column.number("range"),
            Column.number("chi"), Column.number("gradient"), Column.number("alike"), Column.number("idle"),
                Column.text("verdict"));
        int shown = Math.min(TERMINAL_ROWS, run.theory().size());
        for (int row = 0; row < shown; row++) {
            var layer = run.theory().get(shown == 1 ? 0 : Math.round((float) row * (run.theory().size() - 1) / (shown - 1)));
            table.row(layer.path(), "" + layer.width(), both(layer.square(), Figures::number),
                range(layer), Figures.number(layer.chi()),
                both(layer.gradient(), Figures::number), both(layer.correlation(), ExplainPage::share),
                both(idle(layer), ExplainPage::share), layer.verdict().word());
        }
        return table;
    }

    static Table ranking(List<ExplainOutcome.Place> ranking) {
        var table = new Table(Column.number("place"), Column.number("in theory"), Column.text("init"), Column.text("on the batch"), Column.text("theory"));
        for (var place : ranking) table.row("" + place.place(), "" + place.predicted(), place.init(), place.onTheBatch(), place.inTheory());
        return table;
    }

    /// How layers were rewritten, and what came of it.
    static Table changes(Run before, Run after) {
        var table = new Table(Column.text("layer"), Column.number("weights, σ²·in"), Column.number("biases, σ²"), Column.number("q"),
            Column.number("gradient"), Column.text("verdict"));
        for (var change : after.changes()) {
            var was = layer(before, change.layer());
            var is = layer(after, change.layer());
            table.row(change.layer(), arrow(Figures.number(change.weights()), Figures.number(change.rewritten())),
                arrow(Figures.number(change.biases()), Figures.number(change.rewrittenBiases())),
                arrow(Figures.number(was.square().measured()), Figures.number(is.square().measured())),
                arrow(Figures.number(was.gradient().measured()), Figures.number(is.gradient().measured())),
                arrow(was.verdict().word(), is.verdict().word()));
        }
        return table;
    }

    private static LayerExplanation layer(Run run, String path) {
        return run.theory().stream().filter(layer -> layer.path().equals(path)).findFirst().orElseThrow();
    }

    private static String arrow(String before, String after) { return before.equals(after) ? after : before + " → " + after; }

    /// For the page: all layers, and the verdict where it is seen first.
    private static Table whole(Run run) {
        var table = new Table(Column.text("layer"), Column.text("verdict"), Column.number("units"), Column.number("q"),
            Column.number("range"), Column.number("q*"), Column.number("chi"), Column.number("ξ"), Column.number("gradient"),
            Column.number("alike"), Column.number("idle"));
        for (var layer : run.theory()) table.row(layer.path(), layer.verdict().word(), "" + layer.width(),
            both(layer.square(), Figures::number), range(layer), Figures.number(layer.fixedPoint()), Figures.number(layer.chi()),
            Figures.number(layer.depthScale()), both(layer.gradient(), Figures::number),
            both(layer.correlation(), ExplainPage::share), both(idle(layer), ExplainPage::share));
        return table;
    }

    /// Where layers like the last hidden one lead; empty where theory can't say.
    static String limit(Run run) {
        return run.theory().reversed().stream().filter(layer -> !Double.isNaN(layer.fixedPoint())).findFirst().map(layer ->
            "Many layers like \"" + layer.path() + "\" would lead q to " + Figures.number(layer.fixedPoint()) + ", where a gradient "
                + (Double.isInfinite(layer.depthScale()) ? "keeps its size."
                    : "changes by a factor of e in " + Figures.number(layer.depthScale()) + " layers.")).orElse("");
    }

    private static String range(LayerExplanation layer) {
        return Double.isNaN(layer.low()) ? "–" : Figures.number(layer.low()) + " … " + Figures.number(layer.high());
    }

    /// What units of the one kind or the other do nothing.
    private static Figure idle(LayerExplanation layer) {
        return Double.isNaN(layer.dead().best()) ? layer.saturated() : layer.dead();
    }

    Page page() {
        var page = Page.titled("What will training start from?")
            .lead(network() + ": what theory expects of " + outcome.runs().size()
                + (outcome.runs().size() == 1 ? " initialization" : " initializations")
                + " before any training, and what a batch shows.");
        var verdicts = new Table(Column.text("init"), Column.text("verdict"), Column.text("weights"));
        for (var run : outcome.runs()) verdicts.row(run.init(), run.verdict(), run.scheme().description());
        var blocks = new ArrayList<Block>(List.of(verdicts));
        for (var run : outcome.runs()) blocks.add(new Paragraph(run.init() + " is " + (run.words() + ". " + limit(run)).strip()));
        page.section("Verdict", blocks.toArray(Block[]::new));
        if (!outcome.ranking().isEmpty()) page.section("Ranking", new Paragraph("By health on the batch, then in theory: a better verdict, then the one that keeps"
            + " signal and gradient nearer to their size, then the one of which fewer units are idle. What strays is the worst layer's second moment, or its"
            + " gradient's squared length."), ranking(outcome.ranking()));
        for (int i = 1; i < outcome.runs().size(); i++) if (!outcome.runs().get(i).changes().isEmpty())
            page.section(outcome.runs().get(i - 1).init() + " rewritten", new Paragraph("What each layer's outputs had, and have now, on the batch. Layers that aren't"
                + " here were right."), changes(outcome.runs().get(i - 1), outcome.runs().get(i)));
        page.section("Signal", new Paragraph("The second moment of each layer's outputs before the activation. Flat is good:"
            + " what shrinks or grows from layer to layer does so by a factor, and a deep network multiplies it."),
                chart("Second moment", "mean square", true,
            LayerExplanation::square, LayerExplanation::low, LayerExplanation::high));
        page.section("Gradient", new Paragraph("The second moment of the gradient at each layer's outputs, relative to that at"
            + " the network's output; it travels from right to left, and shrinks where it spreads over more units."),
                chart("Gradient", "relative mean square", true, LayerExplanation::gradient,
            layer -> layer.gradient().predicted(), layer -> layer.gradient().predicted()));
        if (outcome.runs().stream().flatMap(run -> run.theory().stream()).anyMatch(layer -> !Double.isNaN(idle(layer).best())))
            page.section("Idle units", new Paragraph("The share of rectifiers that are off on the whole batch, or of squashed"
                + " numbers near their limits. The more alike the inputs have become, the more rectifiers are off on all of them: up to one half."),
                chart("Idle units", "share", false, ExplainPage::idle, layer -> idle(layer).predicted(),
                    layer -> idle(layer).predicted()));
        new SpectraPage(outcome).add(page);
        for (var run : outcome.runs()) page.section("Layers with " + run.init(), whole(run));
        return page.section("How to read it", new Paragraph(LEGEND.replace('\n', ' ')
            + " q*: where many layers like this one, with the activation behind it, would lead q; ξ: in how many of them a gradient"
            + " changes by a factor of e, there."), new Paragraph(Figures.format(
            "Vanishing: a signal whose second moment is below %.0e of the input's, or a gradient whose squared length (second"
                + " moment times units) is below that of the output's. Exploding: above %.0e. Dying: more than"
                + " %.0f %% of a layer's rectifiers off. Saturated: more than %.0f %% near the limits.", Verdict.FAINT, Verdict.LOUD,
                    100 * Verdict.DEAD_SHARE,
            100 * Verdict.SATURATED_SHARE)))
            .section("Settings", new Facts().and("network", network()).and("inputs", inputs())
                .and("seed", seedText()));
    }

    private LineChart chart(String title, String yLabel, boolean logarithmic, Function<LayerExplanation, Figure> figure,
        ToDoubleFunction<LayerExplanation> low,
                            ToDoubleFunction<LayerExplanation> high) {
        var chart = LineChart.titled(title + " of each layer").xLabel("layer").yLabel(yLabel).wholeX().legendAsAdded();
        double most = outcome.runs().stream().flatMap(run -> run.theory().stream()).mapToDouble(layer -> figure.apply(layer).best())
            .filter(Double::isFinite).max().orElse(0);
        if (logarithmic) chart.logY();
        else chart.yRange(0, Math.max(1, Math.ceil(10 * most)) / 10);
        for (var run : outcome.runs()) {
            var numbers = IntStream.range(0, run.theory().size())
                .filter(i -> !Double.isNaN(figure.apply(run.theory().get(i)).best())).toArray();
            if (numbers.length == 0) continue;
            var shown = Arrays.stream(numbers).mapToObj(run.theory()::get).toList();
            var xs = Arrays.stream(numbers).mapToDouble(i -> i + 1).toArray();
            chart.series(run.init(), xs, values(shown, layer -> figure.apply(layer).measured()))
                .expected(values(shown, layer -> figure.apply(layer).predicted()), values(shown, low), values(shown, high));
        }
        return chart;
    }

    private static double[] values(List<LayerExplanation> layers, ToDoubleFunction<LayerExplanation> value) {
        return layers.stream().mapToDouble(value).toArray();
    }

    private static String both(Figure figure, DoubleFunction<String> text) {
        return Double.isNaN(figure.best()) ? "–" : text.apply(figure.predicted()) + " / " + text.apply(figure.measured());
    }

    private static String share(double value) {
        // no minus sign in front of nothing
        return Double.isNaN(value) ? "–" : Figures.format("%.3f", Math.rint(value * 1000) / 1000 + 0.0);
    }
}
