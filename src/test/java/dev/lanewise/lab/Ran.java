package dev.lanewise.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.lab.cli.Command;
import dev.lanewise.lab.cli.Experiment;
import dev.lanewise.lab.cli.Options;
import dev.lanewise.lab.cli.Setting;
import dev.lanewise.lab.cli.Trial;
import dev.lanewise.lab.job.Job;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Experiments as tests run them: without files.
public final class Ran {

    /// Every experiment at its smallest, in their order.
    public static final List<Small> SMALL = List.of(
        new Small("depth", "--depth 30 --units 50 --batch 8", 6, "NaN"),
        new Small("gain", "--normals 1000", 1, "tanh"),
        new Small("histograms", "--data builtin", 2, "MSRA"),
        new Small("moons", "--epochs 3 --points 60", 7, "2-5-3-1"),
        new Small("vanishing", "--networks 5 --steps 3 --points 20", 2, "leaky"),
        new Small("dying", "--networks 10 --steps 20 --points 20", 2, "dead"),
        new Small("glorot", "--epochs 2", 16, "xavier"),
        new Small("compare", "--course --epochs 1 --data builtin --init zeros,uniform,kaiming-normal,torch-default", 4,
            "with dropout"),
        new Small("seeds", "--seeds 3 --epochs 2", 2, "420"),
        new Small("finetune", "--epochs 1 --data builtin", 3, "frozen"),
        new Small("upsample", "--epochs 1 --data builtin", 9, "least squares"),
        new Small("coordcheck", "--largest 64 --steps 1 --seeds 2", 6, "u-muP"),
        new Small("autograd", "--rounds 2", 1, "autograd"),
        new Small("losses", "", 2, "crossEntropy"));

    /// Every job of `train` at its smallest, in their order: of one step an epoch or more, over in a second.
    public static final List<SmallJob> JOBS = List.of(
        new SmallJob("table", "--data builtin --batch 400 --hidden 8", 2, "accuracy"),
        new SmallJob("sequence", "--sequences 40 --shortest 3 --longest 6 --hidden 4", 3, "accuracy"),
        new SmallJob("cnn", "--net lenet --data builtin --images 120 --batch 40", 4, "lenet"),
        new SmallJob("text", "--characters 400 --width 8 --layers 1 --heads 2 --length 16 --batch 8 --sample 20", 2, "bits"));

    /// @param line     its options
    /// @param pictures that its page has
    /// @param word     that its table has
    public record SmallJob(String name, String line, int pictures, String word) {

        /// What is typed for a run of `epochs` whose files go into a folder, each under its option's name.
        public String[] words(Path folder, int epochs, String... more) {
            var words = new ArrayList<>(List.of("train", name));
            words.addAll(List.of(line.split(" ")));
            words.addAll(List.of("--epochs", "" + epochs, "--seed", "5"));
            var files = new ArrayList<>(List.of("checkpoint", "report", "json", "receipt"));
            if (job().options().stream().anyMatch(option -> option.name().equals("--model"))) files.add("model");
            for (var each : files) words.addAll(List.of("--" + each, folder.resolve(each).toString()));
            words.addAll(List.of(more));
            return words.toArray(String[]::new);
        }

        public Job job() { return Jobs.ALL.stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow(); }
    }

    /// @param line     its options
    /// @param pictures that its page has
    /// @param word     that its table has
    public record Small(String name, String line, int pictures, String word) {

        public Experiment experiment() {
            return Experiments.ALL.stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
        }

        public String[] args() { return line.isEmpty() ? new String[0] : line.split(" "); }
    }

    private Ran() {}

    /// Another one each time; tests name it where they fail.
    public static long seed() { return new SplittableRandom().nextLong(1 << 30); }

    /// As [Main] does.
    public static int main(PrintStream out, PrintStream err, String... args) { return CommandLine.run(out, err, args); }

    /// What the command line knows, by their first words.
    public static List<String> commands() { return CommandLine.COMMANDS.stream().map(Command::name).toList(); }

    /// Reads a command line as [Main] does, and does nothing of what it asks for.
    ///
    /// @throws IllegalArgumentException as [Main] would say it
    public static void parse(String... args) { CommandLine.parse(args); }

    public static Setting setting(Experiment experiment, String... args) {
        return new Setting(experiment.name(), options(experiment, args), nowhere());
    }

    public static Options options(Experiment experiment, String... args) {
        return Options.parse(new Trial("lab " + experiment.name(), experiment), args);
    }

    public static Experiment.Result result(Experiment experiment, String... args) { return done(experiment, args).result(); }

    /// What JSON has, too.
    public static Trial.Done done(Experiment experiment, String... args) {
        return new Trial("lab " + experiment.name(), experiment).result(options(experiment, args), nowhere());
    }

    /// That a command is refused in one sentence.
    ///
    /// @param line     what is typed
    /// @param expected what is said, or a part of it
    public static void assertRefused(String line, String expected) {
        var err = new ByteArrayOutputStream();
        assertEquals(2, main(nowhere(), new PrintStream(err, true, StandardCharsets.UTF_8), line.split(" ")));
        var message = err.toString(StandardCharsets.UTF_8);
        assertTrue(message.contains(expected), message);
        assertEquals(1, message.lines().count(), message);
    }

    private static PrintStream nowhere() { return new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8); }
}
