package dev.lanewise.lab.finetune;

import dev.lanewise.figures.Figures;
import dev.lanewise.lab.cli.Experiment;
import dev.lanewise.report.Block;
import dev.lanewise.report.Column;
import dev.lanewise.report.Folded;
import dev.lanewise.report.LineChart;
import dev.lanewise.report.Page;
import dev.lanewise.report.Paragraph;
import dev.lanewise.report.Table;
import java.util.ArrayList;
import java.util.List;

/// How the results of [Finetune] are shown.
///
/// @param data   where the images came from
/// @param first  the classes of the first task
/// @param second those of the second
record FinetunePage(FinetuneOutcome outcome, String data, String first, String second) {

    static final String TITLE = "Old weights for a new task";

    /// Standard error of a difference of two shares near a half of the held-out images of five classes.
    private static final double ERROR = Math.sqrt(2 * 0.25 / (5.0 * Finetune.HELD_OUT));

    Experiment.Result result() {
        return new Experiment.Result(outcome, table().text(), conclusion(), page(), chart(outcome.tasks().getFirst()));
    }

    private Table table() {
        var table = new Table(Column.number("images a class"), Column.text("start"), Column.number("accuracy at the end"),
            Column.number("after 1 epoch"), Column.number("before"), Column.number("numbers trained"));
        for (var task : outcome.tasks()) for (var run : task.runs())
            table.row("" + task.imagesPerClass(), run.start().word(), percent(run.last()), percent(run.accuracy()[1]),
                percent(run.accuracy()[0]), Figures.format("%,d", run.trained()));
        return table;
    }

    private static String percent(double share) { return Figures.percent(share, 1); }

    /// Which start is ahead, with its lead over the fresh one.
    private String conclusion() {
        var words = new ArrayList<String>();
        for (var task : List.of(outcome.tasks().getFirst(), outcome.tasks().getLast())) {
            var fresh = task.runs().getFirst();
            var parts = new ArrayList<String>();
            for (var run : task.runs().subList(1, task.runs().size())) parts.add(Figures.format(
                "%s %+.1f after one epoch, %+.1f"
                + " at the end", run.start().word(), 100 * (run.accuracy()[1] - fresh.accuracy()[1]),
                    100 * (run.last() - fresh.last())));
            words.add("from " + task.imagesPerClass() + " images a class: " + String.join("; ", parts)
                + (task == outcome.tasks().getLast()
                ? "." : ";"));
        }
        return lesson() + Figures.format(
            " Percentage points ahead of the fresh network (minus: behind; one standard error"
            + " is up to %.1f, from the number of images alone): ", 100 * ERROR) + String.join(" ", words);
    }

    /// What the numbers say, whichever way they came out; differences below the noise of the held-out images are none.
    private String lesson() {
        double noise = 2 * ERROR;
        var few = outcome.tasks().getFirst().runs();
        var many = outcome.tasks().getLast().runs();
        double start = few.get(1).accuracy()[1] - few.get(0).accuracy()[1];
        double frozen = many.get(2).last() - many.get(1).last();
        return (start > noise ? "What was learned on other classes gives a head start. "
            : "What was learned on other classes gives no head start worth the name here. ")
            + (frozen < -noise ? "With many images frozen layers hold the network back."
            : frozen > noise ? "Even with many images frozen layers do better than trained ones."
            : "With many images frozen layers lose little or nothing against trained ones.");
    }

    private static LineChart chart(FinetuneOutcome.Task task) {
        var chart = LineChart.titled(task.imagesPerClass() + " images a class").xLabel("epochs").yLabel("accuracy on"
            + " held-out images").yRange(0, 1);
        task.runs().forEach(run -> chart.series(run.start().word(), run.accuracy()));
        return chart;
    }

    private Page page() {
        var blocks = new ArrayList<Block>();
        for (var task : outcome.tasks()) blocks.add(chart(task));
        blocks.add(new Folded("The numbers", table()));
        return Page.titled(TITLE)
            .lead("A network that has learned five classes of images is to learn five others, from its old weights or from"
                + " fresh ones. " + lesson())
            .section("What was done",
                new Paragraph("First task: " + first + ", " + Finetune.SOURCE_IMAGES + " images each; the network ends at "
                    + percent(outcome.firstTaskAccuracy()) + " of held-out ones. Second task: " + second + "."),
                new Paragraph("Fresh: all weights are drawn anew. Transferred: the two hidden layers start as copies of"
                    + " the trained ones,"
                    + " the head is new, and everything is trained. Frozen: the same, but the copies stay as they are;"
                    + " only the head is"
                    + " trained, at a rate of 0.01, because 0.001 leaves it unfinished. All three have the same head at"
                    + " the start and meet the same images in the same order; an epoch is 40 steps, which repeat"
                    + " the images where they are few."),
                new Paragraph("Accuracy is measured on " + 5 * Finetune.HELD_OUT
                    + " images of the new classes that no training saw; differences of"
                    + " less than 4 percentage points between two curves can be chance."))
            .section("Learning curves", blocks.toArray(Block[]::new))
            .section("Data", new Paragraph(data));
    }
}
