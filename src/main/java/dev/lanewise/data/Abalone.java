package dev.lanewise.data;

import dev.lanewise.file.Quote;
import dev.lanewise.file.RegularFile;
import dev.lanewise.tensor.Tensor;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Abalone: 4,177 sea snails, from whose sex and seven measurements the number of rings in the shell, their age, is to be told
/// (W. Nash, T. Sellers, S. Talbot, A. Cawthorn, W. Ford, 1994; UCI Machine Learning Repository, data set 1, CC BY 4.0). Its file
/// is found and read; it is downloaded only on request.
public final class Abalone {
    /// The file's name, as UCI publishes it.
    public static final String FILE = "abalone.data";

    private static final String FOLDER = "abalone";
    private static final URI UCI = URI.create("https://archive.ics.uci.edu/ml/machine-learning-databases/abalone/");
    private static final long BYTES = 191_873;
    private static final String SHA_256 = "de37cdcdcaaa50c309d514f248f7c2302a5f1f88c168905eba23fe2fbc78449f";
    private static final String[] COLUMNS = {"sex", "length", "diameter", "height", "whole weight", "shucked weight",
            "viscera weight", "shell weight", "rings"};
    /// The sexes in a fixed order, so that a part of the file is read as the whole; nothing else depends on the rows.
    private static final Columns INPUTS = new Columns().oneHot("sex", List.of("M", "F", "I"))
            .numeric(Arrays.copyOfRange(COLUMNS, 1, COLUMNS.length - 1)).targetNumbers("rings");

    private Abalone() {}

    /// Looks for the file: in the folder that `LANEWISE_DATA` names, else in the user's cache folder.
    ///
    /// @throws IllegalArgumentException if `LANEWISE_DATA` names no path
    /// @throws UncheckedIOException     if its folder can't be looked into
    public static Optional<Path> find(FashionMnist.Places places) {
        var named = places.named().map(folder -> folder.resolve(FILE)).filter(file -> RegularFile.exists("Abalone", file));
        return named.or(() -> places.knownCache().map(cache -> cache.resolveSibling(FOLDER).resolve(FILE))
            .filter(Files::isRegularFile));
    }

    /// The user's cache folder for this data set; it need not exist.
    ///
    /// @throws IllegalArgumentException as [FashionMnist.Places#cache]
    public static Path cache(FashionMnist.Places places) {
        return places.cache().resolveSibling(FOLDER);
    }

    /// Downloads the file (192 kB) into the user's cache folder, unless it is there, and checks it by its SHA-256.
    ///
    /// @param say takes a line as it begins
    /// @throws UncheckedIOException as [FashionMnistMirror#download]
    public static Path download(FashionMnist.Places places, Consumer<String> say) {
        return download(UCI, places, say);
    }

    static Path download(URI base, FashionMnist.Places places, Consumer<String> say) {
        new Download(base, "put the file into " + Quote.of(cache(places)) + " by hand")
            .to(cache(places), FILE, BYTES, SHA_256, say);
        return cache(places).resolve(FILE);
    }

    /// Reads the file: inputs `[rows, 10]`, sex as one of three columns (M, F, I) and then the measurements; targets `[rows, 1]`,
    /// the rings.
    ///
    /// @throws MalformedFileException if the file is malformed
    /// @throws UncheckedIOException   if it can't be read
    public static Dataset<Batch<Tensor>> read(Path file) {
        try {
            var table = table(file);
            return INPUTS.fit(table).regression(table);
        } catch (IllegalArgumentException e) { // its columns are known, so that nothing but the file can be wrong
            throw new MalformedFileException("Abalone.read", file, e.getMessage()).because(e);
        }
    }

    /// The file's rows as they stand, with the columns' names.
    ///
    /// @throws MalformedFileException if the file is malformed
    /// @throws UncheckedIOException   if it can't be read
    public static CsvTable table(Path file) {
        return Csv.withoutHeader(COLUMNS).read(file);
    }
}
