package dev.lanewise.lab.finetune;

import dev.lanewise.data.FashionMnist;
import dev.lanewise.figures.Figures;
import dev.lanewise.lab.cli.Experiment;
import dev.lanewise.lab.cli.Option;
import dev.lanewise.lab.cli.Setting;
import dev.lanewise.lab.finetune.FinetuneOutcome.Task;
import dev.lanewise.lab.train.ImageSource;
import java.util.List;

/// Fresh weights against transferred ones against frozen ones: [Transfer], from few images and from many.
public final class Finetune implements Experiment {

    static final int SOURCE_IMAGES = 800;
    static final int HELD_OUT = 300;
    private static final int[] IMAGES = {5, 40, 400};
    /// Rows of an epoch, which repeats the images if they are fewer: 40 steps.
    private static final int EPOCH = 2000;

    private static final Option<Integer> EPOCHS = Option.count("--epochs", 12, 1, 1000, "Epochs of 40 steps for the second task");

    @Override
    public String name() { return "finetune"; }

    @Override
    public String title() { return FinetunePage.TITLE; }

    @Override
    public String summary() { return "Learns five classes, then the other five: from fresh, transferred and frozen weights."; }

    @Override
    public List<Option<?>> options() { return List.of(ImageSource.DATA, EPOCHS); }

    @Override
    public Result run(Setting setting) {
        int epochs = setting.get(EPOCHS);
        var data = ImageSource.choose(setting.get(ImageSource.DATA), FashionMnist.Places.ofThisMachine());
        var images = data.images();
        if (images.classNames().size() != 10) throw new IllegalArgumentException("finetune: images of "
            + images.classNames().size() + " classes; ten are needed, five for each task");
        setting.say("Data", data.description());
        setting.say("Network", images.features() + "-128-64-5, ReLU, cross-entropy, Adam 0.001, batches of 50");
        var source = Transfer.learn(Transfer.five(images, 0, 0, SOURCE_IMAGES), Transfer.five(images, 0, SOURCE_IMAGES, HELD_OUT),
            8, setting.weights(), setting.source().stream("first task"));
        var first = String.join(", ", images.classNames().subList(0, 5));
        setting.say("Learned", first + ": " + Figures.percent(source.accuracy(), 1) + " of held-out images");
        var heldOut = Transfer.five(images, 5, SOURCE_IMAGES, HELD_OUT);
        var tasks = setting.each(IMAGES.length, i -> Task.of(IMAGES[i], Transfer.transfer(source,
            Transfer.repeated(Transfer.five(images, 5, 0, IMAGES[i]), EPOCH), heldOut, epochs,
            List.of(setting.weights(1), setting.weights(1), setting.weights(1)), setting.source().stream("second task"))));
        var second = String.join(", ", images.classNames().subList(5, 10));
        return new FinetunePage(new FinetuneOutcome(source.accuracy(), tasks), data.description(), first, second).result();
    }
}
