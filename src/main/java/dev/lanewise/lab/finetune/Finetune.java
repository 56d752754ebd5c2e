package dev.lanewise.lab.finetune;

import dev.lanewise.Compute;
import dev.lanewise.data.FashionMnist;
import dev.lanewise.lab.cli.Experiment;
import dev.lanewise.lab.cli.Options.Option;
import dev.lanewise.lab.cli.Setting;
import dev.lanewise.lab.train.ImageSource;
import dev.lanewise.report.Block;
import dev.lanewise.report.Column;
import dev.lanewise.report.LineChart;
import dev.lanewise.report.Page;
import dev.lanewise.report.Paragraph;
import dev.lanewise.report.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;

/// Fresh weights against transferred ones against frozen ones: [Transfer], from few images and from many.
public final class Finetune implements Experiment {

    private static final int SOURCE_IMAGES = 800;
    private static final int HELD_OUT = 300;
    private static final int[] IMAGES = {5, 40, 400};
    /// Rows of an epoch, which repeats the images if they are fewer: 40 steps.
    private static final int EPOCH = 2000;

    /// @param images of each class that the second task is learned from
    private record Task(int images, List<Transfer.Run> runs) {}

    /// Standard error of a difference of two shares near a half of the held-out images of five classes.
    private static final double ERROR = Math.sqrt(2 * 0.25 / (5.0 * HELD_OUT));

    @Override
    public String name() { return "finetune"; }

    @Override
    public String summary() { return "Learns five classes, then the other five: from fresh, transferred and frozen weights."; }

    @Override
    public List<Option> options() {
        return List.of(new Option("--data", "DIR", "The folder of the IDX files, or \"builtin\"; as for compare by default."),
            new Option("--epochs", "N", "Epochs of 40 steps for the second task; 12 by default."));
    }

    @Override
    public Result run(Setting setting) {
        // so many trainings take longer than compiling vector loops does
        Compute.endColdStart();
        int epochs = (int) setting.options().number("--epochs", 12, 1, 1000);
        var data = ImageSource.choose(setting.options().text("--data"), FashionMnist.Places.ofThisMachine());
        var images = data.images();
        if (images.classNames().size() != 10) throw new IllegalArgumentException("finetune: images of " + images.classNames().size()
            + " classes; ten are needed, five for each task");
        setting.say("Data", data.description());
        setting.say("Network", images.features() + "-128-64-5, ReLU, cross-entropy, Adam 0.001, batches of 50");
        var source = Transfer.learn(Transfer.five(images, 0, 0, SOURCE_IMAGES), Transfer.five(images, 0, SOURCE_IMAGES, HELD_OUT),
            8,
            setting.weights(), setting.source().stream("first task"));
        setting.say("Learned", String.format(Locale.ROOT, "%s: %.1f %% of held-out images",
            String.join(", ", images.classNames().subList(0, 5)), 100 * source.accuracy()));
        var heldOut = Transfer.five(images, 5, SOURCE_IMAGES, HELD_OUT);
        var tasks = setting.each(IMAGES.length, i -> new Task(IMAGES[i], Transfer.transfer(source,
            Transfer.repeated(Transfer.five(images, 5, 0, IMAGES[i]), EPOCH), heldOut, epochs, List.of(setting.weights(1),
                setting.weights(1), setting.weights(1)),
                setting.source().stream("second task"))));
        var first = String.join(", ", images.classNames().subList(0, 5));
        var second = String.join(", ", images.classNames().subList(5, 10));
        return new Result(table(tasks).text(), conclusion(tasks), page(tasks, source, data, first, second), json(tasks, source));
    }

    private static String name(Transfer.Start start) { return start.name().toLowerCase(Locale.ROOT); }

    private static double last(Transfer.Run run) { return run.accuracy()[run.accuracy().length - 1]; }

    private static Table table(List<Task> tasks) {
        var table = new Table(Column.number("images a class"), Column.text("start"), Column.number("numbers trained"),
            Column.number("accuracy before"), Column.number("after 1 epoch"), Column.number("at the end"));
        for (var task : tasks) for (var run : task.runs())
            table.row("" + task.images(), name(run.start()), String.format(Locale.ROOT, "%,d", run.trained()),
                percent(run.accuracy()[0]),
                percent(run.accuracy()[1]), percent(last(run)));
        return table;
    }

    private static String percent(double share) { return String.format(Locale.ROOT, "%.1f %%", 100 * share); }

    /// Which start is ahead, with its lead over the fresh one.
    private static String conclusion(List<Task> tasks) {
        var words = new ArrayList<String>();
        for (var task : List.of(tasks.getFirst(), tasks.getLast())) {
            var fresh = task.runs().getFirst();
            var parts = new ArrayList<String>();
            for (var run : task.runs().subList(1, task.runs().size())) parts.add(String.format(Locale.ROOT,
                "%s %+.1f after one epoch, %+.1f"
                + " at the end", name(run.start()), 100 * (run.accuracy()[1] - fresh.accuracy()[1]),
                    100 * (last(run) - last(fresh))));
            words.add("from " + task.images() + " images a class: " + String.join("; ", parts) + (task == tasks.getLast()
                ? "." : ";"));
        }
        return lesson(tasks) + String.format(Locale.ROOT,
            " Percentage points ahead of the fresh network (minus: behind; one standard error"
            + " is up to %.1f, from the number of images alone): ", 100 * ERROR) + String.join(" ", words);
    }

    /// What the numbers say, whichever way they came out; differences below the noise of the held-out images are none.
    private static String lesson(List<Task> tasks) {
        double noise = 2 * ERROR;
        var few = tasks.getFirst().runs();
        var many = tasks.getLast().runs();
        double start = few.get(1).accuracy()[1] - few.get(0).accuracy()[1];
        double frozen = last(many.get(2)) - last(many.get(1));
        return (start > noise ? "What was learned on other classes gives a head start. "
            : "What was learned on other classes gives no head start worth the name here. ")
            + (frozen < -noise ? "With many images frozen layers hold the network back."
            : frozen > noise ? "Even with many images frozen layers do better than trained ones."
            : "With many images frozen layers lose little or nothing against trained ones.");
    }

    private static Page page(List<Task> tasks, Transfer.Source source, ImageSource data, String first, String second) {
        var blocks = new ArrayList<Block>();
        for (var task : tasks) {
            var chart = LineChart.titled(task.images() + " images a class").xLabel("epochs").yLabel("accuracy on held-out images")
                .yRange(0, 1);
            task.runs().forEach(run -> chart.series(name(run.start()), run.accuracy()));
            blocks.add(chart);
        }
        blocks.add(table(tasks));
        return Page.titled("Old weights for a new task")
            .lead("A network that has learned five classes is to learn five others. Do its weights help? " + conclusion(tasks))
            .section("What was done",
                new Paragraph("First task: " + first + ", " + SOURCE_IMAGES + " images each; the network ends at "
                    + percent(source.accuracy()) + " of held-out ones. Second task: " + second + "."),
                new Paragraph("Fresh: all weights are drawn anew. Transferred: the two hidden layers start as copies of"
                    + " the trained ones,"
                    + " the head is new, and everything is trained. Frozen: the same, but the copies stay as they are;"
                    + " only the head is"
                    + " trained, at a rate of 0.01, because 0.001 leaves it unfinished. All three have the same head at"
                    + " the start and meet the same images in the same order; an epoch is 40 steps, which repeat"
                    + " the images where they are few."),
                new Paragraph("Accuracy is measured on " + 5 * HELD_OUT
                    + " images of the new classes that no training saw; differences of"
                    + " less than 4 percentage points between two curves can be chance."))
            .section("Learning curves", blocks.toArray(Block[]::new))
            .section("Data", new Paragraph(data.description()));
    }

    private static LinkedHashMap<String, Object> json(List<Task> tasks, Transfer.Source source) {
        var json = new LinkedHashMap<String, Object>();
        json.put("firstTaskAccuracy", source.accuracy());
        json.put("tasks", tasks.stream().map(task -> {
            var each = new LinkedHashMap<String, Object>();
            each.put("imagesPerClass", task.images());
            task.runs().forEach(run -> each.put(name(run.start()), run.accuracy()));
            return each;
        }).toList());
        return json;
    }
}
