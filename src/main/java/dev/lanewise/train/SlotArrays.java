package dev.lanewise.train;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// Memory for the numbers of slots, used again from step to step: as much as shards and the nodes of their tree have at once.
final class SlotArrays {

    private final int[] lengths;
    private final List<ArrayDeque<float[]>> free = new ArrayList<>();

    /// @param lengths of the slots
    SlotArrays(int... lengths) {
        this.lengths = lengths;
        for (int i = 0; i < lengths.length; i++) free.add(new ArrayDeque<>());
    }

    int slots() { return lengths.length; }

    int length(int slot) { return lengths[slot]; }

    /// An array for a slot, of arbitrary contents.
    float[] take(int slot) {
        var array = free.get(slot).pollLast();
        return array == null ? new float[lengths[slot]] : array;
    }

    /// Takes one back that nobody uses any longer.
    void give(int slot, float[] array) { free.get(slot).addLast(array); }
}
