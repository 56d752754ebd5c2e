package dev.lanewise.lab.train;

import dev.lanewise.data.FashionMnist;
import dev.lanewise.data.FashionMnistMirror;
import dev.lanewise.data.Glyphs;
import dev.lanewise.data.Images;
import dev.lanewise.lab.cli.Option;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/// The images that an experiment runs on, and where they came from.
///
/// @param description for the user: which set, and why this one
public record ImageSource(String description, Images images) {

    /// What names the built-in set on the command line.
    public static final Path BUILT_IN = Path.of("builtin");
    public static final Option<Optional<Path>> DATA = Option.input("--data", "DIR",
        "The folder of the IDX files (plain or .gz), or \"builtin\";"
        + " by default LANEWISE_DATA, else Fashion-MNIST where it is found, else the built-in set");
    private static final int BUILT_IN_IMAGES = 15_000;
    /// The set is the same in every run; a run's own seed changes what is done with it.
    private static final long BUILT_IN_SEED = 1;

    /// The folder the user names; else Fashion-MNIST, where it is found; else the built-in set. Downloads nothing.
    public static ImageSource choose(Optional<Path> data, FashionMnist.Places places) {
        return data.map(folder -> folder.equals(BUILT_IN) ? builtIn("as asked for") : read(FashionMnist.in(folder)))
            .or(() -> FashionMnist.find(places).map(ImageSource::read))
            .orElseGet(() -> builtIn("Fashion-MNIST was not found; --data DIR names its folder, --download gets it"));
    }

    /// Puts Fashion-MNIST into the user's cache folder, unless it is found already.
    ///
    /// @param say takes what is being done, line by line
    public static void download(FashionMnistMirror mirror, FashionMnist.Places places, Consumer<String> say) {
        if (FashionMnist.find(places).isEmpty()) mirror.download(places.cache(), say);
    }

    private static ImageSource read(FashionMnist.Location location) {
        return new ImageSource(location.toString(), location.readTrain());
    }

    private static ImageSource builtIn(String reason) {
        return new ImageSource("built-in glyphs (" + reason + ")", Glyphs.images(BUILT_IN_SEED, BUILT_IN_IMAGES));
    }
}
