package dev.lanewise.check;

import dev.lanewise.check.ContractLaw.Stated;
import dev.lanewise.figures.Figures;
import dev.lanewise.nn.init.Distribution;
import dev.lanewise.nn.init.HaarEntry;
import dev.lanewise.nn.init.LogOfUniform;
import dev.lanewise.nn.init.Structure;
import java.util.List;

/// How an [Audit] says laws, and what is wrong with values.
final class Words {

    /// Checks whose statistic is a count of faulty values, with what is said of these.
    private static final List<String> COUNTS = List.of("finite", "constant", "support", "fixed values", "given values", "repeats",
        "opposites", "off centre");

    private Words() {}

    static String law(Stated stated) { return law(stated.structure(), stated.law()); }

    private static String law(Structure structure, Distribution law) {
        return switch (structure) {
            case Structure.Independent() -> law(law);
            case Structure.Fixed _ -> "fixed values";
            case Structure.Given(_, var rest) -> "given values, the rest " + law(rest, law);
            case Structure.Orthogonal(double gain) -> "orthogonal" + times(gain);
            case Structure.Directions(double length) -> "rows of length " + number(length) + " in random directions";
            case Structure.Opposite(var drawn, var each) -> law(each, drawn) + ", with the other sign before it";
            case Structure.OrthogonalAt(double gain, _) -> "orthogonal at the centre" + times(gain);
            case Structure.ZerosPerColumn(int zeros, var rest) -> zeros + " zeros a column, the rest " + law(rest);
            case Structure.Repeated(int times, var each) -> law(each, law) + ", " + times + " outputs alike";
            case Structure.Stacked(int blocks, var each) -> law(each, law) + ", in " + blocks + " blocks";
            case Structure.Parted(var blocks) -> "in " + blocks.size() + " blocks: "
                + String.join("; ", blocks.stream().map(block -> law(block.structure(), block.law())).toList());
        };
    }

    private static String times(double gain) { return gain == 1 ? "" : " times " + number(gain); }

    static String law(Distribution law) {
        return switch (law) {
            case Distribution.Constant(double value) -> value == 0 ? "zeros" : value == 1 ? "ones" : "all " + number(value);
            case Distribution.Uniform(double low, double high) -> low == -high ? "uniform on ±" + number(high)
                : "uniform on [" + number(low) + ", " + number(high) + ")";
            case Distribution.Normal(double mean, double std) -> "normal, std " + number(std)
                + (mean == 0 ? "" : ", mean " + number(mean));
            case Distribution.TruncatedNormal(double location, double scale, double low, double high) -> MomentPool.isNormal(law)
                ? "normal, std " + number(scale) + " (cut where no value is)"
                : "normal, std " + number(scale) + ", cut to [" + number(low) + ", " + number(high) + "]"
                    + (location == 0 ? "" : ", mean " + number(location));
            case LogOfUniform(double low, double high) -> "log of uniform on [" + number(low) + ", " + number(high) + ")";
            case HaarEntry(_, double gain) -> "orthogonal" + times(gain);
            default -> law.toString();
        };
    }

    /// In four digits, without zeros behind.
    static String number(double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e6) return "" + (long) value;
        var digits = Figures.format(Math.abs(value) >= 1e-3 && Math.abs(value) < 1e6
            ? "%." + Math.max(0, 3 - (int) Math.floor(Math.log10(Math.abs(value)))) + "f"
            : "%.3e", value);
        return digits.contains("e") || !digits.contains(".") ? digits : digits.replaceAll("0+$", "").replaceAll("\\.$", "");
    }

    static String broken(Stated stated, List<Finding> findings, double should, double is) {
        var failed = findings.stream().filter(finding -> !finding.passed()).toList();
        var first = failed.getFirst();
        if (first.check().equals("finite")) return count(first) + " NaN or infinite";
        if (first.check().equals("constant")) return count(first) + " not " + number(stated.law().mean());
        if (should > 0 && is == 0) return "all values are the same";
        var checks = String.join(", ", failed.stream().map(Finding::check).distinct().toList());
        double ratio = is / should;
        boolean scale = stated.law().mean() == 0
            && failed.stream().anyMatch(finding -> List.of("variance", "sum of squares", "row lengths", "distribution", "support",
            "ends", "outliers")
            .contains(finding.check())) && Math.abs(Math.log(ratio)) > 0.005;
        if (scale) return "std is " + number(ratio) + " times what it should be (" + checks + ")";
        if (COUNTS.contains(first.check())) return (long) first.statistic() + " values differ: " + checks;
        return checks + ": " + number(first.statistic()) + ", at most " + number(first.high());
    }

    private static String count(Finding finding) {
        return (long) finding.statistic() + (finding.statistic() == 1 ? " value is" : " values are");
    }

    static String tooFew(Reveal reveal, long values) {
        return values + (values == 1 ? " value" : " values") + " could show a std "
            + (reveal.up() == Double.POSITIVE_INFINITY ? "of no wrong size above"
            : number(reveal.up()) + " times too large") + (reveal.down() == 0 ? " and none too small"
                : ", or " + number(1 / reveal.down())
                + " times too small") + "; give more seeds";
    }
}
