package dev.lanewise.train;

import dev.lanewise.array.ArrayMath;

/// What the shards under one node of the tree add to a step: gradients of sums and buffers, slot by slot, the losses' sum and
/// weight, and how far modules have counted.
final class Partial {

    final TreePlace place;
    /// Null where no shard has anything.
    final float[][] slots;
    /// How many shards have something in a slot.
    final int[] counts;
    final long[] steps;
    double sum;
    double weight;

    Partial(TreePlace place, int slots, int steps) {
        this.place = place;
        this.slots = new float[slots][];
        this.counts = new int[slots];
        this.steps = new long[steps];
    }

    /// Above a node, with what that has.
    private Partial(Partial left) {
        this.place = left.place.above();
        this.slots = left.slots.clone();
        this.counts = left.counts.clone();
        this.steps = left.steps.clone();
        this.sum = left.sum;
        this.weight = left.weight;
    }

    /// The node above both; numbers of this one's are added to in place, arrays that are free then go back to where they are
    /// from.
    Partial with(Partial right, SlotArrays arrays) {
        var parent = new Partial(this);
        for (int i = 0; i < slots.length; i++) {
            if (slots[i] == null) parent.slots[i] = right.slots[i];
            else if (right.slots[i] != null) {
                ArrayMath.add(slots[i].length, slots[i], 0, right.slots[i], 0, slots[i], 0);
                arrays.give(i, right.slots[i]);
            }
            parent.counts[i] += right.counts[i];
        }
        for (int i = 0; i < steps.length; i++) parent.steps[i] = Math.max(steps[i], right.steps[i]);
        parent.sum += right.sum;
        parent.weight += right.weight;
        return parent;
    }

    /// The same of it, without its numbers.
    Partial facts() {
        var facts = new Partial(place, slots.length, steps.length);
        System.arraycopy(counts, 0, facts.counts, 0, counts.length);
        System.arraycopy(steps, 0, facts.steps, 0, steps.length);
        facts.sum = sum;
        facts.weight = weight;
        return facts;
    }

    /// Its numbers are of no use any longer, but for those that are `kept`, slot by slot.
    void letGo(SlotArrays arrays, float[][] kept) {
        for (int i = 0; i < slots.length; i++) {
            if (slots[i] != null && slots[i] != kept[i]) arrays.give(i, slots[i]);
            slots[i] = null;
        }
    }
}
