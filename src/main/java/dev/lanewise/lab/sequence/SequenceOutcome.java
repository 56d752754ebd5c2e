package dev.lanewise.lab.sequence;

import dev.lanewise.data.SequenceBatch;
import dev.lanewise.tensor.Tensor;
import dev.lanewise.train.ConfusionMatrix;
import dev.lanewise.train.Evaluation;
import dev.lanewise.train.History;
import dev.lanewise.train.Metrics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// What came out of [SequenceJob].
///
/// @param parameters    how many weights there are
/// @param testAccuracy  the share of test sequences that the recurrent network puts into their class
/// @param blindAccuracy the same of the network that doesn't see the order
/// @param confusion     test sequences of each class, a row, by the class that is said
/// @param lengths       the accuracies of short, middling and long test sequences
/// @param trainLosses   of each epoch
/// @param valLosses     after each epoch
/// @param valAccuracies after each epoch
record SequenceOutcome(String cell, long parameters, List<String> classes, int epochs, double valAccuracy, double testAccuracy,
    double blindAccuracy,
                       long[][] confusion, List<ByLength> lengths, double[] trainLosses, double[] valLosses,
                           double[] valAccuracies,
                       double seconds) {

    private static final int GROUPS = 3;

    /// @param from  the shortest
    /// @param to    the longest
    /// @param count how many of these lengths there are
    record ByLength(int from, int to, int count, double accuracy, double blindAccuracy) {}

    static SequenceOutcome of(String cell, long parameters, List<String> classes, History history, SequenceBatch test,
        Tensor logits, Tensor blind) {
        var confusion = new ConfusionMatrix.Counts();
        confusion.add(logits, test);
        var validation = history.validation();
        return new SequenceOutcome(cell, parameters, classes, history.epochLosses().length, validation.getLast().metric(),
            confusion.value(), Metrics.accuracy(blind, test.targets()), confusion.matrix().counts(),
            byLength(test, logits, blind), history.epochLosses(), validation.stream().mapToDouble(Evaluation::loss).toArray(),
            validation.stream().mapToDouble(Evaluation::metric).toArray(), history.seconds());
    }

    private static List<ByLength> byLength(SequenceBatch test, Tensor logits, Tensor blind) {
        int shortest = Arrays.stream(test.lengths()).min().getAsInt();
        int longest = Arrays.stream(test.lengths()).max().getAsInt();
        var groups = new ArrayList<ByLength>();
        for (int group = 0, from = shortest; group < GROUPS; group++) {
            int first = from;
            int to = shortest + (int) ((long) (longest - shortest) * (group + 1) / GROUPS);
            from = to + 1;
            int[] rows = IntStream.range(0, test.size()).filter(row -> test.lengths()[row] >= first
                && test.lengths()[row] <= to).toArray();
            int[] labels = Arrays.stream(rows).map(row -> test.targets()[row]).toArray();
            if (rows.length > 0) groups.add(new ByLength(first, to, rows.length,
                Metrics.accuracy(logits.indexSelect(0, rows), labels), Metrics.accuracy(blind.indexSelect(0, rows), labels)));
        }
        return groups;
    }
}
