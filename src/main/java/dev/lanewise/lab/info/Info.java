package dev.lanewise.lab.info;

import dev.lanewise.Compute;
import dev.lanewise.figures.Figures;
import dev.lanewise.lab.cli.Command;
import dev.lanewise.lab.cli.Options;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/// Says which kernels run on this machine and why, how fast they are, and what would make them faster.
public final class Info implements Command {

    /// Flags that keep C2 or vectors from working, by how they begin.
    private static final Pattern HINDRANCE = Pattern.compile(
        "-Xint|-XX:(TieredStopAtLevel=[0-3]|MaxVectorSize=.*|UseAVX=[012]|UseSSE=.*|-UseFMA|-EnableVectorSupport)");

    /// On a busy machine.
    private static final int TRIES = 3;
    private static final Duration PAUSE = Duration.ofSeconds(1);
    /// What compiled loops are above, even in the first compiler's code.
    private static final double IMPLAUSIBLE = 0.01;

    /// Whether the machine is busy is seen by it, in nanoseconds from any start.
    private final LongSupplier clock;

    public Info() { this(System::nanoTime); }

    Info(LongSupplier clock) { this.clock = clock; }

    @Override
    public String name() { return "info"; }

    @Override
    public String summary() { return "Says which kernels run on this machine, why, and how fast."; }

    @Override
    public void run(Options options, PrintStream out) {
        var provider = Compute.provider();
        line(out, "Version", Compute.version());
        line(out, "Provider", provider.name());
        line(out, "Lanes", provider.lanes() + (provider.lanes() == 1 ? " float" : " floats") + " at a time");
        line(out, "Because", provider.reason());
        line(out, "Fma", provider.fastFma() ? "in hardware" : "in software: the CPU has none, or the JVM doesn't use it");
        line(out, "Threads", Compute.threads() + " of " + Runtime.getRuntime().availableProcessors()
            + " processors; -Dlanewise.threads=N changes it");
        line(out, "Java", System.getProperty("java.vm.name") + " " + Runtime.version() + ", "
            + System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        try {
            speed(out);
        } catch (UnsupportedOperationException e) { // no class can be defined at run time
            line(out, "Speed", "not measured: " + e.getMessage());
        }
        var advice = advice(provider);
        line(out, "Flags", advice.isEmpty() ? "none would help" : advice.getFirst());
        for (var more : advice.subList(Math.min(1, advice.size()), advice.size())) line(out, "", more);
    }

    private void speed(PrintStream out) {
        var speed = new Speed();
        var busy = new Busy(clock);
        speed.warmUp();
        Speed.Product one = null;
        Speed.Product all = null;
        var kernels = new LinkedHashMap<String, Double>();
        for (int tries = 1; ; tries++) {
            double before = busy.share();
            one = speed.product(1).orFaster(one);
            if (Compute.threads() > 1) all = speed.product(Compute.threads()).orFaster(all);
            speed.kernels().forEach((kernel, nanos) -> kernels.merge(kernel, nanos, Math::min));
            double share = Math.min(before, busy.share());
            if (share < Busy.UNDISTURBED && tries < TRIES) {
                line(out, "Busy", Busy.describe(share) + "; measuring again");
                if (rests()) speed.warmUp();
                continue;
            }
            if (share < Busy.UNDISTURBED) line(out, "Busy", Busy.describe(share)
                + "; all that follows could be faster, so run this again when they rest");
            line(out, "Product", describe(one));
            if (all != null) line(out, "", describe(all));
            line(out, "Kernels", String.join(", ", kernels.entrySet().stream()
                .map(kernel -> Figures.format("%s %.2f", kernel.getKey(), kernel.getValue())).toList())
                + " ns an element of 4,096, one thread");
            break;
        }
        // what can be seen without flags: where C2 gave up, vectors are objects, ten times slower at the least
        var slow = speed.slow();
        if (Compute.provider().isSimd()) line(out, "Compiled", slow.isEmpty() ? "as it should be"
            : "not yet, or C2 gave up: " + String.join(", ", slow) + "; -XX:+PrintCompilation then says COMPILE SKIPPED");
    }

    /// For others to finish; an interrupted thread goes on at once.
    private static boolean rests() {
        try {
            Thread.sleep(PAUSE);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// Where a product isn't compiled, or is beyond the registers' speed, which others had kept down, its share says nothing.
    static String describe(Speed.Product product) {
        var threads = product.threads() == 1 ? "one thread" : product.threads() + " threads";
        if (product.share() < IMPLAUSIBLE) return Figures.format("not compiled yet: %s GFLOP/s at %d x %d, where the registers do"
            + " %s, %s; run this again",
            number(product.gemm()), product.n(), product.n(), number(product.peak()), threads);
        if (product.isBeyondPeak()) return Figures.format(
            "%s GFLOP/s at %d x %d, more than the registers' %s, which other programs disturbed, %s",
            number(product.gemm()), product.n(), product.n(), number(product.peak()), threads);
        return Figures.format("%s GFLOP/s at %d x %d, %.0f %% of the registers' %s, %s", number(product.gemm()),
            product.n(), product.n(), 100 * product.share(), number(product.peak()), threads);
    }

    /// What isn't compiled yet, on a busy machine, is a thousand times slower, but not 0.
    private static String number(double speed) { return Figures.format(speed < 1 ? "%.5f" : "%.1f", speed); }

    private static List<String> advice(Compute.Provider provider) {
        var advice = new ArrayList<String>();
        if ("off".equals(System.getProperty("lanewise.simd"))) advice.add("leave out -Dlanewise.simd=off");
        ProcessHandle.current().info().arguments().stream().flatMap(Arrays::stream)
            .filter(argument -> HINDRANCE.matcher(argument).matches()).forEach(flag -> advice.add("leave out " + flag));
        // else the reason says the remedy behind its semicolon
        int remedy = provider.reason().indexOf("; ");
        if (advice.isEmpty() && !provider.isSimd() && remedy >= 0) advice.add(provider.reason().substring(remedy + 2));
        if (advice.isEmpty() && provider.lanes() < 16 && hasAvx512())
            advice.add("-XX:UseAVX=3 takes 512-bit vectors, which this CPU has; measure both");
        return advice;
    }

    /// What HotSpot asks for before it uses 512-bit vectors; where the system doesn't say, no.
    private static boolean hasAvx512() {
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            var flags = lines.filter(line -> line.startsWith("flags")).findFirst().orElse("").split("\\s+");
            return Set.copyOf(List.of(flags)).containsAll(List.of("avx512f", "avx512dq", "avx512bw", "avx512vl"));
        } catch (IOException | UncheckedIOException e) {
            return false;
        }
    }

    private static void line(PrintStream out, String name, String text) { out.printf("%-10s%s%n", name, text); }
}
