package dev.lanewise.lab.autograd;

import dev.lanewise.figures.Figures;
import dev.lanewise.lab.autograd.HandAgainstAutogradOutcome.Size;
import dev.lanewise.lab.cli.Experiment;
import dev.lanewise.report.Bars;
import dev.lanewise.report.Column;
import dev.lanewise.report.Folded;
import dev.lanewise.report.Page;
import dev.lanewise.report.Paragraph;
import dev.lanewise.report.Table;
import java.util.ArrayList;
import java.util.List;

/// How the results of [HandAgainstAutograd] are shown.
record HandAgainstAutogradPage(HandAgainstAutogradOutcome outcome) {

    static final String TITLE = "Gradients by hand, and by autograd";

    Experiment.Result result() { return new Experiment.Result(outcome, table().text(), conclusion(), page(), bars()); }

    private Table table() {
        var table = new Table(Column.number("hidden units"), Column.number("dL/dW₁"), Column.number("dL/db₁"),
            Column.number("dL/dW₂"),
            Column.number("dL/db₂"), Column.number("by hand, µs"), Column.number("autograd, µs"), Column.number("ratio"));
        for (var size : outcome.sizes()) {
            var cells = new ArrayList<String>(List.of("" + size.hidden()));
            size.differences().values().forEach(each -> cells.add(each == 0 ? "equal" : Figures.format("%.1e", each)));
            cells.add(Figures.fixed(size.handMicroseconds(), 0));
            cells.add(Figures.fixed(size.autogradMicroseconds(), 0));
            cells.add(Figures.fixed(size.ratio(), 2));
            table.row(cells.toArray(String[]::new));
        }
        return table;
    }

    private String conclusion() {
        double worst = outcome.sizes().stream().mapToDouble(Size::worst).max().orElseThrow();
        return (worst == 0 ? "All gradients are equal, to the last bit. "
            : Figures.format("The gradients agree within %.1e of the largest one: float's rounding, nothing else. ",
                worst))
            + Figures.format("Autograd takes %.2f times as long at %d hidden units and %.2f times at %d.",
                outcome.sizes().getFirst().ratio(), outcome.sizes().getFirst().hidden(),
                outcome.sizes().getLast().ratio(), outcome.sizes().getLast().hidden());
    }

    private Bars bars() {
        return Bars.titled("Time of one gradient").xLabel("hidden units").yLabel("microseconds, median of " + outcome.rounds())
            .groups(outcome.sizes().stream().map(size -> "" + size.hidden()).toArray(String[]::new))
            .series("by hand", outcome.sizes().stream().mapToDouble(Size::handMicroseconds).toArray())
            .series("autograd", outcome.sizes().stream().mapToDouble(Size::autogradMicroseconds).toArray());
    }

    private Page page() {
        return Page.titled(TITLE)
            .lead("The gradients of a small network, written out by hand with the chain rule and found by autograd, which"
                + " derives them from the operations that"
                + " ran. " + conclusion().replaceFirst("\\. Autograd", "; autograd"))
            .section("The formulas",
                new Paragraph("A network of two layers, " + HandAgainstAutograd.IN + "-h-" + HandAgainstAutograd.OUT
                    + ", ReLU, mean squared error. Forward: h = x W₁ᵀ + b₁, a = max(h, 0), y = a W₂ᵀ + b₂, and the loss L ="
                    + " mean (y − t)²."),
                new Paragraph("Backward: G = 2 (y − t) / n, with n numbers in y. dL/dW₂ = Gᵀ a; dL/db₂ = the sum of G's"
                    + " rows; H = G W₂"
                    + " where h > 0, else 0; dL/dW₁ = Hᵀ x; dL/db₁ = the sum of H's rows."))
            .section("Equal?", new Paragraph("The first four columns of numbers: the largest difference between the two"
                + " gradients, over the"
                + " largest gradient. The last three: the median time of one forward and backward pass, sizes and"
                + " ways taking turns."),
                new Folded("The numbers", table()))
            .section("How long?", bars(), new Paragraph("Both ways run the same matrix products, on batches of "
                + HandAgainstAutograd.BATCH + ". What autograd adds is a record of each operation and a walk back over it, work"
                + " that doesn't grow with the layers' size; what its layers save is passes over memory, since product, bias"
                + " and ReLU are one operation there and three in the formulas. Times are this machine's, on this day."));
    }
}
