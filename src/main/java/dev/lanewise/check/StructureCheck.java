package dev.lanewise.check;

import dev.lanewise.nn.init.Distribution;
import dev.lanewise.nn.init.Empirical;
import dev.lanewise.nn.init.HaarEntry;
import dev.lanewise.nn.init.Structure;
import dev.lanewise.nn.init.WithZeros;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/// What an initializer says to hold between its elements, held to it. Structures within structures are looked at one after
/// the other, the outer one being taken off.
final class StructureCheck {

    /// What rounding to floats may change in a law's figures.
    private static final double ROUNDING = 1e-5;
    /// Has no signs to compare.
    private static final Distribution NOTHING = new Distribution.Constant(0);

    private StructureCheck() {}

    /// As [#findings], and whether the law that was stated is the one that the structure gives an element.
    static List<Finding> all(Structure structure, Distribution law, Shape shape, Draws draws) {
        var all = new ArrayList<>(findings(structure, law, shape, draws));
        law(structure, shape).ifPresent(given -> all.add(new Finding("stated law", apart(given, law), 0, ROUNDING, 0)));
        return all;
    }

    /// The law of an element, one being picked at random; empty if the structure leaves it open.
    private static Optional<Distribution> law(Structure structure, Shape shape) {
        return switch (structure) {
            case Structure.Independent() -> Optional.empty();
            case Structure.Fixed(var values) ->
                finite(values.toArray()).passed() ? Optional.of(new Empirical(values.toArray())) : Optional.empty();
            case Structure.Given _ -> Optional.empty();
            case Structure.Orthogonal(var gain) -> Optional.of(new HaarEntry(Math.max(shape.size(0), Part.columns(shape)), gain));
            case Structure.Directions(var length) -> Optional.of(new HaarEntry(Part.columns(shape), length));
            case Structure.OrthogonalAt(var gain, int _) -> Optional.of(
                new WithZeros(1 - 1.0 / Part.places(shape), new HaarEntry(Math.max(shape.size(0), shape.size(1)), gain)));
            case Structure.ZerosPerColumn(int zeros, var rest) -> rest.mean() == 0
                ? Optional.of(new WithZeros((double) zeros / shape.size(0), rest)) : Optional.empty();
            case Structure.Repeated(int times, var each) -> law(each, Part.ofRows(shape, shape.size(0) / times));
            case Structure.Stacked(int blocks, var each) -> law(each, Part.ofRows(shape, shape.size(0) / blocks));
            case Structure.Opposite _, Structure.Parted _ -> Optional.empty();
        };
    }

    /// By how much two laws' figures differ, relative to their size.
    private static double apart(Distribution one, Distribution two) {
        double std = Math.sqrt(one.variance());
        if (std == 0) return two.variance() == 0 && (float) one.mean() == (float) two.mean() ? 0 : 1;
        double ends = Math.max(distance(one.lower(), two.lower()), distance(one.upper(), two.upper())) / std;
        return Math.max(Math.max(distance(one.mean(), two.mean()) / std, ends),
            Math.max(Math.abs(two.variance() / one.variance() - 1), Math.abs(two.kurtosis() / one.kurtosis() - 1)));
    }

    private static double distance(double one, double two) { return one == two ? 0 : Math.abs(one - two); }

    /// @throws IllegalArgumentException if a parameter of this shape can't be so
    private static void requireFit(Structure structure, Shape shape) {
        boolean fits = switch (structure) {
            case Structure.Independent() -> true;
            case Structure.Fixed(var values) -> values.shape().equals(shape);
            case Structure.Given(var values, var _) -> within(values.shape(), shape);
            case Structure.Orthogonal(var gain) -> gain > 0 && shape.rank() >= 2;
            case Structure.Directions(var length) -> length > 0 && shape.rank() >= 1;
            case Structure.OrthogonalAt(var gain, int place) ->
                gain > 0 && shape.rank() >= 3 && place >= 0 && place < Part.places(shape);
            case Structure.ZerosPerColumn(int zeros, var _) -> shape.rank() == 2 && zeros >= 0 && zeros <= shape.size(0);
            case Structure.Repeated(int times, var _) -> divides(times, shape);
            case Structure.Stacked(int blocks, var _) -> divides(blocks, shape);
            case Structure.Opposite _ -> divides(2, shape);
            case Structure.Parted(var blocks) -> divides(blocks.size(), shape);
        };
        if (!fits) throw new IllegalArgumentException("initializer check: a parameter of shape " + shape
            + " can't be " + structure + "; structure(fan, shape) must say what holds for the shape that it is asked about");
    }

    private static boolean divides(int parts, Shape shape) { return parts > 0 && shape.rank() > 0 && shape.size(0) % parts == 0; }

    private static boolean within(Shape part, Shape whole) {
        boolean within = part.rank() == whole.rank();
        for (int dim = 0; within && dim < part.rank(); dim++) within = part.size(dim) <= whole.size(dim);
        return within;
    }

    static List<Finding> findings(Structure structure, Distribution law, Shape shape, Draws draws) {
        requireFit(structure, shape);
        return switch (structure) {
            case Structure.Independent() ->
                independent(law, shape.rank() == 0 ? 1 : Part.columns(shape), draws);
            case Structure.Fixed(var values) -> fixed(values, draws);
            case Structure.Given(var values, var rest) -> given(values, rest, law, shape, draws);
            case Structure.Orthogonal(var gain) ->
                new OrthogonalCheck(gain, shape.size(0), Part.columns(shape), draws).findings();
            case Structure.Directions(var length) -> new DirectionsCheck(length, Part.columns(shape), draws).findings();
            case Structure.OrthogonalAt(var gain, int place) -> orthogonalAt(gain, place, shape, draws);
            case Structure.ZerosPerColumn(int zeros, var rest) ->
                new SparseCheck(zeros, rest, shape.size(0), shape.size(1), draws).findings();
            case Structure.Repeated(int times, var each) -> repeated(times, each, law, shape, draws);
            case Structure.Stacked(int blocks, var each) ->
                parted(Collections.nCopies(blocks, new Structure.Parted.Block(law, each)), shape, draws);
            case Structure.Opposite(var drawn, var each) -> opposite(drawn, each, shape, draws);
            case Structure.Parted(var blocks) -> parted(blocks, shape, draws);
        };
    }

    static Finding finite(float[] values) {
        long count = 0;
        for (float value : values) if (!Float.isFinite(value)) count++;
        return Finding.none("finite", count);
    }

    /// Draws of their own, each.
    static List<Finding> independent(Distribution law, int columns, Draws draws) {
        var findings = new ArrayList<>(new Sample(law, draws.pooled(), draws.terms()).findings(columns));
        boolean finite = findings.getFirst().passed();
        findings.addAll(draws.streams(law, finite ? values -> values : _ -> new float[0]));
        return findings;
    }

    private static List<Finding> fixed(Tensor expected, Draws draws) {
        var values = draws.pooled();
        var findings = new ArrayList<Finding>();
        findings.add(finite(values));
        findings.add(Finding.none("fixed values", differing(values, expected.toArray(), draws.terms())));
        findings.addAll(draws.streams(NOTHING, _ -> new float[0]));
        return findings;
    }

    /// @param values of one seed or more, one after the other
    private static long differing(float[] values, float[] expected, Terms terms) {
        long count = 0;
        for (int i = 0; i < values.length; i++) {
            float wanted = expected[i % expected.length];
            if (Float.floatToIntBits(values[i]) != Float.floatToIntBits(wanted)
                && !(terms.ulps() > 0 && terms.is(values[i], wanted))) count++;
        }
        return count;
    }

    private static List<Finding> given(Tensor expected, Structure rest, Distribution law, Shape shape, Draws draws) {
        var places = Part.leading(expected.shape(), shape);
        var findings = new ArrayList<Finding>();
        findings.add(Finding.none("given values", differing(draws.part(values -> Part.where(places, true, values)).pooled(),
            expected.toArray(), draws.terms())));
        int others = shape.numel() - expected.numel();
        // what is left of an orthogonal matrix, say, is nothing that could be held to a bound
        if (!(rest instanceof Structure.Independent) || others == 0) {
            findings.add(finite(draws.pooled()));
            findings.addAll(draws.streams(NOTHING, _ -> new float[0]));
        } else findings.addAll(independent(law, 1, draws.part(values -> Part.where(places, false, values))));
        return findings;
    }

    private static List<Finding> orthogonalAt(double gain, int place, Shape shape, Draws draws) {
        int places = Part.places(shape);
        var values = draws.pooled();
        long beside = 0;
        for (int i = 0; i < values.length; i++) if (i % places != place && values[i] != 0) beside++;
        var findings = new ArrayList<Finding>();
        findings.add(Finding.none("off centre", beside));
        findings.addAll(new OrthogonalCheck(gain, shape.size(0), shape.size(1),
            draws.part(all -> Part.atPlace(all, place, places))).findings());
        return findings;
    }

    private static List<Finding> repeated(int times, Structure each, Distribution law, Shape shape, Draws draws) {
        int length = Part.columns(shape);
        var values = draws.pooled();
        long others = 0;
        for (int i = 0; i < values.length; i++) {
            int first = i / length / times * times * length + i % length;
            if (Float.floatToIntBits(values[i]) != Float.floatToIntBits(values[first])) others++;
        }
        var findings = new ArrayList<Finding>();
        findings.add(Finding.none("repeats", others));
        findings.addAll(findings(each, law, Part.ofRows(shape, shape.size(0) / times),
            draws.part(all -> Part.once(all, times, length))));
        return findings;
    }

    private static List<Finding> opposite(Distribution law, Structure each, Shape shape, Draws draws) {
        var values = draws.pooled();
        int half = Part.ofRows(shape, shape.size(0) / 2).numel();
        long others = 0;
        for (int i = 0; i < values.length; i++) {
            boolean first = i / half % 2 == 0;
            if (first && !(values[i] == -values[i + half] || draws.terms().ulps() > 0
                && draws.terms().is(values[i], -values[i + half]))) others++;
        }
        var findings = new ArrayList<Finding>();
        findings.add(Finding.none("opposites", others));
        findings.addAll(findings(each, law, Part.ofRows(shape, shape.size(0) / 2), draws.part(all -> Part.block(all, 1, 2))));
        return findings;
    }

    private static List<Finding> parted(List<Structure.Parted.Block> blocks, Shape shape, Draws draws) {
        int count = blocks.size();
        var one = Part.ofRows(shape, shape.size(0) / count);
        var all = draws.forParts();
        var findings = new LinkedHashMap<String, Finding>();
        for (int i = 0; i < count; i++) {
            int index = i;
            var block = blocks.get(i);
            for (var finding : findings(block.structure(), block.law(), one,
                all.part(values -> Part.block(values, index, count))))
                findings.merge(finding.check(), finding, StructureCheck::worse);
        }
        var told = new ArrayList<>(findings.values());
        alike(blocks, one, draws.get(0)).ifPresent(told::add);
        return told;
    }

    /// How many of those that are drawn are the same; empty if there are too few values to tell: signs alone may be by chance.
    private static Optional<Finding> alike(List<Structure.Parted.Block> blocks, Shape one, float[] values) {
        int count = blocks.size();
        var drawn = new ArrayList<float[]>();
        int least = Integer.MAX_VALUE;
        for (int i = 0; i < count; i++) {
            var block = Part.block(values, i, count);
            var part = Part.of(blocks.get(i).structure(), blocks.get(i).law(), one, block);
            if (part.law().variance() == 0 || part.values().length < StreamCheck.LEAST) continue;
            drawn.add(block);
            least = Math.min(least, part.values().length);
        }
        if (drawn.isEmpty()) return Optional.empty();
        long alike = 0;
        for (int i = 0; i < drawn.size(); i++) for (int j = 0; j < i; j++)
            if (InitializerCheck.differing(drawn.get(i), drawn.get(j)) == 0) alike++;
        return Optional.of(new Finding("blocks alike", alike, 0, 0, count * count * Math.scalb(1.0, -12 * least)));
    }

    private static Finding worse(Finding one, Finding two) {
        var shown = one.passed() ? two : one;
        return new Finding(shown.check(), shown.statistic(), shown.low(), shown.high(), one.falseAlarm() + two.falseAlarm());
    }
}
