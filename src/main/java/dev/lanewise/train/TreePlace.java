package dev.lanewise.train;

/// Where a node of the tree is: at a level, shards being at 0, and the index there. Those of a node's children are twice its own,
/// and one more.
record TreePlace(int level, int index) {

    /// Whether one is the other half of what is above this one, to its right.
    boolean isLeft(TreePlace right) { return level == right.level && (index & 1) == 0 && right.index == index + 1; }

    TreePlace above() { return new TreePlace(level + 1, index / 2); }
}
