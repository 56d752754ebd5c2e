package dev.lanewise.lab.compare;

import dev.lanewise.report.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What came out of [Compare].
///
/// @param data             what was trained on, and why
/// @param validationImages how many are held out
/// @param constantAccuracy of always giving the most frequent answer
/// @param contrasts        of every pair
record CompareOutcome(String data, int epochs, int batch, int seeds, int validationImages, double constantAccuracy,
    List<Run> runs,
                      List<Pair> contrasts) {

    /// Batches whose losses are told one by one.
    private static final int FIRST = 100;

    /// All networks from one initialization.
    ///
    /// @param valAccuracy            the mean over the seeds
    /// @param valAccuracyWithDropout if that was asked for
    /// @param seedsLearned           of the seeds
    /// @param why                    it doesn't learn, or is behind; empty for those in front
    /// @param startVerdict           theory's
    /// @param firstLoss              at the start, without dropout
    /// @param weightsWithoutGradient the share of them, at the start
    /// @param unitsAlike             whether all units of a hidden layer start with the same weights
    /// @param trainLoss              the mean of the last batches
    /// @param losses                 of the first batches, of the first seed
    /// @param curveBatches           means over the whole run of the first seed: the batch in their middle, from 1
    record Run(String init, double valAccuracy, double standardError, double[] valAccuracies,
        Optional<Double> valAccuracyWithDropout,
               int seedsLearned, String standing, String why, String startVerdict, double firstLoss,
                   double weightsWithoutGradient,
               boolean unitsAlike, double trainLoss, double seconds, float[] losses, double[] curveBatches,
                   double[] curveLosses) {}

    /// Two initializations on the same images.
    record Pair(String init, String other, @Json.Inline Contrast contrast) {}

    static CompareOutcome of(Comparison comparison) {
        var settings = comparison.settings();
        var ranking = comparison.ranking();
        return new CompareOutcome(settings.data(), settings.epochs(), settings.batch(), settings.seeds(), ranking.images(),
            ranking.constant(), comparison.runs().stream().map(run -> run(comparison, run)).toList(), pairs(ranking.entries()));
    }

    private static Run run(Comparison comparison, Comparison.Run run) {
        var entry = comparison.entry(run);
        var start = run.start();
        var curve = run.curve();
        return new Run(run.scheme().name(), entry.accuracy(), entry.standardError(), entry.accuracies(),
            comparison.isCourse() ? Optional.of(run.course()) : Optional.empty(), comparison.ranking().timesLearned(entry),
            comparison.standing(run).word(), comparison.why(run), start.verdict().word(), start.loss(), start.still(),
            start.alike(), run.trainLoss(), run.seconds(), run.trained().getFirst().history().firstLosses(FIRST),
            curve[0], curve[1]);
    }

    private static List<Pair> pairs(List<Ranking.Entry> entries) {
        var all = new ArrayList<Pair>();
        for (int i = 0; i < entries.size(); i++) for (var other : entries.subList(i + 1, entries.size()))
            all.add(new Pair(entries.get(i).name(), other.name(), Contrast.of(entries.get(i).right(), other.right())));
        return all;
    }
}
