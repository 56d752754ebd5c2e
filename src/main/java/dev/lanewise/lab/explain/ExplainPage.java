package dev.lanewise.lab.explain;

import dev.lanewise.diagnose.LayerExplanation;
import dev.lanewise.diagnose.LayerExplanation.Figure;
import dev.lanewise.diagnose.Verdict;
import dev.lanewise.figures.Figures;
import dev.lanewise.lab.explain.ExplainOutcome.Run;
import dev.lanewise.report.Block;
import dev.lanewise.report.Column;
import dev.lanewise.report.Facts;
import dev.lanewise.report.Folded;
import dev.lanewise.report.Page;
import dev.lanewise.report.Paragraph;
import dev.lanewise.report.Table;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;

/// How the results of [Explain] are shown: as tables and a page.
record ExplainPage(ExplainOutcome outcome, Subject subject) {

    private static final int TERMINAL_ROWS = 12;
    private static final int MANY_GROUPS = 6;
    private static final String MOMENTS = """
        Pairs are theory / batch. q: second moment of the layer's outputs before the activation; range: what finite width
        explains, up to four standard deviations.\s""";
    private static final String CHAIN = MOMENTS + """
        chi: growth of the gradient's second moment from the next layer back to this
        one; gradient: that moment relative to the network's output. alike: correlation of the outputs for two inputs. idle:
        rectifiers that are off on the whole batch, or squashed numbers near their limits.""";
    private static final String PARTS = MOMENTS + """
        gradient: the second moment of the gradient at these outputs,
        relative to the network's output. alike: correlation of the outputs for two inputs. A row is a layer with weights, or a
        block, which adds what its layers make to what it gets. 0 by design: healthy, but weights that start at 0 on purpose keep
        signal or gradient at 0 here until the first steps have moved them.""";

    private boolean isChain() { return subject instanceof Subject.Chain; }

    String legend() { return isChain() ? CHAIN : PARTS; }

    void print(Run run, PrintStream out) {
        out.println(run.init() + " is " + run.words());
        if (!limit(run).isEmpty()) out.println(limit(run));
        if (!run.advice().isEmpty()) out.println(run.advice());
        if (run.spectrum() != null) out.println("Jacobian: " + SpectraPage.words(run.spectrum()));
        if (run.rates() != null) out.println("Rates: " + run.rates().words());
        out.println();
        out.println((isChain() ? table(run) : parts(run)).text());
    }

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
                both(ExplainCharts.idle(layer), ExplainPage::share), verdict(layer));
        }
        return table;
    }

    /// For the terminal: of the same place in many blocks the first, the last and some between.
    private static Table parts(Run run) {
        var table = new Table(Column.text("layer"), Column.number("units"), Column.number("q"), Column.number("range"),
            Column.number("gradient"),
            Column.number("alike"), Column.text("verdict"));
        var groups = RowGroup.of(run.theory());
        for (var group : groups) {
            int shown = Math.min(groups.size() > MANY_GROUPS ? 2 : 4, group.rows().size());
            for (int i = 0; i < shown; i++) {
                var layer = group.rows().get(shown == 1 ? 0 : Math.round((float) i * (group.rows().size() - 1) / (shown - 1)));
                table.row(layer.path(), "" + layer.width(), both(layer.square(), Figures::number), range(layer),
                    both(layer.gradient(), Figures::number),
                    both(layer.correlation(), ExplainPage::share), verdict(layer));
            }
        }
        return table;
    }

    static Table ranking(List<ExplainOutcome.Place> ranking) {
        var table = new Table(Column.number("place"), Column.number("in theory"), Column.text("init"),
            Column.text("on the batch"), Column.text("theory"));
        for (var place : ranking) table.row("" + place.place(), "" + place.predicted(), place.init(), place.onTheBatch(),
            place.inTheory());
        return table;
    }

    /// How layers were rewritten, and what came of it.
    static Table changes(Run before, Run after) {
        var table = new Table(Column.text("layer"), Column.number("weights, σ²·in"), Column.number("biases, σ²"),
            Column.number("q"),
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
    private Table whole(Run run) {
        if (!isChain()) return wholeParts(run);
        var table = new Table(Column.text("layer"), Column.text("verdict"), Column.number("units"), Column.number("q"),
            Column.number("range"), Column.number("q*"), Column.number("chi"), Column.number("ξ"), Column.number("gradient"),
            Column.number("alike"), Column.number("idle"));
        for (var layer : run.theory()) table.row(layer.path(), verdict(layer), "" + layer.width(),
            both(layer.square(), Figures::number), range(layer), Figures.number(layer.fixedPoint()), Figures.number(layer.chi()),
            Figures.number(layer.depthScale()), both(layer.gradient(), Figures::number),
            both(layer.correlation(), ExplainPage::share), both(ExplainCharts.idle(layer), ExplainPage::share));
        return table;
    }

    private static Table wholeParts(Run run) {
        boolean idle = run.theory().stream().anyMatch(layer -> !Double.isNaN(ExplainCharts.idle(layer).best()));
        var columns = new ArrayList<>(List.of(Column.text("layer"), Column.text("kind"), Column.text("verdict"),
            Column.number("units"), Column.number("q"),
            Column.number("range"), Column.number("gradient"), Column.number("alike")));
        if (idle) columns.add(Column.number("idle"));
        var table = new Table(columns.toArray(Column[]::new));
        for (var layer : run.theory()) {
            // windows and biases are the same in all
            var kind = layer.kind().replaceFirst(", (kernel|no bias).*", ")");
            var cells = new ArrayList<>(List.of(layer.path(), kind, verdict(layer), "" + layer.width(),
                both(layer.square(), Figures::number), range(layer),
                both(layer.gradient(), Figures::number), both(layer.correlation(), ExplainPage::share)));
            if (idle) cells.add(both(ExplainCharts.idle(layer), ExplainPage::share));
            table.row(cells.toArray(String[]::new));
        }
        return table;
    }

    /// Where layers like the last hidden one lead; empty where theory can't say.
    private String limit(Run run) {
        return !isChain() ? "" : run.theory().reversed().stream().filter(layer -> !Double.isNaN(layer.fixedPoint())).findFirst()
            .map(layer ->
            "Many layers like \"" + layer.path() + "\" would lead q to " + Figures.number(layer.fixedPoint())
                + ", where a gradient "
                + (Double.isInfinite(layer.depthScale()) ? "keeps its size."
                    : "changes by a factor of e in " + Figures.number(layer.depthScale()) + " layers.")).orElse("");
    }

    /// What the verdict's figures are relative to, and those of tables and charts aren't.
    private String relative() {
        var square = outcome.runs().stream().flatMap(run -> run.theory().stream()).filter(layer -> layer.signal() > 0)
            .mapToDouble(layer -> layer.square().best() / layer.signal()).filter(Double::isFinite).findFirst();
        return "These figures are relative: second moments (means of squares) to that of the inputs"
            + (square.isPresent() ? ", which is " + Figures.number(square.getAsDouble()) : "") + ", gradients, as squared"
            + " lengths over all of a layer's numbers, to"
            + " the output's. Charts and tables below have second moments as they are, and those of gradients relative to"
            + " that at the output.";
    }

    private static String range(LayerExplanation layer) {
        return Double.isNaN(layer.low()) ? "–" : Figures.number(layer.low()) + " … " + Figures.number(layer.high());
    }

    Page page() {
        var page = Page.titled("What will training start from?")
            .lead(subject.text() + ": what theory expects"
                + (isChain() || outcome.runs().size() > 1 ? " of " + outcome.runs().size()
                    + (outcome.runs().size() == 1 ? " initialization" : " initializations") : "")
                + " before any training, and what a batch shows.");
        var verdicts = new Table(Column.text("init"), Column.text("verdict"), Column.text("weights"));
        for (var run : outcome.runs()) verdicts.row(run.init(), run.verdict()
            + (!isChain() && Advice.holdsSoFar(run) ? ", so far" : ""),
            run.scheme().description());
        var blocks = new ArrayList<Block>(List.of(verdicts));
        for (var run : outcome.runs()) blocks.add(new Paragraph(run.init() + " is "
            + (run.words() + ". " + limit(run) + run.advice()).strip()));
        blocks.add(new Paragraph(relative()));
        page.section("Verdict", blocks.toArray(Block[]::new));
        if (!outcome.ranking().isEmpty()) page.section("Ranking",
            new Paragraph("By health on the batch, then in theory: a better verdict, then the one that keeps"
            + " signal and gradient nearer to their size, then the one of which fewer units are idle. What strays is the worst"
            + " layer's second moment, or its gradient's squared length."), ranking(outcome.ranking()));
        for (int i = 1; i < outcome.runs().size(); i++) if (!outcome.runs().get(i).changes().isEmpty())
            page.section(outcome.runs().get(i - 1).init() + " rewritten",
                new Paragraph("What each layer's outputs had, and have now, on the batch. Layers that aren't"
                + " here were right."), changes(outcome.runs().get(i - 1), outcome.runs().get(i)));
        var charts = new ExplainCharts(outcome.runs(), isChain());
        page.section("Signal", charts.signal().toArray(Block[]::new));
        page.section("Gradient", charts.gradient().toArray(Block[]::new));
        if (charts.anyIdle()) page.section("Idle units", charts.idle().toArray(Block[]::new));
        new SpectraPage(outcome).add(page);
        for (var run : outcome.runs()) page.section("Layers with " + run.init(),
            new Folded("All " + run.theory().size() + " rows, theory and batch side by side", whole(run)));
        return page.section("How to read it", new Paragraph(legend().replace('\n', ' ') + (isChain()
            ? " q*: where many layers like this one, with the activation behind it, would lead q; ξ: in how many of them"
            + " a gradient changes by a factor of e, there."
                : " idle: rectifiers that are off on the whole batch, or squashed numbers near their limits.")),
                new Paragraph(Figures.format(
            "Vanishing: a signal whose second moment is below %.0e of the input's, or a gradient whose squared length (second"
                + " moment times units, times positions of an image or a sequence) is below as much of the output's. Exploding:"
                + " above %.0e. Dying: more than"
                + " %.0f %% of a layer's rectifiers off. Saturated: more than %.0f %% near the limits.", Verdict.FAINT,
                    Verdict.LOUD,
                    100 * Verdict.DEAD_SHARE,
            100 * Verdict.SATURATED_SHARE)))
            .section("Settings", new Facts().and("network", subject.text()).and("inputs", subject.inputs(outcome.batch()))
                .and("seed", seedText()));
    }

    private static String verdict(LayerExplanation layer) { return layer.waiting() && layer.verdict() == Verdict.HEALTHY
        ? "0 by design" : layer.verdict().word(); }

    private static String both(Figure figure, DoubleFunction<String> text) {
        return Double.isNaN(figure.best()) ? "–" : text.apply(figure.predicted()) + " / " + text.apply(figure.measured());
    }

    private static String share(double value) {
        // no minus sign in front of nothing
        return Double.isNaN(value) ? "–" : Figures.format("%.3f", Math.rint(value * 1000) / 1000 + 0.0);
    }
}
