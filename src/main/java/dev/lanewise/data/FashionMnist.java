package dev.lanewise.data;

import dev.lanewise.file.Quote;
import dev.lanewise.file.RegularFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Fashion-MNIST: 60,000 training and 10,000 test images of clothes, 28x28 grey pixels, in ten classes (H. Xiao, K. Rasul,
/// R. Vollgraf, "Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning Algorithms", arXiv:1708.07747).
/// Its four IDX files are found and read; only [FashionMnistMirror] downloads them, when it is told to.
///
/// ```java
/// var found = given.map(FashionMnist::in).or(() -> FashionMnist.find(FashionMnist.Places.ofThisMachine()));
/// ```
///
/// @param train the training images
/// @param test the test images
public record FashionMnist(Images train, Images test) {
    /// What the labels 0 to 9 stand for.
    public static final List<String> CLASS_NAMES = List.of("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal",
            "Shirt", "Sneaker", "Bag", "Ankle boot");

    /// The variable that names the folder to use.
    public static final String VARIABLE = "LANEWISE_DATA";

    static final String TRAIN_IMAGES = "train-images-idx3-ubyte";
    static final String TRAIN_LABELS = "train-labels-idx1-ubyte";
    static final String TEST_IMAGES = "t10k-images-idx3-ubyte";
    static final String TEST_LABELS = "t10k-labels-idx1-ubyte";

    /// Where a search looks. Everything it depends on is here, so that it can be tested without the real machine.
    ///
    /// @param environment the environment variables
    /// @param home the user's home folder; where it is no absolute path there is none
    /// @param osName the operating system, as in the property `os.name`
    /// @param system the folder where the system's package manager puts the files
    public record Places(Map<String, String> environment, Path home, String osName, Path system) {

        /// The places of the machine that this program runs on. The system's folder is that of Debian's package
        /// `dataset-fashion-mnist`.
        public static Places ofThisMachine() {
            return new Places(System.getenv(), path(System.getProperty("user.home", "")).orElse(Path.of("")),
                    System.getProperty("os.name"), Path.of("/usr/share/datasets/fashion-mnist"));
        }

        /// Empty if this program can't write it down: its locale may lack the characters.
        private static Optional<Path> path(String text) {
            try {
                return Optional.of(Path.of(text));
            } catch (InvalidPathException e) {
                return Optional.empty();
            }
        }

        /// The user's cache folder for this data set, by the custom of the operating system; it need not exist. Where Java
        /// doesn't know the user's home, it is below the one that the variable `HOME` names.
        ///
        /// @throws IllegalArgumentException if neither says where that is
        public Path cache() {
            return knownCache().orElseThrow(() -> new IllegalArgumentException("there is no cache folder for data: user.home is "
                + (home.toString().isEmpty()
                    ? "empty, or has characters that this program's locale lacks (LC_ALL=C.UTF-8 has all); set "
                    : Quote.of(home.toString()) + ", as for a user without an entry in the system's list; set ")
                + (osName.startsWith("Mac") ? "HOME" : cacheVariable()) + " to the absolute path of a folder, or " + VARIABLE
                + " to the folder of the data"));
        }

        /// The folder that [#VARIABLE] names, if it is set.
        Optional<Path> named() {
            return variable(VARIABLE).map(folder -> path(folder).orElseThrow(() -> new IllegalArgumentException("the variable "
                + VARIABLE + ": " + Quote.of(folder) + " is no path, or has characters that this program's locale lacks"
                + " (LC_ALL=C.UTF-8 has all); name the folder of the data")));
        }

        /// Empty if there is none.
        Optional<Path> knownCache() {
            var below = osName.startsWith("Mac") ? "Library/Caches" : osName.startsWith("Windows") ? "AppData/Local" : ".cache";
            // the XDG base directory specification says to ignore a relative path; "?/.cache" would be one, too
            var named = osName.startsWith("Mac") ? Optional.<Path>empty() : absolute(cacheVariable());
            return named.or(() -> Optional.of(home).filter(Path::isAbsolute).or(() -> absolute("HOME"))
                .map(path -> path.resolve(below)))
                    .map(caches -> caches.resolve("lanewise/fashion-mnist"));
        }

        private String cacheVariable() {
            return osName.startsWith("Windows") ? "LOCALAPPDATA" : "XDG_CACHE_HOME";
        }

        private Optional<Path> absolute(String variable) {
            return variable(variable).flatMap(Places::path).filter(Path::isAbsolute);
        }

        private Optional<String> variable(String name) {
            return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
        }
    }

    /// A folder that holds the four files.
    ///
    /// @param folder the folder
    /// @param origin why this one, in words
    /// @param name what is known to be there: other sets, the digits first of all, come in files of the same names
    public record Location(Path folder, String origin, String name) {

        /// Reads the files.
        ///
        /// @throws MalformedFileException if a file is malformed; see [FashionMnist#read]
        public FashionMnist read() {
            return FashionMnist.read(folder);
        }

        /// Reads the training images alone.
        ///
        /// @throws MalformedFileException if a file is malformed; see [FashionMnist#read]
        public Images readTrain() {
            return FashionMnist.readTrain(folder);
        }

        @Override
        public String toString() {
            return name + " in " + Quote.of(folder) + " (" + origin + ")";
        }
    }

    /// The given folder, which must hold the files.
    ///
    /// @throws IllegalArgumentException if a file is missing
    /// @throws UncheckedIOException if the folder can't be looked into
    public static Location in(Path folder) {
        return required(folder, "the folder given");
    }

    /// Looks for the files: in the folder that `LANEWISE_DATA` names, which must hold them; else in the system's folder; else in
    /// the user's cache folder. Empty if there are none.
    ///
    /// @throws IllegalArgumentException if the folder that `LANEWISE_DATA` names lacks a file, or is no path
    /// @throws UncheckedIOException if it can't be looked into
    public static Optional<Location> find(Places places) {
        var named = places.named();
        if (named.isPresent()) return Optional.of(required(named.get(), "the variable " + VARIABLE));
        return complete(places.system, "the system's data sets")
                .or(() -> places.knownCache().flatMap(cache -> complete(cache, "the user's cache")));
    }

    /// Reads the four files of a folder, each plain or with `.gz`.
    ///
    /// @throws IllegalArgumentException if a file is missing
    /// @throws MalformedFileException   if one is malformed, or doesn't go with the others
    public static FashionMnist read(Path folder) {
        required(folder, "the folder given");
        var train = readTrain(folder);
        var test = images(folder, TEST_IMAGES, TEST_LABELS);
        if (train.height() != test.height() || train.width() != test.width()) throw new MalformedFileException("FashionMnist",
            file(folder, TEST_IMAGES), "training images are " + train.height() + "x" + train.width() + ", test images "
            + test.height() + "x" + test.width() + "; take four files of the same set");
        return new FashionMnist(train, test);
    }

    private static Images readTrain(Path folder) {
        return images(folder, TRAIN_IMAGES, TRAIN_LABELS);
    }

    private static Images images(Path folder, String images, String labels) {
        try {
            return Images.read(file(folder, images), file(folder, labels), CLASS_NAMES);
        } catch (IllegalArgumentException e) { // the classes are known, so that nothing but the files can be wrong
            throw new MalformedFileException("FashionMnist", file(folder, labels), e.getMessage()).because(e);
        }
    }

    private static Location required(Path folder, String origin) {
        var missing = missing(folder);
        // else it would lack what can't be looked at
        missing.forEach(name -> RegularFile.exists("FashionMnist", folder.resolve(name)));
        if (!missing.isEmpty()) throw new IllegalArgumentException("FashionMnist: " + Quote.of(folder) + " (" + origin
            + ") lacks " + String.join(", ", missing) + " (plain or .gz); name a folder with all four files");
        return new Location(folder, origin, "Images");
    }

    private static Optional<Location> complete(Path folder, String origin) {
        return missing(folder).isEmpty() ? Optional.of(new Location(folder, origin, "Fashion-MNIST")) : Optional.empty();
    }

    private static List<String> missing(Path folder) {
        var names = new ArrayList<>(List.of(TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS));
        names.removeIf(name -> Files.isRegularFile(file(folder, name)));
        return names;
    }

    /// The plain file where there is one, else the compressed one, which may be missing.
    private static Path file(Path folder, String name) {
        var plain = folder.resolve(name);
        return Files.isRegularFile(plain) ? plain : folder.resolve(name + ".gz");
    }
}
