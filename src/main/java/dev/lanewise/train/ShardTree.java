package dev.lanewise.train;

import java.util.ArrayDeque;
import java.util.List;

/// Adds shards in a fixed tree, whoever made them: neighbours, then pairs of neighbours. Fed in order, it holds as few nodes as
/// can be: one a level, and where it begins in the middle, two.
final class ShardTree {

    private final SlotArrays arrays;
    private final ArrayDeque<Partial> nodes = new ArrayDeque<>();

    /// @param arrays where those go that nodes don't need any longer
    ShardTree(SlotArrays arrays) { this.arrays = arrays; }

    /// @param node behind all those before
    void add(Partial node) {
        while (!nodes.isEmpty() && nodes.getLast().place.isLeft(node.place)) node = nodes.removeLast().with(node, arrays);
        nodes.add(node);
    }

    /// What can't be added without others, in order.
    List<Partial> nodes() { return List.copyOf(nodes); }

    void clear() { nodes.clear(); }
}
