package dev.lanewise.nn.recurrent;

import dev.lanewise.random.Threefry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Theory's way over a sequence, of one layer in one direction: what its states are where it has infinitely many units.
///
/// There, what goes into a unit's gates is normal, with covariances between the steps that follow from those of the inputs and of
/// the states before: it draws such numbers for some thousands of units, makes the cell's step of them, and takes the states'
/// covariances from these. So it holds for all that a cell does with its numbers, however far from normal its states are; what is
/// left is the chance of that many draws, which are always the same. The way back needs none: see [Backward].
abstract sealed class Course permits PlainCourse, LstmCourse, GruCourse {

    /// Of each of the two inputs.
    static final int UNITS = 2048;
    private static final long SEED = 18;

    final CellLaws laws;
    final boolean pairs;
    /// One for each gate, whose weights are its own.
    final NormalPaths[] gates;
    private final int steps;
    /// Of both inputs, after each step.
    private final List<double[]> states = new ArrayList<>();
    private final List<Slopes> slopes = new ArrayList<>();
    private final double[][] within;
    /// Null for one input.
    private final double[][] across;
    private final double[] cells;
    private final double[] fourths;

    /// @param number of the course in its module, so that each has other draws
    Course(CellLaws laws, SequenceMoments inputs, int number) {
        this.laws = laws;
        this.gates = new NormalPaths[laws.weight().length];
        for (int gate = 0; gate < gates.length; gate++) gates[gate] = paths(number, "gate " + gate);
        this.pairs = inputs.hasPairs();
        this.steps = inputs.steps();
        this.within = new double[steps][steps];
        this.across = pairs ? new double[steps][steps] : null;
        this.cells = new double[steps];
        this.fourths = new double[steps];
    }

    /// What a step gives.
    ///
    /// @param state  of both inputs' units
    /// @param cell   the cell state's second moment; NaN where there is none
    /// @param slopes of the first input's units
    record Step(double[] state, double cell, Slopes slopes) {}

    /// How the gradients of a step's gates hang on what arrives at its state, unit by unit. What a unit remembers has the
    /// gradient e = entry · ξ + the next step's keep · the next step's e, ξ being what arrives at the state; each gate's is a
    /// factor times e or ξ.
    ///
    /// @param toState of the first gates' gradients that go on to the states before, factors of e
    /// @param toInput of those that go to the inputs
    /// @param direct  factor of ξ, of the gate behind these; null if there is none
    record Slopes(double[] entry, double[] keep, double[][] toState, double[][] toInput, double[] direct) {}

    /// @param state the covariances of the states before with those before them, which start as 0
    abstract Step step(int t, double[] input, double[] inputAcross, double[] state, double[] stateAcross);

    final SequenceMoments run(SequenceMoments inputs) {
        for (int t = 0; t < steps; t++) {
            var step = step(t, first(inputs.within(t), t), pairs ? first(inputs.across(t), t) : null, before(within, t), pairs
                ? before(across, t) : null);
            states.add(step.state);
            slopes.add(step.slopes);
            cells[t] = step.cell;
            fourths[t] = Means.fourths(step.state) / step.state.length;
            for (int s = 0; s <= t; s++) measure(t, s);
        }
        states.clear();
        return new SequenceMoments(within, across);
    }

    private static double[] first(double[] row, int t) { return Arrays.copyOf(row, t + 1); }

    /// Of the states that step t gets: those after the one before.
    private static double[] before(double[][] covariances, int t) {
        var before = new double[t + 1];
        for (int s = 1; s <= t; s++) before[s] = covariances[t - 1][s - 1];
        return before;
    }

    private void measure(int t, int s) {
        var mine = states.get(t);
        var other = states.get(s);
        within[t][s] = within[s][t] = Means.dot(mine, other) / mine.length;
        if (pairs) across[t][s] = across[s][t] = (Means.dot(mine, other, 0, UNITS, UNITS)
            + Means.dot(mine, other, UNITS, 0, UNITS)) / (2 * UNITS);
    }

    static NormalPaths paths(int number, String name) {
        return new NormalPaths(UNITS, new Threefry(SEED).stream(number + " " + name));
    }

    /// What goes into a gate from inputs and states together, of both inputs' units.
    final double[] gate(int gate, double[] input, double[] inputAcross, double[] state, double[] stateAcross) {
        double in = laws.inputWeight()[gate];
        double weight = laws.weight()[gate];
        return gates[gate].next(sum(in, input, weight, state), sum(in, inputAcross, weight, stateAcross));
    }

    private static double[] sum(double inputWeight, double[] inputs, double weight, double[] states) {
        if (inputs == null) return null;
        var sum = new double[inputs.length];
        for (int s = 0; s < sum.length; s++) sum[s] = inputWeight * inputs[s] + weight * states[s];
        return sum;
    }

    static double[] times(double factor, double[] covariances) { return sum(factor, covariances, 0, covariances); }

    /// Of both inputs' units, which have the same biases.
    final double biased(double[] numbers, int i, double[] biases) { return numbers[i] + biases[i % UNITS]; }

    final int size() { return pairs ? 2 * UNITS : UNITS; }

    static double logistic(double x) { return 1 / (1 + Math.exp(-x)); }

    /// The cell state's second moment after each step; NaN where there is none.
    final double[] cells() { return cells.clone(); }

    /// The states' mean fourth power.
    final double fourth() { return Arrays.stream(fourths).average().orElseThrow(); }

    final Backward backward() { return new Backward(laws, slopes); }
}
