package dev.lanewise.lab.explain;

import dev.lanewise.diagnose.Explanation;
import dev.lanewise.diagnose.LayerExplanation;
import dev.lanewise.diagnose.Verdict;
import dev.lanewise.figures.Figures;
import java.util.List;
import java.util.function.Supplier;

/// What follows from the verdict on a network of blocks: whether it would hold for more of them, and what to do where it is bad.
/// Of chains [Explanation#words] and the limit of many layers say it.
final class Advice {

    /// Blocks from which on a line can be told straight or bent.
    private static final int ENOUGH = 4;
    /// Factors a block: below it a line counts as flat.
    private static final double FLAT = 1.15;
    /// A block's part in a sum is ever less of it: the factor, less 1, goes down as 1 over the block's number.
    private static final double STRAIGHT = 0.8;

    private Advice() {}

    /// Of lines that go on straight on a logarithmic axis: a verdict on so many blocks is none on more.
    static boolean holdsSoFar(ExplainOutcome.Run run) { return !growth(run).isEmpty(); }

    /// Empty where nothing grows or shrinks from block to block by a factor.
    static String growth(ExplainOutcome.Run run) {
        if (run.explanation().verdict() != Verdict.HEALTHY) return "";
        for (var group : RowGroup.of(run.theory())) {
            var rows = group.rows();
            var squares = rows.stream().mapToDouble(LayerExplanation::signal).toArray();
            double factor = factor(squares, 0);
            if (rows.size() < ENOUGH || !(Math.max(factor, 1 / factor) > FLAT) || !isStraight(squares)) continue;
            double last = squares[squares.length - 1];
            double more = factor > 1 ? Math.log(Verdict.LOUD / last) / Math.log(factor)
                : Math.log(Verdict.FAINT / last) / Math.log(factor);
            return Figures.format("The second moment of %s is multiplied by %.2f a block, and that does not flatten: what"
                + " is healthy at %d blocks is %s at %d.",
                group.name(), factor, squares.length, factor > 1 ? "exploding" : "vanishing",
                squares.length + (int) Math.ceil(more));
        }
        return "";
    }

    private static double factor(double[] squares, int from) {
        return Math.pow(squares[squares.length - 1] / squares[from], 1.0 / (squares.length - 1 - from));
    }

    private static boolean isStraight(double[] squares) {
        double late = Math.log(factor(squares, squares.length / 2));
        double all = Math.log(factor(squares, 0));
        return late / all >= STRAIGHT;
    }

    /// What to do about a start that isn't healthy; empty where it is, and of chains.
    ///
    /// @param own how the network starts where nothing else is asked for
    static String remedy(Subject subject, ExplainOutcome.Run run, Supplier<Explanation> own) {
        var verdict = run.explanation().verdict();
        if (!(subject instanceof Subject.Named named) || verdict == Verdict.HEALTHY || verdict == Verdict.UNKNOWN) return "";
        if (run.scheme().weight() != null && own.get().verdict() == Verdict.HEALTHY)
            return "The network's own start (" + named.own().description() + ") is healthy: leave out --init.";
        return named.network().word().equals("glu")
            ? "A gate multiplies two sums, so that the second moment is squared from layer to layer: no variance of weights"
                + " keeps it over many."
                + " Put a norm in front of each gated layer, and a sum around it, as --network swiglu and geglu do."
            : "Put a norm in front of each block (--network " + String.join(", ",
                List.of("resnet-preact", "transformer", "swiglu"))
                + "), let branches begin at 0 (fixup, rezero), or take fewer blocks.";
    }
}
