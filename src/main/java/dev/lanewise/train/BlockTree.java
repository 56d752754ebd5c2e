package dev.lanewise.train;

import dev.lanewise.array.ArrayMath;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/// Adds the numbers of all nodes in the tree, a few at a time, so that they stay near: what [ShardTree] does with nodes that are
/// whole.
final class BlockTree {

    /// Numbers: 16 KB for each node that waits for its right neighbour.
    private static final int BLOCK = 1 << 12;

    private final List<Source> sources = new ArrayList<>();
    /// Nodes that wait, the last one on top, and their numbers at hand.
    private final List<Waiting> waiting = new ArrayList<>();
    private final List<float[]> blocks = new ArrayList<>();
    private List<ShardRounds.Range> ranges = List.of();

    /// A node's numbers in the ranges at hand.
    private static final class Source {
        private final Partial node;
        /// Null if the node is this process's own.
        private final FloatBuffer received;
        /// The next one there.
        private int next;

        Source(Partial node, FloatBuffer received, int next) {
            this.node = node;
            this.received = received;
            this.next = next;
        }

        void read(int slot, int from, int length, float[] block) {
            if (received == null) System.arraycopy(node.slots[slot], from, block, 0, length);
            else received.get(next, block, 0, length);
            next += length;
        }
    }

    /// @param filled whether there are numbers
    private record Waiting(TreePlace place, boolean filled) {}

    /// Ranges that are to be added, before [#nodes] of all processes.
    void begin(List<ShardRounds.Range> ranges) {
        this.ranges = ranges;
        sources.clear();
    }

    /// Those of the next process.
    ///
    /// @param received the ranges' numbers, node after node; null if the nodes are this process's own
    void nodes(List<Partial> nodes, FloatBuffer received) {
        int next = 0;
        for (var node : nodes) {
            sources.add(new Source(node, received, next));
            for (var range : ranges) if (node.counts[range.slot()] > 0) next += range.length();
        }
    }

    /// The sums of the ranges' numbers, each at its place among those of its slot.
    void sum(float[][] slots) {
        for (var range : ranges) for (int from = range.from(); from < range.to(); from += BLOCK) {
            int length = Math.min(BLOCK, range.to() - from);
            waiting.clear();
            for (var source : sources) add(source, range.slot(), from, length);
            System.arraycopy(blocks.getFirst(), 0, slots[range.slot()], from, length);
        }
    }

    private void add(Source source, int slot, int from, int length) {
        boolean filled = source.node.counts[slot] > 0;
        int at = waiting.size();
        if (at == blocks.size()) blocks.add(new float[BLOCK]);
        if (filled) source.read(slot, from, length, blocks.get(at));
        var place = source.node.place;
        for (; at > 0 && waiting.getLast().place.isLeft(place); at--) {
            var left = waiting.removeLast();
            if (filled && left.filled) ArrayMath.add(length, blocks.get(at - 1), 0, blocks.get(at), 0,
                blocks.get(at - 1), 0);
            else if (filled) blocks.set(at, blocks.set(at - 1, blocks.get(at)));
            place = place.above();
            filled |= left.filled;
        }
        waiting.add(new Waiting(place, filled));
    }
}
