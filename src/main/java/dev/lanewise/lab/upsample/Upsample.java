package dev.lanewise.lab.upsample;

import dev.lanewise.data.FashionMnist;
import dev.lanewise.lab.cli.Experiment;
import dev.lanewise.lab.cli.Option;
import dev.lanewise.lab.cli.Setting;
import dev.lanewise.lab.train.ImageSource;
import java.util.List;

/// A transposed convolution learns to upsample, from three starts: [Upsampling].
public final class Upsample implements Experiment {

    static final int IMAGES = 512;
    /// Shown, and never trained on.
    static final int SHOWN = 4;

    private static final Option<Integer> EPOCHS = Option.count("--epochs", 40, 1, 10_000,
        "Passes over the " + IMAGES + " images");

    @Override
    public String name() { return "upsample"; }

    @Override
    public String title() { return UpsamplePage.TITLE; }

    @Override
    public String summary() { return "A transposed convolution learns to upsample, from random, zero and bilinear weights."; }

    @Override
    public List<Option<?>> options() { return List.of(ImageSource.DATA, EPOCHS); }

    @Override
    public Result run(Setting setting) {
        int epochs = setting.get(EPOCHS);
        var source = ImageSource.choose(setting.get(ImageSource.DATA), FashionMnist.Places.ofThisMachine());
        var images = source.images();
        if (images.height() != images.width() || images.height() % 2 != 0 || images.size() < IMAGES + SHOWN)
            throw new IllegalArgumentException("upsample: " + images.size() + " images of " + images.height() + " x "
                + images.width()
                + "; there must be " + (IMAGES + SHOWN) + " or more, as high as wide, of an even number of rows");
        setting.say("Data", source.description());
        setting.say("Network", "one transposed convolution, kernel 4 x 4, stride 2, padding 1, no bias: 16 weights; Adam");
        var task = new Upsampling(images, IMAGES);
        var starts = Upsampling.Start.ALL;
        var runs = setting.each(starts.size(), i -> task.train(starts.get(i), epochs, setting.weights(),
            setting.source().stream("order")));
        var kernel = task.best();
        return new UpsamplePage(new UpsampleOutcome(task.loss(Upsampling.fixed(kernel)), kernel, runs), images,
            source.description()).result();
    }
}
