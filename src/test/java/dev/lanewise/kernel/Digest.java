package dev.lanewise.kernel;

import dev.lanewise.Compute;
import dev.lanewise.kernel.code.Formulas;
import dev.lanewise.kernel.code.Samples;
import dev.lanewise.kernel.expr.Epilogue;
import dev.lanewise.random.Threefry;
import dev.lanewise.random.TorchRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.zip.CRC32;

/// A fixed program over every kernel, and [Workload] on top of them, that prints a checksum for each part: two JVMs that
/// print the same computed the same bits. Each part runs several rounds, which have to agree: the first is interpreted,
/// later ones are compiled. Lines that begin with [#HEAD] are not part of it: they say who computes.
///
/// Sizes are odd, so that every loop has a rest, and the long ones are worth splitting among threads.
final class Digest {

    static final String HEAD = "computes with: ";

    private static final int SMALL = 3001;
    private static final int LARGE = 140_003;

    private final SplittableRandom random = new SplittableRandom(42);
    private final float[] wildX = Samples.wild(random, LARGE);
    private final float[] wildY = Samples.wild(random, LARGE);
    private final float[] tame = Samples.tame(random, LARGE);

    private Digest() {}

    /// @param args the number of rounds, then ways in which all is computed once more: `threads=3`, `coldStart=1e9`
    public static void main(String[] args) {
        var digest = new Digest();
        digest.print("the command line's settings", Integer.parseInt(args[0]));
        for (int i = 1; i < args.length; i++) {
            double value = Double.parseDouble(args[i].substring(args[i].indexOf('=') + 1));
            if (args[i].startsWith("threads=")) Compute.setThreads((int) value);
            else ColdStart.set(Duration.ofNanos((long) (1e9 * value)));
            digest.print(args[i], 1);
        }
    }

    private void print(String way, int rounds) {
        System.out.println(HEAD + Compute.provider().name() + ", " + Pool.threads() + " threads, " + Provider.current()
            .reason() + ", "
            + (Digest.class.getModule().isNamed() ? "module path" : "class path") + ", " + way);
        parts().forEach((name, part) -> print(name, part, rounds));
        training().forEach((name, part) -> print(name, part, 1));
    }

    private static void print(String name, Supplier<float[]> part, int rounds) {
        long first = checksum(part.get());
        for (int round = 1; round < rounds; round++)
            if (checksum(part.get()) != first)
                throw new AssertionError(name + ": round " + round + " differs from the first");
        System.out.printf("%-24s %08x%n", name, first);
    }

    private static long checksum(float[] values) {
        var crc = new CRC32();
        for (float value : values) {
            // all NaNs as one
            int bits = Float.floatToIntBits(value);
            for (int shift = 0; shift < 32; shift += 8) crc.update(bits >>> shift);
        }
        return crc.getValue();
    }

    private Map<String, Supplier<float[]>> parts() {
        var parts = new LinkedHashMap<String, Supplier<float[]>>();
        for (var formula : Formulas.NAMED) {
            var loop = new Elementwise(formula);
            parts.put(loop.name(), () -> elementwise(loop, 0, SMALL));
            parts.put(loop.name() + ", broadcast", () -> elementwise(loop, 1, 77));
        }
        var exp = new Elementwise(Formulas.NAMED.getFirst());
        parts.put("exp, long", () -> elementwise(exp, 0, LARGE));
        for (var fold : Formulas.FOLDS) {
            var reduction = new Reduction(fold);
            parts.put(fold.name() + " of rows", () -> rows(reduction, 9, 333));
            parts.put(fold.name() + " of long rows", () -> rows(reduction, 2, 20_001));
        }
        var sum = new Reduction(Formulas.FOLDS.getFirst());
        parts.put("sum of columns", () -> columns(sum, 333, 9));
        parts.put("sum of long columns", () -> columns(sum, 20_001, 5));
        for (var transposes : new String[] {"A B", "A' B", "A B'", "A' B'"}) {
            parts.put(transposes, () -> product(transposes, 61, 53, 300));
            parts.put(transposes + ", deep", () -> product(transposes, 3, 5, 513));
            parts.put(transposes + ", wide", () -> product(transposes, 151, 257, 97));
            parts.put(transposes + ", long rows", () -> product(transposes, 37, 128, 270));
            parts.put(transposes + ", bias, relu", () -> product(transposes, 151, 257, 300, Epilogue.RELU, wildY, false));
            parts.put(transposes + ", row bias, relu", () -> product(transposes, 151, 57, 300, Epilogue.RELU, wildY, true));
            parts.put(transposes + ", small", () -> smallProducts(transposes, tame, Epilogue.IDENTITY, null, false));
            parts.put(transposes + ", wild", () -> smallProducts(transposes, wildX, Epilogue.IDENTITY, null, false));
            parts.put(transposes + ", small, bias", () -> smallProducts(transposes, wildX, Epilogue.IDENTITY, wildY, false));
            parts.put(transposes + ", small, relu", () -> smallProducts(transposes, wildX, Epilogue.RELU, wildY, false));
            parts.put(transposes + ", small, rows", () -> smallProducts(transposes, wildX, Epilogue.RELU, wildY, true));
        }
        for (int n : new int[] {SMALL, LARGE}) {
            parts.put("uniform, " + n, () -> random(n, (source, out) -> source.uniform(out, 0, n)));
            parts.put("normal, " + n, () -> random(n, (source, out) -> source.normal(out, 0, n)));
            parts.put("bernoulli, " + n, () -> random(n, (source, out) -> source.bernoulli(0.3, out, 0, n)));
        }
        parts.put("permutation", () -> random(SMALL, (source, out) -> {
            var order = source.permutation(SMALL);
            for (int i = 0; i < SMALL; i++) out[i] = order[i];
        }));
        parts.put("torch", () -> {
            var out = new float[LARGE];
            var source = new TorchRandom(42);
            source.normal(0.5, 0.3, out, 0, SMALL);
            source.uniform(-0.1, 0.2, out, SMALL, SMALL);
            source.normal(out, 2 * SMALL, LARGE - 2 * SMALL);
            source.truncatedNormal(0, 1, 0.5, 2, out, 7, SMALL);
            source.normal(out, 0, 7);
            return out;
        });
        new ArrayWorkload(wildX, tame).addTo(parts);
        new Workload(wildX, tame).addTo(parts);
        return parts;
    }

    private Map<String, Supplier<float[]>> training() {
        var parts = new LinkedHashMap<String, Supplier<float[]>>();
        new Workload(wildX, tame).addTrainingTo(parts);
        return parts;
    }

    private float[] elementwise(Elementwise loop, int broadcast, int n) {
        var y = Arrays.copyOf(wildY, n);
        var z = y.clone();
        loop.run(broadcast, wildX, 0, y, 0, z, 0, null, 0, null, 0, null, 0, null, n);
        return loop.writes(2) ? z : y;
    }

    private float[] rows(Reduction reduction, int rows, int columns) {
        var out = new float[2 * rows];
        reduction.rows(tame, 0, tame, 1, tame, 2, new float[] {1.5f}, rows, columns, out, 0);
        reduction.rows(wildX, 0, tame, 0, wildY, 1, new float[] {1.5f}, rows, columns, out, rows);
        return out;
    }

    private float[] columns(Reduction reduction, int rows, int columns) {
        var out = new float[2 * columns];
        reduction.columns(tame, 0, rows, columns, out, 0);
        reduction.columns(wildX, 0, rows, columns, out, columns);
        return out;
    }

    private float[] product(String transposes, int m, int n, int k) {
        return product(transposes, m, n, k, Epilogue.IDENTITY, null, false);
    }

    private float[] product(String transposes, int m, int n, int k, Epilogue epilogue, float[] bias, boolean biasOfRows) {
        boolean transposeA = transposes.startsWith("A'");
        boolean transposeB = transposes.endsWith("B'");
        var out = new float[m * n];
        Gemm.run(m, n, k, tame, 0, transposeA ? m : k, transposeA, tame, 7, transposeB ? k : n, transposeB, out, 0, n,
            epilogue, bias, 3, biasOfRows);
        return out;
    }

    /// Every height of a tile, whole vectors and cut ones, operands read in place and copied: next to each other, so that
    /// what is written beyond a product shows too.
    private static float[] smallProducts(String transposes, float[] operands, Epilogue epilogue, float[] bias,
                                         boolean biasOfRows) {
        boolean transposeA = transposes.startsWith("A'");
        boolean transposeB = transposes.endsWith("B'");
        int[] widths = {1, 3, 16, 31, 64, 85};
        var out = new float[13 * 14 / 2 * Arrays.stream(widths).sum() * 3];
        int at = 0;
        for (int m = 1; m <= 13; m++)
            for (int n : widths)
                for (int k : new int[] {0, 1, 17}) {
                    Gemm.run(m, n, k, operands, 3, transposeA ? m : k, transposeA, operands, 7 * k,
                        transposeB ? k : n, transposeB, out, at, n, epilogue, bias, 5, biasOfRows);
                    at += m * n;
                }
        return out;
    }

    private interface Draw {
        void into(Threefry source, float[] out);
    }

    private static float[] random(int n, Draw draw) {
        var source = new Threefry(42).stream("digest");
        var out = new float[n];
        draw.into(source, out);
        return out;
    }
}
