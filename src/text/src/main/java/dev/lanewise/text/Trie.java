package dev.lanewise.text;

import java.util.Arrays;

/// Texts by their code points, each with a number: finds the longest one that a text begins with in one walk. Its nodes are
/// numbers, its edges a hash table from node and code point to node.
final class Trie {

    private static final int NONE = -1;
    private static final int CODE_POINT_BITS = 21;

    private static final int LEAST_SLOTS = 1 << 10;
    /// That a vocabulary of a natural language takes for each of its tokens, half of them free.
    private static final int SLOTS_OF_TEXT = 6;

    private long[] edges;
    private int[] targets;
    private int[] values = {NONE};
    private int nodes = 1;
    private int roots = 1;

    /// @param texts how many are to come, about
    Trie(int texts) {
        edges = new long[Math.max(LEAST_SLOTS, Integer.highestOneBit(Math.min(texts, 1 << 24) * SLOTS_OF_TEXT))];
        targets = new int[edges.length];
    }

    /// What was found, and where it ends in the text: both in one number, so that nothing is made per word.
    static int value(long found) { return (int) found; }

    static int end(long found) { return (int) (found >>> 32); }

    static final long NOTHING = -1;

    /// Another set of texts within the same tables; the first one is 0.
    int newRoot() {
        if (nodes != roots) throw new IllegalStateException("a root after a text");
        roots++;
        return newNode();
    }

    void put(int root, CharSequence text, int value) {
        int node = root;
        for (int at = 0, c; at < text.length(); at += Character.charCount(c)) {
            c = Character.codePointAt(text, at);
            int slot = slot(node, c);
            if (edges[slot] == 0) {
                edges[slot] = key(node, c);
                targets[slot] = newNode();
                // half of the slots at most
                if (2 * nodes > edges.length) {
                    node = nodes - 1;
                    grow();
                    continue;
                }
            }
            node = targets[slot];
        }
        values[node] = value;
    }

    /// The longest text that stands at `from` and ends by `to`; [#NOTHING] if there is none. The empty text isn't found.
    long longest(int root, CharSequence text, int from, int to) {
        long found = NOTHING;
        int node = root;
        for (int at = from; at < to;) {
            int c = Character.codePointAt(text, at);
            int slot = slot(node, c);
            if (edges[slot] == 0) return found;
            node = targets[slot];
            at += Character.charCount(c);
            if (values[node] != NONE) found = (long) at << 32 | values[node];
        }
        return found;
    }

    /// Never 0, which is a free slot.
    private static long key(int node, int c) { return (long) (node + 1) << CODE_POINT_BITS | c; }

    private int slot(int node, int c) {
        long key = key(node, c);
        long mixed = key * 0x9e3779b97f4a7c15L;
        int slot = (int) (mixed >>> 32) & edges.length - 1;
        while (edges[slot] != 0 && edges[slot] != key) slot = slot + 1 & edges.length - 1;
        return slot;
    }

    private int newNode() {
        if (nodes == values.length) values = Arrays.copyOf(values, 2 * nodes);
        values[nodes] = NONE;
        return nodes++;
    }

    private void grow() {
        var before = edges;
        var beforeTargets = targets;
        edges = new long[2 * before.length];
        targets = new int[edges.length];
        for (int i = 0; i < before.length; i++) {
            if (before[i] == 0) continue;
            int slot = slot((int) (before[i] >>> CODE_POINT_BITS) - 1, (int) before[i] & (1 << CODE_POINT_BITS) - 1);
            edges[slot] = before[i];
            targets[slot] = beforeTargets[i];
        }
    }
}
