package dev.lanewise.check;

import dev.lanewise.check.Assignment.Place;
import dev.lanewise.check.ContractLaw.Stated;
import dev.lanewise.file.Quote;
import dev.lanewise.io.TensorFile;
import dev.lanewise.nn.init.Distribution;
import dev.lanewise.nn.init.Structure;
import dev.lanewise.tensor.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Holds freshly initialized models, in files of any framework, to a [Contract]: parameter by parameter, several files, of one
/// seed each, together. The checks are [InitializerCheck]'s.
///
/// A right model fails with a probability below [#BUDGET], whatever its size: each of its tensors has the same part of it, and
/// each check the same part of its tensor's. Values may have been rounded to float32, bfloat16 or float16, and what that does to
/// each statistic at the most is allowed for.
///
/// Of more than [#MOST] values of a parameter whose elements are independent, so many are looked at, in pieces that are spread
/// evenly; those of a constant are looked at one and all.
public final class Audit {

    /// An upper bound of the probability that a model that starts as it should is found to be wrong.
    public static final double BUDGET = 1e-9;
    /// Values of one parameter, of all files, that are looked at.
    public static final int MOST = 1 << 24;
    /// Wrong by less than this factor, a parameter with few values may be without being found out; else it is said that it can't
    /// be told.
    public static final double FACTOR = 2;

    /// Two-sided statistics that a sample is held to, at the most: those that [Sample] has, at all lags.
    private static final int CHECKS = 24;

    /// What an audit says of a parameter.
    public enum Verdict {
        /// What was measured is within the bounds of the contract's law.
        HOLDS("holds"),
        /// It is not.
        BROKEN("BROKEN"),
        /// So few numbers were read that a wrong law would pass, too.
        CANNOT_TELL("can't tell"),
        /// The contract has no rule for the parameter.
        NO_RULE("NO RULE"),
        /// There is nothing to look at: it has no elements, or a rule says so.
        NOT_LOOKED_AT("not looked at");

        private final String words;

        Verdict(String words) { this.words = words; }

        /// As reports have it: "holds".
        public String words() { return words; }
    }

    /// What was found of a parameter, or of some of its rows.
    ///
    /// @param tensor   its name in the file, with its rows behind it if these aren't all
    /// @param shape    of the whole tensor, outermost size first
    /// @param dtype    what its values are kept in, as safetensors names it
    /// @param rule     the contract's line; 0 if there is none for it
    /// @param law      what should hold
    /// @param should   the standard deviation that it should have; NaN if that isn't asked for
    /// @param is       the standard deviation that the values that were looked at have
    /// @param mean     theirs
    /// @param values   how many were looked at
    /// @param reveal   by which factors it could be wrong without being found out
    /// @param why      what is wrong, or why it can't be told; empty if it holds
    /// @param findings one for each check
    public record Line(String tensor, List<Integer> shape, String dtype, int rule, String law, Verdict verdict, double should,
        double is, double mean,
                       long values, Reveal reveal, String why, List<Finding> findings) {}

    /// What was found of a model.
    ///
    /// @param contract   what it was held to
    /// @param files      of one seed each
    /// @param lines      in the order of the file's header
    /// @param misfits    what the contract leaves open or says twice; a sentence each
    /// @param likenesses what tensors, or files, have in common that they shouldn't; a sentence each
    /// @param odds       the logarithm of the odds against a false alarm of one check on one side, by which [#BUDGET] is kept
    /// @param falseAlarm an upper bound of the probability that a right model isn't one that passes
    public record Report(String contract, List<String> files, List<Line> lines, List<String> misfits, List<String> likenesses,
        double odds, double falseAlarm) {

        /// Whether no parameter breaks its law, and the contract says what holds for each of them. What can't be told doesn't
        /// count.
        public boolean passed() {
            return problems().isEmpty() && lines.stream().noneMatch(line -> line.verdict() == Verdict.BROKEN
                || line.verdict() == Verdict.NO_RULE);
        }

        /// [#misfits] and [#likenesses].
        public List<String> problems() { return Stream.concat(misfits.stream(), likenesses.stream()).toList(); }

        /// The lines of one verdict, in the report's order.
        public List<Line> of(Verdict verdict) { return lines.stream().filter(line -> line.verdict() == verdict).toList(); }
    }

    private final Contract contract;
    private final List<Path> paths;
    private final List<TensorFile> files;
    private final Assignment assignment;
    private final TailBounds bounds;
    private final Likeness likeness = new Likeness();
    private final List<Line> lines = new ArrayList<>();
    private final Map<Integer, String> twins = new TreeMap<>();
    private double falseAlarm;

    private Audit(Contract contract, List<Path> paths, Map<String, Double> variables) {
        if (paths.isEmpty()) throw new IllegalArgumentException("audit: no file; name one, or several of different seeds");
        this.contract = contract;
        this.paths = paths;
        files = paths.stream().map(TensorFile::open).toList();
        for (int i = 1; i < files.size(); i++) requireAlike(paths.getFirst(), files.getFirst(), paths.get(i), files.get(i));
        assignment = Assignment.of(contract, shapes(files.getFirst()), variables);
        double checks = assignment.places().stream().mapToDouble(Audit::checks).sum();
        bounds = new TailBounds(Math.log(2 * Math.max(1, checks) / BUDGET));
    }

    /// Reads each file's parameters, pools those that the contract has alike, and holds them to its laws.
    ///
    /// @param files     safetensors files, or indices of several; of one seed each
    /// @param variables values that take the place of the contract's
    /// @throws IllegalArgumentException                     if the files are not of one model, or there is none
    /// @throws dev.lanewise.data.MalformedFileException     if a file is malformed, or the contract makes no sense for it
    /// @throws java.io.UncheckedIOException                 if a file can't be read
    public static Report of(Contract contract, List<Path> files, Map<String, Double> variables) {
        return new Audit(contract, files, variables).report();
    }

    private static void requireAlike(Path first, TensorFile one, Path path, TensorFile two) {
        if (one.tensors().equals(two.tensors())) return;
        var names = new ArrayList<>(one.tensors().keySet());
        two.tensors().keySet().stream().filter(name -> !one.tensors().containsKey(name)).forEach(names::add);
        var name = names.stream().filter(each -> !Objects.equals(one.tensors().get(each), two.tensors().get(each))).findFirst()
            .orElseThrow();
        throw new IllegalArgumentException("audit: " + Quote.of(first) + " and " + Quote.of(path)
            + " are not of one model: tensor " + Quote.of(name) + " is " + said(one.tensors().get(name)) + " in the first and "
            + said(two.tensors().get(name)) + " in the second; give files of one model, of different seeds");
    }

    private static String said(TensorFile.Info info) {
        return info == null ? "missing" : info.dtype() + " " + Quote.name(info.shape().toString());
    }

    private static SequencedMap<String, Shape> shapes(TensorFile file) {
        var shapes = new LinkedHashMap<String, Shape>();
        file.tensors().forEach((name, info) -> {
            if (info.numel() > Integer.MAX_VALUE - 8) throw new IllegalArgumentException("audit: tensor " + Quote.of(name)
                + " has " + info.numel() + " elements, and 2,147,483,639 are the most that are read; split it");
            for (long size : info.shape()) if (size > Integer.MAX_VALUE) throw new IllegalArgumentException("audit: tensor "
                + Quote.of(name) + " has shape " + Quote.name(info.shape().toString())
                + ", and no size above 2,147,483,647 is read; take it out");
            shapes.put(name, Shape.of(info.shape().stream().mapToInt(Math::toIntExact).toArray()));
        });
        return shapes;
    }

    /// Two-sided ones.
    private static double checks(Place place) {
        return place.stated().map(stated -> CHECKS * blocks(stated.structure())).orElse(0.0);
    }

    private static double blocks(Structure structure) {
        return switch (structure) {
            case Structure.Stacked(int blocks, var each) -> blocks * blocks(each);
            case Structure.Parted(var blocks) -> blocks.stream().mapToDouble(block -> blocks(block.structure())).sum();
            case Structure.Repeated(_, var each) -> blocks(each);
            case Structure.Opposite(_, var each) -> blocks(each);
            default -> 1;
        };
    }

    /// Whether seeds make a difference: fixed values are the same with all.
    private static boolean isDrawn(Structure structure) {
        return switch (structure) {
            case Structure.Fixed _ -> false;
            case Structure.Stacked(_, var each) -> isDrawn(each);
            case Structure.Repeated(_, var each) -> isDrawn(each);
            case Structure.Parted(var blocks) -> blocks.stream().anyMatch(block -> isDrawn(block.structure()));
            default -> true;
        };
    }

    private Report report() {
        for (var place : assignment.places()) lines.add(line(place));
        var likenesses = new ArrayList<String>();
        twins.forEach((twin, tensor) ->
            likenesses.add("file " + Quote.of(paths.get(twin)) + " has the values of a file before it, first in "
            + Quote.of(tensor) + ": it is of the same seed, or the model takes no notice of the seed; give files of"
            + " different ones"));
        likenesses.addAll(likeness.problems());
        falseAlarm += likeness.falseAlarm();
        return new Report(contract.toString(), paths.stream().map(Path::toString).toList(), List.copyOf(lines),
            List.copyOf(assignment.problems()), List.copyOf(likenesses), bounds.x(), falseAlarm);
    }

    private Line line(Place place) {
        if (place.rule() == null) return unjudged(place, 0, "", Verdict.NO_RULE, assignment.twice().contains(place.tensor())
            ? "two rules name it"
            : "no rule names it");
        int line = place.rule().line();
        if (place.same() != null) {
            var same = same(place, line);
            if (place.stated().isEmpty() || same.verdict() == Verdict.HOLDS) return same;
        }
        if (place.stated().isEmpty()) return unjudged(place, line, place.rule().law() instanceof ContractLaw.Any ? "any"
            : place.rule().text(),
            Verdict.NOT_LOOKED_AT, place.shape().numel() == 0 ? "it has no elements" : "");
        var stated = place.stated().get();
        var info = files.getFirst().tensors().get(place.tensor());
        var terms = Terms.ofFile(bounds, Precision.of(info.dtype()));
        var reader = new PlaceReader(place, stated, files);
        var findings = reader.findings(terms);
        findings.forEach(finding -> falseAlarm += finding.falseAlarm());
        if (reader.single() != null) likeness.add(place.name(), stated, reader.single(), terms);
        if (isDrawn(stated.structure())) reader.twins().forEach(twin -> twins.putIfAbsent(twin, place.name()));
        var reveal = Reveal.of(stated.law(), stated.structure(), reader.shape(), reader.seeds(), terms);
        boolean broken = findings.stream().anyMatch(finding -> !finding.passed());
        var verdict = broken ? Verdict.BROKEN : reveal.shows(FACTOR) ? Verdict.HOLDS : Verdict.CANNOT_TELL;
        double should = Math.sqrt(stated.law().variance());
        var why = switch (verdict) {
            case BROKEN -> Words.broken(stated, findings, should, reader.deviation());
            case CANNOT_TELL -> Words.tooFew(reveal, reader.values());
            default -> "";
        };
        return new Line(place.name(), sizes(place), info.dtype(), line, Words.law(stated), verdict, should, reader.deviation(),
            reader.mean(), reader.values(), reveal, why, findings);
    }

    private Line unjudged(Place place, int line, String law, Verdict verdict, String why) {
        return new Line(place.name(), sizes(place), files.getFirst().tensors().get(place.tensor()).dtype(), line, law, verdict,
            Double.NaN, Double.NaN, Double.NaN, 0, new Reveal(Double.POSITIVE_INFINITY, 0), why, List.of());
    }

    private Line same(Place place, int line) {
        long differing = 0;
        long values = 0;
        for (var file : files) {
            var one = file.readRounded(place.tensor());
            differing += InitializerCheck.differing(one, file.readRounded(place.same()));
            values += one.length;
        }
        var finding = Finding.none("same", differing);
        return new Line(place.name(), sizes(place), files.getFirst().tensors().get(place.tensor()).dtype(), line,
            "same as " + place.same(), finding.passed() ? Verdict.HOLDS : Verdict.BROKEN, Double.NaN, Double.NaN, Double.NaN,
            values, Reveal.ALL, finding.passed() ? "" : differing + " of " + values + " values are others", List.of(finding));
    }

    private static List<Integer> sizes(Place place) {
        var sizes = new ArrayList<Integer>();
        for (int size : place.shape().toArray()) sizes.add(size);
        return List.copyOf(sizes);
    }

    /// Whether a law's values are all the same.
    static boolean constant(Distribution law) { return law.variance() == 0; }
}
