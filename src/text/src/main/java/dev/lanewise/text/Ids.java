package dev.lanewise.text;

import java.util.Arrays;

/// A growing list of token ids.
final class Ids {

    private int[] ids = new int[32];
    private int size;

    void add(int id) {
        if (size == ids.length) ids = Arrays.copyOf(ids, 2 * size);
        ids[size++] = id;
    }

    int size() { return size; }

    /// Leaves the first ones alone.
    void truncate(int length) { size = length; }

    int[] toArray() { return Arrays.copyOf(ids, size); }
}
