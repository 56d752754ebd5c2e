package dev.lanewise.lab.audit;

import dev.lanewise.check.Audit;
import dev.lanewise.check.Finding;
import dev.lanewise.check.Guess;
import java.util.List;

/// What came out of [AuditFiles], as JSON has it.
///
/// @param passed     whether all laws hold, and the contract has one for each parameter
/// @param budget     the probability of a false alarm that the audit keeps to
/// @param falseAlarm an upper bound of what it was
record AuditOutcome(boolean passed, String contract, List<String> files, double budget, double falseAlarm, List<String> problems,
    List<Parameter> parameters) {

    /// @param rule        the contract's line; 0 for none
    /// @param shouldBe    its standard deviation by the law; null if that isn't asked for
    /// @param is          what the values show
    /// @param seenAbove   the least factor above 1 by which its deviation could be wrong and be found out; null if none could
    /// @param seenBelow   the greatest below 1; 0 if none could
    /// @param failed      checks that failed
    record Parameter(String tensor, List<Integer> shape, String dtype, int rule, String law, String verdict, double shouldBe,
        double is, double mean,
                     long values, double seenAbove, double seenBelow, String why, List<String> failed) {}

    /// What `--guess` alone says.
    record Guessed(String file, List<Guess> parameters) {}

    static AuditOutcome of(Audit.Report report) {
        return new AuditOutcome(report.passed(), report.contract(), report.files(), Audit.BUDGET, report.falseAlarm(),
            report.problems(),
            report.lines().stream().map(line -> new Parameter(line.tensor(), line.shape(), line.dtype(), line.rule(), line.law(),
                line.verdict().words(),
                line.should(), line.is(), line.mean(), line.values(), line.reveal().up(), line.reveal().down(), line.why(),
                line.findings().stream().filter(finding -> !finding.passed()).map(Finding::check).toList())).toList());
    }
}
