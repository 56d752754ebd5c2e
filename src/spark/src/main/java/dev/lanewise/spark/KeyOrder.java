package dev.lanewise.spark;

/// Sorts keys, which are kept as numbers, twenty bytes each.
final class KeyOrder {

    private static final int FEW = 16;

    private final long[] high;
    private final long[] low;
    private final int[] slots;
    private int count;

    /// Of so many keys.
    KeyOrder(int size) {
        high = new long[size];
        low = new long[size];
        slots = new int[size];
    }

    int count() { return count; }

    boolean isFull() { return count == slots.length; }

    /// The next one.
    void add(ContentKey key) {
        high[count] = key.high();
        low[count] = key.low();
        slots[count] = count++;
    }

    /// Their slots, counted as they were added, from the lowest key to the highest. Equal ones are in any order.
    int[] order() {
        sort(0, count - 1);
        return slots;
    }

    /// Of some, counted in their order, which [#order()] must have made.
    ContentKey sum(int from, int to) {
        var sum = new ContentKey(0, 0);
        for (int i = from; i < to; i++) sum = sum.plus(new ContentKey(high[i], low[i]));
        return sum;
    }

    /// Keys are digests, so that any is as good a pivot as another.
    private void sort(int from, int to) {
        while (to - from >= FEW) {
            long pivotHigh = high[from + to >>> 1];
            long pivotLow = low[from + to >>> 1];
            int below = from;
            int above = to;
            for (int i = from; i <= above;) {
                int side = compare(i, pivotHigh, pivotLow);
                if (side < 0) swap(i++, below++);
                else if (side > 0) swap(i, above--);
                else i++;
            }
            // the smaller part first, lest calls pile up
            if (below - from < to - above) {
                sort(from, below - 1);
                from = above + 1;
            } else {
                sort(above + 1, to);
                to = below - 1;
            }
        }
        for (int i = from + 1; i <= to; i++)
            for (int j = i; j > from && compare(j, high[j - 1], low[j - 1]) < 0; j--) swap(j, j - 1);
    }

    private int compare(int i, long otherHigh, long otherLow) {
        int order = Long.compareUnsigned(high[i], otherHigh);
        return order != 0 ? order : Long.compareUnsigned(low[i], otherLow);
    }

    private void swap(int i, int j) {
        long number = high[i];
        high[i] = high[j];
        high[j] = number;
        number = low[i];
        low[i] = low[j];
        low[j] = number;
        int slot = slots[i];
        slots[i] = slots[j];
        slots[j] = slot;
    }
}
