package dev.lanewise.kernel;

/// Which loops run in this JVM, and why: SIMD where the Vector API is at hand and compiled well, else scalar ones,
/// with the same bits.
///
/// `-Dlanewise.simd=auto|require|off`: `auto` takes SIMD if it can, `require` fails where it can't, with the reason.
///
/// @param lanes  floats in a vector; 1 for the scalar provider
/// @param reason one sentence: why this provider, and what would change it
public record Provider(int lanes, boolean fastFma, String reason) {

    private static final Setting<Provider> CURRENT = Setting.of(() -> choose(System.getProperty("lanewise.simd", "auto")));

    /// @throws IllegalArgumentException if `lanewise.simd` can't be followed, with the reason, at each call
    public static Provider current() { return CURRENT.get(); }

    /// What kernels are made for; where the settings can't be followed they never run: [ColdStart#isOver].
    static Target currentTarget() { return CURRENT.orElse(new Provider(1, true, "")).target(); }

    /// Lets vector loops run from now on, if there are any, however little has been computed by then: for measurements.
    public static void endColdStart() { ColdStart.end(); }

    public boolean isSimd() { return lanes > 1; }

    public String name() { return isSimd() ? "SIMD, " + 32 * lanes + " bits" : "scalar"; }

    Target target() { return new Target(lanes, fastFma); }

    static Provider choose(String wish) {
        boolean fastFma = isFmaFast();
        var obstacle = switch (wish) {
            case "off" -> "switched off by -Dlanewise.simd=off";
            case "auto", "require" -> obstacle(fastFma);
            default -> throw new IllegalArgumentException(
                "lanewise.simd: \"" + wish + "\" is not known; use auto, require or off");
        };
        if (obstacle == null)
            return new Provider(Simd.preferredLanes(), fastFma, "the Vector API is present, and C2 compiles it");
        if (wish.equals("require"))
            throw new IllegalArgumentException("lanewise.simd=require, but no SIMD: " + obstacle);
        if (wish.equals("auto"))
            System.getLogger("dev.lanewise").log(System.Logger.Level.INFO, "Lanewise computes without SIMD: {0}", obstacle);
        return new Provider(1, fastFma, obstacle);
    }

    /// What keeps SIMD from working here, and the remedy; null if nothing does.
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

    /// Without the instruction, `Math.fma` takes a microsecond; with it, even the interpreter takes a few nanoseconds.
    private static boolean isFmaFast() {
        float x = 1;
        long best = Long.MAX_VALUE;
        for (int round = 0; round < 5; round++) {
            long start = System.nanoTime();
            for (int i = 0; i < 50; i++) x = Math.fma(x, 0.99999994f, 1e-30f);
            best = Math.min(best, System.nanoTime() - start);
        }
        return x > 0 && best < 50 * 200;
    }

    /// The only place that touches the API by itself; loaded once the module is known to be there.
    private static final class Simd {
        static int preferredLanes() {
            return Math.min(16, jdk.incubator.vector.FloatVector.SPECIES_PREFERRED.length());
        }
    }
}
