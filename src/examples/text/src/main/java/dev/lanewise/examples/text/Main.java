package dev.lanewise.examples.text;

import dev.lanewise.data.MalformedFileException;
import dev.lanewise.data.Synthetic;
import dev.lanewise.data.Vocabulary;
import dev.lanewise.random.Threefry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Trains a model on a text, or goes on with one.
final class Main {

    private static final String USAGE = """
        train MODEL [TEXT]         trains on a file in UTF-8, or on a text of its own, and writes the model
        continue MODEL BEGINNING   goes on with a text for 300 characters""";
    private static final long SEED = 42;

    private Main() {}

    public static void main(String[] args) {
        try {
            switch (args.length > 1 ? args[0] : "") {
                case "train" -> train(Path.of(args[1]), args.length > 2 ? Files.readString(Path.of(args[2])) : ownText());
                case "continue" -> {
                    var beginning = args.length > 2 ? args[2] : "T";
                    IO.println(TextModel.read(Path.of(args[1])).continued(beginning, 300, new Threefry(SEED)));
                }
                default -> fail(2, USAGE);
            }
        } catch (IOException | UncheckedIOException | IllegalArgumentException | MalformedFileException e) {
            fail(1, e.getMessage());
        }
    }

    private static String ownText() { return Synthetic.text(20_000, new Threefry(SEED)); }

    private static void train(Path file, String text) {
        var model = new TextModel(Vocabulary.characters(text));
        model.initialize(SEED);
        model.learn(text, 10, SEED);
        model.write(file);
        IO.println(model.continued(text.substring(0, 1), 300, new Threefry(SEED)));
    }

    private static void fail(int status, String message) {
        System.err.println(message);
        System.exit(status);
    }
}
