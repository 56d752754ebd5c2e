package dev.lanewise.kernel;

import com.sun.management.HotSpotDiagnosticMXBean;
import dev.lanewise.kernel.code.Target;
import java.lang.management.ManagementFactory;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// Which loops run in this JVM, and why: SIMD where the Vector API is at hand and compiled well, else scalar ones,
/// with the same bits.
///
/// `-Dlanewise.simd=auto|require|off`: `auto` takes SIMD if it can, `require` fails where it can't, with the reason.
///
/// @param lanes  floats in a vector; 1 for the scalar provider
/// @param reason one sentence: why this provider, and what would change it
public record Provider(int lanes, boolean fastFma, String reason) {

    private static final String SWITCHED_OFF = "switched off by -Dlanewise.simd=off";

    private static final Setting<Provider> CURRENT = Setting.of(() -> choose(System.getProperty("lanewise.simd", "auto")));
    private static final Notice NOTICE = new Notice(line(CURRENT.orElse(null)),
        line -> System.getLogger("dev.lanewise").log(System.Logger.Level.INFO, line));

    /// The first use says, once, if there are only scalar loops and nobody wished for them.
    ///
    /// @throws IllegalArgumentException if `lanewise.simd` can't be followed, with the reason, at each call
    public static Provider current() {
        var provider = CURRENT.get();
        // not where it is chosen: a listener that computes would find a class that isn't initialized
        NOTICE.say();
        return provider;
    }

    /// Gives that line to `listener`, not to the log; at once, if it has been said.
    public static void setListener(Consumer<String> listener) { NOTICE.tell(listener); }

    /// Null if there is nothing to say.
    static String line(Provider provider) {
        if (provider == null || provider.isSimd() || provider.reason.equals(SWITCHED_OFF)) return null;
        return "Lanewise computes without SIMD: " + provider.reason;
    }

    /// What kernels are made for; where the settings can't be followed they never run: [ColdStart#isOver].
    static Target currentTarget() { return CURRENT.orElse(new Provider(1, true, "")).target(); }

    public boolean isSimd() { return lanes > 1; }

    Target target() { return new Target(lanes, registers(lanes, System.getProperty("os.arch", "")), fastFma); }

    /// Vector registers: 32 on AArch64 always, on x64 with AVX-512 alone.
    static int registers(int lanes, String architecture) { return lanes == 16 || architecture.equals("aarch64") ? 32 : 16; }

    static Provider choose(String wish) {
        boolean fastFma = isFmaFast();
        var obstacle = switch (wish) {
            case "off" -> SWITCHED_OFF;
            case "auto", "require" -> obstacle(fastFma);
            default -> throw new IllegalArgumentException(
                "lanewise.simd: \"" + wish + "\" is not known; use auto, require or off");
        };
        if (obstacle == null)
            return new Provider(Simd.preferredLanes(), fastFma, "the Vector API is present, and the JVM compiles it");
        if (wish.equals("require"))
            throw new IllegalArgumentException("lanewise.simd=require, but no SIMD: " + obstacle);
        return new Provider(1, fastFma, obstacle);
    }

    /// What keeps SIMD from working here, and the remedy; null if nothing does. Graal in place of C2 doesn't: it compiles the
    /// Vector API from JDK 25 on, the first that this library runs on.
    private static String obstacle(boolean fastFma) {
        // a named module requires the API; on the class path the user has to ask for it
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty())
            return "the Vector API is not enabled; start java with --add-modules jdk.incubator.vector";
        var vm = System.getProperty("java.vm.name", "");
        if (!vm.contains("HotSpot") && !vm.contains("OpenJDK"))
            return vm + " does not compile the Vector API well; use a HotSpot JVM";
        var mode = System.getProperty("java.vm.info", "");
        if (mode.contains("interpreted") || mode.contains("emulated-client"))
            return "the C2 compiler is off (" + mode + "); start java without -Xint and -XX:TieredStopAtLevel";
        if (!fastFma)
            return "the CPU has no fused multiply-add, or -XX:UseFMA or -XX:UseAVX switched it off";
        if (Simd.preferredLanes() < 4)
            return "the CPU's vectors are shorter than 128 bits, or -XX:MaxVectorSize is set below 16";
        return null;
    }

    private static boolean isFmaFast() { return isFmaFast(System::nanoTime); }

    /// A short time proves that there is the instruction; a long one may be a busy machine's, so then the JVM is asked. Only
    /// where it can't tell, more times decide.
    static boolean isFmaFast(LongSupplier clock) {
        if (isShort(5, clock)) return true;
        var flag = flag("UseFMA");
        return flag == null ? isShort(2_000, clock) : flag.equals("true");
    }

    /// Without the instruction, `Math.fma` takes a microsecond; with it, even the interpreter takes a few nanoseconds.
    private static boolean isShort(int rounds, LongSupplier clock) {
        float x = 1;
        for (int round = 0; round < rounds; round++) {
            long start = clock.getAsLong();
            for (int i = 0; i < 50; i++) x = Math.fma(x, 0.99999994f, 1e-30f);
            if (clock.getAsLong() - start < 50 * 200 && x > 0) return true;
        }
        return false;
    }

    /// What HotSpot says of a flag; null where it doesn't know it, or has no module to say so.
    static String flag(String name) {
        try {
            return ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).getVMOption(name).getValue();
        } catch (LinkageError | RuntimeException e) {
            return null;
        }
    }

    /// The only place that touches the API by itself; loaded once the module is known to be there.
    private static final class Simd {
        static int preferredLanes() {
            return Math.min(16, jdk.incubator.vector.FloatVector.SPECIES_PREFERRED.length());
        }
    }
}
