package dev.lanewise.lab.train;

import dev.lanewise.data.FashionMnist;
import dev.lanewise.data.Glyphs;
import dev.lanewise.data.Images;
import java.nio.file.Path;
import java.util.Optional;

/// Images to learn from and others to be measured on, and where they came from.
///
/// @param description for the user: which sets, and why these
public record ImageSets(String description, Images train, Images test) {

    private static final int BUILT_IN_TRAIN = 15_000;
    private static final int BUILT_IN_TEST = 3_000;
    /// The sets are the same in every run; a run's own seed changes what is done with them.
    private static final long BUILT_IN_SEED = 1;

    /// As [ImageSource#choose] chooses, with test images.
    public static ImageSets choose(Optional<Path> data, FashionMnist.Places places) {
        return data.map(folder -> folder.equals(ImageSource.BUILT_IN) ? builtIn("as asked for") : read(FashionMnist.in(folder)))
            .or(() -> FashionMnist.find(places).map(ImageSets::read))
            .orElseGet(() -> builtIn("Fashion-MNIST was not found; --data DIR names its folder, --download gets it"));
    }

    private static ImageSets read(FashionMnist.Location location) {
        var sets = location.read();
        return new ImageSets(location.toString(), sets.train(), sets.test());
    }

    private static ImageSets builtIn(String reason) {
        return new ImageSets("built-in glyphs (" + reason + ")", Glyphs.images(BUILT_IN_SEED, BUILT_IN_TRAIN),
            Glyphs.images(BUILT_IN_SEED + 1, BUILT_IN_TEST));
    }
}
