package dev.lanewise.io.onnx;

import dev.lanewise.figures.Figures;

/// What a run may still take: held against what a node is going to make before it makes it.
final class Work {

    private final long most;
    private double left;

    /// @param most elements that are made and multiplications, together
    Work(long most) {
        this.most = most;
        this.left = most;
    }

    /// @param elements of a result
    /// @param steps    that it takes to make it
    /// @throws IllegalArgumentException if it is more than there is
    void take(Node node, double elements, double steps) {
        long memory = Runtime.getRuntime().maxMemory();
        // a product of infinite and 0 is no number, and is nothing that can be made
        if (!(elements * Float.BYTES <= memory)) throw node.refused("what it makes would have "
            + Figures.format("%,.0f", elements) + " elements, and Java may take memory for "
            + Figures.format("%,d", memory / Float.BYTES) + "; give smaller inputs, or more by -Xmx");
        left -= Math.max(elements, steps);
        if (!(left >= 0)) throw node.refused("it would take " + Figures.format("%,.0f",
            Math.max(elements, steps)) + " steps, beyond the " + Figures.format("%,d", most)
            + " to which a run of this model is bounded");
    }
}
