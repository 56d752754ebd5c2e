package dev.lanewise.lab;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/// Experiments as tests run them: without files.
final class Ran {

    private Ran() {}

    /// Another one each time; tests name it where they fail.
    static long seed() { return new SplittableRandom().nextLong(1 << 30); }

    static Setting setting(Experiment experiment, String... args) {
        return new Setting(experiment.name(), Options.parse(new Trial("lab " + experiment.name(), experiment), args), nowhere());
    }

    static Experiment.Result result(Experiment experiment, String... args) {
        var trial = new Trial("lab " + experiment.name(), experiment);
        return trial.result(Options.parse(trial, args), nowhere());
    }

    private static PrintStream nowhere() { return new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8); }
}
