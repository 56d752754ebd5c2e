package dev.lanewise.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Which part of a line is drawn, where several run along each other and the topmost would hide the others: each has its turn,
/// and the lowest shines through where the others leave a gap.
///
/// @param turn the line's own, from 0
/// @param of   how many lines there are
record Stripe(int turn, int of) {
    static final Stripe WHOLE = new Stripe(0, 1);

    /// Pixels of a turn.
    private static final int LENGTH = 14;
    /// As a share of the axis: about two pixels.
    private static final double NEAR = 0.006;
    /// The share of points that must be near each other.
    private static final double MOST = 0.8;

    String dashes() {
        return LENGTH + " " + (of - 1) * LENGTH;
    }

    double offset() {
        return -1.0 * turn * LENGTH;
    }

    /// The same lines, those in stripes that run along each other. Where a line has dashes of its own, what it covers can be
    /// seen.
    ///
    /// @param lines the first on top
    static List<Line> of(List<Line> lines, Axis y) {
        var result = new ArrayList<>(lines);
        var done = new boolean[lines.size()];
        for (var i = 0; i < lines.size(); i++) {
            var group = new ArrayList<Integer>();
            for (var j = i; j < lines.size(); j++)
                if (!done[j] && isPlain(lines.get(j)) && isAlong(lines.get(i), lines.get(j), y)) group.add(j);
            if (!isPlain(lines.get(i)) || group.size() < 2) continue;
            for (var turn = 0; turn < group.size(); turn++) {
                done[group.get(turn)] = true;
                // the lowest is whole
                if (turn < group.size() - 1) result.set(group.get(turn), lines.get(group.get(turn))
                    .striped(new Stripe(turn, group.size())));
            }
        }
        return List.copyOf(result);
    }

    private static boolean isPlain(Line line) {
        return line.stroke().dashes().equals("none");
    }

    private static boolean isAlong(Line one, Line other, Axis y) {
        if (!Arrays.equals(one.drawn().xs(), other.drawn().xs())) return false;
        var all = 0;
        var near = 0;
        for (var i = 0; i < one.drawn().ys().length; i++) {
            var apart = Math.abs(y.fraction(one.drawn().ys()[i]) - y.fraction(other.drawn().ys()[i]));
            if (Double.isNaN(apart)) continue;
            all++;
            if (apart < NEAR) near++;
        }
        return all > 1 && near >= MOST * all;
    }
}
