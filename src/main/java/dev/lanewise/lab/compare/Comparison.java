package dev.lanewise.lab.compare;

import dev.lanewise.data.Batch;
import dev.lanewise.data.DataLoader;
import dev.lanewise.figures.Figures;
import dev.lanewise.lab.compare.Ranking.Standing;
import dev.lanewise.nn.Layer;
import dev.lanewise.nn.init.Scheme;
import dev.lanewise.report.ImageGrid;
import dev.lanewise.train.History;
import dev.lanewise.train.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// What [Compare] trained, and what is said of it.
record Comparison(Settings settings, ImageGrid data, List<Run> runs, Ranking ranking) {

    /// Batches whose mean is the last training loss.
    static final int LAST = 100;
    /// Points of a curve over the whole run.
    private static final int CURVE = 160;

    Comparison(Settings settings, ImageGrid data, List<Run> runs) {
        this(settings, data, runs, new Ranking(runs.stream().map(run -> new Ranking.Entry(run.scheme().name(),
            run.trained().stream().map(Trained::right).toList(), run.trained().stream().map(Trained::constant).toList()))
            .toList()));
    }

    /// @param data  what was trained on, and why
    /// @param sizes of the network's layers
    record Settings(String data, String sizes, int epochs, int batch, int seeds, List<String> classes) {

        String network() { return sizes + ", ReLU, dropout " + Compare.DROPOUT; }

        String epochsText() { return epochs + (epochs == 1 ? " epoch" : " epochs"); }

        /// The loss of one who gives all classes the same probability.
        double guess() { return Math.log(classes.size()); }
    }

    /// One network.
    ///
    /// @param right    whether it is right about each held-out image
    /// @param constant whether the most frequent label of these is
    /// @param course   the accuracy with dropout switched on; NaN if that wasn't asked for
    record Trained(boolean[] right, boolean[] constant, double course, History history) {

        static Trained of(Layer model, DataLoader<Batch<int[]>> validation, double course, History history) {
            int rows = validation.dataset().size();
            var right = new boolean[rows];
            var labels = new int[rows];
            int[] at = {0};
            Metric.<int[]>mean((logits, targets) -> {
                int[] chosen = logits.argmax();
                for (int i = 0; i < targets.length; i++, at[0]++) {
                    right[at[0]] = chosen[i] == targets[i];
                    labels[at[0]] = targets[i];
                }
                return 0;
            }).of(batch -> model.call(batch.inputs()), validation);
            return new Trained(right, constant(labels), course, history);
        }

        private static boolean[] constant(int[] labels) {
            var counts = new int[IntStream.of(labels).max().orElseThrow() + 1];
            for (int label : labels) counts[label]++;
            int most = IntStream.range(0, counts.length).reduce((a, b) -> counts[b] > counts[a] ? b : a).orElseThrow();
            var constant = new boolean[labels.length];
            for (int i = 0; i < labels.length; i++) constant[i] = labels[i] == most;
            return constant;
        }
    }

    /// All networks from one initialization.
    ///
    /// @param start   of the first seed's
    /// @param trained one for each seed
    record Run(Scheme scheme, Start start, List<Trained> trained) {

        double trainLoss() { return trained.stream().mapToDouble(each -> each.history().lastLoss(LAST)).average().orElseThrow(); }

        double course() { return trained.stream().mapToDouble(Trained::course).average().orElseThrow(); }

        double seconds() { return trained.stream().mapToDouble(each -> each.history().seconds()).sum(); }

        /// The loss of the first seed's network over the whole run: means of as many batches, and the batch in their middle, from
        /// 1.
        double[][] curve() {
            var losses = trained.getFirst().history().stepLosses();
            int window = Math.ceilDiv(losses.length, CURVE);
            int points = Math.ceilDiv(losses.length, window);
            var curve = new double[2][points];
            for (int point = 0; point < points; point++) {
                int from = point * window;
                int to = Math.min(losses.length, from + window);
                for (int i = from; i < to; i++) curve[1][point] += (double) losses[i] / (to - from);
                curve[0][point] = (from + 1 + to) / 2.0;
            }
            return curve;
        }

        /// The first batch, from 1, whose loss is no finite number; 0 if all are.
        int diverged() {
            var losses = trained.getFirst().history().stepLosses();
            return IntStream.range(0, losses.length).filter(i -> !Float.isFinite(losses[i])).map(i -> i + 1).findFirst()
                .orElse(0);
        }
    }

    String conclusion() {
        return ranking.words() + " All of it after " + settings.epochsText() + ": --epochs shows what more of them change."
            + cost();
    }

    /// In two sentences.
    String lead() {
        return "The same network, trained from " + (runs.size() == 1 ? "one initialization of its weights. "
            : Ranking.number(runs.size())
            + " initializations of its weights: nothing else differs. ") + ranking.brief();
    }

    boolean isCourse() { return runs.stream().noneMatch(run -> Double.isNaN(run.course())); }

    /// What it costs to leave dropout on, over all runs: nothing where nothing was learned, so the most is said beside the mean.
    private String cost() {
        if (!isCourse()) return "";
        var costs = runs.stream().mapToDouble(run -> 100 * (accuracy(run) - run.course())).summaryStatistics();
        return Figures.format(
            " With dropout left on, as the course measures it, accuracy is %.1f percentage points lower on"
            + " average, %.1f at most: a number about a network that nobody will use.", costs.getAverage(), costs.getMax());
    }

    Ranking.Entry entry(Run run) { return ranking.entries().get(runs.indexOf(run)); }

    Standing standing(Run run) { return ranking.standing(runs.indexOf(run)); }

    private double accuracy(Run run) { return entry(run).accuracy(); }

    /// Why a start that doesn't learn, or is behind, is where it is; empty for those in front.
    String why(Run run) {
        var standing = standing(run);
        if (standing == Standing.FRONT || standing == Standing.AHEAD) return "";
        var reasons = new ArrayList<>(run.start().faults(settings.guess()));
        if (run.diverged() > 0) reasons.add("its loss is no finite number from batch " + run.diverged() + " on");
        if (reasons.isEmpty()) reasons.add("nothing at its start explains it (theory's verdict is " + run.start().verdict().word()
            + "); " + settings.epochsText() + " may not be enough for it, or the rate not be its own");
        return String.join("; ", reasons) + ".";
    }
}
