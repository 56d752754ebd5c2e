package dev.lanewise.check;

import dev.lanewise.check.ContractLaw.Drawn;
import dev.lanewise.check.ContractLaw.Stated;
import dev.lanewise.io.TensorFile;
import dev.lanewise.nn.init.Distribution;
import dev.lanewise.nn.init.Scheme;
import dev.lanewise.nn.init.Structure;
import dev.lanewise.tensor.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// Which known laws a tensor's values fit, as rules of a [Contract] say them: for models of which nobody knows how they start.
/// The checks are an [Audit]'s; a tensor may fit several laws, more so if it is small.
///
/// What is between elements comes first: where rows or columns are orthogonal, nearer than independent numbers are but with a
/// probability below e^-32, no law of independent ones is said to fit.
///
/// @param tensor its name in the file
/// @param shape  outermost size first
/// @param laws   those that it fits, as a contract has them, the commonest first; where none does, the normal or uniform law of
///     its own mean and deviation, if its form is that; else empty
/// @param known  whether these have their numbers from elsewhere than from the values
/// @param mean   of the values that were looked at; NaN if there are none
/// @param std    their standard deviation; likewise
/// @param values how many were looked at
public record Guess(String tensor, List<Integer> shape, List<String> laws, boolean known, double mean, double std, long values) {

    /// Values of a tensor that laws of independent ones are tried on.
    private static final int MOST = 1 << 16;
    /// A tensor of more isn't compared with fixed patterns, nor are its zeros counted.
    private static final int WHOLE = 1 << 21;
    /// Where lines are columns, all of a matrix is read for them.
    private static final long LARGEST = 1L << 27;
    /// Lines of a large matrix that are looked at.
    private static final int LINES = 32;
    /// A side of a stand-in for a large shape, which all numbers of blocks that are tried divide.
    private static final int SMALL = 12;
    private static final List<Integer> BLOCKS = List.of(4, 3, 2);
    private static final int HANDFUL = 64;
    /// A law whose deviation is farther from the values' isn't tried: it would fit a handful of values alone.
    private static final double FAR = 1.5;
    private static final List<String> COMMON = List.of("normal 0 0.02", "normal 0 1", "normal 0 0.01", "normal 0 0.006",
        "normal 0 1/sqrt(columns)", "truncated-normal 0 0.02 -0.04 0.04", "torch-default", "uniform -0.05 0.05",
        "uniform -0.1 0.1", "uniform -1/sqrt(rows/4) 1/sqrt(rows/4)", "uniform -1/sqrt(rows/3) 1/sqrt(rows/3)");
    private static final List<String> READINGS = List.of("", " as in-out", " in 3 blocks", " in 4 blocks", " as conv-transpose",
        " as embedding");

    /// Of each tensor of a file.
    ///
    /// @throws dev.lanewise.data.MalformedFileException if it is malformed
    /// @throws java.io.UncheckedIOException             if it can't be read
    public static List<Guess> of(Path path) { return of(TensorFile.open(path)); }

    /// Of each tensor of a file whose elements are read.
    public static List<Guess> of(TensorFile file) {
        var candidates = new HashMap<Shape, List<Candidate>>();
        return file.tensors().entrySet().stream().filter(each -> each.getValue().isRead())
            .map(each -> of(file, each.getKey(), each.getValue(), candidates)).toList();
    }

    private static Guess of(TensorFile file, String name, TensorFile.Info info, Map<Shape, List<Candidate>> candidates) {
        var values = info.numel() > MOST ? file.readRounded(name, 0, MOST) : file.readRounded(name);
        var sizes = info.shape().stream().map(Math::toIntExact).toList();
        if (values.length == 0) return new Guess(name, sizes, List.of(), false, Double.NaN, Double.NaN, 0);
        var shape = info.numel() <= Integer.MAX_VALUE ? Shape.of(sizes.stream().mapToInt(size -> size).toArray())
            : Shape.of(MOST);
        return new Tried(file, name, values, shape, info.numel() > MOST,
            Terms.ofFile(TailBounds.USUAL, Precision.of(info.dtype())), candidates.computeIfAbsent(shape, Guess::candidates))
                .guess(sizes);
    }

    /// @param text as a contract has it
    /// @param std  the law's
    private record Candidate(String text, Stated stated, double std) {

        boolean isIndependent() { return stated.structure() instanceof Structure.Independent; }
    }

    /// Of all known laws those that differ for a shape; that rows or columns are orthogonal is found otherwise.
    private static List<Candidate> candidates(Shape shape) {
        var candidates = new ArrayList<Candidate>();
        Set<Object> seen = new LinkedHashSet<>();
        var small = Shape.of(Arrays.stream(shape.toArray()).map(size -> Math.min(size, SMALL)).toArray());
        var texts = Stream.concat(COMMON.stream(), Scheme.ALL.stream().map(Scheme::name)
            .filter(scheme -> !List.of("normal", "truncated-normal")
            .contains(scheme)).flatMap(scheme -> READINGS.stream().map(reading -> scheme + reading))).toList();
        for (var text : texts) {
            try {
                // patterns of a large shape take as much as a tensor of it
                if (shape.numel() > WHOLE && !(state(text, small).structure() instanceof Structure.Independent)) continue;
                var stated = state(text, shape);
                if (stated.structure() instanceof Structure.Orthogonal
                    || stated.structure() instanceof Structure.Stacked(_, Structure.Orthogonal _)
                    && text.startsWith("orthogonal in")) continue;
                if (seen.add(List.of(stated.law(), stated.structure().toString())))
                    candidates.add(new Candidate(text, stated, Math.sqrt(stated.law().variance())));
            } catch (IllegalArgumentException e) {
                // it isn't for such a shape
            }
        }
        return candidates;
    }

    private static Stated state(String text, Shape shape) {
        return ((Drawn) ContractParser.law(text)).state(shape, new TensorScope(null, shape, List.of(), null), _ -> shape);
    }

    /// @param part whether there are more values than these
    private record Tried(TensorFile file, String name, float[] values, Shape shape, boolean part, Terms terms,
        List<Candidate> candidates) {

        Guess guess(List<Integer> sizes) {
            double mean = 0;
            for (float value : values) mean += value;
            mean /= values.length;
            double squares = 0;
            for (float value : values) squares += (value - mean) * (value - mean);
            double std = Math.sqrt(squares / values.length);
            var laws = new ArrayList<String>();
            if (std == 0) laws.add(values[0] == 0 ? "zeros" : values[0] == 1 ? "ones" : "constant " + values[0]);
            else laws.addAll(fitting(std));
            boolean known = !laws.isEmpty();
            if (!known && std > 0) fitted(mean, std, laws);
            return new Guess(name, sizes, List.copyOf(laws), known, mean, std, values.length);
        }

        private List<String> fitting(double std) {
            var fitting = new ArrayList<String>();
            addStructured(fitting, false);
            // a handful of values may have a structure by chance
            boolean many = values.length >= HANDFUL;
            boolean certain = fitting.isEmpty() ? addOrthogonal(fitting) : many;
            // the blocks of what is orthogonal are so, too
            if (fitting.isEmpty()) {
                addStructured(fitting, true);
                certain = many && !fitting.isEmpty();
            }
            for (var candidate : candidates) {
                double ratio = std / candidate.std;
                boolean near = ratio < FAR && ratio > 1 / FAR;
                if (!certain && candidate.isIndependent() && near && fits(candidate.stated)) fitting.add(candidate.text);
            }
            return fitting;
        }

        /// @param orthogonal whether of orthogonal blocks, or of anything else
        private void addStructured(List<String> laws, boolean orthogonal) {
            for (var candidate : candidates) if (!candidate.isIndependent()
                && isOrthogonal(candidate.stated.structure()) == orthogonal
                && hasStructure(candidate)) laws.add(candidate.text);
        }

        private static boolean isOrthogonal(Structure structure) {
            return structure instanceof Structure.Orthogonal || structure instanceof Structure.Stacked(_, var each)
                && isOrthogonal(each);
        }

        private boolean fits(Stated stated) {
            return fits(stated, values, part ? Shape.of(1, values.length) : stated.shape());
        }

        private boolean fits(Stated stated, float[] of, Shape shape) {
            return StructureCheck.findings(stated.structure(), stated.law(), shape,
                new Draws.Given(List.of(stated.turned(of)), terms)).stream()
                .allMatch(Finding::passed);
        }

        /// All of a tensor is held to it, but only where that may be: those that aren't independent have zeros, or values that
        /// come again.
        private boolean hasStructure(Candidate candidate) {
            if (!part) return fits(candidate.stated);
            return comesAgain() && fits(candidate.stated, file.readRounded(name), candidate.stated.shape());
        }

        private boolean comesAgain() {
            var some = new HashSet<Float>();
            for (float value : values) some.add(value);
            return some.size() < values.length * 0.95;
        }

        // ---- orthogonal

        /// Of the tensor's rows or columns, or of those of its blocks, if they are.
        ///
        /// @return whether no independent values are so but by a chance that counts for nothing
        private boolean addOrthogonal(List<String> laws) {
            if (shape.rank() < 2) return false;
            int rows = shape.size(0);
            int columns = Part.columns(shape);
            // columns of orthogonal blocks are orthogonal themselves, and longer; rows of blocks are so if all are
            if (rows > columns && addOrthogonalBlocks(rows, columns, laws)) return true;
            if (addOrthogonal(rows, columns, 1, laws)) return true;
            return laws.isEmpty() && rows <= columns && addOrthogonalBlocks(rows, columns, laws);
        }

        private boolean addOrthogonalBlocks(int rows, int columns, List<String> laws) {
            for (int blocks : BLOCKS) if (rows % blocks == 0 && rows > blocks
                && addOrthogonal(rows, columns, blocks, laws)) return true;
            return false;
        }

        private boolean addOrthogonal(int rows, int columns, int blocks, List<String> laws) {
            int each = rows / blocks;
            if (each > columns && (long) rows * columns > LARGEST) return false;
            boolean certain = true;
            var gains = new HashSet<Double>();
            for (int block = 0; block < blocks; block++) {
                var lines = Lines.read(file, name, (long) block * each * columns, each, columns, part ? LINES : MOST);
                var gain = lines.orthogonal(terms);
                if (gain.isEmpty()) return false;
                if (blocks == 1 && shape.rank() == 2 && lines.areOfIdentity(Math.min(rows, columns))) {
                    laws.add("eye");
                    return true;
                }
                gains.add(gain.get());
                certain &= lines.tellFromChance(gain.get(), terms);
            }
            // a few short lines are orthogonal by rounding alone
            if (gains.size() > 1 || !certain && blocks > 1) return false;
            double gain = gains.iterator().next();
            laws.add("orthogonal" + (gain == 1 ? "" : " " + (float) gain) + (blocks == 1 ? "" : " in " + blocks + " blocks"));
            return certain;
        }

        /// With numbers of its own: about 0, if that may be.
        private void fitted(double mean, double std, List<String> laws) {
            double around = Math.abs(mean) < 5 * std / Math.sqrt(values.length) ? 0 : mean;
            float least = Float.POSITIVE_INFINITY;
            float greatest = Float.NEGATIVE_INFINITY;
            for (float value : values) {
                least = Math.min(least, value);
                greatest = Math.max(greatest, value);
            }
            if (!Double.isFinite(std) || (float) std == 0 || !Float.isFinite(2 * Math.max(-least, greatest))) return;
            var normal = new Distribution.Normal(around, std);
            if (fits(new Stated(normal, new Structure.Independent(), shape, false))) laws.add("normal " + Words.number(around)
                + " " + Words.number(std));
            // the ends of a uniform law are a share of 1/n beyond the outermost values; their mean says less
            double bound = Math.max(-least, greatest) * (1 + 1.0 / values.length);
            if (around == 0 && uniform(-bound, bound, laws)) return;
            double beyond = ((double) greatest - least) / values.length;
            uniform(least - beyond, greatest + beyond, laws);
        }

        private boolean uniform(double low, double high, List<String> laws) {
            boolean fits = fits(new Stated(new Distribution.Uniform(low, high), new Structure.Independent(), shape, false));
            if (fits) laws.add("uniform " + Words.number(low) + " " + Words.number(high));
            return fits;
        }
    }
}
