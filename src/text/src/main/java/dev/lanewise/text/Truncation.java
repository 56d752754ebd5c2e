package dev.lanewise.text;

import java.util.Arrays;

/// What is cut off of texts that are too long.
///
/// @param most     tokens that are left, special ones included
/// @param fromLeft whether the beginning is cut off
record Truncation(int most, Strategy strategy, boolean fromLeft) {

    /// Which of two texts is cut.
    enum Strategy {
        LONGEST_FIRST, ONLY_FIRST, ONLY_SECOND
    }

    /// No text is too long.
    static final Truncation NONE = new Truncation(Integer.MAX_VALUE, Strategy.LONGEST_FIRST, false);

    Truncation to(int most) { return new Truncation(most, strategy, fromLeft); }

    /// @param added special tokens that come to the texts'
    int[][] cut(int added, int[]... sequences) {
        long total = Arrays.stream(sequences).mapToLong(sequence -> sequence.length).sum();
        int room = most - added;
        if (total <= room) return sequences;
        var lengths = lengths(room, (int) (total - room), sequences);
        var cut = new int[sequences.length][];
        for (int i = 0; i < cut.length; i++) {
            int length = sequences[i].length;
            int from = fromLeft ? length - lengths[i] : 0;
            cut[i] = Arrays.copyOfRange(sequences[i], from, from + lengths[i]);
        }
        return cut;
    }

    private int[] lengths(int room, int excess, int[]... sequences) {
        var lengths = Arrays.stream(sequences).mapToInt(sequence -> sequence.length).toArray();
        if (strategy == Strategy.LONGEST_FIRST) {
            if (lengths.length == 1) return new int[] {room};
            int shorter = lengths[0] <= lengths[1] ? 0 : 1;
            int few = lengths[shorter];
            int many = few > room ? few : Math.max(few, room - few);
            if (few + (long) many > room) {
                few = room / 2;
                many = few + room % 2;
            }
            lengths[shorter] = few;
            lengths[1 - shorter] = many;
            return lengths;
        }
        int which = strategy == Strategy.ONLY_FIRST ? 0 : 1;
        if (which == lengths.length) throw new IllegalArgumentException("encode: the tokenizer cuts the second of two"
            + " texts alone, and one of " + lengths[0] + " tokens is too long for " + room
            + "; give two, or a tokenizer that cuts another");
        if (lengths[which] <= excess) throw new IllegalArgumentException("encode: texts of " + lengths[0] + " and "
            + lengths[lengths.length - 1] + " tokens can't be cut to " + room + " by what is cut of one; cut the longest");
        lengths[which] -= excess;
        return lengths;
    }
}
