package dev.lanewise.lab.sequence;

import dev.lanewise.data.SequenceBatch;
import dev.lanewise.train.Evaluation;
import dev.lanewise.train.History;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

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
record SequenceOutcome(String cell, long parameters, List<String> classes, int epochs, double valAccuracy, double testAccuracy, double blindAccuracy,
                       int[][] confusion, List<ByLength> lengths, double[] trainLosses, double[] valLosses, double[] valAccuracies,
                       double seconds) {

    private static final int GROUPS = 3;

    /// @param from  the shortest
    /// @param to    the longest
    /// @param count how many of these lengths there are
    record ByLength(int from, int to, int count, double accuracy, double blindAccuracy) {}

    static SequenceOutcome of(String cell, long parameters, List<String> classes, History history, SequenceBatch test, int[] said, int[] blind) {
        var confusion = new int[classes.size()][classes.size()];
        for (int i = 0; i < said.length; i++) confusion[test.targets()[i]][said[i]]++;
        var validation = history.validation();
        return new SequenceOutcome(cell, parameters, classes, history.epochLosses().length, validation.getLast().metric(),
            share(test, said, 0, Integer.MAX_VALUE), share(test, blind, 0, Integer.MAX_VALUE), confusion, byLength(test, said, blind),
            history.epochLosses(), validation.stream().mapToDouble(Evaluation::loss).toArray(),
            validation.stream().mapToDouble(Evaluation::metric).toArray(), history.seconds());
    }

    /// Those of right ones among the sequences of some lengths.
    private static double share(SequenceBatch test, int[] said, int from, int to) {
        int right = 0;
        int count = 0;
        for (int i = 0; i < said.length; i++) {
            if (test.lengths()[i] < from || test.lengths()[i] > to) continue;
            count++;
            if (said[i] == test.targets()[i]) right++;
        }
        return right / (double) count;
    }

    private static List<ByLength> byLength(SequenceBatch test, int[] said, int[] blind) {
        int shortest = Arrays.stream(test.lengths()).min().getAsInt();
        int longest = Arrays.stream(test.lengths()).max().getAsInt();
        var groups = new ArrayList<ByLength>();
        for (int group = 0, from = shortest; group < GROUPS; group++) {
            int first = from;
            int to = shortest + (int) ((long) (longest - shortest) * (group + 1) / GROUPS);
            from = to + 1;
            int count = (int) Arrays.stream(test.lengths()).filter(length -> length >= first && length <= to).count();
            if (count > 0) groups.add(new ByLength(first, to, count, share(test, said, first, to), share(test, blind, first, to)));
        }
        return groups;
    }
}
