package dev.lanewise.lab.train;

import dev.lanewise.data.Abalone;
import dev.lanewise.data.Batch;
import dev.lanewise.data.Dataset;
import dev.lanewise.data.FashionMnist;
import dev.lanewise.data.Synthetic;
import dev.lanewise.lab.cli.Option;
import dev.lanewise.random.Threefry;
import dev.lanewise.tensor.Tensor;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/// Measurements to run on, and where they came from.
///
/// @param description for the user: which set, and why this one
public record AbaloneSource(String description, Dataset<Batch<Tensor>> rows) {

    public static final Option<Optional<Path>> DATA = Option.input("--data", "FILE",
        "UCI's abalone.data, or \"builtin\"; by default where"
        + " LANEWISE_DATA says, else the one in the user's cache folder, else the built-in set");
    public static final Option<Boolean> DOWNLOAD = Option.flag("--download",
        "Gets abalone.data (192 kB) from UCI into the user's cache folder, unless it is found");

    /// As large as Abalone, with as many features.
    private static final int BUILT_IN_ROWS = 4177;
    private static final double[][] BUILT_IN_WEIGHTS = {{1, -1, 2, 0.5, -2, 1, 0, 1, -0.5, 1},
        {2, -1, 0, 1, 0.5, 0, 1, -2, 1, 0}};
    /// The set is the same in every run; a run's own seed changes what is done with it.
    private static final long BUILT_IN_SEED = 1;

    /// @param data     the file that the user names, or [ImageSource#BUILT_IN]; else the set that is found, else the built-in one
    /// @param download whether to get it where it isn't found
    /// @param say      takes what is being done, line by line
    public static AbaloneSource choose(Optional<Path> data, boolean download, FashionMnist.Places places, Consumer<String> say) {
        if (download) {
            if (data.isPresent()) throw new IllegalArgumentException(
                "histograms: --data names the file and --download gets another; give one of them");
            if (Abalone.find(places).isEmpty()) Abalone.download(places, say);
        }
        return data.map(file -> file.equals(ImageSource.BUILT_IN) ? builtIn("as asked for") : read(file))
            .or(() -> Abalone.find(places).map(AbaloneSource::read))
            .orElseGet(() -> builtIn("Abalone was not found; --data FILE names its file, --download gets it"));
    }

    private static AbaloneSource read(Path file) { return new AbaloneSource("Abalone in " + file, Abalone.read(file)); }

    private static AbaloneSource builtIn(String reason) {
        return new AbaloneSource("built-in regression set (" + reason + ")", Synthetic.polynomialRegression(BUILT_IN_ROWS,
            BUILT_IN_WEIGHTS, 0, 0.1, new Threefry(BUILT_IN_SEED)));
    }
}
