package dev.lanewise.nn.recurrent;

import java.util.Arrays;
import java.util.List;

/// The way back of gradients over a [Course]'s steps: their covariances between steps. What arrives at the states is normal in a
/// wide layer, and a unit's gradients are linear in it, so that of its units no more has to be drawn: for each the covariances
/// are exact.
///
/// Recurrent weights are the same at each step, and so what they carry back from two steps is alike as far as the gates'
/// gradients there are.
final class Backward {

    private final CellLaws laws;
    private final List<Course.Slopes> slopes;
    private final int steps;

    Backward(CellLaws laws, List<Course.Slopes> slopes) {
        this.laws = laws;
        this.slopes = slopes;
        this.steps = slopes.size();
    }

    /// Of the gradients at the inputs.
    ///
    /// @param outer of those that come from outside to the states
    SequenceMoments run(SequenceMoments outer) {
        int units = Course.UNITS;
        var remembered = new double[steps][units];
        var atGates = new double[steps][steps];
        var atInputs = new double[steps][steps];
        var arrived = new double[steps];
        var sums = new double[2];
        for (int t = steps - 1; t >= 0; t--) {
            var here = slopes.get(t);
            // E ξ e of step t's ξ and step s's e
            var mixed = new double[units];
            for (int s = steps - 1; s >= t; s--) {
                arrived[s] = outer.within(t, s) + (s + 1 < steps ? atGates[t + 1][s + 1] : 0);
                carry(mixed, arrived[s], slopes.get(s).entry(), s + 1 < steps ? slopes.get(s + 1).keep() : null);
                // E e e of the two, from the step behind
                carry(remembered[s], mixed, here.entry(), t + 1 < steps ? slopes.get(t + 1).keep() : null, s > t ? remembered[s]
                    : t + 1 < steps ? remembered[t + 1] : null);
                var there = slopes.get(s);
                sum(here, there, remembered[s], arrived[s], sums);
                atGates[t][s] = atGates[s][t] = sums[0] / units;
                atInputs[t][s] = atInputs[s][t] = sums[1] / units;
            }
        }
        return new SequenceMoments(atInputs, null);
    }

    private static void carry(double[] mixed, double arrived, double[] entry, double[] keep) {
        for (int n = 0; n < mixed.length; n++) mixed[n] = arrived * entry[n] + (keep == null ? 0 : keep[n] * mixed[n]);
    }

    private static void carry(double[] into, double[] mixed, double[] entry, double[] keep, double[] behind) {
        for (int n = 0; n < into.length; n++) into[n] = entry[n] * mixed[n] + (behind == null ? 0 : keep[n] * behind[n]);
    }

    /// Over gates and units: of what goes back to the states, and to the inputs.
    private void sum(Course.Slopes here, Course.Slopes there, double[] remembered, double arrived, double[] sums) {
        Arrays.fill(sums, 0);
        for (int gate = 0; gate < here.toState().length; gate++) {
            double toState = Means.dot(remembered, here.toState()[gate], there.toState()[gate]);
            boolean alike = here.toState()[gate] == here.toInput()[gate];
            sums[0] += laws.weight()[gate] * toState;
            sums[1] += laws.inputBack()[gate] * (alike ? toState
                : Means.dot(remembered, here.toInput()[gate], there.toInput()[gate]));
        }
        if (here.direct() == null) return;
        int last = here.toState().length;
        double direct = arrived * Means.dot(here.direct(), there.direct());
        sums[0] += laws.weight()[last] * direct;
        sums[1] += laws.inputBack()[last] * direct;
    }
}
