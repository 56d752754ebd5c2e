package dev.lanewise.check;

import dev.lanewise.nn.Module;
import dev.lanewise.random.RandomSource;
import dev.lanewise.random.Threefry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;

/// Whether a model's parameters start independently of each other, and of those that the next seed gives.
///
/// | check | what must hold |
/// |---|---|
/// | repeatable | the same seed gives the same bits |
/// | parameter alone | so does a parameter that is initialized alone, from the stream of its path |
/// | duplicates | no two random parameters have the same bits, as far as the shorter goes |
/// | cross signs | correlation of two parameters' signs, times the square root of their length: at most √(2X) = 8, X being 32 |
/// | sign window | no 64 signs in a row of one are found in another: streams that overlap, whatever the lag and the scale |
///
/// Each two of all parameters are compared, of both seeds. Parameters that say little are left out: constant ones, those of a law
/// so coarse that its values have no fair sign, and those of less than 8 values; of less than 64, duplicates alone are found. A
/// shared part of a stream is found if it has 127 values, or is the whole of a parameter.
///
/// Of a parameter whose elements depend on each other, the signs are those that don't: of an orthogonal matrix, a column's or a
/// row's, whichever is longer. One that starts from fixed values has none.
///
/// A sequential source, as [dev.lanewise.random.TorchRandom], can't pass: what it gives to a parameter depends on those before.
public final class StreamCheck {

    /// Fewer values may well be equal, and say nothing.
    static final int LEAST = 8;

    private final Module model;
    private final LongFunction<RandomSource> sources;

    private StreamCheck(Module model, LongFunction<RandomSource> sources) {
        this.model = model;
        this.sources = sources;
    }

    /// Initializes the model, several times, and reports; its parameters are then those of `seed`.
    public static InitializerCheck.Report of(Module model, long seed) { return of(model, Threefry::new, seed); }

    /// As [#of(Module, long)], from sources of your own.
    ///
    /// @param sources a fresh source for a seed
    public static InitializerCheck.Report of(Module model, LongFunction<RandomSource> sources, long seed) {
        return new StreamCheck(model, sources).report(seed);
    }

    private InitializerCheck.Report report(long seed) {
        var next = values(seed + 1);
        var values = values(seed);
        var findings = new ArrayList<Finding>();
        findings.add(Finding.none("repeatable", differing(values, values(seed))));
        findings.add(Finding.none("parameter alone", differing(values, alone(seed))));
        var signs = new ArrayList<byte[]>();
        var bits = new ArrayList<float[]>();
        for (var all : List.of(values, next)) all.forEach((path, value) -> {
            var parameter = model.namedParameters().get(path);
            var law = parameter.initializer().distribution(parameter.fan(), parameter.shape());
            var structure = parameter.initializer().structure(parameter.fan(), parameter.shape());
            var part = Part.of(structure, law, parameter.shape(), value);
            if (part.law().variance() == 0 || Signs.tooCoarse(part.law(), Terms.USUAL) || part.values().length < LEAST) return;
            signs.add(Signs.signs(part.law(), part.values()));
            bits.add(part.values());
        });
        addPairs(findings, signs, bits);
        long n = values.values().stream().mapToLong(value -> value.length).sum();
        return new InitializerCheck.Report("streams of seeds " + seed + " and " + (seed + 1) + ", "
            + values.size() + " parameters", n, findings);
    }

    private static void addPairs(List<Finding> findings, List<byte[]> signs, List<float[]> bits) {
        long duplicates = 0;
        double worst = 0;
        int pairs = 0;
        for (int i = 0; i < signs.size(); i++)
            for (int j = 0; j < i; j++, pairs++) {
                var one = signs.get(i);
                var two = signs.get(j);
                int n = Math.min(one.length, two.length);
                if (Arrays.equals(bits.get(i), 0, n, bits.get(j), 0, n)) duplicates++;
                worst = Math.max(worst, Math.abs(Signs.correlation(one, two)) * Math.sqrt(n));
            }
        if (pairs == 0) return;
        // a value has a probability below 2^-12, or the law would be too coarse
        findings.add(new Finding("duplicates", duplicates, 0, 0, pairs * Math.scalb(1, -12 * LEAST)));
        findings.add(new Finding("cross signs", worst, 0, TailBounds.USUAL.ofSigns(1), 2 * pairs * TailBounds.USUAL.oneSided()));
        findings.add(Signs.window(signs, Terms.USUAL));
    }

    private Map<String, float[]> values(long seed) {
        model.initialize(sources.apply(seed));
        return values();
    }

    private Map<String, float[]> values() {
        var values = new LinkedHashMap<String, float[]>();
        model.namedParameters().forEach((path, parameter) -> values.put(path, parameter.tensor().toArray()));
        return values;
    }

    /// Each parameter from a source of its own that has given nothing before.
    private Map<String, float[]> alone(long seed) {
        model.namedParameters().forEach((path, parameter) -> parameter.initialize(sources.apply(seed).stream(path)));
        return values();
    }

    private static long differing(Map<String, float[]> a, Map<String, float[]> b) {
        return a.keySet().stream().mapToLong(path -> InitializerCheck.differing(a.get(path), b.get(path))).sum();
    }
}
