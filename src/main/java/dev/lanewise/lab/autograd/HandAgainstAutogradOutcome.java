package dev.lanewise.lab.autograd;

import dev.lanewise.report.Json;
import java.util.List;
import java.util.SequencedMap;

/// What came out of [HandAgainstAutograd].
///
/// @param rounds how often each way was timed at each size
record HandAgainstAutogradOutcome(List<Size> sizes, @Json.Omit int rounds) {

    /// @param differences of each parameter's gradient, over the largest magnitude in it
    /// @param handMicroseconds the median
    record Size(int hidden, @Json.Inline SequencedMap<String, Double> differences, double handMicroseconds,
        double autogradMicroseconds) {

        double worst() { return differences.values().stream().mapToDouble(d -> d).max().orElseThrow(); }

        double ratio() { return autogradMicroseconds / handMicroseconds; }
    }
}
