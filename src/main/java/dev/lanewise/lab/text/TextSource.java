package dev.lanewise.lab.text;

import dev.lanewise.data.Synthetic;
import dev.lanewise.data.Vocabulary;
import dev.lanewise.lab.cli.Option;
import dev.lanewise.lab.cli.Setting;
import dev.lanewise.lab.train.ImageSource;
import dev.lanewise.random.Threefry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/// A text as indices, and where it came from.
///
/// @param description for the user
/// @param unit        what a token stands for, "character" or "byte"
/// @param tokens      of all of it
/// @param vocabulary  what they stand for
record TextSource(String description, String unit, int[] tokens, Vocabulary vocabulary) {

    static final Option<Optional<Path>> DATA = Option.input("--data", "FILE",
        "A text in UTF-8, or \"builtin\"; by default sentences of a"
        + " small grammar, made up");
    static final Option<Integer> CHARACTERS = Option.count("--characters", 100_000, 200, 100_000_000,
        "Characters of the text that is made up");
    static final Option<Boolean> BYTES = Option.flag("--bytes", "Learns bytes rather than characters");

    /// The text is the same in every run; a run's own seed changes what is done with it.
    private static final long BUILT_IN_SEED = 1;
    private static final long MOST_BYTES = 1L << 30;

    static TextSource choose(Setting setting) {
        var file = setting.get(DATA).filter(path -> !path.equals(ImageSource.BUILT_IN));
        var text = file.map(TextSource::read)
            .orElseGet(() -> Synthetic.text(setting.get(CHARACTERS), new Threefry(BUILT_IN_SEED)));
        if (text.isEmpty()) throw new IllegalArgumentException("train text: " + file.orElseThrow()
            + " is empty; give a file that has text");
        var vocabulary = setting.get(BYTES) ? Vocabulary.bytes() : Vocabulary.characters(text);
        return new TextSource(file.map(Path::toString).orElse("sentences of a small grammar"), setting.get(BYTES) ? "byte"
            : "character",
            vocabulary.encode(text), vocabulary);
    }

    private static String read(Path file) {
        try {
            if (!Files.isRegularFile(file)) throw new IllegalArgumentException("train text: " + file
                + " is no file; give a text");
            if (Files.size(file) > MOST_BYTES) throw new IllegalArgumentException("train text: " + file + " has "
                + Files.size(file) + " bytes; give a part of it, at most 2^30");
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (java.nio.charset.CharacterCodingException e) {
            throw new IllegalArgumentException("train text: " + file + " is no UTF-8; convert it first", e);
        } catch (IOException e) {
            throw new UncheckedIOException("train text: " + file + " can't be read: " + e.getMessage(), e);
        }
    }

    /// The beginning, to learn from, and the rest, to judge by.
    int[][] parts(double heldOut, int length) {
        int cut = (int) (tokens.length * (1 - heldOut));
        if (cut <= length || tokens.length - cut <= length) throw new IllegalArgumentException("train text: a text of "
            + tokens.length + " is too short for pieces of " + length
            + " in its first nine tenths and in the last; give more, or a smaller --length");
        return new int[][] {Arrays.copyOf(tokens, cut), Arrays.copyOfRange(tokens, cut, tokens.length)};
    }
}
