package dev.lanewise.lab.cli;

import dev.lanewise.Compute;
import dev.lanewise.random.NumpyRandom;
import dev.lanewise.random.RandomSource;
import dev.lanewise.random.Threefry;
import dev.lanewise.random.TorchRandom;
import dev.lanewise.report.Facts;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// What an experiment is run with: its own options, and what all of them have in common.
public final class Setting {

    private static final long LARGEST_NUMPY_SEED = 0xffffffffL;

    private static final Option<Long> SEED = Option.whole("--seed", 42, Long.MIN_VALUE, Long.MAX_VALUE,
        "Decides weights, data and order");
    private static final Option<Optional<Long>> TORCH_SEED = Option.whole("--torch-seed", Long.MIN_VALUE, Long.MAX_VALUE,
        "Starts from the weights that PyTorch draws after torch.manual_seed(N)");
    private static final Option<Optional<Long>> NUMPY_SEED = Option.whole("--numpy-seed", 0, LARGEST_NUMPY_SEED,
        "Starts from the weights that NumPy draws after np.random.seed(N)");
    public static final Option<Integer> THREADS = Option.count("--threads", 1, 1, 1024, "Threads that compute, this one included")
        .otherwise("one a processor", Compute::threads);

    /// Of every experiment.
    public static final List<Option<?>> OPTIONS = List.of(SEED, TORCH_SEED, NUMPY_SEED, THREADS);

    /// Whose numbers the weights are.
    private enum Origin {OWN, TORCH, NUMPY}

    private final Options options;
    private final PrintStream out;
    private final long seed;
    private final Origin origin;
    private final long weightSeed;

    /// Takes the threads, too.
    ///
    /// @throws IllegalArgumentException if the seeds contradict each other
    public Setting(String command, Options options, PrintStream out) {
        var torch = options.get(TORCH_SEED);
        var numpy = options.get(NUMPY_SEED);
        if (torch.isPresent() && numpy.isPresent()) throw new IllegalArgumentException(command
            + ": --torch-seed and --numpy-seed each name other weights to start from; give one of them");
        this.options = options;
        this.out = out;
        this.seed = options.get(SEED);
        this.origin = torch.isPresent() ? Origin.TORCH : numpy.isPresent() ? Origin.NUMPY : Origin.OWN;
        this.weightSeed = torch.or(() -> numpy).orElse(seed);
        Compute.setThreads(options.get(THREADS));
    }

    /// What was given, or what holds where nothing was.
    public <T> T get(Option<T> option) { return options.get(option); }

    /// As it stands in JSON: see [Options#setting].
    public Object written(Option<?> option) { return options.setting(option); }

    /// What was given that has a say in the results: see [Options#given].
    public SortedMap<String, String> given() { return options.given(); }

    /// What to type to run it again, with a switch more.
    public String again(Option<Boolean> more) { return options.again(more); }

    /// Where progress may be printed.
    public PrintStream out() { return out; }

    /// Prints a fact above the results.
    public void say(String name, Object value) { out.printf("%-10s%s%n", name, Terminal.oneLine(value)); }

    public long seed() { return seed; }

    /// For all but weights: data, splits, order, by streams of these names.
    public RandomSource source() { return source(0); }

    /// For the k-th of several runs, whose seeds follow each other: what [#source()] is where that seed is given.
    public RandomSource source(int k) { return new Threefry(seed + k); }

    /// For the weights of one model, from the start each time: models that are compared get the same numbers.
    public RandomSource weights() { return weights(0); }

    /// For the weights of the k-th of several models, whose seeds follow each other.
    public RandomSource weights(int k) {
        return switch (origin) {
            case OWN -> new Threefry(weightSeed + k);
            case TORCH -> new TorchRandom(weightSeed + k);
            // beyond the last seed NumPy has, from 0 again
            case NUMPY -> new NumpyRandom((weightSeed + k) % (LARGEST_NUMPY_SEED + 1));
        };
    }

    /// The results of independent jobs, in order; on as many threads as are allowed.
    ///
    /// @param job takes its number, from 0; touches nothing that another job does
    public <R> List<R> each(int jobs, IntFunction<R> job) {
        try (var progress = new Progress(out, jobs);
            var threads = Executors.newFixedThreadPool(Math.max(1, Math.min(jobs, Compute.threads())))) {
            List<Future<R>> results = IntStream.range(0, jobs).mapToObj(i -> threads.submit(() -> {
                var made = progress.of(i).watch(() -> job.apply(i));
                progress.done(i);
                return made;
            })).toList();
            return results.stream().map(Setting::result).toList();
        }
    }

    private static <R> R result(Future<R> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException known) throw known;
            if (e.getCause() instanceof Error error) throw error;
            throw new IllegalStateException("a job of the experiment failed: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the experiment was interrupted", e);
        }
    }

    public String weightsText() {
        return switch (origin) {
            case OWN -> "seed " + seed;
            case TORCH -> "PyTorch's, torch.manual_seed(" + weightSeed + ")";
            case NUMPY -> "NumPy's, np.random.seed(" + weightSeed + ")";
        };
    }

    /// What stands below every page.
    ///
    /// @param command what to type to see it again, without what only says where results go
    public Facts facts(String command) {
        return new Facts().and("command", command).and("seed", seed).and("weights", weightsText())
            .and("kernels", Compute.provider().name()).and("threads", Compute.threads());
    }
}
