package dev.lanewise.lab.seeds;

import dev.lanewise.report.Json;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/// What came out of [Seeds].
///
/// @param errorsByWeights final test errors where the seed decides the weights alone
/// @param errorsByOrder   where it decides the order of the batches alone
/// @param articles        by "seed" and its number: the test errors after each epoch of the articles' seeds
record SeedsOutcome(double[] errorsByWeights, double[] errorsByOrder, @Json.Inline Map<String, double[]> articles) {

    static SeedsOutcome of(double[] weights, double[] order, Map<Long, double[]> articles) {
        var named = new LinkedHashMap<String, double[]>();
        articles.forEach((seed, errors) -> named.put("seed" + seed, errors));
        return new SeedsOutcome(weights, order, named);
    }

    double[] article(long seed) { return articles.get("seed" + seed); }

    double last(long seed) { return article(seed)[article(seed).length - 1]; }

    /// Which place an error would have among those of the seeds, 1 the best.
    int rank(double error) { return 1 + (int) Arrays.stream(errorsByWeights).filter(each -> each < error).count(); }
}
