package dev.lanewise.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Which numbers of a step are exchanged in which round, and whose they are to add.
final class ShardRounds {

    /// Whether there is something in a slot.
    private final boolean[] filled;
    /// By round and rank.
    private final List<List<List<Range>>> shares = new ArrayList<>();
    /// Whether each process adds all numbers for itself.
    private final boolean whole;

    /// Some numbers of a slot.
    record Range(int slot, int from, int to) {

        int length() { return to - from; }
    }

    private ShardRounds(boolean[] filled, boolean whole) {
        this.filled = filled;
        this.whole = whole;
    }

    /// @param root  has something in those slots that any node has
    /// @param round numbers of each but the last
    /// @param whole whether each process adds all of them for itself
    static ShardRounds of(Partial root, SlotArrays arrays, int processes, int round, boolean whole) {
        var rounds = new ShardRounds(filled(root), whole);
        var now = new ArrayList<Range>();
        int room = round;
        for (int slot = 0; slot < arrays.slots(); slot++) for (int from = 0; rounds.filled[slot] && from < arrays.length(slot);) {
            int to = from + Math.min(room, arrays.length(slot) - from);
            now.add(new Range(slot, from, to));
            room -= to - from;
            from = to;
            if (room == 0) {
                rounds.add(now, processes);
                now = new ArrayList<>();
                room = round;
            }
        }
        if (!now.isEmpty()) rounds.add(now, processes);
        return rounds;
    }

    private static boolean[] filled(Partial root) {
        var filled = new boolean[root.counts.length];
        for (int i = 0; i < filled.length; i++) filled[i] = root.counts[i] > 0;
        return filled;
    }

    boolean areOf(Partial root) { return Arrays.equals(filled, filled(root)); }

    private void add(List<Range> ranges, int processes) {
        long numbers = ranges.stream().mapToLong(Range::length).sum();
        var round = new ArrayList<List<Range>>();
        for (int rank = 0; rank < processes; rank++) round.add(whole ? ranges : part(ranges, numbers * rank / processes,
            numbers * (rank + 1) / processes));
        shares.add(round);
    }

    private static List<Range> part(List<Range> ranges, long from, long to) {
        var part = new ArrayList<Range>();
        long before = 0;
        for (var range : ranges) {
            int first = Math.clamp(from - before, 0, range.length());
            int last = Math.clamp(to - before, 0, range.length());
            if (first < last) part.add(new Range(range.slot, range.from + first, range.from + last));
            before += range.length();
        }
        return part;
    }

    int count() { return shares.size(); }

    /// Exchanges that follow on those of the rounds, in which each gives away what it added in the last one.
    int after() { return whole || shares.isEmpty() ? 0 : 1; }

    /// None before the first round, and behind the last one.
    List<Range> share(int round, int rank) {
        return round < 0 || round >= shares.size() ? List.of() : shares.get(round).get(rank);
    }

    int numbers(int round, int rank) {
        int numbers = 0;
        for (var range : share(round, rank)) numbers += range.length();
        return numbers;
    }
}
