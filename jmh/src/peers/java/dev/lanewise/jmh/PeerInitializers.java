package dev.lanewise.jmh;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/// Holds other libraries' initializers to what their documentation promises, by [dev.lanewise.check.InitializerCheck], and
/// prints a table:
/// `java --add-modules jdk.incubator.vector -cp "jmh/target/benchmarks.jar:jmh/target/peers/*" dev.lanewise.jmh.PeerInitializers`.
///
/// A row names a promise and where it is made: an initializer that is called after a paper, or says one, has a row for that,
/// too, if its own formula is another. Each is drawn as weights of a linear layer and of a convolution, with seeds that are
/// random unless one is given.
public final class PeerInitializers {

    private static final String USAGE = """
        usage: PeerInitializers [--seed N] [--python COMMAND] [--script FILE]
          --seed N           the first of the seeds (random); non-negative
          --python COMMAND   a Python with PyTorch; without it, PyTorch's are left out
          --script FILE      what it runs (jmh/src/peers/python/initializers.py)""";

    private record Options(int seed, String python, Path script) {

        static Options parse(String... args) {
            int seed = RandomGenerator.getDefault().nextInt(Integer.MAX_VALUE);
            String python = null;
            var script = Path.of("jmh/src/peers/python/initializers.py");
            for (int i = 0; i < args.length; i += 2) {
                if (i + 1 == args.length) throw new IllegalArgumentException(args[i] + ": a value is missing");
                switch (args[i]) {
                    case "--seed" -> seed = Integer.parseUnsignedInt(args[i + 1]);
                    case "--python" -> python = args[i + 1];
                    case "--script" -> script = Path.of(args[i + 1]);
                    default -> throw new IllegalArgumentException(args[i] + " is not known");
                }
            }
            return new Options(seed, python, script);
        }
    }

    private PeerInitializers() {}

    /// A command line that doesn't fit ends with 2; a broken promise is a result, and ends with 0.
    public static void main(String[] args) {
        Options options;
        try {
            options = Options.parse(args);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + "\n" + USAGE);
            System.exit(2);
            return;
        }
        var outcomes = new ArrayList<Promise.Outcome>();
        judge(DjlPromises.all(), options.seed, outcomes);
        judge(Dl4jPromises.all(), options.seed, outcomes);
        if (options.python != null)
            try (var torch = new TorchPromises(options.python, options.script)) {
                judge(torch.all(), options.seed, outcomes);
            } catch (IOException | UncheckedIOException e) {
                System.err.println("# PyTorch's are left out; does " + options.python + " have it? " + e.getMessage());
            }
        print(outcomes, options.seed);
        // some of the libraries keep threads that are no daemons
        System.exit(0);
    }

    private static void judge(List<Promise> promises, int seed, List<Promise.Outcome> outcomes) {
        for (var promise : promises) outcomes.add(promise.held(seed));
    }

    private static void print(List<Promise.Outcome> outcomes, int seed) {
        System.out.println("""
            | library | initializer | promise | where | variance, measured/promised | checks that failed | |
            |---|---|---|---|---:|---|---|""");
        for (var outcome : outcomes) System.out.println(outcome.row());
        System.out.printf(Locale.ROOT, "%n%d of %d promises are kept, %d can't be held to anything. Seeds from %d on; a"
            + " library that kept all would fail with a probability below %.0e.%n",
            outcomes.stream().filter(Promise.Outcome::kept).count(), outcomes.size(),
            outcomes.stream().filter(outcome -> outcome.promise().judge() == null).count(), seed,
            outcomes.stream().mapToDouble(Promise.Outcome::falseAlarm).sum());
    }
}
